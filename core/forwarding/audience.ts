/**
 * Whom a flooded frame need not be shown to. A frame that asks for one address, or is for one Ethernet address, changes nothing
 * at an end system that has neither: it looks at it and lets it fall. Leaving those out makes a question in a segment of a
 * thousand cost what it costs in one of ten, and its outcome is the same.
 */
import type { Ip } from '../address/ip.ts'
import type { Mac } from '../address/mac.ts'
import { isTunnelType } from '../infra/interface.ts'
import { isStack, type Node } from '../infra/node.ts'
import { sameItems } from '../infra/same.ts'
import { linkLocalOf } from './link-local.ts'
import { isGroup, keyOf, type Frame, type IpKey } from './packet.ts'
import { farEnd, type Bridge, type Device, type Stack, type World } from './tables.ts'
import type { Behind, Listeners, Touched } from './touched.ts'

interface Ports {
  /** Ports behind which there may be anything. */
  readonly open: readonly Device[]
  /** Ports with one plain end system behind them, by the addresses that it answers for and by its Ethernet address. */
  readonly byIp: ReadonlyMap<IpKey, readonly Device[]>
  readonly byMac: ReadonlyMap<Mac, readonly Device[]>
  readonly order: ReadonlyMap<Device, number>
}

// A bridge is made anew whenever a stack at the other ends of its ports' wires is another one, so what is found for it holds as long as it does.
const known = new WeakMap<Bridge, Ports>()

const loopbackKeys: readonly IpKey[] = [0x7f000001, keyOf({ family: 6, value: 1n })]

const others = new WeakMap<Stack, boolean>()

/** Answers questions for others, or does what nobody knows. */
function answersForOthers(stack: Stack): boolean {
  let answer = others.get(stack)
  if (answer === undefined) others.set(stack, (answer = findsForOthers(stack)))
  return answer
}

const findsForOthers = ({ node, opaque, devices }: Stack): boolean => {
  if (!isStack(node) || opaque !== undefined || node.kind === 'external' || node.sysctl.proxyArp?.value) return true
  for (const { iface } of devices.values()) if (iface.sysctl?.proxyArp?.value) return true
  return false
}

/** A device that gives what it hears to its own stack and to nobody else. */
const isEnd = (device: Device): boolean =>
  (device.type === 'ethernet' || device.type === 'veth' || device.type === 'tap') && !device.uppers && !device.bridge && !device.master?.members && !device.lower

// What a node has of its own stays from one compilation to the next.
const ownKeys = new WeakMap<Node, ReadonlySet<IpKey>>()
const keys = new WeakMap<Stack, ReadonlySet<IpKey>>()

/** Whatever the stack may answer for. */
export function keysOf(stack: Stack): ReadonlySet<IpKey> {
  const known = stack.vips.length === 0 ? ownKeys.get(stack.node) : keys.get(stack)
  if (known) return known
  const found = new Set(loopbackKeys)
  for (const device of stack.devices.values()) {
    found.add(keyOf(linkLocalOf(device.mac)))
    for (const { ip } of device.addresses) found.add(keyOf(ip))
  }
  for (const vip of stack.vips) found.add(keyOf(vip))
  if (stack.vips.length === 0) ownKeys.set(stack.node, found)
  else keys.set(stack, found)
  return found
}

function portsOf(world: World, bridge: Bridge): Ports {
  let ports = known.get(bridge)
  if (ports) return ports
  const open: Device[] = []
  const byIp = new Map<IpKey, Device[]>()
  const byMac = new Map<Mac, Device[]>()
  const order = new Map<Device, number>()
  const add = <K>(map: Map<K, Device[]>, key: K, port: Device): void => {
    const list = map.get(key)
    if (!list) map.set(key, [port])
    else if (list.at(-1) !== port) list.push(port)
  }
  for (const [i, port] of bridge.ports.entries()) {
    order.set(port, i)
    const end = farEnd(world, port)
    if (!end || !isEnd(end) || port.uppers || isTunnelType(port.type) || answersForOthers(end.stack)) {
      open.push(port)
      continue
    }
    add(byMac, end.mac, port)
    for (const key of keysOf(end.stack)) add(byIp, key, port)
  }
  known.set(bridge, (ports = { open, byIp, byMac, order }))
  return ports
}

/** The ports, in order, at which a flooded frame can make a difference. */
export function audienceOf(world: World, bridge: Bridge, frame: Frame, touched: Touched): readonly Device[] {
  const { payload } = frame
  const asks = payload.kind === 'neighbour' && payload.ask
  if (!asks && isGroup(frame.dst)) return bridge.ports
  if (payload.kind === 'probe') return bridge.ports
  const { open, byIp, byMac, order } = portsOf(world, bridge)
  if (open.length === bridge.ports.length) return bridge.ports
  if (asks) touched.asked.add(keyOf(payload.target))
  else touched.macs.add(frame.dst)
  const few = asks ? byIp.get(keyOf(payload.target)) : byMac.get(frame.dst)
  if (!few) return open
  return [...open, ...few].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
}

