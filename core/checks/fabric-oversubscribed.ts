/** A fabric with more bandwidth down than up. */
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'fabric-oversubscribed',
  title: 'Fabric is oversubscribed',
  severity: 'information',
  explanation: explain({
    what: 'A leaf of the fabric has more links down to servers than up to spines, all of the same rate.',
    why: 'Servers under one leaf cannot all send out of it at their full rate; the ratio is in the message.',
    mend: 'Add spines, or take hosts away; equal numbers do not block.',
    wrong: 'dc: { type: leaf-spine, leaves: 4, spines: 2, hosts: 16 }',
    right: 'dc: { type: leaf-spine, leaves: 4, spines: 16, hosts: 16 }',
  }),
  run(context, report) {
    for (const fabric of context.written.fabrics.values()) {
      const hosts = fabric.numbers.get('hosts')
      const up = fabric.type.value === 'leaf-spine' ? fabric.numbers.get('spines') : fabric.type.value === 'three-tier' ? fabric.numbers.get('distribution') : undefined
      if (!hosts || !up || up.value <= 0 || hosts.value <= up.value) continue
      report({ at: hosts.at, message: t`${fabric.name} has ${hosts.value} links down and ${up.value} up at each leaf: ${Math.round((hosts.value / up.value) * 10) / 10} to 1` })
    }
  },
}
