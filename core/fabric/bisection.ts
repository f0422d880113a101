/** Exact bisection width of small graphs: every way to halve the ends, and the least cut between the halves. */

/** The problem is NP-hard; more ends than this are not tried. */
const mostNodes = 18
const mostTerminals = 16
const mostLinks = 200

/** In links; null for graphs that are too large. `ends` are the nodes to be halved: all of them, or the terminals. */
export function bisectionOf(nodes: number, cables: readonly (readonly [number, number])[], ends: readonly number[]): number | null {
  if (ends.length < 2 || cables.length > mostLinks) return null
  const touched = new Set(cables.flat())
  const everyNode = ends.length === touched.size
  if (ends.length > (everyNode ? mostNodes : mostTerminals)) return null
  let best = Infinity
  const half = Math.floor(ends.length / 2)
  const last = 1 << ends.length
  for (let set = 0; set < last; set++) {
    // With an even number each halving comes twice: the first end stays on one side.
    if (countBits(set) !== half || (ends.length % 2 === 0 && (set & 1) === 0)) continue
    const left = new Set(ends.filter((_, i) => (set >> i) & 1))
    const cut = everyNode
      ? cables.filter(([a, b]) => left.has(a) !== left.has(b)).length
      : minimumCut(nodes, cables, left, new Set(ends.filter((end) => !left.has(end))), best)
    best = Math.min(best, cut)
  }
  return Number.isFinite(best) ? best : null
}

function countBits(set: number): number {
  let count = 0
  for (let rest = set; rest !== 0; rest &= rest - 1) count++
  return count
}

/** Maximum flow by augmenting paths (Edmonds and Karp), every cable of capacity one each way; stops at `enough`. */
function minimumCut(nodes: number, cables: readonly (readonly [number, number])[], from: ReadonlySet<number>, to: ReadonlySet<number>, enough: number): number {
  const out: number[][] = Array.from({ length: nodes }, () => [])
  // Edge e runs from its cable's one end to the other, e ^ 1 back.
  const head: number[] = []
  const room: number[] = []
  for (const [a, b] of cables) {
    out[a]?.push(head.length)
    head.push(b)
    room.push(1)
    out[b]?.push(head.length)
    head.push(a)
    room.push(1)
  }
  for (let flow = 0; ; flow++) {
    if (flow >= enough) return flow
    const by = new Int32Array(nodes).fill(-1)
    const queue = [...from]
    const seen = new Set(from)
    let end = -1
    for (let i = 0; i < queue.length && end < 0; i++) {
      for (const edge of out[queue[i] ?? 0] ?? []) {
        const next = head[edge] ?? 0
        if ((room[edge] ?? 0) === 0 || seen.has(next)) continue
        seen.add(next)
        by[next] = edge
        queue.push(next)
        if (to.has(next)) {
          end = next
          break
        }
      }
    }
    if (end < 0) return flow
    for (let at = end; !from.has(at);) {
      const edge = by[at] ?? 0
      room[edge] = (room[edge] ?? 0) - 1
      room[edge ^ 1] = (room[edge ^ 1] ?? 0) + 1
      at = head[edge ^ 1] ?? 0
    }
  }
}
