/** Who asks to reach whom, and where that fails: the ground for every rule about routes, gateways and forwarding. */
import { contains, prefixOf, printIp, type Ip } from '../../address/ip.ts'
import { traceFlow } from '../../forwarding/index.ts'
import type { DropReason, Hop, Trace } from '../../forwarding/trace.ts'
import { isStack, type StackNode } from '../../infra/node.ts'
import type { Expectation } from '../../infra/parts.ts'
import type { Progress } from '../../reach/pair.ts'
import type { Span } from '../../text/span.ts'
import type { CheckContext } from '../check.ts'
import { oncePerPlane } from './once.ts'
import { endpointsOf } from './selectors.ts'
import { tunnelWays } from './tunnel-pairs.ts'
import { t } from '../../words.ts'

/** Somebody wrote that this should work. */
export interface Demand {
  readonly from: StackNode
  readonly fromInterface?: string
  readonly to: string
  /** Any one of them will do. */
  readonly addresses: readonly Ip[]
  readonly toNode?: string
  readonly proto: 'icmp' | 'tcp' | 'udp'
  readonly port?: number
  readonly at: Span
  /** "expected here", "its service", "its tunnel": where it is written, in words. */
  readonly words: string
  /** Of which service, where it is a backend's. */
  readonly service?: string
  /** It is a tunnel's remote. */
  readonly tunnel?: true
}

/** A demand that fails, with the place where its packet, or the answer, ends. */
export interface Failure {
  readonly demand: Demand
  readonly address: Ip
  readonly trace: Trace
  /** The packet arrived and its answer did not. */
  readonly returning: boolean
  readonly reason: DropReason | null
  readonly last: Hop
  readonly node: StackNode | undefined
}

// A list of tenants may stand for many thousand pairs; after so many the causes are known.
const mostDemands = 1500

export const demandsOf = oncePerPlane((context): readonly Demand[] => {
  const demands: Demand[] = []
  const ofExpectation = (one: Expectation): void => {
    if (one.kind === 'survive') one.keep.forEach(ofExpectation)
    if (one.kind !== 'reach' && one.kind !== 'path' && one.kind !== 'mtu') return
    const port = one.kind === 'reach' ? one.port?.value : undefined
    const said = one.kind === 'reach' ? one.proto?.value : undefined
    for (const source of one.from.flatMap((selector) => endpointsOf(context, selector))) {
      for (const target of one.to.flatMap((selector) => endpointsOf(context, selector))) {
        if (!source.node || source.node === target.node || demands.length >= mostDemands) continue
        demands.push({
          from: source.node, to: target.label, addresses: target.addresses, at: one.at, words: t('is expected here'),
          proto: port && port.protocol !== 'sctp' ? port.protocol : said === 'tcp' || said === 'udp' ? said : 'icmp',
          ...(source.interface !== undefined && { fromInterface: source.interface }),
          ...(target.node && !target.byAddress && { toNode: target.node.name }),
          ...(port && { port: port.first }),
        })
      }
    }
  }
  context.infra.expectations.forEach(ofExpectation)
  for (const service of context.infra.services.values()) {
    const balancer = service.on && context.infra.nodes.get(service.on.value)
    if (!balancer || !isStack(balancer)) continue
    for (const backend of service.backends) {
      const node = context.infra.nodes.get(backend.node)
      if (!node || !isStack(node) || node === balancer) continue
      const port = backend.port ?? service.port?.value.first
      const [target] = endpointsOf(context, { value: { kind: 'node', node: backend.node, interface: undefined }, at: backend.at })
      if (!target) continue
      demands.push({
        from: balancer, to: backend.node, addresses: target.addresses, toNode: node.name, at: backend.at,
        proto: port === undefined ? 'icmp' : service.port?.value.protocol === 'udp' ? 'udp' : 'tcp', words: t`is a backend of service ${service.name}`, service: service.name,
        ...(port !== undefined && { port }),
      })
    }
  }
  for (const { device, remote, state, edge } of tunnelWays(context)) {
    if (state.kind === 'self' || state.kind === 'unowned' || state.kind === 'outside' || edge?.verdict !== 'dropped') continue
    if (!isStack(device.node)) continue
    demands.push({
      from: device.node, to: printIp(remote.value), addresses: [remote.value], proto: 'icmp', at: remote.at,
      words: t`is the remote of ${device.node.name}:${device.interface.name}`, tunnel: true,
    })
  }
  return demands
})

/** A demand that is met, with the packet that shows it. */
export interface Pass {
  readonly demand: Demand
  readonly address: Ip
  readonly trace: Trace
}

interface Tried {
  readonly failures: readonly Failure[]
  readonly passes: readonly Pass[]
}

const tried = new WeakMap<object, Tried>()

