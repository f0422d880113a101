/** An IP packet comes up to a stack: is it ours, do we forward it? Linux ip_rcv, ip_route_input_slow, ip_forward. */
import { isLinkLocal, isLoopback, isMulticast, printIp, sameIp, type Ip } from '../address/ip.ts'
import { isStack } from '../infra/node.ts'
import { balance } from './balance.ts'
import { decapsulate } from './decapsulate.ts'
import { lookup, printRoute, routesOf, speaks, tablesFor, type Lookup } from './fib.ts'
import { filter, trackIn, type Seen } from './filter.ts'
import { noRoute } from './icmp.ts'
import { finishOutput, hopOnward, refusesLength } from './ip-output.ts'
import { routedChild } from './ipvlan.ts'
import { keyOf, reassembled, type Packet } from './packet.ts'
import { drop, note, type Context, type Run } from './run.ts'
import { redirectTo } from './redirect.ts'
import { shieldOf } from './shield.ts'
import type { Device, Stack } from './tables.ts'
import { spent } from './time-to-live.ts'
import { t } from '../words.ts'

/** net.ipv4.conf: the greater of `all` and the interface's own (IN_DEV_MAXCONF). */
export function sysctlOf(stack: Stack, device: Device, key: 'rpFilter' | 'arpIgnore'): number {
  const all = isStack(stack.node) ? stack.node.sysctl[key]?.value ?? 0 : 0
  return Math.max(all, device.iface.sysctl?.[key]?.value ?? 0)
}

export function receiveIp(run: Run, device: Device, packet: Packet, context: Context): void {
  const { stack } = device
  if (context.role.kind === 'landing' && !packet.carried) return void run.landed.push(device)
  if (stack.opaque !== undefined) {
    return drop(run, context, stack, device, 'unknown-node', packet, { detail: t`what ${stack.name} does is not known: ${stack.opaque}`, at: stack.node.opaque?.at, unknown: true })
  }
  if (isLoopback(packet.dst) && device.type !== 'loopback') {
    return drop(run, context, stack, device, 'not-delivered', packet, { detail: t`${printIp(packet.dst)} does not come from outside` })
  }
  if (!speaks(device, packet.dst.family)) {
    return drop(run, context, stack, device, 'not-delivered', packet, { detail: t`${device.name} has no IPv6: its MTU ${device.mtu} is below what IPv6 needs`, at: device.iface.mtu?.at ?? device.iface.at })
  }
  if (isMulticast(packet.dst)) return deliver(run, device, packet, context)
  const seen = trackIn(run, stack, device, packet, context)
  const child = routedChild(device, seen.packet.dst)
  if (child) return receiveForChild(run, device, child, seen)
  const tables = tablesFor(device)
  const found = lookup(run, stack, tables, seen.packet.dst)
  if (!sourceIsValid(run, device, seen.packet, seen.context)) return
  if (found?.type === 'local') {
    const shield = seen.packet.carried?.kind === 'esp' ? undefined : shieldOf(stack, seen.packet.dst, seen.packet.src)
    if (shield && shield !== device) {
      return drop(run, seen.context, stack, device, 'tunnel', seen.packet, { detail: t`${shield.name} takes nothing from ${printIp(seen.packet.src)} that is not sealed`, at: shield.iface.at })
    }
    const passed = filter(run, stack, 'input', device, undefined, seen)
    return passed && deliver(run, device, passed.packet, passed.context)
  }
  if (found?.type === 'broadcast') return void usable(run, stack, found, seen.packet, seen.context)
  if (!stack.forwarding) {
    return drop(run, seen.context, stack, device, 'forwarding-off', seen.packet, {
      detail: t`${printIp(seen.packet.dst)} is not ${stack.name}'s own and ${stack.name} does not forward`, at: isStack(stack.node) ? stack.node.forwarding?.at : undefined,
      // ip6_pkt_discard speaks where ip_error is silent: IPv6 has looked for a route before it asks whether to forward.
      tells: seen.packet.dst.family === 6 && (!found || found.type === 'unreachable') ? noRoute(seen.packet, false, device) : undefined,
    })
  }
  const routed = noteRoute(run, stack, device, seen.packet, seen.context, found)
  const hop = usable(run, stack, found, seen.packet, routed, device)
  if (!hop || !found) return
  if (seen.packet.ttl <= 1) return drop(run, routed, stack, device, 'loop', seen.packet, { detail: spent(device, seen.packet, routed.forwarded), tells: { about: seen.packet, kind: 'expired', vrf: device.vrf } })
  const next = { ...seen.packet, ttl: seen.packet.ttl - 1 }
  // ip6_forward: what only a link knows does not leave it; back the way it came, nobody asks.
  if (next.src.family === 6 && isLinkLocal(next.src) && hop.dev !== device) {
    return drop(run, routed, stack, device, 'filtered', next, {
      detail: t`${printIp(next.src)} means nothing beyond ${device.name}: ${stack.name} does not forward it`, table: 'beyond scope of source', tells: { about: seen.packet, kind: 'beyond-scope', vrf: device.vrf, input: device },
    })
  }
  // Before anybody filters it.
  if (!shieldOf(stack, next.src, next.dst) && refusesLength(run, stack, hop.dev, next, routed)) return
  const better = redirectTo(run, device, hop, next)
  // Where a packet goes round, its time to live ends it; by one switch it may well come twice. What carries a frame is on that frame's way.
  const crossed = seen.packet.carried ? routed.crossed : null
  const forwarded = note(run, { ...routed, crossed, forwarded: { device, packet: seen.packet, before: routed.forwarded } }, stack, hop.dev, 'forward', next, () => ({
    detail: t`${stack.name} forwards it by ${hop.dev.name}` + (better ? t`: back the way it came, so ICMP tells ${printIp(next.src)} of the nearer way by ${printIp(better)} (redirect)` : ''),
    table: better ? `redirect ${printIp(better)}` : null, at: isStack(stack.node) ? stack.node.forwarding?.at : undefined,
  }))
  const passed = filter(run, stack, 'forward', device, hop.dev, { ...seen, packet: next, context: forwarded })
  if (passed) finishOutput(run, stack, hop, passed)
}

