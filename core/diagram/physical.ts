/** The physical view: sites, racks, machines, what runs on them, wires and tunnels. */
import { printSize } from '../address/quantity.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import { isGuest, type GuestNode, type Node } from '../infra/node.ts'
import type { Storage } from '../infra/parts.ts'
import type { Problem } from '../infra/problem.ts'
import { badgesBySubject, type Badges } from './badges.ts'
import { tenantColors } from './colors.ts'
import { deviceFacts, nodeFacts, printAddress } from './facts.ts'
import type { Box, Diagram, Room } from './diagram.ts'
import { keptWith } from './kept.ts'
import { attachTargets, managementBridges, wiredDevices } from './plugs.ts'
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

/** What boxes of nodes are made from, beside the nodes themselves. */
export interface Scene {
  readonly written: Infra
  readonly infra: Infra
  readonly badge: Badges
  readonly colors: ReadonlyMap<string, string>
  readonly rooms: ReadonlyMap<string, Room>
  readonly tiers: ReadonlyMap<string, number>
  readonly seats: ReadonlyMap<string, Seat>
  readonly attached: ReadonlyMap<string, readonly string[]>
  readonly managing: ReadonlyMap<string, readonly string[]>
  readonly wired: ReadonlyMap<string, readonly string[]>
  /** Of what stands in these servers only what counts is drawn, for it will be closed away. */
  readonly shut: (server: Node) => boolean
}

const marked = (badge: Badges, one: Box, subjects: readonly string[]): Box => {
  const mark = badge(subjects)
  return mark ? { ...one, badge: mark } : one
}

const hostOf = (infra: Infra, node: Node): string | undefined => (isGuest(node) && node.host && node.host.value !== node.name && infra.nodes.has(node.host.value) ? node.host.value : undefined)
const rackOf = (node: Node): string | undefined => (node.rack ? `rack:${node.rack.value}` : node.site && `site:${node.site.value}`)

/** A node's own box and those of its devices, with what problems say of them. */
export function nodeBoxes({ written, infra, badge, colors, rooms, tiers, seats, attached, managing, wired, shut }: Scene, node: Node, hidden = isHidden(infra, node, shut)): readonly Box[] {
  const { name } = node
  const host = hostOf(infra, node)
  // A machine stands for whatever is wrong with its devices; a bridge has a box of its own.
  const own = badge.any(name) ? [name, ...[...node.interfaces.values()].filter((item) => !isBridge(item)).map((item) => `${name}:${item.name}`)] : none
  if (hidden) return [marked(badge, hiddenBox(node, undefined, host), own)]
  const boxes = boxesOf(node, written.nodes.get(name), {
    parent: host ?? rackOf(node), color: isGuest(node) && node.tenant ? colors.get(node.tenant.value) : undefined, tier: tiers.get(name), seat: seats.get(name),
    room: node.kind === 'server' ? rooms.get(name) ?? roomOf(node) : undefined, wired: wired.get(name) ?? none, attached: attached.get(name) ?? none, managing: managing.get(name) ?? none, shut: node.kind === 'server' && shut(node),
  })
  return own.length === 0 ? boxes : boxes.map((one, i) => marked(badge, one, i === 0 ? own : [one.id]))
}

export interface Physical {
  readonly scene: Scene
  readonly diagram: Diagram
  /** No two boxes claim one name. */
  readonly clear: boolean
}

export function drawPhysical(written: Infra, infra: Infra, problems: readonly Problem[], title: string, shut: (server: Node) => boolean = () => false): Physical {
  const [colors, badge] = [tenantColors(infra), badgesBySubject(problems)]
  const scene: Scene = { written, infra, badge, colors, rooms: roomsOf(infra), tiers: tiersOf(infra), seats: seatsOf(infra), attached: attachTargets(infra), managing: managementBridges(infra), wired: wiredDevices(infra.links), shut }
  const boxes: Box[] = []
  const known = new Set<string>()
  let clear = true
  const add = (one: Box): void => {
    if (known.has(one.id)) {
      clear = false
      return
    }
    known.add(one.id)
    boxes.push(one)
  }
  const addRacks = (node: Node): void => {
    const site = node.site && `site:${node.site.value}`
    if (site !== undefined && node.site && !known.has(site)) add(box({ id: site, kind: 'site', parent: undefined, label: node.site.value }))
    const rack = node.rack && `rack:${node.rack.value}`
    if (rack !== undefined && node.rack && !known.has(rack)) add(box({ id: rack, kind: 'rack', parent: site, label: node.rack.value }))
  }
  const guests: GuestNode[] = []
  for (const node of infra.nodes.values()) {
    const hidden = isHidden(infra, node, shut)
    // What stands on a machine stands in no rack of its own.
    if (!hidden && hostOf(infra, node) === undefined) addRacks(node)
    if (isGuest(node) && !hidden) guests.push(node)
    for (const one of nodeBoxes(scene, node, hidden)) add(one)
  }
  for (const storage of infra.storage.values()) {
    const one = storageBox(storage)
    add(marked(badge, one, [one.id]))
  }
  const lines = physicalLines(infra, { known, badge, colors, guests })
  return { scene, clear, diagram: { title, view: 'physical', boxes: ordered(boxes), lines, tenants: [...colors].map(([name, color]) => ({ name, color })) } }
}

/** A guest of a shut server, or a guest of such a guest. */
export function isHidden(infra: Infra, node: Node, shut: (server: Node) => boolean): boolean {
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
