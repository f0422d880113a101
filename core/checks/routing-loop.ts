/** A packet that routers send round in a circle. */
import { contains, type Ip } from '../address/ip.ts'
import { isStack } from '../infra/node.ts'
import type { Span } from '../text/span.ts'
import type { Check, CheckContext } from './check.ts'
import { byNode, counterexampleOf, failuresOf, pairOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { listed } from './shared/names.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'routing-loop',
  title: 'Routing loop',
  severity: 'error',
  explanation: explain({
    what: 'A packet that is expected to arrive comes back to a router that it has already passed.',
    why: 'It goes round until its TTL is used up, and every packet to that destination loads the circle some sixty times.',
    mend: 'Correct the route that sends it back: usually a default route where a specific one, or a blackhole, belongs.',
    wrong: 'r1: { routes: [{ to: 10.0.0.0/8, via: 192.0.2.2 }] }\nr2: { routes: [{ to: default, via: 192.0.2.1 }] }',
    right: 'r2: { routes: [{ to: 10.2.0.0/16, via: 198.51.100.2 }, { to: default, via: 192.0.2.1 }] }',
  }),
  run(context, report) {
    const looping = failuresOf(context).filter((failure) => {
      if (failure.reason !== 'loop') return false
      const hops = failure.returning ? (failure.trace.reply?.hops ?? []) : failure.trace.hops
      return new Set(hops.filter((hop) => hop.step === 'forward').map((hop) => hop.node)).size > 1
    })
    for (const [node, failures] of byNode(looping)) {
      const [first] = failures
      if (!first) continue
      const hops = first.returning ? (first.trace.reply?.hops ?? []) : first.trace.hops
      const way: string[] = []
      for (const hop of hops) if (hop.step === 'forward' && way.at(-1) !== hop.node) way.push(hop.node)
      const round = way.slice(Math.max(0, way.indexOf(way.at(-1) ?? '')))
      const wrong = turning(context, round, first.address) ?? { at: hops.findLast((hop) => hop.step === 'route' && hop.at)?.at ?? node.at, node: node.name }
      report({
        at: wrong.at, subject: wrong.node, message: t`${listed([...new Set(failures.map(pairOf))])} goes round: ${round.slice(0, 6).join(' → ')}`,
        related: failures.slice(0, 10).map((failure) => ({ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at })),
        counterexample: counterexampleOf(first),
      })
    }
  },
}

/**
 * The route that sends it back, of those on the circle: the one that speaks of this destination most exactly, where the others
 * only hand on what they do not know. Undefined where none stands out.
 */
function turning(context: CheckContext, round: readonly string[], to: Ip): { readonly at: Span; readonly node: string } | undefined {
  const best = [...new Set(round)].map((name) => {
    const node = context.written.nodes.get(name)
    const routes = node && isStack(node) ? node.routes.filter((route) => contains(route.to.value, to)) : []
    const [longest] = [...routes].sort((a, b) => b.to.value.length - a.to.value.length)
    return { node: name, at: longest?.at, length: longest?.to.value.length ?? 0 }
  }).sort((a, b) => b.length - a.length)
  const [first, second] = best
  return first?.at && first.length > (second?.length ?? 0) ? { at: first.at, node: first.node } : undefined
}
