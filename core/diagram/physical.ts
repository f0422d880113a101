/** The physical view: sites, racks, machines, what runs on them, wires and tunnels. */
import { printSize } from '../address/quantity.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import { isGuest, type GuestNode, type Node } from '../infra/node.ts'
import type { Storage } from '../infra/parts.ts'
import type { Problem } from '../infra/problem.ts'
import { badgesBySubject } from './badges.ts'
import { tenantColors } from './colors.ts'
import { deviceFacts, nodeFacts, printAddress } from './facts.ts'
import type { Box, Diagram, Room } from './diagram.ts'
import { keptFor, keptWith } from './kept.ts'
import { physicalLines } from './physical-lines.ts'
import { roomOf, roomsOf } from './rooms.ts'
import { seatsOf, type Seat } from './seats.ts'
import { heightOf, widthOf } from './sizes.ts'
import { tiersOf } from './tiers.ts'
import { t } from '../words.ts'

export function box(part: Pick<Box, 'id' | 'kind' | 'parent' | 'label'> & Partial<Box>): Box {
  const details = part.details ?? []
  return { details, derived: false, width: widthOf(part.label, details), height: heightOf(details), holds: 0, facts: [], ...part }
}

const isBridge = (iface: Interface): boolean => iface.type.value === 'bridge' || iface.type.value === 'ovs'

/** What a bridge has is told by the bridge's own box. `wired`: the node's devices that a wire ends at, which come first. */
function detailsOf(node: Node, wired: readonly string[]): readonly string[] {
  const first = (item: Interface): number => (wired.includes(item.name) ? 0 : 1)
  const told = [...node.interfaces.values()].filter((item) => item.name !== 'lo' && item.addresses.length > 0 && (node.kind === 'switch' || !isBridge(item)))
  const addresses = told.sort((a, b) => first(a) - first(b)).flatMap((item) => item.addresses.map(printAddress))
  const capacity = node.kind === 'server' ? [node.cpus && t`${node.cpus.value} CPU`, node.memory && printSize(node.memory.value)].filter((word) => word !== undefined).join(', ')
    : node.kind === 'vm' ? [node.vcpus && t`${node.vcpus.value} vCPU`, node.memory && printSize(node.memory.value)].filter((word) => word !== undefined).join(', ') : ''
  const shown = addresses.length > 2 ? [addresses[0] ?? '', t`and ${addresses.length - 1} more`] : addresses
  return [...(node.kind === 'switch' ? [t`${node.interfaces.size} ports`] : shown), ...(capacity === '' ? [] : [capacity])].slice(0, 3)
}

/** What a node's boxes say that is not the node's own: where it stands among the others. */
interface Around {
  readonly parent: string | undefined
  readonly color: string | undefined
  readonly tier: number | undefined
  readonly seat: Seat | undefined
  readonly room: Room | undefined
  /** Its devices that wires end at, that guests plug into, and that only manage. */
  readonly wired: readonly string[]
  readonly attached: readonly string[]
  readonly managing: readonly string[]
  /** What it has is closed away: only what counts is drawn. */
  readonly shut: boolean
}

const none: readonly string[] = []

/** The node's own box and those of its devices, without what problems say of them. */
const boxesOf = keptWith((node: Node, byHand: Node | undefined, { parent, color, tier, seat, room, wired, attached, managing, shut }: Around): readonly Box[] => {
  const details = detailsOf(node, wired)
  const tenant = isGuest(node) ? node.tenant?.value : undefined
  const holds = attached.length > 0 || (room !== undefined && room.cpus.asked + room.cpus.unknown > 0) || [...node.interfaces.values()].some(isBridge)
  const own = box({
    // A machine that holds others shows its details in one row.
    ...(node.kind === 'server' && holds && details.length > 1 && { width: Math.min(340, 30 + details.reduce((sum, detail) => sum + 14 + detail.length * 6.2, 0)) }),
    id: node.name, kind: node.kind, parent, label: node.name, details, derived: node.origin.by !== 'text', facts: nodeFacts(node, byHand),
    ...(tenant !== undefined && { tenant, color: color ?? '#888888' }), ...(tier !== undefined && { tier }), ...(seat && { seat }), ...(node.origin.by === 'fabric' && { inOrder: true }), ...(room && { room }),
  })
  if (node.kind === 'switch') return [own]
  const devices = [...node.interfaces.values()]
  if (shut) return [own, ...devices.filter(isBridge).map((item) => sketch(`${node.name}:${item.name}`, 'bridge', node.name, item.name))]
  return [own, ...devices.filter((item) => isBridge(item) || attached.includes(item.name)).map((item) => deviceBox(node.name, item, byHand?.interfaces.get(item.name), managing.includes(item.name) ? -1 : 1))]
})

/** A guest that nobody will see. */
const hiddenBox = keptWith((node: Node, _other: object | undefined, host: string | undefined): Box => sketch(node.name, node.kind, host, node.name))

