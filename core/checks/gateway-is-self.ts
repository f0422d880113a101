/** A gateway that is the stack's own address. */
import { printIp, type Ip } from '../address/ip.ts'
import type { Interface } from '../infra/interface.ts'
import { isStack } from '../infra/node.ts'
import type { Span } from '../text/span.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { keyOf, labelOf, ownersOf, stacksOf } from './shared/model.ts'
import { nextHopsOf } from './shared/next-hops.ts'
import { oncePerNode } from './shared/once.ts'
import { sameSegment, segmentsByDevice } from './shared/segments.ts'
import { t } from '../words.ts'

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
      for (const { value, at, subject, mine } of ownGateways(node)) {
        // Another has the address as well: then it is the address that is wrong, and told as a duplicate.
        const owners = ownersOf(context).get(keyOf(value)) ?? []
        if (owners.some((one) => one.node.name !== node.name && sameSegment(segmentsByDevice(context).get(labelOf(one)), segmentsByDevice(context).get(`${node.name}:${mine.one.name}`)))) continue
        const real = context.infra.nodes.get(node.name)
        const [hop] = real && real.kind !== 'switch' ? nextHopsOf(context, real, value.family) : []
        report({
          at, subject,
          message: t`the gateway ${printIp(value)} is ${node.name}'s own address on ${mine.one.name}`,
          related: [{ message: t`${node.name}:${mine.one.name} has it`, at: mine.at }],
          fixes: hop ? [{ title: t`Use ${printIp(hop.ip)} of ${hop.node.name}`, preferred: true, change: { kind: 'correct', at, value: printIp(hop.ip) } }] : [],
        })
      }
    }
  },
}

interface OwnGateway {
  readonly value: Ip
  readonly at: Span
  readonly subject: string
  readonly mine: { readonly one: Interface; readonly at: Span }
}

const ownGateways = oncePerNode((node): readonly OwnGateway[] => {
  if (!isStack(node)) return []
  const interfaces = [...node.interfaces.values()]
  const own = new Map(interfaces.flatMap((one) => one.addresses.map(({ value, at }) => [keyOf(value.ip), { one, at }] as const)))
  const named = [
    ...interfaces.flatMap((one) => one.gateways.map((gateway) => ({ ...gateway, subject: `${node.name}:${one.name}` }))),
    ...node.routes.flatMap((route) => route.via.map((via) => ({ ...via, subject: node.name }))),
  ]
  return named.flatMap((each) => {
    const mine = own.get(keyOf(each.value))
    return mine ? [{ ...each, mine }] : []
  })
})
