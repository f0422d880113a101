/**
 * Of symmetries those that leave some objects where they are, so that whatever is said anew of these alone keeps them symmetries:
 * of the known ones that do, and of two that each move such an object the one carried by the other (s·t·s), as by Schreier's lemma
 * the products of such pairs generate the stabiliser.
 */
import type { Swap } from './exchange.ts'

/** Of many only those next to each other in the list are tried in pairs: that is how chains of exchanges stand in it. */
const mostInPairs = 24
const near = 3

/** Symmetries by the numbers of known ones: those of these that are kept, and s·t·s of each s and its ts. */
export interface Kept {
  readonly swaps: readonly number[]
  readonly carried: readonly { readonly by: number; readonly ones: readonly number[] }[]
}

const nothing: Swap = new Map()

/** Those that move none of `fixed`, and what has a mark only to what has the same. Undefined where all do. */
export function stabilised(swaps: readonly Swap[], fixed: ReadonlySet<number>, marks: ReadonlyMap<number, string>): Kept | undefined {
  const stays = (from: number, to: number): boolean => !fixed.has(from) && marks.get(from) === marks.get(to)
  /** Whether t does, or s·t·s: this moves what s makes of what t moves. */
  const holds = (t: Swap, s: Swap = nothing): boolean => {
    const image = (one: number): number => s.get(one) ?? one
    if (t.size < fixed.size + marks.size) {
      for (const one of t.keys()) if (!stays(image(one), image(t.get(one) ?? one))) return false
      return true
    }
    // It goes both ways, so that it is enough to look at what is fixed or marked: mostly little, where a swap moves much.
    for (const one of fixed) if (t.has(image(one))) return false
    for (const [one, mark] of marks) {
      const to = t.get(image(one))
      if (to !== undefined && marks.get(image(to)) !== mark) return false
    }
    return true
  }
  const [good, bad]: [number[], number[]] = [[], []]
  swaps.forEach((swap, number) => void (holds(swap) ? good : bad).push(number))
  if (bad.length === 0) return undefined
  const carried: Kept['carried'][number][] = []
  for (const [i, by] of bad.entries()) {
    const last = bad.length <= mostInPairs ? bad.length : Math.min(bad.length, i + 1 + near)
    const ones = bad.slice(i + 1, last).filter((one) => holds(swaps[one] ?? nothing, swaps[by]))
    if (ones.length > 0) carried.push({ by, ones })
  }
  return { swaps: good, carried }
}
