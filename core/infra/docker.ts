/** What docker adds to a host: translations for published ports, bridges that are kept apart, bridged packets in its filters. */
import { isGuest, isStack, type GuestNode, type NatRule, type Node, type StackNode } from './node.ts'
import type { Infra } from './infra.ts'

/** The guests of each host, in file order: looked up once for all hosts. */
export function guestsByHost(infra: Infra): ReadonlyMap<string, readonly GuestNode[]> {
  const guests = new Map<string, GuestNode[]>()
  for (const node of infra.nodes.values()) {
    if (!isGuest(node) || !node.host) continue
    const list = guests.get(node.host.value)
    if (list) list.push(node)
    else guests.set(node.host.value, [node])
  }
  return guests
}

const runsDocker = (node: Node): boolean => node.kind === 'server' && node.hypervisor?.value === 'docker'

/** bridge-nf-call-iptables: off in the kernel, on wherever docker was. */
export const bridgesToNetfilter = (node: Node): boolean => isStack(node) && (node.sysctl.bridgeNfCallIptables?.value ?? runsDocker(node))

/** `ports` of the containers that run here, as docker's DNAT rules: on every address of the host. */
export function publishedPorts(guests: readonly GuestNode[]): readonly NatRule[] {
  const rules: NatRule[] = []
  for (const guest of guests) {
    if (guest.kind !== 'container') continue
    const address = [...guest.interfaces.values()].flatMap((one) => (one.hostSide ? one.addresses : [])).find(({ value }) => value.ip.family === 4)
    if (!address) continue
    for (const { host: outside, container, hostIp, at } of guest.ports) {
      if (!outside) continue
      rules.push({
        kind: 'dnat', ports: { value: outside, at }, at,
        // A range keeps its offset: one rule moves all its ports by the same distance only when both begin alike.
        to: { value: { ip: address.value.ip, port: outside.first === container.first && outside.last !== outside.first ? undefined : container.first }, at },
        ...(hostIp && hostIp.value !== 0n && { ip: { value: hostIp, at } }),
      })
    }
  }
  return rules
}

/** Bridges of a docker host that containers plug into: docker lets nothing pass from one to another. */
export function bridgesApart(guests: readonly GuestNode[], host: StackNode): ReadonlySet<string> {
  const found = new Set<string>()
  if (!runsDocker(host)) return found
  for (const guest of guests) {
    for (const { hostSide } of guest.interfaces.values()) {
      const master = hostSide && host.interfaces.get(hostSide.interface)?.master?.value
      if (master !== undefined && host.interfaces.get(master)?.type.value === 'bridge') found.add(master)
    }
  }
  return found
}
