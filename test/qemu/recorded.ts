/** The migrations that measure.mjs recorded, and where their guests keep what. */
import { readFileSync } from 'node:fs'
import type { Stretch } from '../../core/migration/pages.ts'

export interface Recorded {
  readonly name: string
  /** Of a setting whose outcome hangs on chance and that was run several times: which of them. */
  readonly take?: number
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
  /** The guest is slowed down where it writes too fast; its rates are of seconds in which its processor runs. */
  readonly autoConverge?: boolean
  readonly throttlePercent?: number
  readonly totalMs: number
  readonly downtimeMs: number
  readonly gapMs: number
  readonly syncs: number
  readonly sentKiB: number
  readonly memoryKiB: number
  readonly zeroPages: number
  /** What the guest itself counted while it ran; of a guest that is slowed down, while it was moved and until then. */
  readonly effectiveMiB: number
  /** Of guests that are slowed down, by progress.mjs: per step percent, seconds, MiB/s that it wrote, share of the time in which it ran. */
  readonly levels?: readonly (readonly [number, number, number, number])[]
  /** Just after each look at what was written: milliseconds, KiB left, KiB sent, percent slowed down. */
  readonly passes?: readonly (readonly [number, number, number, number])[]
  /** The least, the tenths and the greatest of what QEMU measured that the path carries, MiB/s. */
  readonly carriedMiB?: readonly number[]
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))
export const runs = read('measured.json') as readonly Recorded[]

/** What was measured of a setting: the mean of its takes. */
export interface Row {
  readonly name: string
  readonly takes: readonly Recorded[]
  readonly totalMs: number
  readonly downtimeMs: number
  readonly gapMs: number
  readonly syncs: number
  readonly sentKiB: number
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const rowOf = (takes: readonly Recorded[], name: string): Row => {
  const of = (what: (run: Recorded) => number): number => mean(takes.map(what))
  return { name, takes, totalMs: of((one) => one.totalMs), downtimeMs: of((one) => one.downtimeMs), gapMs: of((one) => one.gapMs), syncs: of((one) => one.syncs), sentKiB: of((one) => one.sentKiB) }
}

export const rows: readonly Row[] = [...new Set(runs.map(({ name }) => name))].map((name) => rowOf(runs.filter((run) => run.name === name), name))

/** Beside the memory there are 520 KiB of firmware. */
const firmware: Stretch = { zero: 0, cold: 130, hot: [0] }
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
