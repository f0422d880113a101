/** `reach`: packet and answer, for every pair; of several addresses one will do. */
import { failed, passed, undecided, worse, type Judge, type Outcome } from './expectation.ts'
import { asksOf } from './shared/asks.ts'
import { ask, echoArrives, endOf, exampleOf, pairLabel, pairsOf, unknownOf } from './shared/pairs.ts'
import { t } from '../words.ts'

export const judgeReach: Judge<'reach'> = function* (context, { from, to, port, proto }) {
  const pairs = pairsOf(context, from, to)
  if ('status' in pairs) return pairs
  const asks = asksOf(port?.value, proto?.value)
  if ('status' in asks) return asks
  let outcome: Outcome = passed
  let asked = 0
  for (const [i, pair] of pairs.entries()) {
    if (pair.to.addresses.length === 0) return failed(t`${pair.to.label} has no address that is up`)
    for (const what of asks) {
      let found: Outcome = passed
      for (const address of pair.to.addresses) {
        if (asked++ % 16 === 15) yield { doing: t('judging reach'), done: i, of: pairs.length }
        if (echoArrives(context, pair, address, what)) {
          found = passed
          break
        }
        const trace = ask(context, pair, address, what)
        if (trace.verdict === 'delivered') {
          found = passed
          break
        }
        const label = pairLabel(pair, pair.to.addresses.length > 1 ? address : undefined, what)
        const here = trace.verdict === 'unknown'
          ? undecided(`${label}: ${unknownOf(trace)}`)
          : failed(`${label}: ${endOf(trace)}`, exampleOf(pair, address, what))
        // As long as one address may still work, it is not known that none does.
        found = found === passed || here.status === 'undecided' ? here : found
      }
      outcome = worse(outcome, found)
      if (outcome.status === 'fail') return outcome
    }
  }
  return outcome
}

