/** `isolate`: no first packet passes between any two of the groups, either way; bare names are tenants. */
import type { Endpoint } from '../checks/shared/selectors.ts'
import { undecided, type Judge } from './expectation.ts'
import { kindsOf, noneArrives, publishedOf } from './shared/arrivals.ts'
import { endpointsOfAll, pairUp, type Pair } from './shared/pairs.ts'
import { t } from '../words.ts'

export const judgeIsolate: Judge<'isolate'> = function* (context, { groups }) {
  const sides: (readonly Endpoint[])[] = []
  for (const group of groups) {
    const members = endpointsOfAll(context, [group], 'tenant')
    if ('status' in members) return members
    sides.push(members)
  }
  if (sides.length < 2) return undecided(t('it takes two groups to be isolated from each other'))
  const pairs: Pair[] = []
  for (const [i, one] of sides.entries()) {
    for (const [j, two] of sides.entries()) {
      if (i === j) continue
      const some = pairUp(one, two)
      if ('status' in some) return some
      pairs.push(...some)
    }
  }
  return yield* noneArrives(context, pairs, kindsOf(context), publishedOf(context))
}
