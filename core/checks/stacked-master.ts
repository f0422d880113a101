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
  for (const [name, { kind }] of context.written.nodes) {
    if (kind === 'switch') continue
    const below = belowIn(context, name)
    const seen = new Set<string>()
    for (const start of [...below.keys()].reverse()) {
      const circle = seen.has(start) ? [] : wayBack(below, start)
      for (const one of circle) seen.add(one)
      if (circle.length > 0) circles.push(circle.flatMap((one) => deviceAt(context.written, name, one) ?? []))
    }
  }
  return circles
}

/** By each device of a node that may be in a circle: the ones that it stands on. Whatever ends on the ground, or bears nothing, is in none. */
function belowIn({ written }: CheckContext, node: string): ReadonlyMap<string, ReadonlySet<string>> {
  const below = new Map<string, Set<string>>()
  const above = new Map<string, Set<string>>()
  const devices = written.nodes.get(node)?.interfaces ?? new Map<string, never>()
  for (const name of devices.keys()) {
    below.set(name, new Set())
    above.set(name, new Set())
  }
  const stand = (one: string, on: string): void => {
    if (!above.has(one) || !above.has(on)) return
    below.get(one)?.add(on)
    above.get(on)?.add(one)
  }
  for (const { name, link, master } of devices.values()) {
    if (link) stand(name, link.value)
    if (master) stand(master.value, name)
  }
  const loose = [...below.keys()]
  for (let name = loose.pop(); name !== undefined; name = loose.pop()) {
    const [under, over] = [below.get(name), above.get(name)]
    if (!under || !over || (under.size > 0 && over.size > 0)) continue
    below.delete(name)
    above.delete(name)
    for (const one of under) if (above.get(one)?.delete(name)) loose.push(one)
    for (const one of over) if (below.get(one)?.delete(name)) loose.push(one)
  }
  return below
}

/** The shortest way from a device over what it stands on back to it; empty where nothing leads back. */
function wayBack(below: ReadonlyMap<string, ReadonlySet<string>>, start: string): string[] {
  const from = new Map<string, string>()
  const queue = [start]
  for (const name of queue) {
    for (const next of below.get(name) ?? []) {
      if (next === start) {
        const way = [name]
        for (let at = from.get(name); at !== undefined; at = from.get(at)) way.push(at)
        return way.reverse()
      }
      if (from.has(next)) continue
      from.set(next, name)
      queue.push(next)
    }
  }
  return []
}
