/** What netfilter is told on a stack: the written rules, and what docker adds for its bridges and published ports. */
import type { Infra } from '../infra/infra.ts'
import { isGuest, type GuestNode, type NatRule, type StackNode } from '../infra/node.ts'
import type { Policy } from './tables.ts'

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

export function policyOf(guests: readonly GuestNode[], node: StackNode): Policy | undefined {
  const published = publishedPorts(guests)
  const apart = node.kind === 'server' && node.hypervisor?.value === 'docker' ? guestBridges(guests, node) : new Set<string>()
  const { input, forward, output } = node.firewall ?? {}
  if (!input && !forward && !output && node.nat.length === 0 && published.length === 0 && apart.size === 0) return undefined
  return { input, forward, output, nat: [...node.nat, ...published], apart }
}

/** `ports` of the containers that run here, as docker's DNAT rules: on every address of the host. */
function publishedPorts(guests: readonly GuestNode[]): readonly NatRule[] {
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

/** Bridges of the host that containers plug into. */
function guestBridges(guests: readonly GuestNode[], host: StackNode): ReadonlySet<string> {
  const found = new Set<string>()
  for (const guest of guests) {
    for (const { hostSide } of guest.interfaces.values()) {
      const master = hostSide && host.interfaces.get(hostSide.interface)?.master?.value
      if (master !== undefined && host.interfaces.get(master)?.type.value === 'bridge') found.add(master)
    }
  }
  return found
}
