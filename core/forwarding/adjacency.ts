/** Who speaks a routing protocol, whom they hear, and what they tell each other. */
import { contains, prefixOf, sameIp, type Ip, type Prefix } from '../address/ip.ts'
import { changedNames } from '../infra/changed.ts'
import { isTunnelType, type Interface } from '../infra/interface.ts'
import { isStack, type Routing } from '../infra/node.ts'
import { keyOf } from './packet.ts'
import type { Passage } from './run.ts'
import { heardFrom, speaksEthernet } from './segments.ts'
import { farEnd, type Device, type NextHop, type Stack, type World } from './tables.ts'
import { nothingTouched, type Touched } from './touched.ts'
import { edgeOf } from './tunnel-edges.ts'

/** One speaker hears another. That one by name, as its tables may be made anew while what is heard of it stays. */
export interface Adjacency {
  readonly device: Device
  readonly to: string
  readonly far: string
  /** The next hop over it, for destinations of one family; undefined where the far end has no address to be asked for. */
  readonly hops: Readonly<Record<4 | 6, NextHop | undefined>>
}

/** What a speaker hears by one of its devices. */
interface Heard {
  readonly adjacencies: readonly Adjacency[]
  /** By a plain wire, over whatever passes a frame on, or over tunnels too, which take routes to pass. */
  readonly by: 'wire' | 'frame' | 'tunnel'
  /** Names of stacks at the other ends, and of those that passed the frames; undefined where more than these decided. */
  readonly passed: ReadonlySet<string> | undefined
}

export interface Speaker {
  readonly stack: Stack
  readonly heard: ReadonlyMap<Device, Heard>
  /** All of them, in the order of its devices. */
  readonly adjacencies: readonly Adjacency[]
  /** The networks on its devices, and what it was told to advertise. */
  readonly announced: readonly Prefix[]
  /** The most that any of its devices needs to hear; and all of what they passed. */
  readonly by: Heard['by']
  readonly passed: Heard['passed']
}

export type Speakers = ReadonlyMap<string, Speaker>

export const routingOf = (stack: Stack): Routing | undefined => (isStack(stack.node) && stack.opaque === undefined ? stack.node.routing : undefined)

const isPassive = (routing: Routing, device: Device): boolean => routing.passive.some(({ value }) => value === device.name)
// What stands in a file stays from one compilation to the next.
const prefixes = new WeakMap<Interface, readonly Prefix[]>()

/** The networks on a device, in the order of its addresses. */
function prefixesOn({ iface, addresses }: Device): readonly Prefix[] {
  let known = prefixes.get(iface)
  if (!known) prefixes.set(iface, (known = addresses.map(({ ip, length }) => prefixOf(ip, length))))
  return known
}

const samePrefix = (a: Prefix, b: Prefix): boolean => a.length === b.length && sameIp(a.ip, b.ip)

/** In file order. Who hears by wires and frames stays the same object as long as the tables do of all that they pass, or it hears the same. */
export function speakersOf(world: World, protocol: Routing['protocol']['value'], before: { readonly stacks: World['stacks']; readonly speakers: Speakers } | undefined): Speakers {
  const found = new Map<string, Speaker>()
  const changed = new Set(before && changedNames(before.stacks, world.stacks).names)
  const stays = ({ passed }: Pick<Heard, 'passed'>): boolean => {
    if (passed) for (const name of changed) if (passed.has(name)) return false
    return passed !== undefined
  }
  for (const name of world.routing[protocol]) {
    const stack = world.stacks.get(name)
    if (!stack) continue
    const known = before?.speakers.get(name)
    const old = known?.stack === stack ? known : undefined
    found.set(name, old && stays(old) ? old : speakerOf(world, stack, old, stays))
  }
  return found
}

/** `old`: the same with the same tables, who hears by each device that `stays` what it heard. */
function speakerOf(world: World, stack: Stack, old: Speaker | undefined, stays: (heard: Heard) => boolean): Speaker {
  const routing = routingOf(stack)
  const heard = new Map<Device, Heard>()
  let by: Speaker['by'] = 'wire'
  for (const device of stack.devices.values()) {
    if (!routing || !device.running || device.vrf || isPassive(routing, device)) continue
    const known = old?.heard.get(device)
    const one = known && stays(known) ? known : heardBy(world, device, routing)
    heard.set(device, known && isSameHeard(known, one) ? known : one)
    if (one.by !== 'wire' && by !== 'tunnel') by = one.by
  }
  if (old && [...heard].every(([device, one]) => old.heard.get(device) === one)) return old
  const all = [...heard.values()]
  const passed = all.every((one) => one.passed !== undefined) ? new Set(all.flatMap((one) => [...one.passed ?? []])) : undefined
  return { stack, heard, adjacencies: all.flatMap(({ adjacencies }) => adjacencies), announced: announced(stack), by, passed }
}

/**
 * Who hears whom on one link: RFC 2328 section 10.5 wants the same network and mask of both ends; ends without any address
 * are unnumbered and speak by their stack's own.
 */
