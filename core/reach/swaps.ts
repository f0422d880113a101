/**
 * Symmetries that exchange two nodes and what hangs on them: found by following what is said of the one and of the other side by
 * side, then checked saying by saying. Such generators of a network's symmetries move little, so that each costs what it moves;
 * the idea is that of Darga, Sakallah and Markov, "Faster symmetry discovery using sparsity of symmetries", DAC 2008.
 */
import { exchanger, type Swap } from './exchange.ts'
import { sets } from './sets.ts'
import { coloursOf, type Structure } from './structure.ts'

/** What an exchange of two that are known to be alike may move: it only tells where they are alike. */
const mostWhereKnown = 4000

/** `nodes`: those that may be exchanged. Every answer is a symmetry; that all are found is not promised. */
export function swapsOf(structure: Structure, nodes: readonly number[]): readonly Swap[] {
  const colours = coloursOf(structure)
  const groups = new Map<number, number[]>()
  for (const node of nodes) {
    const colour = colours[node] ?? 0
    const list = groups.get(colour)
    if (list) list.push(node)
    else groups.set(colour, [node])
  }
  const exchange = exchanger(structure, colours)
  const found: Swap[] = []
  const done = new Set<number>()
  const alike = sets(structure.size)
  // Work is bounded by the size of the network, however little comes of it.
  let left = structure.size * 40 + 200_000
  const attempt = (a: number, b: number): boolean => {
    if (done.has(a * structure.size + b)) return true
    const { swap, moved } = exchange(a, b, Math.min(left, alike.root(a) === alike.root(b) ? mostWhereKnown : structure.size))
    left -= moved + 8
    if (!swap) return false
    found.push(swap)
    for (const [from, to] of swap) {
      if (colours[from] === colours[a]) done.add(from * structure.size + to)
      alike.join(from, to)
    }
    return true
  }
  for (const group of groups.values()) {
    const first: number[] = []
    for (const [i, node] of group.entries()) {
      if (left <= 0) return found
      const before = group[i - 1]
      if (before === undefined || attempt(before, node)) continue
      // Its neighbour in the file is not like it; perhaps another is.
      for (const one of first.slice(0, 3)) if (alike.root(one) !== alike.root(node) && attempt(one, node)) break
      if (!first.some((one) => alike.root(one) === alike.root(node))) first.push(node)
    }
  }
  return found
}
