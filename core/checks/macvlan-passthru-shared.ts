/** A device that a passthru child has taken, and that others use too. */
import type { Check } from './check.ts'
import { childrenByParent } from './shared/children.ts'
import { explain } from './shared/explanation.ts'
import { labelOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'macvlan-passthru-shared',
  title: 'Passthru parent is shared',
  severity: 'error',
  explanation: explain({
    what: 'A macvlan or macvtap in mode passthru takes its parent over, and another child stands on the same parent.',
    why: 'Linux refuses the second one (macvlan_common_newlink: -EINVAL).',
    mend: 'Use mode bridge for all of them, or another parent.',
    wrong: 'm1: { type: macvlan, link: eth0, mode: passthru }\nm2: { type: macvlan, link: eth0, mode: bridge }',
    right: 'm1: { type: macvlan, link: eth0, mode: bridge }\nm2: { type: macvlan, link: eth0, mode: bridge }',
  }),
  run(context, report) {
    for (const [parent, children] of childrenByParent(context)) {
      const owner = children.find((child) => child.interface.mode?.value === 'passthru' || child.interface.type.value === 'passthrough')
      if (!owner || children.length < 2) continue
      for (const child of children) {
        if (child === owner) continue
        report({
          at: (child.interface.link ?? child.interface.attach)?.at ?? child.interface.at, subject: labelOf(child),
          message: t`${labelOf(child)} stands on ${parent}, which ${labelOf(owner)} has taken over`,
          related: [{ message: t`${labelOf(owner)} takes ${parent} over`, at: owner.interface.mode?.at ?? owner.interface.type.at }],
          // All that would take it over have to let it be shared.
          fixes: owner.interface.mode?.value === 'passthru' ? [{
            title: t`Let ${labelOf(owner)} share it, in mode bridge`,
            change: { kind: 'several', changes: children.flatMap(({ interface: { mode } }) => (mode?.value === 'passthru' ? [{ kind: 'correct', at: mode.at, value: 'bridge' } as const] : [])) },
          }] : [],
        })
      }
    }
  },
}
