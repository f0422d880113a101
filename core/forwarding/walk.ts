/**
 * Routes as a graph: what becomes of a packet at a stack by its destination alone. One table for each destination serves all
 * that send there; what is worked out is kept from one compilation to the next as far as nothing it was read from has changed.
 */
import { printIp, type Ip } from '../address/ip.ts'
import { routesOf } from './fib.ts'
import { screened } from './filter.ts'
import { answerTo } from './follow.ts'
import { isPlain, isScreened, lookup, sourceFor, type Lookup } from './landing.ts'
import { landingsOf, type Landings } from './landings.ts'
import { isOwnedOnce } from './owners.ts'
import { keyOf, type IpKey, type Packet } from './packet.ts'
import type { NextHop, Stack, World } from './tables.ts'
import { slotOf, type Changes, type Footprint, type Slots } from './touched.ts'
import type { DropReason, Verdict } from './trace.ts'
import { t } from '../words.ts'

/** The end of a way. */
export interface End {
  /** Undefined where it is lost. */
  readonly stack: string | undefined
  readonly reason: DropReason | null
  readonly because: string | null
  readonly mtu: number
  /** Stacks from here to there. */
  readonly steps: number
}

/** What becomes of a question. */
export interface Answer {
  readonly verdict: Verdict
  readonly reason: DropReason | null
  /** For `no-return` the return's own reason; else a sentence, or null. */
  readonly because: string | null
  /** Bytes; null unless delivered. */
  readonly pathMtu: number | null
}

const byRoutesAlone: ReadonlySet<DropReason> = new Set(['no-route', 'forwarding-off', 'blackhole'])

export interface Walker {
  /** An echo there and back, where routes alone decide it; undefined where packets have to be followed. */
  echo(from: Stack, to: Stack, address: Ip): Answer | undefined
  /** What such an answer was read from, the first step of each way to a neighbour aside. */
  echoFootprint(from: Stack, to: Stack, address: Ip): Footprint
  /** The same for tables that differ so much. */
  after(world: World, changes: Changes): Walker
}

// A packet's time to live lets it pass 64 stacks; near that it is followed for real.
const mostSteps = 60

/** Codes of a column: nothing known yet, on its way through here, to be followed, and from there on numbers of ends. */
const unknown = 0
const under = -1
const follow = 1
const firstEnd = 2
/** The number of no source. */
const none = -1
/** In a source's place: not sent on by next hops, or not known. */
const notSent = -2

/** All ways to one destination. */
interface Column {
  /** By the number of a stack: of what it forwards, and of what it sends itself, with the number of its source address. */
  ends: Int32Array
  sent: Int32Array
  sources: Int32Array
  readonly pool: (End & { readonly terminal: number })[]
  readonly numbers: Map<number, number>
  /** Slots that the ways between forwarding stacks were read from. */
  readonly touched: Set<number>
  /** Whether one interface has the address: of these tables, not kept. */
  sole: boolean | undefined
}

/** What outlives the tables: numbers of stacks and addresses, which are given once, and what holds as long as nothing changes. */
interface Kept {
  readonly slots: Slots
  readonly numbers: Map<string, number>
  readonly sources: Ip[]
  readonly sourceNumbers: Map<IpKey, number>
  readonly columns: Map<IpKey, Column>
  /** What everything that a stack sends itself was read from, by its number. */
  readonly rows: Map<number, Set<number>>
}

export const walkerOf = (world: World, slots: Slots): Walker =>
  walkerWith(world, { slots, numbers: new Map(), sources: [], sourceNumbers: new Map(), columns: new Map(), rows: new Map() }, landingsOf(world, slots))

