/** Link-state routing: shortest paths with all equal ones, among the stacks that run it. RFC 2328 section 16. */
import { contains, prefixOf, sameIp, type Ip, type Prefix } from '../address/ip.ts'
import { isStack, type Routing } from '../infra/node.ts'
import { keyOf, type IpKey } from './packet.ts'
import { heardFrom, speaksEthernet } from './segments.ts'
import type { Device, Fib, FibRoute, Learned, NextHop, Stack, Tables, World } from './tables.ts'

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

interface Edge extends Adjacency {
  readonly toward: number
  readonly cost: number
}

/** What the speakers know together: who is next to whom, and who tells of which networks. */
export interface Area {
  readonly index: ReadonlyMap<Stack, number>
  readonly out: readonly (readonly Edge[])[]
  readonly networks: Readonly<Record<4 | 6, ReadonlyMap<number, ReadonlyMap<IpKey, Network>>>>
}

interface Network {
  readonly prefix: Prefix
  readonly at: number[]
}

/**
 * Every speaker learns its routes when somebody first asks for them. One shortest-path tree toward a network serves all speakers:
 * of the million routes that a thousand of them have to a thousand networks none is kept.
 */
export function installOspf(world: World): void {
  const speakers = [...world.stacks.values()].filter((stack) => routingOf(stack)?.protocol.value === 'ospf')
  if (speakers.length === 0) return
  const area = areaOf(world, speakers)
  world.told.ospf = area
  const distanceTo = distances(area)
  for (const stack of speakers) {
    stack.learn = (fib) => learnedBy(area, distanceTo, stack, fib)
    // Who was asked already, on the way to a neighbour behind a tunnel, learns now.
    if (stack.installed) stack.installed.main.learned = stack.learn(stack.installed.main)
  }
}

function areaOf(world: World, speakers: readonly Stack[]): Area {
  const index = new Map(speakers.map((stack, i) => [stack, i]))
  const out = speakers.map((): Edge[] => [])
  for (const one of adjacenciesOf(world, 'ospf')) {
    // RFC 2328 section C.3: the cost of an interface is greater than zero.
    const cost = Math.max(1, routingOf(one.from)?.cost.get(one.device.name)?.value ?? defaultCost)
    out[index.get(one.from) ?? 0]?.push({ ...one, toward: index.get(one.to) ?? 0, cost })
  }
  const networks = { 4: new Map<number, Map<IpKey, Network>>(), 6: new Map<number, Map<IpKey, Network>>() }
  speakers.forEach((stack, i) => {
    for (const prefix of announced(stack)) {
      const byLength = networks[prefix.ip.family]
      let byKey = byLength.get(prefix.length)
      if (!byKey) byLength.set(prefix.length, (byKey = new Map()))
      const known = byKey.get(keyOf(prefix.ip))
      if (known) known.at.push(i)
      else byKey.set(keyOf(prefix.ip), { prefix, at: [i] })
    }
  })
  return { index, out, networks }
}

type DistanceTo = (network: Network) => Float64Array

/** Next hops by which neighbours lie on a shortest way. */
interface Trie {
  readonly below: Map<number, Trie>
  hops: readonly NextHop[] | undefined
}

const newTrie = (): Trie => ({ below: new Map(), hops: undefined })

function learnedBy({ index, out, networks }: Area, distanceTo: DistanceTo, stack: Stack, own: Tables): Learned {
  const self = index.get(stack) ?? 0
  const edges = out[self] ?? []
  const costs = Float64Array.from(edges, ({ cost }) => cost)
  const toward = Int32Array.from(edges, (edge) => edge.toward)
  const at = routingOf(stack)?.at
  // Networks behind the same neighbours share their next hops: by thirty neighbours at a time.
  const shared = { 4: newTrie(), 6: newTrie() }
  const known = (network: Network): FibRoute | undefined => {
    const { prefix } = network
    const distance = distanceTo(network)
    const least = distance[self] ?? Infinity
    if (least === 0 || least === Infinity) return undefined
    let place = shared[prefix.ip.family]
    for (let from = 0; from < costs.length; from += 30) {
      let bits = 0
      const to = Math.min(costs.length, from + 30)
      for (let i = from; i < to; i++) if ((costs[i] ?? 0) + (distance[toward[i] ?? 0] ?? Infinity) === least) bits |= 1 << (i - from)
      let next = place.below.get(bits)
      if (!next) place.below.set(bits, (next = newTrie()))
      place = next
    }
    const hops = (place.hops ??= hopsOver(edges.filter((edge) => edge.cost + (distance[edge.toward] ?? Infinity) === least), prefix.ip.family))
    return hops.length === 0 ? undefined : { prefix, type: 'unicast', hops, metric: kernelMetric, src: undefined, proto: 'ospf', at }
  }
  const lengthsOf = (family: 4 | 6, fib: Fib): readonly number[] => [...new Set([...fib.lengths, ...networks[family].keys()])].sort((a, b) => b - a)
  return {
    metric: kernelMetric,
    lengths: { 4: lengthsOf(4, own.v4), 6: lengthsOf(6, own.v6) },
    find: (family, length, key) => {
      const network = networks[family].get(length)?.get(key)
      return network && known(network)
    },
    all: () => [networks[4], networks[6]].flatMap((byLength) => [...byLength.values()].flatMap((byKey) => [...byKey.values()].flatMap((network) => known(network) ?? []))),
  }
}

