/** A route that throws away what somebody expects to arrive. */
import { contains } from '../address/ip.ts'
import type { StackNode } from '../infra/node.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check, CheckContext } from './check.ts'
import { byNode, counterexampleOf, failuresOf, hasDefault, homeOf, pairOf, type Failure } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { listed } from './shared/names.ts'
import { routeFixes } from './shared/next-hops.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'blackhole',
  title: 'Route drops what is expected',
  severity: 'warning',
  explanation: explain({
    what: 'A packet that is expected to arrive meets a route of type blackhole or unreachable.',
    why: 'The route is there to drop what no more specific one covers, and the specific one is missing.',
    mend: 'Add the more specific route, or take the blackhole away.',
    wrong: 'routes: [{ to: 10.0.0.0/8, type: blackhole }]',
    right: 'routes: [{ to: 10.0.0.0/8, type: blackhole }, { to: 10.2.0.0/16, via: 192.0.2.2 }]',
  }),
  run(context, report) {
    for (const [node, failures] of byNode(failuresOf(context).filter((failure) => failure.reason === 'blackhole'))) {
      const [first] = failures
      if (!first) continue
      report({
        at: first.last.at ?? node.at, subject: node.name, message: t`${node.name} throws ${listed([...new Set(failures.map(pairOf))])} away by a route`,
        related: failures.slice(0, 10).map((failure) => ({ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at })),
        fixes: past(context, node, first),
        counterexample: counterexampleOf(first),
      })
    }
  },
}

/** Where another route leads there, without this one; else a longer one that wins. */
function past(context: CheckContext, node: StackNode, { address, last }: Failure): readonly Fix[] {
  const route = node.routes.find(({ at }) => at === last.at)
  if (!route || node.origin.by !== 'text') return []
  if (hasDefault(node, address.family) || node.routes.some((other) => other !== route && other.type === 'unicast' && contains(other.to.value, address))) {
    return [{ title: t('Take this route away'), change: { kind: 'remove', at: route.at } }]
  }
  return homeOf(context, address).length > route.to.value.length ? routeFixes(context, node, address, new Set()) : []
}
