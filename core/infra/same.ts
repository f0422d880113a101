/** Equality of plain data, so that what came out the same stays the same object. */

export type Same = (a: unknown, b: unknown) => boolean

/** Deep equality of plain data, arrays, maps and sets of names or numbers, with a word of one's own on some keys. */
function comparer(onKey: (key: string, a: unknown, b: unknown) => boolean | undefined): Same {
  const compare: Same = (a, b) => {
    if (Object.is(a, b)) return true
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
    if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => compare(item, b[i]))
    if (a instanceof Map) {
      if (!(b instanceof Map) || a.size !== b.size) return false
      const others = b.entries()
      for (const [key, value] of a) {
        // In order: the order of interfaces is the file's, and part of what they mean.
        const other = others.next()
        if (other.done || other.value[0] !== key || !compare(value, other.value[1])) return false
      }
      return true
    }
    if (a instanceof Set) return b instanceof Set && a.size === b.size && [...a].every((item) => b.has(item))
    const left = a as Readonly<Record<string, unknown>>
    const right = b as Readonly<Record<string, unknown>>
    let count = 0
    for (const key in left) {
      if (left[key] === undefined) continue
      count++
      if (!(onKey(key, left[key], right[key]) ?? compare(left[key], right[key]))) return false
    }
    for (const key in right) if (right[key] !== undefined) count--
    return count === 0
  }
  return compare
}

/** Chunks of text are compared by identity, as they are meant to be. */
export const same: Same = comparer((key, a, b) => (key === 'chunk' ? a === b : undefined))

/** The same, wherever it is written. */
export const sameMeaning: Same = comparer((key, a, b) => (key === 'at' || key === 'body' ? (a === undefined) === (b === undefined) : undefined))

/** The very same objects in the same order. */
export const sameItems = <T>(a: readonly T[], b: readonly T[]): boolean => a === b || (a.length === b.length && a.every((item, i) => item === b[i]))
