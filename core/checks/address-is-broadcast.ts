/** An address that is its subnet's broadcast address. */
import { lastOf, prefixOf, printIp, printPrefix } from '../address/ip.ts'
import { isStack } from '../infra/node.ts'
import type { Check } from './check.ts'
import { freeAddress, spelled } from './shared/addresses.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, labelOf } from './shared/model.ts'

export const check: Check = {
  code: 'address-is-broadcast',
  title: 'Address is the broadcast address',
  severity: 'error',
  explanation: explain({
    what: 'The interface\'s address is the last one of its prefix, which stands for the subnet\'s broadcast.',
    why: 'No host may use it (RFC 1122 section 3.2.1.3); others do not send to it, or send to all. A /31 has neither (RFC 3021), nor has IPv6.',
    mend: 'Take another address of the subnet; the quick fix proposes the next free one.',
    wrong: 'eth0: { address: 10.0.0.255/24 }',
    right: 'eth0: { address: 10.0.0.1/24 }',
  }),
  run(context, report) {
    for (const device of devicesOf(context.written)) {
      if (!isStack(device.node)) continue
      for (const { value, at } of device.interface.addresses) {
        if (value.ip.family === 6 || value.length === undefined || value.length > 30) continue
        const prefix = prefixOf(value.ip, value.length)
        if (value.ip.value !== lastOf(prefix).value) continue
        const free = freeAddress(context, prefix, value.ip)
        const text = free && spelled(free, value.length)
        report({
          at, subject: labelOf(device),
          message: `${printIp(value.ip)} of ${labelOf(device)} is the broadcast address of ${printPrefix(prefix)}`,
          fixes: text === undefined ? [] : [{ title: `Use ${text}`, preferred: true, change: { kind: 'correct', at, value: text } }],
        })
      }
    }
  },
}
