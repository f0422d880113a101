/** A vxlan device that knows nowhere to send broadcasts. */
import { printIp } from '../address/ip.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, isUp, keyOf, labelOf } from './shared/model.ts'
import { localsOf, remotesOf } from './shared/tunnel-pairs.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-flood-missing',
  title: 'Nowhere to flood',
  severity: 'error',
  explanation: explain({
    what: 'A vxlan device has neither `remote` nor `group` nor `fdb`.',
    why: 'The first ARP request has nowhere to go (vxlan_xmit drops what the FDB does not know), so no conversation starts from here.',
    mend: 'Write the `remote` list of the other ends, or a multicast `group`.',
    wrong: 'vx: { type: vxlan, id: 7, local: 20.0.0.1 }',
    right: 'vx: { type: vxlan, id: 7, local: 20.0.0.1, remote: [20.0.0.2] }',
  }),
  run(context, report) {
    for (const device of devicesOf(context.written)) {
      const { type, tunnel } = device.interface
      if (type.value !== 'vxlan' || !isUp(device.interface) || device.node.opaque) continue
      if (tunnel?.group || (tunnel?.fdb.length ?? 0) > 0 || (tunnel?.remotes.length ?? 0) > 0) continue
      const locals = new Set(localsOf(device).map(keyOf))
      const others = [...devicesOf(context.written)].filter((other) =>
        other.interface.type.value === 'vxlan' && other.interface.tunnel?.id?.value === tunnel?.id?.value && remotesOf(other).some(({ value }) => locals.has(keyOf(value))))
      const remotes = others.flatMap((other) => localsOf(other).slice(0, 1))
      report({
        at: device.interface.at, subject: labelOf(device), message: t`${labelOf(device)} has no remote, group or fdb entry, so it floods to nobody`,
        related: others.slice(0, 10).map((other) => ({ message: t`${labelOf(other)} sends to it`, at: other.interface.at })),
        fixes: remotes.length === 0 ? [] : [{
          title: t`Flood to ${remotes.map(printIp).join(', ')}`, preferred: true,
          change: { kind: 'set', part: { kind: 'interface', node: device.node.name, interface: device.interface.name }, key: 'remote', value: remotes.map(printIp) },
        }],
      })
    }
  },
}
