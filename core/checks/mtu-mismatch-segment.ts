/** Members of one segment that send packets of different sizes. */
import { tunnelEdgesOf } from '../forwarding/index.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { isUp, labelOf, tunnelTypeOf, writtenOf, type Device } from './shared/model.ts'
import { segmentViews } from './shared/segments.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'mtu-mismatch-segment',
  title: 'Members of a segment have different MTUs',
  severity: 'error',
  explanation: explain({
    what: 'Two members of one broadcast domain have different MTUs.',
    why: 'A layer 2 segment has no one who could fragment or complain: what the larger sends, the smaller one\'s wire drops. TCP agrees on the smaller size and works, UDP and ICMP do not.',
    mend: 'Give all members of the segment the same MTU.',
    wrong: 'vm1: { interfaces: { eth0: { attach: br0, mtu: 1500 } } }\nvm2: { interfaces: { eth0: { attach: br0, mtu: 1400 } } }',
    right: 'vm1: { interfaces: { eth0: { attach: br0, mtu: 1400 } } }\nvm2: { interfaces: { eth0: { attach: br0, mtu: 1400 } } }',
  }),
  run(context, report) {
    const inner = new Map<string, number>()
    for (const edge of tunnelEdgesOf(context.plane)) {
      const key = `${edge.node}:${edge.interface}`
      if (edge.innerMtu !== null) inner.set(key, Math.min(edge.innerMtu, inner.get(key) ?? Infinity))
    }
    // Ends of a link that differ are told so by mtu-mismatch-link.
    const linked = new Set(context.infra.links.flatMap(({ ends }) => {
      const mtus = ends.map((end) => context.infra.nodes.get(end.node)?.interfaces.get(end.interface)?.mtu?.value)
      return mtus[0] === mtus[1] ? [] : ends.map((end) => `${end.node}:${end.interface}`)
    }))
    const told = new Set<string>()
    for (const { devices, segment } of segmentViews(context)) {
      const limit = Math.min(...segment.carriers.map((carrier) => inner.get(carrier) ?? Infinity))
      const members = devices.filter((device) => {
        const { mtu, type } = device.interface
        if (!mtu || !isUp(device.interface) || device.node.opaque || tunnelTypeOf(device.interface)) return false
        // A bridge's own device follows its ports unless it was told; what a tunnel is too small for is said by its own check.
        if ((type.value === 'bridge' || type.value === 'ovs') && !writtenOf(context, device)?.mtu) return false
        return mtu.value <= limit && !linked.has(labelOf(device))
      })
      const votes = new Map<number, Device[]>()
      for (const device of members) {
        const mtu = device.interface.mtu?.value ?? 0
        const list = votes.get(mtu)
        if (list) list.push(device)
        else votes.set(mtu, [device])
      }
      if (votes.size < 2) continue
      const [right, majority] = [...votes].reduce((best, one) => (one[1].length > best[1].length ? one : best))
      const [other] = majority
      for (const [mtu, list] of votes) {
        if (mtu === right || !other) continue
        for (const device of list) {
          const label = labelOf(device)
          if (told.has(label)) continue
          told.add(label)
          const written = writtenOf(context, device)
          const [large, small] = mtu > right ? [device, other] : [other, device]
          report({
            at: written?.mtu?.at ?? device.interface.at, subject: label,
            message: t`${label} has MTU ${mtu} and ${labelOf(other)} has ${right}, on the same segment`,
            related: [{ message: t`${labelOf(other)} has ${right}`, at: other.interface.mtu?.at ?? other.interface.at }],
            fixes: written ? [{ title: t`Set the MTU of ${label} to ${right}`, preferred: true, change: { kind: 'set', part: { kind: 'interface', node: device.node.name, interface: device.interface.name }, key: 'mtu', value: right } }] : [],
            counterexample: { from: large.node.name, to: small.node.name, size: Math.max(mtu, right), df: true },
          })
        }
      }
    }
  },
}
