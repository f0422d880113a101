/** What the kernel is asked about each pair of a network: the probes, by what a trace says of them. */
import { printIp } from '../../core/address/ip.ts'
import { traceFlow, type Plane } from '../../core/forwarding/index.ts'
import type { Trace } from '../../core/forwarding/trace.ts'
import type { Infra } from '../../core/infra/infra.ts'
import { isStack } from '../../core/infra/node.ts'
import { reachOne } from '../../core/reach/index.ts'
import type { ReachPair } from '../../core/reach/pair.ts'
import { balancersOf, isBalanced } from './beside.ts'

export interface Disagreement {
  readonly network: string
  readonly pair: string
  readonly of: ReachPair
  readonly ours: string
  readonly kernel: string
}

export interface Probe {
  readonly id: string
  readonly network: string
  readonly pair: ReachPair
  readonly kind: 'echo' | 'fits' | 'too long' | 'pieces' | 'tcp'
  /** Of tcp: whether a balancer hands it on, so that what counts is a backend that hears it. */
  readonly handedOn?: boolean
  /** Bytes; of tcp the port. */
  readonly size: number
  /** Of a packet in pieces: what a trace of it says. */
  readonly verdict?: Trace
}

export interface Job {
  readonly name: string
  readonly infra: Infra
  readonly plane: Plane
  readonly pairs: readonly ReachPair[]
  /** Pairs whose way is looked at, device by device. */
  readonly walks: readonly ReachPair[]
  readonly certain: boolean
}

// Longer than most devices take, so that somebody has to cut it: in IPv6 the sender, and only he.
const inPieces = 2500

/** Bytes above the claimed path MTU that no device lets pass: 4 are the room of a VLAN tag. */
const beyond = 5

/** Routers that tell each other use all equal ways, as do written routes with several next hops; of ways with several MTUs the claim is the least, and the kernel's hash may find a wider one. */
export const waysDiffer = (infra: Infra): boolean => [...infra.nodes.values()].some((node) => isStack(node) && (node.routing !== undefined || node.routes.some(({ via }) => via.length > 1)))

export function probesOf({ name, infra, pairs, plane, certain }: Job, prefix: string, least: boolean): readonly Probe[] {
  const told = new Set<string>()
  const probes = pairs.filter(({ verdict }) => verdict !== 'unknown').flatMap((pair, i): Probe[] => {
    const base = { network: name, pair }
    const id = `${prefix}${i}`
    const mtu = pair.pathMtu
    const whole = certain && mtu !== null ? traceFlow(plane, { from: pair.from, to: pair.address, toNode: pair.to, proto: 'icmp', size: inPieces, df: false }) : undefined
    const courses = whole && pair.address.family === 6 ? coursesOf(whole, pair) : []
    const knows = courses.some((course) => told.has(course))
    if (whole?.verdict === 'dropped') for (const course of courses) told.add(course)
    return [
      { ...base, id: `${id}e`, kind: 'echo', size: 84 },
      // Before anybody hears of a smaller MTU, and once.
      ...(whole && whole.verdict !== 'unknown' && whole.choices === undefined && !knows && !nearlyFits(infra, whole) ? [{ ...base, id: `${id}p`, kind: 'pieces' as const, size: inPieces, verdict: whole }] : []),
      ...(mtu === null ? [] : [
        { ...base, id: `${id}f`, kind: 'fits' as const, size: mtu },
        ...(!least && mtu + beyond <= 65535 ? [{ ...base, id: `${id}l`, kind: 'too long' as const, size: mtu + beyond }] : []),
      ]),
    ]
  })
  // An error that says how long a packet may be is for all that goes there from then on, so whoever cuts by what he knows of himself goes first.
  const first = ({ kind, pair }: Probe): boolean => kind === 'pieces' && pair.address.family === 6
  return [...probes.filter(first), ...probes.filter((probe) => !first(probe))]
}

/** Whether what is lost, there or back, would have fitted into the room of a tag, which the kernel grants to whatever comes (__is_skb_forwardable). */
export function nearlyFits({ nodes }: Infra, { hops, reply }: Trace): boolean {
  return [hops, reply?.hops ?? []].some((way) => {
    const last = way.at(-1)
    const device = last?.step === 'drop' && last.interface !== null ? nodes.get(last.node)?.interfaces.get(last.interface) : undefined
    return device?.mtu !== undefined && last !== undefined && last.size > device.mtu.value && last.size < device.mtu.value + beyond
  })
}

/** Where a packet and its answer go, each by who sends it. */
function coursesOf({ reply }: Trace, { from, to, address }: ReachPair): readonly string[] {
  const back = reply?.hops[0]?.headers.find((header) => header.startsWith('ipv'))?.split('>')[1]
  return [`${from} ${printIp(address)}`, ...(back === undefined ? [] : [`${to} ${back}`])]
}

export const tcpPorts = [80, 8080] as const

/** Connections where something on the way may look at ports. */
export function connectsOf(name: string, prefix: string, { infra, plane, pairs }: Job): readonly Probe[] {
  const looks = [...infra.nodes.values()].some((node) => isStack(node) && (node.firewall !== undefined || node.nat.length > 0 || ('securityGroups' in node && node.securityGroups.length > 0) || ('ports' in node && node.ports.length > 0)))
  if (!looks && balancersOf(infra).length === 0) return []
  return pairs.flatMap(({ from, to, address }, i) => tcpPorts.flatMap((port): Probe[] => {
    const pair = reachOne(plane, from, to, address, { proto: 'tcp', port })
    return pair.verdict === 'unknown' ? [] : [{ network: name, pair, id: `${prefix}${i}t${port}`, kind: 'tcp', size: port, handedOn: isBalanced(infra, address, port) }]
  }))
}

// Ways take their time: a few for each network.
const mostWalks = 3

/** Whether no hash that only the kernel knows takes one of several ways. */
export function isCertain(infra: Infra): boolean {
  const nodes = [...infra.nodes.values()]
  return !nodes.some((node) => (isStack(node) && (node.routing !== undefined || node.routes.some(({ via }) => via.length > 1))) || [...node.interfaces.values()].some(({ type }) => type.value === 'bond'))
}

/** Whoever has two legs on one switch answers by both, and which answer comes first is chance. */
function hasTwoLegs({ links }: Infra): boolean {
  const seen = new Set<string>()
  return links.some(({ ends: [a, b] }) => {
    const key = [a.node, b.node].sort().join(' ')
    if (seen.has(key)) return true
    seen.add(key)
    return false
  })
}

/** Some that arrive, far apart in the list; none where chance picks the way. */
export function walksOf(infra: Infra, pairs: readonly ReachPair[]): readonly ReachPair[] {
  if (!isCertain(infra) || hasTwoLegs(infra)) return []
  const good = pairs.filter(({ verdict }) => verdict === 'delivered')
  return good.filter((_, i) => i % Math.max(1, Math.ceil(good.length / mostWalks)) === 0).slice(0, mostWalks)
}
