/** `path`: the packet arrives, and passes through what is named, by whichever of several equal ways it goes. */
import { waysOf } from '../forwarding/index.ts'
import { failed, passed, undecided, worse, type Judge, type Outcome } from './expectation.ts'
import { ask, endOf, exampleOf, flowOf, pairLabel, pairsOf, unknownOf } from './shared/pairs.ts'
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
        delivered = true
        // The traced way is the first.
        const { ways, all } = trace.choices === undefined ? { ways: [], all: true } : waysOf(context.plane, flowOf(pair, address, echo))
        const around = [way, ...ways].find((one) => !through.every(({ value }) => one.includes(value)))
        if (around) {
          const missing = through.filter(({ value }) => !around.includes(value)).map(({ value }) => value)
          const places = [label, around.join(' → '), missing.join(', ')] as const
          const said = around === way ? t`${places[0]}: goes ${places[1]}, not through ${places[2]}` : t`${places[0]}: may as well go ${places[1]}, not through ${places[2]}`
          return failed(said, { ...exampleOf(pair, address, echo), path: around })
        }
        if (!all) outcome = worse(outcome, undecided(t`${label}: there are more equal ways than are followed`))
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