/** Tries every demand; yields now and then. What it finds is kept for `failuresOf` and `passesOf`. */
export function* tryDemands(context: CheckContext): Generator<Progress, Tried> {
  const known = tried.get(context.plane)
  if (known) return known
  const demands = demandsOf(context)
  const failures: Failure[] = []
  const passes: Pass[] = []
  for (const [i, demand] of demands.entries()) {
    if (i % 16 === 15) yield { doing: t('following what is asked for'), done: i, of: demands.length }
    const result = tryOne(context, demand)
    if (result && 'last' in result) failures.push(result)
    else if (result) passes.push(result)
  }
  const all = { failures, passes }
  tried.set(context.plane, all)
  return all
}

function triedBy(context: CheckContext): Tried {
  const work = tryDemands(context)
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

/** All demands that fail, each with its first address. */
export const failuresOf = (context: CheckContext): readonly Failure[] => triedBy(context).failures
/** All demands that are met. */
export const passesOf = (context: CheckContext): readonly Pass[] => triedBy(context).passes

/** A failure only where every address fails; undefined where it cannot be known. */
function tryOne(context: CheckContext, demand: Demand): Failure | Pass | undefined {
  let first: Failure | undefined
  for (const address of demand.addresses) {
    const trace = traceFlow(context.plane, {
      from: demand.from.name, to: address, proto: demand.proto, size: demand.proto === 'icmp' ? 84 : 60, df: false,
      ...(demand.fromInterface !== undefined && { fromInterface: demand.fromInterface }),
      ...(demand.toNode !== undefined && { toNode: demand.toNode }),
      ...(demand.port !== undefined && { port: demand.port }),
    })
    if (trace.verdict === 'delivered') return { demand, address, trace }
    if (trace.verdict === 'unknown') return undefined
    const returning = trace.reason === 'no-return'
    const way = returning ? trace.reply : trace
    const last = way?.hops.at(-1)
    if (!way || !last || first) continue
    const node = context.infra.nodes.get(last.node)
    first = { demand, address, trace, returning, reason: way.reason, last, node: node && isStack(node) ? node : undefined }
  }
  return first
}

const arrowOf = ({ from, to }: Demand, address: Ip): string => `${from.name} → ${to === printIp(address) ? to : `${to} (${printIp(address)})`}`

/** "vm1 → vm2", with the port where one is asked for. */
export const pairOf = ({ demand, address }: Failure): string =>
  demand.port === undefined ? arrowOf(demand, address) : t`${arrowOf(demand, address)} port ${demand.port}/${demand.proto}`

export const counterexampleOf = ({ demand, address }: Failure): { from: string; to: string; proto: 'icmp' | 'tcp' | 'udp'; port?: number } => ({
  from: demand.from.name, to: printIp(address), proto: demand.proto, ...(demand.port !== undefined && { port: demand.port }),
})

/** The failures that end at one node, together. */
export function byNode(list: readonly Failure[]): ReadonlyMap<StackNode, readonly Failure[]> {
  const groups = new Map<StackNode, Failure[]>()
  for (const failure of list) {
    if (!failure.node || failure.node.opaque) continue
    const group = groups.get(failure.node)
    if (group) group.push(failure)
    else groups.set(failure.node, [failure])
  }
  return groups
}

/** Has the node any default route of that family, as written or by an interface's gateway? */
export const hasDefault = (node: StackNode, family: 4 | 6): boolean =>
  node.routes.some((route) => route.to.value.length === 0 && route.to.value.ip.family === family)
  || [...node.interfaces.values()].some((one) => one.gateways.some(({ value }) => value.family === family))

/**
 * Has the node a route or gateway that should lead to the address, and that Linux would not take? Then the missing route is
 * a consequence, and that route has a finding of its own.
 */
export const hasRefusedRoute = (node: StackNode, to: Ip): boolean =>
  node.routes.some((route) => contains(route.to.value, to)) || [...node.interfaces.values()].some((one) => one.gateways.some(({ value }) => value.family === to.family))

/** The prefix that an address of the file lives in, else the address alone. */
export function homeOf(context: Pick<CheckContext, 'infra'>, ip: Ip): { readonly ip: Ip; readonly length: number } {
  for (const node of context.infra.nodes.values()) {
    for (const one of node.interfaces.values()) {
      for (const { value } of one.addresses) {
        if (value.length !== undefined && value.ip.value === ip.value && value.ip.family === ip.family) return prefixOf(ip, value.length)
      }
    }
  }
  return { ip, length: ip.family === 4 ? 32 : 128 }
}

export const holds = (node: StackNode, ip: Ip): boolean =>
  [...node.interfaces.values()].some((one) => one.addresses.some(({ value }) => value.length !== undefined && contains(prefixOf(value.ip, value.length), ip)))
