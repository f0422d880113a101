/** An interface name that Linux does not take. */
import { isStack } from '../infra/node.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, labelOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'name-too-long',
  title: 'Interface name too long',
  severity: 'warning',
  explanation: explain({
    what: 'The name of an interface has more than 15 characters.',
    why: 'Linux\'s names are 16 bytes with the closing zero (IFNAMSIZ); `ip link add` refuses longer ones.',
    mend: 'Shorten the name.',
    wrong: 'blue-tenant-bridge: { type: bridge }',
    right: 'br-blue: { type: bridge }',
  }),
  run(context, report) {
    for (const device of devicesOf(context.written)) {
      const { name, at } = device.interface
      if (!isStack(device.node) || name.length <= 15) continue
      report({ at, subject: labelOf(device), message: t`${name} on ${device.node.name} has ${name.length} characters, Linux takes 15` })
    }
  },
}
