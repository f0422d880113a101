/** The physical view: sites, racks, machines, what runs on them, wires and tunnels. */
import { printBitRate, printSize } from '../address/quantity.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import { isGuest, type Node } from '../infra/node.ts'
import type { Storage } from '../infra/parts.ts'
import type { Problem } from '../infra/problem.ts'
import { badgesBySubject } from './badges.ts'
import { tenantColors } from './colors.ts'
import { deviceFacts, linkFacts, nodeFacts, printAddress } from './facts.ts'
import type { Badge, Box, Diagram, Line } from './diagram.ts'
import { roomOf, roomsOf } from './rooms.ts'
import { seatsOf } from './seats.ts'
import { heightOf, widthOf } from './sizes.ts'
import { tiersOf } from './tiers.ts'
import { tunnelLabel, tunnelPairs, type TunnelEnd } from './tunnels.ts'
import { t } from '../words.ts'

export function box(part: Pick<Box, 'id' | 'kind' | 'parent' | 'label'> & Partial<Box>): Box {
  const details = part.details ?? []
  return { details, derived: false, width: widthOf(part.label, details), height: heightOf(details), holds: 0, facts: [], ...part }
}

const isBridge = (iface: Interface): boolean => iface.type.value === 'bridge' || iface.type.value === 'ovs'

/** What a bridge has is told by the bridge's own box. */
function detailsOf(node: Node, wired: ReadonlySet<string>): readonly string[] {
  const first = (item: Interface): number => (wired.has(`${node.name}:${item.name}`) ? 0 : 1)
  const addresses = [...node.interfaces.values()].sort((a, b) => first(a) - first(b)).filter((item) => item.name !== 'lo' && (node.kind === 'switch' || !isBridge(item))).flatMap((item) => item.addresses.map(printAddress))
  const capacity = node.kind === 'server' ? [node.cpus && t`${node.cpus.value} CPU`, node.memory && printSize(node.memory.value)].filter((word) => word !== undefined).join(', ')
    : node.kind === 'vm' ? [node.vcpus && t`${node.vcpus.value} vCPU`, node.memory && printSize(node.memory.value)].filter((word) => word !== undefined).join(', ') : ''
  const shown = addresses.length > 2 ? [addresses[0] ?? '', t`and ${addresses.length - 1} more`] : addresses
  return [...(node.kind === 'switch' ? [t`${node.interfaces.size} ports`] : shown), ...(capacity === '' ? [] : [capacity])].slice(0, 3)
}

