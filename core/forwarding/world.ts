/**
 * A realised Infra's stacks and what joins them. Of an older compilation the tables stay, the very same objects, of every stack
 * whose node, joints and neighbours are as they were; indexes are patched.
 */
import type { Ip } from '../address/ip.ts'
import { changedNames, copyOf, noteChanged, type Changed } from '../infra/changed.ts'
import { guestsByHost } from '../infra/docker.ts'
import type { Infra } from '../infra/infra.ts'
import { isGuest, isStack, type GuestNode, type Node } from '../infra/node.ts'
import { sameItems } from '../infra/same.ts'
import { virtualAddresses } from '../infra/virtual-addresses.ts'
import { routingOf } from './adjacency.ts'
import { installBgp } from './bgp.ts'
import { findCarriers } from './carrier.ts'
import { holdMtus, joinWithin, makeStack, standOnHost } from './devices.ts'
import { guardOf, membersOf, sameGroups, type Members } from './guard.ts'
import { jointsOf, type Joints } from './joints.ts'
import { installOspf } from './ospf.ts'
import { ownersOf } from './owners.ts'
import { keyOf, type IpKey } from './packet.ts'
import { policyOf } from './policy.ts'
import { closePorts } from './stp.ts'
import type { Device, ServiceAt, Stack, World } from './tables.ts'

/** What stacks are made of, beside their nodes. */
interface Inputs {
  readonly infra: Infra
  /** Against the infra of the older compilation. */
  readonly changes: Changed | undefined
  readonly joints: Joints
  readonly members: Members
  readonly vips: ReadonlyMap<string, readonly Ip[]>
  readonly hosted: World['hosted']
}

export function buildWorld(infra: Infra, previous?: World): World {
  const changes = previous && changedNames(previous.infra.nodes, infra.nodes)
  // Where several could be meant, the first of the file is.
  const before = changes?.inOrder ? previous : undefined
  const hosted = hostedIn(infra, before, changes)
  const inputs: Inputs = { infra, changes, joints: jointsOf(infra, hosted, before, changes), members: membersOf(infra, before, changes), vips: virtualAddresses(infra), hosted }
  const anew = before && withNeighbours(before, inputs, changedIn(before, inputs))
  const world = assembled(inputs, before, anew)
  // What the protocols say to each other travels by what is there already.
  const learners = [...installOspf(world, before), ...installBgp(world, before)]
  if (!before || !anew || learners.every((name) => anew.has(name))) return world
  const again = assembled(inputs, before, standingTogether(before.joints, inputs.joints, new Set([...anew, ...learners])))
  installOspf(again, before)
  installBgp(again, before)
  return again
}

const noVips: readonly Ip[] = []

interface Remade {
  /** Stacks that are made of something else than they were, those that are gone among them. */
  readonly changed: Set<string>
  /** Those of them that are as they were but for their wires. */
  readonly rewired: Set<string>
}

function changedIn(before: World, { infra, changes, joints, members, vips }: Inputs): Remade {
  const [changed, rewired] = [new Set<string>(changes?.names), new Set<string>()]
  if (joints !== before.joints) {
    for (const [name, row] of joints.wires) if (before.joints.wires.get(name) !== row) rewired.add(name)
    for (const name of before.joints.wires.keys()) if (!joints.wires.has(name)) rewired.add(name)
  }
  for (const name of new Set([...vips.keys(), ...virtualAddresses(before.infra).keys()])) {
    if (!sameItems(before.stacks.get(name)?.vips ?? noVips, vips.get(name) ?? noVips)) changed.add(name)
  }
  if (infra.securityGroups.size === 0 && before.infra.securityGroups.size === 0) return { changed, rewired }
  const groups = sameGroups(before, { infra, members })
  for (const [name, node] of infra.nodes) if (isGuest(node) && !groups(node)) changed.add(name)
  return { changed, rewired }
}

