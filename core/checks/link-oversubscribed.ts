/** A switch whose uplinks carry less than a quarter of its downlinks. */
import { printBitRate } from '../address/quantity.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'link-oversubscribed',
  title: 'Uplinks are oversubscribed',
  severity: 'information',
  explanation: explain({
    what: 'The links of a switch or router down to servers add up to more than four times its links up.',
    why: 'When many servers talk out of the rack at once, each gets a fraction of its link.',
    mend: 'Add uplinks, or plan with the ratio that the message names.',
    wrong: '# 40 servers at 10 Gbps, one uplink of 40 Gbps',
    right: '# four uplinks of 100 Gbps',
  }),
  run(context, report) {
    const sums = new Map<string, { down: number; up: number; whole: boolean }>()
    for (const link of context.infra.links) {
      const [a, b] = link.ends
      for (const [here, there] of [[a, b], [b, a]] as const) {
        const node = context.infra.nodes.get(here.node)
        const other = context.infra.nodes.get(there.node)
        if (!node || !other || (node.kind !== 'switch' && node.kind !== 'router')) continue
        const entry = sums.get(node.name) ?? { down: 0, up: 0, whole: true }
        sums.set(node.name, entry)
        const rate = link.bandwidth?.value ?? node.interfaces.get(here.interface)?.bandwidth?.value ?? other.interfaces.get(there.interface)?.bandwidth?.value
        if (rate === undefined) entry.whole = false
        else if (other.kind === 'switch' || other.kind === 'router' || other.kind === 'external') entry.up += rate
        else entry.down += rate
      }
    }
    for (const [name, { down, up, whole }] of sums) {
      const node = context.written.nodes.get(name)
      if (!node || !whole || up === 0 || down <= up * 4) continue
      report({ at: node.at, subject: name, message: t`${name} has ${printBitRate(down)} down and ${printBitRate(up)} up: ${Math.round((down / up) * 10) / 10} to 1` })
    }
  },
}
