/** What says the same stays the very same object: whoever draws a new picture sees at a glance what is to be drawn anew. */
import type { Diagram } from './diagram.ts'

/** Equal plain data: objects, arrays and scalars, as a message carries them. An absent field is one that is undefined. */
export function sameData(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => sameData(item, b[i]))
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>]
  for (const key in left) if (!sameData(left[key], right[key])) return false
  for (const key in right) if (right[key] !== undefined && left[key] === undefined) return false
  return true
}

/** `next`, with the objects of `before` for all that is equal in it. */
export function shareDiagram(before: Diagram | undefined, next: Diagram): Diagram {
  if (!before) return next
  const [boxes, lines] = [shared(before.boxes, next.boxes), shared(before.lines, next.lines)]
  const tenants = sameData(before.tenants, next.tenants) ? before.tenants : next.tenants
  const out = { ...next, boxes, lines, tenants }
  // Whatever else a diagram comes to say is compared as well.
  return sameData(before, out) ? before : out
}

function shared<T extends { readonly id: string }>(before: readonly T[], next: readonly T[]): readonly T[] {
  const known = new Map(before.map((one) => [one.id, one]))
  const out = next.map((one) => {
    const old = known.get(one.id)
    return old && sameData(old, one) ? old : one
  })
  return out.length === before.length && out.every((one, i) => one === before[i]) ? before : out
}
