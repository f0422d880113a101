/** A member without IPv6 on a network that has it. */
import { printIp, printPrefix } from '../address/ip.ts'
import type { Check } from './check.ts'
import { freeAddress } from './shared/addresses.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, labelOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'ipv6-missing-peer',
  title: 'No IPv6 address here',
  severity: 'information',
  explanation: explain({
    what: 'The network has an IPv6 subnet, other members have an address in it, and this one has none.',
    why: 'Peers that prefer IPv6 try it first and wait before they fall back (RFC 8305).',
    mend: 'Give it an address of the IPv6 subnet; the quick fix proposes one.',
    wrong: 'vm2: { interfaces: { eth0: { network: blue, address: 10.0.0.2 } } }',
    right: 'vm2: { interfaces: { eth0: { network: blue, addresses: [10.0.0.2, "fd00::2"] } } }',
  }),
  run(context, report) {
    for (const network of context.written.networks.values()) {
      const subnet = network.subnets.find(({ value }) => value.ip.family === 6)
      if (!subnet) continue
      const members = [...devicesOf(context.written)].filter(({ interface: one }) => one.network?.value === network.name && one.addresses.length > 0 && !one.dhcp)
      const has = (family: 4 | 6) => (device: (typeof members)[number]): boolean => device.interface.addresses.some(({ value }) => value.ip.family === family)
      const dual = members.find(has(6))
      if (!dual) continue
      for (const device of members) {
        if (has(6)(device)) continue
        const free = freeAddress(context, subnet.value, subnet.value.ip)
        report({
          at: device.interface.addresses[0]?.at ?? device.interface.at, subject: labelOf(device),
          message: t`${labelOf(device)} has no address in ${printPrefix(subnet.value)} of network ${network.name}, ${labelOf(dual)} has`,
          related: [{ message: t`${labelOf(dual)} has IPv6`, at: dual.interface.at }],
          fixes: free ? [{
            title: t`Add ${printIp(free)}`,
            change: { kind: 'append', part: { kind: 'interface', node: device.node.name, interface: device.interface.name }, key: 'addresses', value: printIp(free) },
          }] : [],
        })
      }
    }
  },
}
