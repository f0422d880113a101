/** The tenants' view: each owner's networks, guests and gateways, and nothing of the machines beneath. */
import { prefixOf, printIp, printPrefix } from '../address/ip.ts'
import { printSize } from '../address/quantity.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import { isGuest, type GuestNode, type Node } from '../infra/node.ts'
import type { Problem } from '../infra/problem.ts'
import { badgesBySubject } from './badges.ts'
import { tenantColors } from './colors.ts'
import type { Box, Diagram, Fact, Line } from './diagram.ts'
import { nodeFacts, printAddress } from './facts.ts'
import { box, ordered } from './physical.ts'
import { segmentOf, tunnelsThatBridge } from './segments.ts'
import { tunnelLabel, tunnelPairs } from './tunnels.ts'
import { t } from '../words.ts'

/** What guests hang on: a network that was asked for, or bridges that were built by hand. */
interface Wire {
  readonly id: string
  readonly label: string
  readonly tenants: Set<string>
  readonly subnets: Set<string>
  /** The bridges beneath. */
  readonly bridges: Set<string>
  readonly gateways: Set<string>
}

interface Plug {
  readonly node: GuestNode
  readonly item: Interface
  readonly wire: Wire
}

/** The address's own network, as a tenant would call it. */
const subnetOf = ({ addresses }: Interface): string[] => addresses.flatMap(({ value: { ip, length } }) => (length === undefined ? [] : [printPrefix(prefixOf(ip, length))]))

/** Only one tenant where one is named, else all side by side; guests without an owner stand apart. */
export function drawTenants(written: Infra, infra: Infra, problems: readonly Problem[], title: string, only: string | undefined): Diagram {
  const colors = tenantColors(infra)
  const badge = badgesBySubject(problems)
  const boxes: Box[] = []
  const lines: Line[] = []
  const known = new Set<string>()
  const add = (one: Box): void => {
    if (known.has(one.id)) return
    known.add(one.id)
    boxes.push(one)
  }
  const group = (tenant: string | undefined): string | undefined => {
    if (tenant === undefined) return undefined
    add(box({ id: `tenant:${tenant}`, kind: 'tenant', parent: undefined, label: tenant, tenant, color: colors.get(tenant) ?? '#888888' }))
    return `tenant:${tenant}`
  }
  const owned = (tenant: string | undefined): { parent: string | undefined; tenant?: string; color?: string } =>
    ({ parent: group(tenant), ...(tenant !== undefined && { tenant, color: colors.get(tenant) ?? '#888888' }) })
  const marked = (subjects: readonly string[]): { badge?: NonNullable<Box['badge']> } => {
    const mark = badge(subjects)
    return mark ? { badge: mark } : {}
  }
  const { wires, plugs } = wiresOf(infra, only)

  for (const wire of wires.values()) {
    const tenants = [...wire.tenants]
    const facts: Fact[] = [...wire.subnets].map((value) => ({ name: 'subnet', value }))
    if (only === undefined) for (const bridge of wire.bridges) facts.push({ name: 'bridge', value: bridge })
    const network = infra.networks.get(wire.label)
    if (only === undefined && network && wire.id === `network:${network.name}`) facts.unshift({ name: 'type', value: network.type.value }, ...(network.id ? [{ name: 'id', value: String(network.id.value) }] : []))
    add(box({
      id: wire.id, kind: 'network', label: wire.label, tier: 1, facts, derived: !wire.id.startsWith('network:'), ...owned(tenants.length === 1 ? tenants[0] : undefined),
      details: [...[...wire.subnets].filter((subnet) => subnet !== wire.label).slice(0, 2), ...(tenants.length > 1 ? [t`shared by ${tenants.join(', ')}`] : [])],
      ...marked([wire.id, ...wire.bridges]),
    }))
  }
  for (const node of infra.nodes.values()) {
    if (!isGuest(node) || (only !== undefined && node.tenant?.value !== only)) continue
    const addresses = [...node.interfaces.values()].filter((item) => item.name !== 'lo').flatMap((item) => item.addresses.map(printAddress))
    add(box({
      id: node.name, kind: node.kind, label: node.name, details: addresses.slice(0, 2), tier: 0, facts: only === undefined ? nodeFacts(node, written.nodes.get(node.name)) : tenantFacts(node), ...owned(node.tenant?.value),
      ...marked([node.name, ...[...node.interfaces.keys()].map((name) => `${node.name}:${name}`)]),
    }))
  }
  for (const { node, item, wire } of plugs) {
    lines.push({ id: `member:${node.name}:${item.name}`, kind: 'attach', from: wire.id, to: node.name, toLabel: item.name, broken: item.up?.value === false, overlay: false, facts: [] })
  }
  addGateways(infra, wires, { add, owned, lines, colors, plain: only !== undefined })
  return { title, view: 'tenant', ...(only !== undefined && { tenant: only }), boxes: ordered(boxes), lines, tenants: [...colors].map(([name, color]) => ({ name, color })) }
}

