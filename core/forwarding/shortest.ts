/** Shortest ways toward places in a graph: Dijkstra against the direction of the edges, by buckets of whole costs. */

/** The edges that leave one node: by number of the node that each leads to, and its cost. */
export interface Ways {
  readonly toward: readonly number[]
  readonly costs: readonly number[]
}

export const sameWays = (a: Ways, b: Ways): boolean =>
  a === b || (a.toward.length === b.toward.length && a.toward.every((to, i) => to === b.toward[i] && a.costs[i] === b.costs[i]))

/** How far each node is from the nearest of some; Infinity where there is no way. */
export type DistanceTo<T extends object> = (target: T) => Float64Array

/** Worked out when somebody asks, and kept as long as what was asked for. */
export function distancesOver<T extends { readonly at: readonly number[] }>(graph: readonly Ways[]): DistanceTo<T> {
  const into = graph.map((): { readonly from: number; readonly cost: number }[] => [])
  graph.forEach(({ toward, costs }, from) => toward.forEach((to, i) => into[to]?.push({ from, cost: costs[i] ?? 0 })))
  const known = new WeakMap<T, Float64Array>()
  return (target) => {
    let distance = known.get(target)
    if (!distance) known.set(target, (distance = spreadFrom(into, target.at)))
    return distance
  }
}

function spreadFrom(into: readonly (readonly { readonly from: number; readonly cost: number }[])[], origins: readonly number[]): Float64Array {
  const distance = new Float64Array(into.length).fill(Infinity)
  const buckets = new Map<number, number[]>([[0, [...origins]]])
  for (const at of origins) distance[at] = 0
  while (buckets.size > 0) {
    let least = Infinity
    for (const cost of buckets.keys()) if (cost < least) least = cost
    const bucket = buckets.get(least) ?? []
    buckets.delete(least)
    for (const at of bucket) {
      if (distance[at] !== least) continue
      for (const { from, cost: step } of into[at] ?? []) {
        const cost = least + step
        if (cost >= (distance[from] ?? Infinity)) continue
        distance[from] = cost
        const list = buckets.get(cost)
        if (list) list.push(from)
        else buckets.set(cost, [from])
      }
    }
  }
  return distance
}
