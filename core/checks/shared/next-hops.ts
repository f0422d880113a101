/** Which neighbours could be a node's next hop: for fixes that add a gateway or a route. */
import { contains, printIp, type Ip } from '../../address/ip.ts'
import { traceFlow } from '../../forwarding/index.ts'
import { isStack, type StackNode } from '../../infra/node.ts'
import type { Fix } from '../../infra/problem.ts'
import { defaultPrefix, printPrefix } from '../../address/ip.ts'
import type { CheckContext } from '../check.ts'
import { homeOf } from './demands.ts'
import { forwards, keyOf, prefixesOf, stacksOf, type IpKey } from './model.ts'
import { oncePerPlane } from './once.ts'
import { segmentsByDevice } from './segments.ts'
import { t } from '../../words.ts'

export interface NextHop {
  readonly node: StackNode
  readonly ip: Ip
  /** The device of the asking node that it is behind. */
  readonly dev: string
}

/** Neighbours that forward, with an address that the node is on-link with; in file order. */
export function nextHopsOf(context: CheckContext, node: StackNode, family: 4 | 6): readonly NextHop[] {
  const segments = segmentsByDevice(context)
  const found: NextHop[] = []
  for (const one of node.interfaces.values()) {
    const own = prefixesOf(one).filter(({ ip }) => ip.family === family)
    if (own.length === 0) continue
    for (const view of segments.get(`${node.name}:${one.name}`) ?? []) {
      for (const other of view.devices) {
        if (other.node === node || !isStack(other.node) || !forwards(other.node)) continue
        for (const { value } of other.interface.addresses) {
          if (own.some(({ prefix }) => contains(prefix, value.ip))) found.push({ node: other.node, ip: value.ip, dev: one.name })
        }
      }
    }
  }
  return found
}

/** Every gateway that somebody in the file sends to. */
const gatewaysOf = oncePerPlane((context): ReadonlySet<IpKey> => new Set(stacksOf(context.infra).flatMap((node) => [
  ...[...node.interfaces.values()].flatMap((one) => one.gateways.map(({ value }) => keyOf(value))),
  ...node.routes.filter((route) => route.to.value.length === 0).flatMap((route) => route.via.map(({ value }) => keyOf(value))),
])))

/**
 * Gives the node a way to an address: a gateway on its interface when it is an end system without any, else a route to the
 * address's own prefix. `towards` names nodes that are known to lie on the way; those come first.
 */
export function routeFixes(context: CheckContext, node: StackNode, to: Ip, towards: ReadonlySet<string>): readonly Fix[] {
  const written = context.written.nodes.get(node.name)
  if (!written || !isStack(written)) return []
  const hops = nextHopsOf(context, node, to.family)
  // A neighbour that reaches the address itself, without coming back, is the one to send to.
  const reaches = (hop: NextHop): boolean => {
    const trace = traceFlow(context.plane, { from: hop.node.name, to, proto: 'icmp', size: 84, df: false })
    return (trace.verdict === 'delivered' || trace.reason === 'no-return') && !trace.hops.some((step) => step.node === node.name && step.step !== 'deliver')
  }
  // Of two that both lead there, the one that the neighbours send to.
  const usual = gatewaysOf(context)
  const rank = (hop: NextHop): number => (reaches(hop) ? 0 : 2) + (towards.has(hop.node.name) ? 0 : 1) - (usual.has(keyOf(hop.ip)) ? 0.5 : 0)
  const ranked = hops.slice(0, 8).map((hop) => ({ hop, rank: rank(hop) })).sort((a, b) => a.rank - b.rank)
  const best = ranked.filter((each) => each.rank < 2)
  const likely = (best.length > 0 ? best : ranked).slice(0, 2).map((each) => each.hop)
  const endSystem = !forwards(node)
  return likely.map(({ ip, dev, node: via }, i): Fix => {
    const text = printIp(ip)
    if (endSystem && written.interfaces.get(dev)) {
      return {
        title: t`Make ${text} of ${via.name} the gateway of ${node.name}:${dev}`, preferred: i === 0,
        change: { kind: 'set', part: { kind: 'interface', node: node.name, interface: dev }, key: 'gateway', value: text },
      }
    }
    const prefix = endSystem ? printPrefix(defaultPrefix(to.family)) : printPrefix(homeOf(context, to))
    const target = endSystem ? 'default' : prefix
    return {
      title: t`Add a route to ${target} via ${text} of ${via.name} on ${node.name}`, preferred: i === 0,
      change: { kind: 'append', part: { kind: 'node', node: node.name }, key: 'routes', value: { to: target, via: text } },
    }
  })
}
