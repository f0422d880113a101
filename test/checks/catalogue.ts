/** The catalogue of diagnostics, by area: every code that there is, once and for ever. */

export const catalogue: Readonly<Record<string, string>> = {
  'reading':
    'yaml-syntax unknown-key wrong-type missing-key duplicate-name unknown-reference unused-definition include-failed ' +
    'unsupported-here useless-suppression',
  'addressing':
    'address-invalid address-duplicate mac-duplicate mac-invalid address-is-network address-is-broadcast subnet-overlap ' +
    'subnet-mismatch gateway-off-link gateway-missing gateway-unowned gateway-is-self multiple-default-routes ' +
    'address-outside-subnet dhcp-overlap dhcp-exhausted public-address-private-use link-local-only ipv6-missing-peer ' +
    'opennebula-mac-ip',
  'isolation':
    'tenant-leak tenant-shared-segment tenant-shared-gateway tenant-shared-kernel host-reachable-from-guest ' +
    'security-group-open security-group-unenforced published-port-exposed internal-network-escapes spoofing-possible ' +
    'expectation-failed',
  'mtu':
    'mtu-tunnel-too-small mtu-mismatch-segment mtu-mismatch-link mtu-bridge-silent-drop mtu-below-ipv6-minimum ' +
    'mtu-vlan-over-parent mtu-tunnel-over-default mtu-blackhole mtu-jumbo-partial mtu-fragmentation',
  'layer 2':
    'bridge-loop vlan-mismatch native-vlan-mismatch vlan-not-on-trunk vlan-out-of-range vlan-exhaustion vepa-without-hairpin ' +
    'macvlan-parent-talk macvlan-passthru-shared bridge-needs-promiscuous bridge-without-port address-on-bridge-port ' +
    'stacked-master device-duplicate link-endpoint-reused link-down interface-unconnected speed-mismatch bond-single-member name-too-long',
  'layer 3':
    'forwarding-off no-route no-return-route asymmetric-path routing-loop blackhole next-hop-unreachable route-shadowed ' +
    'ecmp-unequal anycast-inconsistent',
  'tunnels':
    'tunnel-one-sided tunnel-id-mismatch tunnel-port-mismatch tunnel-endpoint-unreachable tunnel-local-not-owned ' +
    'tunnel-remote-is-self tunnel-recursion tunnel-mesh-incomplete tunnel-flood-missing tunnel-multicast-unsupported ' +
    'tunnel-id-out-of-range tunnel-id-shared-by-tenants tunnel-low-entropy tunnel-unprotected wireguard-allowed-overlap ' +
    'tunnel-parallel-loop',
  'nat and services':
    'nat-without-forwarding nat-covers-nothing dnat-port-conflict dnat-target-unreachable nat-hairpin-missing overlapping-nat ' +
    'service-backend-unreachable service-single-backend persistence-lost',
  'capacity and availability':
    'host-overcommitted memory-overcommitted storage-over-capacity link-oversubscribed single-point-of-failure ' +
    'replicas-share-host rack-over-density',
  'migration':
    'migration-no-capacity migration-cpu-model migration-hypervisor migration-storage-unreachable migration-passthrough ' +
    'migration-network-missing migration-address-moves migration-mtu-drops migration-peers-lost migration-not-converging ' +
    'migration-downtime-exceeded migration-no-path',
  'fabrics':
    'fabric-k-odd fabric-miswired fabric-address-scheme fabric-oversubscribed',
}
