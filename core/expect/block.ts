/** `block`: no first packet of any protocol arrives, or none to the port that is named. */
import type { Judge } from './expectation.ts'
import { kindsOf, noneArrives, publishedOf } from './shared/arrivals.ts'
import { asksOf } from './shared/asks.ts'
import { pairsOf } from './shared/pairs.ts'

export const judgeBlock: Judge<'block'> = function* (context, { from, to, port, proto }) {
  const pairs = pairsOf(context, from, to)
  if ('status' in pairs) return pairs
  const kinds = port || proto ? asksOf(port?.value, proto?.value) : kindsOf(context)
  if ('status' in kinds) return kinds
  return yield* noneArrives(context, pairs, kinds, port || proto ? undefined : publishedOf(context))
}
