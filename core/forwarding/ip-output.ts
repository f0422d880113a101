/** A stack sends an IP packet: route, source, translation, neighbour, MTU. Linux ip_route_output, ip_output, ip_finish_output. */
import { isMulticast, printIp, sameIp, type Ip } from '../address/ip.ts'
import { broadcastMac } from '../address/mac.ts'
import { isTunnelType } from '../infra/interface.ts'
import { tunnelSpecs } from '../tunnels/index.ts'
import { encapsulatePacket } from './encapsulate.ts'
import { lookup, printRoute, routesOf, sourceFor, tablesFor, type Lookup } from './fib.ts'
import { filter, trackIn, trackOut, type Seen } from './filter.ts'
import { deliver, usable } from './ip-input.ts'
import { isForwarded, toldMtu } from './icmp.ts'
import { asksNeighbours, ipvlanRoute } from './ipvlan.ts'
import { sendToNeighbour } from './neighbour.ts'
import { fragmented, groupMac, noTags, type Packet } from './packet.ts'
import { choose, drop, note, type Context, type Run } from './run.ts'
import { sealed, shieldedMtu, shieldOf } from './shield.ts'
import type { Device, NextHop, Stack, Tables } from './tables.ts'
import { transmit } from './transmit.ts'
import { t } from '../words.ts'

/** fib_select_path: of several next hops one, by a hash of the addresses whose seed nobody knows. */
export function hopFor(run: Run, stack: Stack, found: Lookup, packet: Packet): NextHop | undefined {
  if (found.hops.length <= 1) return found.hops[0]
  // The first of its hops tells a route from another to the same place: there may be thousands, and every packet asks.
  const key = `route ${stack.name} ${printRoute({ ...found, hops: found.hops.slice(0, 1) }, packet.dst)} of ${found.hops.length} ${printIp(packet.src)} ${printIp(packet.dst)}`
  return found.hops[choose(run, key, found.hops.length, () => t`which of ${found.hops.length} next hops ${stack.name} takes to ${printIp(packet.dst)}`)]
}

/** The same of a packet that has its source: where all next hops lead to the same by routes alone, there is nothing to choose. */
export function hopOnward(run: Run, stack: Stack, found: Lookup, packet: Packet): NextHop | undefined {
  const same = found.hops.length > 1 && found.hops === found.route?.hops ? run.shortcuts.sameWays?.(stack, packet.dst, packet.piece, packet.ttl) : undefined
  if (!same) return hopFor(run, stack, found, packet)
  run.touched.ways.add(same)
  // On one of them somebody may have been told the way.
  run.touched.told = true
  return found.hops[0]
}

const sourceOver = (stack: Stack, hop: NextHop | undefined, found: Lookup, dst: Ip): Ip | undefined => hop && sourceFor(stack, hop, found.route, dst)

/** Of several next hops, the source that all of them would take: then it is not chance. */
function sameSource(stack: Stack, found: Lookup, dst: Ip): Ip | undefined {
  const [first] = found.hops
  const src = sourceOver(stack, first, found, dst)
  if (!src || found.hops.length === 1) return src
  const alike = (): boolean => found.hops.every((hop) => {
    const one = sourceOver(stack, hop, found, dst)
    return one !== undefined && sameIp(one, src)
  })
  if (dst.family === 6 || found.route?.src) return alike() ? src : undefined
  // Over IPv4 the next hops alone decide it, of which there may be thousands.
  let known = alikeOver.get(found.hops)
  if (known === undefined) alikeOver.set(found.hops, (known = alike()))
  return known ? src : undefined
}

const alikeOver = new WeakMap<readonly NextHop[], boolean>()

/** The address that a stack sends from when it is not told: by the route it would take. */
export function chooseSource(run: Run, stack: Stack, packet: Packet, tables: Tables, oif?: Device): Packet | undefined {
  const found = lookup(run, stack, tables, packet.dst, oif, true)
  if (!found || found.type === 'blackhole' || found.type === 'unreachable' || found.type === 'broadcast') return undefined
  if (found.type === 'local') return { ...packet, src: packet.dst }
  const src = sameSource(stack, found, packet.dst) ?? sourceOver(stack, hopFor(run, stack, found, packet), found, packet.dst)
  return src && { ...packet, src }
}

