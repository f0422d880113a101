/** Each node with its class, patched from one infra to another: only whom a change concerns is looked at again. */
import type { Ip, IpKey } from '../address/ip.ts'
import { isStack, type Node } from '../infra/node.ts'
import type { Link } from '../infra/parts.ts'
import { endSign, numberOf, type EndSign, type View } from './end-sign.ts'
import { hostSign, runsStp } from './host-sign.ts'
import type { Links } from './linked.ts'
import { isInOne, type Mentions, type Moved, type NodeChange } from './mentions.ts'
import type { Positions } from './positions.ts'
import { summaryOf, type Summary } from './summary.ts'

export interface Classified {
  readonly node: Node
  readonly summary: Summary
  /** Of a simple end system. */
  readonly end: EndSign | undefined
  /** Of a server that may be swapped with others of this number. */
  readonly host: number | undefined
  /** The number of its class; a stack without a like is a class of its own. */
  readonly number: number
  /** Of a server that may be swapped with others, and of the guests on it: its name. Two of one block are another pair than two of two. */
  readonly block: string | undefined
}

export interface Table {
  readonly all: readonly Classified[]
  readonly positions: Positions
  readonly links: Links
  readonly mentions: Mentions
  readonly view: View
  /** Servers with guests that are more than simple: how many such ties. */
  readonly leanedOn: ReadonlyMap<string, number>
  /** How many nodes run a spanning tree. */
  readonly stp: number
}

export interface Differences {
  readonly nodes: readonly NodeChange[]
  readonly links: readonly Link[]
  readonly moved: Moved
}

export function tableAfter(before: Table | undefined, now: Pick<Table, 'view' | 'positions' | 'links' | 'mentions'>, changes: Differences): Table {
  const { view, positions: { nodes, places } } = now
  const old = (i: number): Classified | undefined => before && (before.positions.places === places ? before.all[i] : before.all[before.positions.places.get(nodes[i]?.name ?? '') ?? -1])
  const touched = touchedBy(before, now, changes, old)
  // Simple end systems first: servers are what they are without these.
  const ends = new Map<number, EndSign | undefined>()
  const leanedOn = new Map(before?.leanedOn)
  const hosts = new Set<number>()
  const look = (name: string | undefined): void => {
    const at = name === undefined ? undefined : places.get(name)
    if (at !== undefined) hosts.add(at)
  }
  const lean = (node: Node, end: EndSign | undefined, by: 1 | -1): void => {
    if (end) return look(end.owner)
    // What is more than a simple guest keeps its server from being swapped.
    for (const name of isStack(node) ? summaryOf(node).hosts : []) {
      const count = (leanedOn.get(name) ?? 0) + by
      if (count === 0) leanedOn.delete(name)
      else leanedOn.set(name, count)
      look(name)
    }
  }
  for (const { was, is } of changes.nodes) if (was && !is) lean(was, before?.all[before.positions.places.get(was.name) ?? -1]?.end, -1)
  for (const i of touched) {
    const node = nodes[i]
    if (!node) continue
    const end = isStack(node) ? endSign(view, node) : undefined
    ends.set(i, end)
    hosts.add(i)
    for (const name of summaryOf(node).hosts) look(name)
    const was = old(i)
    if (was) lean(was.node, was.end, -1)
    lean(node, end, 1)
  }
  const stp = (before?.stp ?? 0) + changes.nodes.reduce((sum, { was, is }) => sum + (is && runsStp(is) ? 1 : 0) - (was && runsStp(was) ? 1 : 0), 0)
  if (!before || (before.stp === 0) !== (stp === 0)) for (let i = 0; i < nodes.length; i++) hosts.add(i)
  const endOf = (i: number): EndSign | undefined => (ends.has(i) ? ends.get(i) : old(i)?.end)
  const signs = new Map<number, number | undefined>()
  const others = new Set<string>()
  const again = new Set(touched)
  for (const i of hosts) {
    const node = nodes[i]
    if (!node) continue
    const sign = isStack(node) && stp === 0 && !endOf(i) && !leanedOn.has(node.name) ? hostSign(view, node) : undefined
    signs.set(i, sign)
    if (sign === old(i)?.host) continue
    again.add(i)
    others.add(node.name)
  }
  if (others.size > 0) nodes.forEach((_, i) => { if (others.has(endOf(i)?.owner ?? '')) again.add(i) })
  const signOf = (i: number): number | undefined => (signs.has(i) ? signs.get(i) : old(i)?.host)
  const all = before?.positions.places === places ? [...before.all] : nodes.map((node, i) => old(i) ?? { node, summary: summaryOf(node), end: undefined, host: undefined, number: -1, block: undefined })
  for (const i of again) {
    const node = nodes[i]
    const end = endOf(i)
    const host = signOf(i)
    const around = end ? signOf(places.get(end.owner) ?? -1) : host
    if (node) all[i] = { node, summary: summaryOf(node), end, host, number: classNumber(view, node, end, around), block: around === undefined ? undefined : end ? end.owner : node.name }
  }
  return { ...now, all, leanedOn, stp }
}

