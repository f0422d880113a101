/**
 * Routes as a graph: what becomes of a packet at a stack by its destination alone. One table for each destination serves all
 * that send there; what is worked out is kept from one compilation to the next as far as nothing it was read from has changed.
 */
import { isLinkLocal, type Ip } from '../address/ip.ts'
import {
  blackhole, endAt, follow, lostOnWire, makeOwn, mostSteps, none, noRoute, notSent, ownSource, roomFor, round, tooLong, unknown, unreachable, type Column, type End, type Loss,
} from './column.ts'
import { routesOf, type Asking } from './fib.ts'
import { screened } from './filter.ts'
import { answerTo } from './follow.ts'
import { fromOutside } from './ip-input.ts'
import { keptAfter, mostUnasked, numbering, sourceNumber, type Kept } from './kept-columns.ts'
import { kindOf, lookup } from './landing.ts'
import { landingsOf, type Landings } from './landings.ts'
import { isOwnedOnce } from './owners.ts'
import { onwardIn } from './onward.ts'
import { keyOf, type IpKey, type Packet } from './packet.ts'
import type { NextHop, Stack, World } from './tables.ts'
import { goesRound, livesNoLonger } from './time-to-live.ts'
import type { SameWays, Shortcuts } from './run.ts'
import { slotOf, whatIsTold, type Changes, type Footprint, type Slots } from './touched.ts'
import type { DropReason, Verdict } from './trace.ts'

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

/** By the code of an answer that its sender loses by routes alone. */
const reasons: Readonly<Record<number, DropReason>> = { [noRoute]: 'no-route', [unreachable]: 'no-route', [blackhole]: 'blackhole', [round]: 'loop', [tooLong]: 'loop', [ownSource]: 'filtered' }

export interface Walker {
  /**
   * An echo there and back, where routes alone decide it and no rules on its way drop it; undefined where packets have to be followed.
   * `unasked`: also where there are any rules on its way, which may say something else of other packets.
   */
  echo(from: Stack, to: Stack, address: Ip, unasked?: boolean): Answer | undefined
  /**
   * Whether a packet of so many bytes that the stack forwards gets to one and the same stack in the same shape whichever of the equal ways
   * to its destination chance decides for: then what that was read from.
   */
  readonly sameWays: SameWays
  /** Where it ends what a stack sends itself that looks at destinations alone, to an address that one interface has; undefined where that is not known, or rules on the way are asked. */
  endOf(from: Stack, dst: Ip): End | undefined
  /** What such an answer was read from, the first step of each way to a neighbour aside. */
  echoFootprint(from: Stack, to: Stack, address: Ip): Footprint
  /** Whether an echo leans on this slot by a step of somebody who was asked for not long ago, to somebody who was. */
  isLeanedOn(slot: number): boolean
  /** The same for tables that differ so much. */
  after(world: World, changes: Changes, shortcuts?: Shortcuts): Walker
}

export const walkerOf = (world: World, slots: Slots, shortcuts: Shortcuts = {}): Walker =>
  walkerWith(world, { slots, numbers: new Map(), sources: [], sourceNumbers: new Map(), sourceOfHops: new WeakMap(), columns: new Map(), rows: new Map(), edits: 0, askedAt: [] }, landingsOf(world, slots, shortcuts))

