/** Every pair that two lists of selectors stand for, and what a trace between them says. */
import { addToIp, contains, parseIp, printIp, type Ip } from '../../address/ip.ts'
import type { CheckContext } from '../../checks/check.ts'
import { endpointsOf, type Endpoint } from '../../checks/shared/selectors.ts'
import { reachEcho, traceFlow } from '../../forwarding/index.ts'
import type { Flow } from '../../forwarding/flow.ts'
import type { OneWay, Trace } from '../../forwarding/trace.ts'
import type { StackNode } from '../../infra/node.ts'
import type { Selector } from '../../infra/parts.ts'
import type { Counterexample } from '../../infra/problem.ts'
import { undecided, type Outcome } from '../expectation.ts'
import { t } from '../../words.ts'

export interface Pair {
  readonly from: Endpoint & { readonly node: StackNode }
  readonly to: Endpoint
}

/** The pairs of distinct stacks, or why there are none. */
export function pairsOf(context: CheckContext, from: readonly Selector[], to: readonly Selector[]): readonly Pair[] | Outcome {
  const sources = endpointsOfAll(context, from)
  const targets = endpointsOfAll(context, to)
  if ('status' in sources) return sources
  if ('status' in targets) return targets
  return pairUp(sources, targets)
}

/** Who the selectors name; a selector that names nobody leaves the expectation undecided. */
export function endpointsOfAll(context: CheckContext, selectors: readonly Selector[], bare: 'node' | 'tenant' = 'node'): readonly Endpoint[] | Outcome {
  const all: Endpoint[] = []
  for (const selector of selectors) {
    const some = endpointsOf(context, selector, bare)
    if (some.length === 0) return undecided(t`${nameOf(selector)} names nobody in this file`)
    all.push(...some.map((one) => withAnswers(one)))
  }
  return selectors.length === 0 ? undecided(t('it says not between whom')) : all
}

export function pairUp(sources: readonly Endpoint[], targets: readonly Endpoint[]): readonly Pair[] | Outcome {
  const pairs: Pair[] = []
  for (const from of sources) {
    if (!from.node) return undecided(t`no node has the address ${from.label}, so nobody can send from it`)
    for (const to of targets) if (to.node !== from.node) pairs.push({ from: { ...from, node: from.node }, to })
  }
  return pairs
}

export const nameOf = ({ value }: Selector): string => {
  switch (value.kind) {
    case 'address': return printIp(value.ip)
    case 'node': return value.interface === undefined ? value.node : `${value.node}:${value.interface}`
    default: return `${value.kind}:${value.name}`
  }
}

// Of an external that stands for everything: an address that is nobody's subnet in a sensible file (RFC 2544 keeps
// 198.18.0.0/15 for tests; this one is a public resolver, which "the Internet" certainly has).
const somewhere = [parseIp('1.1.1.1'), parseIp('2606:4700:4700::1111')]

/** An external without addresses of its own is reached by one that it answers for. */
function withAnswers(one: Endpoint): Endpoint {
  if (one.addresses.length > 0 || one.node?.kind !== 'external' || one.interface !== undefined) return one
  const { answers } = one.node
  const addresses: Ip[] = answers
    ? answers.map(({ value }) => (value.length === 0 ? somewhere.find((ip) => ip && contains(value, ip)) ?? value.ip : addToIp(value.ip, value.length >= 31 && value.ip.family === 4 ? 0 : 1)))
    : somewhere.flatMap((ip) => ip ?? [])
  return { ...one, addresses, byAddress: true }
}

export interface Ask {
  readonly proto: 'icmp' | 'tcp' | 'udp'
  readonly port?: number
}

export function flowOf({ from, to }: Pair, address: Ip, { proto, port }: Ask): Flow {
  return {
    from: from.node.name, to: address, proto, size: proto === 'icmp' ? 84 : 60, df: false,
    ...(from.interface !== undefined && { fromInterface: from.interface }),
    ...(to.node && !to.byAddress && { toNode: to.node.name }),
    ...(port !== undefined && { port }),
  }
}

export const ask = (context: CheckContext, pair: Pair, address: Ip, what: Ask): Trace => traceFlow(context.plane, flowOf(pair, address, what))

/** Whether an echo comes back, where that is known without following a packet hop by hop: what all pairs are counted by. */
export const echoArrives = ({ plane }: CheckContext, { from, to }: Pair, address: Ip, { proto }: Ask): boolean =>
  proto === 'icmp' && from.interface === undefined && to.node !== undefined && !to.byAddress && reachEcho(plane, from.node.name, to.node.name, address).verdict === 'delivered'

/** "web → db (10.0.0.5) 5432/tcp". */
export function pairLabel({ from, to }: Pair, address: Ip | undefined, { proto, port }: Ask): string {
  const where = address && printIp(address)
  const target = where === undefined || where === to.label ? to.label : `${to.label} (${where})`
  return `${from.label} → ${target}${proto === 'icmp' ? '' : ` ${port ?? ''}/${proto}`.replace(' /', ' ')}`
}

/** "dropped at s1: no-route". */
export function endOf(trace: Trace): string {
  if (trace.verdict === 'unknown') return unknownOf(trace)
  if (trace.reason === 'no-return' && trace.reply) return t`it arrives, and the answer is ${dropOf(trace.reply)}`
  return dropOf(trace)
}

export const unknownOf = (trace: Trace): string => {
  const way: OneWay = trace.reply?.verdict === 'unknown' ? trace.reply : trace
  return way.because ?? t`nobody can know what happens at ${way.hops.at(-1)?.node ?? t('the first node')}`
}

function dropOf(way: OneWay): string {
  const last = way.hops.at(-1)
  const because = way.because !== null && way.because !== way.reason ? ` (${way.because})` : ''
  return t`dropped${last ? t` at ${last.node}${last.interface === null ? '' : `:${last.interface}`}` : ''}: ${way.reason ?? t('no reason known')}${because}`
}

export const exampleOf = (pair: Pair, address: Ip, { proto, port }: Ask): Counterexample => ({
  from: pair.from.label, to: pair.to.byAddress || pair.to.addresses.length > 1 ? printIp(address) : pair.to.label, proto,
  ...(port !== undefined && { port }),
})

/** Did the first packet arrive, whatever became of the answer? */
export const arrived = (trace: Trace): boolean => trace.verdict === 'delivered' || trace.reason === 'no-return'
