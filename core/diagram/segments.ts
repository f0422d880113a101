/** Which bridges and switches wires and tunnels make one Ethernet: what a tenant sees as one network. */
import type { Infra } from '../infra/infra.ts'
import type { Node } from '../infra/node.ts'
import { tunnelPairs } from './tunnels.ts'

/** The kinds that carry frames; the others carry packets and join no segment. */
export const tunnelsThatBridge: ReadonlySet<string> = new Set(['gretap', 'vxlan', 'geneve', 'nvgre', 'stt'])

/** `node:bridge` or a switch's name to the segment's first of those in file order. */
export function segmentOf(infra: Infra): (id: string) => string {
  const parent = new Map<string, string>()
  const find = (id: string): string => {
    const up = parent.get(id)
    if (up === undefined || up === id) return id
    const top = find(up)
    parent.set(id, top)
    return top
  }
  const order = new Map<string, number>()
  for (const node of infra.nodes.values()) {
    order.set(node.name, order.size)
    for (const item of node.interfaces.values()) order.set(`${node.name}:${item.name}`, order.size)
  }
  const join = (a: string, b: string): void => {
    const [x, y] = [find(a), find(b)]
    if (x === y) return
    const [first, second] = (order.get(x) ?? 0) <= (order.get(y) ?? 0) ? [x, y] : [y, x]
    parent.set(second, first)
  }
  const port = (node: Node | undefined, name: string): string | undefined => {
    if (!node) return undefined
    if (node.kind === 'switch') return node.name
    const master = node.interfaces.get(name)?.master?.value
    return master === undefined ? undefined : `${node.name}:${master}`
  }
  for (const { a, b } of tunnelPairs(infra)) {
    if (!b || !tunnelsThatBridge.has(a.iface.type.value)) continue
    const [x, y] = [port(a.node, a.iface.name), port(b.node, b.iface.name)]
    if (x !== undefined && y !== undefined) join(x, y)
  }
  for (const { ends: [a, b] } of infra.links) {
    const [x, y] = [port(infra.nodes.get(a.node), a.interface), port(infra.nodes.get(b.node), b.interface)]
    if (x !== undefined && y !== undefined) join(x, y)
  }
  return find
}
