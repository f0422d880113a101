/** Every pair at once: the front of the room. */
import { isLinkLocal, isLoopback, type Ip } from '../address/ip.ts'
import { reachEcho, reachFlow, type Plane } from '../forwarding/index.ts'
import type { Interface } from '../infra/interface.ts'
import { isStack, type Node, type StackNode } from '../infra/node.ts'
import type { Progress, ReachPair } from './pair.ts'

export interface ReachSelection {
  /** Names of stacks; undefined means all. */
  readonly from?: readonly string[]
  readonly to?: readonly string[]
}

/** The stacks that take part and the addresses by which each can be asked for, in file order. */
export interface ReachEndpoint {
  readonly node: string
  readonly addresses: readonly Ip[]
}

const counts = (iface: Interface): boolean => iface.up?.value ?? true

/** Every address on an interface that is up, link-local and loopback ones aside. */
export const addressesOf = (node: StackNode): readonly Ip[] =>
  [...node.interfaces.values()].filter(counts).flatMap((iface) => iface.addresses.map(({ value }) => value.ip)).filter((ip) => !isLinkLocal(ip) && !isLoopback(ip))

export const endpointsOf = (plane: Plane): readonly ReachEndpoint[] =>
  stacksOf(plane).map((node) => ({ node: node.name, addresses: addressesOf(node) }))

const stacksOf = (plane: Plane): readonly StackNode[] => [...plane.infra.nodes.values()].filter((node: Node): node is StackNode => isStack(node))

export interface Ask {
  readonly proto: 'icmp' | 'tcp' | 'udp'
  readonly port?: number
}

// Ping's packet; of tcp and udp a small first packet.
const sizeOf = ({ proto }: Ask): number => (proto === 'icmp' ? 84 : 60)

/** One pair and address: does a packet go there and its answer come back, and how large a one fits? */
export function reachOne(plane: Plane, from: string, to: string, address: Ip, ask: Ask = { proto: 'icmp' }): ReachPair {
  const { verdict, reason, because, pathMtu } = ask.proto === 'icmp' ? reachEcho(plane, from, to, address) : reachFlow(plane, {
    from, to: address, toNode: to, proto: ask.proto, size: sizeOf(ask), df: false, ...(ask.port !== undefined && { port: ask.port }),
  })
  return { from, to, address, verdict, reason, because, pathMtu }
}

/** Yields progress now and then, so that the caller can stop it; pairs come in file order. */
export function* reach(plane: Plane, selection: ReachSelection = {}): Generator<Progress, readonly ReachPair[]> {
  const stacks = stacksOf(plane)
  const wanted = (names: readonly string[] | undefined): readonly StackNode[] => {
    if (!names) return stacks
    const set = new Set(names)
    return stacks.filter(({ name }) => set.has(name))
  }
  const senders = wanted(selection.from)
  const targets = wanted(selection.to).map((node) => ({ name: node.name, addresses: addressesOf(node) }))
  const pairs: ReachPair[] = []
  for (const [i, from] of senders.entries()) {
    for (const [j, to] of targets.entries()) {
      if (to.name === from.name) continue
      if (j % 16 === 0) yield { doing: 'asking who reaches whom', done: i * targets.length + j, of: senders.length * targets.length }
      for (const address of to.addresses) pairs.push(reachOne(plane, from.name, to.name, address))
    }
  }
  return pairs
}