function wiresOf(infra: Infra, only: string | undefined): { wires: ReadonlyMap<string, Wire>; plugs: readonly Plug[] } {
  const segment = segmentOf(infra)
  const wires = new Map<string, Wire>()
  const wireAt = (id: string, label: string): Wire => {
    const wire = wires.get(id) ?? { id, label, tenants: new Set(), subnets: new Set(), bridges: new Set(), gateways: new Set() }
    wires.set(id, wire)
    return wire
  }
  for (const network of infra.networks.values()) {
    if (only !== undefined && network.tenant?.value !== only) continue
    const wire = wireAt(`network:${network.name}`, network.name)
    if (network.tenant) wire.tenants.add(network.tenant.value)
    for (const subnet of network.subnets) wire.subnets.add(printPrefix(subnet.value))
    for (const { value } of network.gateway?.addresses ?? []) wire.gateways.add(printIp(value))
  }
  const guests = [...infra.nodes.values()].filter((node): node is GuestNode => isGuest(node) && (only === undefined || node.tenant?.value === only))
  // A segment is called by the subnet that its first guest has there; where that is unknown, by the guest: a tenant knows no bridges.
  const names = new Map<string, string>()
  for (const node of guests) {
    for (const item of node.interfaces.values()) {
      if (item.network || !item.attach || !node.host) continue
      const id = segment(`${node.host.value}:${item.attach.value}`)
      const [subnet] = subnetOf(item)
      if (subnet !== undefined && !names.has(id)) names.set(id, subnet)
    }
  }
  const plugs = guests.flatMap((node) => [...node.interfaces.values()].flatMap((item): Plug[] => {
    const bridge = item.attach && node.host ? `${node.host.value}:${item.attach.value}` : undefined
    const wire = item.network ? wires.get(`network:${item.network.value}`)
      : bridge === undefined ? undefined : wireAt(`segment:${segment(bridge)}`, names.get(segment(bridge)) ?? t`network of ${node.name}`)
    if (!wire) return []
    if (bridge !== undefined) wire.bridges.add(bridge)
    if (node.tenant) wire.tenants.add(node.tenant.value)
    for (const subnet of subnetOf(item)) wire.subnets.add(subnet)
    for (const { value } of item.gateways) wire.gateways.add(printIp(value))
    return [{ node, item, wire }]
  }))
  return { wires, plugs }
}

/** What the owner of a guest knows of it: its size, its addresses, its rules; not where it runs. */
function tenantFacts(node: GuestNode): readonly Fact[] {
  const facts: (Fact | undefined)[] = [
    { name: 'kind', value: node.kind }, node.image && { name: 'image', value: node.image.value },
    node.kind === 'vm' && node.vcpus ? { name: 'vcpus', value: String(node.vcpus.value) } : undefined, node.kind === 'vm' && node.memory ? { name: 'memory', value: printSize(node.memory.value) } : undefined,
    ...[...node.interfaces.values()].filter(({ name }) => name !== 'lo').flatMap((item) => [
      { name: item.name, value: [item.addresses.map(printAddress).join(' '), item.mtu ? `mtu ${item.mtu.value}` : ''].filter((word) => word !== '').join(' · ') },
      ...item.gateways.map(({ value }) => ({ name: t`${item.name} gateway`, value: printIp(value) })),
    ]),
    node.securityGroups.length > 0 ? { name: t('security groups'), value: node.securityGroups.map(({ value }) => value).join(', ') } : undefined,
  ]
  return facts.filter((fact) => fact !== undefined && fact.value !== '') as readonly Fact[]
}

interface Drawing {
  readonly add: (one: Box) => void
  readonly owned: (tenant: string | undefined) => { parent: string | undefined; tenant?: string; color?: string }
  readonly lines: Line[]
  readonly colors: ReadonlyMap<string, string>
  /** Nothing of the machines below is told. */
  readonly plain: boolean
}

/** Who has the addresses that guests send to: one box per machine and owner, and the tunnels by which gateways reach each other. */
function addGateways(infra: Infra, wires: ReadonlyMap<string, Wire>, { add, owned, lines, colors, plain }: Drawing): void {
  const owners = new Map<string, Node>()
  for (const node of infra.nodes.values()) for (const item of node.interfaces.values()) for (const { value } of item.addresses) if (!owners.has(printIp(value.ip))) owners.set(printIp(value.ip), node)
  const gateways = new Map<string, { readonly node: string; readonly tenant: string | undefined; readonly addresses: string[]; readonly wires: Wire[] }>()
  for (const wire of wires.values()) {
    const tenant = wire.tenants.size === 1 ? [...wire.tenants][0] : undefined
    for (const ip of wire.gateways) {
      const owner = owners.get(ip)
      // A guest that is a gateway is drawn already, with its own plugs.
      if (!owner || isGuest(owner)) continue
      const id = `gateway:${owner.name}${tenant === undefined ? '' : `:${tenant}`}`
      const gateway = gateways.get(id) ?? { node: owner.name, tenant, addresses: [], wires: [] }
      gateways.set(id, gateway)
      gateway.addresses.push(ip)
      gateway.wires.push(wire)
    }
  }
  for (const [id, { node, tenant, addresses, wires: joined }] of gateways) {
    add(box({ id, kind: 'router', label: 'gateway', details: addresses.slice(0, 2), tier: 2, derived: true, facts: [...(plain ? [] : [{ name: 'on', value: node }]), ...addresses.map((value) => ({ name: 'address', value }))], ...owned(tenant) }))
    for (const wire of new Set(joined)) lines.push({ id: `member:${id}-${wire.id}`, kind: 'attach', from: id, to: wire.id, broken: false, overlay: false, facts: [] })
  }
  for (const { a, b, oneSided } of tunnelPairs(infra)) {
    if (!b || tunnelsThatBridge.has(a.iface.type.value)) continue
    for (const [from, { node, tenant }] of gateways) {
      const to = `gateway:${b.node.name}${tenant === undefined ? '' : `:${tenant}`}`
      if (node !== a.node.name || !gateways.has(to)) continue
      const color = tenant === undefined ? undefined : colors.get(tenant)
      lines.push({ id: `tunnel:${a.node.name}:${a.iface.name}-${b.node.name}:${b.iface.name}`, kind: plain ? 'attach' : 'tunnel', from, to, ...(!plain && { label: tunnelLabel(a) }), broken: oneSided, overlay: false, facts: [], ...(color !== undefined && { color }) })
      break
    }
  }
}
