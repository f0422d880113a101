/** A stack that is asked to route and does not forward. */
import { contains, printIp, printPrefix } from '../address/ip.ts'
import { isStack, type StackNode } from '../infra/node.ts'
import type { Related } from '../infra/problem.ts'
import type { Check, Finding } from './check.ts'
import { byNode, counterexampleOf, failuresOf, pairOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { forwards, keyOf, ownersOf, stacksOf } from './shared/model.ts'
import { listed } from './shared/names.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'forwarding-off',
  title: 'Asked to route, but forwarding is off',
  severity: 'error',
  explanation: explain({
    what: 'Packets are sent to a stack as to a router, and it does not forward. Only routers forward by default; on servers, VMs and containers `net.ipv4.ip_forward` is 0, as on Linux.',
    why: 'The packets are dropped silently. The stack still answers for its own addresses, so a ping of the gateway works and misleads.',
    mend: 'Write `forwarding: true` on it, or send the packets elsewhere.',
    wrong: 's1: { interfaces: { br0: { type: bridge, address: 10.0.0.254/24 } } }   # and vm1\'s gateway is 10.0.0.254',
    right: 's1: { forwarding: true, interfaces: { br0: { type: bridge, address: 10.0.0.254/24 } } }',
  }),
  run(context, report) {
    const told = new Set<string>()
    const say = (node: StackNode, why: string, related: readonly Related[], more: Partial<Finding> = {}): void => {
      told.add(node.name)
      report({
        at: node.forwarding?.at ?? node.at, subject: node.name,
        message: t`${node.name} is asked to forward and does not: ${why}`,
        related,
        fixes: context.written.nodes.has(node.name)
          ? [{ title: t`Turn forwarding on at ${node.name}`, preferred: true, change: { kind: 'set', part: { kind: 'node', node: node.name }, key: 'forwarding', value: true } }]
          : [],
        ...more,
      })
    }
    const off = failuresOf(context).filter((failure) => failure.reason === 'forwarding-off')
    for (const [node, failures] of byNode(off)) {
      const [first] = failures
      if (!first) continue
      say(node, listed([...new Set(failures.map(pairOf))], 3), failures.slice(0, 10).map((failure) => ({ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at })), {
        counterexample: counterexampleOf(first),
      })
    }
    // A written route to a prefix names its next hop as a router.
    for (const node of stacksOf(context.written)) {
      for (const route of node.routes) {
        if (route.to.value.length === 0 || route.type !== 'unicast') continue
        for (const { value, at } of route.via) {
          const owner = ownersOf(context).get(keyOf(value))?.find((one) => one.node.name !== node.name)
          if (!owner || !isStack(owner.node) || forwards(owner.node) || owner.node.kind === 'external' || owner.node.opaque || told.has(owner.node.name)) continue
          // To the next hop's own address it need not forward.
          const host = owner.node
          if ([...host.interfaces.values()].some((one) => one.addresses.some((address) => contains(route.to.value, address.value.ip) && keyOf(address.value.ip) !== keyOf(value) && route.to.value.length >= 31))) continue
          say(host, t`${node.name} sends ${printPrefix(route.to.value)} to its ${printIp(value)}`, [{ message: t`the route of ${node.name}`, at }])
        }
      }
    }
  },
}
