/** A dynamic range that holds a static address, or leaves the subnet. */
import { contains, printIp, printPrefix, type Ip } from '../address/ip.ts'
import type { Check } from './check.ts'
import { freeAddress, spelled } from './shared/addresses.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, labelOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'dhcp-overlap',
  title: 'DHCP range collides',
  severity: 'error',
  explanation: explain({
    what: 'The range that the network leases from contains an address that a member has statically, contains the gateway, or is not inside the subnet.',
    why: 'Sooner or later the server leases an address that is already taken, and two guests share it.',
    mend: 'Move the static address out of the range, or the range away from it.',
    wrong: 'blue: { subnet: 10.0.0.0/24, dhcp: { range: 10.0.0.100-10.0.0.200 } }   # and vm1 has 10.0.0.150',
    right: 'blue: { subnet: 10.0.0.0/24, dhcp: { range: 10.0.0.100-10.0.0.200 } }   # and vm1 has 10.0.0.50',
  }),
  run(context, report) {
    const within = (range: { readonly first: Ip; readonly last: Ip }, ip: Ip): boolean =>
      ip.family === range.first.family && range.first.value <= ip.value && ip.value <= range.last.value
    for (const network of context.written.networks.values()) {
      const range = network.dhcp
      if (!range) continue
      const text = `${printIp(range.first)}-${printIp(range.last)}`
      const subnets = network.subnets.filter(({ value }) => value.ip.family === range.first.family)
      const [subnet] = subnets
      if (subnet && !subnets.some(({ value }) => contains(value, range.first) && contains(value, range.last))) {
        report({
          at: range.at, subject: `network:${network.name}`,
          message: t`the DHCP range ${text} of network ${network.name} is not inside ${printPrefix(subnet.value)}`,
          related: [{ message: t`${network.name} is ${printPrefix(subnet.value)}`, at: subnet.at }],
        })
      }
      for (const { value, at } of network.gateway?.addresses ?? []) {
        if (!within(range, value)) continue
        report({ at, subject: `network:${network.name}`, message: t`the gateway ${printIp(value)} of network ${network.name} is inside its DHCP range ${text}`, related: [{ message: t`the range ${text}`, at: range.at }] })
      }
      for (const device of devicesOf(context.written)) {
        if (device.interface.network?.value !== network.name) continue
        for (const { value, at } of device.interface.addresses) {
          if (!within(range, value.ip)) continue
          const home = subnets.find((one) => contains(one.value, value.ip))
          const free = home && freeAddress(context, home.value, home.value.ip)
          const better = free && spelled(free, value.length)
          report({
            at, subject: labelOf(device),
            message: t`${printIp(value.ip)} of ${labelOf(device)} is inside the DHCP range ${text} of network ${network.name}`,
            related: [{ message: t`the range ${text}`, at: range.at }],
            fixes: better === undefined ? [] : [{ title: t`Use ${better}`, preferred: true, change: { kind: 'correct', at, value: better } }],
          })
        }
      }
    }
  },
}
