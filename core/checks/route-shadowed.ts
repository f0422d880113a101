/** A route that another one with the same prefix and metric keeps from being used. */
import { printPrefix } from '../address/ip.ts'
import type { Span } from '../text/span.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { stacksOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'route-shadowed',
  title: 'Route is never used',
  severity: 'warning',
  explanation: explain({
    what: 'A stack has two routes to the same prefix with the same metric.',
    why: 'Linux takes the first and refuses the second ("File exists").',
    mend: 'Give one of them a higher `metric`, take it away, or write both next hops in one route (`via: [a, b]`).',
    wrong: 'routes: [{ to: 10.2.0.0/24, via: 192.0.2.2 }, { to: 10.2.0.0/24, via: 192.0.2.3 }]',
    right: 'routes: [{ to: 10.2.0.0/24, via: [192.0.2.2, 192.0.2.3] }]',
  }),
  run(context, report) {
    for (const node of stacksOf(context.written)) {
      const first = new Map<string, Span>()
      for (const route of node.routes) {
        // Two default routes have a check of their own.
        if (route.to.value.length === 0) continue
        const key = `${printPrefix(route.to.value)} ${route.metric?.value ?? 0} ${vrfOf(node.interfaces.get(route.dev?.value ?? '')?.master?.value)}`
        const known = first.get(key)
        if (!known) first.set(key, route.at)
        else {
          report({
            at: route.at, subject: node.name, message: t`${node.name} has two routes to ${printPrefix(route.to.value)} of metric ${route.metric?.value ?? 0}; this one is not used`,
            related: [{ message: t('the one that is used'), at: known }],
            fixes: [{ title: t('Take this route away'), preferred: true, change: { kind: 'remove', at: route.at } }],
          })
        }
      }
      function vrfOf(master: string | undefined): string {
        return master !== undefined && node.interfaces.get(master)?.type.value === 'vrf' ? master : 'main'
      }
    }
  },
}
