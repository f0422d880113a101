/** Link-state routing: shortest paths with all equal ones, among the stacks that run it. RFC 2328 section 16. */
import { contains, prefixOf, sameIp, type Ip, type Prefix } from '../address/ip.ts'
import { isStack, type Routing } from '../infra/node.ts'
import { addRoute, routesOf } from './fib.ts'
import { keyOf } from './packet.ts'
import { heardFrom, speaksEthernet } from './segments.ts'
import type { Device, NextHop, Stack, World } from './tables.ts'

/** Two speakers that see each other, one direction. */
export interface Adjacency {
  readonly from: Stack
  readonly to: Stack
  readonly device: Device
  readonly far: Device
}

export const routingOf = (stack: Stack): Routing | undefined => (isStack(stack.node) && stack.opaque === undefined ? stack.node.routing : undefined)

const isPassive = (routing: Routing, device: Device): boolean => routing.passive.some(({ value }) => value === device.name)
const prefixesOn = (device: Device): readonly Prefix[] => device.addresses.map(({ ip, length }) => prefixOf(ip, length))
const samePrefix = (a: Prefix, b: Prefix): boolean => a.length === b.length && sameIp(a.ip, b.ip)

/**
 * Who hears whom on one link: RFC 2328 section 10.5 wants the same network and mask of both ends; ends without any address
 * are unnumbered and speak by their stack's own.
 */
export function adjacenciesOf(world: World, protocol: 'ospf' | 'bgp'): readonly Adjacency[] {
  const found: Adjacency[] = []
  for (const from of world.stacks.values()) {
    const routing = routingOf(from)
    if (routing?.protocol.value !== protocol) continue
    for (const device of from.devices.values()) {
      if (!device.running || device.vrf || !speaksEthernet(device) || isPassive(routing, device)) continue
      for (const far of nearOf(world, device)) {
        const theirs = routingOf(far.stack)
        if (far.stack === from || theirs?.protocol.value !== protocol || isPassive(theirs, far) || far.vrf || !far.running) continue
        const mine = prefixesOn(device)
        const others = prefixesOn(far)
        const numbered = mine.some((one) => others.some((other) => samePrefix(one, other)))
        if (numbered || (mine.length === 0 && others.length === 0)) found.push({ from, to: far.stack, device, far })
      }
    }
  }
  return found
}

/** A plain wire has one other end; everything else is asked by a frame to all. */
function nearOf(world: World, device: Device): readonly Device[] {
  const { wire } = device
  if (wire && !wire.bridge && !wire.uppers && !device.uppers && !wire.master) return wire.running ? [wire] : []
  return [...heardFrom(world, device).members].filter((one) => one !== device)
}

/** The next hop over an adjacency, for destinations of one family; undefined where the far end has no address to be asked for. */
export function nextHopOver({ device, far }: Adjacency, family: 4 | 6): NextHop | undefined {
  const near = (ip: Ip): boolean => device.addresses.some((one) => one.ip.family === family && contains(prefixOf(one.ip, one.length), ip))
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

/** What a speaker tells the others: the networks on its devices, and what it was told to advertise. */
export function announced(stack: Stack): readonly Prefix[] {
  const routing = routingOf(stack)
  const found = new Map<string, Prefix>()
  const add = (prefix: Prefix): void => void found.set(`${keyOf(prefix.ip)}/${prefix.length}`, prefix)
  for (const device of stack.devices.values()) {
    if (device.vrf || (!device.running && device.type !== 'loopback')) continue
    for (const prefix of prefixesOn(device)) add(prefix)
  }
  for (const { value } of routing?.advertise ?? []) add(value)
  return [...found.values()]
}

// FRRouting's default where no bandwidth is given; only the sums are compared.
const defaultCost = 10
// zebra's metric for ospf in the kernel's table: behind connected and static routes of the same prefix.
const kernelMetric = 20

export function installOspf(world: World): void {
  const adjacencies = adjacenciesOf(world, 'ospf')
  if (adjacencies.length === 0) return
  const speakers = [...world.stacks.values()].filter((stack) => routingOf(stack)?.protocol.value === 'ospf')
  const index = new Map(speakers.map((stack, i) => [stack, i]))
  const edges = adjacencies.map((one) => ({ ...one, cost: routingOf(one.from)?.cost.get(one.device.name)?.value ?? defaultCost,
    hops: { 4: nextHopOver(one, 4), 6: nextHopOver(one, 6) }, a: index.get(one.from) ?? 0, b: index.get(one.to) ?? 0 }))
  const out = speakers.map((): typeof edges => [])
  for (const edge of edges) out[edge.a]?.push(edge)
  const into = speakers.map((): typeof edges => [])
  for (const edge of edges) into[edge.b]?.push(edge)
  const owners = new Map<string, { prefix: Prefix; at: number[] }>()
  speakers.forEach((stack, i) => {
    for (const prefix of announced(stack)) {
      const key = `${keyOf(prefix.ip)}/${prefix.length}`
      const known = owners.get(key)
      if (known) known.at.push(i)
      else owners.set(key, { prefix, at: [i] })
    }
  })
  const distances = new Map<string, Float64Array>()
  for (const { prefix, at } of owners.values()) {
    // The same origins have the same distances: a stack's many networks are one computation.
    const key = at.join(' ')
    let distance = distances.get(key)
    if (!distance) distances.set(key, (distance = distancesTo(at, into, speakers.length)))
    speakers.forEach((stack, i) => {
      const own = distance?.[i] ?? Infinity
      if (own === 0 || own === Infinity) return
      const hops: NextHop[] = []
      for (const edge of out[i] ?? []) {
        if (edge.cost + (distance?.[edge.b] ?? Infinity) !== own) continue
        const hop = edge.hops[prefix.ip.family]
        if (hop && !hops.some((one) => one.dev === hop.dev && one.via?.value === hop.via?.value)) hops.push(hop)
      }
      if (hops.length > 0) addRoute(routesOf(stack).main, { prefix, type: 'unicast', hops, metric: kernelMetric, src: undefined, proto: 'ospf', at: routingOf(stack)?.at })
    })
  }
}

/** Dijkstra from the origins against the direction of travel; costs are the sender's. */
function distancesTo(origins: readonly number[], into: readonly (readonly { readonly a: number; readonly cost: number }[])[], count: number): Float64Array {
  const distance = new Float64Array(count).fill(Infinity)
  const buckets = new Map<number, number[]>()
  const push = (at: number, cost: number): void => {
    distance[at] = cost
    const bucket = buckets.get(cost)
    if (bucket) bucket.push(at)
    else buckets.set(cost, [at])
  }
  for (const origin of origins) push(origin, 0)
  while (buckets.size > 0) {
    let least = Infinity
    for (const cost of buckets.keys()) if (cost < least) least = cost
    const bucket = buckets.get(least) ?? []
    buckets.delete(least)
    for (const at of bucket) {
      if (distance[at] !== least) continue
      for (const { a, cost } of into[at] ?? []) if (least + cost < (distance[a] ?? Infinity)) push(a, least + cost)
    }
  }
  return distance
}
