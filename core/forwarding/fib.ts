/** Routing tables: what is installed, what the kernel refuses, and which route a packet takes. Linux net/ipv4/fib_*.c. */
import {
  contains, defaultPrefix, isLinkLocal, lastOf, prefixOf, printIp, printPrefix, sameIp, type Ip, type Prefix,
} from '../address/ip.ts'
import { isTunnelType } from '../infra/interface.ts'
import { isStack, type Route } from '../infra/node.ts'
import { holderOf } from '../infra/virtual-addresses.ts'
import type { Span } from '../text/span.ts'
import { tunnelSpecs } from '../tunnels/index.ts'
import { linkLocalOf } from './link-local.ts'
import type { Network } from './ospf.ts'
import { keyOf, type IpKey } from './packet.ts'
import type { Device, Fib, FibRoute, Learned, NextHop, Routing, Stack, Tables, World } from './tables.ts'
import type { Touched } from './touched.ts'
import { t } from '../words.ts'

/** The key under which a prefix of that length holds the address. */
export function maskedKey(ip: Ip, length: number): IpKey {
  if (ip.family === 4) {
    const unit = 2 ** (32 - length)
    return Math.floor(Number(ip.value) / unit) * unit
  }
  const shift = BigInt(128 - length)
  return ((ip.value >> shift) << shift).toString(36)
}

/** How many addresses an IPv4 prefix of each length holds. */
const units: readonly number[] = Array.from({ length: 33 }, (_, length) => 2 ** (32 - length))

const fibFor = (tables: Tables, family: 4 | 6): Fib => (family === 4 ? tables.v4 : tables.v6)

/** Adds a route behind those of the same prefix and metric; false where the kernel says that it exists. */
export function addRoute(tables: Tables, route: FibRoute): boolean {
  const { prefix, metric } = route
  const fib = fibFor(tables, prefix.ip.family)
  let table = fib.byLength.get(prefix.length)
  if (!table) {
    fib.byLength.set(prefix.length, (table = new Map()))
    fib.lengths.push(prefix.length)
    fib.lengths.sort((a, b) => b - a)
  }
  const key = maskedKey(prefix.ip, prefix.length)
  const list = table.get(key)
  if (!list) {
    table.set(key, [route])
    return true
  }
  if (route.proto === 'static' && list.some((one) => one.metric === metric)) return false
  // fib_magic appends what addresses bring along: the first address keeps a prefix that two devices have.
  const at = list.findIndex((one) => one.metric > metric)
  list.splice(at < 0 ? list.length : at, 0, route)
  return true
}

const leavesBy = ({ hops }: FibRoute, oif: Device): boolean => hops.some(({ dev }) => dev === oif)

const nothingTold: readonly Network[] = []

/** Longest prefix, then least metric. With `oif` only routes that leave by that device count. */
function matchRoute(tables: Tables, learned: Learned | undefined, ip: Ip, oif: Device | undefined): FibRoute | undefined {
  const fib = fibFor(tables, ip.family)
  const whole = ip.family === 4 ? Number(ip.value) : undefined
  const told = learned?.holding(ip) ?? nothingTold
  let next = 0
  for (const length of fib.lengths) {
    for (; next < told.length && (told[next]?.prefix.length ?? 0) > length; next++) {
      const longer = toldRoute(learned, told[next], oif)
      if (longer) return longer
    }
    const key = whole === undefined ? maskedKey(ip, length) : whole - (whole % (units[length] ?? 1))
    const list = fib.byLength.get(length)?.get(key)
    const route = list && (oif ? list.find((one) => leavesBy(one, oif)) : list[0])
    if (learned && told[next]?.prefix.length === length && !(route && route.metric <= learned.metric)) {
      const same = toldRoute(learned, told[next++], oif)
      if (same) return same
    }
    if (route) return route
  }
  for (; next < told.length; next++) {
    const wider = toldRoute(learned, told[next], oif)
    if (wider) return wider
  }
  return undefined
}

