/** Front door: what breaks when things fail. The same failures that `survive` tries; every pair before against every pair after. */
import type { Analysis } from './analysis.ts'
import { comparePairs, endsToCompare, linkId, type PairDifferences } from './difference/index.ts'
import { linkPart, nodePart, type Part } from './expect/shared/failures.ts'
import { compile } from './forwarding/index.ts'
import type { Infra } from './infra/infra.ts'
import type { Progress } from './reach/pair.ts'

export interface Failure extends PairDifferences {
  /** "link s1:eth0 – r1:p1", "server s1"; of several, one after the other. */
  readonly label: string
  /** Gone with it: the nodes themselves and what runs on them. */
  readonly gone: readonly string[]
  /** Nodes whose pairs were compared: those that are left. */
  readonly compared: number
}

/** Ids as the diagram has them: a node's name, or `link:a:x-b:y`; of several all fail at once. Undefined where one cannot fail. */
export function* failing(analysis: Analysis, ...ids: readonly string[]): Generator<Progress, Failure | undefined> {
  let { infra } = analysis.realised
  const labels: string[] = []
  const gone = new Set<string>()
  for (const id of ids) {
    // What fell with another is gone already, and still said by its name.
    const part = partOf(infra, id) ?? partOf(analysis.realised.infra, id)
    if (!part) return undefined
    labels.push(part.label)
    if (gone.has(id)) continue
    for (const name of part.gone) gone.add(name)
    infra = part.without
  }
  const after = compile(infra, analysis.plane)
  const names = endsToCompare([after], gone)
  return { label: labels.join(', '), gone: [...gone], compared: names.length, ...(yield* comparePairs(analysis.plane, after, names)) }
}

function partOf(infra: Infra, id: string): Part | undefined {
  const link = infra.links.find(({ ends: [a, b] }) => linkId({ ends: [a, b] }) === id || linkId({ ends: [b, a] }) === id)
  if (link) return linkPart(infra, link)
  const node = infra.nodes.get(id)
  return node && nodePart(infra, node)
}

/**
 * What a person names: a node, a link by one of its ends (`s1:eth0`) or by both (`s1:eth0-r1:p1`, from either), or as the diagram
 * has it. Undefined where nothing has this name.
 */
export function failingId({ realised: { infra } }: Analysis, name: string): string | undefined {
  if (infra.nodes.has(name)) return name
  const bare = name.startsWith('link:') ? name.slice('link:'.length) : name
  const link = infra.links.find(({ ends: [a, b] }) => {
    const [left, right] = [`${a.node}:${a.interface}`, `${b.node}:${b.interface}`]
    return [left, right, `${left}-${right}`, `${right}-${left}`].includes(bare)
  })
  return link && linkId(link)
}
