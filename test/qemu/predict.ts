/** What the migration loop says of the measured runs, and what the textbook's closed form says: one table. */
import { moveMemory, qemuThrottle, type MemoryInput, type MemoryRun } from '../../core/migration/memory.ts'
import type { Writer } from '../../core/migration/pages.ts'
import { layoutOf, mean, rows, type Recorded, type Row } from './recorded.ts'

export const KiB = 1024
export const MiB = 1024 * 1024
/** What loopback carried under emulation, where QEMU's cap does not apply. */
const loopback = 900 * MiB
/** measure.mjs begins so long after the guest has begun to write: three seconds, and up to a poll of its log and four commands. */
const waited = [3.05, 3.07, 3.09, 3.11, 3.13, 3.15, 3.17, 3.19]
const anywhere = Array.from({ length: 16 }, (_, i) => i / 16)
/** CPU_THROTTLE_TIMESLICE_NS of QEMU's cpu-throttle.c. */
const sliceSeconds = 0.01

/** So late its processor woke from the sleeps of each step: what it did not run of the ten milliseconds that follow. By the mean of all where a step was too short to tell. */
function lateOf({ levels = [] }: Recorded): ((share: number) => number) | undefined {
  const [[, , , whole] = [0, 0, 0, 0], ...steps] = levels
  const told = steps.filter(([, lasted]) => lasted >= 1).map(([percent, lasted, , ran]) => ({ percent, lasted, late: Math.max(0, sliceSeconds - ((ran / whole) * sliceSeconds) / (1 - percent / 100)) }))
  if (whole === 0 || told.length === 0) return undefined
  const all = told.reduce((sum, { late, lasted }) => sum + late * lasted, 0) / told.reduce((sum, { lasted }) => sum + lasted, 0)
  return (share) => told.find(({ percent }) => Math.abs(percent / 100 - share) < 0.001)?.late ?? all
}

/** Of those, what went into the hot part: as much less as was written less in all. */
const hotOf = (run: Recorded): number => (run.hotDirtyMiB ?? 0) * (run.levels ? run.effectiveMiB / (run.dirtyMiB + (run.hotDirtyMiB ?? 0)) : 1)

function writersOf(run: Recorded): readonly Writer[] {
  const { hotMiB = 0 } = run
  // What the guest counted is the sum of both.
  const rate = (run.effectiveMiB - hotOf(run)) * MiB
  return [
    { set: (run.workingSetMiB - hotMiB) * MiB, rate, order: run.random ? 'random' : 'circle' },
    ...(hotMiB > 0 ? [{ set: hotMiB * MiB, rate: hotOf(run) * MiB, order: 'circle' as const }] : []),
  ]
}

export type Prediction = Pick<MemoryRun, 'seconds' | 'downtime' | 'transferred' | 'syncs'>

/** What the loop is told of a run, at each of the moments at which the migration may have begun. */
export function inputsOf(run: Recorded): readonly MemoryInput[] {
  const layout = layoutOf(run)
  const resident = layout.reduce((sum, { cold, hot }) => sum + cold + hot.reduce((all, pages) => all + pages, 0), 0) * 4 * KiB
  const late = lateOf(run)
  const input: MemoryInput = {
    memory: run.memoryKiB * KiB, resident, layout, workingSet: run.workingSetMiB * MiB, dirtyRate: run.effectiveMiB * MiB, writers: writersOf(run), downtimeLimit: run.limitMs / 1000,
    bandwidth: run.relay ? run.rateMiB * MiB : loopback, ...(!run.relay && { maxBandwidth: run.rateMiB * MiB }),
    ...(run.autoConverge && { throttle: { ...qemuThrottle, ...(late !== undefined && { late }) }, emulated: true }),
    ...(run.postCopyMs !== undefined && { postCopyAt: { seconds: run.postCopyMs / 1000 } }),
  }
  // After half a minute of being slowed down nobody knows where in its circle the guest is: anywhere, then.
  if (run.autoConverge) return anywhere.map((phase) => ({ ...input, phase }))
  return waited.map((seconds) => ({
    ...input, phase: run.workingSetMiB > 0 ? ((seconds * (run.effectiveMiB - hotOf(run))) / (run.workingSetMiB - (run.hotMiB ?? 0))) % 1 : 0,
  }))
}

function meanOf(all: readonly Prediction[]): Prediction {
  const of = (what: (one: Prediction) => number): number => mean(all.map(what))
  return { seconds: of((one) => one.seconds), downtime: of((one) => one.downtime), transferred: of((one) => one.transferred), syncs: of((one) => one.syncs) }
}

/** The mean over those moments, and over the takes. */
const predicted = ({ takes }: Row): Prediction => meanOf(takes.flatMap((run) => inputsOf(run).map(moveMemory)))

/** What the textbook says, of every take. */
const textbook = ({ takes }: Row): Prediction => meanOf(takes.map(closedForm))

/** V, λV, λ²V … until a round fits the limit; its time is the downtime. A switch to post-copy sends what is left once. */
function closedForm(run: Recorded): Prediction {
  const rate = run.rateMiB * MiB
  const set = run.workingSetMiB * MiB
  let left = (run.memoryKiB - run.zeroPages * 4) * KiB
  let sent = 0
  let rounds = 0
  const until = run.postCopyMs === undefined ? Infinity : (run.postCopyMs / 1000) * rate
  while (left > (rate * run.limitMs) / 1000 && rounds < 60 && sent + left < until) {
    sent += left
    rounds++
    left = Math.min(set, (left * run.effectiveMiB * MiB) / rate)
  }
  if (until < Infinity) {
    const whole = until - sent
    return { seconds: (until + left - whole + Math.min(set, (whole * run.effectiveMiB * MiB) / rate)) / rate, downtime: 0, transferred: until + left - whole + Math.min(set, (whole * run.effectiveMiB * MiB) / rate), syncs: rounds + 2 }
  }
  const downtime = left / (run.relay ? rate : loopback)
  return { seconds: sent / rate + downtime, downtime, transferred: sent + left, syncs: rounds + 2 }
}

const percent = (value: number): string => `${value >= 0 ? '+' : '−'}${Math.abs(value * 100).toFixed(1)} %`

export interface Told {
  readonly row: Row
  readonly loop: Prediction
  readonly book: Prediction
}

/** All that was measured, with what the loop and the textbook say of it. */
export const tellAll = (): readonly Told[] => rows.map((row) => ({ row, loop: predicted(row), book: textbook(row) }))

/** Measured, and by how much the loop and the closed form miss it. */
export function table(all: readonly Told[]): string {
  const lines = [
    '| run | total ms | KiB sent | syncs | downtime ms | loop: total | sent | syncs | downtime | closed form: total | sent | syncs | downtime |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
  ]
  for (const { row, loop, book } of all) {
    const stops = row.takes.every(({ postCopyMs }) => postCopyMs === undefined)
    const cells = [loop, book].flatMap((one) => [
      percent((one.seconds * 1000) / row.totalMs - 1), percent(one.transferred / KiB / row.sentKiB - 1), one.syncs.toFixed(0), stops ? (one.downtime * 1000).toFixed(0) : '–',
    ])
    const name = row.takes.length > 1 ? `${row.name} (${row.takes.length} takes)` : row.name
    lines.push(`| ${name} | ${row.totalMs.toFixed(0)} | ${row.sentKiB.toFixed(0)} | ${row.syncs.toFixed(0)} | ${stops ? row.downtimeMs.toFixed(0) : `– (${row.gapMs.toFixed(0)} between stop and resume)`} | ${cells.join(' | ')} |`)
  }
  return lines.join('\n') + '\n'
}
