/** Out of a tunnel: which device takes the outer packet in, and what it gives its stack. Linux ip_tunnel_lookup, vxlan_rcv, geneve_rx. */
import { isMulticast, printIp, sameIp, type Ip } from '../address/ip.ts'
import { printMac } from '../address/mac.ts'
import { factsOf, tunnelSpecs } from '../tunnels/index.ts'
import { isTunnelType, type WireguardPeer } from '../infra/interface.ts'
import { peerOf, sealOf, wireKind } from './encapsulate.ts'
import { receiveIp } from './ip-input.ts'
import { isGroup, type Carried, type Packet } from './packet.ts'
import { enter } from './receive.ts'
import { drop, note, type Context, type Run } from './run.ts'
import type { Device } from './tables.ts'
import { t } from '../words.ts'

export function decapsulate(run: Run, device: Device, outer: Packet, carried: Carried, context: Context): void {
  const { stack } = device
  const taker = takerOf(run, device, outer, carried)
  if (!taker) {
    const refusing = carried.packet && stack.tunnels.find((one) => one.admin && one.type === 'wireguard' && isPeered(run, one, outer, carried))
    if (refusing && carried.packet) {
      const src = printIp(carried.packet.src)
      return drop(run, context, stack, refusing, 'tunnel', outer, { detail: t`${refusing.name} takes nothing from ${src} by that peer, who is not allowed it`, table: `allowed ${refusing.name} ${src}`, at: refusing.iface.at })
    }
    return drop(run, context, stack, device, 'tunnel', outer, { detail: t`${stack.name} has no ${carried.kind} device that takes ${describe(outer, carried)}${nearMiss(device, carried)}`, at: stack.node.at })
  }
  run.carriers.add(`${stack.name}:${taker.name}`)
  const inside = carried.frame ?? carried.packet
  if (!inside) return
  // Whatever tunnels it still is in are those outside this one.
  const opened: Context = note(run, { ...context, tunnel: null }, stack, taker, 'decapsulate', inside, () => ({
    detail: t`${taker.name} takes it out of ${tunnelSpecs[carried.kind].title} from ${printIp(outer.src)}`, at: taker.iface.at,
  }))
  if (carried.packet) {
    // wg_packet_consume_data_done: the endpoint is where the last good packet came from.
    const peer = taker.type === 'wireguard' ? peerOf(taker, carried.packet.src) : undefined
    if (peer) run.endpoints.set(peer, outer.src)
    return receiveIp(run, taker, carried.packet, opened)
  }
  if (!carried.frame) return
  if (taker.type === 'vxlan') {
    // vxlan_set_mac: its own address is never learned from outside, and such a frame is an echo.
    if (carried.frame.src === taker.mac) return
    if (taker.iface.tunnel?.learning?.value !== false && !isGroup(carried.frame.src)) {
      let learned = run.vteps.get(taker)
      if (!learned) run.vteps.set(taker, (learned = new Map()))
      learned.set(carried.frame.src, outer.src)
      const { src } = carried.frame
      return enter(run, taker, carried.frame, note(run, opened, stack, taker, 'learn', carried.frame, () => ({
        detail: t`${taker.name} learns ${printMac(src)} behind ${printIp(outer.src)}`, table: `fdb ${printMac(src)} → ${printIp(outer.src)}`, at: taker.iface.at,
      })))
    }
  }
  enter(run, taker, carried.frame, opened)
}

const describe = (outer: Packet, { id, port }: Carried): string =>
  [t`packets from ${printIp(outer.src)} to ${printIp(outer.dst)}`, ...(id === undefined ? [] : [`id ${id}`]), ...(port === undefined ? [] : [`port ${port}`])].join(', ')

function nearMiss(device: Device, carried: Carried): string {
  const near = device.stack.tunnels.filter((one) => wireKind(one.iface.type.value as Carried['kind']) === wireKind(carried.kind))
  return near.length > 0 ? t` (${near.map(({ name }) => name).join(', ')} expects other ones)` : ''
}