/** Guests by their hosts: rows of before, where nobody came or moved in and nothing else stands in another order. */
function hostedIn(infra: Infra, before: World | undefined, changes: Changed | undefined): World['hosted'] {
  if (!before || !changes) return guestsByHost(infra)
  const rows = new Map<string, readonly GuestNode[]>()
  const hostOf = (node: Node | undefined): string | undefined => (node && isGuest(node) ? node.host?.value : undefined)
  for (const name of changes.names) {
    const [old, node] = [before.infra.nodes.get(name), infra.nodes.get(name)]
    const [was, is] = [hostOf(old), hostOf(node)]
    if (is !== undefined && was !== is) return guestsByHost(infra)
    if (was === undefined) continue
    const row = rows.get(was) ?? before.hosted.get(was) ?? []
    rows.set(was, is === undefined ? row.filter((one) => one.name !== name) : row.map((one) => (one.name === name && node && isGuest(node) ? node : one)))
  }
  if (rows.size === 0) return before.hosted
  const hosted = new Map(before.hosted)
  for (const [name, row] of rows) {
    if (row.length > 0) hosted.set(name, row)
    else hosted.delete(name)
  }
  return hosted
}

/** These, and all whose tables are made of something of theirs: whoever is joined to them. A wire that comes or goes is in the rows of both its ends, and tells nobody else. */
function withNeighbours(before: World, { infra, joints }: Inputs, { changed, rewired }: Remade): ReadonlySet<string> {
  if (changed.size === 0 && rewired.size === 0) return changed
  standingTogether(before.joints, joints, changed)
  const near = new Set([...changed, ...rewired])
  for (const name of changed) {
    const [old, node] = [before.infra.nodes.get(name), infra.nodes.get(name)]
    for (const wires of [before.joints.wires.get(name), joints.wires.get(name)]) {
      for (const [port, wire] of wires ?? []) if (!old || !node || isSeen(old, node, port, before.stacks.get(wire.node)?.devices.get(wire.interface))) near.add(wire.node)
    }
    for (const one of [old, node]) if (one && isGuest(one) && one.host) near.add(one.host.value)
  }
  // Which ports a spanning tree closes is worked out for all bridges together.
  for (const name of before.spanning) near.add(name)
  return standingTogether(before.joints, joints, near)
}

/**
 * Whether what differs at one end of a wire may matter to tables at the other: its carrier hangs on the far device being up, and a bridge
 * keeps in mind whether a mere end system is behind a port, and which.
 */
function isSeen(old: Node, node: Node, port: string, by: Device | undefined): boolean {
  const [was, is] = [old.interfaces.get(port), node.interfaces.get(port)]
  // A vlan device goes down with its parent.
  if (was?.up?.value !== is?.up?.value || was?.type.value === 'vlan' || is?.type.value === 'vlan') return true
  return (isStack(old) || isStack(node)) && (!by || by.bridge !== undefined)
}

/** Devices that stand on each other know each other, so their stacks are made together. Adds to the set. */
function standingTogether(a: Joints, b: Joints, names: Set<string>): ReadonlySet<string> {
  for (const name of names) for (const { leaning } of [a, b]) for (const other of leaning.get(name) ?? []) names.add(other)
  return names
}

