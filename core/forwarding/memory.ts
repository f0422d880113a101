/** Answers that a plane remembers, and what of an older plane's memory still holds. */
import { keyOf, type Ip } from '../address/ip.ts'
import { changesBetween } from './changes.ts'
import { underlayOf, type Underlay } from './express.ts'
import type { Flow } from './flow.ts'
import type { Express } from './run.ts'
import type { World } from './tables.ts'
import type { Heard } from './segments.ts'
import { footprintOf, holds, newSlots, nothingTouched, together, type Changes, type Footprint, type Slots, type Touched } from './touched.ts'
import type { Trace, TunnelEdge } from './trace.ts'
import { walkerOf, type Answer, type Walker } from './walk.ts'

export interface Kept<T> {
  readonly value: T
  readonly footprint: Footprint
}

/** Echoes that were followed packet by packet: by sender, then by who was asked for, then by its address. */
type Echoes = Map<string, Row>

interface Row {
  readonly to: Map<string, readonly Echo[]>
  /** False while an older memory shares it. */
  own: boolean
}

interface Echo extends Kept<Answer> {
  readonly address: Ip
}

/** What is made of an older one's when somebody asks: until then only what has changed since is written down. Then the older one is let go, or each would keep all before it. */
interface Inherited<T> {
  here: T | undefined
  from: T | undefined
  readonly since: Changes
}

export interface Memory {
  readonly world: World
  readonly slots: Slots
  /** Ways of what tunnels send outside: made when the first does. */
  underlay: Underlay | undefined
  readonly walker: Inherited<Walker>
  readonly echoes: Inherited<Echoes>
  /** Whatever an echo that was followed has ever leaned on. */
  readonly echoSlots: Set<number>
  readonly traces: Answers<Trace>
  readonly edges: Answers<TunnelEdge>
  readonly broadcasts: Answers<Heard>
}

/** Those that were asked for here, and those of before. */
interface Answers<T> {
  readonly here: Map<string, Kept<T>>
  readonly older: ReadonlyMap<string, Kept<T>>
  readonly since: Changes
}

const nothing: Changes = { all: false, slots: new Set(), retold: undefined }

/** Of an older memory what still holds, or nothing yet. */
export function memoryFor(world: World, before: Memory | undefined): Memory {
  if (!before) {
    const none = { here: undefined, from: undefined, since: nothing }
    return { world, slots: newSlots(), underlay: undefined, walker: { ...none }, echoes: { ...none }, echoSlots: new Set(), traces: noAnswers(), edges: noAnswers(), broadcasts: noAnswers() }
  }
  const { slots } = before
  const seen = changesBetween(before.world, world, slots)
  const walker = before.walker.here ?? before.walker.from
  const isLeanedOn = (slot: number): boolean => before.echoSlots.has(slot) || (walker?.isLeanedOn(slot) ?? false)
  const carried = seen.all ? undefined : before.underlay?.after(world, seen, isLeanedOn)
  const changes = carried && carried.moved.length > 0 ? { ...seen, slots: new Set([...seen.slots, ...carried.moved]) } : seen
  const passed = <T>({ here, from, since }: Inherited<T>): Inherited<T> =>
    here ? { here: undefined, from: here, since: changes } : { here: undefined, from, since: together(since, changes) }
  return {
    world, slots, underlay: carried?.underlay, walker: passed(before.walker), echoes: passed(before.echoes), echoSlots: before.echoSlots,
    traces: handedOn(before.traces, changes), edges: handedOn(before.edges, changes), broadcasts: handedOn(before.broadcasts, changes),
  }
}

const noAnswers = <T>(): Answers<T> => ({ here: new Map(), older: new Map(), since: nothing })

/** What nobody asked for again is forgotten, unless nobody asked for anything. */
const handedOn = <T>({ here, older, since }: Answers<T>, changes: Changes): Answers<T> =>
  (here.size > 0 ? { here: new Map(), older: here, since: changes } : { here: new Map(), older, since: together(since, changes) })

