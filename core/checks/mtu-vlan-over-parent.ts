/** A device on top of another, with a larger MTU than it. */
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { deviceAt, devicesOf, labelOf, writtenOf } from './shared/model.ts'
import { t } from '../words.ts'

const children: ReadonlySet<string> = new Set(['vlan', 'macvlan', 'macvtap', 'ipvlan'])

export const check: Check = {
  code: 'mtu-vlan-over-parent',
  title: 'VLAN device larger than its parent',
  severity: 'error',
  explanation: explain({
    what: 'A vlan, macvlan or ipvlan device has a larger MTU than the device it stands on.',
    why: 'Linux refuses the setting, or cuts it down when the parent\'s MTU falls (vlan_dev_change_mtu); what was written is not what runs.',
    mend: 'Lower the device\'s MTU to the parent\'s, or raise the parent\'s. The four bytes of the VLAN tag do not count.',
    wrong: 'eth0: { mtu: 1500 }\nvlan5: { type: vlan, link: eth0, id: 5, mtu: 9000 }',
    right: 'eth0: { mtu: 9000 }\nvlan5: { type: vlan, link: eth0, id: 5, mtu: 9000 }',
  }),
  run(context, report) {
    for (const device of devicesOf(context.infra)) {
      if (!children.has(device.interface.type.value)) continue
      const written = writtenOf(context, device)
      if (!written?.mtu) continue
      const parent = device.interface.link
        ? deviceAt(context.infra, device.node.name, device.interface.link.value)
        : device.interface.hostSide && deviceAt(context.infra, device.interface.hostSide.node, device.interface.hostSide.interface)
      const limit = parent?.interface.mtu
      if (!parent || !limit || written.mtu.value <= limit.value) continue
      const label = labelOf(device)
      const set = (one: typeof device, value: number, title: string, preferred: boolean) => ({
        title, preferred,
        change: { kind: 'set', part: { kind: 'interface', node: one.node.name, interface: one.interface.name }, key: 'mtu', value },
      } as const)
      report({
        at: written.mtu.at, subject: label,
        message: t`${label} has MTU ${written.mtu.value}, its parent ${labelOf(parent)} only ${limit.value}`,
        related: [{ message: t`${labelOf(parent)} has ${limit.value}`, at: writtenOf(context, parent)?.mtu?.at ?? parent.interface.at }],
        fixes: [
          set(device, limit.value, t`Lower it to ${limit.value}`, true),
          ...(writtenOf(context, parent) ? [set(parent, written.mtu.value, t`Raise ${labelOf(parent)} to ${written.mtu.value}`, false)] : []),
        ],
      })
    }
  },
}
