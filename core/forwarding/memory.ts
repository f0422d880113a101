/** Answers that a plane remembers, and what of an older plane's memory still holds. */
import type { Ip } from '../address/ip.ts'
import { changesBetween } from './changes.ts'
import type { World } from './tables.ts'
import { holds, newSlots, type Changes, type Footprint, type Slots } from './touched.ts'
import type { DropReason, Verdict } from './trace.ts'
import { walkerOf, type Walker } from './walk.ts'

/** What `traceFlow` would say, without the hops. */
export interface Answer {
  readonly verdict: Verdict
  readonly reason: DropReason | null
  readonly because: string | null
  readonly pathMtu: number | null
}

export interface Kept<T> {
  readonly value: T
  readonly footprint: Footprint
}

/** Echoes that were followed packet by packet: by sender, then by who was asked for, then by its address. */
export type Echoes = Map<string, Row>

interface Row {
  readonly to: Map<string, readonly Echo[]>
  /** False while an older memory shares it. */
  own: boolean
}

interface Echo extends Kept<Answer> {
  readonly address: Ip
}

export interface Memory {
  readonly world: World
  readonly slots: Slots
  readonly walker: Walker
  readonly echoes: Echoes
}

/** Of an older memory what still holds, or nothing yet. */
export function memoryFor(world: World, before: Memory | undefined): Memory {
  if (!before) {
    const slots = newSlots()
    return { world, slots, walker: walkerOf(world, slots), echoes: new Map() }
  }
  const { slots } = before
  const changes = changesBetween(before.world, world, slots)
  return { world, slots, walker: before.walker.after(world, changes), echoes: echoesAfter(before.echoes, changes) }
}

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

export function recalled(echoes: Echoes, from: string, to: string, address: Ip): Answer | undefined {
  const list = echoes.get(from)?.to.get(to)
  if (list) for (const echo of list) if (sameAddress(echo.address, address)) return echo.value
  return undefined
}

export function remember(echoes: Echoes, from: string, to: string, address: Ip, value: Answer, footprint: Footprint): Answer {
  let row = echoes.get(from)
  if (!row) echoes.set(from, (row = { to: new Map(), own: true }))
  if (!row.own) echoes.set(from, (row = { to: new Map(row.to), own: true }))
  row.to.set(to, [...(row.to.get(to) ?? []), { value, footprint, address }])
  return value
}
