/** Columns of ways outlive the tables that they were read from, as far as nothing has changed that they were read from. */
import type { Ip } from '../address/ip.ts'
import { handedOn, type Column, type Edit } from './column.ts'
import type { Landings } from './landings.ts'
import { keyOf, type IpKey } from './packet.ts'
import type { Shortcuts } from './run.ts'
import type { NextHop, Stack, World } from './tables.ts'
import { slotOf, whatIsTold, type Changes, type Slots } from './touched.ts'

/** What outlives the tables: numbers of stacks and addresses, which are given once, and what holds as long as nothing changes. */
export interface Kept {
  readonly slots: Slots
  readonly numbers: Map<string, number>
  readonly sources: Ip[]
  readonly sourceNumbers: Map<IpKey, number>
  /** By next hops of a stack, which are others where its tables are: over IPv4 they alone decide the source, save where the route itself names one. */
  readonly sourceOfHops: WeakMap<readonly NextHop[], number>
  readonly columns: Map<IpKey, Column>
  /** What everything that a stack sends itself was read from, by its number. */
  readonly rows: Map<number, ReadonlySet<number>>
  /** Edits so far; and by the number of a stack after how many of them it was asked for last, on either end of an echo. */
  readonly edits: number
  readonly askedAt: number[]
}

/** What nobody asks for through so many edits is forgotten. */
export const mostUnasked = 8

/** What still holds, or may. The older plane may yet be asked: what both have is copied by whoever writes to it. */
export function keptAfter(world: World, shortcuts: Shortcuts, kept: Kept, landings: Landings, changes: Changes): readonly [Kept, Landings] {
  const { slots, numbers } = kept
  const { slots: changed, retold } = changes
  const meets = (set: ReadonlySet<number>): boolean => {
    if (set.size < changed.size) for (const slot of set) if (changed.has(slot)) return true
    if (set.size >= changed.size) for (const slot of changed) if (set.has(slot)) return true
    return false
  }
  const stacks = new Set<number>()
  const senders = new Set<number>()
  for (const [name, number] of numbers) if (changed.has(slotOf(slots, 'stacks', name))) stacks.add(number)
  const rows = new Map<number, ReadonlySet<number>>()
  for (const [number, touched] of kept.rows) {
    if (meets(touched)) senders.add(number)
    else rows.set(number, touched)
  }
  const still = landings.after(world, shortcuts, changes, (sender) => {
    const number = numbers.get(sender)
    if (number === undefined) return
    stacks.add(number)
    senders.add(number)
  })
  const edit: Edit = { stacks, senders, retold, respoken: !retold && changed.has(whatIsTold) }
  const columns = new Map<IpKey, Column>()
  for (const [key, column] of kept.columns) if (column.unasked < mostUnasked) columns.set(key, handedOn(column, edit))
  return [{ ...kept, columns, rows, edits: kept.edits + 1 }, still]
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
