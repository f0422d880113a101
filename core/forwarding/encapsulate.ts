/** Into a tunnel: the outer packet, its size and its DF, and the route to the remote. Linux ip_tunnel_xmit, vxlan_xmit, geneve_xmit. */
import { contains, isMulticast, prefixOf, printIp, sameIp, type Ip } from '../address/ip.ts'
import { printMac } from '../address/mac.ts'
import { isTunnelType, type TunnelSettings, type TunnelType, type WireguardPeer } from '../infra/interface.ts'
import { factsOf, outerFamily, tunnelSpecs, type TunnelFacts, type TunnelSpec } from '../tunnels/index.ts'
import { listenersOf } from './audience.ts'
import { lookup, routesOf, sourceFor, tablesFor, type Lookup } from './fib.ts'
import { isForwarded, toldMtu } from './icmp.ts'
import { hopFor, sendByRoute } from './ip-output.ts'
import { isGroup, lengthOf, type Carried, type Frame, type Packet } from './packet.ts'
import { comesUp, drop, note, type Context, type Run } from './run.ts'
import { shieldedMtu, shieldOf } from './shield.ts'
import type { Device } from './tables.ts'
import { mayNest } from './transmit.ts'
import { t } from '../words.ts'

const specOf = (device: Device): TunnelSpec | undefined => (isTunnelType(device.type) ? tunnelSpecs[device.type] : undefined)

/** What both ends must share beyond the header's own fields. */
export const sealOf = (kind: TunnelType, facts: TunnelFacts): string =>
  kind === 'esp' ? `${facts.mode?.value ?? 'tunnel'} ${facts.cipher?.value.toLowerCase() ?? 'aes-gcm-16'}` : ''

/** gretap with a key and NVGRE are the same bytes. */
export const wireKind = (kind: TunnelType): TunnelType => (kind === 'nvgre' ? 'gretap' : kind)

/** A frame into a layer 2 tunnel. */
export function encapsulateFrame(run: Run, device: Device, frame: Frame, context: Context): void {
  run.carriers.add(device.label)
  const remotes = device.type === 'vxlan' ? vxlanRemotes(run, device, frame) : device.iface.tunnel?.remotes.map(({ value }) => value) ?? []
  if (remotes.length === 0) {
    return drop(run, context, device.stack, device, 'tunnel', frame, { detail: t`${device.name} has no remote for ${printMac(frame.dst)}`, at: device.iface.at })
  }
  // Of several remotes all get a copy; the kinds that know one have one.
  for (const remote of device.type !== 'vxlan' ? remotes.slice(0, 1) : remotes.length === 1 ? remotes : mattering(run, device, remotes, frame)) sendOuter(run, device, remote, frame, undefined, context)
}

/** The remotes for whom a copy can make a difference: somebody there may answer. */
function mattering(run: Run, device: Device, remotes: readonly Ip[], frame: Frame): readonly Ip[] {
  const listeners = listenersOf(run.world, device, remotes, frame)
  run.touched.heard.add(listeners)
  return listeners.remotes
}

/** A packet into a layer 3 tunnel. */
export function encapsulatePacket(run: Run, device: Device, packet: Packet, outer: Context): void {
  const { stack } = device
  if (!device.running) {
    return drop(run, outer, stack, device, 'no-carrier', packet, { detail: t`${device.name} is down`, at: device.iface.up?.at })
  }
  const context = { ...outer, depth: outer.depth + 1 }
  const family = packet.src.family
  if ((device.type === 'ipip' && family !== 4) || (device.type === 'sit' && family !== 6)) {
    return drop(run, context, stack, device, 'tunnel', packet, { detail: t`${device.name} carries IPv${device.type === 'sit' ? 6 : 4} only`, at: device.iface.type.at })
  }
  // Which peer takes it, and whether it takes it from here, is a matter of both inner addresses.
  if (device.type === 'wireguard') run.peculiar = true
  const remote = device.type === 'wireguard' ? peerFor(run, device, packet.dst) : device.iface.tunnel?.remotes[0]?.value
  if (!remote) {
    const unheard = device.type === 'wireguard' && (device.iface.tunnel?.peers.length ?? 0) > 0 && !peerOf(device, packet.dst)
    return drop(run, context, stack, device, 'tunnel', packet, unheard
      ? { detail: t`no peer of ${device.name} is allowed ${printIp(packet.dst)}`, table: `allowed ${device.name} ${printIp(packet.dst)}`, at: device.iface.at }
      : { detail: t`${device.name} has no remote for ${printIp(packet.dst)}`, at: device.iface.at })
  }
  sendOuter(run, device, remote, undefined, packet, context)
}

