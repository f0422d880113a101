/** `path`: the packet arrives, and passes through what is named. */
import { failed, passed, undecided, worse, type Judge, type Outcome } from './expectation.ts'
import { ask, endOf, exampleOf, pairLabel, pairsOf, unknownOf } from './shared/pairs.ts'
import { t } from '../words.ts'

const echo = { proto: 'icmp' } as const

export const judgePath: Judge<'path'> = function* (context, { from, to, through }) {
  const pairs = pairsOf(context, from, to)
  if ('status' in pairs) return pairs
  const stranger = through.find((name) => !context.infra.nodes.has(name.value))
  if (stranger) return undecided(t`${stranger.value} names nobody in this file`)
  let outcome: Outcome = passed
  let asked = 0
  for (const [i, pair] of pairs.entries()) {
    if (pair.to.addresses.length === 0) return failed(t`${pair.to.label} has no address that is up`)
    let found: Outcome | undefined
    let delivered = false
    for (const address of pair.to.addresses) {
      if (asked++ % 16 === 15) yield { doing: t('judging paths'), done: i, of: pairs.length }
      const trace = ask(context, pair, address, echo)
      const label = pairLabel(pair, pair.to.addresses.length > 1 ? address : undefined, echo)
      if (trace.verdict === 'delivered') {
        const way: string[] = []
        for (const hop of trace.hops) if (way.at(-1) !== hop.node) way.push(hop.node)
        const missing = through.filter((name) => !way.includes(name.value)).map((name) => name.value)
        delivered = true
        if (missing.length === 0) continue
        return failed(t`${label}: goes ${way.join(' → ')}, not through ${missing.join(', ')}`, { ...exampleOf(pair, address, echo), path: way })
      }
      const here = trace.verdict === 'unknown'
        ? undecided(`${label}: ${unknownOf(trace)}`)
        : failed(`${label}: ${endOf(trace)}`, exampleOf(pair, address, echo))
      found = found ? worse(found, here) : here
    }
    if (found && !delivered) outcome = worse(outcome, found)
    if (outcome.status === 'fail') return outcome
  }
  return outcome
}
