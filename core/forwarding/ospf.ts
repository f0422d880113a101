/** Link-state routing: shortest paths with all equal ones, among the stacks that run it. RFC 2328 section 16. */
import type { Prefix } from '../address/ip.ts'
import { routingOf, sameList, sameNeighbours, sameNetworks, speakersOf, type Adjacency, type Speaker, type Speakers } from './adjacency.ts'
import { keyOf, type IpKey } from './packet.ts'
import { distancesOver, sameWays, type DistanceTo, type Ways } from './shortest.ts'
import type { Fib, FibRoute, Learned, NextHop, Stack, Tables, World } from './tables.ts'

// FRRouting's default where no bandwidth is given; only the sums are compared.
const defaultCost = 10
// zebra's metric for ospf in the kernel's table: behind connected and static routes of the same prefix.
const kernelMetric = 20

/** What the speakers know together: who is next to whom, and who tells of which networks. */
export interface Area {
  readonly speakers: Speakers
  /** By the number of a speaker, in file order. */
  readonly ways: readonly Ways[]
  readonly networks: Networks
  readonly distanceTo: DistanceTo<Network>
}

type Networks = Readonly<Record<4 | 6, ReadonlyMap<number, ReadonlyMap<IpKey, Network>>>>

/** The same object as long as the same speakers tell of it. */
interface Network {
  readonly prefix: Prefix
  readonly at: readonly number[]
}

/**
 * Every speaker learns its routes when somebody first asks for them. One shortest-path tree toward a network serves all speakers:
 * of the million routes that a thousand of them have to a thousand networks none is kept. Told are those who learn something
 * else than before: stacks that stayed are left as they are.
 */
export function installOspf(world: World, before: World | undefined): readonly string[] {
  const old = before?.told.ospf
  const speakers = speakersOf(world, 'ospf', old?.speakers)
  if (speakers.size === 0) return []
  const area = areaOf(speakers, old)
  world.told.ospf = area
  const numbers = numbersOf(speakers)
  for (const [number, { stack, adjacencies }] of [...speakers.values()].entries()) {
    if (stack.learn) continue
    const { networks, distanceTo, ways } = area
    stack.learn = (fib) => learnedBy(networks, distanceTo, ways[number] ?? { toward: [], costs: [] }, number, stack, adjacencies, fib)
    // Who was asked already, on the way to a neighbour behind a tunnel, learns now.
    if (stack.installed) stack.installed.main.learned = stack.learn(stack.installed.main)
  }
  // What is heard over tunnels is heard before anybody has learned anything.
  if ([...speakers.values(), ...(old?.speakers.values() ?? [])].some(({ by }) => by === 'tunnel')) return [...world.stacks.keys()]
  return sameArea(old, area) ? [] : [...numbers.keys()]
}
const numbersOf = (speakers: Speakers): ReadonlyMap<string, number> => new Map([...speakers.keys()].map((name, i) => [name, i]))

function areaOf(speakers: Speakers, old: Area | undefined): Area {
  const all = [...speakers.values()]
  const others = old && sameList([...speakers.keys()], [...old.speakers.keys()], () => false) ? old : undefined
  const before = others && [...others.speakers.values()]
  const numbers = numbersOf(speakers)
  const ways = all.map((speaker, i) => (before?.[i] === speaker ? others?.ways[i] : undefined) ?? waysOf(speaker, numbers))
  return {
    speakers, ways,
    networks: others && before && all.every((speaker, i) => before[i] === speaker || (before[i] && sameNetworks(before[i], speaker))) ? others.networks : networksOf(all, others),
    distanceTo: others && sameList(ways, others.ways, sameWays) ? others.distanceTo : distancesOver(ways),
  }
}

function waysOf({ stack, adjacencies }: Speaker, numbers: ReadonlyMap<string, number>): Ways {
  const costs = routingOf(stack)?.cost
  return {
    toward: adjacencies.map(({ to }) => numbers.get(to) ?? 0),
    // RFC 2328 section C.3: the cost of an interface is greater than zero.
    costs: adjacencies.map(({ device }) => Math.max(1, costs?.get(device.name)?.value ?? defaultCost)),
  }
}

