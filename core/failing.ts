/** Front door: what breaks when one thing fails. The same failures that `survive` tries; every pair before against every pair after. */
import type { Analysis } from './analysis.ts'
import { comparePairs, endsToCompare, type PairDifferences } from './difference/index.ts'
import { partsOf, type Part } from './expect/shared/failures.ts'
import { compile } from './forwarding/index.ts'
import type { Progress } from './reach/pair.ts'

export interface Failure extends PairDifferences {
  /** "link s1:eth0 – r1:p1", "server s1" */
  readonly label: string
  /** Gone with it: the node itself and what runs on it. */
  readonly gone: readonly string[]
  /** Nodes whose pairs were compared: those that are left. */
  readonly compared: number
}

/** `id` as the diagram has it: a node's name, or `link:a:x-b:y`. Undefined for what cannot fail. */
export function* failing(analysis: Analysis, id: string): Generator<Progress, Failure | undefined> {
  const part = partOf(analysis, id)
  if (!part) return undefined
  const after = compile(part.without, analysis.plane)
  const names = endsToCompare([after], part.gone)
  return { label: part.label, gone: [...part.gone], compared: names.length, ...(yield* comparePairs(analysis.plane, after, names)) }
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
  return node && find(node.kind, ({ nodes }) => nodes[0] === id)
}