/** Cryptokey routing: the peer whose `allowed` holds the address most closely. */
export function peerOf({ iface: { tunnel } }: Device, inner: Ip): WireguardPeer | undefined {
  let best: { length: number; peer: WireguardPeer } | undefined
  for (const peer of tunnel?.peers ?? []) {
    for (const { value: { ip, length = ip.family === 4 ? 32 : 128 } } of peer.allowed) {
      if (contains(prefixOf(ip, length), inner) && (!best || length > best.length)) best = { length, peer }
    }
  }
  return best?.peer
}

/** Where that peer is: as it was last heard from, else as written. */
function peerFor(run: Run, device: Device, dst: Ip): Ip | undefined {
  const { tunnel } = device.iface
  if (!tunnel || tunnel.peers.length === 0) return tunnel?.remotes[0]?.value
  const peer = peerOf(device, dst)
  return peer && (run.endpoints.get(peer) ?? peer.remote?.value)
}

/** The forwarding database of a VTEP: static entries, learned ones, else everybody. RFC 7348 section 4. */
function vxlanRemotes(run: Run, device: Device, frame: Frame): readonly Ip[] {
  const { tunnel } = device.iface
  if (!tunnel) return []
  if (!isGroup(frame.dst)) {
    const set = tunnel.fdb.filter((entry) => entry.mac === frame.dst).map(({ remote }) => remote)
    if (set.length > 0) return set
    const learned = run.vteps.get(device)?.get(frame.dst)
    if (learned) return [learned]
  }
  return floodedTo(tunnel)
}

const floods = new WeakMap<TunnelSettings, readonly Ip[]>()

/** Whom a VTEP sends what it does not know: the very same list each time. */
function floodedTo(tunnel: TunnelSettings): readonly Ip[] {
  let listed = floods.get(tunnel)
  if (!listed) {
    // Entries of the zero address are the list of those who get what is not known (bridge fdb append 00:…).
    const flood = tunnel.fdb.filter((entry) => entry.mac === 0).map(({ remote }) => remote)
    floods.set(tunnel, (listed = [...tunnel.remotes.map(({ value }) => value), ...flood, ...(tunnel.group ? [tunnel.group.value] : [])]))
  }
  return listed
}

