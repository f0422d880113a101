/** Shortest ways toward places in a graph: Dijkstra against the direction of the edges, by buckets of whole costs. */

/** The edges that leave one node: by number of the node that each leads to, and its cost. */
export interface Ways {
  readonly toward: readonly number[]
  readonly costs: readonly number[]
}

export const sameWays = (a: Ways, b: Ways): boolean =>
  a === b || (a.toward.length === b.toward.length && a.toward.every((to, i) => to === b.toward[i] && a.costs[i] === b.costs[i]))

/** How far each node is from the nearest of some; Infinity where there is no way. Worked out when somebody asks. */
export interface Distances<T> {
  readonly to: (target: T) => Float64Array
  readonly graph: readonly Ways[]
  readonly known: ReadonlyMap<T, Float64Array>
}

/** Of an older graph over the same nodes the distances stay that hold in this one, to those that `still` finds to be there. */
export function distancesOver<T extends { readonly at: readonly number[] }>(graph: readonly Ways[], old?: Distances<T>, still?: (target: T) => T | undefined): Distances<T> {
  const changed = old ? graph.flatMap((ways, i) => (old.graph[i] && sameWays(old.graph[i], ways) ? [] : [i])) : []
  const known = new Map<T, Float64Array>()
  // Where every node is as far as its nearest neighbour says, and costs are greater than zero, these are the shortest ways.
  if (old) for (const [target, distance] of old.known) if (still?.(target) === target && changed.every((i) => isSettled(graph, distance, i))) known.set(target, distance)
  let into: readonly (readonly Step[])[] | undefined
  return {
    graph, known,
    to: (target) => {
      let distance = known.get(target)
      if (!distance) known.set(target, (distance = spreadFrom((into ??= reversed(graph)), target.at)))
      return distance
    },
  }
}

/** An edge against its direction. */
interface Step {
  readonly from: number
  readonly cost: number
}

function reversed(graph: readonly Ways[]): readonly (readonly Step[])[] {
  const into = graph.map((): Step[] => [])
  graph.forEach(({ toward, costs }, from) => toward.forEach((to, i) => into[to]?.push({ from, cost: costs[i] ?? 0 })))
  return into
}

function isSettled(graph: readonly Ways[], distance: Float64Array, node: number): boolean {
  const here = distance[node] ?? Infinity
  if (here === 0) return true
  let least = Infinity
  const { toward, costs } = graph[node] ?? { toward: [], costs: [] }
  for (let i = 0; i < toward.length; i++) least = Math.min(least, (costs[i] ?? 0) + (distance[toward[i] ?? 0] ?? Infinity))
  return least === here
}

function spreadFrom(into: readonly (readonly Step[])[], origins: readonly number[]): Float64Array {
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
