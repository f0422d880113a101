/** A file's parts as a tree: servers with their guests and devices, then what stands beside them. */
import type { Analysis } from '../../core/analysis.ts'
import { isGuest } from '../../core/ask.ts'
import { isTunnelType } from '../../core/infra/interface.ts'
import type { Node } from '../../core/infra/node.ts'
import type { ModelAnswer, ModelItem } from '../requests.ts'

export function modelOf(analysis: Analysis): ModelAnswer {
  const { infra } = analysis.realised
  const faults = new Map<string, { errors: number; warnings: number }>()
  let errors = 0
  let warnings = 0
  for (const { severity, subject } of analysis.problems) {
    if (severity !== 'error' && severity !== 'warning') continue
    if (severity === 'error') errors++
    else warnings++
    if (subject === undefined) continue
    const count = faults.get(subject) ?? { errors: 0, warnings: 0 }
    count[severity === 'error' ? 'errors' : 'warnings']++
    faults.set(subject, count)
  }
  const item = (id: string, name: string, kind: string, detail: string, children: readonly ModelItem[] = []): ModelItem => {
    const own = faults.get(id) ?? { errors: 0, warnings: 0 }
    return {
      id, name, kind, detail, children,
      // A closed branch tells what is wrong inside.
      errors: own.errors + children.reduce((sum, child) => sum + child.errors, 0),
      warnings: own.warnings + children.reduce((sum, child) => sum + child.warnings, 0),
    }
  }
  const guestsOf = new Map<string, Node[]>()
  for (const node of infra.nodes.values()) {
    if (!isGuest(node)) continue
    const host = node.host !== undefined && infra.nodes.has(node.host.value) && node.host.value !== node.name ? node.host.value : ''
    guestsOf.set(host, [...(guestsOf.get(host) ?? []), node])
  }
  let tunnels = 0
  const shown = new Set<string>()
  const ofNode = (node: Node): ModelItem => {
    shown.add(node.name)
    const devices = [...node.interfaces.values()].filter((one) => !one.origin && one.type.value !== 'loopback')
    for (const one of devices) if (isTunnelType(one.type.value)) tunnels++
    return item(node.name, node.name, node.kind, detailOf(node), [
      ...(guestsOf.get(node.name) ?? []).filter(({ name }) => !shown.has(name)).map(ofNode),
      ...devices.map((one) => item(`${node.name}:${one.name}`, one.name, isTunnelType(one.type.value) ? 'tunnel' : 'interface', one.type.value)),
    ])
  }
  const standing = [...infra.nodes.values()].filter((node) => !isGuest(node))
  const section = (kind: Node['kind']): ModelItem[] => standing.filter((node) => node.kind === kind).map(ofNode)
  const items = [
    ...section('server'), ...(guestsOf.get('') ?? []).map(ofNode), ...section('router'), ...section('switch'), ...section('external'),
    ...[...analysis.written.networks.values()].map((one) => item(`network:${one.name}`, one.name, 'network', `${one.type.value}${one.id ? ` ${one.id.value}` : ''}`)),
  ]
  const guests = [...infra.nodes.values()].filter(isGuest).length
  return { items, counts: { servers: standing.filter(({ kind }) => kind === 'server').length, guests, tunnels, errors, warnings } }
}

const detailOf = (node: Node): string => (isGuest(node) ? node.tenant?.value ?? '' : node.rack?.value ?? '')