/** `shut`: of what stands in these servers only what counts is drawn, for it will be closed away. */
export function drawPhysical(written: Infra, infra: Infra, problems: readonly Problem[], title: string, shut: (server: Node) => boolean = () => false): Diagram {
  const colors = tenantColors(infra)
  const badge = badgesBySubject(problems)
  const boxes: Box[] = []
  const known = new Set<string>()
  const add = (one: Box): void => {
    if (known.has(one.id)) return
    known.add(one.id)
    boxes.push(one)
  }
  const racksOf = (node: Node): string | undefined => {
    const site = node.site && `site:${node.site.value}`
    if (site !== undefined && node.site) add(box({ id: site, kind: 'site', parent: undefined, label: node.site.value }))
    if (!node.rack) return site
    const rack = `rack:${node.rack.value}`
    add(box({ id: rack, kind: 'rack', parent: site, label: node.rack.value }))
    return rack
  }
  const rooms = roomsOf(infra)
  const attached = attachTargets(infra)
  const [tiers, seats] = [tiersOf(infra), seatsOf(infra)]
  const managing = managementBridges(infra)
  const wired = new Set(infra.links.flatMap(({ ends }) => ends.map((end) => `${end.node}:${end.interface}`)))
  for (const node of infra.nodes.values()) {
    const host = isGuest(node) && node.host && node.host.value !== node.name && infra.nodes.has(node.host.value) ? node.host.value : undefined
    const tenant = isGuest(node) ? node.tenant?.value : undefined
    const hidden = isHidden(infra, node, shut)
    const own = [node.name, ...[...node.interfaces.values()].filter((item) => !isBridge(item)).map((item) => `${node.name}:${item.name}`)]
    const mark = badge(own)
    if (hidden) {
      add({ id: node.name, kind: node.kind, parent: host, label: node.name, details: [], derived: false, width: 0, height: 0, holds: 0, facts: [], ...(mark && { badge: mark }) })
      continue
    }
    const details = detailsOf(node, wired)
    const [tier, seat] = [tiers.get(node.name), seats.get(node.name)]
    add(box({
      // A machine that holds others shows its details in one row.
      ...(node.kind === 'server' && details.length > 1 && { width: Math.min(340, 30 + details.reduce((sum, detail) => sum + 14 + detail.length * 6.2, 0)) }),
      id: node.name, kind: node.kind, parent: host ?? racksOf(node), label: node.name, details, derived: node.origin.by !== 'text',
      facts: nodeFacts(node, written.nodes.get(node.name)), ...(tenant !== undefined && { tenant, color: colors.get(tenant) ?? '#888888' }), ...(mark && { badge: mark }),
      ...(tier !== undefined && { tier }), ...(seat && { seat }), ...(node.origin.by === 'fabric' && { inOrder: true }), ...(node.kind === 'server' && { room: rooms.get(node.name) ?? roomOf(node) }),
    }))
    if (node.kind === 'switch') continue
    if (node.kind === 'server' && shut(node)) {
      for (const item of node.interfaces.values()) if (isBridge(item)) add(sketchOf(node, item, badge([`${node.name}:${item.name}`])))
      continue
    }
    for (const item of node.interfaces.values()) if (isBridge(item) || attached.has(`${node.name}:${item.name}`)) add(deviceBox(written, node, item, (managing.has(`${node.name}:${item.name}`) ? -1 : 1), badge([`${node.name}:${item.name}`])))
  }
  for (const storage of infra.storage.values()) add(storageBox(storage, badge([`storage:${storage.name}`])))
  const lines = [...linkLines(infra, known, badge), ...attachLines(infra, known, (node) => isHidden(infra, node, shut)), ...tunnelLines(infra, known, colors, badge), ...storageLines(infra, known)]
  return { title, view: 'physical', boxes: ordered(boxes), lines, tenants: [...colors].map(([name, color]) => ({ name, color })) }
}

/** A guest of a shut server, or a guest of such a guest. */
function isHidden(infra: Infra, node: Node, shut: (server: Node) => boolean): boolean {
  let at: Node | undefined = node
  for (let depth = 0; at && isGuest(at) && at.host && depth < 8; depth++) {
    at = infra.nodes.get(at.host.value)
    if (at?.kind === 'server') return shut(at)
  }
  return false
}

/** A bridge that tunnels end at, though nobody will see it. */
const sketchOf = (node: Node, item: Interface, mark: Badge | undefined): Box =>
  ({ id: `${node.name}:${item.name}`, kind: 'bridge', parent: node.name, label: item.name, details: [], derived: false, width: 0, height: 0, holds: 0, facts: [], ...(mark && { badge: mark }) })

/** A guest may be written above its host: parents come first. */
export function ordered(boxes: readonly Box[]): readonly Box[] {
  const byId = new Map(boxes.map((one) => [one.id, one]))
  const placed = new Set<string>()
  const out: Box[] = []
  const place = (one: Box, above: readonly string[]): void => {
    if (placed.has(one.id)) return
    const parent = one.parent === undefined ? undefined : byId.get(one.parent)
    // Two that stand on each other stand nowhere: the circle is cut at the top.
    const cut = parent === undefined || above.includes(parent.id)
    if (!cut) place(parent, [...above, one.id])
    if (placed.has(one.id)) return
    placed.add(one.id)
    out.push(cut && one.parent !== undefined ? { ...one, parent: undefined } : one)
  }
  for (const one of boxes) place(one, [])
  return out
}

