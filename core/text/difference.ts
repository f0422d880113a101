/** What two texts have in common before and after the one stretch where they differ. */

export interface Common {
  /** How many characters at the beginning are the same, and how many at the end; the two never overlap in either text. */
  readonly before: number
  readonly after: number
}

// Stretches of this length are compared at once, which is a comparison of memory; characters only where they differ.
const stride = 4096

/** In UTF-16 code units; the same text has everything in common before. */
export function commonOf(a: string, b: string): Common {
  if (a === b) return { before: a.length, after: 0 }
  const most = Math.min(a.length, b.length)
  let before = 0
  while (before + stride <= most && a.slice(before, before + stride) === b.slice(before, before + stride)) before += stride
  while (before < most && a.charCodeAt(before) === b.charCodeAt(before)) before++
  let after = 0
  const left = most - before
  while (after + stride <= left && a.slice(a.length - after - stride, a.length - after) === b.slice(b.length - after - stride, b.length - after)) after += stride
  while (after < left && a.charCodeAt(a.length - 1 - after) === b.charCodeAt(b.length - 1 - after)) after++
  return { before, after }
}