function takerOf(run: Run, device: Device, outer: Packet, carried: Carried): Device | undefined {
  const kind = wireKind(carried.kind)
  let best: Device | undefined
  let bestScore = -1
  for (const one of device.stack.tunnels) {
    if (!one.admin || !isTunnelType(one.type) || wireKind(one.type) !== kind) continue
    const score = matches(run, one, outer, carried)
    if (score > bestScore) {
      best = one
      bestScore = score
    }
  }
  return best
}

/** How closely a device asks for this packet, −1 where it does not take it. ip_tunnel_lookup prefers both ends over one. */
function matches(run: Run, device: Device, outer: Packet, carried: Carried): number {
  const facts = factsOf(device.iface)
  if (!isTunnelType(device.type)) return -1
  const spec = tunnelSpecs[device.type]
  const same = (a: Ip | undefined, b: Ip): boolean => a !== undefined && sameIp(a, b)
  const remote = facts.remotes[0]?.value
  const local = facts.local?.value
  if (spec.port !== undefined && device.type !== 'wireguard' && (facts.port?.value ?? spec.port) !== carried.port) return -1
  // tnl_find: a port of Open vSwitch takes what comes from its own `remote_ip` to its own `local_ip`, whatever the kind.
  const port = device.bridge?.ovs === true
  if (port && facts.remotes.length > 0 && !facts.remotes.some(({ value }) => sameIp(value, outer.src))) return -1
  if (port && local && !sameIp(local, outer.dst)) return -1
  const closeness = port ? (remote ? 2 : 0) + (local ? 1 : 0) : 0
  switch (device.type) {
    case 'vxlan':
      if (facts.id?.value !== carried.id) return -1
      if (port) return closeness
      return isMulticast(outer.dst) ? (same(facts.group?.value, outer.dst) ? 0 : -1) : 0
    case 'geneve':
    case 'stt':
      return facts.id?.value === carried.id && same(remote, outer.src) ? 0 : -1
    case 'wireguard': return fromPeer(run, device, outer, carried) ? 0 : -1
    default: {
      if (facts.id?.value !== carried.id || sealOf(device.type, facts) !== carried.seal) return -1
      if ((facts.csum?.value ?? false) !== carried.csum || (facts.seq?.value ?? false) !== carried.seq) return -1
      if (remote && !sameIp(remote, outer.src)) return -1
      if (local && !sameIp(local, outer.dst)) return -1
      return (remote ? 2 : 0) + (local ? 1 : 0)
    }
  }
}

/** The peer is known by its key; here by who sends, and its `allowed` must hold the inner source. */
function fromPeer(run: Run, device: Device, outer: Packet, carried: Carried): boolean {
  const { tunnel } = device.iface
  if (!tunnel) return false
  if (tunnel.peers.length === 0) return isSender(run, outer, carried, tunnel.remotes[0]?.value)
  // A probe of the underlay has nothing inside: a peer without an endpoint is whoever it allows to speak.
  if (!carried.packet) return tunnel.peers.some((peer) => isSender(run, outer, carried, peer.remote?.value) && (peer.remote !== undefined || isAllowed(run, device, peer, carried)))
  const peer = peerOf(device, carried.packet.src)
  return peer !== undefined && isSender(run, outer, carried, peer.remote?.value)
}

/** Whether any peer of a device is the sender, whatever it may send. */
const isPeered = (run: Run, { iface: { tunnel } }: Device, outer: Packet, carried: Carried): boolean =>
  (tunnel?.peers ?? []).some(({ remote }) => isSender(run, outer, carried, remote?.value))

function isAllowed(run: Run, device: Device, peer: WireguardPeer, { sender }: Carried): boolean {
  const inner = (run.world.stacks.get(sender)?.tunnels ?? []).filter(({ type }) => type === 'wireguard').flatMap(({ addresses }) => addresses.map(({ ip }) => ip))
  return inner.length === 0 || inner.some((ip) => peerOf(device, ip) === peer)
}

/** By an address that it has, or by the one that a router on the way gave what it sends. */
function isSender(run: Run, { src }: Packet, { sender: name }: Carried, ip: Ip | undefined): boolean {
  if (ip === undefined || sameIp(src, ip)) return true
  const sender = run.world.stacks.get(name)
  return [...(sender?.devices.values() ?? [])].some((one) => one.addresses.some((address) => sameIp(address.ip, ip)))
}
