/**
 * Where ways to one destination end, in small numbers: for each stack a code, and for codes from `firstEnd` on an end in a pool.
 * What is lost at the very stack has a code and no end: of thousands of stacks without a route nobody asks each for its sentence.
 */
import type { Ip } from '../address/ip.ts'
import { toldOtherwise, type Retold } from './told.ts'
import type { DropReason } from './trace.ts'

/** The end of a way, as far as all who go it share it. */
export interface End {
  /** The stack that has the address; undefined where it is lost. */
  readonly stack: string | undefined
  readonly reason: DropReason | null
  readonly because: string | null
  /** Bytes of the largest packet with DF that gets there. */
  readonly mtu: number
  /** Stacks from here to there, at most as many as a packet lives; where equal ways differ, of the longest. Of a circle: until it is reached. */
  readonly steps: number
  /** Among equal ways there are some of other lengths. */
  readonly uneven: boolean
  /** Among equal ways there are some of other MTUs. */
  readonly apart: boolean
  /** The end itself, without a way to it: a place in the pool. */
  readonly terminal: number
  /** The number of the stack that it is lost at, or after; -1 where none is. */
  readonly at: number
  /** Stacks that it goes round through; 0 where it does not. */
  readonly circle: number
  /** Names of stacks whose forward chains are asked on the way, or on some of the equal ways. What is lost has none: it is followed packet by packet. */
  readonly screens: readonly string[]
  /** Among equal ways there are some that pass by one of these. */
  readonly some: boolean
}

/** Codes: nothing known yet; on its way through here; to be followed packet by packet. */
export const unknown = 0
export const under = -1
export const follow = 1
/** Lost at the stack itself: no route, no forwarding, a route that says so, nobody at the next hop. */
export const noRoute = 2
export const notForwarding = 3
export const blackhole = 4
export const unreachable = 5
export const lostOnWire = 6
/** The way is longer than a packet lives, wherever it would end. */
export const tooLong = 7
/** Of what a stack sends itself: it goes round until it dies; it comes back to its sender, who takes nothing from himself. */
export const round = 8
export const ownSource = 9
/** From here on numbers of ends. */
export const firstEnd = 10

export const isLostHere = (code: number): boolean => code >= noRoute && code <= lostOnWire

/** A packet's time to live lets 63 stacks forward it; the one that comes next may have it, or have no route for it. */
export const mostSteps = 64

/** In a source's place: none, and not sent on by next hops or not known. */
export const none = -1
export const notSent = -2

/** All ways to one destination. */
export interface Column {
  readonly dst: Ip
  /** By the number of a stack: of what it forwards, and of what it sends itself, with the number of its source address. */
  ends: Int32Array
  sent: Int32Array
  sources: Int32Array
  pool: End[]
  numbers: Map<number, number>
  /** Slots that the ways between forwarding stacks were read from. */
  touched: Set<number>
  /** Whether one interface has the address: of these tables, not kept. */
  sole: boolean | undefined
  /** The edits since somebody asked last: what of it they may have changed is looked at when somebody does again. */
  since: Since | undefined
  /** Through so many edits. */
  unasked: number
  /** Another plane's column has the same tables: whoever writes takes a copy first. */
  shared: boolean
}

/** By number: stacks that may do otherwise with what they forward, and those that may with what they send themselves. */
export interface Doubt {
  readonly stacks: ReadonlySet<number>
  readonly senders: ReadonlySet<number>
}

/** One edit, of whatever destination, and those before it. */
export interface Edit extends Doubt {
  /** What a routing protocol tells otherwise: to whom depends on the destination. */
  readonly retold: Retold | undefined
  /** Its speakers themselves are others, and all of them in doubt. */
  readonly respoken: boolean
}

export interface Since {
  readonly edit: Edit
  readonly before: Since | undefined
}

export const emptyColumn = (dst: Ip): Column => ({
  dst, ends: new Int32Array(0), sent: new Int32Array(0), sources: new Int32Array(0), pool: [], numbers: new Map(), touched: new Set(), sole: undefined, since: undefined, unasked: 0, shared: false,
})

/** The same for other tables: either may go on without a word to the other. */
export function handedOn(column: Column, edit: Edit): Column {
  column.shared = true
  return { ...column, since: { edit, before: column.since }, sole: undefined, unasked: column.unasked + 1 }
}

/** Everybody whose doings in a column the edits may have changed; undefined where that may be anybody. */
export function doubtOf({ dst, ends, sent, since }: Column, numbers: ReadonlyMap<string, number>): Doubt | undefined {
  const stacks = new Set<number>()
  const senders = new Set<number>()
  // Only what is known can be wrong.
  const doubt = (number: number, forwards: boolean, sends: boolean): void => {
    if (forwards && (ends[number] ?? unknown) !== unknown) stacks.add(number)
    if (sends && (sent[number] ?? unknown) !== unknown) senders.add(number)
  }
  let retold: Retold | undefined
  let isApart = false
  for (let at = since; at; at = at.before) {
    const { edit } = at
    for (const number of edit.stacks) doubt(number, true, false)
    for (const number of edit.senders) doubt(number, false, true)
    isApart ||= edit.respoken
    // What was told and told back again is nothing: the first is compared with the last.
    if (edit.retold && !isApart) retold = { from: edit.retold.from, to: retold?.to ?? edit.retold.to }
  }
  const told = retold ? toldOtherwise(retold, dst) : []
  for (const name of told ?? []) doubt(numbers.get(name) ?? none, true, true)
  return told && { stacks, senders }
}

