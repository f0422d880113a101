/** Columns of ways outlive the tables that they were read from, as far as nothing has changed that they were read from. */
import type { Ip } from '../address/ip.ts'
import { forgetIn, handedOn, type Column } from './column.ts'
import type { Landings } from './landings.ts'
import { keyOf, type IpKey } from './packet.ts'
import type { Stack, World } from './tables.ts'
import { toldOtherwise } from './told.ts'
import { slotOf, type Changes, type Slots } from './touched.ts'

/** What outlives the tables: numbers of stacks and addresses, which are given once, and what holds as long as nothing changes. */
export interface Kept {
  readonly slots: Slots
  readonly numbers: Map<string, number>
  readonly sources: Ip[]
  readonly sourceNumbers: Map<IpKey, number>
  readonly columns: Map<IpKey, Column>
  /** What everything that a stack sends itself was read from, by its number. */
  readonly rows: Map<number, ReadonlySet<number>>
}

/** What still holds. The older plane may yet be asked: what both have is copied by whoever writes to it. */
export function keptAfter(world: World, kept: Kept, landings: Landings, changes: Changes): readonly [Kept, Landings] {
  const { slots } = kept
  const { slots: changed } = changes
  const meets = (set: ReadonlySet<number>): boolean => {
    if (set.size < changed.size) for (const slot of set) if (changed.has(slot)) return true
    if (set.size >= changed.size) for (const slot of changed) if (set.has(slot)) return true
    return false
  }
  const retold = changes.retold && { ...changes.retold, slots: [...changes.retold.to.speakers.keys()].map((name) => slotOf(slots, 'stacks', name)) }
  /** Whether somebody on the way is told otherwise where it leads. */
  const isRetold = ({ dst, touched }: Column): boolean => {
    if (!retold) return false
    const speakers = toldOtherwise(retold, dst)
    return !speakers || speakers.some((number) => touched.has(retold.slots[number] ?? -1))
  }
  const columns = new Map<IpKey, Column>()
  for (const [key, column] of kept.columns) {
    if (meets(column.touched) || isRetold(column)) continue
    columns.set(key, handedOn(column))
  }
  const rows = new Map<number, ReadonlySet<number>>()
  const forget = (number: number): void => {
    for (const column of columns.values()) forgetIn(column, number)
  }
  for (const [number, touched] of kept.rows) {
    if (meets(touched)) forget(number)
    else rows.set(number, touched)
  }
  const still = landings.after(world, changes, (sender, key) => {
    const number = kept.numbers.get(sender)
    const column = columns.get(key)
    if (number !== undefined && column) forgetIn(column, number)
  })
  return [{ ...kept, columns, rows }, still]
}

/** Stacks by dense numbers that are given once. */
export function numbering(numbers: Map<string, number>): (stack: Stack) => number {
  const here: (number | undefined)[] = []
  return (stack) => {
    const known = here[stack.id]
    if (known !== undefined) return known
    let number = numbers.get(stack.name)
    if (number === undefined) numbers.set(stack.name, (number = numbers.size))
    return (here[stack.id] = number)
  }
}

export function sourceNumber({ sources, sourceNumbers }: Kept, ip: Ip): number {
  const key = keyOf(ip)
  let number = sourceNumbers.get(key)
  if (number === undefined) sourceNumbers.set(key, (number = sources.push(ip) - 1))
  return number
}