/** What the stack itself sends: LOCAL_OUT. `oif` holds it to one device; `vrf` to the tables of one. */
export function sendByRoute(run: Run, stack: Stack, packet: Packet, context: Context, oif?: Device, vrf?: Device): void {
  run.touched.stacks.add(stack)
  // ip_route_output_key_hash_rcu: bound to a vrf's device that is down, there is no network. What is forwarded is not bound.
  if (vrf && !vrf.admin) return drop(run, context, stack, vrf, 'no-carrier', packet, { detail: t`the vrf ${vrf.name} is down`, at: vrf.iface.up?.at ?? vrf.iface.at })
  const tables = (vrf && routesOf(stack).vrfs.get(vrf)) ?? (oif ? tablesFor(oif) : routesOf(stack).main)
  // Nobody asks the routing table about a group when the device is given.
  const found: Lookup | undefined = isMulticast(packet.dst) && oif ? { type: 'unicast', route: undefined, hops: [{ dev: oif, via: undefined }] } : lookup(run, stack, tables, packet.dst, oif, true)
  const routed = found ? note(run, context, stack, found.hops[0]?.dev, 'route', packet, () => {
    const [hop] = found.hops
    return {
      detail: found.type === 'local' ? t`${printIp(packet.dst)} is its own address` : !hop ? t`${printIp(packet.dst)} goes nowhere` : hop.via ? t`to ${printIp(packet.dst)} by ${printIp(hop.via)} on ${hop.dev.name}` : t`${printIp(packet.dst)} is on-link on ${hop.dev.name}`,
      table: printRoute(found, packet.dst), at: found.route?.at,
    }
  }) : context
  // The kernel's own echo reply may go to what its routes take for everybody; raw_sendmsg refuses that to programs.
  const toAll = found?.type === 'broadcast' && packet.answer && packet.proto === 'icmp'
  const hop = toAll ? found.hops[0] : usable(run, stack, found, packet, routed)
  if (!hop || !found) return
  const seen = filter(run, stack, 'output', undefined, hop.dev, trackIn(run, stack, undefined, packet, routed, true))
  if (!seen) return
  // A translated destination is routed again (ip_route_me_harder).
  const again = seen.packet.dst === packet.dst ? found : lookup(run, stack, tables, seen.packet.dst, oif, true)
  const next = again === found ? hop : usable(run, stack, again, seen.packet, seen.context)
  if (!next || !again) return
  if (again.type === 'local') return deliver(run, next.dev, seen.packet, seen.context)
  finishOutput(run, stack, next, seen, toAll)
}

/**
 * ip_forward and ip6_forward look at a packet's length before the filter, __ip_finish_output at what a stack sends itself: true where it must
 * not be cut, which its sender is told, of the packet as it was before its source was translated.
 */
export function refusesLength(run: Run, stack: Stack, dev: Device, packet: Packet, context: Context, about = packet): boolean {
  if (packet.piece <= dev.mtu || !(packet.df || (packet.src.family === 6 && isForwarded(packet)))) return false
  drop(run, context, stack, dev, 'mtu-exceeded', packet, {
    detail: t`${packet.piece} bytes are more than the MTU ${dev.mtu} of ${dev.name}, and it must not be fragmented: ICMP says so to ${printIp(packet.src)}`,
    at: dev.iface.mtu?.at ?? dev.iface.at, excess: packet.piece - dev.mtu, ...(isForwarded(about) && { tells: { about, kind: 'too-long', mtu: toldMtu(dev.mtu, packet.src.family), vrf: dev.vrf } }),
  })
  return true
}

/** POSTROUTING and out: the packet is held to the device's MTU, and the neighbour asked for. */
export function finishOutput(run: Run, stack: Stack, hop: NextHop, before: Seen, toAll = false): void {
  const { dev, via } = hop
  const seen = trackOut(run, stack, dev, before)
  let { packet, context } = seen
  const shield = packet.carried?.kind === 'esp' ? undefined : shieldOf(stack, packet.src, packet.dst)
  if (shield && dev !== shield) {
    const room = shieldedMtu(shield, dev.mtu, packet.src.family)
    run.peculiar = true
    if (packet.piece > room && (packet.df || packet.src.family === 6)) {
      return drop(run, context, stack, dev, 'mtu-exceeded', packet, {
        detail: t`${packet.piece} bytes are more than the ${room} that IPsec ESP leaves of ${dev.name}'s ${dev.mtu}`, at: shield.iface.at, excess: packet.piece - room,
      })
    }
    const whole = sealed(shield, packet)
    context = note(run, context, stack, shield, 'encapsulate', whole, () => ({ detail: t`${shield.name} seals it: ${whole.size} bytes`, table: `policy ${printIp(packet.src)} ${printIp(packet.dst)} esp transport`, at: shield.iface.at }))
    packet = whole
  }
  // Addresses are unknown to a device that is down: the route would not be there.
  if (packet.piece > dev.mtu) {
    if (refusesLength(run, stack, dev, packet, context, before.packet)) return
    packet = fragmented(packet, dev.mtu)
    const cut = packet
    context = note(run, context, stack, dev, 'fragment', cut, () => ({ detail: t`${cut.size} bytes go in pieces of up to ${cut.piece}`, at: dev.iface.mtu?.at }))
  }
  if (isTunnelType(dev.type) && tunnelSpecs[dev.type].carries === 'packets') return encapsulatePacket(run, dev, packet, context)
  if (!asksNeighbours(dev)) return ipvlanRoute(run, dev, packet, context)
  if (dev.type === 'loopback' || dev.type === 'dummy' || dev.type === 'vrf') {
    return drop(run, context, stack, dev, dev.type === 'dummy' ? 'not-delivered' : 'no-route', packet, { detail: t`${dev.name} leads nowhere`, at: dev.iface.at })
  }
  if (toAll || isMulticast(packet.dst)) return transmit(run, dev, { src: dev.mac, dst: toAll ? broadcastMac : groupMac(packet.dst), tags: noTags, payload: packet }, context)
  sendToNeighbour(run, dev, via ?? packet.dst, packet, context)
}
