/** Equal-cost next hops over links of different speeds. */
import { contains } from '../address/ip.ts'
import { printBitRate } from '../address/quantity.ts'
import type { Span } from '../text/span.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { prefixesOf, stacksOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'ecmp-unequal',
  title: 'Equal paths of unequal speed',
  severity: 'information',
  explanation: explain({
    what: 'A route spreads flows evenly over next hops whose links have different bandwidths.',
    why: 'The slow link is full when the fast one is half empty; flows that hash onto it suffer.',
    mend: 'Use links of one speed, or take the slow one out of the group.',
    wrong: 'routes: [{ to: default, via: [192.0.2.2, 198.51.100.2] }]   # 10 and 1 Gbps',
    right: 'routes: [{ to: default, via: 192.0.2.2 }]',
  }),
  run(context, report) {
    for (const node of stacksOf(context.written)) {
      for (const route of node.routes) {
        if (route.via.length < 2) continue
        const rates = new Map<string, number>()
        let slowest: { rate: number; at: Span } | undefined
        for (const { value, at } of route.via) {
          const one = [...node.interfaces.values()].find((each) => prefixesOf(each).some(({ prefix }) => contains(prefix, value)))
          const link = one && context.written.links.find((each) => each.ends.some((end) => end.node === node.name && end.interface === one.name))
          const rate = link?.bandwidth?.value ?? one?.bandwidth?.value
          if (one && rate !== undefined) rates.set(one.name, rate)
          if (rate !== undefined && rate < (slowest?.rate ?? Infinity)) slowest = { rate, at }
        }
        if (new Set(rates.values()).size < 2) continue
        report({ at: route.at, subject: node.name, message: t`${node.name} spreads flows evenly over ${[...rates].map(([name, rate]) => `${name} (${printBitRate(rate)})`).join(t(' and '))}`, fixes: slowest ? [{ title: t('Leave the slowest away'), change: { kind: 'remove', at: slowest.at } }] : [] })
      }
    }
  },
}
