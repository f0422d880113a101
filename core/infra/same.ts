/** Equality of plain data, so that what came out the same stays the same object. */

/** Deep equality of plain data, arrays, maps and sets of names or numbers; chunks of text are compared by identity, as they are meant to be. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]))
  if (a instanceof Map) {
    if (!(b instanceof Map) || a.size !== b.size) return false
    const others = b.entries()
    for (const [key, value] of a) {
      // In order: the order of interfaces is the file's, and part of what they mean.
      const other = others.next()
      if (other.done || other.value[0] !== key || !same(value, other.value[1])) return false
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
    if (key === 'chunk' ? left[key] !== right[key] : !same(left[key], right[key])) return false
  }
  for (const key in right) if (right[key] !== undefined) count--
  return count === 0
}

/** The very same objects in the same order. */
export const sameItems = <T>(a: readonly T[], b: readonly T[]): boolean => a === b || (a.length === b.length && a.every((item, i) => item === b[i]))
