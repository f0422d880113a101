/** Which addresses are in use on a segment, and which one comes next. */
import { addToIp, bitsOf, contains, firstOf, lastOf, overlaps, parsePrefix, prefixOf, printIp, printPrefix, sameIp, type Ip, type Prefix } from '../address/ip.ts'
import { segmentOf } from '../diagram/segments.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import { isGuest, type Node } from '../infra/node.ts'

/** One that has an address, or could have, on a segment. */
export interface Member {
  readonly node: Node
  readonly item: Interface
}

export interface Segments {
  /** A bridge, a switch, a network or a cable: `s1:br0`, `tor1`, `network:blue`, `cable:s1:eth0`. */
  membersOf(id: string): readonly Member[]
  /** The segment that an interface's wire leads to; undefined where it leads nowhere. */
  of(node: Node, item: Interface): string | undefined
}

export function segmentsOf(infra: Infra): Segments {
  const find = segmentOf(infra)
  const far = new Map<string, readonly [string, string]>()
  for (const { ends: [a, b] } of infra.links) {
    far.set(`${a.node}:${a.interface}`, [b.node, b.interface])
    far.set(`${b.node}:${b.interface}`, [a.node, a.interface])
  }
  const of = (node: Node, item: Interface): string | undefined => {
    if (item.network) return `network:${item.network.value}`
    if (item.type.value === 'bridge' || item.type.value === 'ovs') return find(`${node.name}:${item.name}`)
    if (item.master) return find(`${node.name}:${item.master.value}`)
    if (isGuest(node) && item.attach && node.host) return find(`${node.host.value}:${item.attach.value}`)
    const other = far.get(`${node.name}:${item.name}`)
    if (!other) return undefined
    const there = infra.nodes.get(other[0])
    if (there?.kind === 'switch') return find(there.name)
    const master = there?.interfaces.get(other[1])?.master?.value
    if (there && master !== undefined) return find(`${there.name}:${master}`)
    return `cable:${[`${node.name}:${item.name}`, `${other[0]}:${other[1]}`].sort().join(' ')}`
  }
  let members: Map<string, Member[]> | undefined
  const all = (): ReadonlyMap<string, readonly Member[]> => {
    if (members) return members
    members = new Map()
    for (const node of infra.nodes.values()) {
      for (const item of node.interfaces.values()) {
        const id = of(node, item)
        if (id === undefined) continue
        const list = members.get(id)
        if (list) list.push({ node, item })
        else members.set(id, [{ node, item }])
      }
    }
    return members
  }
  return { of, membersOf: (id) => all().get(id.startsWith('network:') || id.startsWith('cable:') ? id : find(id)) ?? [] }
}

/** The prefix that most on a segment are in; of a logical network its own. */
export function subnetOf(infra: Infra, segments: Segments, id: string): Prefix | undefined {
  const network = id.startsWith('network:') ? infra.networks.get(id.slice('network:'.length)) : undefined
  if (network?.subnets[0]) return network.subnets[0].value
  const counts = new Map<string, { prefix: Prefix; count: number }>()
  for (const { item } of segments.membersOf(id)) {
    for (const { value: { ip, length } } of item.addresses) {
      if (length === undefined || length >= bitsOf(ip.family) - 1) continue
      const prefix = prefixOf(ip, length)
      const known = counts.get(printPrefix(prefix)) ?? { prefix, count: 0 }
      counts.set(printPrefix(prefix), known)
      known.count += ip.family === 4 ? 1.5 : 1
    }
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.prefix
}

/** The address after the highest that its like have; where that is taken or out of the prefix, the lowest that is free. */
export function nextAddress(infra: Infra, segments: Segments, id: string, prefix: Prefix, like: (member: Member) => boolean, also: readonly Ip[] = []): Ip | undefined {
  const members = segments.membersOf(id)
  const used: Ip[] = [...also]
  let highest: Ip | undefined
  for (const member of members) {
    for (const { value: { ip } } of member.item.addresses) {
      used.push(ip)
      if (contains(prefix, ip) && like(member) && (!highest || ip.value > highest.value)) highest = ip
    }
    used.push(...member.item.gateways.map(({ value }) => value))
  }
  const network = id.startsWith('network:') ? infra.networks.get(id.slice('network:'.length)) : undefined
  used.push(...(network?.gateway?.addresses.map(({ value }) => value) ?? []))
  // A link of two has neither a network's address nor a broadcast's (RFC 3021, RFC 6164).
  const two = prefix.length === bitsOf(prefix.ip.family) - 1
  const free = (ip: Ip): boolean => contains(prefix, ip) && (two || !sameIp(ip, firstOf(prefix))) && (two || prefix.ip.family === 6 || !sameIp(ip, lastOf(prefix))) && !used.some((other) => sameIp(other, ip))
    && !(network?.dhcp && ip.value >= network.dhcp.first.value && ip.value <= network.dhcp.last.value)
  let after = highest && addToIp(highest, 1)
  while (after && also.some((other) => after !== undefined && sameIp(other, after))) after = addToIp(after, 1)
  if (after && free(after)) return after
  let ip = two ? firstOf(prefix) : addToIp(firstOf(prefix), 1)
  // Used addresses are few beside what a prefix holds; each step passes one of them.
  for (let steps = 0; steps <= used.length + 70_000 && contains(prefix, ip); steps++) {
    if (free(ip)) return ip
    ip = addToIp(ip, 1)
  }
  return undefined
}

/** A /24 of 10.0.0.0/8 that overlaps nothing in the file. */
export function freePrefix(infra: Infra, also: readonly Prefix[] = []): Prefix {
  const used: Prefix[] = [...also, ...[...infra.networks.values()].flatMap((network) => network.subnets.map(({ value }) => value))]
  for (const node of infra.nodes.values()) {
    for (const item of node.interfaces.values()) for (const { value: { ip, length } } of item.addresses) used.push(prefixOf(ip, length ?? bitsOf(ip.family)))
    if (node.kind !== 'switch') used.push(...node.routes.flatMap(({ to }) => (to.value.length === 0 ? [] : [to.value])))
  }
  for (let n = 0; n < 65_536; n++) {
    const prefix = parsePrefix(`10.${Math.floor(n / 256)}.${n % 256}.0/24`)
    if (prefix && !used.some((other) => overlaps(other, prefix))) return prefix
  }
  return { ip: { family: 4, value: 10n << 24n }, length: 24 }
}

export const withLength = (ip: Ip, prefix: Prefix): string => `${printIp(ip)}/${prefix.length}`
