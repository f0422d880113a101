/** The four modes, from rates and loads to rounds, phases and times. Bytes and seconds. */
import { printSize, printTime } from '../address/quantity.ts'
import { carriedAt, disksOver, secondsOver, since } from './carried.ts'
import type { Load } from './load.ts'
import { deviceStateBytes, inFlightBytes, moveMemory, type Later, type MemoryInput, type MemoryRun } from './memory.ts'
import { pageBytes } from './pages.ts'
import type { Settings } from './profile.ts'
import { remediesOf } from './remedies.ts'
import type { MigrationPhase, MigrationReport, Remedy } from './report.ts'
import { t } from '../words.ts'

/** From power-on until its services answer: an assumption, named in the notes. A container's start is its process's. */
export const bootSeconds = { vm: 20, container: 1 } as const
export const shutdownSeconds = { vm: 5, container: 1 } as const
/** Loading the device state and starting the processors at the target: 1 to 11 ms were measured on a path without queues. */
const resumeSeconds = 0.006
/** A hybrid's first half ends after the round that sends everything and one that sends what changed meanwhile. */
export const hybridRounds = 2

type Timed = Pick<MigrationReport, 'rounds' | 'phases' | 'totalSeconds' | 'downtimeSeconds' | 'transferredBytes' | 'converged' | 'notes'>

export interface Transfer extends Timed {
  /** From the guest's last instruction here to its first there; null where unknown. */
  readonly gapSeconds: number | null
  /** Seconds of processor time that the guest loses to being slowed down while it runs. */
  readonly slowedSeconds: number
  /** Seconds in which it runs at the target with memory that is still at the source. */
  readonly exposedSeconds: number
  /** The orchestrator gives up on it: when. */
  readonly gaveUp?: string
  /** What would end it, where it does not end. */
  readonly remedies: readonly Remedy[]
}

const noTimes = (why: string): string => t`${why}, so times are unknown`
export const noBandwidth = (): string => noTimes(t('no link or device on the path states a bandwidth'))

const untimed = (notes: readonly string[], converged: boolean | null = null): Transfer => ({
  rounds: [], phases: [], totalSeconds: null, downtimeSeconds: null, transferredBytes: null, converged, notes, gapSeconds: null,
  slowedSeconds: 0, exposedSeconds: 0, remedies: [],
})

/** One stretch after the other. */
function phasesOf(parts: readonly (readonly [string, number])[]): readonly MigrationPhase[] {
  const phases: MigrationPhase[] = []
  let start = 0
  for (const [name, seconds] of parts) {
    if (seconds > 0) phases.push({ name, start: tidy(start), seconds: tidy(seconds) })
    start += seconds
  }
  return phases
}

export interface TransferOptions {
  /** Of the path, seconds one way. */
  readonly latency?: number
  /** What the path carries from a second on, where others begin or end on the way. */
  readonly later?: readonly Later[]
  /** Whether to look for what would end it, where it does not end: a dozen further migrations. */
  readonly remedies?: boolean
}

/** `bandwidth`: bytes per second, null where nothing states one. */
export function transfer(load: Load, settings: Settings, bandwidth: number | null, kind: 'vm' | 'container', { latency = 0, remedies = false, later = [] }: TransferOptions = {}): Transfer {
  if (bandwidth !== null && !(bandwidth > 0)) return untimed([t('the path carries nothing: its bandwidth is zero')], false)
  if (settings.mode === 'cold') return cold(load, bandwidth, kind, later)
  if (load.memory === undefined) return untimed([noTimes(kind === 'vm' ? t('the guest does not state its memory') : t('the container has no memory limit'))])
  if (bandwidth === null) return untimed([noBandwidth()])
  return kind === 'vm' ? live(load, load.memory, settings, bandwidth, later, latency, remedies) : dumped(load, load.memory, settings, bandwidth, later)
}

