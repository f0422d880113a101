/** Neighbours: ARP and IPv6 neighbour discovery, as frames of their own. Linux net/ipv4/arp.c, net/ipv6/ndisc.c. */
import { contains, prefixOf, printIp, sameIp, type Ip } from '../address/ip.ts'
import { printMac, type Mac } from '../address/mac.ts'
import { isTunnelType } from '../infra/interface.ts'
import { isStack } from '../infra/node.ts'
import { addressOn, lookup, speaks, tablesFor, vipDevice } from './fib.ts'
import { isForwarded } from './icmp.ts'
import { isLoose, ownedHere, sysctlOf } from './ip-input.ts'
import { linkLocalOf } from './link-local.ts'
import { devicesWith } from './owners.ts'
import { askedMac, keyOf, noTags, type Frame, type IpKey, type NeighbourMessage, type Packet } from './packet.ts'
import { drop, note, type Context, type Drop, type Resolution, type Run } from './run.ts'
import { farEnd, type Device } from './tables.ts'
import { transmit } from './transmit.ts'
import { t } from '../words.ts'

const unspecified: Ip = { family: 4, value: 0n }

function neighboursOf(run: Run, device: Device): Map<IpKey, Resolution> {
  let table = run.neighbours.get(device)
  if (!table) run.neighbours.set(device, (table = new Map()))
  return table
}

/** Sends the packet to the neighbour with that address, asking for it first. */
export function sendToNeighbour(run: Run, device: Device, target: Ip, packet: Packet, context: Context): void {
  const table = neighboursOf(run, device)
  const known = table.get(keyOf(target))
  if (known?.mac !== undefined) return sendFrame(run, device, target, known.mac, packet, context, (who, ip, at) => t`${who} knows ${ip} at ${at}`)
  if (known) {
    known.waiting.push({ packet, context })
    if (known.done) giveUp(run, known)
    return
  }
  const resolution: Resolution = { device, target, mac: undefined, answerers: [], waiting: [{ packet, context }], losses: [], opaque: [], done: false }
  table.set(keyOf(target), resolution)
  run.unresolved.push(resolution)
  const sender = askingAddress(device, target, packet.src)
  const question: Frame = {
    src: device.mac, dst: askedMac(target), tags: noTags, payload: { kind: 'neighbour', ask: true, target, sender, senderMac: device.mac },
  }
  transmit(run, device, question, { role: { kind: 'neighbour', resolution }, trail: null, depth: context.depth, crossed: null, tunnel: context.tunnel, forwarded: null })
}

function sendFrame(run: Run, device: Device, target: Ip, mac: Mac, packet: Packet, context: Context, how: (who: string, ip: string, mac: string) => string): void {
  const frame: Frame = { src: device.mac, dst: mac, tags: noTags, payload: packet }
  const asked = note(run, context, device.stack, device, 'arp', frame, () => ({
    detail: how(device.stack.name, printIp(target), printMac(mac)), table: `neighbour ${printIp(target)} ${printMac(mac)} dev ${device.name}`, at: device.iface.at,
  }))
  transmit(run, device, frame, asked)
}

/** arp_solicit with arp_announce 0: the packet's source where it is ours, else an address of the device. */
function askingAddress(device: Device, target: Ip, src: Ip): Ip {
  if (target.family === 6) {
    return standsOn(device, src) ? src : linkLocalOf(device.mac)
  }
  const { node } = device.stack
  const announce = Math.max(isStack(node) ? node.sysctl.arpAnnounce?.value ?? 0 : 0, device.iface.sysctl?.arpAnnounce?.value ?? 0)
  const own = ownedHere(device, src)
  if (own && announce === 0) return src
  if (own && announce === 1 && isOnLink(device, src, target)) return src
  const near = addressOn(device, target, 4)
  if (near) return near
  for (const other of device.stack.devices.values()) {
    if (other.vrf !== device.vrf) continue
    const address = addressOn(other, undefined, 4)
    if (address) return address
  }
  return unspecified
}

