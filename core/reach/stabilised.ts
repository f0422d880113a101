/**
 * Of symmetries those that leave some objects where they are, so that whatever is said anew of these alone keeps them symmetries:
 * of the known ones that do, and of two that each move such an object the one carried by the other (s·t·s), as by Schreier's lemma
 * the products of such pairs generate the stabiliser.
 */
import type { Swap } from './exchange.ts'

/** Of many only those next to each other in the list are tried in pairs: that is how chains of exchanges stand in it. */
const mostInPairs = 24
const near = 3

/** Those that move none of `fixed`, and what has a mark only to what has the same. */
export function stabilised(swaps: readonly Swap[], fixed: ReadonlySet<number>, marks: ReadonlyMap<number, string>): readonly Swap[] {
  const [good, bad]: [Swap[], Swap[]] = [[], []]
  const stays = (from: number, to: number): boolean => !fixed.has(from) && marks.get(from) === marks.get(to)
  // A swap goes both ways, so that it is enough to look at what is fixed or marked: mostly little, where a swap moves much.
  const holds = (swap: Swap): boolean => {
    if (swap.size < fixed.size + marks.size) {
      for (const [from, to] of swap) if (!stays(from, to)) return false
      return true
    }
    for (const one of fixed) if (swap.has(one)) return false
    for (const [one, mark] of marks) {
      const to = swap.get(one)
      if (to !== undefined && marks.get(to) !== mark) return false
    }
    return true
  }
  for (const swap of swaps) (holds(swap) ? good : bad).push(swap)
  if (bad.length === 0) return swaps
  for (const [i, one] of bad.entries()) {
    const last = bad.length <= mostInPairs ? bad.length : Math.min(bad.length, i + 1 + near)
    for (let j = i + 1; j < last; j++) {
      const other = bad[j]
      const carried = other && carriedBy(one, other)
      if (carried && carried.size > 0 && holds(carried)) good.push(carried)
    }
  }
  return good
}

/** s·t·s, which is an involution as t is. */
function carriedBy(s: Swap, t: Swap): Swap {
  const found = new Map<number, number>()
  const through = (x: number): number => {
    const once = s.get(x) ?? x
    const twice = t.get(once) ?? once
    return s.get(twice) ?? twice
  }
  for (const x of t.keys()) {
    const from = s.get(x) ?? x
    const to = through(from)
    if (from !== to) found.set(from, to)
  }
  return found
}
