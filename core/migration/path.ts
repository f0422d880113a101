/** The way a migration's bytes take between two hosts: hops, what the narrowest of them carries, MTU. */
import { isLinkLocal, isLoopback, type Ip } from '../address/ip.ts'
import { traceFlow, type Plane } from '../forwarding/index.ts'
import type { Hop, Trace } from '../forwarding/trace.ts'
import type { Infra } from '../infra/infra.ts'
import { isTunnelType, type Interface } from '../infra/interface.ts'
import { isStack, type StackNode } from '../infra/node.ts'
import type { Link } from '../infra/parts.ts'
import { factsOf, outerFamily, tunnelSpecs } from '../tunnels/index.ts'
import type { Written } from '../text/span.ts'
import { t } from '../words.ts'

export interface MigrationPath {
  readonly verdict: Trace['verdict']
  /** Why there is none, in a sentence. */
  readonly because: string | null
  readonly hops: readonly string[]
  /** Bytes per second; null where no link or device on the path states one. */
  readonly bandwidth: number | null
  readonly mtu: number | null
  /**
   * What states a bandwidth on the way, by name and direction, in bytes per second: what flows share. Links carry both directions
   * at once, so those that meet share nothing.
   */
  readonly capacities: ReadonlyMap<string, number>
  /** Seconds, one way, of the links that state one. */
  readonly latency: number
  /** Ratio of packets lost on the way, of the links that state one. */
  readonly loss: number
  /** Bytes per second that one TCP stream can carry at all over this distance; Infinity where neither latency nor loss binds it. */
  readonly streamLimit: number
  /** The narrowest, where there is one. */
  readonly narrowest?: Written<number>
}

const none = (verdict: Trace['verdict'], because: string): MigrationPath =>
  ({ verdict, because, hops: [], bandwidth: null, mtu: null, capacities: new Map(), latency: 0, loss: 0, streamLimit: Infinity })

const linkTables = new WeakMap<readonly Link[], ReadonlyMap<string, Link>>()
function linksOf({ links }: Infra): ReadonlyMap<string, Link> {
  let table = linkTables.get(links)
  if (!table) {
    table = new Map(links.flatMap((link) => link.ends.map((end) => [`${end.node}:${end.interface}`, link] as const)))
    linkTables.set(links, table)
  }
  return table
}

const memory = new WeakMap<Plane, Map<string, MigrationPath>>()

/** Asked once per plane and pair. Never throws. */
export function pathBetween(plane: Plane, from: string, to: string): MigrationPath {
  let known = memory.get(plane)
  if (!known) memory.set(plane, (known = new Map()))
  const key = `${from}\n${to}`
  const found = known.get(key) ?? findPath(plane, from, to, plane.infra.migration.network?.value)
  known.set(key, found)
  return found
}

const flowMemory = new WeakMap<Plane, Map<string, MigrationPath>>()

/** The way of a stream between two stacks by their first addresses that work, whatever device migrations use. Never throws. */
export function flowBetween(plane: Plane, from: string, to: string): MigrationPath {
  let known = flowMemory.get(plane)
  if (!known) flowMemory.set(plane, (known = new Map()))
  const key = `${from}\n${to}`
  const found = known.get(key) ?? findPath(plane, from, to, undefined)
  known.set(key, found)
  return found
}

const usable = ({ up }: Interface): boolean => up?.value !== false
const addressesOf = (device: Interface): readonly Ip[] =>
  device.addresses.map(({ value }) => value.ip).filter((ip) => !isLoopback(ip) && !isLinkLocal(ip))

/**
 * The addresses by which a host is likely meant: those that somebody wrote on devices of its own before the gateways it plays
 * for networks and what a format implies; then in file order.
 */
function addressesToTry(host: StackNode, device: string | undefined): readonly Ip[] {
  const named = device === undefined ? undefined : host.interfaces.get(device)
  if (device !== undefined) {
    // A flat network moves its uplink's addresses to the bridge above it.
    const master = named?.master && host.interfaces.get(named.master.value)
    return [named, master].flatMap((one) => (one && usable(one) ? addressesOf(one) : []))
  }
  const derived = ({ origin, type }: Interface): number => (origin && origin.by !== 'text' ? 1 : 0) + (isTunnelType(type.value) ? 2 : 0)
  return [...host.interfaces.values()].filter(usable).sort((a, b) => derived(a) - derived(b)).flatMap(addressesOf).slice(0, 8)
}

