/**
 * What becomes of what stacks forward, by destination: for each a column, worked out stack by stack as somebody asks. After an edit a
 * column stays as far as it agrees with what has changed.
 */
import { isLinkLocal, printIp, type Ip } from '../address/ip.ts'
import {
  arrival, behind, blackhole, circleOf, doubtOf, either, emptyColumn, endAfter, endAt, follow, forgetIn, isLostHere, lossAt, lostOnWire, makeOwn, none, noRoute, notForwarding,
  notSent, roomFor, firstEnd, toldLossAt, tooLong, under, unknown, unreachable, type Column, type Doubt, type End, type Loss,
} from './column.ts'
import { routesOf, type Asking } from './fib.ts'
import { asksForDevices } from './filter.ts'
import { sourceNumber, type Kept } from './kept-columns.ts'
import { kindOf, lookup, sourceFor, type Lookup } from './landing.ts'
import type { Landed, Landings } from './landings.ts'
import { isOwnedOnce } from './owners.ts'
import { keyOf, type IpKey } from './packet.ts'
import type { Stack, World } from './tables.ts'
import { slotOf } from './touched.ts'
import type { DropReason } from './trace.ts'
import { t } from '../words.ts'

/** In a code's place: the stack has the address itself. */
const own = -2

/** A stack whose next hops are being looked at. */
interface OnTheWay {
  readonly number: number
  readonly landed: readonly Landed[]
  /** Its forward chain is asked. */
  readonly screen: Stack | undefined
  /** Of them so many are known. */
  next: number
  /** Some lead back to it, or are not known: it is followed packet by packet. */
  mixed: boolean
}

export interface Onward {
  readonly columnOf: (dst: Ip) => Column
  /** The code of what becomes of what a stack forwards. */
  readonly forwarded: (column: Column, start: Stack, dst: Ip, key: IpKey) => number
  /** The code of what all next hops agree on, where the codes of those that they lead to are known; `screen` asks its forward chain before. */
  readonly across: (column: Column, landed: readonly Landed[], dst: Ip, key: IpKey, screen?: Stack) => number
  /** The steps to all next hops; `touched` takes what they were read from. */
  readonly stepsOver: (stack: Stack, found: Lookup, dst: Ip, key: IpKey, touched: Set<number> | undefined) => readonly Landed[]
  /** The number of the source that a stack sends from to there; none where that depends. */
  readonly sourceOf: (stack: Stack, found: Lookup, dst: Ip) => number
  /** Why a stack loses what it sends or forwards itself. */
  readonly lossOf: (stack: Stack, code: number, dst: Ip, key: IpKey) => Loss
}