/** An answer of before, where it still holds; else a new one, with what it was read from. */
export function recalled<T>({ here, older, since }: Answers<T>, slots: Slots, key: string, make: (touched: Touched) => T): T {
  const known = here.get(key)
  if (known) return known.value
  const old = older.get(key)
  if (old && holds(since, old.footprint)) {
    here.set(key, old)
    return old.value
  }
  const touched = nothingTouched()
  const value = make(touched)
  here.set(key, { value, footprint: footprintOf(slots, touched) })
  return value
}

/** What tunnels send outside need not be followed. */
export const expressIn = (memory: Memory): Express => (stack, packet, by) => (memory.underlay ??= underlayOf(memory.world, memory.slots)).express(stack, packet, by)

export function walkerIn(memory: Memory): Walker {
  const { world, slots, walker } = memory
  if (walker.here) return walker.here
  const shortcuts = { express: expressIn(memory) }
  return takenOver(walker, (from, since) => from.after(world, since, shortcuts), () => walkerOf(world, slots, shortcuts))
}

function takenOver<T>(inherited: Inherited<T>, after: (from: T, since: Changes) => T, anew: () => T): T {
  const { from, since } = inherited
  inherited.from = undefined
  return (inherited.here = from ? after(from, since) : anew())
}

const echoesIn = ({ echoes }: Memory): Echoes => echoes.here ?? takenOver(echoes, echoesAfter, (): Echoes => new Map())

function echoesAfter(before: Echoes, changes: Changes): Echoes {
  const after: Echoes = new Map()
  if (changes.all) return after
  for (const [from, row] of before) {
    row.own = false
    let kept = row.to
    for (const [to, echoes] of row.to) {
      if (echoes.every(({ footprint }) => holds(changes, footprint))) continue
      if (kept === row.to) kept = new Map(row.to)
      const still = echoes.filter(({ footprint }) => holds(changes, footprint))
      if (still.length > 0) kept.set(to, still)
      else kept.delete(to)
    }
    after.set(from, { to: kept, own: kept !== row.to })
  }
  return after
}

const sameAddress = (a: Ip, b: Ip): boolean => a === b || (a.family === b.family && a.value === b.value)

export function recalledEcho(memory: Memory, from: string, to: string, address: Ip): Answer | undefined {
  const list = echoesIn(memory).get(from)?.to.get(to)
  if (list) for (const echo of list) if (sameAddress(echo.address, address)) return echo.value
  return undefined
}

export function keepEcho(memory: Memory, from: string, to: string, address: Ip, value: Answer, footprint: Footprint): Answer {
  const echoes = echoesIn(memory)
  let row = echoes.get(from)
  if (!row) echoes.set(from, (row = { to: new Map(), own: true }))
  if (!row.own) echoes.set(from, (row = { to: new Map(row.to), own: true }))
  row.to.set(to, [...(row.to.get(to) ?? []), { value, footprint, address }])
  for (const slot of footprint) memory.echoSlots.add(slot)
  return value
}

const spelledFlow = ({ from, fromInterface, to, toNode, proto, port, size, df }: Flow): string =>
  `${from}\n${fromInterface ?? ''}\n${to.family} ${keyOf(to)}\n${toNode ?? ''}\n${proto} ${port ?? ''} ${size} ${df}`

export function recalledTrace({ traces: { here, older, since } }: Memory, flow: Flow): Trace | undefined {
  const key = spelledFlow(flow)
  const known = here.get(key)
  if (known) return known.value
  const old = older.get(key)
  if (!old || !holds(since, old.footprint)) return undefined
  here.set(key, old)
  return old.value
}

export function keepTrace({ traces }: Memory, flow: Flow, value: Trace, footprint: Footprint): Trace {
  traces.here.set(spelledFlow(flow), { value, footprint })
  return value
}

