/**
 * Routes as a graph: what becomes of a packet at a stack by its destination alone. One table for each destination serves all
 * that send there; what is worked out is kept from one compilation to the next as far as nothing it was read from has changed.
 */
import { isLinkLocal, printIp, type Ip } from '../address/ip.ts'
import {
  arrival, blackhole, circleOf, emptyColumn, endAfter, endAt, firstEnd, follow, isLostHere, lossAt, lostOnWire, makeOwn, mostSteps, none, noRoute, notForwarding, notSent,
  ownSource, roomFor, round, tooLong, under, unknown, unreachable, type Column, type End, type Loss,
} from './column.ts'
import { routesOf, type Asking } from './fib.ts'
import { screened } from './filter.ts'
import { answerTo } from './follow.ts'
import { fromOutside } from './ip-input.ts'
import { keptAfter, numbering, sourceNumber, type Kept } from './kept-columns.ts'
import { kindOf, lookup, sourceFor, type Lookup } from './landing.ts'
import { landingsOf, type Landed, type Landings } from './landings.ts'
import { isOwnedOnce } from './owners.ts'
import { keyOf, type IpKey, type Packet } from './packet.ts'
import type { NextHop, Stack, World } from './tables.ts'
import { goesRound, livesNoLonger } from './time-to-live.ts'
import type { SameWays } from './run.ts'
import { slotOf, whatIsTold, type Changes, type Footprint, type Slots } from './touched.ts'
import type { DropReason, Verdict } from './trace.ts'
import { t } from '../words.ts'

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

/** A stack whose next hops are being looked at. */
interface OnTheWay {
  readonly number: number
  readonly landed: readonly Landed[]
  /** Of them so many are known. */
  next: number
  /** Some lead back to it, or are not known: it is followed packet by packet. */
  mixed: boolean
}

export interface Walker {
  /** An echo there and back, where routes alone decide it; undefined where packets have to be followed. */
  echo(from: Stack, to: Stack, address: Ip): Answer | undefined
  /**
   * Whether a packet of so many bytes that the stack forwards gets to one and the same stack in the same shape whichever of the equal ways
   * to its destination chance decides for: then what that was read from.
   */
  readonly sameWays: SameWays
  /** What such an answer was read from, the first step of each way to a neighbour aside. */
  echoFootprint(from: Stack, to: Stack, address: Ip): Footprint
  /** The same for tables that differ so much. */
  after(world: World, changes: Changes): Walker
}

export const walkerOf = (world: World, slots: Slots): Walker =>
  walkerWith(world, { slots, numbers: new Map(), sources: [], sourceNumbers: new Map(), columns: new Map(), rows: new Map() }, landingsOf(world, slots))