export function receiveNeighbour(run: Run, device: Device, message: NeighbourMessage, context: Context): void {
  if (message.ask) answer(run, device, message, context)
  else learn(run, device, message, context)
}

/** An answer counts where it was asked for; the first stays, and which is first is chance when several answer. */
function learn(run: Run, device: Device, { sender, senderMac }: NeighbourMessage, context: Context): void {
  const resolution = neighboursOf(run, device).get(keyOf(sender))
  if (!resolution || context.role.kind !== 'neighbour' || context.role.resolution !== resolution) return
  if (resolution.answerers.some(({ mac }) => mac === senderMac)) return
  resolution.answerers.push({ device, mac: senderMac })
  const wanted = run.decided.get(choiceKey(resolution)) ?? 0
  if (resolution.mac === undefined && resolution.answerers.length - 1 === wanted) settle(run, resolution, senderMac)
}

export const choiceKey = ({ device, target }: Resolution): string => `neighbour ${device.stack.name}:${device.name} ${printIp(target)}`

function settle(run: Run, resolution: Resolution, mac: Mac): void {
  resolution.mac = mac
  for (const { packet, context } of resolution.waiting.splice(0)) {
    sendFrame(run, resolution.device, resolution.target, mac, packet, { ...context, depth: 0 }, (who, ip, at) => t`${who} asks who has it and finds ${ip} at ${at}`)
  }
}

/** arp_process, ndisc_recv_ns. */
function answer(run: Run, device: Device, message: NeighbourMessage, context: Context): void {
  const { target, sender, senderMac } = message
  const probing = sender.family === 4 && sender.value === 0n
  // Whom it answers depends on who asks, so that one packet does not speak for others.
  if (sysctlOf(device.stack, device, 'arpIgnore') === 2) run.peculiar = true
  if (!answersTo(run, device, target, sender)) return
  if (!probing && sender.family === 4 && ownedHere(device, sender)) return
  if (!probing) {
    // neigh_event_ns: who asks is known from then on.
    const table = neighboursOf(run, device)
    if (!table.has(keyOf(sender))) {
      table.set(keyOf(sender), { device, target: sender, mac: senderMac, answerers: [], waiting: [], losses: [], opaque: [], done: true })
    }
  }
  transmit(run, device, {
    src: device.mac, dst: senderMac, tags: noTags, payload: { kind: 'neighbour', ask: false, target: sender, sender: target, senderMac: device.mac },
  }, { ...context, depth: 0, crossed: null, tunnel: null })
}

function answersTo(run: Run, device: Device, target: Ip, sender: Ip): boolean {
  const { stack } = device
  if (!speaks(device, target.family)) return false
  if (target.family === 6) {
    // ndisc_recv_ns looks at the device's own addresses only; IPv4 is content with any of the stack's.
    return standsOn(device, target) || sameIp(linkLocalOf(device.mac), target) || lookupExternal(run, device, target)
  }
  const found = lookup(run, stack, tablesFor(device), target)
  if (found?.type === 'local') {
    const ignore = sysctlOf(stack, device, 'arpIgnore')
    if (ignore === 0) return sourceRouted(run, device, sender)
    if (ignore === 2) return standsOn(device, target) && isOnLink(device, target, sender)
    return ignore !== 8 && standsOn(device, target)
  }
  const proxy = (isStack(stack.node) && stack.node.sysctl.proxyArp?.value) || device.iface.sysctl?.proxyArp?.value
  if (!proxy || !stack.forwarding || found?.type !== 'unicast') return false
  return found.hops.every(({ dev }) => dev !== device)
}

/** Whether the device has the address, for itself or for a service. */
const standsOn = (device: Device, wanted: Ip): boolean =>
  device.addresses.some(({ ip }) => sameIp(ip, wanted)) || (device.stack.vips.some((vip) => sameIp(vip, wanted)) && vipDevice(device.stack, wanted) === device)