/** Shut down, copy, boot. A container is checkpointed, carried and restored: its memory goes instead of a boot. */
function cold(load: Load, bandwidth: number | null, kind: 'vm' | 'container', later: readonly Later[]): Transfer {
  if (kind === 'container' && load.memory === undefined) {
    return untimed([t('the container has no memory limit, so how much a checkpoint carries is unknown')])
  }
  const bytes = kind === 'container' ? load.resident + deviceStateBytes : load.copiedBytes
  if (bytes > 0 && bandwidth === null) return untimed([noBandwidth()])
  const [off, on] = [shutdownSeconds[kind], bootSeconds[kind]]
  const notes = [kind === 'vm'
    ? t`assumed: ${printTime(off)} to shut down and ${printTime(on)} to boot`
    : t`assumed: ${printTime(off)} to freeze and ${printTime(on)} to restore`]
  const unsized = load.copied.filter(({ size }) => size === undefined).length
  if (unsized > 0) notes.push(t`${unsized} of its disks state no size: copying them is not counted`)
  const copy = bytes > 0 && bandwidth !== null ? secondsOver(bytes, bandwidth, later, off) : 0
  const total = off + copy + on
  return {
    ...untimed(notes, true),
    rounds: bytes > 0 ? [{ round: 1, sent: bytes, dirtied: 0, seconds: copy }] : [],
    phases: phasesOf([[kind === 'vm' ? 'shut down' : 'checkpoint', off], [kind === 'vm' ? 'copy disks' : 'copy memory', copy], [kind === 'vm' ? 'boot' : 'restore', on]]),
    totalSeconds: total, downtimeSeconds: total, transferredBytes: bytes, gapSeconds: total,
  }
}

const inputOf = (load: Load, memory: number, settings: Settings, bandwidth: number): MemoryInput => ({
  memory, resident: load.resident, workingSet: load.workingSet, dirtyRate: load.dirtyRate, writers: load.writers, bandwidth, downtimeLimit: settings.limit,
  ...(settings.maxBandwidth !== undefined && { maxBandwidth: settings.maxBandwidth }),
  ...(settings.throttle && { throttle: settings.throttle }),
  ...load.chance,
  ...(settings.headroom !== undefined && { headroom: settings.headroom }),
  ...(settings.profile.stopRule && { stopRule: settings.profile.stopRule }),
  ...(settings.adaptive && { adaptive: settings.adaptive }),
})

function live(load: Load, memory: number, settings: Settings, path: number, later: readonly Later[], latency: number, wantsRemedies: boolean): Transfer {
  const { profile, mode } = settings
  const disks = disksOver(load, path, later, settings.maxBandwidth, profile.name)
  const notes: string[] = [...(profile.note === undefined ? [] : [t(profile.note)]), ...disks.notes]
  if (disks.endless) return { ...untimed(notes, false), phases: [] }
  // While a mirror runs, what the guest writes to its disks takes its part of the path.
  const input: MemoryInput = {
    ...inputOf(load, memory, settings, carriedAt(path, later, disks.seconds) - disks.meanwhile),
    later: since(later, disks.seconds).map(({ from, bandwidth: one }) => ({ from, bandwidth: one - disks.meanwhile })),
  }
  const timeout = profile.timeout(memory / 2 ** 30)
  const run = moveMemory({
    ...input,
    ...(mode === 'post-copy' && { postCopyAt: { seconds: 0 } }),
    ...(mode === 'hybrid' && { postCopyAt: { rounds: hybridRounds } }),
    ...(timeout !== undefined && { timeout }),
  })
  const { bandwidth } = run
  const rate = Math.min(bandwidth, settings.maxBandwidth ?? Infinity)
  if (run.outcome === 'endless' || run.outcome === 'timed-out') return endless(input, run, settings, disks.phases, notes, wantsRemedies)
  if (run.throttled > 0) {
    notes.push(t`the guest is slowed down by ${Math.round(run.throttled * 100)} % at the end and loses ${printTime(run.slowedSeconds)} of processor time${settings.headroom === undefined ? t('; assumed: its writes slow with its processors') : ''}`)
  }
  if (run.outcome === 'post-copy') {
    notes.push(t`for ${printTime(run.pullSeconds)} it runs at the target with ${printSize(run.pullBytes)} still at the source: a lost source or path loses the guest`)
    // A page that is asked for stands behind what the stream's buffers hold (without postcopy-preempt).
    notes.push(t`meanwhile each touch of a page that is not there yet waits for up to ${printTime(2 * latency + (Math.min(inFlightBytes, run.pullBytes) + pageBytes) / bandwidth)}`)
  }
  // What the stream's buffers hold drains after the stop: 87 to 124 ms were measured at 32 MiB/s.
  const drain = rate < bandwidth ? 0 : Math.min(inFlightBytes, run.transferred) / bandwidth
  // What is written to the disks until the stop, and is not mirrored, goes in it.
  const late = disks.lateOf(run.preCopySeconds)
  const rest = late / (bandwidth + disks.meanwhile)
  const downtime = run.downtime + rest
  const rounds = wholeBytes(run.rounds)
  const ends: readonly (readonly [string, number])[] = run.outcome === 'post-copy'
    ? [['pre-copy', run.preCopySeconds], ['stop', downtime], ['pull pages', run.pullSeconds]]
    : [['pre-copy', run.preCopySeconds], ['stop and copy', downtime]]
  return {
    ...untimed(notes, true),
    rounds,
    phases: phasesOf([...disks.phases, ...ends]),
    totalSeconds: tidy(disks.seconds + run.seconds + rest), downtimeSeconds: tidy(downtime),
    transferredBytes: Math.round(disks.bytes + late) + rounds.reduce((sum, { sent }) => sum + sent, 0),
    gapSeconds: tidy(downtime + drain + resumeSeconds), slowedSeconds: tidy(run.slowedSeconds), exposedSeconds: tidy(run.pullSeconds),
  }
}