function toldRoute(learned: Learned | undefined, network: Network | undefined, oif: Device | undefined): FibRoute | undefined {
  const route = network && learned?.route(network)
  return route && (!oif || leavesBy(route, oif)) ? route : undefined
}

const emptyTables = (): Tables => ({
  v4: { lengths: [], byLength: new Map() }, v6: { lengths: [], byLength: new Map() }, locals: new Map(), broadcasts: new Map(),
})

/** A stack whose tables are being filled. */
interface Filling extends Routing {
  readonly stack: Stack
  readonly refused: { readonly at: Span; readonly why: string }[]
}

/** The stack's tables, filled when somebody first asks: its devices must be joined and their carriers known by then. */
export function routesOf(stack: Stack): Routing {
  if (stack.installed) return stack.installed
  const vrfs = new Map<Device, Tables>()
  for (const device of stack.devices.values()) if (device.type === 'vrf') vrfs.set(device, emptyTables())
  const filling: Filling = { stack, main: emptyTables(), vrfs, refused: [] }
  installAddresses(filling)
  installRoutes(filling)
  stack.installed = filling
  return filling
}

const tablesOf = ({ main, vrfs }: Routing, device: Device | undefined): Tables =>
  (device?.vrf && vrfs.get(device.vrf)) ?? (device?.type === 'vrf' ? vrfs.get(device) : undefined) ?? main

/** The tables that packets of this device are looked up in. */
export const tablesFor = (device: Device): Tables => tablesOf(routesOf(device.stack), device)

/** Does the stack own this address on a device that is up? */
export const ownsAddress = (stack: Stack, ip: Ip): boolean => {
  const key = keyOf(ip)
  const { main, vrfs } = routesOf(stack)
  return main.locals.has(key) || [...vrfs.values()].some((tables) => tables.locals.has(key))
}

// IPV6_MIN_MTU, RFC 8200 section 5.
const leastMtu6 = 1280

/** Whether the device has that family at all: IPv6 leaves a device whose MTU is below its least (addrconf_notify, NETDEV_CHANGEMTU). */
export const speaks = (device: Device, family: 4 | 6): boolean => family === 4 || device.mtu >= leastMtu6

/** Whether the device keeps its addresses of that family: one that is down loses the IPv6 ones (addrconf_ifdown), IPv4 stays. */
const keepsAddress = (device: Device, family: 4 | 6): boolean => family === 4 || (device.admin && speaks(device, family))

/** Where a service's address stands; undefined means the loopback. */
export const vipDevice = (stack: Stack, vip: Ip): Device | undefined => holderOf(stack.devices.values(), ({ addresses }) => addresses, vip)

/** An address of a bridge's or bond's port is configured all the same, and answers like any other. */
function installAddresses(filling: Filling): void {
  const { stack, main } = filling
  for (const device of stack.devices.values()) {
    const tables = tablesOf(filling, device)
    for (const { ip, length, at } of device.addresses) {
      if (!keepsAddress(device, ip.family)) continue
      const key = keyOf(ip)
      if (!tables.locals.has(key)) tables.locals.set(key, device)
      // A /32 has no network of its own: fib_add_ifaddr stops at the local route.
      if (!device.admin || (ip.family === 4 && length === 32)) continue
      // A /31 has no address to spare for all (RFC 3021).
      if (ip.family === 4 && length < 31) {
        const all = keyOf(lastOf(prefixOf(ip, length)))
        if (!tables.broadcasts.has(all)) tables.broadcasts.set(all, device)
      }
      addRoute(tables, {
        prefix: prefixOf(ip, length), type: 'unicast', hops: [{ dev: device, via: undefined }], metric: ip.family === 4 ? 0 : 256, src: ip.family === 4 ? ip : undefined, proto: 'connected', at,
      })
    }
  }
  const loopback = stack.devices.get('lo')
  if (loopback) {
    for (const vip of stack.vips) {
      const device = vipDevice(stack, vip) ?? loopback
      const { locals } = tablesOf(filling, device)
      if (keepsAddress(device, vip.family) && !locals.has(keyOf(vip))) locals.set(keyOf(vip), device)
    }
    main.locals.set(0x7f000001, loopback)
    main.locals.set(keyOf({ family: 6, value: 1n }), loopback)
  }
}

