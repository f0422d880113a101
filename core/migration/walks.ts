/** The ways between a guest and a peer, there and back, before and after it has moved. Seconds. */
import { traceFlow, type Plane } from '../forwarding/index.ts'
import type { Hop } from '../forwarding/trace.ts'
import type { ReachPair } from '../reach/pair.ts'
import { wayOf } from './path.ts'

export interface Walk {
  /** The nodes from the guest to the peer, each once where it is passed at once. */
  readonly out: readonly string[]
  readonly back: readonly string[]
  /** Of the links that state a latency, there and back. */
  readonly seconds: number
  /** The nodes that translate addresses on the way: they keep the states of connections. */
  readonly translators: readonly string[]
  /** Names and directions of what states a bandwidth: what a migration may fill. */
  readonly over: ReadonlySet<string>
}

/** The steps that a packet itself takes; a flood or a question for a neighbour also names others. */
const taken: ReadonlySet<Hop['step']> = new Set(['send', 'transmit', 'receive', 'forward', 'encapsulate', 'decapsulate', 'deliver'])

function nodesOf(hops: readonly Hop[]): readonly string[] {
  const nodes: string[] = []
  for (const { node, step } of hops) if (taken.has(step) && nodes.at(-1) !== node) nodes.push(node)
  return nodes
}

/** The way of an echo of the pair and of its answer, as seen from the guest; undefined where it does not arrive. */
export function walkOf(plane: Plane, { from, to, address }: ReachPair, guest: string): Walk | undefined {
  const trace = traceFlow(plane, { from, to: address, toNode: to, proto: 'icmp', size: 84, df: false })
  if (trace.verdict !== 'delivered' || !trace.reply) return undefined
  const [there, answer] = [nodesOf(trace.hops), nodesOf(trace.reply.hops)]
  const ways = [wayOf(plane.infra, trace), wayOf(plane.infra, { ...trace, hops: trace.reply.hops })]
  const hops = [...trace.hops, ...trace.reply.hops]
  return {
    ...(from === guest ? { out: there, back: answer } : { out: answer, back: there }),
    seconds: ways.reduce((sum, { latency }) => sum + latency, 0),
    translators: [...new Set(hops.filter(({ step }) => step === 'nat').map(({ node }) => node))],
    over: new Set(ways.flatMap(({ capacities }) => [...capacities.keys()])),
  }
}

export const isAsymmetric = ({ out, back }: Walk): boolean => out.length !== back.length || out.some((node, i) => node !== back[back.length - 1 - i])

/** The host that was left, or a node that is passed twice on one way and was not: both are ways round. */
export function detourOf(after: Walk, before: Walk | undefined, left: string, peerHosts: ReadonlySet<string>): string | undefined {
  for (const way of [after.out, after.back]) {
    if (!peerHosts.has(left) && way.includes(left)) return left
    const twice = way.find((node, i) => way.indexOf(node) < i)
    const was = before && [before.out, before.back].some((old) => twice !== undefined && old.indexOf(twice) !== old.lastIndexOf(twice))
    if (twice !== undefined && !was && !peerHosts.has(twice)) return twice
  }
  return undefined
}
