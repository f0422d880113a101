/** Front door: what breaks when things fail. The same failures that `survive` tries; every pair before against every pair after. */
import type { Analysis } from './analysis.ts'
import { comparePairs, endsToCompare, linkId, type PairDifferences } from './difference/index.ts'
import { linkPart, nodePart, type Part } from './expect/shared/failures.ts'
import { compile, type Plane } from './forwarding/index.ts'
import type { TunnelEdge } from './forwarding/trace.ts'
import { eachTunnelEdge } from './forwarding/tunnel-edges.ts'
import type { Infra } from './infra/infra.ts'
import type { Progress } from './reach/pair.ts'
import { t } from './words.ts'

export interface Failure extends PairDifferences {
  /** "link s1:eth0 – r1:p1", "server s1"; of several, one after the other. */
  readonly label: string
  /** Gone with it: the nodes themselves and what runs on them. */
  readonly gone: readonly string[]
  /** Nodes whose pairs were compared: those that are left. */
  readonly compared: number
  /** Tunnels both ends of which are left, and whose packets came through before. */
  readonly tunnels: readonly FailedTunnel[]
}

export interface FailedTunnel {
  /** `node:interface` of the end that sends, and of the one that took it in. */
  readonly ends: readonly [string, string]
  /** Whether its packets are lost now, or nobody knows. */
  readonly verdict: 'dropped' | 'unknown'
  readonly reason: string | null
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
  return { label: labels.join(', '), gone: [...gone], compared: names.length, ...(yield* comparePairs(analysis.plane, after, names)), tunnels: yield* failedTunnels(analysis.plane, after, gone) }
}

/** In the order in which they are written, whatever fits through them. Each direction is judged by itself: one that fails is enough. */
function* failedTunnels(before: Plane, after: Plane, gone: ReadonlySet<string>): Generator<Progress, readonly FailedTunnel[]> {
  const keyOf = ({ node, interface: name, remote }: TunnelEdge): string => `${node}:${name} ${remote}`
  const now = new Map<string, TunnelEdge>()
  const trying: Progress = { doing: t('trying tunnels'), done: 0, of: 1 }
  for (const edge of eachTunnelEdge(after.world, false)) {
    now.set(keyOf(edge), edge)
    yield trying
  }
  const failed: FailedTunnel[] = []
  for (const edge of eachTunnelEdge(before.world, false)) {
    yield trying
    const { node, interface: name, to, verdict } = edge
    const later = now.get(keyOf(edge))
    if (verdict !== 'delivered' || !to || gone.has(node) || gone.has(to.node) || later?.verdict === 'delivered') continue
    failed.push({ ends: [`${node}:${name}`, `${to.node}:${to.interface}`], verdict: later?.verdict === 'unknown' ? 'unknown' : 'dropped', reason: later?.reason ?? null })
  }
  return failed
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
