/** `underlay reach --summary`: endpoints that are alike in kind, tenant and subnets as one class, and all pairs between classes counted. */
import type { Analysis } from '../../core/analysis.ts'
import { isGuest, type ReachPair } from '../../core/ask.ts'
import { endpointsOf } from '../../core/shown.ts'
import { table } from './streams.ts'

interface Count {
  readonly from: string
  readonly to: string
  pairs: number
  delivered: number
  dropped: number
  unknown: number
  readonly reasons: Record<string, number>
  leastPathMtu: number | null
}

export interface Summary {
  /** Takes in that so many pairs have this answer. */
  readonly count: (pairs: number, answer: ReachPair) => void
  readonly print: (json: boolean) => string
}

export function summaryOf(analysis: Analysis): Summary {
  const classOf = new Map<string, string>()
  const members = new Map<string, string[]>()
  for (const { node: name } of endpointsOf(analysis)) {
    const node = analysis.realised.infra.nodes.get(name)
    if (!node) continue
    const label = labelOf(node)
    classOf.set(name, label)
    const list = members.get(label)
    if (list) list.push(name)
    else members.set(label, [name])
  }
  const rows = new Map<string, Map<string, Count>>()
  const take = (pairs: number, { from, to, verdict, reason, pathMtu }: ReachPair): void => {
    const [a, b] = [classOf.get(from) ?? from, classOf.get(to) ?? to]
    let row = rows.get(a)
    if (!row) rows.set(a, (row = new Map()))
    let count = row.get(b)
    if (!count) row.set(b, (count = { from: a, to: b, pairs: 0, delivered: 0, dropped: 0, unknown: 0, reasons: {}, leastPathMtu: null }))
    count.pairs += pairs
    count[verdict] += pairs
    if (reason !== null) count.reasons[reason] = (count.reasons[reason] ?? 0) + pairs
    if (pathMtu !== null) count.leastPathMtu = Math.min(count.leastPathMtu ?? pathMtu, pathMtu)
  }
  return { count: take, print: (json) => printed(members, [...rows.values()].flatMap((row) => [...row.values()]), json) }
}

function printed(members: ReadonlyMap<string, readonly string[]>, counts: readonly Count[], json: boolean): string {
  const classes = [...members].map(([label, nodes]) => ({ class: label, nodes: nodes.length, first: nodes[0] ?? '' }))
  if (json) return JSON.stringify({ version: 1, classes, summary: counts }, undefined, 2) + '\n'
  return table(classes.map((one) => [one.class, `${one.nodes} nodes`])) + '\n' +
    table(counts.map((one) => [one.from, '→', one.to, `${one.delivered} of ${one.pairs} delivered`, Object.entries(one.reasons).map(([reason, n]) => `${n} ${reason}`).join(', ')]))
}

type Node = Analysis['realised']['infra']['nodes'] extends ReadonlyMap<string, infer T> ? T : never

function labelOf(node: Node): string {
  const owner = node.origin.by === 'text' ? '' : ` of ${node.origin.name}`
  const tenant = isGuest(node) && node.tenant ? ` of ${node.tenant.value}` : ''
  const networks = isGuest(node) ? [...new Set([...node.interfaces.values()].flatMap(({ network, attach }) => network?.value ?? attach?.value ?? []))] : []
  return `${node.kind}s${owner}${tenant}${networks.length > 0 ? ` on ${networks.join(', ')}` : ''}`
}
