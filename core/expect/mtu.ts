/** `mtu`: the largest packet that arrives, the least of all pairs and addresses. */
import { failed, passed, undecided, worse, type Judge, type Outcome } from './expectation.ts'
import { ask, endOf, exampleOf, pairLabel, pairsOf, unknownOf } from './shared/pairs.ts'
import { t } from '../words.ts'

const echo = { proto: 'icmp' } as const

export const judgeMtu: Judge<'mtu'> = function* (context, { from, to, atLeast }) {
  const pairs = pairsOf(context, from, to)
  if ('status' in pairs) return pairs
  let outcome: Outcome = passed
  let asked = 0
  for (const [i, pair] of pairs.entries()) {
    let delivered = false
    let lost: Outcome = failed(t`${pair.to.label} has no address that is up`)
    for (const address of pair.to.addresses) {
      if (asked++ % 16 === 15) yield { doing: t('judging path MTU'), done: i, of: pairs.length }
      const trace = ask(context, pair, address, echo)
      const label = pairLabel(pair, pair.to.addresses.length > 1 ? address : undefined, echo)
      if (trace.verdict === 'unknown' || (trace.verdict === 'delivered' && trace.pathMtu === null)) {
        lost = undecided(`${label}: ${unknownOf(trace)}`)
      } else if (trace.verdict === 'dropped') {
        if (lost.status !== 'undecided') lost = failed(`${label}: ${endOf(trace)}`, exampleOf(pair, address, echo))
      } else {
        delivered = true
        const mtu = trace.pathMtu ?? 0
        if (mtu < atLeast.value) {
          return failed(t`${label}: packets of up to ${mtu} bytes arrive, ${atLeast.value} are expected`, {
            ...exampleOf(pair, address, echo), size: atLeast.value, df: true,
          })
        }
      }
    }
    if (!delivered) outcome = worse(outcome, lost)
    if (outcome.status === 'fail') return outcome
  }
  return outcome
}
