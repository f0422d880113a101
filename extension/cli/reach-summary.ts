/** `underlay reach --summary`: endpoints that are alike in kind, tenant and subnets as one class, and all pairs between classes counted. */
import type { Analysis } from '../../core/analysis.ts'
import { isGuest, type ReachClass } from '../../core/ask.ts'
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

export function summarise(analysis: Analysis, rows: readonly ReachClass[], json: boolean): string {
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
  const counts = new Map<string, Count>()
  for (const { pairs, answer: { from, to, verdict, reason, pathMtu } } of rows) {
    const [a, b] = [classOf.get(from) ?? from, classOf.get(to) ?? to]
    const key = `${a}\n${b}`
    let count = counts.get(key)
    if (!count) counts.set(key, (count = { from: a, to: b, pairs: 0, delivered: 0, dropped: 0, unknown: 0, reasons: {}, leastPathMtu: null }))
    count.pairs += pairs
    count[verdict] += pairs
    if (reason !== null) count.reasons[reason] = (count.reasons[reason] ?? 0) + pairs
    if (pathMtu !== null) count.leastPathMtu = Math.min(count.leastPathMtu ?? pathMtu, pathMtu)
  }
  const classes = [...members].map(([label, nodes]) => ({ class: label, nodes: nodes.length, first: nodes[0] ?? '' }))
  if (json) return JSON.stringify({ version: 1, classes, summary: [...counts.values()] }, undefined, 2) + '\n'
  return table(classes.map((one) => [one.class, `${one.nodes} nodes`])) + '\n' +
    table([...counts.values()].map((one) => [one.from, '→', one.to, `${one.delivered} of ${one.pairs} delivered`, Object.entries(one.reasons).map(([reason, n]) => `${n} ${reason}`).join(', ')]))
}

type Node = Analysis['realised']['infra']['nodes'] extends ReadonlyMap<string, infer T> ? T : never

function labelOf(node: Node): string {
  const owner = node.origin.by === 'text' ? '' : ` of ${node.origin.name}`
  const tenant = isGuest(node) && node.tenant ? ` of ${node.tenant.value}` : ''
  const networks = isGuest(node) ? [...new Set([...node.interfaces.values()].flatMap(({ network, attach }) => network?.value ?? attach?.value ?? []))] : []
  return `${node.kind}s${owner}${tenant}${networks.length > 0 ? ` on ${networks.join(', ')}` : ''}`
}
