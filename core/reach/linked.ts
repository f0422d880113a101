/** Links by their ends, to be patched where a few links come or go. */
import { copyOf } from '../infra/changed.ts'
import type { Link } from '../infra/parts.ts'

export interface Linked {
  readonly link: Link
  readonly far: { readonly node: string; readonly interface: string }
}

/** By `node:interface`: the link there, and its other end; null where there are several. */
export type LinkTable = ReadonlyMap<string, Linked | null>

export interface Links {
  readonly list: readonly Link[]
  readonly table: LinkTable
}

const noLinks: Links = { list: [], table: new Map() }

/** The table of `list`, and the links that only one of both lists has. */
export function linksAfter(before: Links | undefined, list: readonly Link[]): { readonly links: Links; readonly changed: readonly Link[] } {
  const old = before ?? noLinks
  if (old.list === list) return { links: old, changed: [] }
  const { gone, come } = between(old.list, list, (one, other) => one === other)
  const table = copyOf(old.table)
  const crowded = new Set<string>()
  eachEnd(gone, (key) => { if (table.get(key) === null) crowded.add(key); else table.delete(key) })
  eachEnd(come, (key, one) => { if (table.has(key)) crowded.add(key); else table.set(key, one) })
  // Of several at one device it is counted anew how many there are.
  if (crowded.size > 0) {
    for (const key of crowded) table.delete(key)
    eachEnd(list, (key, one) => { if (crowded.has(key)) table.set(key, table.has(key) ? null : one) })
  }
  return { links: { list, table }, changed: [...gone, ...come] }
}

/** What stands between the first and the last that are the same in both lists. */
export function between<T>(before: readonly T[], after: readonly T[], same: (one: T | undefined, other: T | undefined) => boolean): { readonly gone: readonly T[]; readonly come: readonly T[] } {
  const least = Math.min(before.length, after.length)
  let [first, last] = [0, 0]
  while (first < least && same(before[first], after[first])) first++
  while (last < least - first && same(before[before.length - 1 - last], after[after.length - 1 - last])) last++
  return { gone: before.slice(first, before.length - last), come: after.slice(first, after.length - last) }
}

function eachEnd(links: readonly Link[], tell: (key: string, one: Linked) => void): void {
  for (const link of links) {
    const [a, b] = link.ends
    tell(`${a.node}:${a.interface}`, { link, far: b })
    tell(`${b.node}:${b.interface}`, { link, far: a })
  }
}
