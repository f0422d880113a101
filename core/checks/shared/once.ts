/** What several checks need is computed once for each analysis. */
import type { CheckContext } from '../check.ts'

/** A function that remembers its answer for as long as the compiled plane lives. */
export function oncePerPlane<T>(make: (context: CheckContext) => T): (context: CheckContext) => T {
  const known = new WeakMap<object, { readonly value: T }>()
  return (context) => {
    const found = known.get(context.plane)
    if (found) return found.value
    const value = make(context)
    known.set(context.plane, { value })
    return value
  }
}
