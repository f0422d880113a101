/** Front door: what the editor and the command line ask of the core. */
import { runChecks } from './checks/index.ts'
import type { CheckContext } from './checks/check.ts'
import { draw, type DrawOptions } from './diagram/index.ts'
import type { Diagram } from './diagram/diagram.ts'
import { judge, problemsOf, type ExpectationResult } from './expect/index.ts'
import { formatOf } from './formats/index.ts'
import type { Format, Reading, Refusal } from './formats/format.ts'
import { compile, learnedRoutes, survey, traceFlow, type Plane } from './forwarding/index.ts'
import type { Flow } from './forwarding/flow.ts'
import type { Trace } from './forwarding/trace.ts'
import type { Change } from './infra/change.ts'
import type { Infra } from './infra/infra.ts'
import type { MigrationMode, MigrationProfile } from './infra/parts.ts'
import type { Problem } from './infra/problem.ts'
import { evacuate as evacuateHost, forecast as forecastGuest, migrate as migrateGuest, migrateTogether as migrateGuests, rebalance as rebalanceHosts, targetsFor, type Forecast, type MigrationContext } from './migration/index.ts'
import type { JointReport, PaceKind, Wanted } from './migration/joint-report.ts'
import type { MoveOptions } from './migration/options.ts'
import type { EvacuationReport, Rebalancing } from './migration/plan-report.ts'
import type { MigrationReport, MigrationTarget } from './migration/report.ts'
import type { StudyOptions } from './migration/study.ts'
import { reach as reachPairs, reachCounted as countedPairs, type ReachSelection } from './reach/index.ts'
import type { Progress, ReachPair } from './reach/pair.ts'
import { realize, type Realised } from './realize/index.ts'
import { labScript } from './export/lab.ts'
import { labCommands } from './export/lab-node.ts'
import { withCauses } from './causes.ts'
import { withoutConsequences } from './half-typed.ts'
import { joinReadings } from './infra/join.ts'
import { suppress, type Suppressed } from './suppression.ts'
import type { TextEdit } from './text/edit.ts'
import type { Source } from './text/source.ts'
import { Locator, type Places, type Chunk } from './text/span.ts'
import { t } from './words.ts'

/** One file and everything it includes, read and realised: what can be drawn before anybody has checked it. */
export interface Model {
  /** The file that was asked for first, then its includes in order. */
  readonly readings: readonly Reading[]
  readonly written: Infra
  readonly realised: Realised
  readonly places: Places
  readonly locator: Locator
  /** False where a file is broken enough that the last good picture should stay. */
  readonly whole: boolean
}

/** The same, compiled and checked. */
export interface Analysis extends Model {
  readonly plane: Plane
  readonly problems: readonly Problem[]
  /** What comments in the files keep quiet, with their reasons. */
  readonly suppressed: readonly Suppressed[]
  readonly expectations: readonly ExpectationResult[]
}

/** Reads one source; undefined where no format knows it. */
export function readSource(source: Source, previous?: Reading): Reading | undefined {
  return formatOf(source)?.read(source, previous)
}

function placesIn(readings: readonly Reading[]): Places {
  const [first, ...rest] = readings
  if (first && rest.length === 0) return first.places
  const places = new Map<Chunk, number>()
  for (const reading of readings) for (const [chunk, base] of reading.places) places.set(chunk, base)
  return places
}

/** What the files say; `previous` is any older model of the same files. */
export function modelOf(readings: readonly Reading[], previous?: Model): Model {
  const { infra: written } = joinReadings(readings)
  const places = placesIn(readings)
  return {
    readings, written, realised: realize(written, previous?.realised), places,
    locator: new Locator(readings.map((reading) => reading.source), places), whole: readings.every((reading) => reading.whole),
  }
}

/**
 * Analyses a file with its includes. A generator, so that the server can stop it when a newer text arrives: every yield is
 * a place to stop. `previous` is any older analysis of the same files; `begun` is their model, where somebody has it already.
 */