/** Before anything is written. */
export function makeOwn(column: Column): void {
  if (!column.shared) return
  const { ends, sent, sources, pool, numbers, touched } = column
  column.ends = ends.slice()
  column.sent = sent.slice()
  column.sources = sources.slice()
  column.pool = [...pool]
  column.numbers = new Map(numbers)
  column.touched = new Set(touched)
  column.shared = false
}

export function forgetIn(column: Column, number: number): void {
  if ((column.sent[number] ?? unknown) === unknown && (column.sources[number] ?? notSent) === notSent) return
  makeOwn(column)
  column.sent[number] = unknown
  column.sources[number] = notSent
}

/** Room for one more number, and some for those that follow it: there are so many. */
export function roomFor(column: Column, number: number, count: number): void {
  if (number < column.ends.length) return
  const size = Math.max(number + 1, Math.min(count, column.ends.length * 2), 16)
  const larger = (table: Int32Array, fill: number): Int32Array => {
    const made = new Int32Array(size).fill(fill)
    made.set(table)
    return made
  }
  column.ends = larger(column.ends, unknown)
  column.sent = larger(column.sent, unknown)
  column.sources = larger(column.sources, notSent)
}

export const endAt = ({ pool }: Column, code: number): End | undefined => (code < firstEnd ? undefined : pool[code - firstEnd])

function terminalIn(column: Column, end: Pick<End, 'stack' | 'reason' | 'because' | 'mtu' | 'steps' | 'at' | 'circle'>, screens: readonly string[] = [], some = false): number {
  makeOwn(column)
  return column.pool.push({ ...end, uneven: false, apart: false, terminal: column.pool.length, screens, some }) - 1 + firstEnd
}

/** The code of a stack that has the address. */
export const arrival = (column: Column, stack: string): number => terminalIn(column, { stack, reason: null, because: null, mtu: 65535, steps: 0, at: -1, circle: 0 })

/** The code of a circle of so many stacks, for each that is of it. */
export const circleOf = (column: Column, stacks: number): number => terminalIn(column, { stack: undefined, reason: 'loop', because: null, mtu: 0, steps: 0, at: -1, circle: stacks })

/** The code for those before a stack that a packet is lost at by a code of its own; `says` is asked once. */
export function lossAt(column: Column, number: number, code: number, says: () => Loss): number {
  const key = lossKey(number, code)
  let known = column.numbers.get(key)
  // From the stack that gives it to nobody it is one step further than from one that gives it away no more.
  if (known === undefined) {
    known = terminalIn(column, { stack: undefined, ...says(), mtu: 0, steps: code === lostOnWire ? 1 : 0, at: number, circle: 0 })
    column.numbers.set(key, known)
  }
  return known
}

const lossKey = (number: number, code: number): number => -1 - (number * firstEnd + code)

/** The end that stands for such a loss, where anybody before the stack has come to it. */
export function toldLossAt(column: Column, number: number, code: number): End | undefined {
  const known = column.numbers.get(lossKey(number, code))
  return known === undefined ? undefined : endAt(column, known)
}

/** The terminal for those whose packets a stack's forward chain is asked about first. */
export const behind = (column: Column, terminal: number, number: number, name: string): number =>
  variant(column, terminal, 2 * number, ({ screens, some }) => [[name, ...screens], some])

/** The terminal for those who come to two such by equal ways. */
export function either(column: Column, one: number, other: number): number {
  const [a, b] = [column.pool[one], column.pool[other]]
  if (one === other || !a || !b) return one
  const more = b.screens.filter((name) => !a.screens.includes(name))
  const differ = more.length > 0 || a.screens.length > b.screens.length
  return !differ && a.some === b.some ? one : variant(column, one, 2 * other + 1, () => [[...a.screens, ...more], differ || a.some || b.some])
}

/** `how` it differs from the terminal, in a number; `says` is asked once. */
function variant(column: Column, terminal: number, how: number, says: (end: End) => readonly [readonly string[], boolean]): number {
  // Below those of losses.
  const key = -(terminal + 1) * 2 ** 26 - how
  let known = column.numbers.get(key)
  const end = column.pool[terminal]
  if (known === undefined && end) {
    known = terminalIn(column, end, ...says(end)) - firstEnd
    column.numbers.set(key, known)
  }
  return known ?? terminal
}

export interface Loss {
  readonly reason: DropReason | null
  readonly because: string | null
}

/** The code of an end that is so far from its terminal. */
export function endAfter(column: Column, { terminal, mtu, steps, uneven, apart }: Pick<End, 'terminal' | 'mtu' | 'steps' | 'uneven' | 'apart'>): number {
  const at = column.pool[terminal]
  // Of equal ways some may be short enough; and rules may end it before its time.
  if (steps > mostSteps) return uneven || (at && at.screens.length > 0) ? follow : tooLong
  // An MTU has 16 bits, and steps 7.
  const key = terminal * 2 ** 25 + mtu * 512 + (apart ? 256 : 0) + (uneven ? 128 : 0) + steps
  let code = column.numbers.get(key)
  if (code === undefined && at) {
    makeOwn(column)
    code = column.pool.push({ ...at, mtu, steps, uneven, apart }) - 1 + firstEnd
    column.numbers.set(key, code)
  }
  return code ?? follow
}
