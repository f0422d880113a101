/** Link-state routing: shortest paths with all equal ones, among the stacks that run it. RFC 2328 section 16. */
import type { Ip, Prefix } from '../address/ip.ts'
import { routingOf, sameList, sameNetworks, speakersOf, type Adjacency, type Speaker, type Speakers } from './adjacency.ts'
import { maskedKey } from './fib.ts'
import { keyOf, type IpKey } from './packet.ts'
import { distancesOver, type Distances, type Ways } from './shortest.ts'
import type { FibRoute, Learned, NextHop, Stack, World } from './tables.ts'

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
  readonly distances: Distances<Network>
  /** The networks that hold an address, longest prefix first. */
  readonly holding: (ip: Ip) => readonly Network[]
  /** What a stack of these tables is told; undefined where it does not speak. Stacks themselves stay whatever they are told. */
  readonly learnedBy: (stack: Stack) => Learned | undefined
}

export type Networks = Readonly<Record<4 | 6, ReadonlyMap<number, ReadonlyMap<IpKey, Network>>>>

/** The same object as long as the same speakers tell of it. */
export interface Network {
  readonly prefix: Prefix
  /** Numbers of speakers, ascending. */
  readonly at: readonly number[]
}

/**
 * Every speaker learns its routes when somebody first asks for them. One shortest-path tree toward a network serves all speakers:
 * of the million routes that a thousand of them have to a thousand networks none is kept. Told are those whose own tables have to be
 * made anew for it.
 */
export function installOspf(world: World, before: World | undefined): readonly string[] {
  const old = before?.told.ospf
  const speakers = speakersOf(world, 'ospf', before && old && { stacks: before.stacks, speakers: old.speakers })
  if (speakers.size === 0) return []
  world.told.ospf = areaOf(speakers, old)
  // What is heard over tunnels is heard before anybody has learned anything.
  return [...speakers.values(), ...(old?.speakers.values() ?? [])].some(({ by }) => by === 'tunnel') ? [...world.stacks.keys()] : []
}
const numbersOf = (speakers: Speakers): ReadonlyMap<string, number> => new Map([...speakers.keys()].map((name, i) => [name, i]))

function areaOf(speakers: Speakers, old: Area | undefined): Area {
  const all = [...speakers.values()]
  const others = old && sameList([...speakers.keys()], [...old.speakers.keys()], () => false) ? old : undefined
  const before = others && [...others.speakers.values()]
  if (others && before && all.every((speaker, i) => before[i] === speaker)) return others
  const numbers = numbersOf(speakers)
  const ways = all.map((speaker, i) => (before?.[i] === speaker ? others?.ways[i] : undefined) ?? waysOf(speaker, numbers))
  const networks = others && before ? networksAfter(others.networks, before, all) : networksOf(all)
  const distances = distancesOver<Network>(ways, others?.distances, ({ prefix }) => networks[prefix.ip.family].get(prefix.length)?.get(keyOf(prefix.ip)))
  const holding = holdingIn(networks)
  return { speakers, ways, networks, distances, holding, learnedBy: learnedIn({ ways, networks, distances, holding }, all, numbers) }
}

/** Apart from where an area is made, which would keep the area before it as long as this one. */
function learnedIn({ ways, networks, distances, holding }: Pick<Area, 'ways' | 'networks' | 'distances' | 'holding'>, all: readonly Speaker[], numbers: ReadonlyMap<string, number>): Area['learnedBy'] {
  const known: (Learned | undefined)[] = []
  return (stack) => {
    const number = numbers.get(stack.name)
    const speaker = number === undefined ? undefined : all[number]
    if (number === undefined || speaker?.stack !== stack) return undefined
    return (known[number] ??= learnedBy(networks, holding, distances, ways[number] ?? { toward: [], costs: [] }, number, speaker))
  }
}