const classNumber = (view: View, { name }: Node, end: EndSign | undefined, around: number | undefined): number =>
  numberOf(view, end ? `${end.sign} ${around === undefined ? `of ${end.owner}` : `in ${around}`}` : around === undefined ? `only ${name}` : `server ${around}`)

/** Who is at the other ends of the links of a node's devices. */
function linkedTo({ name, interfaces }: Node, { table, list }: Links, tell: (name: string) => void): void {
  for (const device of interfaces.values()) {
    const at = table.get(`${name}:${device.name}`)
    if (at) tell(at.far.node)
    if (at === null) for (const { ends } of list) if (ends.some((end) => end.node === name && end.interface === device.name)) for (const { node } of ends) tell(node)
  }
}

/** Everybody whose sign may be another now. */
function touchedBy(before: Table | undefined, now: Pick<Table, 'links' | 'positions'>, { nodes: changes, links, moved }: Differences, old: (i: number) => Classified | undefined): ReadonlySet<number> {
  const { nodes, places } = now.positions
  if (!before) return new Set(nodes.keys())
  const touched = new Set<number>()
  const touch = (name: string): void => {
    const at = places.get(name)
    if (at !== undefined) touched.add(at)
  }
  const names = new Set<string>()
  for (const { was, is } of changes) {
    for (const node of [was, is]) {
      if (!node) continue
      names.add(node.name)
      touch(node.name)
      for (const { links: all } of [before, now]) linkedTo(node, all, touch)
    }
  }
  const summaries = nodes.map((node, i) => {
    const was = old(i)
    return was?.node === node ? was.summary : summaryOf(node)
  })
  // What a guest is depends on its port at the server.
  if (names.size > 0) summaries.forEach(({ hosts }, i) => { if (isAmong(hosts, names)) touched.add(i) })
  for (const { ends } of links) for (const { node } of ends) touch(node)
  for (const name of moved.nodes) touch(name)
  if (moved.prefixes.length === 0 && moved.ips.size === 0 && moved.macs.size === 0) return touched
  const isInMoved = isInOne(moved.prefixes)
  summaries.forEach((summary, i) => { if (isMoved(summary, moved, isInMoved)) touched.add(i) })
  return touched
}

// Everybody is asked for these at each edit: plain loops, as whatever is made here would be made for each of them.
function isAmong<T>(list: readonly T[], set: ReadonlySet<T>): boolean {
  if (set.size === 0) return false
  for (let i = 0; i < list.length; i++) {
    const one = list[i]
    if (one !== undefined && set.has(one)) return true
  }
  return false
}

function isMoved({ addresses, owned, macs }: Summary, { ips, macs: others }: Moved, isIn: (ip: Ip, own: IpKey) => boolean): boolean {
  if (isAmong(owned, ips) || isAmong(macs, others)) return true
  for (let i = 0; i < addresses.length; i++) {
    const ip = addresses[i]
    const key = owned[i]
    if (ip && key !== undefined && isIn(ip, key)) return true
  }
  return false
}
