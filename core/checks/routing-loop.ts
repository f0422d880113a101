/** A packet that routers send round in a circle. */
import type { Check } from './check.ts'
import { byNode, counterexampleOf, failuresOf, pairOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { listed } from './shared/names.ts'

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
      const last = hops.findLast((hop) => hop.step === 'route' && hop.at)
      report({
        at: last?.at ?? node.at, subject: node.name, message: `${listed([...new Set(failures.map(pairOf))])} goes round: ${round.slice(0, 6).join(' → ')}`,
        related: failures.slice(0, 10).map((failure) => ({ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at })),
        counterexample: counterexampleOf(first),
      })
    }
  },
}