/** Who hears a question behind a tunnel's device: everybody may, or those who answer for some addresses. */
type Ear = 'open' | { readonly byIp: ReadonlyMap<IpKey, unknown>; readonly own: ReadonlySet<IpKey> }

/** By a plain bridge's other ports, or its host. */
function earOf(world: World, far: Device): Ear {
  const { bridge, stack } = far
  if (!bridge || bridge.flows || answersForOthers(stack) || bridge.self?.uppers || far.uppers) return 'open'
  const { open, byIp } = portsOf(world, bridge)
  return open.some((port) => port !== far) ? 'open' : { byIp, own: keysOf(stack) }
}

const hears = (ear: Ear, key: IpKey): boolean => ear === 'open' || ear.byIp.has(key) || ear.own.has(key)

/** Everything of a stack, its addresses aside, by which others decide whether a flooded frame can make a difference behind it. */
export function shapeOf(world: World, stack: Stack): string {
  const tunnels = stack.tunnels.map((one) => `${one.name} ${one.type} ${one.iface.tunnel?.id?.value ?? ''} ${one.bridge?.label ?? ''} ${one.uppers !== undefined}`)
  const bridges = stack.bridges.map((bridge) => `${bridge.label} ${bridge.flows !== undefined} ${bridge.self?.uppers !== undefined} ${portsOf(world, bridge).open.map(({ name }) => name).join(' ')}`)
  return [String(answersForOthers(stack)), ...tunnels, ...bridges].join('\n')
}

const kindOf = ({ type, iface }: Device): string => `${type} ${iface.tunnel?.id?.value ?? ''}`

// A stack is made anew with its bridges.
const earsAt = new WeakMap<Stack, Map<string, readonly Ear[]>>()

/** Who hears behind each of a stack's tunnel devices of this kind. */
function earsOf(world: World, stack: Stack, kind: string): readonly Ear[] {
  let kinds = earsAt.get(stack)
  if (!kinds) earsAt.set(stack, (kinds = new Map()))
  let ears = kinds.get(kind)
  if (!ears) kinds.set(kind, (ears = stack.tunnels.filter((one) => kindOf(one) === kind).map((one) => earOf(world, one))))
  return ears
}

/** What is known of all whom a device sends copies to. */
interface Audience {
  readonly remotes: readonly Ip[]
  /** Of each remote who hears there; undefined where it is not known who is there. */
  readonly ears: readonly (readonly Ear[] | undefined)[]
  readonly behind: Behind
  readonly targets: Map<IpKey, Listeners>
}

// A world never changes, and each of many asks through the same tunnels.
const audiences = new WeakMap<World, Map<Device, Audience>>()

function audienceBehind(world: World, device: Device, remotes: readonly Ip[]): Audience {
  let devices = audiences.get(world)
  if (!devices) audiences.set(world, (devices = new Map()))
  let audience = devices.get(device)
  // Mostly the same for all that it floods.
  if (!audience || !sameItems(audience.remotes, remotes)) devices.set(device, (audience = foundAudience(world, device, remotes)))
  return audience
}

/** The remotes of a tunnel's device for whom a copy of a frame can make a difference: somebody there may answer, or it is not known who is there. */
export function listenersOf(world: World, device: Device, remotes: readonly Ip[], { payload }: Frame): Listeners {
  const { ears, behind, targets } = audienceBehind(world, device, remotes)
  if (payload.kind !== 'neighbour') return { remotes, behind, asked: undefined }
  const key = keyOf(payload.target)
  if (!payload.ask) return { remotes, behind, asked: key }
  // Who of all whom the device knows may answer a question is a matter of the address alone.
  let known = targets.get(key)
  if (!known) targets.set(key, (known = { remotes: remotes.filter((_, i) => ears[i]?.some((ear) => hears(ear, key)) ?? true), behind, asked: key }))
  return known
}

const keysOfLists = new WeakMap<readonly Ip[], readonly IpKey[]>()

function keysOfList(list: readonly Ip[]): readonly IpKey[] {
  let keys = keysOfLists.get(list)
  if (!keys) keysOfLists.set(list, (keys = list.map(keyOf)))
  return keys
}

// Most edits change nothing of it.
const behinds = new WeakMap<Device, Behind>()

function foundAudience(world: World, device: Device, remotes: readonly Ip[]): Audience {
  const kind = kindOf(device)
  const asked = keysOfList(remotes)
  const passedBy: string[] = []
  const ears = asked.map((key) => {
    // Where exactly one stack has the address.
    const [owner, other] = world.owners.get(key) ?? []
    const stack = owner === undefined || other !== undefined ? undefined : world.stacks.get(owner)
    const found = stack && earsOf(world, stack, kind)
    if (!stack || !found || found.length === 0) return undefined
    passedBy.push(stack.name)
    return found
  })
  let behind = behinds.get(device)
  if (!behind || !sameItems(behind.asked, asked) || !sameItems(behind.passedBy, passedBy)) behinds.set(device, (behind = { label: device.label, asked, passedBy }))
  return { remotes, ears, behind, targets: new Map() }
}