function sendOuter(run: Run, device: Device, remote: Ip, frame: Frame | undefined, packet: Packet | undefined, context: Context): void {
  const { stack } = device
  const spec = specOf(device)
  const inside = frame ?? packet
  if (!spec || !inside) return
  const facts = factsOf(device.iface)
  const linked = device.iface.link && stack.devices.get(device.iface.link.value)
  const tables = linked ? tablesFor(linked) : routesOf(stack).main
  const outside = { ...context, tunnel: context.tunnel ?? device }
  const local = facts.local?.value
  if (local && local.family !== remote.family) {
    return drop(run, outside, stack, device, 'tunnel', inside, { detail: t`local ${printIp(local)} and remote ${printIp(remote)} are of two families`, at: facts.local?.at })
  }
  const group = isMulticast(remote)
  const found: Lookup | undefined = group && linked ? { type: 'unicast', route: undefined, hops: [{ dev: linked, via: undefined }] } : lookup(run, stack, tables, remote, linked)
  // What the host itself sends still has the route that it was sent by: skb_dst stays until a frame passes a wire.
  const fromHere = context.crossed === null
  const template = outerPacket(device, spec, facts, remote, local ?? remote, frame, packet, fromHere)
  const hop = found && hopFor(run, stack, found, { ...template, dst: remote })
  if (!found || !hop) {
    return drop(run, outside, stack, device, 'no-route', inside, { detail: t`${stack.name} has no route to the remote ${printIp(remote)} of ${device.name}`, at: device.iface.tunnel?.remotes.find(({ value }) => value === remote)?.at ?? device.iface.at })
  }
  if (hop.dev === device) {
    return drop(run, outside, stack, device, 'loop', inside, { detail: t`the route to the remote ${printIp(remote)} leads into ${device.name} itself`, at: found.route?.at ?? device.iface.at })
  }
  const src = local ?? (found.type === 'local' ? remote : sourceFor(stack, hop, found.route, remote))
  if (!src) {
    return drop(run, outside, stack, device, 'tunnel', inside, { detail: t`${stack.name} has no address to send to ${printIp(remote)} from`, at: device.iface.at })
  }
  if (local && !ownsAnywhere(device, local)) {
    return drop(run, outside, stack, device, 'tunnel', inside, { detail: t`local ${printIp(local)} is no address of ${stack.name}`, at: facts.local?.at })
  }
  const family = remote.family
  const innerLength = frame ? lengthOf(frame) + frame.tags.length * 4 : packet?.piece ?? 0
  const left = spec.innerMtu(shieldedMtu(spec.type === 'esp' ? undefined : shieldOf(stack, src, remote), hop.dev.mtu, family), facts, family)
  const least = spec.leastInner ?? left
  const room = Math.max(left, least)
  const outer: Packet = { ...template, src, df: template.df && left >= least }
  const inner = seenIn(frame, packet)
  if (inner && innerLength > room && refuses(device, spec, inner, frame, room)) {
    return drop(run, outside, stack, device, 'mtu-exceeded', inside, {
      detail: t`${innerLength} bytes are more than the ${room} that ${spec.title} leaves of ${hop.dev.name}'s ${hop.dev.mtu}`
        + (spec.tooLong !== 'as-destination' ? t(': ICMP says so to the sender') : fromHere ? t`: nobody hears of it, as the host's own stack discards the message` : t`: ICMP says so in the name of ${printIp(inner.dst)}`),
      at: hop.dev.iface.mtu?.at ?? device.iface.at, excess: innerLength - room,
      ...(spec.tooLong === 'as-destination' ? frame && !fromHere && { tells: { about: inner, kind: 'too-long', mtu: room, back: { device, frame } } }
        : spec.tooLong === 'stack' && isForwarded(inner) && { tells: { about: inner, kind: 'too-long', mtu: toldMtu(room, inner.src.family), vrf: device.vrf } }),
      table: `mtu ${hop.dev.name} ${hop.dev.mtu} − ${hop.dev.mtu - room}`,
    })
  }
  const sent = note(run, outside, stack, device, 'encapsulate', outer, () => ({
    detail: t`${device.name} puts ${innerLength} bytes into ${spec.title} to ${printIp(remote)}: ${outer.size} bytes`, table: frame && device.type === 'vxlan' ? `fdb ${printMac(frame.dst)} → ${printIp(remote)}` : `tunnel ${device.name} remote ${printIp(remote)}`, at: device.iface.at,
  }))
  // The nesting ends where the outer packet meets a queue; each device below counts again in transmit.
  if (frame && !mayNest(run, device, frame, sent)) return
  if (context.depth > 8) return drop(run, outside, stack, device, 'loop', inside, { detail: t('the tunnels lead into themselves'), at: device.iface.at })
  if (comesUp(run, stack, outer, sent, linked)) return
  sendByRoute(run, stack, outer, sent, linked)
}

