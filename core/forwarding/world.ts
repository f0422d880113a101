/**
 * A realised Infra's stacks and what joins them. Of an older compilation the tables stay, the very same objects, of every stack
 * whose node, joints and neighbours are as they were; indexes are patched.
 */
import type { Ip } from '../address/ip.ts'
import { guestsByHost } from '../infra/docker.ts'
import type { Infra } from '../infra/infra.ts'
import { isGuest, isStack } from '../infra/node.ts'
import { sameItems } from '../infra/same.ts'
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
  readonly joints: Joints
  readonly members: Members
  readonly vips: ReadonlyMap<string, readonly Ip[]>
}

export function buildWorld(infra: Infra, previous?: World): World {
  // Where several could be meant, the first of the file is.
  const before = previous && sameOrder(previous.infra, infra) ? previous : undefined
  const inputs: Inputs = { infra, joints: jointsOf(infra, before), members: membersOf(infra, before), vips: vipsOf(infra) }
  const anew = before && withNeighbours(before, inputs, changedIn(before, inputs))
  const world = assembled(inputs, before, anew)
  // What the protocols say to each other travels by what is there already; where they say something new, all speakers learn anew.
  const learners = [...installOspf(world, before), ...installBgp(world, before)]
  if (!before || !anew || learners.every((name) => anew.has(name))) return world
  const again = assembled(inputs, before, standingTogether(before.joints, inputs.joints, new Set([...anew, ...learners])))
  installOspf(again, before)
  installBgp(again, before)
  return again
}

/** Nodes that stayed stand in the order they stood in. */
export function sameOrder(before: Pick<Infra, 'nodes'>, after: Pick<Infra, 'nodes'>): boolean {
  const names = after.nodes.keys()
  for (const name of before.nodes.keys()) {
    if (!after.nodes.has(name)) continue
    for (;;) {
      const next = names.next()
      if (next.done) return false
      if (next.value === name) break
      if (before.nodes.has(next.value)) return false
    }
  }
  return true
}

const noVips: readonly Ip[] = []

/** Stacks that are made of something else than they were, those that are gone among them. */
function changedIn(before: World, { infra, joints, members, vips }: Inputs): Set<string> {
  const found = new Set<string>()
  const groups = sameGroups(before, { infra, members })
  for (const [name, node] of infra.nodes) {
    const old = before.stacks.get(name)
    const stays = old?.node === node && joints.wires.get(name) === before.joints.wires.get(name)
      && sameItems(old.vips, vips.get(name) ?? noVips) && (!isGuest(node) || groups(node))
    if (!stays) found.add(name)
  }
  for (const name of before.stacks.keys()) if (!infra.nodes.has(name)) found.add(name)
  return found
}

/** These, and all whose tables are made of something of theirs: whoever is joined to them. */
function withNeighbours(before: World, { infra, joints }: Inputs, changed: Set<string>): ReadonlySet<string> {
  if (changed.size === 0) return changed
  standingTogether(before.joints, joints, changed)
  const near = new Set(changed)
  for (const name of changed) {
    for (const wires of [before.joints.wires.get(name), joints.wires.get(name)]) for (const { node } of wires?.values() ?? []) near.add(node)
    for (const node of [before.infra.nodes.get(name), infra.nodes.get(name)]) if (node && isGuest(node) && node.host) near.add(node.host.value)
  }
  // Which ports a spanning tree closes is worked out for all bridges together.
  for (const { name, bridges } of before.stacks.values()) if (bridges.some(({ stp }) => stp)) near.add(name)
  return standingTogether(before.joints, joints, near)
}

/** Devices that stand on each other know each other, so their stacks are made together. Adds to the set. */
function standingTogether(a: Joints, b: Joints, names: Set<string>): ReadonlySet<string> {
  for (const name of names) for (const { leaning } of [a, b]) for (const other of leaning.get(name) ?? []) names.add(other)
  return names
}

/** `anew`: the stacks that are made, where others are kept. */
function assembled(inputs: Inputs, before: World | undefined, anew: ReadonlySet<string> | undefined): World {
  const { infra, joints, members, vips } = inputs
  const stacks = new Map<string, Stack>()
  const numbers = before?.numbers ?? new Map<string, number>()
  const made: Stack[] = []
  const guests = anew?.size === 0 ? undefined : guestsByHost(infra)
  for (const [name, node] of infra.nodes) {
    let stack = anew?.has(name) ? undefined : before?.stacks.get(name)
    if (!stack) {
      let id = numbers.get(name)
      if (id === undefined) numbers.set(name, (id = numbers.size))
      stack = makeStack(id, node, joints.wires.get(name), isStack(node) ? policyOf(guests?.get(name) ?? [], node) : undefined, vips.get(name) ?? noVips)
      made.push(stack)
    }
    stacks.set(name, stack)
  }
  for (const stack of made) joinWithin(stack)
  const devices = devicesOf(made)
  for (const device of devices) standOnHost(device, stacks)
  holdMtus(devices)
  for (const { node, devices: own } of made) {
    if (!isGuest(node) || node.securityGroups.length === 0) continue
    for (const device of own.values()) if (device.iface.attach || device.iface.network) device.guard = guardOf(infra, node, members)
  }
  let listed: readonly Device[] | undefined
  let order: ReadonlyMap<Device, number> | undefined
  const world: World = {
    infra, stacks, joints, members, numbers, owners: ownersOf(infra, before), services: servicesOf(infra, stacks), told: {},
    get devices() { return (listed ??= devicesOf(stacks.values())) },
    get order() { return (order ??= new Map(this.devices.map((device, i) => [device, i]))) },
  }
  findCarriers(world, devices)
  if (made.length > 0) closePorts(world)
  return world
}

const devicesOf = (stacks: Iterable<Stack>): readonly Device[] => [...stacks].flatMap(({ devices }) => [...devices.values()])

/** Virtual addresses by the stack that holds them. */
function vipsOf(infra: Infra): ReadonlyMap<string, readonly Ip[]> {
  const vips = new Map<string, Ip[]>()
  for (const { vip, on, type } of infra.services.values()) {
    const node = on && infra.nodes.get(on.value)
    // An anycast address is configured at each backend; a balancer holds its own as keepalived would add it.
    if (!vip || !node || !isStack(node) || type?.value === 'anycast') continue
    const list = vips.get(node.name)
    if (list) list.push(vip.value)
    else vips.set(node.name, [vip.value])
  }
  return vips
}

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
