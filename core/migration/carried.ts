/** A path whose bandwidth changes on the way, because others begin or end: sums over its pieces. Bytes and seconds. */
import { disksOf, type Disks } from './disks.ts'
import type { Load } from './load.ts'
import type { Later } from './memory.ts'

/** What is carried at a second. */
export const carriedAt = (first: number, later: readonly Later[], at: number): number => later.reduce((now, { from, bandwidth }) => (from <= at ? bandwidth : now), first)

/** The changes after a second, counted from it. */
export const since = (later: readonly Later[], start: number): readonly Later[] =>
  later.flatMap(({ from, bandwidth }) => (from > start ? [{ from: from - start, bandwidth }] : []))

/** How long so many bytes take that begin at a second. */
export function secondsOver(bytes: number, first: number, later: readonly Later[], start = 0): number {
  let left = bytes
  let at = 0
  let now = carriedAt(first, later, start)
  for (const { from, bandwidth } of since(later, start)) {
    const carried = now * (from - at)
    if (carried >= left) break
    left -= carried
    at = from
    now = bandwidth
  }
  return at + left / now
}

/** Disks at the mean of what is carried while they are copied. `cap`: the most that a migration may take. */
export function disksOver(load: Load, first: number, later: readonly Later[], cap: number | undefined, profile: string): Disks {
  const capped = (rate: number): number => Math.min(rate, cap ?? Infinity)
  const alike = disksOf(load, capped(first), profile)
  if (later.length === 0 || load.copiedBytes === 0) return alike
  // A mirror carries what is written meanwhile too; two steps copy it afterwards.
  const writes = load.sites ? 0 : load.diskWrites ?? 0
  const rates = later.map(({ from, bandwidth }) => ({ from, bandwidth: capped(bandwidth) - writes }))
  if (capped(first) <= writes || rates.some(({ bandwidth }) => bandwidth <= 0)) return alike
  return disksOf(load, load.copiedBytes / secondsOver(load.copiedBytes, capped(first) - writes, rates) + writes, profile)
}
