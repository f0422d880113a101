/** How often each of some things is said, where a few are added or taken away: the counts of before stay as they were. */
import { copyOf } from '../infra/changed.ts'

export type Counts<K> = ReadonlyMap<K, number>

export const add = <K>(counts: Map<K, number>, key: K, by: number): void => void counts.set(key, (counts.get(key) ?? 0) + by)

/** The sums of both; `told` hears of each that changes. The very same object where nothing does. */
export function summed<K>(before: Counts<K>, more: Counts<K>, told?: (key: K, was: number, is: number) => void): Counts<K> {
  let after: Map<K, number> | undefined
  for (const [key, by] of more) {
    if (by === 0) continue
    after ??= copyOf(before)
    const was = after.get(key) ?? 0
    const is = was + by
    if (is === 0) after.delete(key)
    else after.set(key, is)
    told?.(key, was, is)
  }
  return after ?? before
}
