/** The two ends of a trunk with different native VLANs. */
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { vlansOf, wiresOf, type Port } from './shared/layer2.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'native-vlan-mismatch',
  title: 'Ends of a trunk differ in the native VLAN',
  severity: 'error',
  explanation: explain({
    what: 'The two ends of a trunk give untagged frames to different VLANs, or one end drops them.',
    why: 'What leaves one VLAN untagged arrives in another, or nowhere.',
    mend: 'Write the same `native` at both ends, or none at both.',
    wrong: 'sw1: { ports: { p1: { trunk: [10, 20], native: 1 } } }\nsw2: { ports: { p1: { trunk: [10, 20] } } }',
    right: 'sw1: { ports: { p1: { trunk: [10, 20], native: 1 } } }\nsw2: { ports: { p1: { trunk: [10, 20], native: 1 } } }',
  }),
  run(context, report) {
    const label = (port: Port): string => `${port.node.name}:${port.interface.name}`
    for (const { ends, at } of wiresOf(context)) {
      const [a, b] = ends
      const [one, two] = [vlansOf(a), vlansOf(b)]
      if (!one || !two || one.tagged.size === 0 || two.tagged.size === 0 || one.untagged === two.untagged) continue
      const say = (value: number | undefined): string => (value === undefined ? 'none' : String(value))
      const part = { kind: 'interface', node: b.node.name, interface: b.interface.name } as const
      const written = context.written.nodes.get(b.node.name)?.interfaces.has(b.interface.name) === true
      report({
        at: (b.interface.native ?? b.interface.trunk)?.at ?? at, subject: label(b),
        message: t`the native VLAN of ${label(a)} is ${say(one.untagged)}, that of ${label(b)} is ${say(two.untagged)}, on one link`,
        related: [{ message: t`${label(a)} has ${say(one.untagged)}`, at: (a.interface.native ?? a.interface.trunk)?.at ?? at }],
        fixes: !written ? [] : [one.untagged === undefined
          ? { title: t`Take the native VLAN of ${label(b)} away`, preferred: true, change: { kind: 'unset', part, key: 'native' } }
          : { title: t`Make ${one.untagged} the native VLAN of ${label(b)}`, preferred: true, change: { kind: 'set', part, key: 'native', value: one.untagged } }],
      })
    }
  },
}
