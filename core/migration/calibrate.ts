/** What a real migration tells of its path and its guest: query-migrate's answers of QEMU, fitted. Bytes and seconds. */
import { inFlightBytes, moveMemory } from './memory.ts'
import { pageBytes } from './pages.ts'
import type { Calibration } from './study-report.ts'
import { t } from '../words.ts'

/** One answer of query-migrate, as far as it is used. */
interface Sample {
  readonly status: string
  readonly seconds: number
  readonly downtime: number | undefined
  readonly transferred: number
  readonly total: number
  readonly syncs: number
  readonly zeroPages: number
  readonly normalPages: number
  /** Pages a second, distinct in one period between two looks. */
  readonly dirtyPages: number
  readonly pageBytes: number
}

/** Text of one answer, of a list of them, or of one a line, each bare or as QMP wraps it. Never throws. */
export function parseTrace(text: string): readonly Sample[] | { readonly refused: string } {
  const values = parsedOf(text)
  if (!values) return { refused: t('it is no JSON: neither one document nor one a line') }
  const samples = values.flatMap((value) => sampleOf(value) ?? [])
  if (samples.length === 0) return { refused: t('it holds no answer of query-migrate with total-time and ram') }
  return samples.sort((a, b) => a.seconds - b.seconds)
}

function parsedOf(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : [value]
  } catch {
    try {
      return text.split('\n').filter((line) => line.trim() !== '').map((line): unknown => JSON.parse(line))
    } catch {
      return undefined
    }
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Readonly<Record<string, unknown>> : undefined
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined)

function sampleOf(value: unknown): Sample | undefined {
  const outer = fieldsOf(value)
  const fields = outer && (fieldsOf(outer['return']) ?? outer)
  const ram = fields && fieldsOf(fields['ram'])
  const milliseconds = fields && numberOf(fields['total-time'])
  if (!fields || !ram || milliseconds === undefined) return undefined
  const [transferred, total] = [numberOf(ram['transferred']), numberOf(ram['total'])]
  if (transferred === undefined || total === undefined) return undefined
  const downtime = numberOf(fields['downtime'])
  return {
    status: typeof fields['status'] === 'string' ? fields['status'] : '', seconds: milliseconds / 1000, downtime: downtime === undefined ? undefined : downtime / 1000,
    transferred, total, syncs: numberOf(ram['dirty-sync-count']) ?? 0, zeroPages: numberOf(ram['duplicate']) ?? 0, normalPages: numberOf(ram['normal']) ?? 0,
    dirtyPages: numberOf(ram['dirty-pages-rate']) ?? 0, pageBytes: numberOf(ram['page-size']) ?? pageBytes,
  }
}

const median = (values: readonly number[]): number | undefined => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

/** `limit`: the downtime limit that it ran with, seconds; query-migrate does not tell it. */
export function calibrate(text: string, limit: number): Calibration | { readonly refused: string } {
  const samples = parseTrace(text)
  if ('refused' in samples) return samples
  const last = samples[samples.length - 1]
  if (!last || last.seconds <= 0 || last.transferred <= 0) return { refused: t('it ends before anything was sent') }
  const slopes = samples.slice(1).flatMap((one, i) => {
    const before = samples[i]
    return before && one.seconds - before.seconds >= 0.5 ? [(one.transferred - before.transferred) / (one.seconds - before.seconds)] : []
  })
  const early = samples.find(({ seconds }) => seconds >= 0.3)
  const steady = early && last.seconds - early.seconds > 1 ? (last.transferred - early.transferred) / (last.seconds - early.seconds) : undefined
  const bandwidth = steady ?? median(slopes) ?? Math.max(last.transferred / 2, last.transferred - inFlightBytes) / last.seconds
  const resident = Math.max(0, Math.min(last.total, last.total - last.zeroPages * last.pageBytes))
  const notes: string[] = []
  if (last.status !== 'completed') notes.push(t`its last answer says ${last.status || t('nothing of its state')}: what comes after is not in it`)
  const told = byPeriods(samples)
  const found = told ?? bySearch(last, bandwidth, resident, limit)
  notes.push(told ? t`dirty rate and working set are read off ${told.periods} periods between looks` : t('one answer alone: dirty rate and working set are those whose migration comes nearest to it'))
  if (told && !told.saturated) notes.push(t('no period was long enough to meet the whole working set: it is at least this'))
  const run = moveMemory({ memory: last.total, resident, workingSet: found.workingSet, dirtyRate: found.dirtyRate, bandwidth, downtimeLimit: limit })
  const miss = (value: number, measured: number | undefined): number | null => (measured === undefined || measured <= 0 ? null : value / measured - 1)
  return {
    bandwidth, memory: last.total, resident, workingSet: found.workingSet, dirtyRate: found.dirtyRate, downtimeLimit: limit, samples: samples.length,
    measured: { totalSeconds: last.seconds, downtimeSeconds: last.downtime ?? null, transferredBytes: last.transferred, syncs: last.syncs },
    predicted: { totalSeconds: run.seconds, downtimeSeconds: run.downtime, transferredBytes: run.transferred, syncs: run.syncs, converged: run.outcome === 'completed' },
    misses: { total: miss(run.seconds, last.seconds), transferred: miss(run.transferred, last.transferred) },
    notes,
  }
}