/** Of few addresses all speakers are asked. */
function holdingIn(networks: Networks): Area['holding'] {
  const known = new Map<IpKey, readonly Network[]>()
  return (ip) => {
    let found = known.get(keyOf(ip))
    if (!found) {
      found = [...networks[ip.family]].flatMap(([length, byKey]) => byKey.get(maskedKey(ip, length)) ?? []).sort((a, b) => b.prefix.length - a.prefix.length)
      known.set(keyOf(ip), found)
    }
    return found
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

type Table = Map<number, Map<IpKey, Network>>

function networksOf(speakers: readonly Speaker[]): Networks {
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
  return networks
}

/** The same speakers, of whom some tell of other networks: what the rest tell of stays the same object. */
function networksAfter(old: Networks, before: readonly Speaker[], speakers: readonly Speaker[]): Networks {
  const made: Partial<Record<4 | 6, Table>> = {}
  const copied = new Set<Map<IpKey, Network>>()
  const set = ({ ip, length }: Prefix, network: Network | undefined): void => {
    const byLength = (made[ip.family] ??= new Map(old[ip.family] as Table))
    let byKey = byLength.get(length)
    if (!byKey || !copied.has(byKey)) byLength.set(length, (byKey = new Map(byKey)))
    copied.add(byKey)
    if (network) byKey.set(keyOf(ip), network)
    else byKey.delete(keyOf(ip))
    if (byKey.size === 0) byLength.delete(length)
  }
  const find = ({ ip, length }: Prefix): Network | undefined => (made[ip.family] ?? old[ip.family]).get(length)?.get(keyOf(ip))
  const has = (speaker: Speaker, { ip, length }: Prefix): boolean => speaker.announced.some((one) => one.length === length && one.ip.family === ip.family && keyOf(one.ip) === keyOf(ip))
  speakers.forEach((speaker, i) => {
    const was = before[i]
    if (!was || was === speaker || sameNetworks(was, speaker)) return
    for (const prefix of was.announced) {
      const network = has(speaker, prefix) ? undefined : find(prefix)
      if (!network) continue
      const at = network.at.filter((one) => one !== i)
      set(prefix, at.length > 0 ? { prefix: network.prefix, at } : undefined)
    }
    for (const prefix of speaker.announced) {
      if (has(was, prefix)) continue
      const network = find(prefix)
      set(prefix, network ? { prefix: network.prefix, at: [...network.at, i].sort((a, b) => a - b) } : { prefix, at: [i] })
    }
  })
  return { 4: made[4] ?? old[4], 6: made[6] ?? old[6] }
}

/** Networks behind the same neighbours share their next hops: by thirty neighbours at a time. */
interface Trie {
  readonly below: Map<number, Trie>
  hops: readonly NextHop[] | undefined
}

const newTrie = (): Trie => ({ below: new Map(), hops: undefined })

// Who hears the same as before has the same next hops to choose from.
const hopsOf = new WeakMap<Speaker, Readonly<Record<4 | 6, Trie>>>()

function hopsOfSpeaker(speaker: Speaker): Readonly<Record<4 | 6, Trie>> {
  let hops = hopsOf.get(speaker)
  if (!hops) hopsOf.set(speaker, (hops = { 4: newTrie(), 6: newTrie() }))
  return hops
}

/** Whether a way is the first of one that is as short as any. No closure over these: each network that is looked up asks for each neighbour. */
const isShortest = ({ toward, costs }: Ways, distance: Float64Array, i: number, least: number): boolean => (costs[i] ?? 0) + (distance[toward[i] ?? 0] ?? Infinity) === least

function learnedBy(networks: Networks, holding: Area['holding'], distances: Distances<Network>, ways: Ways, self: number, speaker: Speaker): Learned {
  const { stack, adjacencies } = speaker
  const at = routingOf(stack)?.at
  const shared = hopsOfSpeaker(speaker)
  const known = (network: Network): FibRoute | undefined => {
    const { prefix } = network
    const distance = distances.to(network)
    const least = distance[self] ?? Infinity
    if (least === 0 || least === Infinity) return undefined
    let place = shared[prefix.ip.family]
    for (let from = 0; from < ways.costs.length; from += 30) {
      let bits = 0
      const to = Math.min(ways.costs.length, from + 30)
      for (let i = from; i < to; i++) if (isShortest(ways, distance, i, least)) bits |= 1 << (i - from)
      let next = place.below.get(bits)
      if (!next) place.below.set(bits, (next = newTrie()))
      place = next
    }
    const hops = (place.hops ??= hopsOver(adjacencies.filter((_, i) => isShortest(ways, distance, i, least)), prefix.ip.family))
    return hops.length === 0 ? undefined : { prefix, type: 'unicast', hops, metric: kernelMetric, src: undefined, proto: 'ospf', at }
  }
  return {
    metric: kernelMetric,
    holding,
    route: known,
    all: () => [networks[4], networks[6]].flatMap((byLength) => [...byLength.values()].flatMap((byKey) => [...byKey.values()])).sort(byAddress).flatMap((network) => known(network) ?? []),
  }
}

const byAddress = ({ prefix: a }: Network, { prefix: b }: Network): number =>
  a.ip.family - b.ip.family || (a.ip.value < b.ip.value ? -1 : a.ip.value > b.ip.value ? 1 : a.length - b.length)

function hopsOver(adjacencies: readonly Adjacency[], family: 4 | 6): readonly NextHop[] {
  const found: NextHop[] = []
  for (const { hops } of adjacencies) {
    const hop = hops[family]
    if (hop && !found.some((one) => one.dev === hop.dev && one.via?.value === hop.via?.value)) found.push(hop)
  }
  return found
}
