/** Front door: what is written now against what was written before. */
import { compile, type Plane } from './forwarding/index.ts'
import type { Analysis } from './analysis.ts'
import { draw, type DrawOptions } from './diagram/index.ts'
import { compareElements, comparePairs, endsToCompare, ghostsOf, type ElementDifference, type Ghosts, type PairDifferences } from './difference/index.ts'
import type { Reading } from './formats/format.ts'
import { joinReadings } from './infra/join.ts'
import type { Infra } from './infra/infra.ts'
import type { Problem } from './infra/problem.ts'
import type { Progress } from './reach/pair.ts'
import { realize } from './realize/index.ts'

export type { ElementDifference, PairDifference } from './difference/index.ts'

/** A text that is only compared with: nobody asks what is wrong in it. */
export interface Past {
  readonly written: Infra
  readonly realised: Infra
  readonly plane: Plane
  /** What of it could not be read. */
  readonly faults: readonly Problem[]
}

/** Of what did not change since, the present analysis lends its tables. */
export function pastOf(readings: readonly Reading[], present: Analysis): Past {
  const { infra: written } = joinReadings(readings)
  const { infra: realised } = realize(written, present.realised)
  return { written, realised, plane: compile(realised, present.plane), faults: readings.flatMap(({ problems }) => problems).filter(({ severity }) => severity === 'error') }
}

export interface Comparison extends PairDifferences {
  readonly elements: readonly ElementDifference[]
  readonly ghosts: Ghosts
  /** Nodes whose pairs were compared. */
  readonly compared: number
}

/** Elements, pictures and pairs. A pair of one that is gone is lost, one of somebody new is gained. */
export function* comparison(before: Past, after: Analysis, options: DrawOptions): Generator<Progress, Comparison> {
  const elements = compareElements(before, { written: after.written, realised: after.realised.infra })
  yield { doing: 'comparing pictures', done: 0, of: 1 }
  const ghosts = ghostsOf(draw(before.written, before.realised, [], options), draw(after.written, after.realised.infra, [], options), elements)
  const names = endsToCompare([after.plane, before.plane])
  return { elements, ghosts, compared: names.length, ...(yield* comparePairs(before.plane, after.plane, names)) }
}
