/** Front door: what breaks when one thing fails. The same failures that `survive` tries; every pair before against every pair after. */
import type { Analysis } from './analysis.ts'
import { differences, type PairDifference } from './ask.ts'
import { partsOf, type Part } from './expect/shared/failures.ts'
import { compile } from './forwarding/index.ts'
import { isGuest, isStack } from './infra/node.ts'
import type { Progress, ReachPair } from './reach/pair.ts'
import { reach } from './reach/index.ts'

export interface Failure {
  /** "link s1:eth0 – r1:p1", "server s1" */
  readonly label: string
  /** Gone with it: the node itself and what runs on it. */
  readonly gone: readonly string[]
  /** Nodes whose pairs were compared: those that are left. */
  readonly compared: number
  readonly lost: readonly PairDifference[]
  readonly gained: readonly PairDifference[]
  /** Still reached, by a narrower or wider way. */
  readonly changed: readonly PairDifference[]
}

// All pairs of so many ends are listed twice; of more the guests and those outside are asked.
const mostEnds = 600

/** `id` as the diagram has it: a node's name, or `link:a:x-b:y`. Undefined for what cannot fail. */
export function* failing(analysis: Analysis, id: string): Generator<Progress, Failure | undefined> {
  const { infra } = analysis.realised
  const part = partOf(analysis, id)
  if (!part) return undefined
  const left = [...infra.nodes.values()].filter((node) => isStack(node) && !part.gone.has(node.name))
  const chosen = left.length <= mostEnds ? left : left.filter((node) => isGuest(node) || node.kind === 'external').slice(0, mostEnds)
  const names = chosen.map(({ name }) => name)
  const before = byNode(yield* reach(analysis.plane, { from: names, to: names }))
  const after = byNode(yield* reach(compile(part.without, analysis.plane), { from: names, to: names }))
  return { label: part.label, gone: [...part.gone], compared: names.length, ...nodeDifferences(before, after) }
}

/** A node is reached by whichever of its addresses is, and as widely as the widest: an address that goes with its link takes nobody away. */
function byNode(pairs: readonly ReachPair[]): ReadonlyMap<string, ReachPair> {
  const best = new Map<string, ReachPair>()
  for (const pair of pairs) {
    const key = `${pair.from} ${pair.to}`
    const known = best.get(key)
    const better = !known || (pair.verdict === 'delivered' && (known.verdict !== 'delivered' || (pair.pathMtu ?? 0) > (known.pathMtu ?? 0)))
    if (better) best.set(key, pair)
  }
  return best
}

/** Whichever address it is before and after, it is one pair. */
function nodeDifferences(before: ReadonlyMap<string, ReachPair>, after: ReadonlyMap<string, ReachPair>): ReturnType<typeof differences> {
  return differences([...before.values()], [...after].map(([key, pair]) => ({ ...pair, address: before.get(key)?.address ?? pair.address })))
}

function partOf({ realised: { infra } }: Analysis, id: string): Part | undefined {
  const find = (kind: Parameters<typeof partsOf>[1], fits: (part: Part) => boolean): Part | undefined => {
    for (const part of partsOf(infra, kind)) if (fits(part)) return part
    return undefined
  }
  if (id.startsWith('link:')) {
    const ends = infra.links.find(({ ends: [a, b] }) => [`link:${a.node}:${a.interface}-${b.node}:${b.interface}`, `link:${b.node}:${b.interface}-${a.node}:${a.interface}`].includes(id))
    // By its words: what a fabric generates stands at one place.
    return ends && find('link', ({ label }) => label === `link ${ends.ends.map((end) => `${end.node}:${end.interface}`).join(' – ')}`)
  }
  const node = infra.nodes.get(id)
  if (node?.kind !== 'server' && node?.kind !== 'switch' && node?.kind !== 'router') return undefined
  return find(node.kind, ({ nodes }) => nodes[0] === id)
}
