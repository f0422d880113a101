/** The pre-flight rules of a migration, explained like the checks of this room. They are found by judging `migrate` expectations. */
import { explain } from './explanation.ts'
import type { Explained } from './reader-codes.ts'

const rule = (title: string, severity: Explained['severity'], what: string, why: string, mend: string, wrong: string, right: string): Explained => ({
  title, severity, text: explain({ what, why, mend, wrong, right }),
})

export const migrationCodes: Readonly<Record<string, Explained>> = {
  'migration-no-capacity': rule('No room on the target', 'error', 'The target host has too few CPUs or too little memory left for the guest.', 'The orchestrator refuses the migration, or both hosts swap.', 'Choose another host, move something away first, or allow a higher overcommit ratio.', 'servers: { s2: { memory: 4GiB } }   # for a guest of 8GiB', 'servers: { s2: { memory: 16GiB } }'),
  'migration-cpu-model': rule('Older CPU on the target', 'error', 'The target host\'s CPU model lacks what the guest was started with.', 'A running guest would meet an unknown instruction; libvirt refuses to start it there.', 'Choose a host of the same or a newer model, or start the guest with the older model (`cpu-model`).', 'servers: { s1: { cpu-model: Icelake-Server }, s2: { cpu-model: Skylake-Server } }', 'vms: { vm1: { cpu-model: Skylake-Server } }'),
  'migration-hypervisor': rule('Another hypervisor on the target', 'error', 'The two hosts run hypervisors of different kinds.', 'Their device models and state formats differ; a running guest cannot change between them.', 'Choose a host of the same kind, or convert the guest cold.', 'servers: { s1: { hypervisor: kvm }, s2: { hypervisor: esxi } }', 'servers: { s1: { hypervisor: kvm }, s2: { hypervisor: kvm } }'),
  'migration-storage-unreachable': rule('Disk is not reachable from the target', 'error', 'A disk of the guest is on a storage that the target host does not reach.', 'The guest would start without its disk; it has to be copied first.', 'Add the host to the storage\'s `servers`, or plan a storage migration.', 'storage: { nas: { servers: [s1] } }', 'storage: { nas: { servers: [s1, s2] } }'),
  'migration-passthrough': rule('A passed-through device holds the guest', 'error', 'The guest has a device of its host passed through, or a virtual function.', 'Its state is in hardware that does not move.', 'Detach it first, or give the guest a virtio interface beside it.', 'vms: { vm1: { devices: [{ passthrough: eth2 }] } }', 'vms: { vm1: { interfaces: { eth0: { attach: br0 } } } }'),
  'migration-network-missing': rule('The network is not on the target', 'error', 'The bridge, VLAN or network that an interface of the guest is plugged into does not exist on the target.', 'The guest would arrive with its cable in the air.', 'Make the bridge there, with the same segment behind it, or use a logical `network`.', 's2: { interfaces: { eth0: {} } }   # the guest needs br0', 's2: { interfaces: { eth0: { master: br0 }, br0: { type: bridge } } }'),
  'migration-address-moves': rule('The address does not fit on the target', 'error', 'The guest\'s address, gateway or MAC address does not belong to the segment it would arrive on, or is taken there.', 'It keeps its address and nobody reaches it by it.', 'Stretch the segment to the target, route the address there as a /32, or give the guest an address of the new subnet.', '# br0 of s1 is 10.1.0.0/24, br0 of s2 is 10.2.0.0/24', '# one segment behind both, by a tunnel or a VLAN'),
  'migration-mtu-drops': rule('Smaller path on the target', 'warning', 'Packets of the guest\'s size pass where it is, and not from the target.', 'Sessions survive the move and hang with the next large packet.', 'Lower the guest\'s MTU before it moves, or raise the underlay\'s.', 'vm1: { interfaces: { eth0: { mtu: 1500 } } }   # and a tunnel leads to s2', 'vm1: { interfaces: { eth0: { mtu: 1450 } } }'),
  'migration-peers-lost': rule('Peers lose the guest', 'error', 'A peer that reaches the guest now would not reach it on the target.', 'Its sessions break, and it cannot open new ones.', 'Look at what the finding names: a security group, a published port, a route that stays behind.', '# web reaches vm1 on s1, and has no route to s2\'s segment', '# one segment or a route to both'),
  'migration-not-converging': rule('Memory is dirtied faster than sent', 'warning', 'The guest writes memory faster than the path carries it, so pre-copy never comes to the last round.', 'The migration runs until somebody stops it.', 'Use post-copy or auto-converge, allow a longer downtime, or give the migration a faster network.', 'workload: { dirty-rate: 2GiB/s }   # over 10Gbps', 'migration: { mode: hybrid }'),
  'migration-downtime-exceeded': rule('Away for too long', 'error', 'The guest, or its peers, would see a longer gap than the expectation allows.', 'Sessions time out, cluster members are voted out.', 'Give the migration more bandwidth, shrink the working set, or allow the gap.', 'migrate: { vm: vm1, to: s2, downtime: 1ms }', 'migrate: { vm: vm1, to: s2, downtime: 300ms }'),
  'migration-no-path': rule('No way between the hosts', 'error', 'The two hosts do not reach each other, or not by the device that carries migrations.', 'There is nothing to send the memory over.', 'Connect them, or correct `migration.network`.', 'migration: { network: eth9 }', 'migration: { network: eth0 }'),
}

/** The catalogue's code for a pre-flight finding's own. Undefined where it says nothing that has a page. */
export function migrationCodeOf(code: string): string | undefined {
  const known = `migration-${code.replace(/^migration-/, '')}`
  if (known in migrationCodes) return known
  const rules: readonly (readonly [RegExp, string])[] = [
    [/capacity|cpus|memory|room|density|overcommit/, 'migration-no-capacity'], [/cpu/, 'migration-cpu-model'], [/hypervisor/, 'migration-hypervisor'],
    [/storage|disk/, 'migration-storage-unreachable'], [/pass|device|vf/, 'migration-passthrough'], [/address|gateway|mac/, 'migration-address-moves'],
    [/mtu/, 'migration-mtu-drops'], [/peer|session|group|port/, 'migration-peers-lost'], [/path|reach/, 'migration-no-path'], [/network|bridge|vlan|segment/, 'migration-network-missing'],
  ]
  return rules.find(([pattern]) => pattern.test(code))?.[1]
}
