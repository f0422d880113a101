/** The two ends of a link with different speeds. */
import { printBitRate } from '../address/quantity.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { deviceAt, labelOf, writtenOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'speed-mismatch',
  title: 'Ends of a link have different speeds',
  severity: 'warning',
  explanation: explain({
    what: 'The devices at the two ends of a link state different bandwidths, or the link states more than a device has.',
    why: 'The link runs at the lower speed, or does not come up.',
    mend: 'State the same speed at both ends.',
    wrong: 's1: { interfaces: { eth0: { bandwidth: 10Gbps } } }\ns2: { interfaces: { eth0: { bandwidth: 25Gbps } } }\nlinks: [[s1:eth0, s2:eth0]]',
    right: 's1: { interfaces: { eth0: { bandwidth: 10Gbps } } }\ns2: { interfaces: { eth0: { bandwidth: 10Gbps } } }\nlinks: [[s1:eth0, s2:eth0]]',
  }),
  run(context, report) {
    for (const link of context.written.links) {
      const ends = link.ends.flatMap((end) => deviceAt(context.infra, end.node, end.interface) ?? [])
      const stated = ends.flatMap((device) => {
        const bandwidth = writtenOf(context, device)?.bandwidth
        return bandwidth ? [{ device, bandwidth }] : []
      })
      const [a, b] = stated
      if (a && b && a.bandwidth.value !== b.bandwidth.value) {
        report({
          at: b.bandwidth.at, subject: labelOf(b.device),
          message: t`${labelOf(a.device)} runs at ${printBitRate(a.bandwidth.value)} and ${labelOf(b.device)} at ${printBitRate(b.bandwidth.value)}, on one link`,
          related: [{ message: t`${labelOf(a.device)} runs at ${printBitRate(a.bandwidth.value)}`, at: a.bandwidth.at }],
          fixes: [{ title: t`Set ${labelOf(b.device)} to ${printBitRate(a.bandwidth.value).replace(' ', '')}`, change: { kind: 'set', part: { kind: 'interface', node: b.device.node.name, interface: b.device.interface.name }, key: 'bandwidth', value: printBitRate(a.bandwidth.value).replace(' ', '') } }],
        })
      }
    }
  },
}
