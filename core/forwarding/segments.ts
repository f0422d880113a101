/** Broadcast domains, found by sending one frame to all and seeing who hears it. */
import { isTunnelType } from '../infra/interface.ts'
import { isStack } from '../infra/node.ts'
import { tunnelSpecs } from '../tunnels/index.ts'
import { broadcastMac } from '../address/mac.ts'
import { drain } from './follow.ts'
import { asksNeighbours } from './ipvlan.ts'
import { noTags } from './packet.ts'
import { startRun, type Passage } from './run.ts'
import type { Device, World } from './tables.ts'
import { nothingTouched, type Touched } from './touched.ts'
import type { Broadcast, Segment } from './trace.ts'
import { transmit } from './transmit.ts'

/** Devices that speak Ethernet for their own stack: no ports, no loopbacks, no layer 3 tunnels. */
export function speaksEthernet(device: Device): boolean {
  if (!device.admin || !isStack(device.stack.node) || device.bridge || device.master?.members) return false
  if (device.type === 'loopback' || device.type === 'dummy' || device.type === 'vrf') return false
  if (isTunnelType(device.type) && tunnelSpecs[device.type].carries === 'packets') return false
  return asksNeighbours(device)
}

interface Domain {
  readonly members: Set<Device>
  readonly carriers: Set<string>
  readonly vlans: Map<string, Set<number>>
  open: boolean
}

/** What one broadcast from this device reaches; the device itself is among them. */
export function heardFrom(world: World, device: Device, passage?: Passage, touched?: Touched): Domain {
  const run = startRun(world, false, undefined, touched, passage)
  run.heard.add(device)
  transmit(run, device, { src: device.mac, dst: broadcastMac, tags: noTags, payload: { kind: 'probe' } }, {
    role: { kind: 'probe' }, trail: null, depth: 0, crossed: null, tunnel: null, forwarded: null,
  })
  drain(run)
  return { members: run.heard, carriers: run.carriers, vlans: run.admitted, open: run.open || device.stack.opaque !== undefined }
}

const orderIn = ({ order }: World) => (a: Device, b: Device): number => (order.get(a) ?? 0) - (order.get(b) ?? 0)

/** Where broadcasts from these devices go, all in one: who hears them, what they pass, what carries them inside tunnels. */
export function broadcastFrom(world: World, senders: readonly { readonly node: string; readonly interface: string }[]): Broadcast {
  const passage: Passage = { over: new Set(), under: new Set(), vlans: new Set() }
  const heard = new Set<Device>()
  let open = false
  for (const { node, interface: name } of senders) {
    const device = world.stacks.get(node)?.devices.get(name)
    if (!device) continue
    const domain = heardFrom(world, device, passage)
    for (const member of domain.members) heard.add(member)
    open ||= domain.open
  }
  const inOrder = orderIn(world)
  const mtus = [...new Set([...heard, ...passage.over])].filter(({ type }) => type !== 'loopback').sort((a, b) => a.mtu - b.mtu || inOrder(a, b))
  const [least, most] = [mtus[0], mtus.at(-1)]
  const list = (devices: Iterable<Device>): readonly string[] => [...devices].sort(inOrder).map(({ label }) => label)
  return {
    heard: list(heard), over: list(passage.over), under: list([...passage.under].filter((device) => !passage.over.has(device))), vlans: [...passage.vlans].sort((a, b) => a - b), open,
    mtu: least && most ? { least: least.mtu, at: least.label, most: most.mtu } : undefined,
  }
}

/** What one broadcast reaches, by names, so that it outlives the tables it was read from. */
export interface Heard {
  readonly members: readonly (readonly [node: string, device: string])[]
  readonly carriers: readonly string[]
  readonly vlans: ReadonlyMap<string, ReadonlySet<number>>
  readonly open: boolean
}

/** Who knows already what a broadcast reaches, by its sender, or has it sent and notes what that was read from. */
type Known = (key: string, make: (touched: Touched) => Heard) => Heard

/** The broadcast domains, in file order of their first member; stops after each that had to be looked for. */
export function* eachSegment(world: World, known: Known = (_key, make) => make(nothingTouched())): Generator<undefined, readonly Segment[]> {
  const domains = new Set<Domain>()
  const domainOf = new Map<Device, Domain>()
  for (const device of world.devices) {
    if (domainOf.has(device) || !speaksEthernet(device)) continue
    const heard = known(device.label, (touched) => {
      touched.stacks.add(device.stack)
      const { members, ...rest } = heardFrom(world, device, undefined, touched)
      return { ...rest, members: [...members].map((one) => [one.stack.name, one.name] as const), carriers: [...rest.carriers] }
    })
    const members = heard.members.flatMap(([node, name]) => world.stacks.get(node)?.devices.get(name) ?? [])
    // Who hears the same frame is of one domain, even where isolated ports keep some from hearing others.
    let domain: Domain = { members: new Set(), carriers: new Set(), vlans: new Map(), open: false }
    for (const member of members) {
      const other = domainOf.get(member)
      if (!other || other === domain) continue
      if (other.members.size > domain.members.size) [domain] = [merge(domains, domainOf, other, domain)]
      else merge(domains, domainOf, domain, other)
    }
    domains.add(domain)
    for (const member of members) {
      domain.members.add(member)
      domainOf.set(member, domain)
    }
    for (const carrier of heard.carriers) domain.carriers.add(carrier)
    addVlans(domain, heard)
    domain.open ||= heard.open
    yield undefined
  }
  const inOrder = orderIn(world)
  const sorted = [...domains].flatMap((domain) => {
    const members = [...domain.members].sort(inOrder)
    const [first] = members
    return first ? [{ domain, members, first: world.order.get(first) ?? 0 }] : []
  }).sort((a, b) => a.first - b.first)
  return sorted.map(({ domain: { carriers, vlans, open }, members }, id) => ({
    id, open, vlans,
    members: members.map((device) => ({ node: device.stack.name, interface: device.name, vlan: device.type === 'vlan' ? device.iface.id?.value ?? 0 : 0 })),
    carriers: [...carriers].sort(),
  }))
}

function addVlans(into: Domain, { vlans }: Pick<Heard, 'vlans'>): void {
  for (const [label, ids] of vlans) {
    const known = into.vlans.get(label) ?? new Set()
    into.vlans.set(label, known)
    for (const id of ids) known.add(id)
  }
}

function merge(domains: Set<Domain>, domainOf: Map<Device, Domain>, into: Domain, from: Domain): Domain {
  for (const member of from.members) {
    into.members.add(member)
    domainOf.set(member, into)
  }
  for (const carrier of from.carriers) into.carriers.add(carrier)
  addVlans(into, from)
  into.open ||= from.open
  domains.delete(from)
  return into
}