/** Devices of hosts that guests plug into and that are no bridges: they are drawn, so that the plug can be seen. */
function attachTargets(infra: Infra): ReadonlySet<string> {
  const targets = new Set<string>()
  for (const node of infra.nodes.values()) {
    if (!isGuest(node) || !node.host) continue
    for (const item of node.interfaces.values()) if (item.attach) targets.add(`${node.host.value}:${item.attach.value}`)
  }
  return targets
}

/** Bridges that a format adds beside the wires that somebody drew: containerlab's management network stands below what it manages. */
function managementBridges(infra: Infra): ReadonlySet<string> {
  const wired = new Set(infra.links.flatMap(({ ends }) => ends.map(({ node }) => node)))
  const bridges = new Set<string>()
  for (const node of infra.nodes.values()) {
    if (!isGuest(node) || !node.host || !wired.has(node.name)) continue
    for (const item of node.interfaces.values()) {
      const bridge = item.attach && infra.nodes.get(node.host.value)?.interfaces.get(item.attach.value)
      if (bridge?.origin?.by === 'format' || (bridge && infra.nodes.get(node.host.value)?.origin.by === 'format')) bridges.add(`${node.host.value}:${bridge.name}`)
    }
  }
  return bridges
}

function deviceBox(written: Infra, node: Node, item: Interface, tier: number, mark: Badge | undefined): Box {
  const byHand = written.nodes.get(node.name)?.interfaces.get(item.name)
  return box({
    id: `${node.name}:${item.name}`, kind: isBridge(item) ? 'bridge' : 'device', parent: node.name, label: item.name, details: item.addresses.slice(0, 1).map(printAddress),
    // Guests hang below what they are plugged into, as the machine hangs below its switch.
    tier, derived: byHand === undefined, facts: deviceFacts(item, byHand), ...(mark && { badge: mark }),
  })
}

/** The box at which a wire ends: the bridge of which the interface is a port, else the node. */
const endBox = (node: Node | undefined, name: string, known: ReadonlySet<string>): string | undefined => {
  if (!node) return undefined
  const master = node.interfaces.get(name)?.master?.value
  if (master !== undefined && known.has(`${node.name}:${master}`)) return `${node.name}:${master}`
  return known.has(`${node.name}:${name}`) ? `${node.name}:${name}` : known.has(node.name) ? node.name : undefined
}

function storageBox({ name, type, protocol, kind, tier, capacity, servers }: Storage, mark: Badge | undefined): Box {
  const words = [type?.value, protocol?.value, capacity && printSize(capacity.value)].filter((word) => word !== undefined).join(' ')
  const facts = ([['type', type?.value], ['protocol', protocol?.value], ['kind', kind?.value], ['tier', tier?.value], ['capacity', capacity && printSize(capacity.value)], ['servers', servers.map(({ value }) => value).join(', ')]] as const)
    .flatMap(([key, value]) => (value === undefined || value === '' ? [] : [{ name: key, value }]))
  return box({ id: `storage:${name}`, kind: 'storage', parent: undefined, label: name, details: words === '' ? [] : [words], facts, ...(mark && { badge: mark }) })
}

/** More lines than this to one storage say no more than their number. */
const mostStorageLines = 16

const storageLines = (infra: Infra, known: ReadonlySet<string>): Line[] => [...infra.storage.values()].flatMap(({ name, servers }) => (servers.length > mostStorageLines ? [] : servers.flatMap(({ value }): Line[] => (
  known.has(value) ? [{ id: `member:storage:${name}-${value}`, kind: 'member', from: value, to: `storage:${name}`, broken: false, overlay: true, facts: [] }] : []))))

type BadgeOf = (subjects: readonly string[]) => Badge | undefined