function walkerWith(world: World, kept: Kept, landings: Landings): Walker {
  const { slots, columns, rows } = kept
  const plainStack = remembered(isPlain)
  const screenedStack = remembered(isScreened)
  const numberOf = numbering(kept.numbers)
  // Who forwards will be met on the way.
  for (const stack of world.stacks.values()) if (stack.forwarding) numberOf(stack)
  // Addresses are mostly the very same objects, which is cheaper to see than what they are.
  const byAddress = new WeakMap<Ip, Column>()
  const columnOf = (dst: Ip): Column => {
    let column = byAddress.get(dst)
    if (column) return column
    const key = keyOf(dst)
    column = columns.get(key)
    if (!column) columns.set(key, (column = emptyColumn()))
    column.sole ??= isOwnedOnce(world, key)
    byAddress.set(dst, column)
    return column
  }
  const roomFor = (column: Column, number: number): void => {
    if (number >= column.ends.length) grow(column, number, kept.numbers.size)
  }
  const rowOf = (number: number): Set<number> => {
    let row = rows.get(number)
    if (!row) rows.set(number, (row = new Set()))
    return row
  }

  /** All next hops, where they agree; `touched` takes what the steps to them were read from. */
  const across = (column: Column, stack: Stack, found: Lookup, dst: Ip, key: IpKey, touched: Set<number> | undefined): number => {
    let terminal = -1
    let mtu = 65535
    let steps = 0
    let last = unknown
    let lastMtu = 0
    const landed = landings.over(stack, found.hops, dst, key)
    if (touched) for (const { besides } of landed) for (const slot of besides) touched.add(slot)
    for (const { known, land, far } of landed) {
      if (!known) return follow
      const at = far ? column.ends[numberOf(far)] ?? unknown : unknown
      if (at === last && at >= firstEnd && land.mtu === lastMtu) continue
      const code = far ? forwarded(column, far, dst, key) : numberOfEnd(column, newTerminal(column, undefined, land.reason, land.because), 0, 0)
      const next = code < firstEnd ? undefined : column.pool[code - firstEnd]
      if (!next || next.steps >= mostSteps) return follow
      const first = terminal < 0 ? undefined : column.pool[terminal]
      if (first && (first.stack !== next.stack || first.reason !== next.reason)) return follow
      if (!first) terminal = next.terminal
      last = code
      lastMtu = land.mtu
      mtu = Math.min(mtu, land.mtu, next.mtu)
      steps = Math.max(steps, next.steps + 1)
    }
    return terminal < 0 ? follow : numberOfEnd(column, terminal, mtu, steps)
  }

  const forwarded = (column: Column, stack: Stack, dst: Ip, key: IpKey): number => {
    const number = numberOf(stack)
    const known = column.ends[number] ?? unknown
    // A circle is followed for real, so that the trace can show it.
    if (known !== unknown) return known === under ? follow : known
    // So far no packet lives; and who stands this far in the way is asked again when somebody nearer asks.
    if (depth > 2 * mostSteps) return follow
    roomFor(column, number)
    column.touched.add(slotOf(slots, 'stacks', stack.name))
    const plain = plainStack(stack)
    if (!plain && !screenedStack(stack)) return (column.ends[number] = follow)
    const found = lookup(stack, routesOf(stack).main, dst)
    // Its rules are asked by whoever asks for it; about what it forwards it may have others.
    if (!plain && found?.type !== 'local') return (column.ends[number] = follow)
    const lost = (reason: DropReason, because: string): number => numberOfEnd(column, newTerminal(column, undefined, reason, because), 0, 0)
    column.ends[number] = under
    column.sources[number] = found?.type === 'unicast' ? sourceOf(stack, found, dst) : notSent
    const end = found?.type === 'broadcast' ? follow
      : found?.type === 'local' ? numberOfEnd(column, newTerminal(column, stack.name, null, null), 65535, 0)
      : !stack.forwarding ? lost('forwarding-off', t`${printIp(dst)} is not ${stack.name}'s own and ${stack.name} does not forward`)
      : !found ? lost('no-route', t`${stack.name} has no route to ${printIp(dst)}`)
      : found.type !== 'unicast' ? lost(found.type === 'blackhole' ? 'blackhole' : 'no-route', t`${stack.name} has a route that says ${found.type} for ${printIp(dst)}`)
      : deeper(() => across(column, stack, found, dst, key, column.touched))
    column.ends[number] = end
    return end
  }
  let depth = 0
  const deeper = (go: () => number): number => {
    depth++
    const end = go()
    depth--
    return end
  }

  // Over IPv4 the next hops alone decide the source, save where the route itself names one.
  const sourceOfHops = new WeakMap<readonly NextHop[], number>()
  const sourceOf = (stack: Stack, found: Lookup, dst: Ip): number => {
    const fixed = dst.family === 4 && !found.route?.src
    const known = fixed ? sourceOfHops.get(found.hops) : undefined
    if (known !== undefined) return known
    let src: Ip | undefined
    for (const hop of found.hops) {
      const one = sourceFor(stack, hop, found.route, dst)
      if (!one || (src && keyOf(src) !== keyOf(one))) {
        src = undefined
        break
      }
      src = one
    }
    const number = src ? sourceNumber(kept, src) : none
    if (fixed) sourceOfHops.set(found.hops, number)
    return number
  }

  /** The code of what the stack sends itself; its source is left in `sources`. */
  const sentBy = (column: Column, stack: Stack, number: number, dst: Ip, key: IpKey): number => {
    const plain = plainStack(stack)
    if (!plain && !screenedStack(stack)) return follow
    // A router's own packets go the way of those that it forwards.
    const forwards = plain && stack.forwarding
    const way = forwards ? forwarded(column, stack, dst, key) : unknown
    const known = forwards ? column.sources[number] ?? notSent : notSent
    if (known >= 0) return ownedOnce(number, known) ? way : follow
    const found = lookup(stack, routesOf(stack).main, dst)
    if (!found) {
      const [refused] = routesOf(stack).refused
      const because = t`${stack.name} has no route to ${printIp(dst)}${refused ? t` (a route of the file is not installed: ${refused.why})` : ''}`
      column.sources[number] = sourceNumber(kept, dst)
      return numberOfEnd(column, newTerminal(column, undefined, 'no-route', because), 0, 0)
    }
    if (found.type !== 'unicast') return follow
    const source = sourceOf(stack, found, dst)
    if (source === none || !ownedOnce(number, source)) return follow
    column.sources[number] = source
    if (forwards) return way
    // A step to a gateway serves all destinations, one to a neighbour itself is remembered with it.
    const shared = !noted.has(found.hops) && found.hops.some(({ via }) => via !== undefined)
    if (shared) noted.add(found.hops)
    return across(column, stack, found, dst, key, shared ? rowOf(number) : undefined)
  }
  const noted = new WeakSet<readonly NextHop[]>()
  const single = new Map<number, boolean>()
  /** Whether nobody else has the address that this stack sends from. */
  const ownedOnce = (number: number, source: number): boolean => {
    const src = kept.sources[source]
    if (!src) return false
    let answer = single.get(source)
    if (answer === undefined) single.set(source, (answer = isOwnedOnce(world, keyOf(src))))
    if (sourceOfRow[number] !== source) rowOf(number).add(slotOf(slots, 'asked', keyOf(src)))
    sourceOfRow[number] = source
    return answer
  }
  /** The source that was noted last in each row: mostly the only one. */
  const sourceOfRow: (number | undefined)[] = []

  /** Where it ends that the stack sends; what it is sent from stands in `sources`. */
  const endOf = (column: Column, stack: Stack, number: number, dst: Ip): End | undefined => {
    let code = column.sent[number] ?? unknown
    if (code === unknown) {
      roomFor(column, number)
      rowOf(number).add(slotOf(slots, 'stacks', stack.name))
      code = sentBy(column, stack, number, dst, keyOf(dst))
      column.sent[number] = code
    }
    return code < firstEnd ? undefined : column.pool[code - firstEnd]
  }
  // Of few kinds there are many.
  const delivered = new Map<number, Answer>()
  const lost = new WeakMap<End, Answer>()
  const noReturn = new Map<DropReason, Answer>()
  const made = <K>(map: { get(key: K): Answer | undefined; set(key: K, answer: Answer): unknown }, key: K, answer: Answer): Answer => {
    map.set(key, answer)
    return answer
  }
  return {
    echo(from, to, address) {
      const column = columnOf(address)
      const number = numberOf(from)
      const end = endOf(column, from, number, address)
      const src = end && kept.sources[column.sources[number] ?? none]
      if (!end || !src) return undefined
      const question: Packet | undefined = screenedStack(from) || screenedStack(to) ? echoOf(src, address) : undefined
      const answer = question && answerTo(question)
      if (question && screened(from, 'output', question) !== undefined) return undefined
      if (end.stack === undefined) return lost.get(end) ?? made(lost, end, { verdict: 'dropped', reason: end.reason, because: end.because, pathMtu: null })
      if (end.stack !== to.name || !column.sole) return undefined
      const refused = question && screened(to, 'input', question)
      if (refused !== undefined) return { verdict: 'dropped', reason: 'filtered', because: refused, pathMtu: null }
      const back = endOf(columnOf(src), to, numberOf(to), src)
      if (!back || (back.stack !== undefined && back.stack !== from.name)) return undefined
      if (answer && screened(to, 'output', answer) !== undefined) return undefined
      if (answer && back.stack !== undefined && screened(from, 'input', answer) !== undefined) return noReturn.get('filtered') ?? made(noReturn, 'filtered', { verdict: 'dropped', reason: 'no-return', because: 'filtered', pathMtu: null })
      if (back.stack !== undefined) return delivered.get(end.mtu) ?? made(delivered, end.mtu, { verdict: 'delivered', reason: null, because: null, pathMtu: end.mtu })
      // Who was asked for knows who asked: an answer may find a neighbour that it could not have asked for itself.
      if (back.reason === null || !byRoutesAlone.has(back.reason)) return undefined
      return noReturn.get(back.reason) ?? made(noReturn, back.reason, { verdict: 'dropped', reason: 'no-return', because: back.reason, pathMtu: null })
    },
    echoFootprint(from, to, address) {
      const column = columnOf(address)
      const src = kept.sources[column.sources[numberOf(from)] ?? none]
      const back = src && columnOf(src)
      return [...column.touched, ...rowOf(numberOf(from)), ...rowOf(numberOf(to)), ...(back?.touched ?? [])]
    },
    after: (later, changes) => changes.all ? walkerOf(later, slots) : walkerWith(later, ...keptAfter(later, kept, landings, changes)),
  }
}

