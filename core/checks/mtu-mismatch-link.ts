/** The two ends of a link with different MTUs. */
import type { Fix } from '../infra/problem.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { deviceAt, labelOf, writtenOf, type Device } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'mtu-mismatch-link',
  title: 'Ends of a link have different MTUs',
  severity: 'warning',
  explanation: explain({
    what: 'The devices at the two ends of a link have different MTUs. A switch that takes more than the host at its port sends is none of them.',
    why: 'The larger end sends frames that the smaller one drops on reception, without any message: only large packets, only in one direction.',
    mend: 'Give both ends the same MTU, on the devices or once as the link\'s `mtu`.',
    wrong: 's1: { interfaces: { eth0: { mtu: 9000 } } }\ns2: { interfaces: { eth0: { } } }\nlinks: [[s1:eth0, s2:eth0]]',
    right: 's1: { interfaces: { eth0: { mtu: 9000 } } }\ns2: { interfaces: { eth0: { mtu: 9000 } } }\nlinks: [[s1:eth0, s2:eth0]]',
  }),
  run(context, report) {
    for (const [index, link] of context.infra.links.entries()) {
      const [a, b] = link.ends.map((end) => deviceAt(context.infra, end.node, end.interface))
      if (!a?.interface.mtu || !b?.interface.mtu || a.node.opaque || b.node.opaque) continue
      const [small, large] = a.interface.mtu.value <= b.interface.mtu.value ? [a, b] : [b, a]
      const least = small.interface.mtu?.value ?? 0
      const most = large.interface.mtu?.value ?? 0
      if (least === most) continue
      // A switch with room to spare, as they are sold: it says nothing of its own, and what its hosts may not send it has not got to pass on.
      if (large.node.kind === 'switch' && small.node.kind !== 'switch') continue
      const written = [a, b].map((end) => writtenOf(context, end)?.mtu)
      const here = written[1] ?? written[0]
      const [at, subject] = here ? [here.at, labelOf(here === written[1] ? b : a)] : [link.at, labelOf(b)]
      const other = here && here === written[1] ? a : b
      const set = (device: Device, mtu: number, preferred: boolean): readonly Fix[] => {
        const title = t`Set the MTU of ${labelOf(device)} to ${mtu}`
        if (writtenOf(context, device)) {
          return [{ title, preferred, change: { kind: 'set', part: { kind: 'interface', node: device.node.name, interface: device.interface.name }, key: 'mtu', value: mtu } }]
        }
        // An end that only the link declares takes the link's MTU.
        return link.mtu || link.origin.by !== 'text' || context.written.links[index] !== link
          ? []
          : [{ title, preferred, change: { kind: 'set', part: { kind: 'link', link: index }, key: 'mtu', value: mtu } }]
      }
      report({
        at, subject,
        message: t`${labelOf(a)} has MTU ${a.interface.mtu.value} and ${labelOf(b)} has ${b.interface.mtu.value}, on one link`,
        related: [{ message: t`${labelOf(other)} has ${other.interface.mtu?.value ?? 0}`, at: other.interface.mtu?.at ?? other.interface.at }],
        fixes: [...set(small, most, true), ...set(large, least, false)],
        counterexample: { from: large.node.name, to: small.node.name, size: most, df: true },
      })
    }
  },
}
