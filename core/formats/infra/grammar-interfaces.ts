/** The grammar of interfaces, routes, filters and NAT. */
import { interfaceTypes } from '../../infra/interface.ts'
import { boolean, either, kind, list, map, naming, number, oneOf, oneOrList, record, text, type Key, type RecordTable } from './kinds.ts'

const vlan: Key = { doc: 'As a port: its access VLAN, untagged. On a bridge itself: its own membership.', kind: kind('vlan') }
const mtu: Key = { doc: 'Largest IP packet in bytes. Default: what Linux gives this type of device.', kind: number(68, 65575) }

export const sysctlTable: RecordTable = {
  title: 'kernel settings',
  keys: {
    rp_filter: { doc: 'Reverse path filter: 0 off (the kernel’s default), 1 strict, 2 loose.', kind: either(number(0, 2), boolean) },
    proxy_arp: { doc: 'Answer ARP for addresses that are routed elsewhere.', kind: either(number(0, 1), boolean) },
    arp_ignore: { doc: '0: answer for any local address on any device; 1: only for the device’s own.', kind: number(0, 8) },
    arp_announce: { doc: 'Which source address ARP requests use.', kind: number(0, 2) },
    'bridge-nf-call-iptables': { doc: 'Bridged packets go through the firewall as well. 0 unless set, or the hypervisor is docker.', kind: either(number(0, 1), boolean) },
  },
}

export const wireguardPeerTable: RecordTable = {
  title: 'a wireguard peer',
  keys: {
    remote: { doc: 'The peer’s outer address.', kind: kind('ip') },
    allowed: { doc: 'Inner prefixes that this peer may use: both routing and filter.', kind: oneOrList(kind('address')) },
  },
}

export const fdbTable: RecordTable = {
  title: 'a static forwarding entry',
  keys: {
    mac: { doc: 'The guest’s Ethernet address; 00:00:00:00:00:00 for all that are not known: who gets a copy of what is flooded.', kind: kind('mac'), required: true },
    remote: { doc: 'The VTEP behind which it is.', kind: kind('ip'), required: true },
  },
}

export const interfaceTable: RecordTable = {
  title: 'an interface',
  keys: {
    type: { doc: 'iproute2’s word for the kind of device. Default `ethernet`; on guests a veth or tap.', kind: oneOf(...interfaceTypes) },
    attach: { doc: 'The bridge, ovs or device on the host that this guest’s interface plugs into.', kind: naming('bridge') },
    network: { doc: 'The logical network that this interface joins, instead of `attach`.', kind: naming('network') },
    address: { doc: 'Interface address with prefix length, or `dhcp`.', kind: oneOrList(kind('address')) },
    addresses: { doc: 'Several interface addresses.', kind: oneOrList(kind('address')) },
    gateway: { doc: 'Short for a default route through this interface.', kind: oneOrList(kind('ip')) },
    mac: { doc: 'Ethernet address. Default: stable, locally administered, from node and interface name.', kind: kind('mac') },
    mtu,
    up: { doc: 'Administratively up; default true.', kind: boolean },
    bandwidth: { doc: 'Of the device, like `10Gbps`.', kind: kind('bit-rate') },
    master: { doc: 'The bridge, ovs, bond or vrf on the same node that this is a port of.', kind: naming('device') },
    link: { doc: 'The parent device of a vlan, macvlan or ipvlan; the underlay device of a vxlan.', kind: naming('device') },
    vlan,
    trunk: { doc: 'As a port: the VLANs that pass tagged.', kind: oneOrList(kind('vlan')) },
    native: { doc: 'As a trunk port: the VLAN that passes untagged.', kind: kind('vlan') },
    hairpin: { doc: 'A frame may leave through the port it came in.', kind: boolean },
    isolated: { doc: 'This port does not talk to other isolated ports.', kind: boolean },
    'vlan-aware': { doc: 'Of a bridge: VLAN filtering.', kind: boolean },
    stp: { doc: 'Of a bridge: spanning tree.', kind: boolean },
    ageing: { doc: 'Of a bridge: how long an address is remembered.', kind: either(kind('time'), number(0)) },
    flows: { doc: 'Of an ovs bridge: OpenFlow rules in ovs-ofctl’s words.', kind: list(text) },
    protocol: { doc: 'Of a vlan device: 802.1q or 802.1ad.', kind: oneOf('802.1q', '802.1ad', '802.1Q') },
    mode: {
      doc: 'Of macvlan and macvtap: private, vepa, bridge, passthru. Of ipvlan: l2, l3, l3s. Of a bond: its mode. Of esp: tunnel or transport.',
      kind: { is: 'text', open: true, enum: ['private', 'vepa', 'bridge', 'passthru', 'l2', 'l3', 'l3s', 'tunnel', 'transport', 'balance-rr', 'active-backup', 'balance-xor', 'broadcast', '802.3ad', 'balance-tlb', 'balance-alb'] },
    },
    table: { doc: 'Of a vrf: its routing table.', kind: number(1, 4294967295) },
    local: { doc: 'Of a tunnel: its own outer address.', kind: kind('ip') },
    remote: { doc: 'Of a tunnel: the far outer address; for vxlan also a list (head-end replication).', kind: oneOrList(kind('ip')) },
    group: { doc: 'Of a vxlan: the multicast group for unknown destinations.', kind: kind('ip') },
    id: { doc: 'VLAN id, VNI, VSID, key or context id.', kind: number(0) },
    key: { doc: 'Of a GRE tunnel: its key; the same as `id`.', kind: number(0) },
    port: { doc: 'Of a tunnel: UDP destination port. vxlan 4789, geneve 6081 by default.', kind: number(1, 65535) },
    learning: { doc: 'Of a vxlan: learn remote addresses from traffic; default true.', kind: boolean },
    fdb: { doc: 'Of a vxlan: static forwarding entries.', kind: list(record(() => fdbTable)) },
    df: { doc: 'Of vxlan and geneve: the outer don’t-fragment bit.', kind: oneOf('unset', 'set', 'inherit') },
    peers: { doc: 'Of wireguard.', kind: list(record(() => wireguardPeerTable)) },
    cipher: { doc: 'Of esp, like `aes-gcm-16` or `aes-cbc-sha256`.', kind: text },
    csum: { doc: 'Of a GRE tunnel: checksums; both ends must agree.', kind: boolean },
    seq: { doc: 'Of a GRE tunnel: sequence numbers; both ends must agree.', kind: boolean },
    sysctl: { doc: 'Kernel settings of this interface.', kind: record(() => sysctlTable) },
  },
}