function walkerWith(world: World, kept: Kept, landings: Landings): Walker {
  const { slots, rows } = kept
  const numberOf = numbering(kept.numbers)
  const asking: Asking = { world, touched: undefined }
  // Who forwards will be met on the way.
  for (const stack of world.stacks.values()) if (stack.forwarding) numberOf(stack)
  const { columnOf, forwarded, across, stepsOver, sourceOf, lossOf } = onwardIn(world, kept, landings, numberOf)
  /** Rows that no other tables have. */
  const ownRows = new Map<number, Set<number>>()
  const rowOf = (number: number): Set<number> => {
    let row = ownRows.get(number)
    if (!row) {
      ownRows.set(number, (row = new Set(rows.get(number))))
      rows.set(number, row)
    }
    return row
  }

  /** The code of what the stack sends itself; its source is left in `sources`. */
  const sentBy = (column: Column, stack: Stack, number: number, dst: Ip, key: IpKey): number => {
    if (kindOf(stack) === 'odd') return follow
    // A router's own packets go the way of those that it forwards, save that its forward chain is not asked.
    const forwards = stack.forwarding && !stack.policy?.forward
    const way = forwards ? forwarded(column, stack, dst, key) : unknown
    const known = forwards ? column.sources[number] ?? notSent : notSent
    if (known >= 0) return ownedOnce(number, known) ? asSent(column, way, number, dst.family) : follow
    // Of who forwards the column remembers what it was told.
    if (!forwards && world.told.ospf?.speakers.has(stack.name)) rowOf(number).add(whatIsTold)
    const found = lookup(asking, stack, routesOf(stack).main, dst)
    if (!found || found.type === 'blackhole' || found.type === 'unreachable') {
      column.sources[number] = sourceNumber(kept, dst)
      return !found ? noRoute : found.type === 'blackhole' ? blackhole : unreachable
    }
    if (found.type !== 'unicast') return follow
    const source = sourceOf(stack, found, dst)
    if (source === none || !ownedOnce(number, source)) return follow
    column.sources[number] = source
    if (forwards) return asSent(column, way, number, dst.family)
    // A step to a gateway serves all destinations, one to a neighbour itself is remembered with it.
    const shared = !noted.has(found.hops) && found.hops.some(({ via }) => via !== undefined)
    if (shared) noted.add(found.hops)
    const landed = stepsOver(stack, found, dst, key, shared ? rowOf(number) : undefined)
    for (const { known, far } of landed) {
      if (!known) return follow
      if (far && (column.ends[numberOf(far)] ?? unknown) === unknown) forwarded(column, far, dst, key)
    }
    return asSent(column, across(column, landed, dst, key), number, dst.family)
  }

  /**
   * The same as its sender meets it. What goes round dies, or comes to him: IPv4 takes nothing from outside that is from itself. The words
   * of a circle need a device that it has come by before; whether it enters and goes round by one device is not told here.
   */
  const asSent = (column: Column, code: number, number: number, family: 4 | 6): number => {
    const end = endAt(column, code)
    if (!end) return code
    if (end.circle === 0) return family === 4 && end.at === number ? ownSource : code
    const left = mostSteps - end.circle
    if (end.steps === 0) return family === 4 && left >= 0 ? ownSource : left > 0 ? round : tooLong
    return left > end.steps ? round : left === end.steps ? follow : tooLong
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

  /** The code of where it ends that the stack sends; what it is sent from stands in `sources`. */
  const codeOf = (column: Column, stack: Stack, number: number, dst: Ip): number => {
    let code = column.sent[number] ?? unknown
    if (code === unknown) {
      makeOwn(column)
      roomFor(column, number, kept.numbers.size)
      rowOf(number).add(slotOf(slots, 'stacks', stack.name))
      code = sentBy(column, stack, number, dst, keyOf(dst))
      column.sent[number] = code
    }
    return code
  }
  const lossFrom = (stack: Stack, code: number, src: Ip, dst: Ip): Loss =>
    code === ownSource ? { reason: 'filtered', because: fromOutside(stack, src) }
      : code === round ? { reason: 'loop', because: goesRound() } : code === tooLong ? { reason: 'loop', because: livesNoLonger(mostSteps) } : lossOf(stack, code, dst, keyOf(dst))
  /** Why an answer is lost that its sender gives to nobody, where that is so whoever has asked: who asked may be known without a question. */
  const lostAnswer = (stack: Stack, dst: Ip): DropReason | null => {
    const found = lookup(asking, stack, routesOf(stack).main, dst)
    const via = found?.hops.length === 1 ? found.hops[0]?.via : undefined
    if (!found || !via || isLinkLocal(via) || world.services.has(keyOf(via)) || world.owners.get(keyOf(via))?.some((name) => name !== stack.name)) return null
    const { reason } = lossOf(stack, lostOnWire, dst, keyOf(dst))
    return reason === 'neighbour-unreachable' ? reason : null
  }
  const forwards = (name: string, packet: Packet, hasSeen: boolean): boolean => {
    const stack = world.stacks.get(name)
    return stack !== undefined && screened(stack, 'forward', packet, hasSeen) === undefined
  }
  /** An answer is one to who has seen the question go by, and invalid to others (nf_conntrack_in); of equal ways nobody knows which it took. */
  const forwardsAnswer = (name: string, packet: Packet, there: End): boolean => {
    const mayHaveSeen = there.screens.includes(name)
    return (!mayHaveSeen || forwards(name, packet, true)) && ((mayHaveSeen && !there.some) || forwards(name, packet, false))
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
    echo(from, to, address, unasked = false) {
      const column = columnOf(address)
      const number = numberOf(from)
      kept.askedAt[number] = kept.edits
      kept.askedAt[numberOf(to)] = kept.edits
      const code = codeOf(column, from, number, address)
      const src = code === follow ? undefined : kept.sources[column.sources[number] ?? none]
      if (!src) return undefined
      const end = endAt(column, code)
      const isScreened = kindOf(from) === 'screened' || kindOf(to) === 'screened'
      const question: Packet | undefined = isScreened || (end && end.screens.length > 0) ? echoOf(src, address) : undefined
      if (question && screened(from, 'output', question) !== undefined) return undefined
      if (!end) return { verdict: 'dropped', ...lossFrom(from, code, src, address), pathMtu: null }
      if (end.stack === undefined) return lost.get(end) ?? made(lost, end, { verdict: 'dropped', reason: end.reason, because: end.because, pathMtu: null })
      if (end.stack !== to.name || !column.sole) return undefined
      if (question && end.screens.length > 0 && (unasked || !end.screens.every((name) => forwards(name, question, true)))) return undefined
      const refused = question && screened(to, 'input', question)
      if (refused !== undefined) return { verdict: 'dropped', reason: 'filtered', because: refused, pathMtu: null }
      const home = columnOf(src)
      const backCode = codeOf(home, to, numberOf(to), src)
      const back = endAt(home, backCode)
      if (backCode === follow || (back?.stack !== undefined && back.stack !== from.name)) return undefined
      const answer = question || (back && back.screens.length > 0) ? answerTo(question ?? echoOf(src, address)) : undefined
      if (answer && screened(to, 'output', answer) !== undefined) return undefined
      if (answer && back && back.screens.length > 0 && (unasked || !back.screens.every((name) => forwardsAnswer(name, answer, end)))) return undefined
      if (answer && back?.stack !== undefined && screened(from, 'input', answer) !== undefined) return noReturn.get('filtered') ?? made(noReturn, 'filtered', { verdict: 'dropped', reason: 'no-return', because: 'filtered', pathMtu: null })
      if (back?.stack !== undefined) return delivered.get(end.mtu) ?? made(delivered, end.mtu, { verdict: 'delivered', reason: null, because: null, pathMtu: end.mtu })
      // Who was asked for knows who asked: an answer may find a neighbour that it could not have asked for itself.
      const reason = backCode === lostOnWire ? lostAnswer(to, src) : back ? back.reason : reasons[backCode] ?? null
      if (reason === null || (back && !byRoutesAlone.has(reason))) return undefined
      return noReturn.get(reason) ?? made(noReturn, reason, { verdict: 'dropped', reason: 'no-return', because: reason, pathMtu: null })
    },
    sameWays: (stack, dst, size, ttl) => {
      if (!stack.forwarding || kindOf(stack) !== 'plain') return undefined
      const column = columnOf(dst)
      const end = endAt(column, forwarded(column, stack, dst, keyOf(dst)))
      const far = end?.stack === undefined ? undefined : world.stacks.get(end.stack)
      // It may come in there by another device, so nobody there may look at that; nor is anybody asked on the way.
      return end && far && kindOf(far) === 'plain' && end.screens.length === 0 && !end.apart && size <= end.mtu && end.steps < ttl ? column.touched : undefined
    },
    endOf(from, dst) {
      if (kindOf(from) !== 'plain') return undefined
      const column = columnOf(dst)
      const end = column.sole ? endAt(column, codeOf(column, from, numberOf(from), dst)) : undefined
      return end && end.screens.length > 0 ? undefined : end
    },
    echoFootprint(from, to, address) {
      const column = columnOf(address)
      const src = kept.sources[column.sources[numberOf(from)] ?? none]
      const back = src && columnOf(src)
      return [...column.touched, ...(rows.get(numberOf(from)) ?? []), ...(rows.get(numberOf(to)) ?? []), ...(back?.touched ?? []), whatIsTold]
    },
    isLeanedOn: (slot) => landings.isReadBy(slot, (sender, destination) => {
      const number = kept.numbers.get(sender)
      return number !== undefined && kept.edits - (kept.askedAt[number] ?? -mostUnasked) < mostUnasked && (destination === undefined || kept.columns.has(destination))
    }),
    after: (later, changes, theirs = {}) => {
      ownRows.clear()
      return changes.all ? walkerOf(later, slots, theirs) : walkerWith(later, ...keptAfter(later, theirs, kept, landings, changes))
    },
  }
}

/** What a rule looks at of an echo request. */
const echoOf = (src: Ip, dst: Ip): Packet =>
  ({ kind: 'ip', src, dst, proto: 'icmp', answer: false, sport: 1, dport: 1, ttl: 64, df: false, size: 84, piece: 84, carried: undefined })