function linkLines(infra: Infra, known: ReadonlySet<string>, badge: BadgeOf): Line[] {
  return infra.links.flatMap((link): Line[] => {
    const [a, b] = link.ends
    const from = endBox(infra.nodes.get(a.node), a.interface, known)
    const to = endBox(infra.nodes.get(b.node), b.interface, known)
    if (from === undefined || to === undefined || from === to) return []
    const words = [link.bandwidth && printBitRate(link.bandwidth.value).replace(' ', ' '), link.mtu && `mtu ${link.mtu.value}`].filter((word) => word !== undefined)
    const id = `link:${a.node}:${a.interface}-${b.node}:${b.interface}`
    const mark = badge([id])
    return [{
      id, kind: 'link', from, to, fromLabel: a.interface, toLabel: b.interface, broken: link.up?.value === false, overlay: false, facts: linkFacts(link),
      ...(words.length > 0 && { label: words.join(', ') }), ...(mark && { badge: mark }),
    }]
  })
}

function attachLines(infra: Infra, known: ReadonlySet<string>, hidden: (node: Node) => boolean): Line[] {
  const lines: Line[] = []
  for (const node of infra.nodes.values()) {
    if (!isGuest(node) || !node.host || hidden(node)) continue
    for (const item of node.interfaces.values()) {
      const bridge = item.attach?.value ?? (item.hostSide && infra.nodes.get(item.hostSide.node)?.interfaces.get(item.hostSide.interface)?.master?.value)
      const to = bridge === undefined ? undefined : `${node.host.value}:${bridge}`
      if (to === undefined || !known.has(to) || !known.has(node.name)) continue
      lines.push({ id: `attach:${node.name}:${item.name}`, kind: 'attach', from: node.name, to, fromLabel: item.name, broken: item.up?.value === false, overlay: false, facts: deviceFacts(item) })
    }
  }
  return lines
}

function tunnelLines(infra: Infra, known: ReadonlySet<string>, colors: ReadonlyMap<string, string>, badge: BadgeOf): Line[] {
  const end = ({ node, iface }: TunnelEnd): string => {
    const bridge = iface.master && `${node.name}:${iface.master.value}`
    return bridge !== undefined && known.has(bridge) ? bridge : node.name
  }
  return tunnelPairs(infra).flatMap((pair): Line[] => {
    // A tunnel that nobody answers is drawn, broken, to whoever has the remote address.
    const to = pair.b ? end(pair.b) : pair.owner?.name
    const from = end(pair.a)
    if (to === undefined || !known.has(from) || !known.has(to)) return []
    const tenant = tenantOf(infra, pair.a)
    const color = tenant === undefined ? undefined : colors.get(tenant)
    const names = [pair.a, ...(pair.b ? [pair.b] : [])].map(({ node, iface }) => `${node.name}:${iface.name}`)
    const mark = badge(names)
    return [{
      id: `tunnel:${names.join('-')}${pair.b ? '' : `-${pair.remote}`}`, kind: 'tunnel', from, to, fromLabel: pair.a.iface.name, ...(pair.b && { toLabel: pair.b.iface.name }), label: tunnelLabel(pair.a), broken: pair.oneSided, overlay: true,
      facts: deviceFacts(pair.a.iface), ...(tenant !== undefined && { tenant }), ...(color !== undefined && { color }), ...(mark && { badge: mark }),
    }]
  })
}

/** Whose frames a tunnel carries: the network's owner, or the one tenant whose guests hang on its bridge. */
function tenantOf(infra: Infra, { node, iface }: TunnelEnd): string | undefined {
  if (iface.origin?.by === 'network') return infra.networks.get(iface.origin.name)?.tenant?.value
  const bridge = iface.master?.value
  const tenants = new Set<string>()
  for (const guest of infra.nodes.values()) {
    if (!isGuest(guest) || guest.host?.value !== node.name || !guest.tenant) continue
    if (bridge === undefined || [...guest.interfaces.values()].some((item) => item.attach?.value === bridge)) tenants.add(guest.tenant.value)
  }
  return tenants.size === 1 ? [...tenants][0] : undefined
}
