/** Who is at which site, put together for one question; and where symmetries take them. */
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

/** Points of all of whom the same is told, by their sites. */
type Row = Map<number, Taken>

interface Taken extends Point {
  readonly number: number
  readonly row: Row
  readonly site: number
  senders: StackNode[]
  targets: StackNode[]
  address: Ip | undefined
}

export interface Seating {
  readonly sites: Sites
  readonly points: Taken[]
  /** By what is told of who is there. */
  readonly rows: Map<string, Row>
}

export const emptySeating = (sites: Sites): Seating => ({ sites, points: [], rows: new Map() })

// Never added to: most points have no more than one on their lists.
const nobody: StackNode[] = []

function pointAt({ sites, points }: Seating, row: Row, site: number, isItself: boolean): Taken {
  let point = row.get(site)
  if (!point) {
    point = { number: points.length, row, site, home: sites.all[site]?.objects[0] ?? -1, isItself, senders: nobody, targets: nobody, address: undefined }
    row.set(site, point)
    points.push(point)
  }
  return point
}

/** An end system takes its seat. */
export function sitEnd(seating: Seating, site: number, words: string, node: StackNode, sender: boolean, target: boolean): void {
  sit(pointAt(seating, rowOf(seating, words), site, false), node, sender, target)
}

/** One that is no end system asks by itself, and is asked for its addresses. */
export function sitItself(seating: Seating, site: number, words: string, node: StackNode, sender: boolean): void {
  sit(pointAt(seating, rowOf(seating, words), site, true), node, sender, false)
}

export function sitAddress(seating: Seating, site: number, words: string, node: StackNode, target: boolean, address: Ip): void {
  const point = pointAt(seating, rowOf(seating, words), site, false)
  point.address = address
  sit(point, node, false, target)
}

function rowOf({ rows }: Seating, words: string): Row {
  let row = rows.get(words)
  if (!row) rows.set(words, (row = new Map()))
  return row
}

function sit(point: Taken, node: StackNode, sender: boolean, target: boolean): void {
  const isShared = point.senders === point.targets
  // Whoever asks is mostly asked, too: one list for both as long as that is so.
  if (isShared && sender && target) {
    point.senders = joined(point.senders, node)
    point.targets = point.senders
    return
  }
  if (isShared && point.senders !== nobody) point.targets = [...point.senders]
  if (sender) point.senders = joined(point.senders, node)
  if (target) point.targets = joined(point.targets, node)
}

function joined(list: StackNode[], node: StackNode): StackNode[] {
  if (list === nobody) return [node]
  list.push(node)
  return list
}

const nowhere: Pick<Taken, 'row' | 'site'> = { row: new Map(), site: -1 }

/** All points, and of nobody those that somebody is taken to. Undefined where there would be too many. */
export function pointsMoved(seating: Seating, ways: Ways, most: number): Points | undefined {
  const { points } = seating
  let size = 0
  // More come while these are gone through.
  for (let i = 0; i < points.length; i++) {
    const point = points[i]
    if (!point || points.length > most) return undefined
    const { row, site, isItself } = point
    const end = ways.begin[site + 1] ?? 0
    for (let way = ways.begin[site] ?? 0; way < end; way++, size++) pointAt(seating, row, ways.to[way] ?? 0, isItself)
  }
  const [begin, swap, to] = [new Int32Array(points.length + 1), new Int32Array(size), new Int32Array(size)]
  let at = 0
  for (let i = 0; i < points.length; i++) {
    const { row, site } = points[i] ?? nowhere
    const end = ways.begin[site + 1] ?? 0
    for (let way = ways.begin[site] ?? 0; way < end; way++, at++) {
      swap[at] = ways.swap[way] ?? 0
      to[at] = row.get(ways.to[way] ?? 0)?.number ?? i
    }
    begin[i + 1] = at
  }
  const mine = { count: ways.count, begin, swap, to }
  return { all: points, moves: movesOf(mine), ways: mine }
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
