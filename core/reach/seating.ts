/** Who is at which site, kept from one question to the next; and where symmetries take them. */
import type { Ip } from '../address/ip.ts'
import type { StackNode } from '../infra/node.ts'
import type { Sites, Ways } from './sites.ts'

export interface Point {
  /** The object of the node or owner. */
  readonly home: number
  /** A stack that is no end system, as a sender. */
  readonly isItself: boolean
  /** Who may send, and be sent to; of an address the node that has it. */
  readonly senders: readonly StackNode[]
  readonly targets: readonly StackNode[]
  /** Of a stack's address; end systems are asked for all that they have. */
  readonly address: Ip | undefined
}

export interface Points {
  readonly all: readonly Point[]
  readonly moves: Moves
  readonly ways: Ways
}

/** Two by two the points that a symmetry makes change places: of number i those from begin[i] up to begin[i + 1]. */
export interface Moves {
  /** So many symmetries there are. */
  readonly count: number
  readonly begin: Int32Array
  readonly pairs: Int32Array
}

/** Those at one site of whom the same is told. */
interface Group extends Point {
  readonly words: string
  readonly row: Row
  readonly site: number
  /** Of the question that is asked. */
  number: number
  /** Lists of earlier turns belong to the points of an earlier question. */
  turn: number
  senders: StackNode[]
  targets: StackNode[]
  address: Ip | undefined
}

/** Groups of whom the same is told, by their sites. */
type Row = Map<number, Group>

export interface Seating {
  readonly sites: Sites
  /** By what is told of who is there. */
  readonly rows: Map<string, Row>
  /** All that somebody is in. */
  readonly groups: Set<Group>
  readonly groupsOf: Map<StackNode, Group[]>
  turn: number
}

export const emptySeating = (sites: Sites): Seating => ({ sites, rows: new Map(), groups: new Set(), groupsOf: new Map(), turn: 0 })

const groupAt = ({ sites, turn }: Seating, words: string, row: Row, site: number, isItself: boolean): Group =>
  ({ words, row, site, number: -1, turn, home: sites.all[site]?.objects[0] ?? -1, isItself, senders: [], targets: [], address: undefined })

/** An end system takes its seat. */
export function sitEnd(seating: Seating, site: number, words: string, node: StackNode, sender: boolean, target: boolean): void {
  sit(seating, site, words, false, node, sender, target)
}

/** One that is no end system asks by itself, and is asked for its addresses. */
export function sitItself(seating: Seating, site: number, words: string, node: StackNode, sender: boolean): void {
  sit(seating, site, words, true, node, sender, false)
}

export function sitAddress(seating: Seating, site: number, words: string, node: StackNode, target: boolean, address: Ip): void {
  const group = sit(seating, site, words, false, node, false, target)
  if (group) group.address = address
}

function sit(seating: Seating, site: number, words: string, isItself: boolean, node: StackNode, sender: boolean, target: boolean): Group | undefined {
  if (!sender && !target) return undefined
  const { rows, groups, groupsOf } = seating
  let row = rows.get(words)
  if (!row) rows.set(words, (row = new Map()))
  let group = row.get(site)
  if (!group) {
    group = groupAt(seating, words, row, site, isItself)
    // Whoever asks is mostly asked, too: one list for both as long as that is so.
    group.targets = group.senders
    row.set(site, group)
    groups.add(group)
  }
  const mine = groupsOf.get(node)
  if (mine) mine.push(group)
  else groupsOf.set(node, [group])
  own(group, seating.turn)
  const isShared = group.senders === group.targets
  if (isShared && !(sender && target)) group.targets = [...group.senders]
  if (sender) group.senders.push(node)
  if (target && group.targets !== group.senders) group.targets.push(node)
  return group
}

/** Lists that may be written on. */
function own(group: Group, turn: number): void {
  if (group.turn === turn) return
  group.turn = turn
  const isShared = group.senders === group.targets
  group.senders = [...group.senders]
  group.targets = isShared ? group.senders : [...group.targets]
}

/** Whatever the node sat on is free. */
export function rise({ rows, groups, groupsOf, turn }: Seating, node: StackNode): void {
  for (const group of groupsOf.get(node) ?? []) {
    own(group, turn)
    const { words, row, site, senders, targets } = group
    without(senders, node)
    if (targets !== senders) without(targets, node)
    if (senders.length > 0 || targets.length > 0) continue
    groups.delete(group)
    row.delete(site)
    if (row.size === 0) rows.delete(words)
  }
  groupsOf.delete(node)
}

function without(list: StackNode[], node: StackNode): void {
  const at = list.indexOf(node)
  if (at >= 0) list.splice(at, 1)
}

/** All points, and of nobody those that somebody is taken to. Undefined where there would be too many. */
export function pointsMoved(seating: Seating, ways: Ways, most: number): Points | undefined {
  const all: Group[] = []
  const count = (group: Group): Group => {
    group.number = all.length
    all.push(group)
    return group
  }
  seating.groups.forEach(count)
  const empty = new Map<Row, Row>()
  const taken = ({ words, row, isItself }: Group, site: number): Group => {
    const known = row.get(site) ?? empty.get(row)?.get(site)
    if (known) return known
    const group = count(groupAt(seating, words, row, site, isItself))
    const others = empty.get(row)
    if (others) others.set(site, group)
    else empty.set(row, new Map([[site, group]]))
    return group
  }
  const [begin, swap, to]: [number[], number[], number[]] = [[0], [], []]
  // More come while these are gone through.
  for (let i = 0; i < all.length; i++) {
    const group = all[i]
    if (!group || all.length > most) return undefined
    const end = ways.begin[group.site + 1] ?? 0
    for (let way = ways.begin[group.site] ?? 0; way < end; way++) {
      swap.push(ways.swap[way] ?? 0)
      to.push(taken(group, ways.to[way] ?? 0).number)
    }
    begin.push(to.length)
  }
  const mine = { count: ways.count, begin: Int32Array.from(begin), swap: Int32Array.from(swap), to: Int32Array.from(to) }
  return { all: all.map(({ home, isItself, senders, targets, address }) => ({ home, isItself, senders, targets, address })), moves: movesOf(mine), ways: mine }
}

/** Each two once. */
function movesOf({ count, begin, swap, to }: Ways): Moves {
  const starts = new Int32Array(count + 1)
  for (const number of swap) starts[number + 1] = (starts[number + 1] ?? 0) + 1
  // Each two are found from either side, and are written down as two numbers.
  for (let number = 0; number < count; number++) starts[number + 1] = (starts[number + 1] ?? 0) + (starts[number] ?? 0)
  const free = starts.slice()
  const pairs = new Int32Array(swap.length)
  for (let i = 0; i + 1 < begin.length; i++) {
    for (let way = begin[i] ?? 0; way < (begin[i + 1] ?? 0); way++) {
      const other = to[way] ?? 0
      if (other < i) continue
      const number = swap[way] ?? 0
      const at = free[number] ?? 0
      pairs[at] = i
      pairs[at + 1] = other
      free[number] = at + 2
    }
  }
  return { count, begin: starts, pairs }
}