export function* analyze(readings: readonly Reading[], previous?: Analysis, begun?: Model): Generator<Progress, Analysis> {
  yield { doing: 'realising', done: 0, of: 4 }
  const model = begun ?? modelOf(readings, previous)
  const { written, realised, places } = model
  const { problems: joinProblems } = joinReadings(readings)
  yield { doing: 'compiling', done: 1, of: 4 }
  const plane = compile(realised.infra, previous?.plane)
  for (const _step of survey(plane)) yield { doing: 'compiling', done: 1, of: 4 }
  yield { doing: 'checking', done: 2, of: 4 }
  const replan = (changed: Infra): { infra: Infra; plane: Plane } => {
    const { infra } = realize(changed, realised)
    return { infra, plane: compile(infra, plane) }
  }
  const context: CheckContext = { written, infra: realised.infra, plane, replan }
  const found = yield* runChecks(context)
  yield { doing: t('judging expectations'), done: 3, of: 4 }
  const expectations = yield* judge(context)
  const all = [...readings.flatMap((reading) => reading.problems), ...joinProblems, ...realised.problems, ...found, ...problemsOf(expectations)]
  return { ...model, plane, expectations, ...suppress(readings, withoutConsequences(withCauses(all, realised.infra, plane), model.whole, previous?.problems), places) }
}

/** Runs a generator to its end, without pause. */
export function finish<T>(work: Generator<Progress, T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

export const trace = (analysis: Analysis, flow: Flow): Trace => traceFlow(analysis.plane, flow)

export const reach = (analysis: Analysis, selection?: ReachSelection): Generator<Progress, readonly ReachPair[]> =>
  reachPairs(analysis.plane, selection)

/** The same, counted: told for each two classes of endpoints that are alike, how many pairs have this answer. */
export const reachCounted = (analysis: Analysis, selection: ReachSelection, tell: (pairs: number, answer: ReachPair) => void): Generator<Progress, void> =>
  countedPairs(analysis.plane, selection, tell)

const migrationContext = (analysis: Analysis): MigrationContext => ({
  written: analysis.written,
  infra: analysis.realised.infra,
  plane: analysis.plane,
  replan(written) {
    const { infra } = realize(written, analysis.realised)
    return { infra, plane: compile(infra, analysis.plane) }
  },
})

export const targets = (analysis: Analysis, guest: string, mode?: MigrationMode, profile?: MigrationProfile): readonly MigrationTarget[] =>
  targetsFor(migrationContext(analysis), guest, mode, profile)

export const migrate = (
  analysis: Analysis, guest: string, host: string, options?: MigrationMode | MoveOptions,
): Generator<Progress, MigrationReport> => migrateGuest(migrationContext(analysis), guest, host, typeof options === 'string' ? { mode: options } : options)

/** The same with what surrounds it: the ways beside each other, the curves, the study of many runs. */
export const forecast = (
  analysis: Analysis, guest: string, host: string, options?: MoveOptions, study?: StudyOptions,
): Generator<Progress, Forecast> => forecastGuest(migrationContext(analysis), guest, host, options, study)

/** Several moves as one plan: who goes when, what they share, who crosses whom. */
export const migrateTogether = (
  analysis: Analysis, wanted: readonly Wanted[], pace?: PaceKind, options?: Pick<MoveOptions, 'mode' | 'profile'>,
): Generator<Progress, JointReport> => migrateGuests(migrationContext(analysis), wanted, pace, options)

/** Moves that would even out how full the servers are, each with its gain. */
export const rebalance = (analysis: Analysis): Generator<Progress, Rebalancing> => rebalanceHosts(migrationContext(analysis))

/** Where every guest of a host, or of a `rack:NAME` or `site:NAME`, can go, in what order, how long it takes. */
export const evacuate = (analysis: Analysis, host: string, mode?: MigrationMode): Generator<Progress, EvacuationReport> =>
  evacuateHost(migrationContext(analysis), host, mode)

/** `problems`: what is said of its parts; of a model that is not checked yet, what was found in the text before it. */
export const diagram = ({ written, realised, problems }: Pick<Analysis, 'written' | 'realised' | 'problems'>, options: DrawOptions): Diagram =>
  draw(written, realised.infra, problems, options)

/** A bash script that builds the same network from network namespaces. */
export const lab = (analysis: Analysis): string => labScript(analysis.realised.infra, learnedRoutes(analysis.plane))

/** What must be programmed on one box, line by line. */
export const commandsOf = (analysis: Analysis, node: string): readonly string[] => labCommands(analysis.realised.infra, learnedRoutes(analysis.plane), node)

/** The text edits that answer a change, over all the files of the analysis; or why there are none. */
export function edit(analysis: Analysis, change: Change): readonly TextEdit[] | Refusal {
  const edits: TextEdit[] = []
  let refusal: Refusal | undefined
  for (const reading of analysis.readings) {
    const format: Format | undefined = formatOf(reading.source)
    const answer = format?.edit(reading.source, change, reading) ?? { refused: t('this file cannot be edited here') }
    if ('refused' in answer) refusal ??= answer
    else edits.push(...answer)
  }
  return edits.length > 0 ? edits : (refusal ?? { refused: t('nothing here answers to that') })
}
