/** An answer that comes back another way, past something that must see both. */
import { isStack } from '../infra/node.ts'
import type { Check } from './check.ts'
import { byNode, counterexampleOf, failuresOf, pairOf, passesOf } from './shared/demands.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'asymmetric-path',
  title: 'Answer takes another way',
  severity: 'warning',
  explanation: explain({
    what: 'A packet and its answer take different ways, and a firewall with state or a translation stands on one of them only; or a strict reverse path filter (rp_filter 1) drops the packet, which is an error.',
    why: 'A stateful firewall that sees only half of a connection drops it sooner or later; a strict filter drops it at once (RFC 3704).',
    mend: 'Make the routes symmetric, or set `rp_filter` to 2 where asymmetry is meant.',
    wrong: 'sysctl: { rp_filter: 1 }   # and the route back leaves by another device',
    right: 'sysctl: { rp_filter: 2 }',
  }),
  run(context, report) {
    const strict = failuresOf(context).filter((failure) => /rp_filter/.test(`${failure.last.detail} ${failure.last.table ?? ''} ${failure.trace.because ?? ''}`))
    for (const [node, failures] of byNode(strict)) {
      const [first] = failures
      if (!first) continue
      report({
        at: first.last.at ?? node.at, subject: node.name, severity: 'error', message: t`the reverse path filter of ${node.name} drops ${pairOf(first)}: its route back leaves by another device`,
        related: failures.slice(0, 10).map((failure) => ({ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at })), counterexample: counterexampleOf(first),
      })
    }
    const told = new Set<string>()
    for (const { demand, trace } of passesOf(context)) {
      const on = (hops: readonly { readonly node: string; readonly step: string }[]): ReadonlySet<string> => new Set(hops.filter((hop) => hop.step === 'forward').map((hop) => hop.node))
      const there = on(trace.hops)
      const back = on(trace.reply?.hops ?? [])
      for (const name of [...there, ...back]) {
        const node = context.infra.nodes.get(name)
        if (!node || !isStack(node) || (there.has(name) && back.has(name)) || told.has(name)) continue
        const stateful = node.nat.length > 0 || (node.firewall?.forward?.rules ?? []).some((rule) => rule.state.length > 0)
        if (!stateful) continue
        told.add(name)
        report({
          at: node.at, subject: name, message: there.has(name) ? t`${demand.from.name} → ${demand.to} passes ${name} on the way there only, and ${name} keeps state` : t`${demand.from.name} → ${demand.to} passes ${name} on the way back only, and ${name} keeps state`,
          related: [{ message: `${demand.from.name} → ${demand.to} ${demand.words}`, at: demand.at }],
        })
      }
    }
  },
}
