/** An address on a device that is a port of a bridge or bond. */
import { printIp } from '../address/ip.ts'
import type { Value } from '../infra/change.ts'
import { isStack } from '../infra/node.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, labelOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'address-on-bridge-port',
  title: 'Address on a bridge port',
  severity: 'error',
  explanation: explain({
    what: 'A device that is a port of a bridge, ovs or bond has an address of its own.',
    why: 'The bridge takes every frame that comes in by the port before the IP layer sees it, so the address does not answer to anybody outside.',
    mend: 'Move the address to the bridge or bond itself.',
    wrong: 'eth0: { master: br0, address: 10.0.0.1/24 }\nbr0: { type: bridge }',
    right: 'eth0: { master: br0 }\nbr0: { type: bridge, address: 10.0.0.1/24 }',
  }),
  run(context, report) {
    for (const device of devicesOf(context.written)) {
      const { master, addresses } = device.interface
      const [first] = addresses
      const lord = master && device.node.interfaces.get(master.value)
      if (!isStack(device.node) || !first || !lord || lord.type.value === 'vrf') continue
      const node = device.node.name
      const value: Value = addresses.map((one) => (one.value.length === undefined ? printIp(one.value.ip) : `${printIp(one.value.ip)}/${one.value.length}`))
      const [only] = value
      report({
        at: first.at, subject: labelOf(device),
        message: t`${printIp(first.value.ip)} is on ${labelOf(device)}, a port of ${lord.name}, where nobody outside reaches it`,
        related: [{ message: t`it is a port of ${lord.name}`, at: master.at }],
        fixes: lord.addresses.length > 0 || addresses.length > 1 || only === undefined ? [] : [{
          title: t`Move it to ${lord.name}`, preferred: true,
          change: { kind: 'several', changes: [
            { kind: 'unset', part: { kind: 'interface', node, interface: device.interface.name }, key: 'address' },
            { kind: 'set', part: { kind: 'interface', node, interface: lord.name }, key: 'address', value: only },
          ] },
        }],
      })
    }
  },
}