/** ipvlan_nf_input: the host's rules are asked, and then the packet is the child's without a word of its own. */
function receiveForChild(run: Run, lower: Device, child: Device, seen: Seen): void {
  run.touched.stacks.add(child.stack)
  if (!sourceIsValid(run, child, seen.packet, seen.context)) return
  const passed = filter(run, lower.stack, 'input', lower, undefined, seen)
  if (!passed) return
  deliver(run, child, passed.packet, note(run, passed.context, child.stack, child, 'receive', passed.packet, () => ({ detail: t`${child.name} takes it from ${lower.name}`, at: child.iface.at })))
}

const noteRoute = (run: Run, stack: Stack, device: Device, packet: Packet, context: Context, found: Lookup | undefined): Context =>
  found ? note(run, context, stack, device, 'route', packet, () => {
    const [hop] = found.hops
    return {
      detail: !hop ? t`${printIp(packet.dst)} goes nowhere` : hop.via ? t`to ${printIp(packet.dst)} by ${printIp(hop.via)} on ${hop.dev.name}` : t`${printIp(packet.dst)} is on-link on ${hop.dev.name}`,
      table: printRoute(found, packet.dst), at: found.route?.at,
    }
  }) : context

/** The next hop of a look-up, or the drop that it means; `input` is the device by which a packet came that is not the stack's own. */
export function usable(run: Run, stack: Stack, found: Lookup | undefined, packet: Packet, context: Context, input?: Device): ReturnType<typeof hopOnward> {
  if (!found) {
    const refused = routesOf(stack).refused[0]
    drop(run, context, stack, undefined, 'no-route', packet, {
      detail: t`${stack.name} has no route to ${printIp(packet.dst)}${refused ? t` (a route of the file is not installed: ${refused.why})` : ''}`, at: refused?.at ?? stack.node.at, tells: input && noRoute(packet, false, input),
    })
    return undefined
  }
  if (found.type === 'blackhole' || found.type === 'unreachable') {
    drop(run, context, stack, undefined, found.type === 'blackhole' ? 'blackhole' : 'no-route', packet, {
      detail: t`${stack.name} has a route that says ${found.type} for ${printIp(packet.dst)}`, table: printRoute(found, packet.dst), at: found.route?.at, tells: input && found.type === 'unreachable' ? noRoute(packet, true, input) : undefined,
    })
    return undefined
  }
  if (found.type === 'broadcast') {
    // icmp_echo_ignore_broadcasts, and no socket may send there unless it asked to.
    drop(run, context, stack, found.hops[0]?.dev, 'not-delivered', packet, { detail: t`${printIp(packet.dst)} is the broadcast address of ${found.hops[0]?.dev.name ?? t('a device')}'s network` })
    return undefined
  }
  return hopOnward(run, stack, found, packet)
}

