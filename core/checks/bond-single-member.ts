/** A bond of one device. */
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'bond-single-member',
  title: 'Bond has one member',
  severity: 'warning',
  explanation: explain({
    what: 'A bond has fewer than two members.',
    why: 'It protects from nothing: the one cable, port or switch takes it down.',
    mend: 'Make a second device its member with `master`, or use the device itself.',
    wrong: 'bond0: { type: bond }\neth0: { master: bond0 }',
    right: 'bond0: { type: bond }\neth0: { master: bond0 }\neth1: { master: bond0 }',
  }),
  run(context, report) {
    for (const node of context.written.nodes.values()) {
      for (const one of node.interfaces.values()) {
        if (one.type.value !== 'bond') continue
        const members = [...node.interfaces.values()].filter((each) => each.master?.value === one.name)
        if (members.length > 1) continue
        report({
          at: one.at, subject: `${node.name}:${one.name}`, message: members[0] ? t`bond ${one.name} on ${node.name} has one member, ${members[0].name}` : t`bond ${one.name} on ${node.name} has no member`,
          related: members.map((each) => ({ message: t`${each.name} is its member`, at: each.at })),
        })
      }
    }
  },
}