/** `device`: the one that carries migrations on both. */
function findPath(plane: Plane, from: string, to: string, device: string | undefined): MigrationPath {
  const { infra } = plane
  const [source, target] = [infra.nodes.get(from), infra.nodes.get(to)]
  if (!source || !isStack(source) || !target || !isStack(target)) return none('dropped', t`${source ? to : from} is no host of this file`)
  for (const host of [source, target]) {
    if (device !== undefined && !host.interfaces.has(device)) return none('dropped', t`${host.name} has no ${device}, the device that migration.network names`)
  }
  const ips = addressesToTry(target, device)
  if (ips.length === 0) return none('dropped', device === undefined ? t`${to} has no address that is up` : t`${device} on ${to} has no address that is up`)
  const own = new Set(addressesToTry(source, undefined).map((ip) => `${ip.family} ${ip.value}`))
  let failed: Trace | undefined
  for (const ip of ips) {
    // The same address on both hosts would be answered at home.
    if (own.has(`${ip.family} ${ip.value}`)) continue
    const trace = traceFlow(plane, {
      from, to: ip, toNode: to, proto: 'icmp', size: 84, df: true, ...(device !== undefined && { fromInterface: device }),
    })
    if (trace.verdict === 'delivered') return wayOf(infra, trace)
    if (!failed || (failed.verdict === 'dropped' && trace.verdict === 'unknown')) failed = trace
  }
  if (!failed) return none('dropped', t`${from} and ${to} have the same addresses only`)
  return none(failed.verdict, failed.reason === 'no-return' ? t`what ${to} answers does not come back to ${from}${failed.because === null ? '' : `: ${failed.because}`}` : failed.because ?? (failed.reason === null ? t`whether ${from} reaches ${to} cannot be told` : t`${from} does not reach ${to}: ${failed.reason}`))
}

/** The steps at a device that the packet itself passes; a flood or a question for a neighbour also names others. */
const onTheWire: readonly Hop['step'][] = ['transmit', 'receive', 'bridge', 'route', 'forward', 'encapsulate', 'decapsulate', 'deliver']

/** Linux lets one socket have 4 MiB on their way (tcp_wmem): so much a round trip, whatever the links carry. */
const windowBytes = 4 * 2 ** 20
/** Mathis, Semke, Mahdavi and Ott 1997: a loss-driven stream carries MSS / RTT × √(3/2) / √loss. */
const mathis = Math.sqrt(1.5)

/** What distance and loss leave of one stream. Bytes per second. */
export function streamLimitOf(latency: number, loss: number, mtu: number): number {
  const roundTrip = 2 * latency
  if (roundTrip <= 0) return Infinity
  return Math.min(windowBytes, loss > 0 ? ((mtu - 40) * mathis) / Math.sqrt(loss) : Infinity) / roundTrip
}

/** What a delivered packet's way is made of. */
export function wayOf(infra: Infra, trace: Trace): MigrationPath {
  const links = linksOf(infra)
  const hops: string[] = []
  const nodes = new Set(trace.hops.map(({ node }) => node))
  const capacities = new Map<string, number>()
  let narrowest: Written<number> | undefined
  let latency = 0
  let kept = 1
  let payload = 1
  const seen = new Set<Link>()
  const count = (name: string, stated: Written<number> | undefined): void => {
    if (!stated || capacities.has(name)) return
    capacities.set(name, stated.value / 8)
    if (!narrowest || stated.value < narrowest.value) narrowest = stated
  }
  for (const hop of trace.hops) {
    if (hop.interface === null || !onTheWire.includes(hop.step)) continue
    const name = `${hop.node}:${hop.interface}`
    const link = links.get(name)
    const device = infra.nodes.get(hop.node)?.interfaces.get(hop.interface)
    if (hop.step === 'encapsulate' && device && isTunnelType(device.type.value)) {
      // A stream of full packets loses the encapsulation's share of each.
      const facts = factsOf(device)
      const inner = Math.max(68, device.mtu?.value ?? 1500)
      payload *= inner / tunnelSpecs[device.type.value].outerLength(inner, facts, outerFamily(facts))
    }
    count(hop.step === 'receive' ? `into ${name}` : `out of ${name}`, device?.bandwidth)
    if ((hop.step === 'transmit' || hop.step === 'receive') && (link || device?.type.value !== 'bridge') && hops.at(-1) !== name) hops.push(name)
    if (!link || seen.has(link) || !link.ends.every((end) => nodes.has(end.node))) continue
    seen.add(link)
    const [a, b] = link.ends
    const [near, far] = a.node === hop.node && a.interface === hop.interface ? [a, b] : [b, a]
    count(`link from ${near.node}:${near.interface} to ${far.node}:${far.interface}`, link.bandwidth)
    latency += link.latency?.value ?? 0
    kept *= 1 - Math.min(1, Math.max(0, link.loss?.value ?? 0))
  }
  const least = capacities.size > 0 ? Math.min(...capacities.values()) : null
  const streamLimit = streamLimitOf(latency, 1 - kept, trace.pathMtu ?? 1500)
  const bandwidth = least === null ? null : Math.min(least * payload, streamLimit)
  if (payload < 1) for (const [name, capacity] of capacities) capacities.set(name, capacity * payload)
  return {
    verdict: 'delivered', because: null, hops, bandwidth, mtu: trace.pathMtu, capacities, latency, loss: 1 - kept, streamLimit, ...(narrowest && { narrowest }),
  }
}
