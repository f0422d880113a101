/** How a published migration, what its source leaves open, and what the model predicts are written down beside each other. */
import { finish, migrate } from '../../core/analysis.ts'
import { moveMemory, type MemoryInput, type MemoryRun } from '../../core/migration/memory.ts'
import type { MoveOptions } from '../../core/migration/options.ts'
import type { MigrationReport } from '../../core/migration/report.ts'
import { analyzeText } from '../harness/analyze-text.ts'

export const MB = 1e6
export const GiB = 2 ** 30
export const mbit = 1e6 / 8
export const quiet = { workingSet: 0, dirtyRate: 0 }

/** Seconds, bytes; a ratio has no unit. */
export type Figure = 'seconds' | 'bytes' | 'firstRound' | 'downtime' | 'gap' | 'ratio'
export type Figures = Partial<Readonly<Record<Figure, number>>>

export interface Prediction {
  readonly says: string
  readonly figures: Figures
}

/** What must hold of a figure: a published value and the ratio by which the prediction may miss it, or bounds. */
export interface Check {
  readonly figure: Figure
  readonly near?: readonly [published: number, ratio: number]
  readonly atLeast?: number
  readonly atMost?: number
}

export interface Published {
  readonly name: string
  /** As the source has it. */
  readonly said: string
  /** What the source does not say. */
  readonly assumed: string
  /** Why the two differ, where they do by much. */
  readonly why?: string
  /** Of the given inputs with all of the memory so many times as large; a reason where the given inputs decide nothing. */
  readonly predict: ((times: number) => Prediction) | { readonly not: string }
  readonly must: readonly Check[]
  /** Its figures grow with the memory. */
  readonly scales?: boolean
}

/** What is wrong with a prediction, by the row's own tolerance; empty where all holds. */
export const missesOf = ({ must }: Published, { figures }: Prediction): readonly string[] =>
  must.flatMap(({ figure, near, atLeast = -Infinity, atMost = Infinity }) => {
    const value = figures[figure]
    if (value === undefined) return [`no ${figure}`]
    const [low, high] = near ? [near[0] * (1 - near[1]), near[0] * (1 + near[1])] : [atLeast, atMost]
    return value >= low && value <= high ? [] : [`${figure} is ${value}, not ${low} to ${high}`]
  })

const larger = (input: MemoryInput, times: number): MemoryInput => ({ ...input, memory: input.memory * times, resident: input.resident * times, ...(input.layout && {
  layout: input.layout.map(({ zero, cold, hot }) => ({ zero: zero * times, cold: cold * times, hot })),
}) })

const completed = (input: MemoryInput): MemoryRun => {
  const run = moveMemory(input)
  if (run.outcome !== 'completed') throw new Error(`the rounds ended as ${run.outcome}`)
  return run
}

const ms = (seconds: number): string => (seconds * 1000).toFixed(0)

/** A run of the memory's loop alone. */
export const ofMemory = (input: MemoryInput): Pick<Published, 'predict' | 'scales'> => ({
  scales: true,
  predict: (times) => {
    const { seconds, transferred: bytes, downtime, rounds } = completed(larger(input, times))
    const sent = rounds.slice(0, 6).map((round) => (round.sent / MB).toFixed(1)).join(', ')
    return {
      says: `${seconds.toFixed(2)} s, ${(bytes / MB).toFixed(0)} MB, ${ms(downtime)} ms down; rounds of ${sent}${rounds.length > 6 ? ' …' : ''} MB`,
      figures: { seconds, bytes, downtime, firstRound: rounds[0]?.sent ?? 0 },
    }
  },
})

/** How many times as long one run is down as another. */
export const ofDowntimes = (longer: MemoryInput, shorter: MemoryInput): Pick<Published, 'predict'> => ({
  predict: () => {
    const [long, short] = [longer, shorter].map((input) => completed(input).downtime) as [number, number]
    return { says: `${ms(long)} and ${ms(short)} ms: ${(long / short).toFixed(1)} times`, figures: { ratio: long / short, downtime: long } }
  },
})

/** A move of vm1 to s2 through everything: the path, its latency, the disks, the peers. */
export function moved(text: string, options: MoveOptions = {}): MigrationReport {
  const report = finish(migrate(analyzeText(text), 'vm1', 's2', options))
  if (report.converged !== true) throw new Error(report.notes.join('; '))
  return report
}

export const ofMove = (text: string, options: MoveOptions = {}): Pick<Published, 'predict'> => ({
  predict: () => {
    const report = moved(text, options)
    const lost = Math.max(...report.network.map(({ lostSeconds }) => lostSeconds ?? Infinity))
    const [seconds, bytes, downtime] = [report.totalSeconds ?? NaN, report.transferredBytes ?? NaN, report.downtimeSeconds ?? NaN]
    return {
      says: `${seconds.toFixed(2)} s, ${(bytes / MB).toFixed(0)} MB, ${ms(downtime)} ms down, peers lose ${ms(lost)} ms`,
      figures: { seconds, bytes, downtime, gap: lost },
    }
  },
})

/** How many times as long the guest stands still over one network as over another. */
export const ofGaps = (far: string, near: string): Pick<Published, 'predict'> => ({
  predict: () => {
    const [there, here] = [far, near].map((text) => moved(text).gapSeconds ?? NaN) as [number, number]
    return { says: `${ms(there)} and ${ms(here)} ms: ${(there / here).toFixed(1)} times`, figures: { gap: there, ratio: there / here } }
  },
})