function ownsAnywhere({ stack }: Device, ip: Ip): boolean {
  for (const { addresses } of stack.devices.values()) for (const address of addresses) if (sameIp(address.ip, ip)) return true
  return false
}

/**
 * The packet that a tunnel looks into, for its DF bit and for whom to tell. A frame with a tag has the tag's protocol
 * (__vlan_hwaccel_push_inside before ndo_start_xmit), and all that looks asks for IPv4's or IPv6's: ip_tunnel_xmit and
 * tnl_update_pmtu, skb_tunnel_check_pmtu, `df inherit` of vxlan_xmit_one and geneve_xmit_skb.
 */
function seenIn(frame: Frame | undefined, packet: Packet | undefined): Packet | undefined {
  if (packet || !frame) return packet
  return frame.tags.length === 0 && frame.payload.kind === 'ip' ? frame.payload : undefined
}

/** WireGuard sends from the port that it listens on (wg_socket_init), so that its answers belong to one connection; the others' source port is the flow's hash. */
export const sourcePortOf = ({ type }: TunnelSpec, port: number | undefined): number => (type === 'wireguard' ? port ?? 0 : 0)

function outerPacket(
  device: Device, spec: TunnelSpec, facts: TunnelFacts, remote: Ip, src: Ip, frame: Frame | undefined, packet: Packet | undefined, fromHere: boolean,
): Packet {
  const inner = seenIn(frame, packet)
  const innerLength = frame ? lengthOf(frame) + frame.tags.length * 4 : packet?.piece ?? 0
  const family = facts.remotes.length > 0 || facts.local || facts.group ? outerFamily(facts) : remote.family
  const size = spec.outerLength(innerLength, facts, family)
  const rule = spec.outerDf(facts)
  // Over IPv6 nobody cuts an outer packet (ip6_tnl_xmit's EMSGSIZE, ip6_fragment's ignore_df) but that of what the host itself sends over UDP, whole, and lets be cut.
  const payload = packet ?? (frame?.payload.kind === 'ip' ? frame.payload : undefined)
  const mayCut = spec.type === 'esp' || (spec.protocol === 17 && fromHere && payload !== undefined && !payload.df && payload.piece === payload.size && !isForwarded(payload))
  const carried: Carried = {
    kind: spec.type, id: facts.id?.value, csum: facts.csum?.value ?? false, seq: facts.seq?.value ?? false,
    port: spec.port === undefined ? undefined : facts.port?.value ?? spec.port, labels: spec.labels(facts), seal: sealOf(spec.type, facts),
    sender: device.stack.name, frame, packet,
  }
  return {
    kind: 'ip', src, dst: remote, proto: 'tunnel', answer: false, sport: sourcePortOf(spec, carried.port), dport: carried.port ?? 0, ttl: 64, carried, size, piece: size,
    df: (family === 6 && !mayCut) || rule === 'set' || (rule === 'inherit' && (inner?.df === true || inner?.src.family === 6)) || (inner?.df === true && spec.protocol !== 17),
  }
}

/**
 * Is a too long packet answered with "too long" instead of being sent? Layer 3 tunnels and gretap: where the inner packet
 * must not be fragmented (ip_tunnel_xmit, tnl_update_pmtu). vxlan and geneve: where the device is a bridge's port
 * (skb_tunnel_check_pmtu), also for what the host itself sends through its bridge; a device with an address of its own sends
 * on, in pieces unless `df` forbids.
 */
function refuses(device: Device, spec: TunnelSpec, inner: Packet, frame: Frame | undefined, room: number): boolean {
  const must = inner.df || inner.src.family === 6
  switch (spec.tooLong) {
    case 'stack': return must
    // iptunnel_pmtud_check_icmp, iptunnel_pmtud_check_icmpv6: not of less than an address family asks of every link, nor about an error.
    case 'as-destination': return must && frame !== undefined && device.bridge !== undefined && room >= (inner.src.family === 4 ? 576 : 1280) && !inner.about && !isMulticast(inner.dst)
    case 'nobody': return false
  }
}
