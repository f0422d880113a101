/** A migration in the form of an availability study: a session's parameters, phases, agents and outcome, and a distribution over runs. */
import type { Progress } from '../reach/pair.ts'
import { announcements } from './convergence.ts'
import type { Load } from './load.ts'
import { pageBytes, type Stretch } from './pages.ts'
import type { MigrationPhase, MigrationReport } from './report.ts'
import type { Spread, Study, StudyPeer, StudyRun } from './study-report.ts'
import { transferOf, type Setting } from './setting.ts'
import { t } from '../words.ts'

export interface StudyOptions {
  /** Packets a second that every agent sends. */
  readonly probeRate?: number
  readonly runs?: number
  readonly seed?: number
}

export const studyDefaults = { probeRate: 10, runs: 100, seed: 1 } as const
/** The dirty rate of a run is the workload's times a lognormal of this deviation; the rest of the path is between this and all of it. */
const deviation = 0.2
const leastShare = 0.75
/** A link's queue in Linux (txqueuelen), full of the migration's packets: what others wait behind at the most. */
const queuedBytes = 1000 * 1500

/** Numbers from 0 to 1, the same for the same seed (Mulberry32). */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Box and Muller 1958. */
const normal = (chance: () => number): number => Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance())

/** A working set in one piece somewhere in what is not zero, the zero pages in one piece at a random place: as a guest may have it. */
function layoutBy(chance: () => number, { memory = 0, resident, writers }: Load): readonly Stretch[] {
  const hot = writers.map(({ set }) => set / pageBytes)
  const cold = Math.max(0, resident / pageBytes - hot.reduce((sum, pages) => sum + pages, 0))
  const none = writers.map(() => 0)
  const before = cold * chance()
  const parts: Stretch[] = [{ zero: 0, cold: before, hot: none }, { zero: 0, cold: 0, hot }, { zero: 0, cold: cold - before, hot: none }]
  parts.splice(Math.floor(chance() * 4), 0, { zero: Math.max(0, (memory - resident) / pageBytes), cold: 0, hot: none })
  return parts
}

/** Many runs of one setting, each with its own dirty rate, share of the path, places in memory and moment. */
export function* varied(setting: Setting, { probeRate = studyDefaults.probeRate, runs = studyDefaults.runs, seed = studyDefaults.seed }: StudyOptions = {}): Generator<Progress, readonly StudyRun[]> {
  const { bandwidth, load } = setting
  if (bandwidth === null || load.memory === undefined) return []
  const chance = chanceOf(seed)
  const found: StudyRun[] = []
  for (let run = 0; run < runs; run++) {
    if (run % 4 === 0) yield { doing: t('varying the runs'), done: run, of: runs }
    const factor = Math.exp(deviation * normal(chance))
    const share = bandwidth * (leastShare + (1 - leastShare) * chance())
    const layout = layoutBy(chance, load)
    const phase = chance()
    const went = transferOf({
      ...setting, bandwidth: share,
      load: { ...load, dirtyRate: load.dirtyRate * factor, writers: load.writers.map((one) => ({ ...one, rate: one.rate * factor })), chance: { layout, phase } },
    })
    found.push({
      run: run + 1, dirtyRate: load.dirtyRate * factor, bandwidth: share, totalSeconds: went.totalSeconds, downtimeSeconds: went.downtimeSeconds,
      gapSeconds: went.gapSeconds, transferredBytes: went.transferredBytes, packetsLost: went.gapSeconds === null ? null : lostIn(went.gapSeconds, probeRate, chance()),
      outcome: went.converged === true ? 'success' : 'failure',
    })
  }
  return found
}

/** Of probes at even distances, those that fall into the gap; `phase` is where the first of them stands. */
const lostIn = (seconds: number, rate: number, phase: number): number => Math.max(0, Math.floor(seconds * rate + phase))

export function spreadOf(values: readonly (number | null)[]): Spread | null {
  const sorted = values.flatMap((value) => value ?? []).sort((a, b) => a - b)
  if (sorted.length === 0) return null
  const at = (ratio: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(ratio * sorted.length) - 1))] ?? 0
  return { least: at(0), p05: at(0.05), median: at(0.5), mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length, p95: at(0.95), most: at(1) }
}

