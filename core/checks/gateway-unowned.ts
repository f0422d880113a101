/** A gateway that nobody answers to, where somebody needs it. */
import { contains, printIp } from '../address/ip.ts'
import type { Check } from './check.ts'
import { byNode, counterexampleOf, failuresOf, pairOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { deviceOn, keyOf, ownersOf, prefixesOf, writtenOf } from './shared/model.ts'
import { listed } from './shared/names.ts'
import { nextHopsOf } from './shared/next-hops.ts'

export const check: Check = {
  code: 'gateway-unowned',
  title: 'Nobody answers to the gateway',
  severity: 'warning',
  explanation: explain({
    what: 'A stack is asked to send by its gateway, and nobody on the segment has that address.',
    why: 'The ARP request is never answered; "host unreachable" after three seconds.',
    mend: 'Give the address to the router on that segment, or correct the gateway.',
    wrong: 'vm1: { interfaces: { eth0: { attach: br0, address: 10.0.0.1/24, gateway: 10.0.0.253 } } }   # the router is .254',
    right: 'vm1: { interfaces: { eth0: { attach: br0, address: 10.0.0.1/24, gateway: 10.0.0.254 } } }',
  }),
  run(context, report) {
    const lost = failuresOf(context).filter((failure) => failure.reason === 'neighbour-unreachable')
    for (const [node, failures] of byNode(lost)) {
      const own = [...node.interfaces.values()].flatMap((one) => prefixesOf(one))
      const gateways = [
        ...[...node.interfaces.values()].flatMap((one) => (writtenOf(context, deviceOn(node, one))?.gateways ?? []).map((gateway) => ({ ...gateway, subject: `${node.name}:${one.name}` }))),
        ...node.routes.filter((route) => route.to.value.length === 0).flatMap((route) => route.via.map((via) => ({ ...via, subject: node.name }))),
      ]
      // A destination on the node's own link needs no gateway.
      const far = failures.filter((failure) => failure.returning || !own.some(({ prefix }) => contains(prefix, failure.address)))
      const [first] = far
      const gateway = gateways.find(({ value }) => own.some(({ prefix }) => contains(prefix, value)) && !ownersOf(context).has(keyOf(value)))
      if (!first || !gateway) continue
      const hops = nextHopsOf(context, node, gateway.value.family)
      report({
        at: gateway.at, subject: gateway.subject,
        message: `nobody answers to the gateway ${printIp(gateway.value)} of ${node.name}: ${listed([...new Set(far.map(pairOf))])} ends there`,
        related: far.slice(0, 10).map((failure) => ({ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at })),
        fixes: hops.slice(0, 2).map(({ ip, node: router }, i) => ({
          title: `Use ${printIp(ip)} of ${router.name}`, preferred: i === 0, change: { kind: 'correct', at: gateway.at, value: printIp(ip) },
        })),
        counterexample: counterexampleOf(first),
      })
    }
  },
}