export function onwardIn(world: World, kept: Kept, landings: Landings, numberOf: (stack: Stack) => number): Onward {
  const { slots, columns } = kept
  const asking: Asking = { world, touched: undefined }
  let names: readonly string[] | undefined
  const stackAt = (number: number): Stack | undefined => world.stacks.get((names ??= [...kept.numbers.keys()])[number] ?? '')
  // Addresses are mostly the very same objects, which is cheaper to see than what they are.
  const byAddress = new WeakMap<Ip, Column>()
  const columnOf = (dst: Ip): Column => {
    let column = byAddress.get(dst)
    if (column) return column
    const key = keyOf(dst)
    column = columns.get(key)
    if (column?.since) {
      const doubt = doubtOf(column, kept.numbers)
      column.since = undefined
      if (!doubt || !isSettled(column, doubt)) column = undefined
    }
    if (!column) columns.set(key, (column = emptyColumn(dst)))
    column.unasked = 0
    column.sole ??= isOwnedOnce(world, key)
    byAddress.set(dst, column)
    return column
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
  const across = (column: Column, landed: readonly Landed[], dst: Ip, key: IpKey, screen?: Stack): number => {
    let first: End | undefined
    let terminal = none
    /** What all say that lead to no end. */
    let all = unknown
    let reason: DropReason | null = null
    let [mtu, steps, uneven, apart] = [65535, 0, false, false]
    let [last, lastMtu] = [unknown, 0]
    for (let i = 0; i < landed.length; i++) {
      const step = landed[i]
      if (!step?.known) return follow
      const { land, far } = step
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
        // Who has the address has it by every way; of losses the first counts.
        terminal = !first ? next.terminal : first.stack === undefined ? terminal : either(column, terminal, next.terminal)
        first ??= next
        mtu = Math.min(mtu, most)
        steps = Math.max(steps, next.steps + 1)
      }
      last = code
      lastMtu = land.mtu
    }
    if (screen) {
      // Which of a rule and a loss comes first is a matter of the packet.
      if (first?.stack === undefined) return follow
      terminal = behind(column, terminal, numberOf(screen), screen.name)
    }
    return all !== unknown ? all : first ? endAfter(column, { terminal, mtu, steps, uneven, apart }) : follow
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
      column.ends[top.number] = top.mixed ? follow : across(column, top.landed, dst, key, top.screen)
      path.pop()
    }
  }

  /**
   * What a stack does with what it forwards: a code, or `own`, or the steps that it may take; what it sends from, where that is known with it;
   * and itself, where its forward chain is asked before.
   */
  const firstOf = (stack: Stack, dst: Ip, key: IpKey, touched: Set<number>): { readonly does: number | readonly Landed[]; readonly source?: number; readonly screen?: Stack } => {
    if (kindOf(stack) === 'odd') return { does: follow }
    const found = lookup(asking, stack, routesOf(stack).main, dst)
    const chain = stack.policy?.forward
    if (chain && found?.type !== 'local' && asksForDevices(chain)) return { does: follow }
    if (found?.type !== 'unicast') {
      const does = found?.type === 'broadcast' ? follow : found?.type === 'local' ? own : !stack.forwarding ? notForwarding : !found ? noRoute : found.type === 'blackhole' ? blackhole : unreachable
      return chain ? { does } : { does, source: notSent }
    }
    const does = stack.forwarding ? stepsOver(stack, found, dst, key, touched) : notForwarding
    // What it sends itself the chain is not asked about.
    return chain ? { does, screen: stack } : { does, source: sourceOf(stack, found, dst) }
  }

  /** Undefined where there is no more to be asked; else it is on its way. */
  const enter = (column: Column, stack: Stack, dst: Ip, key: IpKey): OnTheWay | undefined => {
    const number = numberOf(stack)
    if ((column.ends[number] ?? unknown) !== unknown) return undefined
    makeOwn(column)
    roomFor(column, number, kept.numbers.size)
    column.touched.add(slotOf(slots, 'stacks', stack.name))
    const { does, source, screen } = firstOf(stack, dst, key, column.touched)
    if (source !== undefined) column.sources[number] = source
    column.ends[number] = typeof does !== 'number' ? under : does === own ? arrival(column, stack.name) : does
    return typeof does === 'number' ? undefined : { number, landed: does, screen, next: 0, mixed: false }
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
      if (circle.every(({ landed, screen }) => landed.length === 1 && !screen)) {
        const round = circleOf(column, circle.length)
        for (const one of path.splice(from)) column.ends[one.number] = round
        return undefined
      }
      top.mixed = true
    }
    return undefined
  }

  /**
   * Whether ways that were worked out before an edit still end where they did: so where each stack that the edit may have changed says the
   * same of what its next hops say. Steps grow with each stack on the way, so that what agrees with itself cannot go round.
   */
  const isSettled = (column: Column, { stacks, senders }: Doubt): boolean => {
    const { dst } = column
    const key = keyOf(dst)
    for (const number of senders) forgetIn(column, number)
    for (const number of stacks) {
      const code = column.ends[number] ?? unknown
      const end = endAt(column, code)
      if (code === unknown) continue
      const stack = stackAt(number)
      // Who goes round with whom is not looked at again.
      if (!stack || (code !== follow && (end ? end.circle > 0 : !isLostHere(code)))) return false
      const touched = new Set<number>()
      const { does, source, screen } = firstOf(stack, dst, key, touched)
      if (typeof does === 'number' ? (does === own ? end?.stack !== stack.name || end.steps !== 0 : does !== code) : !isSaidBy(column, does, code, dst, key, screen)) return false
      if (isLostHere(code) && !isWordedSo(column, stack, code, dst, key)) return false
      for (const slot of touched) if (!column.touched.has(slot)) {
        makeOwn(column)
        column.touched.add(slot)
      }
      if (source === undefined || column.sources[number] === source) continue
      forgetIn(column, number)
      makeOwn(column)
      column.sources[number] = source
    }
    return true
  }
  /** Whether the stack gives the reason for its loss that others have been told, if any have. */
  const isWordedSo = (column: Column, stack: Stack, code: number, dst: Ip, key: IpKey): boolean => {
    const told = toldLossAt(column, numberOf(stack), code)
    if (!told) return true
    const { reason, because } = lossOf(stack, code, dst, key)
    return told.reason === reason && told.because === because
  }
  /** Whether next hops still agree on that code. */
  const isSaidBy = (column: Column, landed: readonly Landed[], code: number, dst: Ip, key: IpKey, screen: Stack | undefined): boolean => {
    for (const { known, far } of landed) if (known && far && (column.ends[numberOf(far)] ?? unknown) === unknown) forwarded(column, far, dst, key)
    return across(column, landed, dst, key, screen) === code
  }

  const sourceOf = (stack: Stack, found: Lookup, dst: Ip): number => {
    const fixed = dst.family === 4 && !found.route?.src
    const known = fixed ? kept.sourceOfHops.get(found.hops) : undefined
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
    if (fixed) kept.sourceOfHops.set(found.hops, number)
    return number
  }
  return { columnOf, forwarded, across, stepsOver, sourceOf, lossOf }
}