/**
 * A container's iterative checkpoint (CRIU's pre-dump): its memory goes while it runs, what changed meanwhile in the freeze. The
 * file states no writes of containers, so none are counted.
 */
function dumped(load: Load, memory: number, settings: Settings, bandwidth: number, later: readonly Later[]): Transfer {
  const run = moveMemory({ ...inputOf(load, memory, settings, bandwidth), later })
  const [freeze, restore] = [shutdownSeconds.container, bootSeconds.container]
  const downtime = freeze + run.downtime + restore
  const rounds = wholeBytes(run.rounds)
  return {
    ...untimed([t`assumed: ${printTime(freeze)} to freeze and ${printTime(restore)} to restore; what the container writes meanwhile is not stated, so it counts as none`], true),
    rounds, phases: phasesOf([['pre-dump', run.preCopySeconds], ['checkpoint', freeze], ['copy memory', run.downtime], ['restore', restore]]),
    totalSeconds: tidy(run.preCopySeconds + downtime), downtimeSeconds: tidy(downtime),
    transferredBytes: rounds.reduce((sum, { sent }) => sum + sent, 0), gapSeconds: tidy(downtime),
  }
}

/** Sums of many small steps, without the last digits' noise. */
const tidy = (seconds: number): number => Math.round(seconds * 1e9) / 1e9

const wholeBytes = (rounds: MemoryRun['rounds']): MemoryRun['rounds'] =>
  rounds.map(({ round, sent, dirtied, seconds }) => ({ round, sent: Math.round(sent), dirtied: Math.round(dirtied), seconds: tidy(seconds) }))

/** An outcome like others: what would end it, and what each way would cost. */
function endless(input: MemoryInput, run: MemoryRun, settings: Settings, disks: readonly (readonly [string, number])[], notes: readonly string[], wantsRemedies: boolean): Transfer {
  const rate = Math.min(run.bandwidth, input.maxBandwidth ?? Infinity)
  const remedies = wantsRemedies ? remediesOf(input, run) : []
  const why = input.dirtyRate >= rate
    ? t`the guest dirties ${printSize(input.dirtyRate)} a second and ${printSize(rate)} a second are carried`
    : t`${printSize(run.remaining)} remain at every look, more than the downtime limit allows`
  const gaveUp = run.outcome === 'timed-out' ? t`${settings.profile.name} gives up after ${printTime(run.seconds)}` : undefined
  return {
    ...untimed([...notes, t`does not converge: ${why}`, ...(gaveUp === undefined ? [] : [gaveUp]), ...remedies.map(({ says }) => t`remedy: ${says}`)], false), ...(gaveUp !== undefined && { gaveUp }),
    rounds: wholeBytes(run.rounds.slice(0, 30)), phases: phasesOf([...disks, ['pre-copy', run.preCopySeconds]]), remedies,
  }
}
