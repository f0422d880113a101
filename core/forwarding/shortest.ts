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
  const known = old && still ? stillKnown(graph, old, still) : new Map<T, Float64Array>()
  let into: Reversed | undefined
  return {
    graph, known,
    to: (target) => {
      let distance = known.get(target)
      if (!distance) known.set(target, (distance = spreadFrom((into ??= reversed(graph)), target.at)))
      return distance
    },
  }
}

/** Apart from what is kept, which would keep whatever is older with it. */
function stillKnown<T>(graph: readonly Ways[], old: Distances<T>, still: (target: T) => T | undefined): Map<T, Float64Array> {
  const changed = graph.flatMap((ways, i) => (old.graph[i] && sameWays(old.graph[i], ways) ? [] : [i]))
  const known = new Map<T, Float64Array>()
  // Where every node is as far as its nearest neighbour says, and costs are greater than zero, these are the shortest ways.
  for (const [target, distance] of old.known) if (still(target) === target && changed.every((i) => isSettled(graph, distance, i))) known.set(target, distance)
  return known
}

/** Edges against their direction: those that lead to a node n stand from `begin[n]` up to `begin[n + 1]`. */
interface Reversed {
  readonly begin: Int32Array
  readonly from: Int32Array
  readonly cost: Float64Array
}

function reversed(graph: readonly Ways[]): Reversed {
  const begin = new Int32Array(graph.length + 1)
  for (const { toward } of graph) for (const to of toward) begin[to + 1] = (begin[to + 1] ?? 0) + 1
  for (let n = 1; n < begin.length; n++) begin[n] = (begin[n] ?? 0) + (begin[n - 1] ?? 0)
  const next = begin.slice()
  const edges = begin[graph.length] ?? 0
  const into: Reversed = { begin, from: new Int32Array(edges), cost: new Float64Array(edges) }
  graph.forEach(({ toward, costs }, from) => toward.forEach((to, i) => {
    const at = next[to] ?? 0
    next[to] = at + 1
    into.from[at] = from
    into.cost[at] = costs[i] ?? 0
  }))
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

function spreadFrom({ begin, from, cost: costs }: Reversed, origins: readonly number[]): Float64Array {
  const distance = new Float64Array(begin.length - 1).fill(Infinity)
  const buckets = new Map<number, number[]>([[0, [...origins]]])
  for (const at of origins) distance[at] = 0
  while (buckets.size > 0) {
    let least = Infinity
    for (const cost of buckets.keys()) if (cost < least) least = cost
    const bucket = buckets.get(least) ?? []
    buckets.delete(least)
    for (const at of bucket) {
      if (distance[at] !== least) continue
      for (let edge = begin[at] ?? 0; edge < (begin[at + 1] ?? 0); edge++) {
        const cost = least + (costs[edge] ?? 0)
        const near = from[edge] ?? 0
        if (cost >= (distance[near] ?? Infinity)) continue
        distance[near] = cost
        const list = buckets.get(cost)
        if (list) list.push(near)
        else buckets.set(cost, [near])
      }
    }
  }
  return distance
}
