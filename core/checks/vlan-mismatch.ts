/** The two ends of a link give untagged frames to different VLANs. */
import type { Fix } from '../infra/problem.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { vlansOf, wiresOf, type Port } from './shared/layer2.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'vlan-mismatch',
  title: 'Ends of a link are in different VLANs',
  severity: 'error',
  explanation: explain({
    what: 'One end of a link is an access port of one VLAN, and the other end of another, or a trunk that does not carry it untagged.',
    why: 'Frames leave one VLAN and enter another: either nothing gets through, or two VLANs are joined that should be apart.',
    mend: 'Give both ends the same VLAN.',
    wrong: 'sw1: { vlan-aware: true, ports: { p1: { vlan: 10 } } }\nsw2: { vlan-aware: true, ports: { p1: { vlan: 20 } } }\nlinks: [[sw1:p1, sw2:p1]]',
    right: 'sw1: { vlan-aware: true, ports: { p1: { vlan: 10 } } }\nsw2: { vlan-aware: true, ports: { p1: { vlan: 10 } } }\nlinks: [[sw1:p1, sw2:p1]]',
  }),
  run(context, report) {
    for (const { ends, at } of wiresOf(context)) {
      const [a, b] = ends
      const [one, two] = [vlansOf(a), vlansOf(b)]
      if (!one || !two || (one.tagged.size > 0 && two.tagged.size > 0)) continue
      if (one.untagged === two.untagged) continue
      // A trunk that is without the access port's VLAN altogether, or tags it.
      const here = written(b) ?? written(a)
      const subject = here === written(b) && here ? b : a
      const other = subject === b ? a : b
      const [mine, theirs] = [vlansOf(subject), vlansOf(other)]
      report({
        at: here ?? at, subject: label(subject),
        message: t`${label(a)} is ${say(a)} and ${label(b)} is ${say(b)}, on one link`,
        related: [{ message: t`${label(other)} is ${say(other)}`, at: written(other) ?? at }],
        fixes: [
          ...(mine?.tagged.size === 0 && theirs?.tagged.size === 0 && theirs.untagged !== undefined ? set(subject, 'vlan', theirs.untagged, true) : []),
          ...(mine?.tagged.size === 0 && theirs?.tagged.size === 0 && mine.untagged !== undefined ? set(other, 'vlan', mine.untagged, false) : []),
          ...(mine && mine.tagged.size > 0 && theirs?.untagged !== undefined ? set(subject, 'native', theirs.untagged, true) : []),
          ...(theirs && theirs.tagged.size > 0 && mine?.untagged !== undefined ? set(other, 'native', mine.untagged, true) : []),
        ],
      })
    }

    function set(port: Port, key: string, value: number, preferred: boolean): readonly Fix[] {
      if (!context.written.nodes.get(port.node.name)?.interfaces.has(port.interface.name)) return []
      return [{
        title: key === 'vlan' ? t`Put ${label(port)} into VLAN ${value}` : t`Carry VLAN ${value} untagged on ${label(port)}`, preferred,
        change: { kind: 'set', part: { kind: 'interface', node: port.node.name, interface: port.interface.name }, key, value },
      }]
    }
  },
}

const label = (port: Port): string => `${port.node.name}:${port.interface.name}`
const written = (port: Port) => (port.interface.vlan ?? port.interface.trunk ?? port.interface.native)?.at

function say(port: Port): string {
  const vlans = vlansOf(port)
  if (!vlans) return t('in no VLAN')
  if (vlans.tagged.size === 0) return t`an access port of VLAN ${vlans.untagged ?? t('none')}${written(port) ? '' : t(' (the default)')}`
  return t`a trunk of ${[...vlans.tagged].join(', ')}${vlans.untagged === undefined ? t(' without a native VLAN') : t` with native VLAN ${vlans.untagged}`}`
}