/** Gateways first, then `routes`, in file order, as a start script would add them. */
function installRoutes(filling: Filling): void {
  const { stack } = filling
  if (!isStack(stack.node)) return
  for (const device of stack.devices.values()) {
    for (const { value, at } of device.iface.gateways) {
      install(filling, { prefix: defaultPrefix(value.family), via: [value], dev: device, metric: undefined, src: undefined, onlink: false, type: 'unicast', at })
    }
  }
  for (const route of stack.node.routes) installWritten(filling, route)
}

function installWritten(filling: Filling, route: Route): void {
  const dev = route.dev && filling.stack.devices.get(route.dev.value)
  if (route.dev && !dev) return refuse(filling, route.at, t`there is no device ${route.dev.value}`)
  install(filling, {
    prefix: route.to.value, via: route.via.map(({ value }) => value), dev, metric: route.metric?.value, src: route.src?.value, onlink: route.onlink?.value ?? false, type: route.type, at: route.at,
  })
}

const refuse = ({ refused }: Filling, at: Span, why: string): void => void refused.push({ at, why })

interface Wanted {
  readonly prefix: Prefix
  readonly via: readonly Ip[]
  readonly dev: Device | undefined
  readonly metric: number | undefined
  readonly src: Ip | undefined
  readonly onlink: boolean
  readonly type: FibRoute['type']
  readonly at: Span
}

function install(filling: Filling, wanted: Wanted): void {
  const { stack } = filling
  const { prefix, via, dev, type, at, src } = wanted
  const metric = wanted.metric ?? (prefix.ip.family === 4 ? 0 : 1024)
  const exists = (): string => t`a route to ${printPrefix(prefix)} with metric ${metric} exists`
  if (type !== 'unicast') {
    if (!addRoute(tablesOf(filling, dev), { prefix, type, hops: [], metric, src, proto: 'static', at })) refuse(filling, at, exists())
    return
  }
  if (dev && !dev.admin) return refuse(filling, at, t`${dev.name} is down`)
  if (dev && !speaks(dev, prefix.ip.family)) return refuse(filling, at, t`${dev.name} has no IPv6: its MTU ${dev.mtu} is below ${leastMtu6}`)
  const hops: NextHop[] = []
  let tables = tablesOf(filling, dev)
  if (via.length === 0) {
    if (!dev) return refuse(filling, at, t`the route to ${printPrefix(prefix)} has neither gateway nor device`)
    hops.push({ dev, via: undefined })
  }
  for (const gateway of via) {
    // fib_check_nh: with `onlink` the device alone decides, and the address only may not be our own.
    const found = wanted.onlink && dev ? (tables.locals.has(keyOf(gateway)) ? undefined : dev) : gatewayDevice(filling, gateway, dev)
    if (!found) return refuse(filling, at, t`${printIp(gateway)} is on no link of ${dev ? dev.name : stack.name}`)
    if (hops.length === 0) tables = tablesOf(filling, found)
    hops.push({ dev: found, via: gateway })
  }
  if (src && !tables.locals.has(keyOf(src)) && !filling.main.locals.has(keyOf(src))) return refuse(filling, at, t`${printIp(src)} is no address of ${stack.name}`)
  if (!addRoute(tables, { prefix, type: 'unicast', hops, metric, src, proto: 'static', at })) refuse(filling, at, exists())
}

/** fib_check_nh: a gateway has to be reachable by a route that itself has none, on the device if one is named. */
function gatewayDevice(filling: Filling, gateway: Ip, dev: Device | undefined): Device | undefined {
  if (isLinkLocal(gateway) && gateway.family === 6) return dev
  const all = dev ? [tablesOf(filling, dev)] : [filling.main, ...filling.vrfs.values()]
  for (const tables of all) {
    const local = tables.locals.get(keyOf(gateway))
    if (local && gateway.family === 4 && (!dev || local === dev)) return local
    const hop = matchDirect(tables, gateway, dev)
    if (hop?.dev.admin) return hop.dev
  }
  return undefined
}