function networksOf(speakers: readonly Speaker[], old: Area | undefined): Networks {
  const networks = { 4: new Map<number, Map<IpKey, { prefix: Prefix; at: number[] }>>(), 6: new Map<number, Map<IpKey, { prefix: Prefix; at: number[] }>>() }
  speakers.forEach(({ announced }, i) => {
    for (const prefix of announced) {
      const byLength = networks[prefix.ip.family]
      let byKey = byLength.get(prefix.length)
      if (!byKey) byLength.set(prefix.length, (byKey = new Map()))
      const known = byKey.get(keyOf(prefix.ip))
      if (known) known.at.push(i)
      else byKey.set(keyOf(prefix.ip), { prefix, at: [i] })
    }
  })
  if (!old) return networks
  // What was worked out for a network holds for the same one.
  const kept = (family: 4 | 6): Networks[4] => new Map([...networks[family]].map(([length, byKey]) => [length, new Map([...byKey].map(([key, network]) => {
    const known = old.networks[family].get(length)?.get(key)
    return [key, known && sameList(known.at, network.at, () => false) ? known : network]
  }))]))
  return { 4: kept(4), 6: kept(6) }
}

/** Next hops by which neighbours lie on a shortest way. */
interface Trie {
  readonly below: Map<number, Trie>
  hops: readonly NextHop[] | undefined
}

const newTrie = (): Trie => ({ below: new Map(), hops: undefined })

function learnedBy(
  networks: Networks, distanceTo: DistanceTo<Network>, { toward, costs }: Ways, self: number, stack: Stack, adjacencies: readonly Adjacency[], own: Tables,
): Learned {
  const at = routingOf(stack)?.at
  // Networks behind the same neighbours share their next hops: by thirty neighbours at a time.
  const shared = { 4: newTrie(), 6: newTrie() }
  const known = (network: Network): FibRoute | undefined => {
    const { prefix } = network
    const distance = distanceTo(network)
    const least = distance[self] ?? Infinity
    if (least === 0 || least === Infinity) return undefined
    const isShortest = (i: number): boolean => (costs[i] ?? 0) + (distance[toward[i] ?? 0] ?? Infinity) === least
    let place = shared[prefix.ip.family]
    for (let from = 0; from < costs.length; from += 30) {
      let bits = 0
      const to = Math.min(costs.length, from + 30)
      for (let i = from; i < to; i++) if (isShortest(i)) bits |= 1 << (i - from)
      let next = place.below.get(bits)
      if (!next) place.below.set(bits, (next = newTrie()))
      place = next
    }
    const hops = (place.hops ??= hopsOver(adjacencies.filter((_, i) => isShortest(i)), prefix.ip.family))
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

function hopsOver(adjacencies: readonly Adjacency[], family: 4 | 6): readonly NextHop[] {
  const found: NextHop[] = []
  for (const { hops } of adjacencies) {
    const hop = hops[family]
    if (hop && !found.some((one) => one.dev === hop.dev && one.via?.value === hop.via?.value)) found.push(hop)
  }
  return found
}

/** Whether speakers learn the same from both: who hears whom by which devices at which cost, and who tells of what. */
export function sameArea(a: Area | undefined, b: Area | undefined): boolean {
  if (!a || !b) return a === b
  return sameList([...a.speakers.keys()], [...b.speakers.keys()], () => false)
    && sameList([...a.speakers.values()], [...b.speakers.values()], sameNeighbours) && sameList(a.ways, b.ways, sameWays)
    && (a.networks === b.networks || ([4, 6] as const).every((family) => {
      const [one, other] = [listed(a, family), listed(b, family)]
      return sameList(one, other, (net, twin) => net.prefix.length === twin.prefix.length && keyOf(net.prefix.ip) === keyOf(twin.prefix.ip) && sameList(net.at, twin.at, () => false))
    }))
}

const listed = ({ networks }: Area, family: 4 | 6): readonly Network[] => [...networks[family].values()].flatMap((byKey) => [...byKey.values()])