/** 0.0.0.0/8: nobody's source but of those who ask for an address (ipv4_is_zeronet). */
const isZeroNet = ({ family, value }: Ip): boolean => family === 4 && value >> 24n === 0n

/** Nobody takes over IPv4 from outside what is from himself. */
export const fromOutside = (stack: Stack, src: Ip): string => t`${printIp(src)} is ${stack.name}'s own address and comes from outside`

/** fib_validate_source: own addresses do not come from outside; rp_filter asks whether the way back is by the same device. */
function sourceIsValid(run: Run, device: Device, packet: Packet, context: Context): boolean {
  const { stack } = device
  if (packet.src.family === 6) return true
  const refuse = (detail: string, table: string | null): boolean => {
    drop(run, context, stack, device, 'filtered', packet, { detail, table })
    return false
  }
  // ip_route_input_slow's martian_source, whatever rp_filter says; the zero address is what a stack without any sends from.
  if (isZeroNet(packet.src) || isLoopback(packet.src)) return refuse(t`nobody takes packets from ${printIp(packet.src)}`, 'martian source')
  if (ownedHere(device, packet.src)) return refuse(fromOutside(stack, packet.src), null)
  const mode = sysctlOf(stack, device, 'rpFilter')
  if (mode === 0) return true
  const back = lookup(run, stack, tablesFor(device), packet.src)
  if (back?.type === 'unicast' && (isLoose(device, mode) || back.hops.some(({ dev }) => dev === device))) return true
  return refuse(t`rp_filter: the way back to ${printIp(packet.src)} is not by ${device.name}`, `rp_filter ${mode}`)
}

/** __fib_validate_source: a device without an address of its own is held to the strict rule even by 2. */
export const isLoose = (device: Device, mode: number): boolean => mode === 2 && device.addresses.some(({ ip }) => ip.family === 4)

export const ownedHere = (device: Device, ip: Ip): boolean => {
  const key = keyOf(ip)
  return routesOf(device.stack).main.locals.has(key) || tablesFor(device).locals.has(key)
}

/** Up to the protocols: a tunnel's device, or whoever was asked for. */
export function deliver(run: Run, device: Device, fragments: Packet, context: Context): void {
  const packet = reassembled(fragments)
  if (packet.carried) return decapsulate(run, device, packet, packet.carried, context)
  const { stack } = device
  if (context.role.kind !== 'data') return
  if (balance(run, device, packet, context)) return
  const { trail } = note(run, context, stack, device, 'deliver', packet, () => ({ detail: t`${printIp(packet.dst)} is ${stack.name}'s own address`, table: `local ${printIp(packet.dst)}`, at: device.addresses.find(({ ip }) => sameIp(ip, packet.dst))?.at }))
  run.arrivals.push({ stack, device, packet, trail })
}
