/** What must be programmed on one box: its own commands, as a person would type them there. The lab's script says the same of all. */
import { bridgesToNetfilter, guestsByHost } from '../infra/docker.ts'
import { isStack, type Node } from '../infra/node.ts'
import type { Infra } from '../infra/infra.ts'
import { labDevices } from './lab-devices.ts'
import { labFilters } from './lab-filters.ts'
import { labNames } from './lab-names.ts'
import { labRoutes, type ExtraRoutes } from './lab-routes.ts'

// A lab's wires begin with names of their own, and its devices have the addresses that the model derives.
const ofTheLab = /^link set dev \S+ (name|address) /
// A lab's keys follow from its addresses; nobody should type those elsewhere.
const labKey = /0x[0-9a-f]{32,}/g

/** `ip`, `bridge`, `sysctl` and `iptables-restore` lines in the order in which they work; empty for a node that is not there. */
export function labCommands(infra: Infra, extra: ExtraRoutes, name: string): readonly string[] {
  const node = infra.nodes.get(name)
  if (!node) return []
  const names = labNames(infra)
  const { phases, vlans, fdb } = labDevices(infra, names)
  const ip = (lines: Iterable<string>): readonly string[] => [...lines].filter((line) => !ofTheLab.test(line)).map((line) => `ip ${line.replace(labKey, '"$KEY"').replace(/\S+\(\S+\)/g, "'$&'")}`)
  const bridge = (lines: Iterable<string>): readonly string[] => [...lines].map((line) => `bridge ${line}`)
  const of = (phase: keyof typeof phases): readonly string[] => phases[phase].get(name) ?? []
  return [
    ...sysctls(node), ...guestEnds(infra, node), ...ip(of('create')), ...ip(of('children')), ...ip(of('configure')), ...bridge(vlans.get(name) ?? []),
    ...ip(of('addresses')), ...ip(labRoutes(node, names, extra)), ...ip(of('tunnels')), ...ip(of('tunnelsUp')), ...bridge(fdb.get(name) ?? []),
    ...labFilters(infra, node, guestsByHost(infra).get(node.name) ?? [], names).flatMap(({ command, lines }) => [`${command.replace('-legacy', '')} <<EOF`, ...lines, 'EOF']),
  ]
}

/** The host's ends of its guests' interfaces: a hypervisor makes taps, a container's runtime pairs. */
function guestEnds(infra: Infra, node: Node): readonly string[] {
  return [...node.interfaces.values()].flatMap(({ name, guestSide }) => {
    const guest = guestSide && infra.nodes.get(guestSide.node)
    if (!guest || !guestSide) return []
    return [guest.kind === 'vm' ? `ip tuntap add dev ${name} mode tap` : `ip link add name ${name} type veth peer name ${guestSide.interface} netns ${guest.name}`]
  })
}

function sysctls(node: Node): readonly string[] {
  if (!isStack(node)) return []
  const set: (readonly [string, number])[] = []
  if (node.forwarding?.value ?? node.kind === 'router') set.push(['net.ipv4.ip_forward', 1], ['net.ipv6.conf.all.forwarding', 1])
  const { rpFilter, proxyArp, arpIgnore, arpAnnounce } = node.sysctl
  for (const [key, value] of [['rp_filter', rpFilter?.value], ['proxy_arp', proxyArp && Number(proxyArp.value)], ['arp_ignore', arpIgnore?.value], ['arp_announce', arpAnnounce?.value]] as const) {
    if (value !== undefined) set.push([`net.ipv4.conf.all.${key}`, value])
  }
  if (bridgesToNetfilter(node)) set.push(['net.bridge.bridge-nf-call-iptables', 1])
  return set.map(([key, value]) => `sysctl -w ${key}=${value}`)
}