/** `anew`: the stacks that are made, where others are kept. */
function assembled(inputs: Inputs, before: World | undefined, anew: ReadonlySet<string> | undefined): World {
  const { infra, changes, joints, members, vips, hosted } = inputs
  const numbers = before?.numbers ?? new Map<string, number>()
  const made: Stack[] = []
  const make = (name: string, node: Node): Stack => {
    let id = numbers.get(name)
    if (id === undefined) numbers.set(name, (id = numbers.size))
    const stack = makeStack(id, node, joints.wires.get(name), isStack(node) ? policyOf(hosted.get(name) ?? [], node) : undefined, vips.get(name) ?? noVips)
    made.push(stack)
    return stack
  }
  const kept = before && anew && changes?.inPlace ? before.stacks : undefined
  const stacks = kept ? copyOf(kept) : new Map<string, Stack>()
  if (kept && anew) {
    for (const [name, node] of anew.size === 0 ? [] : infra.nodes) if (anew.has(name)) stacks.set(name, make(name, node))
  } else infra.nodes.forEach((node, name) => stacks.set(name, (anew?.has(name) ? undefined : before?.stacks.get(name)) ?? make(name, node)))
  if (before && changes && anew) noteChanged(before.stacks, stacks, { ...changes, names: [...new Set([...anew, ...changes.names])] })
  for (const stack of made) joinWithin(stack)
  const devices = devicesOf(made)
  for (const device of devices) standOnHost(device, stacks)
  holdMtus(devices)
  for (const { node, devices: own } of made) {
    if (!isGuest(node) || node.securityGroups.length === 0) continue
    for (const device of own.values()) if (device.iface.attach || device.iface.network) device.guard = guardOf(infra, node, members)
  }
  const world = withDevices({
    infra, stacks, joints, members, numbers, hosted, ...rolesOf(stacks, before, changes), owners: ownersOf(infra, before, changes), services: servicesOf(infra, stacks), told: {},
  })
  findCarriers(world, devices)
  if (made.length > 0) closePorts(world)
  return world
}

/** Apart from where a world is made: what is worked out later would keep the world before it, and that the one before that. */
function withDevices(parts: Omit<World, 'devices' | 'order'>): World {
  let listed: readonly Device[] | undefined
  let order: ReadonlyMap<Device, number> | undefined
  return {
    ...parts,
    get devices() { return (listed ??= devicesOf(parts.stacks.values())) },
    get order() { return (order ??= new Map(this.devices.map((device, i) => [device, i]))) },
  }
}

/** Who takes part in what is worked out for many together: as before, where those who changed do as before. */
function rolesOf(stacks: ReadonlyMap<string, Stack>, before: World | undefined, changes: Changed | undefined): Pick<World, 'spanning' | 'routing'> {
  const protocolOf = (stack: Stack | undefined): string | undefined => stack && routingOf(stack)?.protocol.value
  const spans = (stack: Stack | undefined): boolean => stack !== undefined && spansOf(stack.node)
  // Those who stay stand in the order in which they stood; most who come or go take no part.
  const stays = (name: string): boolean => {
    const [old, stack] = [before?.stacks.get(name), stacks.get(name)]
    return spans(old) === spans(stack) && protocolOf(old) === protocolOf(stack)
  }
  if (before && changes?.names.every(stays)) return { spanning: before.spanning, routing: before.routing }
  const all = [...stacks.values()]
  const named = (some: readonly Stack[]): readonly string[] => some.map(({ name }) => name)
  return {
    spanning: named(all.filter(({ node }) => spansOf(node))),
    routing: { ospf: named(all.filter((stack) => protocolOf(stack) === 'ospf')), bgp: named(all.filter((stack) => protocolOf(stack) === 'bgp')) },
  }
}

/** Whether a node has a bridge that takes part in a spanning tree. */
const spansOf = (node: Node): boolean =>
  (isStack(node) ? [...node.interfaces.values()].some(({ type, stp }) => (type.value === 'bridge' || type.value === 'ovs') && (stp?.value ?? false)) : node.stp?.value ?? false)

const devicesOf = (stacks: Iterable<Stack>): readonly Device[] => [...stacks].flatMap(({ devices }) => [...devices.values()])

function servicesOf(infra: Infra, stacks: ReadonlyMap<string, Stack>): World['services'] {
  const services = new Map<IpKey, ServiceAt[]>()
  for (const service of infra.services.values()) {
    if (!service.vip) continue
    const on = service.on && stacks.get(service.on.value)
    const one: ServiceAt = {
      service, on: on && isStack(on.node) ? on : undefined,
      backends: service.backends.map(({ node, port }) => ({ name: node, stack: stacks.get(node), port })),
    }
    const key = keyOf(service.vip.value)
    const list = services.get(key)
    if (list) list.push(one)
    else services.set(key, [one])
  }
  return services
}