/** `report`: the same setting's. */
export function* studyOf(setting: Setting, report: MigrationReport, options: StudyOptions = {}): Generator<Progress, Study> {
  const { probeRate = studyDefaults.probeRate, seed = studyDefaults.seed } = options
  const { load, settings, bandwidth, path } = setting
  const runs = report.feasible ? yield* varied(setting, options) : []
  const of = (what: (run: StudyRun) => number | null): Spread | null => spreadOf(runs.map(what))
  const blocked = report.preflight.find(({ status }) => status === 'block')
  const ended = report.feasible && report.totalSeconds !== null
  const queue = bandwidth === null || (settings.maxBandwidth ?? Infinity) < bandwidth ? 0 : queuedBytes / bandwidth
  return {
    session: {
      vm: report.vm, from: report.from, to: report.to, mode: report.mode, profile: settings.profile.name, memory: load.memory ?? null, resident: load.resident,
      workingSet: load.workingSet, dirtyRate: load.dirtyRate, bandwidth, downtimeLimit: typeof settings.limit === 'number' ? settings.limit : null,
      probeRate, runs: runs.length, seed,
    },
    phases: phasesOf(report),
    agents: report.network.map((peer): StudyPeer => {
      const known = path.latency > 0 || (peer.ways !== null && (peer.ways.before.seconds > 0 || (peer.ways.after?.seconds ?? 0) > 0))
      const before = known ? peer.ways?.before.seconds ?? null : null
      return {
        peer: peer.peer, before: peer.before, after: peer.after, lossSeconds: peer.lostSeconds, sessions: peer.sessions,
        packetsLost: peer.lostSeconds === null ? null : lostIn(peer.lostSeconds, probeRate, 0.5),
        delayBefore: before, delayDuring: before === null ? null : before + (peer.ways?.shared === true && ended ? queue : 0), delayAfter: known ? peer.ways?.after?.seconds ?? null : null,
      }
    }),
    totalSeconds: report.totalSeconds, downtimeSeconds: report.downtimeSeconds,
    outcome: !report.feasible || report.converged === false ? 'failure' : report.totalSeconds === null ? 'unknown' : 'success',
    because: blocked?.message ?? (report.converged === false ? report.preflight.find(({ code }) => code === 'not-converging')?.message ?? t('it does not converge') : report.totalSeconds === null ? report.notes[0] ?? null : null),
    distribution: {
      runs, successRate: runs.length === 0 ? null : runs.filter(({ outcome }) => outcome === 'success').length / runs.length,
      totalSeconds: of((run) => run.totalSeconds), downtimeSeconds: of((run) => run.downtimeSeconds), gapSeconds: of((run) => run.gapSeconds),
      transferredBytes: of((run) => run.transferredBytes), packetsLost: of((run) => run.packetsLost),
    },
    notes: [
      t`assumed for the runs: the dirty rate varies by a lognormal of deviation ${deviation}, ${leastShare * 100} to 100 % of the path are left, where the guest keeps what and when it begins is chance`,
      ...(queue > 0 ? [t('assumed for the delay meanwhile: a full queue of 1000 packets at the narrowest link, the most that Linux keeps by default')] : []),
    ],
  }
}

/** Request, what the transfer does, the switch-over's end, the announcements, the check. */
function phasesOf({ phases, gapSeconds, downtimeSeconds, totalSeconds, mode, feasible }: MigrationReport): readonly MigrationPhase[] {
  const found: MigrationPhase[] = [{ name: 'request', start: 0, seconds: 0 }]
  if (!feasible) return [...found, { name: 'check', start: 0, seconds: 0 }]
  found.push(...phases)
  if (totalSeconds === null) return found
  const stopped = phases.find(({ name }) => /^(stop|restore|boot)/.test(name))
  const runs = stopped ? stopped.start + stopped.seconds + Math.max(0, (gapSeconds ?? 0) - (downtimeSeconds ?? 0)) : totalSeconds
  if (stopped && runs > stopped.start + stopped.seconds + 1e-6) found.push({ name: 'drain and resume', start: stopped.start + stopped.seconds, seconds: runs - stopped.start - stopped.seconds })
  if (mode !== 'cold') found.push({ name: 'announce', start: runs, seconds: announcements[announcements.length - 1] ?? 0 })
  found.push({ name: 'check', start: Math.max(runs, totalSeconds), seconds: 0 })
  return found.map((phase, i) => ({ phase, i })).sort((a, b) => a.phase.start - b.phase.start || a.i - b.i).map(({ phase }) => phase)
}
