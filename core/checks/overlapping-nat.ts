/** Two translations of one range to different addresses. */
import { contains, printPrefix } from '../address/ip.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { stacksOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'overlapping-nat',
  title: 'Two translations of one range',
  severity: 'warning',
  explanation: explain({
    what: 'Two rules of a stack translate overlapping source prefixes on the same device to different addresses.',
    why: 'The first one wins; the second only sees what the first leaves.',
    mend: 'Narrow the first rule, or put the more specific one first.',
    wrong: 'nat: [{ snat: 10.0.0.0/16, to: 198.51.100.1, out: eth0 }, { snat: 10.0.1.0/24, to: 198.51.100.2, out: eth0 }]',
    right: 'nat: [{ snat: 10.0.1.0/24, to: 198.51.100.2, out: eth0 }, { snat: 10.0.0.0/16, to: 198.51.100.1, out: eth0 }]',
  }),
  run(context, report) {
    for (const node of stacksOf(context.written)) {
      for (const [i, second] of node.nat.entries()) {
        if (second.kind === 'dnat') continue
        const first = node.nat.slice(0, i).find((one) =>
          // Only what lies wholly inside an earlier rule is never seen.
          one.kind !== 'dnat' && one.from.value.length <= second.from.value.length && contains(one.from.value, second.from.value.ip)
          && (one.out === undefined || one.out.value === second.out?.value))
        if (first?.kind === undefined || first.kind === 'dnat') continue
        report({
          at: second.at, subject: node.name, message: t`${printPrefix(second.from.value)} is already translated by the rule for ${printPrefix(first.from.value)} on ${node.name}`,
          related: [{ message: t('the rule that wins'), at: first.at }],
          fixes: [{ title: t('Take this rule away'), change: { kind: 'remove', at: second.at } }],
        })
      }
    }
  },
}
