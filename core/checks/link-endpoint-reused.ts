/** A port that two links end in. */
import type { Span } from '../text/span.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { labelOfEnd } from './shared/model.ts'

export const check: Check = {
  code: 'link-endpoint-reused',
  title: 'Port is in two links',
  severity: 'error',
  explanation: explain({
    what: 'The same interface is an end of two links.',
    why: 'A wire has two ends, and a socket takes one plug.',
    mend: 'Give the second link a port of its own, or put a switch in between.',
    wrong: 'links:\n  - [s1:eth0, sw1:p1]\n  - [s1:eth0, sw2:p1]',
    right: 'links:\n  - [s1:eth0, sw1:p1]\n  - [s1:eth1, sw2:p1]',
  }),
  run(context, report) {
    const first = new Map<string, Span>()
    for (const link of context.infra.links) {
      for (const end of link.ends) {
        const label = labelOfEnd(end)
        const known = first.get(label)
        if (!known) first.set(label, end.at)
        else report({ at: end.at, subject: label, message: `${label} is already an end of another link`, related: [{ message: 'the other link', at: known }] })
      }
    }
  },
}