interface Fit {
  readonly dirtyRate: number
  readonly workingSet: number
}

/**
 * dirty-pages-rate counts distinct pages: in a short period that is the rate itself, in a long one the working set over the
 * period's length.
 */
function byPeriods(samples: readonly Sample[]): (Fit & { readonly periods: number; readonly saturated: boolean }) | undefined {
  const periods: { readonly rate: number; readonly set: number }[] = []
  let looked = samples[0]?.syncs === 1 ? 0 : undefined
  for (const [i, sample] of samples.entries()) {
    const before = samples[i - 1]
    if (!before || sample.syncs <= before.syncs) continue
    // Looked at somewhere between two answers; several at once cannot be told apart.
    const at = (sample.seconds + before.seconds) / 2
    if (looked !== undefined && sample.syncs === before.syncs + 1 && sample.dirtyPages > 0) {
      periods.push({ rate: sample.dirtyPages * sample.pageBytes, set: sample.dirtyPages * sample.pageBytes * (at - looked) })
    }
    looked = at
  }
  if (periods.length === 0) return undefined
  const dirtyRate = Math.max(...periods.map(({ rate }) => rate))
  const largest = periods.reduce((most, one) => (one.set > most.set ? one : most))
  return { dirtyRate, workingSet: largest.set, periods: periods.length, saturated: largest.rate < dirtyRate * 0.93 }
}

/** The pair whose simulated migration comes nearest: a coarse grid, then a finer one around the best. */
function bySearch(last: Sample, bandwidth: number, resident: number, limit: number): Fit {
  const missOf = (fit: Fit): number => {
    const run = moveMemory({ memory: last.total, resident, ...fit, bandwidth, downtimeLimit: limit })
    if (run.outcome !== 'completed' && last.status === 'completed') return Infinity
    const part = (value: number, measured: number): number => (measured > 0 ? ((value - measured) / measured) ** 2 : 0)
    return part(run.transferred, last.transferred) + part(run.seconds, last.seconds) + 0.05 * part(run.syncs, last.syncs) + (last.downtime === undefined ? 0 : 0.02 * part(run.downtime, Math.max(0.02, last.downtime)))
  }
  let best: Fit = { dirtyRate: 0, workingSet: 0 }
  let least = missOf(best)
  const tryAll = (rates: readonly number[], sets: readonly number[]): void => {
    for (const dirtyRate of rates) {
      for (const workingSet of sets) {
        const miss = missOf({ dirtyRate, workingSet })
        if (miss < least * 0.999) [least, best] = [miss, { dirtyRate, workingSet }]
      }
    }
  }
  const around = (middle: number, most: number, ratio: number, steps: number): readonly number[] =>
    Array.from({ length: 2 * steps + 1 }, (_, i) => Math.min(most, middle * ratio ** (i - steps)))
  tryAll(around(bandwidth / 4, 4 * bandwidth, 1.5, 6), around(resident / 8, resident, 1.7, 5))
  if (best.dirtyRate > 0) tryAll(around(best.dirtyRate, 4 * bandwidth, 1.1, 5), around(best.workingSet, resident, 1.12, 5))
  return best
}
