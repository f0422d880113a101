/** An end system without a gateway that is asked to reach somebody off its link. */
import { contains, printIp } from '../address/ip.ts'
import { isGuest, type StackNode } from '../infra/node.ts'
import type { Check, CheckContext } from './check.ts'
import { byNode, counterexampleOf, failuresOf, hasDefault, pairOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { listed } from './shared/names.ts'
import { routeFixes } from './shared/next-hops.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'gateway-missing',
  title: 'No gateway',
  severity: 'warning',
  explanation: explain({
    what: 'An expectation, a service or a route asks a stack to send to somebody who is not on its link, and it has no gateway.',
    why: 'It can talk to its own segment only: "network is unreachable".',
    mend: 'Write a `gateway` on its interface, or a route.',
    wrong: 'vm1: { interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }',
    right: 'vm1: { interfaces: { eth0: { attach: br0, address: 10.0.0.1/24, gateway: 10.0.0.254 } } }',
  }),
  run(context, report) {
    const lost = failuresOf(context).filter((failure) =>
      !failure.returning && failure.reason === 'no-route' && failure.demand.tunnel !== true
      && failure.node === failure.demand.from && !hasDefault(failure.demand.from, failure.address.family) && !isHalfMade(context, failure.demand.from))
    for (const [node, failures] of byNode(lost)) {
      const [first] = failures
      if (!first) continue
      const one = [...node.interfaces.values()].find((each) => each.addresses.some(({ value }) => value.ip.family === first.address.family))
      report({
        at: one?.at ?? node.at, subject: one ? `${node.name}:${one.name}` : node.name,
        message: t`${node.name} has no gateway and no route to ${printIp(first.address)}: ${listed([...new Set(failures.map(pairOf))])} is not sent`,
        related: failures.slice(0, 10).map((failure) => ({ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at })),
        fixes: routeFixes(context, node, first.address, new Set()),
        counterexample: counterexampleOf(first),
      })
    }
  },
}

/** A name that is not there, or an address that does not fit its network, leaves an interface without a subnet: that is the cause, and told. */
function isHalfMade(context: CheckContext, node: StackNode): boolean {
  const host = isGuest(node) && node.host ? context.infra.nodes.get(node.host.value) : undefined
  return [...node.interfaces.values()].some((one) => {
    if (one.network) {
      const network = context.infra.networks.get(one.network.value)
      return !network || one.addresses.some(({ value }) => network.subnets.length > 0 && !network.subnets.some((subnet) => contains(subnet.value, value.ip)))
    }
    return one.attach !== undefined && (!host || !host.interfaces.has(one.attach.value))
  })
}
