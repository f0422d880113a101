/** Security groups: stateful filters on the host's side of a guest's interface. */
import { contains } from '../address/ip.ts'
import type { Infra } from '../infra/infra.ts'
import { isGuest, type GuestNode } from '../infra/node.ts'
import type { SecurityRule } from '../infra/parts.ts'
import { keyOf, type IpKey, type Packet } from './packet.ts'
import type { Guard, GuardRule } from './tables.ts'

/** Addresses of everyone in a group, and of every guest of a tenant. */
export interface Members {
  readonly groups: ReadonlyMap<string, ReadonlySet<IpKey>>
  readonly tenants: ReadonlyMap<string, ReadonlySet<IpKey>>
}

export function membersOf(infra: Infra): Members {
  const groups = new Map<string, Set<IpKey>>()
  const tenants = new Map<string, Set<IpKey>>()
  const add = (to: Map<string, Set<IpKey>>, name: string, keys: readonly IpKey[]): void => {
    const set = to.get(name) ?? new Set()
    to.set(name, set)
    for (const key of keys) set.add(key)
  }
  for (const node of infra.nodes.values()) {
    if (!isGuest(node)) continue
    const keys = [...node.interfaces.values()].flatMap((one) => one.addresses.map(({ value }) => keyOf(value.ip)))
    for (const { value } of node.securityGroups) add(groups, value, keys)
    if (node.tenant) add(tenants, node.tenant.value, keys)
  }
  return { groups, tenants }
}

export function guardOf(infra: Infra, guest: GuestNode, members: Members): Guard {
  const nobody: ReadonlySet<IpKey> = new Set()
  const read = ({ from: { value: from }, proto, ports, at }: SecurityRule): GuardRule => ({
    peers: from.kind === 'group' ? members.groups.get(from.name) ?? nobody : from.kind === 'tenant' ? members.tenants.get(from.name) ?? nobody : undefined,
    prefix: from.kind === 'prefix' ? from.prefix : undefined,
    proto: proto?.value, ports: ports.map(({ value }) => value), at,
  })
  const ingress: GuardRule[] = []
  let egress: GuardRule[] | undefined
  let everything = false
  for (const { value } of guest.securityGroups) {
    const group = infra.securityGroups.get(value)
    // A group that nobody defined allows nothing in; the reference itself is reported elsewhere.
    if (!group) continue
    ingress.push(...group.ingress.map(read))
    if (group.egress === undefined) everything = true
    else egress = [...(egress ?? []), ...group.egress.map(read)]
  }
  return { groups: guest.securityGroups.map(({ value }) => value).join(', '), ingress, egress: everything ? undefined : egress }
}

/** The rule that lets the packet pass, `true` where no rule is needed, undefined where none does. */
export function passes(guard: Guard, packet: Packet, inward: boolean): GuardRule | true | undefined {
  const rules = inward ? guard.ingress : guard.egress
  if (!rules) return true
  const peer = inward ? packet.src : packet.dst
  return rules.find((rule) =>
    (rule.peers === undefined || rule.peers.has(keyOf(peer)))
    && (rule.prefix === undefined || contains(rule.prefix, peer))
    && protocolMatches(rule.proto, packet) && portMatches(rule.ports, packet))
}

export const protocolMatches = (proto: string | undefined, packet: Packet): boolean => {
  if (proto === undefined || proto === 'all' || proto === 'any') return true
  if (packet.proto === 'tunnel') return packet.carried !== undefined && tunnelProtocol(packet.carried.kind) === proto
  if (packet.proto === 'icmp' && packet.src.family === 6) return proto === 'icmp' || proto === 'icmpv6' || proto === 'ipv6-icmp'
  return proto === packet.proto
}

const tunnelProtocol = (kind: string): string => {
  switch (kind) {
    case 'vxlan': case 'geneve': case 'wireguard': return 'udp'
    case 'gretap': case 'nvgre': return 'gre'
    case 'sit': return 'ipv6'
    case 'stt': return 'tcp'
    default: return kind
  }
}

/** No ports: any. A port of a rule means its protocol too. */
export function portMatches(ports: readonly { readonly protocol: string; readonly first: number; readonly last: number }[], packet: Packet): boolean {
  if (ports.length === 0) return true
  const proto = packet.proto === 'tunnel' ? tunnelProtocol(packet.carried?.kind ?? '') : packet.proto
  const port = packet.carried?.port ?? packet.dport
  return ports.some(({ protocol, first, last }) => protocol === proto && port >= first && port <= last)
}
