/** A master that takes no such port. */
import { isGuest } from '../infra/node.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, labelOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'stacked-master',
  title: 'Not a master for this device',
  severity: 'error',
  explanation: explain({
    what: 'The `master` is not a bridge, ovs, bond or vrf, or a bridge is put into another bridge, or a device into itself.',
    why: 'Linux refuses it (br_add_if: -ELOOP for a bridge in a bridge, -EOPNOTSUPP for others).',
    mend: 'Name a bridge, or join the two bridges with a veth pair or a patch port.',
    wrong: 'br1: { type: bridge, master: br0 }',
    right: 'eth1: { master: br0 }',
  }),
  run(context, report) {
    const takes = new Set(['bridge', 'ovs', 'bond', 'vrf'])
    for (const device of devicesOf(context.written)) {
      const { master, type } = device.interface
      const lord = master && (device.node.interfaces.get(master.value) ?? context.infra.nodes.get(device.node.name)?.interfaces.get(master.value))
      if (!lord || device.node.kind === 'switch') continue
      const bridges = (type.value === 'bridge' || type.value === 'ovs') && (lord.type.value === 'bridge' || lord.type.value === 'ovs' || lord.type.value === 'bond')
      const why = lord.name === device.interface.name ? t('is itself') : !takes.has(lord.type.value) ? t`is of type ${lord.type.value} and takes no ports` : bridges ? t`is a ${lord.type.value}, which takes no ${type.value} as a port` : undefined
      if (why === undefined) continue
      report({
        at: master.at, subject: labelOf(device), message: t`${lord.name}, the master of ${labelOf(device)}, ${why}`,
        related: [{ message: lord.name, at: lord.at }],
        fixes: [{ title: t('Take the master away'), change: { kind: 'unset', part: { kind: 'interface', node: device.node.name, interface: device.interface.name }, key: 'master' } }],
      })
    }
    for (const { node, interface: one } of devicesOf(context.written)) {
      if (one.type.value !== 'veth' || !one.attach || !isGuest(node) || !node.host) continue
      const host = context.infra.nodes.get(node.host.value)
      const to = host?.opaque ? undefined : host?.interfaces.get(one.attach.value)
      if (!host || !to || bridging.has(to.type.value)) continue
      report({
        at: one.attach.at, subject: `${node.name}:${one.name}`, message: t`${host.name}:${to.name}, which ${node.name}:${one.name} attaches to, is of type ${to.type.value} and takes no ports`,
        related: [{ message: to.name, at: to.at }],
        fixes: [...host.interfaces.values()].filter(({ type, origin }) => bridging.has(type.value) && origin?.by !== 'network').slice(0, 2).map(({ name }) => ({
          title: t`Attach it to ${name}`, change: { kind: 'correct', at: one.attach?.at ?? one.at, value: name },
        })),
      })
    }
  },
}

/** What a guest's veth or tap can be a port of. */
const bridging: ReadonlySet<string> = new Set(['bridge', 'ovs', 'bond', 'vrf'])
