/** A stack on the way that knows no route. */
import { bitsOf, contains, prefixOf, printIp } from '../address/ip.ts'
import type { Check } from './check.ts'
import { byNode, counterexampleOf, failuresOf, hasDefault, hasRefusedRoute, pairOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { listed } from './shared/names.ts'
import { routeFixes } from './shared/next-hops.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'no-route',
  title: 'No route on the way',
  severity: 'error',
  explanation: explain({
    what: 'A packet that is expected to arrive comes to a stack that has no route to its destination, or to a wireguard device none of whose peers is allowed it.',
    why: 'The stack drops it and answers "network is unreachable".',
    mend: 'Add a route to the destination\'s subnet there, or a default route.',
    wrong: 'r1: { routes: [] }   # and 10.2.0.0/24 is behind r2',
    right: 'r1: { routes: [{ to: 10.2.0.0/24, via: 192.0.2.2 }] }',
  }),
  run(context, report) {
    // A wireguard device sends to the peer that is allowed the destination, and to nobody else.
    for (const failure of failuresOf(context)) {
      const { last, node } = failure
      const device = last.interface === null ? undefined : node?.interfaces.get(last.interface)
      if (failure.reason !== 'tunnel' || !node || device?.type.value !== 'wireguard') continue
      const to = failure.returning ? failure.demand.from.name : printIp(failure.address)
      if (failure.returning || device.tunnel?.peers.some(({ allowed }) => allowed.some(({ value }) => contains(prefixOf(value.ip, value.length ?? bitsOf(value.ip.family)), failure.address)))) continue
      report({
        at: device.tunnel?.peers[0]?.at ?? device.at, subject: `${node.name}:${device.name}`,
        message: t`no peer of ${node.name}:${device.name} is allowed ${to}: ${pairOf(failure)} ends there`,
        related: [{ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at }],
        counterexample: counterexampleOf(failure),
      })
    }
    const lost = failuresOf(context).filter((failure) =>
      !failure.returning && failure.reason === 'no-route' && failure.demand.tunnel !== true
      && !(failure.node === failure.demand.from && !hasDefault(failure.demand.from, failure.address.family))
      && !(failure.node && hasRefusedRoute(failure.node, failure.address)))
    for (const [node, failures] of byNode(lost)) {
      const [first] = failures
      if (!first) continue
      const target = context.infra.nodes.get(first.demand.toNode ?? '')
      report({
        at: node.at, subject: node.name,
        message: t`${node.name} has no route to ${printIp(first.address)}: ${listed([...new Set(failures.map(pairOf))])} ends there`,
        related: failures.slice(0, 10).map((failure) => ({ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at })),
        fixes: routeFixes(context, node, first.address, new Set(target ? [target.name] : [])),
        counterexample: counterexampleOf(first),
      })
    }
  },
}
