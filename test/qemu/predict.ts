/** What the migration loop says of the measured runs, and what the textbook's closed form says: one table. */
import { readFileSync } from 'node:fs'
import { moveMemory, qemuThrottle, type MemoryInput, type MemoryRun } from '../../core/migration/memory.ts'
import type { Stretch, Writer } from '../../core/migration/pages.ts'

export interface Recorded {
  readonly name: string
  readonly relay: boolean
  readonly memoryMiB: number
  readonly fillMiB: number
  readonly workingSetMiB: number
  readonly dirtyMiB: number
  /** Written anywhere in the working set, not round and round. */
  readonly random?: boolean
  /** The first part of the working set that is written round and round by a second writer, and its rate. */
  readonly hotMiB?: number
  readonly hotDirtyMiB?: number
  readonly limitMs: number
  readonly rateMiB: number
  readonly postCopyMs?: number
  /** The guest is slowed down where it writes too fast; its rate is then what it wrote before, and all of it is processor time. */
  readonly autoConverge?: boolean
  readonly throttlePercent?: number
  readonly totalMs: number
  readonly downtimeMs: number
  readonly gapMs: number
  readonly syncs: number
  readonly sentKiB: number
  readonly memoryKiB: number
  readonly zeroPages: number
  /** What the guest itself counted while it ran. */
  readonly effectiveMiB: number
}

export const KiB = 1024
export const MiB = 1024 * 1024
/** What loopback carried under emulation, where QEMU's cap does not apply. */
const loopback = 900 * MiB
/** measure.mjs begins so long after the guest has begun to write: three seconds, and up to a poll of its log and four commands. */
const waited = [3.05, 3.07, 3.09, 3.11, 3.13, 3.15, 3.17, 3.19]
/** Beside the memory there are 520 KiB of firmware. */
const firmware: Stretch = { zero: 0, cold: 130, hot: [0] }

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))
export const runs = read('measured.json') as readonly Recorded[]
/** By memory, filling and working set: zero and written pages of each mebibyte, as layout.mjs found them in the same guest. */
const layouts = read('layouts.json') as Readonly<Record<string, { readonly zero: string; readonly written: string; readonly ascending: number }>>

export function layoutOf(run: Recorded): readonly Stretch[] {
  const found = layouts[`${run.memoryMiB} ${run.fillMiB} ${run.workingSetMiB}`]
  if (!found) throw new Error(`no layout of ${run.name}`)
  const written = found.written.split(' ').map(Number)
  // The working set lies in the order of its addresses: its hot part is the first of it.
  let hotLeft = (run.hotMiB ?? 0) * 256
  return [...found.zero.split(' ').map(Number).map((zero, i): Stretch => {
    const pages = written[i] ?? 0
    const hot = Math.min(hotLeft, pages)
    hotLeft -= hot
    return { zero, cold: 256 - zero - pages, hot: run.hotMiB === undefined ? [pages] : [pages - hot, hot] }
  }), firmware]
}

function writersOf(run: Recorded): readonly Writer[] {
  const { hotMiB = 0, hotDirtyMiB = 0 } = run
  // What the guest counted is the sum of both.
  const rate = (run.effectiveMiB - hotDirtyMiB) * MiB
  return [
    { set: (run.workingSetMiB - hotMiB) * MiB, rate, order: run.random ? 'random' : 'circle' },
    ...(hotMiB > 0 ? [{ set: hotMiB * MiB, rate: hotDirtyMiB * MiB, order: 'circle' as const }] : []),
  ]
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

export type Prediction = Pick<MemoryRun, 'seconds' | 'downtime' | 'transferred' | 'syncs'>

/** The mean over the moments at which the migration may have begun. */
export function predicted(run: Recorded): Prediction {
  const layout = layoutOf(run)
  const resident = layout.reduce((sum, { cold, hot }) => sum + cold + hot.reduce((all, pages) => all + pages, 0), 0) * 4 * KiB
  const input: MemoryInput = {
    memory: run.memoryKiB * KiB, resident, layout, workingSet: run.workingSetMiB * MiB, dirtyRate: run.effectiveMiB * MiB, writers: writersOf(run), downtimeLimit: run.limitMs / 1000,
    bandwidth: run.relay ? run.rateMiB * MiB : loopback, ...(!run.relay && { maxBandwidth: run.rateMiB * MiB }),
    ...(run.autoConverge && { throttle: qemuThrottle }),
    ...(run.postCopyMs !== undefined && { postCopyAt: { seconds: run.postCopyMs / 1000 } }),
  }
  const all = waited.map((seconds) => moveMemory({ ...input, phase: run.workingSetMiB > 0 ? ((seconds * (run.effectiveMiB - (run.hotDirtyMiB ?? 0))) / (run.workingSetMiB - (run.hotMiB ?? 0))) % 1 : 0 }))
  const of = (what: (one: MemoryRun) => number): number => mean(all.map(what))
  return { seconds: of((one) => one.seconds), downtime: of((one) => one.downtime), transferred: of((one) => one.transferred), syncs: of((one) => one.syncs) }
}

/** V, λV, λ²V … until a round fits the limit; its time is the downtime. A switch to post-copy sends what is left once. */
export function closedForm(run: Recorded): Prediction {
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

/** Measured, and by how much the loop and the closed form miss it. */
export function table(): string {
  const lines = [
    '| run | total ms | KiB sent | syncs | downtime ms | loop: total | sent | syncs | downtime | closed form: total | sent | syncs | downtime |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
  ]
  for (const run of runs) {
    const cells = [predicted(run), closedForm(run)].flatMap((one) => [
      percent((one.seconds * 1000) / run.totalMs - 1), percent(one.transferred / KiB / run.sentKiB - 1), one.syncs.toFixed(0),
      run.postCopyMs === undefined ? (one.downtime * 1000).toFixed(0) : '–',
    ])
    lines.push(`| ${run.name} | ${run.totalMs} | ${run.sentKiB} | ${run.syncs} | ${run.postCopyMs === undefined ? run.downtimeMs : `– (${run.gapMs} between stop and resume)`} | ${cells.join(' | ')} |`)
  }
  return lines.join('\n') + '\n'
}
