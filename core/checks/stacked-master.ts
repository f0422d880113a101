/** A master that takes no such port, or a device that stands on itself. */
import { isGuest } from '../infra/node.ts'
import type { Check, CheckContext } from './check.ts'
import { explain } from './shared/explanation.ts'
import { deviceAt, devicesOf, labelOf, type Device } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'stacked-master',
  title: 'Not a master for this device',
  severity: 'error',
  explanation: explain({
    what: 'The `master` is not a bridge, ovs, bond or vrf, or a bridge is put into another bridge, or a device into itself; or devices stand on each other in a circle.',
    why: 'Linux refuses it (br_add_if: -ELOOP for a bridge in a bridge, -EOPNOTSUPP for others; __netdev_upper_dev_link: -EBUSY for a circle).',
    mend: 'Name a bridge, or join the two bridges with a veth pair or a patch port.',
    wrong: 'br1: { type: bridge, master: br0 }',
    right: 'eth1: { master: br0 }',
  }),
  run(context, report) {
    const takes = new Set(['bridge', 'ovs', 'bond', 'vrf'])
    const told = new Set<string>()
    for (const device of devicesOf(context.written)) {
      const { master, type } = device.interface
      const lord = master && (device.node.interfaces.get(master.value) ?? context.infra.nodes.get(device.node.name)?.interfaces.get(master.value))
      if (!lord || device.node.kind === 'switch') continue
      const bridges = (type.value === 'bridge' || type.value === 'ovs') && (lord.type.value === 'bridge' || lord.type.value === 'ovs' || lord.type.value === 'bond')
      const why = lord.name === device.interface.name ? t('is itself') : !takes.has(lord.type.value) ? t`is of type ${lord.type.value} and takes no ports` : bridges ? t`is a ${lord.type.value}, which takes no ${type.value} as a port` : undefined
      if (why === undefined) continue
      told.add(labelOf(device))
      report({
        at: master.at, subject: labelOf(device), message: t`${lord.name}, the master of ${labelOf(device)}, ${why}`,
        related: [{ message: lord.name, at: lord.at }],
        fixes: [{ title: t('Take the master away'), change: { kind: 'unset', part: { kind: 'interface', node: device.node.name, interface: device.interface.name }, key: 'master' } }],
      })
    }
    for (const circle of circlesIn(context)) {
      if (circle.some((device) => told.has(labelOf(device)))) continue
      const [last] = circle
      if (!last) continue
      report({
        at: (last.interface.link ?? last.interface.master ?? last.interface).at, subject: labelOf(last),
        message: t`${labelOf(last)} stands on itself: ${[...circle, last].map((device) => device.interface.name).join(' → ')}`,
        related: circle.slice(1).map((device) => ({ message: device.interface.name, at: device.interface.at })),
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

/** Devices that stand on what stands on them, on a `link` or as a master on its ports; each circle once, from its last device in file order. */
function circlesIn(context: CheckContext): readonly (readonly Device[])[] {
  const circles: Device[][] = []
  const seen = new Set<Device>()
  for (const device of [...devicesOf(context.written)].reverse()) {
    if (seen.has(device) || device.node.kind === 'switch') continue
    const circle = wayBack(context, device)
    for (const one of circle) seen.add(one)
    if (circle.length > 0) circles.push(circle)
  }
  return circles.reverse()
}

/** From a device over what it stands on, back to it; empty where nothing leads back. */
function wayBack(context: CheckContext, start: Device): Device[] {
  const queue: Device[][] = [[start]]
  const seen = new Set<string>()
  for (let way = queue.shift(); way; way = queue.shift()) {
    const { name, link } = way[way.length - 1]?.interface ?? start.interface
    const ports = [...start.node.interfaces.values()].filter(({ master }) => master?.value === name).map((port) => port.name)
    for (const below of [...(link ? [link.value] : []), ...ports]) {
      if (below === start.interface.name) return way
      const next = seen.has(below) ? undefined : deviceAt(context.written, start.node.name, below)
      seen.add(below)
      if (next) queue.push([...way, next])
    }
  }
  return []
}
