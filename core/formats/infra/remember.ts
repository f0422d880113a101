/** What was read from the entries of each section: an entry that an edit left alone is not read again. */
import { withValues } from '../../infra/changed.ts'
import type { Problem } from '../../infra/problem.ts'
import { sameItems } from '../../infra/same.ts'
import type { Tree } from '../yaml-tree/tree.ts'
import type { Say } from './report.ts'

export interface Result<T> {
  readonly value: T
  readonly problems: readonly Problem[]
}

/** The entries of one section, in order, and what each says. */
export interface Section<T = unknown> {
  readonly keys: readonly object[]
  readonly results: readonly Result<T>[]
  /** Of none of its entries there is a problem. */
  readonly sound: boolean
}

export type Sections = ReadonlyMap<string, Section>

/** A section as it is now, and where it differs from what it was: but for so many results at its beginning and its end. */
export interface Reread<T> {
  readonly section: Section<T>
  readonly before: Section<T> | undefined
  readonly first: number
  readonly last: number
}

/** Reads items of a list within an entry. */
export interface ItemReader<T> {
  readonly read: (item: Tree, say: Say) => readonly T[]
  /** The same for items that stay the very same when something else in their entry is edited: of one about which nothing was to be said, what was read before. */
  readonly again: (item: Tree, say: Say) => readonly T[]
}

export function itemReader<T>(read: ItemReader<T>['read']): ItemReader<T> {
  const known = new WeakMap<Tree, readonly T[]>()
  const again = (item: Tree, say: Say): readonly T[] => {
    const before = known.get(item)
    if (before) return before
    let sound = true
    const parts = read(item, (found) => {
      sound = false
      say(found)
    })
    if (sound) known.set(item, parts)
    return parts
  }
  return { read, again }
}

/** Reads each entry of a section, or takes what was read from the very same tree before; told are the sections as they are now. */
export function remembering(before: Sections | undefined, now: Map<string, Section>): <K extends object, T>(section: string, keys: readonly K[], make: (key: K, say: Say) => T) => Reread<T> {
  return <K extends object, T>(name: string, keys: readonly K[], make: (key: K, say: Say) => T) => {
    const read = (key: K): Result<T> => {
      const problems: Problem[] = []
      return { value: make(key, (found) => void problems.push(found)), problems }
    }
    // Of a section's entries only its own reader has made anything.
    const reread = readAgain(before?.get(name) as Section<T> | undefined, keys, read)
    now.set(name, reread.section)
    return reread
  }
}

/** What is known of each: of those before and behind what changed by their turn, of those between by themselves. */
function readAgain<K extends object, T>(before: Section<T> | undefined, keys: readonly K[], read: (key: K) => Result<T>): Reread<T> {
  const isSound = (results: readonly Result<T>[]): boolean => results.every(({ problems }) => problems.length === 0)
  if (!before) {
    const results = keys.map(read)
    return { section: { keys, results, sound: isSound(results) }, before, first: 0, last: 0 }
  }
  const most = Math.min(keys.length, before.keys.length)
  let [first, last] = [0, 0]
  while (first < most && keys[first] === before.keys[first]) first++
  if (first === keys.length && first === before.keys.length) return { section: before, before, first, last }
  while (last < most - first && keys[keys.length - 1 - last] === before.keys[before.keys.length - 1 - last]) last++
  const end = before.keys.length - last
  const between = new Map<object, Result<T> | undefined>(before.keys.slice(first, end).map((key, i) => [key, before.results[first + i]]))
  const middle = keys.slice(first, keys.length - last).map((key) => between.get(key) ?? read(key))
  const results = before.results.slice(0, first).concat(middle, before.results.slice(end))
  return { section: { keys, results, sound: before.sound ? isSound(middle) : isSound(results) }, before, first, last }
}

/**
 * The map of before with what these sections, which make it, say anew; undefined where a name came, went or moved, or where anything
 * is or was wrong.
 */
export function inPlace<T extends { readonly name: string }>(before: ReadonlyMap<string, T>, sections: readonly Reread<T | undefined>[]): ReadonlyMap<string, T> | undefined {
  const anew = new Map<string, T>()
  let count = 0
  for (const { section: { results, sound }, before: old, first, last } of sections) {
    if (!old?.sound || !sound || results.length !== old.results.length) return undefined
    count += results.length
    for (let i = first; i < results.length - last; i++) {
      const [part, was] = [results[i]?.value, old.results[i]?.value]
      if (!part || part.name !== was?.name) return undefined
      anew.set(part.name, part)
    }
  }
  // Each of their entries has a name of its own then.
  return count === before.size ? withValues(before, anew) : undefined
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
