/** Each node with its class, patched from one infra to another: only whom a change concerns is looked at again. */
import { isStack, type Node } from '../infra/node.ts'
import type { Link } from '../infra/parts.ts'
import { endSign, numberOf, type EndSign, type View } from './end-sign.ts'
import { hostSign, runsStp } from './host-sign.ts'
import type { Links } from './linked.ts'
import type { Mentions, Moved, NodeChange } from './mentions.ts'
import type { Positions } from './positions.ts'
import { eachMoved, type Register } from './register.ts'
import { summaryOf } from './summary.ts'

export interface Classified {
  readonly node: Node
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
  /** Of the infra that was asked about last: the same for all tables that follow from each other. */
  readonly register: Register
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

type Now = Pick<Table, 'view' | 'positions' | 'links' | 'mentions' | 'register'>

export function tableAfter(before: Table | undefined, now: Now, changes: Differences): Table {
  const { view, positions: { nodes, places }, links, register } = now
  const old = (i: number): Classified | undefined => before && (before.positions.places === places ? before.all[i] : before.all[before.positions.places.get(nodes[i]?.name ?? '') ?? -1])
  const touched = touchedBy(before, now, changes)
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
    const was = old(i)
    const end = isStack(node) ? theSame(was?.end, endSign(view, node)) : undefined
    ends.set(i, end)
    hosts.add(i)
    for (const name of summaryOf(node).hosts) look(name)
    if (was) lean(was.node, was.end, -1)
    lean(node, end, 1)
  }
  const stp = (before?.stp ?? 0) + changes.nodes.reduce((sum, { was, is }) => sum + (is && runsStp(is) ? 1 : 0) - (was && runsStp(was) ? 1 : 0), 0)
  if (!before || (before.stp === 0) !== (stp === 0)) for (let i = 0; i < nodes.length; i++) hosts.add(i)
  const endOf = (i: number): EndSign | undefined => (ends.has(i) ? ends.get(i) : old(i)?.end)
  const signs = new Map<number, number | undefined>()
  const again = new Set(touched)
  for (const i of hosts) {
    const node = nodes[i]
    if (!node) continue
    const sign = isStack(node) && stp === 0 && !endOf(i) && !leanedOn.has(node.name) ? hostSign(view, node) : undefined
    signs.set(i, sign)
    if (sign === old(i)?.host) continue
    again.add(i)
    const take = (name: string): void => {
      const at = places.get(name)
      if (at !== undefined && endOf(at)?.owner === node.name) again.add(at)
    }
    register.guests.get(node.name)?.forEach(take)
    linkedTo(node, links, take)
  }
  const signOf = (i: number): number | undefined => (signs.has(i) ? signs.get(i) : old(i)?.host)
  const all = before?.positions.places === places ? [...before.all] : nodes.map((node, i) => old(i) ?? { node, end: undefined, host: undefined, number: -1, block: undefined })
  for (const i of again) {
    const node = nodes[i]
    const end = endOf(i)
    const host = signOf(i)
    const around = end ? signOf(places.get(end.owner) ?? -1) : host
    if (node) all[i] = { node, end, host, number: classNumber(view, node, end, around), block: around === undefined ? undefined : end ? end.owner : node.name }
  }
  return { ...now, all, leanedOn, stp }
}

/** The one before where nothing else is said: who is told from others by it need not look again. */
const theSame = (was: EndSign | undefined, is: EndSign | undefined): EndSign | undefined =>
  (was && is && was.device === is.device && was.owner === is.owner && was.port === is.port && was.sign === is.sign && was.words === is.words ? was : is)

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
function touchedBy(before: Table | undefined, now: Now, { nodes: changes, links, moved }: Differences): ReadonlySet<number> {
  const { positions: { nodes, places }, register } = now
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
  // What a guest is depends on its port at the server.
  for (const name of names) register.guests.get(name)?.forEach(touch)
  for (const { ends } of links) for (const { node } of ends) touch(node)
  for (const name of moved.nodes) touch(name)
  eachMoved(register, moved, touch)
  return touched
}