/** inet_addr_onlink, confirm_addr_indev: one of the device's networks holds both, whichever of its addresses that comes from. */
const isOnLink = (device: Device, a: Ip, b: Ip): boolean =>
  device.addresses.some(({ ip, length }) => ip.family === a.family && contains(prefixOf(ip, length), a) && contains(prefixOf(ip, length), b))

const lookupExternal = (run: Run, device: Device, target: Ip): boolean =>
  device.stack.node.kind === 'external' && lookup(run, device.stack, tablesFor(device), target)?.type === 'local'

/** ip_route_input refuses a question whose sender rp_filter would refuse. */
function sourceRouted(run: Run, device: Device, sender: Ip): boolean {
  const mode = sysctlOf(device.stack, device, 'rpFilter')
  if (mode === 0 || sender.value === 0n) return true
  const back = lookup(run, device.stack, tablesFor(device), sender)
  return back?.type === 'unicast' && (isLoose(device, mode) || back.hops.some(({ dev }) => dev === device))
}

/** Whether several have answered: then who is spoken to depends on who of them has asked before, in the name that they share. */
export const haveSeveralAnswered = (run: Run, device: Device, target: Ip): boolean =>
  (neighboursOf(run, device).get(keyOf(target))?.answerers.length ?? 0) > 1

/**
 * Whether it is chance which of several answers comes first. Of a network's gateway that every host holds, the asker's own host
 * answers before the question has left it; but in IPv6 a later answer takes its place (ndisc_recv_na, Override), from the second packet on.
 */
export const isRace = (run: Run, { answerers, target }: Resolution): boolean => {
  if (answerers.length <= 1) return false
  if (target.family === 6) return true
  const [first, ...others] = devicesWith(run.world, keyOf(target)).map(({ iface }) => (iface.origin?.by === 'network' ? iface.origin.name : undefined))
  return first === undefined || others.some((name) => name !== first)
}

/** Nobody answered: what waited is dropped, with the reason that stopped the question where there is one. */
export function giveUp(run: Run, resolution: Resolution): void {
  resolution.done = true
  const { device, target } = resolution
  const late = resolution.answerers.at(-1)
  if (late) return settle(run, resolution, late.mac)
  const waiting = resolution.waiting.splice(0)
  // A copy of the question itself waits for the answer to it.
  const inside = waiting.find(({ context: { role } }) => role.kind === 'neighbour' && role.resolution === resolution)?.context.tunnel
  for (const { packet, context } of waiting) {
    const [opaque] = resolution.opaque
    if (opaque !== undefined) {
      drop(run, context, device.stack, device, 'unknown-node', packet, { detail: t`nobody known has ${printIp(target)}, and what ${opaque} does is not known`, unknown: true })
      continue
    }
    run.touched.asked.add(keyOf(target))
    const homeless = run.world.services.get(keyOf(target))?.find(({ on }) => !on)
    if (homeless) {
      drop(run, context, device.stack, device, 'unknown-node', packet, { detail: t`service ${homeless.service.name} does not say which node holds ${printIp(target)}`, at: homeless.service.at, unknown: true })
      continue
    }
    const cause = causeOf(run, resolution)
    drop(run, context, device.stack, device, cause?.reason ?? (inside ? 'loop' : 'neighbour-unreachable'), packet, {
      detail: cause ? t`nobody answers for ${printIp(target)} on ${device.name}: ${cause.node}: ${cause.detail}`
        : inside ? t`nobody answers for ${printIp(target)} on ${device.name}: the question goes into ${inside.name}, whose own way leads to ${printIp(target)}`
        : t`nobody answers for ${printIp(target)} on ${device.name}`,
      table: `neighbour ${printIp(target)} FAILED dev ${device.name}`, at: cause?.at ?? device.iface.at, unknown: cause?.unknown ?? false,
      // arp_error_report, ndisc_error_report.
      tells: isForwarded(packet) && !packet.about ? { about: packet, kind: 'no-host', vrf: device.vrf } : undefined,
    })
  }
}

