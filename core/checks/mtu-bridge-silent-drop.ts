/** A bridge port that is smaller than what the members send through it. */
import { tunnelEdgesOf } from '../forwarding/index.ts'
import type { Change } from '../infra/change.ts'
import type { Check, CheckContext } from './check.ts'
import { explain } from './shared/explanation.ts'
import { deviceAt, deviceOn, isUp, labelOf, tunnelTypeOf, writtenOf, type Device } from './shared/model.ts'
import { segmentViews } from './shared/segments.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'mtu-bridge-silent-drop',
  title: 'Bridge port drops large frames silently',
  severity: 'error',
  explanation: explain({
    what: 'A port on the way between the members of a segment has a smaller MTU than they have.',
    why: 'A bridge neither fragments nor sends ICMP (br_dev_queue_push_xmit): frames that do not fit vanish, and path MTU discovery never learns of it.',
    mend: 'Raise the port\'s MTU, or lower the members\'.',
    wrong: 'eth0: { master: br0, mtu: 1400 }   # and the guests on br0 have 1500',
    right: 'eth0: { master: br0, mtu: 1500 }',
  }),
  run(context, report) {
    const inner = new Map<string, number>()
    for (const edge of tunnelEdgesOf(context.plane)) {
      const key = `${edge.node}:${edge.interface}`
      if (edge.innerMtu !== null) inner.set(key, Math.min(edge.innerMtu, inner.get(key) ?? Infinity))
    }
    const differing = new Set(context.infra.links.flatMap(({ ends }) => {
      const mtus = ends.map((end) => context.infra.nodes.get(end.node)?.interfaces.get(end.interface)?.mtu?.value)
      return mtus[0] === mtus[1] ? [] : ends.map((end) => `${end.node}:${end.interface}`)
    }))
    const told = new Set<string>()
    for (const { devices, segment } of segmentViews(context)) {
      const left = Math.min(...segment.carriers.map((carrier) => inner.get(carrier) ?? Infinity))
      let largest: Device | undefined
      let most = 0
      for (const device of devices) {
        const { mtu, type } = device.interface
        if (!mtu || !isUp(device.interface) || (type.value === 'bridge' && !writtenOf(context, device)?.mtu)) continue
        if (mtu.value <= left && mtu.value > most) [largest, most] = [device, mtu.value]
      }
      if (!largest || new Set(devices.map((device) => device.node)).size < 2) continue
      for (const carrier of segment.carriers) {
        const [node = '', name] = carrier.split(':')
        const owner = context.infra.nodes.get(node)
        if (!owner || name === undefined) continue
        const tunnel = deviceAt(context.infra, node, name)
        const ports = tunnel && tunnelTypeOf(tunnel.interface)
          ? [tunnel.interface]
          : [...owner.interfaces.values()].filter((one) => one.master?.value === name && !one.guestSide && !tunnelTypeOf(one))
        for (const port of ports) {
          const device = deviceOn(owner, port)
          const label = labelOf(device)
          const written = writtenOf(context, device)?.mtu
          // Of a tunnel only what was written: its default follows the underlay, and too small an underlay is its own finding.
          if (!port.mtu || !isUp(port) || port.mtu.value >= most || told.has(label) || differing.has(label)) continue
          if (tunnelTypeOf(port) && !written) continue
          told.add(label)
          // Both ends of the wire are one cause.
          const link = context.infra.links.find(({ ends }) => ends.some((end) => end.node === node && end.interface === port.name))
          const ends = link ? link.ends.flatMap((end) => deviceAt(context.infra, end.node, end.interface) ?? []) : [device]
          for (const end of ends) told.add(labelOf(end))
          const set = (all: readonly Device[], value: number): readonly Change[] => all.flatMap((one): readonly Change[] => (isWritable(context, one)
            ? [{ kind: 'set', part: { kind: 'interface', node: one.node.name, interface: one.interface.name }, key: 'mtu', value }]
            : []))
          const limit = port.mtu.value
          const raise = set(ends, most)
          const lower = set(devices.filter((one) => (one.interface.mtu?.value ?? 0) > limit && (one.interface.type.value !== 'bridge' || writtenOf(context, one)?.mtu)), limit)
          report({
            at: written?.at ?? port.at, subject: label,
            message: t`${label} takes frames of up to ${port.mtu.value} bytes, ${labelOf(largest)} sends up to ${most} through it; the bridge drops them silently`,
            related: [{ message: t`${labelOf(largest)} has MTU ${most}`, at: largest.interface.mtu?.at ?? largest.interface.at }],
            fixes: [
              ...(raise.length > 0 ? [{ title: t`Raise ${ends.map(labelOf).join(t(' and '))} to ${most}`, preferred: true, change: { kind: 'several', changes: raise } } as const] : []),
              ...(lower.length > 0 ? [{ title: t`Lower the members of the segment to ${limit}`, change: { kind: 'several', changes: lower } } as const] : []),
            ],
          })
        }
      }
    }
  },
}

/** Somebody wrote it, or a link that somebody wrote names it. */
const isWritable = (context: CheckContext, one: Device): boolean =>
  writtenOf(context, one) !== undefined || (one.interface.origin === undefined && context.written.nodes.get(one.node.name)?.origin.by === 'text')