function hopsOver(edges: readonly Edge[], family: 4 | 6): readonly NextHop[] {
  const hops: NextHop[] = []
  for (const edge of edges) {
    const hop = nextHopOver(edge, family)
    if (hop && !hops.some((one) => one.dev === hop.dev && one.via?.value === hop.via?.value)) hops.push(hop)
  }
  return hops
}

/** How far each speaker is from the nearest that tells of a network: Dijkstra against the direction of the edges, kept by network. */
function distances({ out }: Area): DistanceTo {
  const into = out.map((): { readonly from: number; readonly cost: number }[] => [])
  out.forEach((edges, from) => edges.forEach(({ toward, cost }) => into[toward]?.push({ from, cost })))
  const known = new Map<Network, Float64Array>()
  return (network) => {
    let distance = known.get(network)
    if (!distance) known.set(network, (distance = spreadFrom(into, network.at)))
    return distance
  }
}

function spreadFrom(into: readonly (readonly { readonly from: number; readonly cost: number }[])[], origins: readonly number[]): Float64Array {
  const distance = new Float64Array(into.length).fill(Infinity)
  const buckets = new Map<number, number[]>([[0, [...origins]]])
  for (const at of origins) distance[at] = 0
  while (buckets.size > 0) {
    let least = Infinity
    for (const cost of buckets.keys()) if (cost < least) least = cost
    const bucket = buckets.get(least) ?? []
    buckets.delete(least)
    for (const at of bucket) {
      if (distance[at] !== least) continue
      for (const { from, cost: step } of into[at] ?? []) {
        const cost = least + step
        if (cost >= (distance[from] ?? Infinity)) continue
        distance[from] = cost
        const list = buckets.get(cost)
        if (list) list.push(from)
        else buckets.set(cost, [from])
      }
    }
  }
  return distance
}

/** Whether speakers learn the same from both: who hears whom by which devices at which cost, and who tells of what. */
export function sameArea(a: Area | undefined, b: Area | undefined): boolean {
  if (!a || !b) return a === b
  const names = ({ index }: Area): readonly string[] => [...index.keys()].map(({ name }) => name)
  return sameList(names(a), names(b), (one, other) => one === other)
    && sameList(a.out, b.out, (one, other) => sameList(one, other, (edge, twin) => edge.cost === twin.cost && sameAdjacency(edge, twin)))
    && ([4, 6] as const).every((family) => {
      const [one, other] = [networksOf(a, family), networksOf(b, family)]
      return sameList(one, other, (net, twin) => samePrefix(net.prefix, twin.prefix) && sameList(net.at, twin.at, (i, j) => i === j))
    })
}

const networksOf = ({ networks }: Area, family: 4 | 6): readonly Network[] => [...networks[family].values()].flatMap((byKey) => [...byKey.values()])

export const sameList = <T>(a: readonly T[], b: readonly T[], same: (one: T, other: T) => boolean): boolean =>
  a.length === b.length && a.every((one, i) => { const other = b[i]; return other !== undefined && same(one, other) })

export const sameAdjacency = (a: Adjacency, b: Adjacency): boolean =>
  a.from.name === b.from.name && a.device.name === b.device.name && a.far.stack.name === b.far.stack.name && a.far.name === b.far.name
    && ([4, 6] as const).every((family) => sameHop(nextHopOver(a, family), nextHopOver(b, family)))

const sameHop = (a: NextHop | undefined, b: NextHop | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.via === undefined || b.via === undefined ? a.via === b.via : sameIp(a.via, b.via)