/** The hop of the longest route to a gateway that is itself on the link. */
function matchDirect(tables: Tables, ip: Ip, dev: Device | undefined): NextHop | undefined {
  const fib = fibFor(tables, ip.family)
  for (const length of fib.lengths) {
    for (const route of fib.byLength.get(length)?.get(maskedKey(ip, length)) ?? []) {
      const hop = route.hops.find((one) => one.via === undefined && (!dev || one.dev === dev))
      if (hop) return hop
    }
  }
  return undefined
}

export interface Lookup {
  readonly type: FibRoute['type']
  readonly route: FibRoute | undefined
  readonly hops: readonly NextHop[]
}

/** Who asks, and what remembers that a routing protocol was asked. */
export interface Asking {
  readonly world: World
  readonly touched: Touched | undefined
}

/**
 * Where a packet to this address goes: own addresses first, then the table and what its routing protocol has told it. An external answers for
 * others, but `sends` to them by its routes only.
 */
export function lookup({ world, touched }: Asking, stack: Stack, tables: Tables, ip: Ip, oif?: Device, sends = false): Lookup | undefined {
  const key = keyOf(ip)
  const { main } = routesOf(stack)
  // The rule for the local table stands before the rule for vrfs, so the default vrf's addresses are local everywhere.
  const own = main.locals.get(key) ?? tables.locals.get(key)
  if (own && (!oif || own === oif)) return { type: 'local', route: undefined, hops: [{ dev: own, via: undefined }] }
  if (ip.family === 6 && isLinkLocal(ip)) {
    for (const dev of stack.devices.values()) {
      if ((!oif || dev === oif) && keepsAddress(dev, 6) && sameIp(linkLocalOf(dev.mac), ip)) return { type: 'local', route: undefined, hops: [{ dev, via: undefined }] }
    }
  }
  const everybody = main.broadcasts.get(key) ?? tables.broadcasts.get(key)
  if (everybody && ip.family === 4 && (!oif || everybody === oif)) return { type: 'broadcast', route: undefined, hops: [{ dev: everybody, via: undefined }] }
  // What a vrf's table does not hold is looked up in the main one: the rule for vrfs only stands before it.
  const learned = world.told.ospf?.learnedBy(stack)
  if (learned && touched) touched.told = true
  const route = matchRoute(tables, tables === main ? learned : undefined, ip, oif) ?? (tables === main ? undefined : matchRoute(main, learned, ip, oif))
  if (!sends && answersFor(stack, ip, route?.prefix.length ?? -1)) {
    const dev = stack.devices.get('lo') ?? [...stack.devices.values()][0]
    if (dev) return { type: 'local', route: undefined, hops: [{ dev, via: undefined }] }
  }
  if (route) return { type: route.type, route, hops: oif ? route.hops.filter(({ dev }) => dev === oif) : route.hops }
  // ip_route_output_key_hash: with the device given and no route, the destination counts as on its link. Of IPv6 every device has fe80::/64.
  if (oif && (ip.family === 4 || isLinkLocal(ip))) return { type: 'unicast', route: undefined, hops: [{ dev: oif, via: undefined }] }
  return undefined
}

const everything: readonly Prefix[] = [defaultPrefix(4), defaultPrefix(6)]

/** An external owns what it answers for, unless a route of its own is more specific. */
function answersFor(stack: Stack, ip: Ip, routeLength: number): boolean {
  if (stack.node.kind !== 'external') return false
  const answers = stack.node.answers?.map(({ value }) => value) ?? everything
  return answers.some((prefix) => contains(prefix, ip) && prefix.length >= routeLength)
}

