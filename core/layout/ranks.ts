/** In which row each box of a level stands, so that every line runs downwards or along its row. */

export interface Ranked {
  /** Row numbers, 0 at the top. */
  readonly rankOf: ReadonlyMap<string, number>
  /** From the upper box to the lower one; lines within a row are left out. */
  readonly down: readonly (readonly [string, string])[]
  /** The boxes, those that a row's own lines join next to each other. */
  readonly order: readonly string[]
}

/**
 * Tiers become rows from the top. Where the lines within a tier make more than chains (a star, a ring, a mesh), the tier
 * takes several rows: breadth first from its best connected box.
 */
export function rank(ids: readonly string[], edges: readonly (readonly [string, string])[], tierOf: (id: string) => number): Ranked {
  const within = new Map<string, string[]>(ids.map((id) => [id, []]))
  for (const [a, b] of edges) {
    if (tierOf(a) !== tierOf(b)) continue
    within.get(a)?.push(b)
    within.get(b)?.push(a)
  }
  const tiers = [...new Set(ids.map(tierOf))].sort((a, b) => b - a)
  const rankOf = new Map<string, number>()
  const order: string[] = []
  let base = 0
  for (const tier of tiers) {
    let deepest = 0
    for (const part of partsOf(ids.filter((id) => tierOf(id) === tier), within)) {
      const degree = (id: string): number => within.get(id)?.length ?? 0
      const links = part.reduce((sum, id) => sum + degree(id), 0) / 2
      const chain = links === part.length - 1 && part.every((id) => degree(id) <= 2)
      const start = part.reduce((best, id) => (chain ? degree(id) < degree(best) : degree(id) > degree(best)) ? id : best, part[0] ?? '')
      for (const [id, depth] of breadthFirst(start, within)) {
        order.push(id)
        rankOf.set(id, base + (chain ? 0 : depth))
        if (!chain) deepest = Math.max(deepest, depth)
      }
    }
    base += deepest + 1
  }
  const down = edges.flatMap(([a, b]): (readonly [string, string])[] => {
    const by = (rankOf.get(b) ?? 0) - (rankOf.get(a) ?? 0)
    return by === 0 ? [] : by > 0 ? [[a, b]] : [[b, a]]
  })
  // Within each row file order stays, but for chains, which stay together.
  return { rankOf, down, order }
}

function partsOf(ids: readonly string[], neighbours: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const seen = new Set<string>()
  return ids.flatMap((id) => {
    if (seen.has(id)) return []
    const part = [...breadthFirst(id, neighbours).keys()]
    for (const one of part) seen.add(one)
    return [part]
  })
}

function breadthFirst(start: string, neighbours: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, number> {
  const depth = new Map([[start, 0]])
  // A map may grow while it is walked; what is added comes at the end.
  for (const [id, at] of depth) for (const next of neighbours.get(id) ?? []) if (!depth.has(next)) depth.set(next, at + 1)
  return depth
}
