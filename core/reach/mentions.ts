/** Everything in a model that may tell one address from another: routes, filters, translations, remotes, gateways, subnets. */
import { copyOf } from '../infra/changed.ts'
import { keyOf, prefixOf, type Ip, type IpKey } from '../address/ip.ts'
import { emptyInfra, type Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import type { Node } from '../infra/node.ts'
import { add, summed, type Counts } from './counts.ts'
import { isWhole, summaryOf, summaryOfParts, type Meshed, type PrefixKey, type Summary } from './summary.ts'

export interface Mentions {
  /** Which of the named prefixes hold the address: two addresses of one answer are treated alike by all that looks at addresses. */
  readonly holding: (ip: Ip) => string
  /** The same of prefixes that hold others too, and of lists of tunnels' remotes; undefined where something names the address alone. */
  readonly holdingAmong: (ip: Ip) => string | undefined
  /** On how many interfaces the address stands; the same of an Ethernet address. */
  readonly owners: (ip: Ip) => number
  readonly macOwners: (mac: number) => number
  /** Ethernet addresses that a static entry names. */
  readonly macs: ReadonlyMap<number, unknown>
  /** Nodes that something names: backends, hosts of others. */
  readonly nodes: ReadonlyMap<string, unknown>
  /** Of these the ones that services name. */
  readonly served: ReadonlySet<string>
  /** The number of the list of ends that a tunnel of the node is among. */
  readonly meshOf: (node: Node, device: Interface) => number | undefined
  readonly tables: Tables
}

type ByLength = ReadonlyMap<number, Counts<IpKey>>

/** What it is counted by, to be patched. */
interface Tables {
  readonly byLength: Readonly<Record<4 | 6, ByLength>>
  readonly alone: Counts<IpKey>
  readonly owners: Counts<IpKey>
  readonly macOwners: Counts<number>
  readonly macs: Counts<number>
  readonly nodes: Counts<string>
  /** Lists of ends by their texts, with their numbers; and those that each end is on. */
  readonly meshes: Counts<string>
  readonly meshNumbers: ReadonlyMap<string, number>
  readonly meshesOf: ReadonlyMap<IpKey, readonly number[]>
  readonly parts: { readonly summary: Summary; readonly served: ReadonlySet<string> }
}

/** What an edit has changed, as far as others than the changed nodes can tell. */
export interface Moved {
  /** Prefixes that are named now and were not, or the other way round. */
  readonly prefixes: PrefixKey[]
  /** Addresses that one has now and several had, or the other way round; or whose lists of ends are others. */
  readonly ips: Set<IpKey>
  readonly macs: Set<number>
  readonly nodes: Set<string>
}

export interface NodeChange {
  readonly was: Node | undefined
  readonly is: Node | undefined
}

const noMentions: Tables = {
  byLength: { 4: new Map(), 6: new Map() }, alone: new Map(), owners: new Map(), macOwners: new Map(), macs: new Map(), nodes: new Map(),
  meshes: new Map(), meshNumbers: new Map(), meshesOf: new Map(), parts: summaryOfParts(emptyInfra),
}

/** Those of `infra`, where `before` are those of another that differs by these nodes. */
export function mentionsAfter(before: Mentions | undefined, infra: Infra, changes: Iterable<NodeChange>): { readonly mentions: Mentions; readonly moved: Moved } {
  const old = before?.tables ?? noMentions
  const parts = summaryOfParts(infra)
  const more = {
    byLength: { 4: new Map<number, Map<IpKey, number>>(), 6: new Map<number, Map<IpKey, number>>() },
    alone: new Map<IpKey, number>(), owners: new Map<IpKey, number>(), macOwners: new Map<number, number>(), macs: new Map<number, number>(), nodes: new Map<string, number>(),
  }
  const [gone, come]: [Meshed[], Meshed[]] = [[], []]
  const count = ({ named, subnets, owned, macs, fdb, hosts, meshed }: Summary, by: 1 | -1): void => {
    const addPrefix = ([family, length, key]: PrefixKey): void => {
      const lengths = more.byLength[family]
      let keys = lengths.get(length)
      if (!keys) lengths.set(length, (keys = new Map()))
      add(keys, key, by)
    }
    for (const one of named) {
      addPrefix(one)
      if (isWhole(one)) add(more.alone, one[2], by)
    }
    for (const one of subnets) addPrefix(one)
    for (const one of owned) add(more.owners, one, by)
    for (const one of macs) add(more.macOwners, one, by)
    for (const one of fdb) add(more.macs, one, by)
    for (const one of hosts) add(more.nodes, one, by)
    for (const one of meshed) (by > 0 ? come : gone).push(one)
  }
  count(old.parts.summary, -1)
  count(parts.summary, 1)
  for (const { was, is } of changes) {
    if (was) count(summaryOf(was), -1)
    if (is) count(summaryOf(is), 1)
  }
  const moved: Moved = { prefixes: [], ips: new Set(), macs: new Set(), nodes: new Set() }
  const lengthsAfter = (family: 4 | 6): ByLength => {
    let after: Map<number, Counts<IpKey>> | undefined
    for (const [length, keys] of more.byLength[family]) {
      const counts = old.byLength[family].get(length) ?? new Map<IpKey, number>()
      const sums = summed(counts, keys, (key, was, is) => { if (was === 0 || is === 0) moved.prefixes.push([family, length, key]) })
      if (sums === counts) continue
      after ??= new Map(old.byLength[family])
      if (sums.size > 0) after.set(length, sums)
      else after.delete(length)
    }
    return after ?? old.byLength[family]
  }
  const alone = summed(old.alone, more.alone, (key, was, is) => { if (was === 0 || is === 0) moved.ips.add(key) })
  // An address that comes or goes is its own node's.
  const owners = summed(old.owners, more.owners, (key, was, is) => { if (was > 0 && is > 0 && (was === 1) !== (is === 1)) moved.ips.add(key) })
  const macOwners = summed(old.macOwners, more.macOwners, (mac, was, is) => { if ((was > 1) !== (is > 1)) moved.macs.add(mac) })
  const macs = summed(old.macs, more.macs, (mac, was, is) => { if (was === 0 || is === 0) moved.macs.add(mac) })
  const nodes = summed(old.nodes, more.nodes, (name, was, is) => { if (was === 0 || is === 0) moved.nodes.add(name) })
  for (const name of new Set([...old.parts.served, ...parts.served])) if (old.parts.served.has(name) !== parts.served.has(name)) moved.nodes.add(name)
  const tables = { byLength: { 4: lengthsAfter(4), 6: lengthsAfter(6) }, alone, owners, macOwners, macs, nodes, parts, ...meshesAfter(old, gone, come, moved) }
  return { mentions: mentionsIn(tables), moved }
}

/** Lists of ends; a number is given to a list as long as somebody has it. */
function meshesAfter(old: Tables, gone: readonly Meshed[], come: readonly Meshed[], moved: Moved): Pick<Tables, 'meshes' | 'meshNumbers' | 'meshesOf'> {
  const more = new Map<string, number>()
  const ends = new Map<string, readonly IpKey[]>()
  for (const [list, by] of [[gone, -1], [come, 1]] as const) {
    for (const one of list) {
      add(more, one.text, by)
      ends.set(one.text, one.ends)
    }
  }
  // Whoever changes mostly keeps its lists.
  if ([...more.values()].every((by) => by === 0)) return { meshes: old.meshes, meshNumbers: old.meshNumbers, meshesOf: old.meshesOf }
  const meshNumbers = copyOf(old.meshNumbers)
  const meshesOf = copyOf(old.meshesOf)
  let next = 0
  for (const number of meshNumbers.values()) next = Math.max(next, number + 1)
  const meshes = summed(old.meshes, more, (text, was, is) => {
    if (was > 0 && is > 0) return
    const number = meshNumbers.get(text) ?? next++
    if (is > 0) meshNumbers.set(text, number)
    else meshNumbers.delete(text)
    for (const key of ends.get(text) ?? []) {
      const others = (meshesOf.get(key) ?? []).filter((one) => one !== number)
      if (is > 0) others.push(number)
      if (others.length > 0) meshesOf.set(key, others.sort((a, b) => a - b))
      else meshesOf.delete(key)
      moved.ips.add(key)
    }
  })
  return { meshes, meshNumbers, meshesOf }
}

function keyWithin(ip: Ip, key: IpKey, length: number): IpKey {
  if (typeof key === 'string') return keyOf(prefixOf(ip, length).ip)
  const unit = 2 ** (32 - length)
  return Math.floor(key / unit) * unit
}

/** Whether an address, of which the key is given, too, lies in one of some prefixes: many are asked about. */
export function isInOne(prefixes: readonly PrefixKey[]): (ip: Ip, own: IpKey) => boolean {
  const ranges: { readonly first: number; readonly last: number }[] = []
  for (const [, length, key] of prefixes) if (typeof key === 'number') ranges.push({ first: key, last: key + 2 ** (32 - length) - 1 })
  const others = prefixes.filter(([family]) => family === 6)
  return (ip, own) => {
    if (typeof own !== 'number') return others.some(([, length, key]) => keyWithin(ip, own, length) === key)
    for (let i = 0; i < ranges.length; i++) {
      const range = ranges[i]
      if (range && range.first <= own && own <= range.last) return true
    }
    return false
  }
}

function mentionsIn(tables: Tables): Mentions {
  const { byLength, alone, owners, macOwners, meshesOf, meshNumbers } = tables
  const orders = { 4: [...byLength[4].keys()].sort((a, b) => a - b), 6: [...byLength[6].keys()].sort((a, b) => a - b) }
  const held = (ip: Ip, most: number): string => {
    let text = ''
    const own = keyOf(ip)
    for (const length of orders[ip.family]) {
      if (length > most) break
      const key = keyWithin(ip, own, length)
      if (byLength[ip.family].get(length)?.has(key)) text += `${key}/${length} `
    }
    return text
  }
  return {
    tables, macs: tables.macs, nodes: tables.nodes, served: tables.parts.served,
    owners: (ip) => owners.get(keyOf(ip)) ?? 0,
    macOwners: (mac) => macOwners.get(mac) ?? 0,
    holding: (ip) => `${held(ip, 128)}${alone.has(keyOf(ip)) ? '' : (meshesOf.get(keyOf(ip)) ?? []).join(',')}`,
    holdingAmong(ip) {
      const key = keyOf(ip)
      return alone.has(key) ? undefined : `${held(ip, ip.family === 4 ? 31 : 127)}in ${(meshesOf.get(key) ?? []).join(',')}`
    },
    meshOf(node, device) {
      const mesh = summaryOf(node).meshed.find((one) => one.device === device)
      return mesh && meshNumbers.get(mesh.text)
    },
  }
}
