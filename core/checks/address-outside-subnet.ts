/** An address, or a gateway, that is not in its network's subnet. */
import { contains, printIp, printPrefix, type Ip } from '../address/ip.ts'
import type { Check } from './check.ts'
import { freeAddress, spelled } from './shared/addresses.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, labelOf, networkOf, writtenOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'address-outside-subnet',
  title: 'Address outside its subnet',
  severity: 'error',
  explanation: explain({
    what: 'An interface joins a network with an address that the network does not contain, or the network\'s own gateway is outside it.',
    why: 'Neither the gateway nor the other members are on-link for it: it hears broadcasts, and reaches nobody.',
    mend: 'Take an address of the subnet; the quick fix proposes the next free one.',
    wrong: 'networks:\n  blue: { type: vxlan, id: 1, subnet: 10.0.0.0/24 }\nvms:\n  vm1: { interfaces: { eth0: { network: blue, address: 10.0.1.5 } } }',
    right: 'networks:\n  blue: { type: vxlan, id: 1, subnet: 10.0.0.0/24 }\nvms:\n  vm1: { interfaces: { eth0: { network: blue, address: 10.0.0.5 } } }',
  }),
  run(context, report) {
    for (const device of devicesOf(context.infra)) {
      const network = networkOf(context, device.interface)
      const written = writtenOf(context, device)
      if (!network || !written) continue
      for (const { value, at } of written.addresses) {
        const subnets = network.subnets.filter((subnet) => subnet.value.ip.family === value.ip.family)
        const [subnet] = subnets
        if (!subnet || subnets.some((one) => contains(one.value, value.ip))) continue
        const free = freeAddress(context, subnet.value, subnet.value.ip)
        const text = free && spelled(free, value.length === undefined ? undefined : subnet.value.length)
        report({
          at, subject: labelOf(device),
          message: t`${printIp(value.ip)} of ${labelOf(device)} is not in ${printPrefix(subnet.value)} of network ${network.name}`,
          related: [{ message: t`${network.name} is ${subnets.map((one) => printPrefix(one.value)).join(', ')}`, at: subnet.at }],
          fixes: text === undefined ? [] : [{ title: t`Use ${text}`, preferred: true, change: { kind: 'correct', at, value: text } }],
        })
      }
    }
    for (const network of context.written.networks.values()) {
      for (const { value, at } of network.gateway?.addresses ?? []) {
        const subnets = network.subnets.filter((subnet) => subnet.value.ip.family === value.family)
        const [subnet] = subnets
        if (!subnet || subnets.some((one) => contains(one.value, value))) continue
        const free: Ip | undefined = freeAddress(context, subnet.value, subnet.value.ip)
        report({
          at, subject: `network:${network.name}`,
          message: t`the gateway ${printIp(value)} is not in ${printPrefix(subnet.value)} of network ${network.name}`,
          related: [{ message: t`${network.name} is ${printPrefix(subnet.value)}`, at: subnet.at }],
          fixes: free ? [{ title: t`Use ${printIp(free)}`, preferred: true, change: { kind: 'correct', at, value: printIp(free) } }] : [],
        })
      }
    }
  },
}
