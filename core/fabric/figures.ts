/** The figures by which textbooks compare topologies, computed on any graph of nodes and links. */
import { isGuest, type Node } from '../infra/node.ts'
import type { Link } from '../infra/parts.ts'
import { bisectionOf } from './bisection.ts'

export interface Figures {
  readonly switches: number
  /** Servers at the edge; 0 in static networks, whose nodes are their own switches. */
  readonly terminals: number
  readonly links: number
  /** Links of a switching element, the least and the most. */
  readonly degree: { readonly least: number; readonly most: number } | null
  /**
   * Links between the two farthest terminals, or nodes where there are no terminals. In the formulas of a multistage network
   * (clos, butterfly), as the field has it, switches passed: every path passes every stage.
   */
  readonly diameter: number | null
  /** The least number of links whose loss cuts the terminals (or nodes) in two halves. */
  readonly bisectionWidth: number | null
  /** Equal shortest paths between two terminals that are farthest apart; the least where pairs differ. */
  readonly paths: number | null
  /** What the edge can ask of the middle over what the middle can carry; over 1 is oversubscribed. */
  readonly oversubscription: number | null
  /** Whether any permutation of terminals can be connected: at once, by moving what is there, or not. */
  readonly blocking: 'strict' | 'rearrangeable' | 'blocking' | null
}

/** Steps that one computation may take before it gives up and says null. */
const patience = 2e7

/** Guests are no part of the topology, and links without both ends are none. Null is what cannot be computed in reasonable time. */
export function figures(nodes: Iterable<Node>, links: readonly Link[]): Figures {
  const standing = [...nodes].filter((node) => !isGuest(node))
  const indexOf = new Map(standing.map(({ name }, i) => [name, i]))
  const cables = links.flatMap(({ ends, up }): [number, number][] => {
    const [a, b] = ends.map(({ node }) => indexOf.get(node))
    return a === undefined || b === undefined || a === b || up?.value === false ? [] : [[a, b]]
  })
  const neighbours = standing.map((): number[] => [])
  for (const [a, b] of cables) {
    neighbours[a]?.push(b)
    neighbours[b]?.push(a)
  }
  const wired = standing.map((_, i) => i).filter((i) => (neighbours[i]?.length ?? 0) > 0)
  const isServer = (i: number): boolean => standing[i]?.kind === 'server'
  const servers = wired.filter(isServer)
  const switching = wired.filter((i) => !isServer(i))
  // A network in which every server also switches for others is a static one.
  const ends = servers.length > 0 ? servers : switching
  const degrees = (switching.length > 0 ? switching : wired).map((i) => neighbours[i]?.length ?? 0)
  const far = farthest(neighbours, ends, cables.length)
  const bisectionWidth = bisectionOf(standing.length, cables, ends)
  const over = bisectionWidth && servers.length > 1 ? Math.floor(servers.length / 2) / bisectionWidth : null
  return {
    switches: switching.length, terminals: servers.length, links: cables.length,
    degree: degrees.length > 0 ? { least: Math.min(...degrees.slice(0, 1e5)), most: Math.max(...degrees.slice(0, 1e5)) } : null,
    diameter: far?.distance ?? null, paths: far?.paths ?? null, bisectionWidth,
    oversubscription: over, blocking: over !== null && over > 1 ? 'blocking' : null,
  }
}

/** Breadth first from every end; null when two ends are not connected, or when it would take too long. */
function farthest(neighbours: readonly (readonly number[])[], ends: readonly number[], links: number): { distance: number; paths: number } | null {
  if (ends.length < 2 || ends.length * (neighbours.length + 2 * links) > patience) return null
  let best = { distance: 0, paths: 1 }
  for (const start of ends) {
    const distance = new Int32Array(neighbours.length).fill(-1)
    const paths = new Float64Array(neighbours.length)
    distance[start] = 0
    paths[start] = 1
    const queue = [start]
    for (let head = 0; head < queue.length; head++) {
      const at = queue[head] ?? 0
      const here = distance[at] ?? 0
      for (const next of neighbours[at] ?? []) {
        if (distance[next] === -1) {
          distance[next] = here + 1
          queue.push(next)
        }
        if (distance[next] === here + 1) paths[next] = (paths[next] ?? 0) + (paths[at] ?? 0)
      }
    }
    for (const end of ends) {
      const steps = distance[end] ?? -1
      if (steps < 0) return null
      const ways = paths[end] ?? 0
      if (steps > best.distance || (steps === best.distance && steps > 0 && ways < best.paths)) best = { distance: steps, paths: ways }
    }
  }
  return best
}