/** inet_select_addr: the device's first address, one whose prefix holds the next hop preferred, else another device's; ipv6_dev_get_saddr. */
export function sourceFor(stack: Stack, hop: NextHop, route: FibRoute | undefined, dst: Ip): Ip | undefined {
  if (route?.src) return route.src
  const { family } = dst
  const { vrf } = hop.dev
  if (family === 6) {
    const others = [...stack.devices.values()].filter((device) => device.vrf === vrf && keepsAddress(device, 6))
    const own = linkLocalOn(hop.dev)
    if (own && isLinkLocal(dst)) return own
    return nearestSource([hop.dev], dst) ?? (vrf && nearestSource([vrf], dst)) ?? nearestSource(others, dst) ?? own
  }
  const near = addressOn(hop.dev, hop.via, family)
  if (near) return near
  const own = vrf && addressOn(vrf, undefined, family)
  if (own) return own
  for (const device of stack.devices.values()) {
    if (device.vrf !== vrf || !keepsAddress(device, family)) continue
    const other = addressOn(device, undefined, family)
    if (other) return other
  }
  return undefined
}

/** What is written last, else what the device gives itself; nothing where it has no Ethernet address to make one of. Without a wider one it is what is sent from. */
export function linkLocalOn(device: Device): Ip | undefined {
  if (!keepsAddress(device, 6)) return undefined
  for (let n = device.addresses.length - 1; n >= 0; n--) {
    const ip = device.addresses[n]?.ip
    if (ip?.family === 6 && isLinkLocal(ip)) return ip
  }
  if (device.type === 'loopback' || device.type === 'vrf' || (isTunnelType(device.type) && tunnelSpecs[device.type].carries === 'packets')) return undefined
  return linkLocalOf(device.mac)
}

/**
 * RFC 6724 section 5 among addresses of one scope: the label of the destination (rule 6), then the longest common prefix, counted no further than
 * the address's own (rule 8); of equal ones that which was added last, as a device lists its addresses.
 */
function nearestSource(devices: readonly Device[], dst: Ip): Ip | undefined {
  let best: { readonly ip: Ip; readonly score: number } | undefined
  for (const { addresses } of devices) {
    for (let n = addresses.length - 1; n >= 0; n--) {
      const one = addresses[n]
      if (!one || one.ip.family !== 6 || (isLinkLocal(one.ip) && !isLinkLocal(dst))) continue
      const score = (labelOf(one.ip) === labelOf(dst) ? 256 : 0) + Math.min(commonBits(one.ip, dst), one.length)
      if (!best || score > best.score) best = { ip: one.ip, score }
    }
  }
  return best?.ip
}

const commonBits = (a: Ip, b: Ip): number => (a.value === b.value ? 128 : 128 - (a.value ^ b.value).toString(2).length)

// The kernel's ip6addrlabel table, as far as files write such addresses: unique local ones are apart from global ones, so are 6to4 and Teredo.
const labels: readonly (readonly [value: bigint, bits: number])[] = [[0xfcn, 7], [0x2002n, 16], [0x20010000n, 32]]
const labelOf = ({ value }: Ip): number =>
  labels.findIndex(([prefix, bits]) => value >> BigInt(128 - bits) === (bits === 7 ? prefix >> 1n : prefix))

/** The device's first address of the family, one whose prefix holds `near` before it. To inet_select_addr 169.254.0.0/16 is like any other. */
export function addressOn(device: Device, near: Ip | undefined, family: 4 | 6): Ip | undefined {
  let first: Ip | undefined
  for (const { ip, length } of device.addresses) {
    if (ip.family !== family || (family === 6 && isLinkLocal(ip) && !(near && isLinkLocal(near)))) continue
    if (near && contains(prefixOf(ip, length), near)) return ip
    first ??= ip
  }
  return first
}

export const printRoute = (found: Lookup, ip: Ip): string => {
  if (found.type === 'local') return `local ${printIp(ip)}`
  const { route } = found
  const hops = found.hops.map(({ dev, via }) => `${via && !sameIp(via, ip) ? `via ${printIp(via)} ` : ''}dev ${dev.name}`).join(', ')
  const to = route ? (route.prefix.length === 0 ? 'default' : printPrefix(route.prefix)) : printIp(ip)
  return `route ${route && route.type !== 'unicast' ? `${route.type} ` : ''}${to}${hops ? ` ${hops}` : ''}${route?.metric && route.proto !== 'connected' ? ` metric ${route.metric}` : ''}`
}
