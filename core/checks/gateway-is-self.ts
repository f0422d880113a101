/** A gateway that is the stack's own address. */
import { printIp } from '../address/ip.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { keyOf, stacksOf } from './shared/model.ts'
import { nextHopsOf } from './shared/next-hops.ts'

export const check: Check = {
  code: 'gateway-is-self',
  title: 'Gateway is the node itself',
  severity: 'error',
  explanation: explain({
    what: 'The gateway of an interface, or the next hop of a route, is an address of the same stack.',
    why: 'Linux refuses it; the stack would hand its packets to itself.',
    mend: 'Name the router\'s address, or take the gateway away.',
    wrong: 'eth0: { address: 10.0.0.1/24, gateway: 10.0.0.1 }',
    right: 'eth0: { address: 10.0.0.1/24, gateway: 10.0.0.254 }',
  }),
  run(context, report) {
    for (const node of stacksOf(context.written)) {
      const own = new Map([...node.interfaces.values()].flatMap((one) => one.addresses.map(({ value, at }) => [keyOf(value.ip), { one, at }] as const)))
      const named = [
        ...[...node.interfaces.values()].flatMap((one) => one.gateways.map((gateway) => ({ ...gateway, subject: `${node.name}:${one.name}` }))),
        ...node.routes.flatMap((route) => route.via.map((via) => ({ ...via, subject: node.name }))),
      ]
      for (const { value, at, subject } of named) {
        const mine = own.get(keyOf(value))
        if (!mine) continue
        const real = context.infra.nodes.get(node.name)
        const [hop] = real && real.kind !== 'switch' ? nextHopsOf(context, real, value.family) : []
        report({
          at, subject,
          message: `the gateway ${printIp(value)} is ${node.name}'s own address on ${mine.one.name}`,
          related: [{ message: `${node.name}:${mine.one.name} has it`, at: mine.at }],
          fixes: hop ? [{ title: `Use ${printIp(hop.ip)} of ${hop.node.name}`, preferred: true, change: { kind: 'correct', at, value: printIp(hop.ip) } }] : [],
        })
      }
    }
  },
}