/** Of what will be closed away: a guest, or a bridge that tunnels end at. */
const sketch = (id: string, kind: Box['kind'], parent: string | undefined, label: string): Box => ({ id, kind, parent, label, details: [], derived: false, width: 0, height: 0, holds: 0, facts: [] })

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
  const marked = (one: Box, subjects: readonly string[]): Box => {
    const mark = badge(subjects)
    return mark ? { ...one, badge: mark } : one
  }
  const racksOf = (node: Node): string | undefined => {
    const site = node.site && `site:${node.site.value}`
    if (site !== undefined && node.site && !known.has(site)) add(box({ id: site, kind: 'site', parent: undefined, label: node.site.value }))
    if (!node.rack) return site
    const rack = `rack:${node.rack.value}`
    if (!known.has(rack)) add(box({ id: rack, kind: 'rack', parent: site, label: node.rack.value }))
    return rack
  }
  const rooms = roomsOf(infra)
  const guests: GuestNode[] = []
  const [tiers, seats, attached, managing, wired] = [tiersOf(infra), seatsOf(infra), attachTargets(infra), managementBridges(infra), wiredDevices(infra.links)]
  for (const node of infra.nodes.values()) {
    const { name } = node
    const host = isGuest(node) && node.host && node.host.value !== name && infra.nodes.has(node.host.value) ? node.host.value : undefined
    // A machine stands for whatever is wrong with its devices; a bridge has a box of its own.
    const own = badge.any(name) ? [name, ...[...node.interfaces.values()].filter((item) => !isBridge(item)).map((item) => `${name}:${item.name}`)] : none
    if (isHidden(infra, node, shut)) {
      add(marked(hiddenBox(node, undefined, host), own))
      continue
    }
    if (isGuest(node)) guests.push(node)
    const [first, ...devices] = boxesOf(node, written.nodes.get(name), {
      parent: host ?? racksOf(node), color: isGuest(node) && node.tenant ? colors.get(node.tenant.value) : undefined, tier: tiers.get(name), seat: seats.get(name),
      room: node.kind === 'server' ? rooms.get(name) ?? roomOf(node) : undefined, wired: wired.get(name) ?? none, attached: attached.get(name) ?? none, managing: managing.get(name) ?? none, shut: node.kind === 'server' && shut(node),
    })
    if (first) add(marked(first, own))
    for (const device of devices) add(own.length > 0 ? marked(device, [device.id]) : device)
  }
  for (const storage of infra.storage.values()) {
    const one = storageBox(storage)
    add(marked(one, [one.id]))
  }
  const lines = physicalLines(infra, { known, badge, colors, guests })
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

/** A guest may be written above its host: parents come first. */
export function ordered(boxes: readonly Box[]): readonly Box[] {
  if (isOrdered(boxes)) return boxes
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

function isOrdered(boxes: readonly Box[]): boolean {
  const seen = new Set<string>()
  for (const { id, parent } of boxes) {
    if (parent !== undefined && !seen.has(parent)) return false
    seen.add(id)
  }
  return true
}

/** By host: devices that guests plug into. Those that are no bridges are drawn, too, so that the plug can be seen. */
function attachTargets(infra: Infra): ReadonlyMap<string, readonly string[]> {
  const targets = new Map<string, string[]>()
  for (const node of infra.nodes.values()) {
    if (!isGuest(node) || !node.host) continue
    for (const item of node.interfaces.values()) if (item.attach) collect(targets, node.host.value, item.attach.value)
  }
  return targets
}

/** Bridges that a format adds beside the wires that somebody drew: containerlab's management network stands below what it manages. */
function managementBridges(infra: Infra): ReadonlyMap<string, readonly string[]> {
  const bridges = new Map<string, string[]>()
  for (const name of wiredDevices(infra.links).keys()) {
    const node = infra.nodes.get(name)
    if (!node || !isGuest(node) || !node.host) continue
    const host = infra.nodes.get(node.host.value)
    for (const item of node.interfaces.values()) {
      const bridge = item.attach && host?.interfaces.get(item.attach.value)
      if (bridge && (bridge.origin?.by === 'format' || host?.origin.by === 'format')) collect(bridges, node.host.value, bridge.name)
    }
  }
  return bridges
}

/** By node: devices that a wire ends at. Links stay the same list while none of them changes. */
const wiredDevices = keptFor((links: Infra['links']): ReadonlyMap<string, readonly string[]> => {
  const devices = new Map<string, string[]>()
  for (const { ends } of links) {
    for (const end of ends) {
      const list = devices.get(end.node)
      if (list) list.push(end.interface)
      else devices.set(end.node, [end.interface])
    }
  }
  return devices
})

function collect(lists: Map<string, string[]>, name: string, item: string): void {
  const list = lists.get(name)
  if (!list) lists.set(name, [item])
  else if (!list.includes(item)) list.push(item)
}

function deviceBox(node: string, item: Interface, byHand: Interface | undefined, tier: number): Box {
  return box({
    id: `${node}:${item.name}`, kind: isBridge(item) ? 'bridge' : 'device', parent: node, label: item.name, details: item.addresses.slice(0, 1).map(printAddress),
    // Guests hang below what they are plugged into, as the machine hangs below its switch.
    tier, derived: byHand === undefined, facts: deviceFacts(item, byHand),
  })
}

function storageBox({ name, type, protocol, kind, tier, capacity, servers }: Storage): Box {
  const words = [type?.value, protocol?.value, capacity && printSize(capacity.value)].filter((word) => word !== undefined).join(' ')
  const facts = ([['type', type?.value], ['protocol', protocol?.value], ['kind', kind?.value], ['tier', tier?.value], ['capacity', capacity && printSize(capacity.value)], ['servers', servers.map(({ value }) => value).join(', ')]] as const)
    .flatMap(([key, value]) => (value === undefined || value === '' ? [] : [{ name: key, value }]))
  return box({ id: `storage:${name}`, kind: 'storage', parent: undefined, label: name, details: words === '' ? [] : [words], facts })
}
