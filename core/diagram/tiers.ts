/** How high a machine stands: servers at the bottom, then edge, aggregation and core, the outside world on top. */
import type { Infra } from '../infra/infra.ts'
import { isGuest, isStack, type Node } from '../infra/node.ts'

/** An end of the network: it asks and answers, and does not pass on what is not its own. */
const isHost = (node: Node, degree: number): boolean =>
  node.kind === 'server' || (isGuest(node) && (degree < 2 || !(node.forwarding?.value === true || node.opaque)))

/**
 * The number of wires to the nearest host: 0 for hosts, 1 for edge switches, 2 for aggregation, 3 for core. Externals stand
 * above everything else. Only nodes that a wire joins have a tier, and servers always.
 */
export function tiersOf(infra: Infra): ReadonlyMap<string, number> {
  const neighbours = new Map<string, Set<string>>()
  for (const { ends: [a, b] } of infra.links) {
    if (a.node === b.node || !infra.nodes.has(a.node) || !infra.nodes.has(b.node)) continue
    neighbours.set(a.node, (neighbours.get(a.node) ?? new Set()).add(b.node))
    neighbours.set(b.node, (neighbours.get(b.node) ?? new Set()).add(a.node))
  }
  const tiers = new Map<string, number>()
  let queue: string[] = []
  for (const node of infra.nodes.values()) {
    const wired = neighbours.get(node.name)
    if (node.kind !== 'server' && !wired) continue
    if (!isHost(node, wired?.size ?? 0)) continue
    tiers.set(node.name, 0)
    queue.push(node.name)
  }
  const spread = (): void => {
    for (let i = 0; i < queue.length; i++) {
      const name = queue[i] ?? ''
      for (const next of neighbours.get(name) ?? []) {
        const kind = infra.nodes.get(next)?.kind
        if (tiers.has(next) || kind === 'external') continue
        tiers.set(next, (tiers.get(name) ?? 0) + 1)
        queue.push(next)
      }
    }
    queue = []
  }
  spread()
  // A network without hosts stands on those that have the fewest wires.
  for (const name of neighbours.keys()) {
    const node = infra.nodes.get(name)
    if (!node || tiers.has(name) || node.kind === 'external') continue
    const part = partOf(name, neighbours, tiers, infra)
    const least = Math.min(...part.map((one) => neighbours.get(one)?.size ?? 0))
    queue = part.filter((one) => (neighbours.get(one)?.size ?? 0) === least)
    for (const one of queue) tiers.set(one, 1)
    spread()
  }
  const top = Math.max(0, ...tiers.values())
  for (const node of infra.nodes.values()) {
    if (node.kind !== 'external' || !isStack(node)) continue
    const beside = [...(neighbours.get(node.name) ?? [])].some((name) => tiers.get(name) === top)
    tiers.set(node.name, beside || top === 0 ? top + 1 : top)
  }
  return tiers
}

/** Everyone who can be reached by wires over nodes that have no tier yet. */
function partOf(start: string, neighbours: ReadonlyMap<string, ReadonlySet<string>>, tiers: ReadonlyMap<string, number>, infra: Infra): readonly string[] {
  const part = [start]
  const seen = new Set(part)
  for (let i = 0; i < part.length; i++) {
    for (const next of neighbours.get(part[i] ?? '') ?? []) {
      if (seen.has(next) || tiers.has(next) || infra.nodes.get(next)?.kind === 'external') continue
      seen.add(next)
      part.push(next)
    }
  }
  return part
}