/** Worked out once for each stack. */
function remembered(says: (stack: Stack) => boolean): (stack: Stack) => boolean {
  const known = new Map<Stack, boolean>()
  return (stack) => {
    let answer = known.get(stack)
    if (answer === undefined) known.set(stack, (answer = says(stack)))
    return answer
  }
}

/** What a rule looks at of an echo request. */
const echoOf = (src: Ip, dst: Ip): Packet =>
  ({ kind: 'ip', src, dst, proto: 'icmp', answer: false, sport: 1, dport: 1, ttl: 64, df: false, size: 84, piece: 84, carried: undefined })

/** What still holds, in tables of its own: the older plane may yet be asked. */
function keptAfter(world: World, kept: Kept, landings: Landings, changes: Changes): readonly [Kept, Landings] {
  const { slots } = changes
  const meets = (set: ReadonlySet<number>): boolean => {
    if (set.size < slots.size) for (const slot of set) if (slots.has(slot)) return true
    if (set.size >= slots.size) for (const slot of slots) if (set.has(slot)) return true
    return false
  }
  const columns = new Map<IpKey, Column>()
  for (const [key, column] of kept.columns) {
    if (meets(column.touched)) continue
    columns.set(key, { ...column, ends: column.ends.slice(), sent: column.sent.slice(), sources: column.sources.slice(), pool: [...column.pool], numbers: new Map(column.numbers), touched: new Set(column.touched), sole: undefined })
  }
  const rows = new Map<number, Set<number>>()
  const forgetIn = ({ sent, sources }: Column, number: number): void => {
    if (number >= sent.length) return
    sent[number] = unknown
    sources[number] = notSent
  }
  const forget = (number: number): void => {
    for (const column of columns.values()) forgetIn(column, number)
  }
  for (const [number, touched] of kept.rows) {
    if (meets(touched)) forget(number)
    else rows.set(number, new Set(touched))
  }
  const still = landings.after(world, changes, (sender, key) => {
    const number = kept.numbers.get(sender)
    const column = columns.get(key)
    if (number !== undefined && column) forgetIn(column, number)
  })
  return [{ ...kept, columns, rows }, still]
}