/** Losses count as a cause where the address has an owner that the question, or its answer, was on its way to. */
function causeOf(run: Run, resolution: Resolution): Resolution['losses'][number] | undefined {
  const { losses, target, device } = resolution
  run.touched.asked.add(keyOf(target))
  const [first] = losses
  if (!first) return undefined
  const own = losses.find((loss) => loss.device === device && loss.reason === 'no-carrier') ?? losses.find(({ unknown }) => unknown)
  if (own) return own
  // No copy got any further than the device that asks.
  if (losses.every((loss) => loss.device === device && loss.reason !== 'not-delivered')) return first
  const stacks = new Set(run.world.owners.get(keyOf(target))?.filter((name) => name !== device.stack.name))
  if (stacks.size === 0) return undefined
  const search: Search = { run, stacks, dead: new Set() }
  const isNear = ({ device: at, out }: Drop): boolean => at !== undefined && (out ? isBehind(search, at) : joined(search, at))
  const near = losses.find((loss) => !isSplitHorizon(loss) && isNear(loss))
  if (near) return near
  run.touched.wide ||= losses.some(({ tunnel }) => tunnel)
  // What a tunnel lost was on its way to whoever is behind the far devices of its kind, or on a bridge of the stack that has none.
  const lost = losses.find(({ tunnel, node }) => tunnel && run.world.devices.some((one) =>
    one.stack !== tunnel.stack && ((isTunnelType(one.type) && one.type === tunnel.type) || (one.owns !== undefined && one.stack.name === node)) && joined(search, one)))
  return lost ?? losses.find(isNear)
}

/** A copy that came by a tunnel of a full mesh and does not go on by another: its like has gone there straight. */
const isSplitHorizon = ({ reason, out, device }: Drop): boolean => reason === 'filtered' && out && device !== undefined && isTunnelType(device.type)

interface Search {
  readonly run: Run
  readonly stacks: ReadonlySet<string>
  /** From here none of them is found: known of all that a search in vain came by, so that all searches together look at each device once. */
  readonly dead: Set<Device>
}

/** Of what a bridge did not let out by a port, or up to its own stack: whether one of these stacks is there, and not on another port. */
const isBehind = (search: Search, port: Device): boolean =>
  port.owns ? search.stacks.has(port.stack.name) : [...lowerOf(search.run, port)].some((next) => joined(search, next, port))

/** Some device of these stacks is found from this one by wires, bridges and tunnels, whatever they let pass, without coming by `but`. */
function joined({ run, stacks, dead }: Search, start: Device, but?: Device): boolean {
  if (dead.has(start)) return false
  const seen = new Set<Device>(but ? [start, but] : [start])
  const queue = [start]
  for (let at = queue.pop(); at; at = queue.pop()) {
    run.touched.stacks.add(at.stack)
    if (stacks.has(at.stack.name) && at.stack.node.kind !== 'switch') return true
    for (const next of around(run, at)) {
      if (seen.has(next) || dead.has(next)) continue
      seen.add(next)
      queue.push(next)
    }
  }
  for (const one of seen) if (one !== but) dead.add(one)
  return false
}

/** What a device sends by. */
function* lowerOf(run: Run, device: Device): Generator<Device> {
  const far = farEnd(run.world, device)
  if (far) yield far
  if (device.lower) yield device.lower
  if (device.members) yield* device.members
  for (const remote of device.iface.tunnel?.remotes ?? []) {
    run.touched.asked.add(keyOf(remote.value))
    for (const owner of devicesWith(run.world, keyOf(remote.value))) yield* owner.stack.tunnels.filter((one) => one.type === device.type)
  }
}

function* around(run: Run, device: Device): Generator<Device> {
  yield* lowerOf(run, device)
  if (device.bridge) {
    yield* device.bridge.ports
    if (device.bridge.self) yield device.bridge.self
  }
  if (device.owns) yield* device.owns.ports
  if (device.master?.members) yield device.master
  if (device.uppers) {
    yield* device.uppers.vlans.values()
    yield* device.uppers.macvlans
    yield* device.uppers.ipvlans
    yield* device.uppers.functions
  }
}