export const portTable: RecordTable = {
  title: 'a switch port',
  keys: {
    vlan: { doc: 'Access port: this VLAN, untagged.', kind: kind('vlan') },
    trunk: { doc: 'Trunk port: these VLANs, tagged.', kind: oneOrList(kind('vlan')) },
    native: { doc: 'Trunk port: this VLAN untagged; without it untagged frames are dropped.', kind: kind('vlan') },
    mtu,
    hairpin: { doc: 'Reflective relay (VEPA): a frame may leave through the port it came in.', kind: boolean },
    isolated: { doc: 'This port does not talk to other isolated ports.', kind: boolean },
    bandwidth: { doc: 'Of the port, like `10Gbps`.', kind: kind('bit-rate') },
    up: { doc: 'Default true.', kind: boolean },
  },
}

export const routeTable: RecordTable = {
  title: 'a route',
  keys: {
    to: { doc: '`default` or a prefix.', kind: kind('route-target'), required: true },
    via: { doc: 'Next hop; a list is equal-cost multipath.', kind: oneOrList(kind('ip')) },
    dev: { doc: 'Outgoing device.', kind: naming('device') },
    metric: { doc: 'Smaller wins.', kind: number(0, 4294967295) },
    src: { doc: 'Preferred source address.', kind: kind('ip') },
    onlink: { doc: 'The next hop is on the link of `dev`, whatever the prefixes say.', kind: boolean },
    type: { doc: 'unicast (default), blackhole or unreachable.', kind: oneOf('unicast', 'blackhole', 'unreachable') },
    table: { doc: 'The routing table, of a vrf.', kind: number(1) },
  },
}

export const ruleTable: RecordTable = {
  title: 'a filter rule',
  keys: {
    from: { doc: 'Source prefix or prefixes.', kind: oneOrList(kind('prefix')) },
    to: { doc: 'Destination prefix or prefixes.', kind: oneOrList(kind('prefix')) },
    in: { doc: 'Incoming device.', kind: naming('device') },
    out: { doc: 'Outgoing device.', kind: naming('device') },
    proto: { doc: 'icmp, tcp, udp …', kind: { is: 'text', open: true, enum: ['icmp', 'icmpv6', 'tcp', 'udp', 'any'] } },
    ports: { doc: 'Destination ports.', kind: oneOrList(kind('ports')) },
    state: { doc: '`established` matches replies.', kind: oneOrList(oneOf('new', 'established', 'related', 'invalid')) },
    action: { doc: 'accept or drop.', kind: oneOf('accept', 'drop'), required: true },
  },
}

export const chainTable: RecordTable = {
  title: 'a chain',
  keys: {
    policy: { doc: 'What happens to a packet that no rule matches; default accept.', kind: oneOf('accept', 'drop') },
    rules: { doc: 'The first match wins.', kind: list(record(() => ruleTable)) },
  },
}

export const firewallTable: RecordTable = {
  title: 'a firewall',
  keys: {
    input: { doc: 'For packets to this stack.', kind: record(() => chainTable) },
    forward: { doc: 'For packets that it forwards.', kind: record(() => chainTable) },
    output: { doc: 'For packets that it sends.', kind: record(() => chainTable) },
  },
}

export const natTable: RecordTable = {
  title: 'a NAT rule',
  keys: {
    masquerade: { doc: 'Sources in this prefix leave with the outgoing device’s address.', kind: kind('prefix') },
    snat: { doc: 'Sources in this prefix leave with the address in `to`.', kind: kind('prefix') },
    dnat: { doc: 'Packets to this `ip:port/proto` go to `to` instead.', kind: kind('endpoint') },
    to: { doc: 'The new source (snat) or the new destination `ip:port` (dnat).', kind: kind('endpoint') },
    out: { doc: 'Outgoing device.', kind: naming('device') },
    in: { doc: 'Incoming device.', kind: naming('device') },
  },
}

export const routingTable: RecordTable = {
  title: 'a routing protocol',
  keys: {
    protocol: { doc: 'ospf: link-state shortest paths with ECMP; bgp: eBGP with every directly linked neighbour.', kind: oneOf('ospf', 'bgp'), required: true },
    as: { doc: 'Of bgp: the autonomous system.', kind: number(1, 4294967295) },
    cost: { doc: 'Of ospf: cost per device.', kind: map(number(1, 65535), 'device') },
    passive: { doc: 'Devices that are announced but not spoken on.', kind: oneOrList(naming('device')) },
    advertise: { doc: 'Further prefixes to announce.', kind: oneOrList(kind('prefix')) },
  },
}