/** Stacks by dense numbers that are given once. */
function numbering(numbers: Map<string, number>): (stack: Stack) => number {
  const here: (number | undefined)[] = []
  return (stack) => {
    const known = here[stack.id]
    if (known !== undefined) return known
    let number = numbers.get(stack.name)
    if (number === undefined) numbers.set(stack.name, (number = numbers.size))
    return (here[stack.id] = number)
  }
}

function sourceNumber({ sources, sourceNumbers }: Kept, ip: Ip): number {
  const key = keyOf(ip)
  let number = sourceNumbers.get(key)
  if (number === undefined) sourceNumbers.set(key, (number = sources.push(ip) - 1))
  return number
}

const emptyColumn = (): Column => ({
  ends: new Int32Array(0), sent: new Int32Array(0), sources: new Int32Array(0), pool: [], numbers: new Map(), touched: new Set(), sole: undefined,
})

/** Room for one more number, and some for those that follow it. */
function grow(column: Column, number: number, count: number): void {
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

function newTerminal(column: Column, stack: string | undefined, reason: DropReason | null, because: string | null): number {
  const terminal = column.pool.length
  column.pool.push({ stack, reason, because, mtu: stack === undefined ? 0 : 65535, steps: 0, terminal })
  column.numbers.set(numeral(terminal, stack === undefined ? 0 : 65535, 0), terminal + firstEnd)
  return terminal
}

// An MTU has 16 bits and a way fewer than 64 steps.
const numeral = (terminal: number, mtu: number, steps: number): number => terminal * 2 ** 23 + mtu * 64 + steps

/** The code of an end that is so far from its terminal. */
function numberOfEnd(column: Column, terminal: number, mtu: number, steps: number): number {
  const key = numeral(terminal, mtu, steps)
  let code = column.numbers.get(key)
  const at = column.pool[terminal]
  if (code === undefined && at) {
    code = column.pool.push({ ...at, mtu, steps }) - 1 + firstEnd
    column.numbers.set(key, code)
  }
  return code ?? follow
}