function heardBy(world: World, device: Device, routing: Routing): Heard {
  const touched = nothingTouched()
  const near = speaksEthernet(device) ? nearOf(world, device, touched) : acrossTunnel(world, device)
  const adjacencies: Adjacency[] = []
  for (const far of near?.devices ?? []) {
    const theirs = routingOf(far.stack)
    if (far.stack === device.stack || theirs?.protocol.value !== routing.protocol.value || isPassive(theirs, far) || far.vrf || !far.running) continue
    const mine = prefixesOn(device)
    const others = prefixesOn(far)
    const numbered = mine.some((one) => others.some((other) => samePrefix(one, other)))
    if (numbered || (mine.length === 0 && others.length === 0)) adjacencies.push({ device, to: far.stack.name, far: far.name, hops: { 4: nextHopOver(device, far, 4), 6: nextHopOver(device, far, 6) } })
  }
  const by = near?.by ?? 'wire'
  const isMore = by === 'tunnel' || touched.wide || touched.told || [touched.asked, touched.macs, touched.heard, touched.ways].some(({ size }) => size > 0)
  return { adjacencies, by, passed: isMore ? undefined : new Set([...touched.stacks].map(({ name }) => name)) }
}

/** A plain wire has one other end; everything else is asked by a frame to all. */
function nearOf(world: World, device: Device, touched: Touched): { readonly devices: readonly Device[]; readonly by: Heard['by'] } {
  const wire = farEnd(world, device)
  if (wire && !wire.bridge && !wire.uppers && !device.uppers && !wire.master) {
    touched.stacks.add(wire.stack)
    return { devices: wire.running ? [wire] : [], by: 'wire' }
  }
  const passage: Passage = { over: new Set(), under: new Set(), vlans: new Set() }
  const { members } = heardFrom(world, device, passage, touched)
  return { devices: [...members].filter((one) => one !== device), by: [...passage.over].some(({ type }) => isTunnelType(type)) ? 'tunnel' : 'frame' }
}

/**
 * gre and ipip are links between two to a routing protocol, multicast goes to the other end: who is there when each reaches the other.
 * Not wireguard, which drops what no peer is allowed.
 */
function acrossTunnel(world: World, device: Device): ReturnType<typeof nearOf> | undefined {
  if (device.type !== 'gre' && device.type !== 'ipip') return undefined
  const otherEnd = (one: Device): Device | undefined => {
    const [remote] = one.iface.tunnel?.remotes ?? []
    const to = remote && edgeOf(world, one, remote.value).to
    return to && world.stacks.get(to.node)?.devices.get(to.interface)
  }
  const far = otherEnd(device)
  return { devices: far && otherEnd(far) === device ? [far] : [], by: 'tunnel' }
}

function nextHopOver(device: Device, far: Device, family: 4 | 6): NextHop | undefined {
  if (device.type === 'ipip' && family === 6) return undefined
  const near = (ip: Ip): boolean => prefixesOn(device).some((one) => one.ip.family === family && contains(one, ip))
  const numbered = far.addresses.find(({ ip }) => ip.family === family && near(ip))
  if (numbered) return { dev: device, via: numbered.ip }
  // Unnumbered: any address of the far stack, asked for on the link, since Linux answers for all of them.
  for (const one of far.stack.devices.values()) {
    if (one.vrf) continue
    const address = one.addresses.find(({ ip }) => ip.family === family)
    if (address) return { dev: device, via: address.ip }
  }
  return undefined
}

function announced(stack: Stack): readonly Prefix[] {
  const found = new Map<string, Prefix>()
  const add = (prefix: Prefix): void => void found.set(`${keyOf(prefix.ip)}/${prefix.length}`, prefix)
  for (const device of stack.devices.values()) {
    if (device.vrf || (!device.running && device.type !== 'loopback')) continue
    for (const prefix of prefixesOn(device)) add(prefix)
  }
  for (const { value } of routingOf(stack)?.advertise ?? []) add(value)
  return [...found.values()]
}

export const sameList = <T>(a: readonly T[], b: readonly T[], same: (one: T, other: T) => boolean): boolean =>
  a === b || (a.length === b.length && a.every((one, i) => { const other = b[i]; return other !== undefined && (one === other || same(one, other)) }))

const isSameHeard = (a: Heard, b: Heard): boolean =>
  a === b || (a.by === b.by && a.passed !== undefined && b.passed !== undefined && sameList([...a.passed], [...b.passed], () => false) && sameList(a.adjacencies, b.adjacencies, sameAdjacency))

export const sameNetworks = (a: Speaker, b: Speaker): boolean => sameList(a.announced, b.announced, samePrefix)
export const sameNeighbours = (a: Speaker, b: Speaker): boolean => a === b || sameList(a.adjacencies, b.adjacencies, sameAdjacency)

export const sameAdjacency = (a: Adjacency, b: Adjacency): boolean =>
  a.device.name === b.device.name && a.to === b.to && a.far === b.far && ([4, 6] as const).every((family) => sameHop(a.hops[family], b.hops[family]))

const sameHop = (a: NextHop | undefined, b: NextHop | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.via === undefined || b.via === undefined ? a.via === b.via : sameIp(a.via, b.via)
