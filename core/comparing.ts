/** Front door: what is written now against what was written before. */
import { compile, type Plane } from './forwarding/index.ts'
import type { Analysis } from './analysis.ts'
import { draw, type DrawOptions } from './diagram/index.ts'
import { compareElements, comparePairs, endsToCompare, ghostsOf, renamesOf, withRenames, type ElementDifference, type Ghosts, type PairDifferences, type Rename } from './difference/index.ts'
import type { Reading } from './formats/format.ts'
import { formatOf } from './formats/index.ts'
import { joinReadings } from './infra/join.ts'
import type { Infra } from './infra/infra.ts'
import type { Problem } from './infra/problem.ts'
import type { Progress } from './reach/pair.ts'
import { realize } from './realize/index.ts'
import { applyEdits } from './text/edit.ts'
import { t } from './words.ts'

export type { ElementDifference, PairDifference } from './difference/index.ts'

/** A text that is only compared with: nobody asks what is wrong in it. */
export interface Past {
  readonly written: Infra
  readonly realised: Infra
  readonly plane: Plane
  /** What has another name now: here it has it already, so that the rest is compared under one name. */
  readonly renames: readonly Rename[]
  /** What of it could not be read. */
  readonly faults: readonly Problem[]
}

/** Of what did not change since, the present analysis lends its tables. */
export function pastOf(old: readonly Reading[], present: Analysis): Past {
  const { readings, renames } = underNewNames(old, present.written)
  const { infra: written } = joinReadings(readings)
  const { infra: realised } = realize(written, present.realised)
  return { written, realised, plane: compile(realised, present.plane), renames, faults: old.flatMap(({ problems }) => problems).filter(({ severity }) => severity === 'error') }
}

/** Names hang together (a server's is in its guests, a node's in its links): each round may show what the next one tells apart. */
const rounds = 3

/** The older texts as they would be had only the names been changed since. */
function underNewNames(old: readonly Reading[], after: Infra): { readonly readings: readonly Reading[]; readonly renames: readonly Rename[] } {
  let readings = old
  const renames: Rename[] = []
  for (let round = 0; round < rounds; round++) {
    const found = renamesOf(joinReadings(readings).infra, after)
    if (found.length === 0) break
    for (const one of found) {
      const next = readings.map((reading) => renamed(reading, one))
      // Where no file could say it, it is told as one that went and one that came.
      if (next.every((reading, i) => reading === readings[i])) continue
      readings = next
      renames.push(one)
    }
  }
  return { readings, renames }
}

function renamed(reading: Reading, { what, from, to }: Rename): Reading {
  const { source } = reading
  const format = formatOf(source)
  const edits = format?.edit(source, what === 'node' ? { kind: 'rename-node', from, to } : { kind: 'rename', what, from, to }, reading)
  if (!format || !edits || 'refused' in edits || edits.length === 0) return reading
  return format.read({ ...source, text: applyEdits(source, edits), version: source.version + 1 }, reading)
}

export interface Comparison extends PairDifferences {
  readonly elements: readonly ElementDifference[]
  readonly ghosts: Ghosts
  /** Nodes whose pairs were compared. */
  readonly compared: number
}

/** Elements, pictures and pairs. A pair of one that is gone is lost, one of somebody new is gained. */
export function* comparison(before: Past, after: Analysis, options: DrawOptions): Generator<Progress, Comparison> {
  const elements = withRenames(compareElements(before, { written: after.written, realised: after.realised.infra }), before.renames, after.written)
  yield { doing: t('comparing pictures'), done: 0, of: 1 }
  const ghosts = ghostsOf(draw(before.written, before.realised, [], options), draw(after.written, after.realised.infra, [], options), elements)
  const names = endsToCompare([after.plane, before.plane])
  return { elements, ghosts, compared: names.length, ...(yield* comparePairs(before.plane, after.plane, names)) }
}
