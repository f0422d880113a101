/** A tunnel device that keeps Ethernet's MTU though the underlay leaves less. */
import { tunnelEdgesOf } from '../forwarding/index.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { deviceAt, labelOf, writtenOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'mtu-tunnel-over-default',
  title: 'Tunnel keeps 1500',
  severity: 'warning',
  explanation: explain({
    what: 'A tunnel device with an address of its own has a default MTU larger than what the encapsulation leaves: a vxlan device without `link` keeps 1500 whatever it runs over.',
    why: 'Its packets are fragmented by the host, or lost where the underlay forbids it. It is the classic trap of vxlan.',
    mend: 'Write the `mtu`, or name the underlay device as `link`, and Linux computes it.',
    wrong: 'vx0: { type: vxlan, id: 7, local: 20.0.0.1, remote: 20.0.0.2, address: 10.0.0.1/24 }',
    right: 'vx0: { type: vxlan, id: 7, local: 20.0.0.1, remote: 20.0.0.2, address: 10.0.0.1/24, link: eth0 }',
  }),
  run(context, report) {
    const told = new Set<string>()
    for (const { node, interface: name, innerMtu, outerMtu, verdict } of tunnelEdgesOf(context.plane)) {
      const device = deviceAt(context.infra, node, name)
      const written = device && writtenOf(context, device)
      if (!device || !written || written.mtu || innerMtu === null || verdict !== 'delivered') continue
      const mtu = device.interface.mtu?.value ?? 0
      const label = labelOf(device)
      if (mtu <= innerMtu || device.interface.addresses.length === 0 || device.interface.master || told.has(label)) continue
      told.add(label)
      report({
        at: device.interface.type.at, subject: label,
        message: t`${label} keeps its default MTU of ${mtu}, but its underlay of ${outerMtu ?? 0} leaves ${innerMtu}`,
        fixes: [{ title: t`Set its MTU to ${innerMtu}`, preferred: true, change: { kind: 'set', part: { kind: 'interface', node, interface: name }, key: 'mtu', value: innerMtu } }],
      })
    }
  },
}
