/** What was read from the entries of each section: an entry that an edit left alone is not read again. */
import type { Problem } from '../../infra/problem.ts'
import { sameItems } from '../../infra/same.ts'
import type { Say } from './report.ts'

export interface Result<T> {
  readonly value: T
  readonly problems: readonly Problem[]
}

/** The entries of one section, in order, and what each says. */
export interface Section {
  readonly keys: readonly object[]
  readonly results: readonly Result<unknown>[]
}

export type Sections = ReadonlyMap<string, Section>

/** Reads each entry of a section, or takes what was read from the very same tree before; told are the sections as they are now. */
export function remembering(before: Sections | undefined, now: Map<string, Section>): <K extends object, T>(section: string, keys: readonly K[], make: (key: K, say: Say) => T) => readonly Result<T>[] {
  return <K extends object, T>(section: string, keys: readonly K[], make: (key: K, say: Say) => T) => {
    const read = (key: K): Result<T> => {
      const problems: Problem[] = []
      return { value: make(key, (found) => void problems.push(found)), problems }
    }
    const old = before?.get(section)
    const results = old && sameItems(old.keys, keys) ? old.results : aligned(old, keys).map((known, i) => known ?? read(keys[i] as K))
    now.set(section, { keys, results })
    // Of a section's entries only its own reader has made anything.
    return results as readonly Result<T>[]
  }
}

/** What is known of each of these: those before and behind what changed by their turn, those between by themselves. */
function aligned(old: Section | undefined, keys: readonly object[]): readonly (Result<unknown> | undefined)[] {
  if (!old) return keys.map(() => undefined)
  const most = Math.min(keys.length, old.keys.length)
  let [first, last] = [0, 0]
  while (first < most && keys[first] === old.keys[first]) first++
  while (last < most - first && keys[keys.length - 1 - last] === old.keys[old.keys.length - 1 - last]) last++
  const between = new Map(old.keys.slice(first, old.keys.length - last).map((key, i) => [key, old.results[first + i]]))
  return [...old.results.slice(0, first), ...keys.slice(first, keys.length - last).map((key) => between.get(key)), ...old.results.slice(old.results.length - last)]
}

/** The map as it was, where it has the very same values in the same order. */
export function keptMap<T>(now: ReadonlyMap<string, T>, old: ReadonlyMap<string, T> | undefined): ReadonlyMap<string, T> {
  if (!old || old.size !== now.size) return now
  const others = old.values()
  for (const value of now.values()) if (value !== others.next().value) return now
  return old
}

/** The list as it was, where it has the very same items. */
export const keptList = <T>(now: readonly T[], old: readonly T[] | undefined): readonly T[] => (old && sameItems(now, old) ? old : now)
