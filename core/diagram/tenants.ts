/** The tenants' view: each owner's networks and guests, and nothing of the machines beneath. */
import { printPrefix } from '../address/ip.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import { isGuest, type GuestNode, type Node } from '../infra/node.ts'
import type { Problem } from '../infra/problem.ts'
import { badgesBySubject } from './badges.ts'
import { tenantColors } from './colors.ts'
import { nodeFacts, printAddress } from './facts.ts'
import { box, ordered } from './physical.ts'
import type { Box, Diagram, Line } from './diagram.ts'
import { tunnelPairs } from './tunnels.ts'

interface Plug {
  readonly node: GuestNode
  readonly item: Interface
  readonly target: string
  readonly bridge: string | undefined
}

const tunnelsThatBridge: ReadonlySet<string> = new Set(['gretap', 'vxlan', 'geneve', 'nvgre', 'stt'])

/** Bridges that tunnels and wires make one: a tenant sees them as one network. The first in file order names it. */
function segmentOf(infra: Infra): (id: string) => string {
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

/** Only one tenant where one is named, else all side by side; guests without an owner stand apart. */
export function drawTenants(infra: Infra, problems: readonly Problem[], title: string, only: string | undefined): Diagram {
  const colors = tenantColors(infra)
  const badge = badgesBySubject(problems)
  const segment = segmentOf(infra)
  const boxes: Box[] = []
  const lines: Line[] = []
  const known = new Set<string>()
  const add = (one: Box): void => {
    if (!known.has(one.id)) {
      known.add(one.id)
      boxes.push(one)
    }
  }
  const group = (tenant: string | undefined): string | undefined => {
    if (tenant === undefined) return undefined
    add(box({ id: `tenant:${tenant}`, kind: 'tenant', parent: undefined, label: tenant, tenant, color: colors.get(tenant) ?? '#888888' }))
    return `tenant:${tenant}`
  }
  const guests = [...infra.nodes.values()].filter((node): node is GuestNode => isGuest(node) && (only === undefined || node.tenant?.value === only))
  for (const network of infra.networks.values()) {
    if (only !== undefined && network.tenant?.value !== only) continue
    const tenant = network.tenant?.value
    const mark = badge([`network:${network.name}`])
    add(box({
      id: `network:${network.name}`, kind: 'network', parent: group(tenant), label: network.name, details: network.subnets.slice(0, 2).map((subnet) => printPrefix(subnet.value)),
      facts: [{ name: 'type', value: network.type.value }, ...(network.id ? [{ name: 'id', value: String(network.id.value) }] : [])],
      ...(tenant !== undefined && { tenant, color: colors.get(tenant) ?? '#888888' }), ...(mark && { badge: mark }),
    }))
  }
  // Who hangs on a bridge decides whose it looks like.
  const owners = new Map<string, Set<string>>()
  const plugs = guests.flatMap((node) => [...node.interfaces.values()].flatMap((item): Plug[] => {
    if (item.network) return [{ node, item, target: `network:${item.network.value}`, bridge: undefined }]
    if (!item.attach || !node.host) return []
    const bridge = segment(`${node.host.value}:${item.attach.value}`)
    if (node.tenant) owners.set(bridge, (owners.get(bridge) ?? new Set()).add(node.tenant.value))
    return [{ node, item, target: `segment:${bridge}`, bridge }]
  }))
  for (const node of guests) {
    const tenant = node.tenant?.value
    const addresses = [...node.interfaces.values()].filter((item) => item.name !== 'lo').flatMap((item) => item.addresses.map(printAddress))
    const mark = badge([node.name, ...[...node.interfaces.keys()].map((name) => `${node.name}:${name}`)])
    add(box({
      id: node.name, kind: node.kind, parent: group(tenant), label: node.name, details: addresses.slice(0, 2), facts: nodeFacts(node),
      ...(tenant !== undefined && { tenant, color: colors.get(tenant) ?? '#888888' }), ...(mark && { badge: mark }),
    }))
  }
  for (const { node, item, target, bridge } of plugs) {
    if (bridge !== undefined && !known.has(target)) {
      const own = [...(owners.get(bridge) ?? [])]
      add(box({ id: target, kind: 'network', parent: own.length === 1 ? group(own[0]) : undefined, label: bridge, details: own.length > 1 ? [`shared by ${own.join(', ')}`] : [], derived: true }))
    }
    if (known.has(target)) lines.push({ id: `member:${node.name}:${item.name}`, kind: 'member', from: node.name, to: target, fromLabel: item.name, broken: item.up?.value === false, overlay: false, facts: [] })
  }
  return { title, view: 'tenant', boxes: ordered(boxes), lines, tenants: [...colors].map(([name, color]) => ({ name, color })) }
}
