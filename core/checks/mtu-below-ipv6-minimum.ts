/** IPv6 on a device that is too small for it. */
import { printIp } from '../address/ip.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, labelOf, writtenOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'mtu-below-ipv6-minimum',
  title: 'Too small for IPv6',
  severity: 'error',
  explanation: explain({
    what: 'An interface with an IPv6 address has an MTU under 1280.',
    why: 'No IPv6 link may be smaller (RFC 8200 section 5); Linux switches IPv6 off on such a device (addrconf_notify).',
    mend: 'Raise the MTU to 1280 at least, or take the IPv6 address away.',
    wrong: 'eth0: { address: "fd00::1/64", mtu: 1200 }',
    right: 'eth0: { address: "fd00::1/64", mtu: 1280 }',
  }),
  run(context, report) {
    for (const device of devicesOf(context.infra)) {
      const { mtu, addresses } = device.interface
      if (!mtu || mtu.value >= 1280) continue
      const six = addresses.find(({ value }) => value.ip.family === 6)
      if (!six) continue
      const written = writtenOf(context, device)
      report({
        at: written?.mtu?.at ?? six.at, subject: labelOf(device),
        message: t`${labelOf(device)} has the address ${printIp(six.value.ip)} and an MTU of ${mtu.value}; IPv6 needs 1280`,
        related: [{ message: t('the IPv6 address'), at: six.at }],
        fixes: written ? [{ title: t('Raise the MTU to 1280'), preferred: true, change: { kind: 'set', part: { kind: 'interface', node: device.node.name, interface: device.interface.name }, key: 'mtu', value: 1280 } }] : [],
      })
    }
  },
}
