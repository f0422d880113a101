/** Front door: what holds now, written down as expectations in one edit. */
import type { Analysis } from './analysis.ts'
import { judgeOne } from './expect/index.ts'
import { expectationsNow } from './expect/now.ts'
import type { Change } from './infra/change.ts'
import type { Progress } from './reach/pair.ts'

/** The change that adds what holds and is not said yet; how many entries it adds, nought where there is nothing to say. */
export function* writeExpectations(analysis: Analysis): Generator<Progress, { readonly change: Change; readonly count: number }> {
  const { written, realised, plane, readings } = analysis
  const values = yield* expectationsNow({ written, infra: realised.infra, plane }, judgeOne)
  const home = readings[0]?.source.uri ?? ''
  return { count: values.length, change: { kind: 'in-turn', home, changes: values.map((value) => ({ kind: 'add-expectation', value })) } }
}
