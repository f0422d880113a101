/** Security groups: stateful filters on the host's side of a guest's interface. */
import { contains } from '../address/ip.ts'
import { changedNames, type Changed } from '../infra/changed.ts'
import type { Infra } from '../infra/infra.ts'
import { isGuest, type GuestNode } from '../infra/node.ts'
import type { SecurityRule } from '../infra/parts.ts'
import { same, sameItems } from '../infra/same.ts'
import { keyOf, type IpKey, type Packet } from './packet.ts'
import type { Guard, GuardRule } from './tables.ts'

/** Addresses of everyone in a group, and of every guest of a tenant. */
export interface Members {
  readonly groups: ReadonlyMap<string, ReadonlySet<IpKey>>
  readonly tenants: ReadonlyMap<string, ReadonlySet<IpKey>>
}

const nobody: ReadonlySet<IpKey> = new Set()
const noMembers: Members = { groups: new Map(), tenants: new Map() }

/** `before`: an older infra and its members, whose sets stay where they hold the same. */
export function membersOf(infra: Infra, before?: { readonly infra: Infra; readonly members: Members }, changes: Changed = changedNames(before?.infra.nodes ?? infra.nodes, infra.nodes)): Members {
  // Only rules of groups ask.
  if (infra.securityGroups.size === 0) return noMembers
  if (before && before.members !== noMembers && sameMembership(infra, before.infra, changes)) return before.members
  const groups = new Map<string, Set<IpKey>>()
  const tenants = new Map<string, Set<IpKey>>()
  const add = (to: Map<string, Set<IpKey>>, name: string, keys: readonly IpKey[]): void => {
    const set = to.get(name) ?? new Set()
    to.set(name, set)
    for (const key of keys) set.add(key)
  }
  for (const node of infra.nodes.values()) {
    if (!isGuest(node)) continue
    const keys = keysOn(node)
    for (const { value } of node.securityGroups) add(groups, value, keys)
    if (node.tenant) add(tenants, node.tenant.value, keys)
  }
  return { groups: withOld(groups, before?.members.groups), tenants: withOld(tenants, before?.members.tenants) }
}

const keysOn = (node: GuestNode): readonly IpKey[] => [...node.interfaces.values()].flatMap((one) => one.addresses.map(({ value }) => keyOf(value.ip)))

type Sets = ReadonlyMap<string, ReadonlySet<IpKey>>

const withOld = (now: Sets, old: Sets | undefined): Sets => new Map([...now].map(([name, set]) => {
  const known = old?.get(name)
  return [name, known && same(known, set) ? known : set]
}))

/** Whether guests that were read anew have the addresses, groups and tenants that they had. */
function sameMembership({ nodes }: Infra, { nodes: before }: Infra, { names, inPlace }: Changed): boolean {
  if (!inPlace) return false
  for (const name of names) {
    const [old, node] = [before.get(name), nodes.get(name)]
    if (!old || !node || isGuest(old) !== isGuest(node)) return false
    if (isGuest(old) && isGuest(node) && !(sameItems(keysOn(old), keysOn(node)) && old.tenant?.value === node.tenant?.value
      && sameItems(old.securityGroups.map(({ value }) => value), node.securityGroups.map(({ value }) => value)))) return false
  }
  return true
}

interface Rules {
  readonly infra: Infra
  readonly members: Members
}

const peersOf = ({ groups, tenants }: Members, { from: { value } }: SecurityRule): ReadonlySet<IpKey> | undefined =>
  value.kind === 'group' ? groups.get(value.name) : value.kind === 'tenant' ? tenants.get(value.name) : undefined

/** Whether a guest's groups say what they said, of the very same addresses. */
export function sameGroups(before: Rules, after: Rules): (guest: GuestNode) => boolean {
  const known = new Map<string, boolean>()
  const stays = (name: string): boolean => {
    const group = after.infra.securityGroups.get(name)
    if (group !== before.infra.securityGroups.get(name)) return false
    return [...(group?.ingress ?? []), ...(group?.egress ?? [])].every((rule) => peersOf(before.members, rule) === peersOf(after.members, rule))
  }
  return ({ securityGroups }) => securityGroups.every(({ value }) => {
    let answer = known.get(value)
    if (answer === undefined) known.set(value, (answer = stays(value)))
    return answer
  })
}

export function guardOf(infra: Infra, guest: GuestNode, members: Members): Guard {
  const read = (rule: SecurityRule): GuardRule => {
    const { from: { value: from }, proto, ports, at } = rule
    return {
      peers: from.kind === 'group' || from.kind === 'tenant' ? peersOf(members, rule) ?? nobody : undefined,
      prefix: from.kind === 'prefix' ? from.prefix : undefined,
      proto: proto?.value, ports: ports.map(({ value }) => value), at,
    }
  }
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