function walkerWith(world: World, kept: Kept, landings: Landings): Walker {
  const { slots, columns, rows } = kept
  const numberOf = numbering(kept.numbers)
  const asking: Asking = { world, touched: undefined }
  // Who forwards will be met on the way.
  for (const stack of world.stacks.values()) if (stack.forwarding) numberOf(stack)
  // Addresses are mostly the very same objects, which is cheaper to see than what they are.
  const byAddress = new WeakMap<Ip, Column>()
  const columnOf = (dst: Ip): Column => {
    let column = byAddress.get(dst)
    if (column) return column
    const key = keyOf(dst)
    column = columns.get(key)
    if (!column) columns.set(key, (column = emptyColumn(dst)))
    column.sole ??= isOwnedOnce(world, key)
    byAddress.set(dst, column)
    return column
  }
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

  /** Why a stack loses what it sends or forwards itself. */
  const lossOf = (stack: Stack, code: number, dst: Ip, key: IpKey): Loss => {
    switch (code) {
      case notForwarding: return { reason: 'forwarding-off', because: t`${printIp(dst)} is not ${stack.name}'s own and ${stack.name} does not forward` }
      case blackhole: case unreachable: {
        const type = code === blackhole ? 'blackhole' : 'unreachable'
        return { reason: code === blackhole ? 'blackhole' : 'no-route', because: t`${stack.name} has a route that says ${type} for ${printIp(dst)}` }
      }
      case lostOnWire: {
        const found = lookup(asking, stack, routesOf(stack).main, dst)
        const [first] = found ? landings.over(stack, found.hops, dst, key) : []
        return { reason: first?.land.reason ?? null, because: first?.land.because ?? null }
      }
      default: {
        const [refused] = routesOf(stack).refused
        return { reason: 'no-route', because: t`${stack.name} has no route to ${printIp(dst)}${refused ? t` (a route of the file is not installed: ${refused.why})` : ''}` }
      }
    }
  }

  /** The steps to all next hops; `touched` takes what they were read from. */
  const stepsOver = (stack: Stack, found: Lookup, dst: Ip, key: IpKey, touched: Set<number> | undefined): readonly Landed[] => {
    const landed = landings.over(stack, found.hops, dst, key)
    if (touched) for (const { besides } of landed) for (const slot of besides) touched.add(slot)
    return landed
  }

  /** All next hops, where they agree: the codes of those that they lead to are known. */
  const across = (column: Column, landed: readonly Landed[], dst: Ip, key: IpKey): number => {
    let first: End | undefined
    /** What all say that lead to no end. */
    let all = unknown
    let reason: DropReason | null = null
    let [mtu, steps, uneven, apart] = [65535, 0, false, false]
    let [last, lastMtu] = [unknown, 0]
    for (const [i, { known, land, far }] of landed.entries()) {
      if (!known) return follow
      const number = far ? numberOf(far) : 0
      const code = far ? column.ends[number] ?? unknown : lostOnWire
      if (code === last && (code >= firstEnd || code === tooLong) && land.mtu === lastMtu) continue
      if (!far || code === tooLong) {
        if (i > 0 && (all !== code || reason !== land.reason)) return follow
        all = code
        reason = land.reason
      } else {
        const next = endAt(column, isLostHere(code) ? lossAt(column, number, code, () => lossOf(far, code, dst, key)) : code)
        if (!next || all !== unknown) return follow
        if (first && (first.stack !== next.stack || first.reason !== next.reason || first.circle > 0 || next.circle > 0 || (first.at !== next.at && next.reason === 'forwarding-off'))) return follow
        uneven ||= next.uneven || (first !== undefined && next.steps + 1 !== steps)
        const most = Math.min(land.mtu, next.mtu)
        apart ||= next.apart || (first !== undefined && most !== mtu)
        first ??= next
        mtu = Math.min(mtu, most)
        steps = Math.max(steps, next.steps + 1)
      }
      last = code
      lastMtu = land.mtu
    }
    return all !== unknown ? all : first ? endAfter(column, { terminal: first.terminal, mtu, steps, uneven, apart }) : follow
  }

  /** What becomes of what a stack forwards. Depth first with a list of its own: a way may pass more stacks than calls can be nested. */
  const forwarded = (column: Column, start: Stack, dst: Ip, key: IpKey): number => {
    const path: OnTheWay[] = []
    for (let stack: Stack | undefined = start; ;) {
      const entered = stack && enter(column, stack, dst, key)
      if (entered) path.push(entered)
      const top = path.at(-1)
      if (!top) return column.ends[numberOf(start)] ?? follow
      stack = nextFrom(column, path, top)
      if (stack || path.at(-1) !== top) continue
      column.ends[top.number] = top.mixed ? follow : across(column, top.landed, dst, key)
      path.pop()
    }
  }

  /** What a stack does with it, where that is known at once; else it is on its way. */
  const enter = (column: Column, stack: Stack, dst: Ip, key: IpKey): OnTheWay | undefined => {
    const number = numberOf(stack)
    if ((column.ends[number] ?? unknown) !== unknown) return undefined
    makeOwn(column)
    roomFor(column, number, kept.numbers.size)
    column.touched.add(slotOf(slots, 'stacks', stack.name))
    const kind = kindOf(stack)
    const found = kind !== 'odd' ? lookup(asking, stack, routesOf(stack).main, dst) : undefined
    // Its rules are asked by whoever asks for it; about what it forwards it may have others.
    if (kind !== 'plain' && found?.type !== 'local') {
      column.ends[number] = follow
      return undefined
    }
    column.sources[number] = found?.type === 'unicast' ? sourceOf(stack, found, dst) : notSent
    if (found?.type === 'unicast' && stack.forwarding) {
      column.ends[number] = under
      return { number, landed: stepsOver(stack, found, dst, key, column.touched), next: 0, mixed: false }
    }
    column.ends[number] = found?.type === 'broadcast' ? follow : found?.type === 'local' ? arrival(column, stack.name)
      : !stack.forwarding ? notForwarding : !found ? noRoute : found.type === 'blackhole' ? blackhole : unreachable
    return undefined
  }

  /** The next stack that has to be known first. Where that one waits for this, it is a circle: all that are of it are settled, if they know no other way. */
  const nextFrom = (column: Column, path: OnTheWay[], top: OnTheWay): Stack | undefined => {
    for (; top.next < top.landed.length && !top.mixed; top.next++) {
      const step = top.landed[top.next]
      if (!step?.known) top.mixed = true
      if (!step?.far) continue
      const number = numberOf(step.far)
      const code = column.ends[number] ?? unknown
      if (code === unknown) return step.far
      if (code !== under) continue
      const from = path.findIndex((one) => one.number === number)
      const circle = path.slice(from)
      if (circle.every(({ landed }) => landed.length === 1)) {
        const round = circleOf(column, circle.length)
        for (const one of path.splice(from)) column.ends[one.number] = round
        return undefined
      }
      top.mixed = true
    }
    return undefined
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
    // What has only a link-local address is not forwarded: each packet is looked at.
    const number = src && !(src.family === 6 && isLinkLocal(src)) ? sourceNumber(kept, src) : none
    if (fixed) sourceOfHops.set(found.hops, number)
    return number
  }

  /** The code of what the stack sends itself; its source is left in `sources`. */
  const sentBy = (column: Column, stack: Stack, number: number, dst: Ip, key: IpKey): number => {
    const kind = kindOf(stack)
    if (kind === 'odd') return follow
    // A router's own packets go the way of those that it forwards.
    const forwards = kind === 'plain' && stack.forwarding
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
      const code = codeOf(column, from, number, address)
      const src = code === follow ? undefined : kept.sources[column.sources[number] ?? none]
      if (!src) return undefined
      const question: Packet | undefined = kindOf(from) === 'screened' || kindOf(to) === 'screened' ? echoOf(src, address) : undefined
      const answer = question && answerTo(question)
      if (question && screened(from, 'output', question) !== undefined) return undefined
      const end = endAt(column, code)
      if (!end) return { verdict: 'dropped', ...lossFrom(from, code, src, address), pathMtu: null }
      if (end.stack === undefined) return lost.get(end) ?? made(lost, end, { verdict: 'dropped', reason: end.reason, because: end.because, pathMtu: null })
      if (end.stack !== to.name || !column.sole) return undefined
      const refused = question && screened(to, 'input', question)
      if (refused !== undefined) return { verdict: 'dropped', reason: 'filtered', because: refused, pathMtu: null }
      const home = columnOf(src)
      const backCode = codeOf(home, to, numberOf(to), src)
      const back = endAt(home, backCode)
      if (backCode === follow || (back?.stack !== undefined && back.stack !== from.name)) return undefined
      if (answer && screened(to, 'output', answer) !== undefined) return undefined
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
      // It may come in there by another device, so nobody there may look at that.
      return end && far && kindOf(far) === 'plain' && !end.apart && size <= end.mtu && end.steps < ttl ? column.touched : undefined
    },
    echoFootprint(from, to, address) {
      const column = columnOf(address)
      const src = kept.sources[column.sources[numberOf(from)] ?? none]
      const back = src && columnOf(src)
      return [...column.touched, ...(rows.get(numberOf(from)) ?? []), ...(rows.get(numberOf(to)) ?? []), ...(back?.touched ?? []), whatIsTold]
    },
    after: (later, changes) => {
      ownRows.clear()
      return changes.all ? walkerOf(later, slots) : walkerWith(later, ...keptAfter(later, kept, landings, changes))
    },
  }
}

/** What a rule looks at of an echo request. */
const echoOf = (src: Ip, dst: Ip): Packet =>
  ({ kind: 'ip', src, dst, proto: 'icmp', answer: false, sport: 1, dport: 1, ttl: 64, df: false, size: 84, piece: 84, carried: undefined })
