/** The four modes, from rates and loads to rounds, phases and times. Bytes and seconds. */
import { printSize, printTime } from '../address/quantity.ts'
import type { Load } from './load.ts'
import { deviceStateBytes, inFlightBytes, moveMemory, qemuThrottle, type MemoryInput, type MemoryRun } from './memory.ts'
import type { Settings } from './profile.ts'
import type { MigrationPhase, MigrationReport } from './report.ts'

/** From power-on until its services answer: an assumption, named in the notes. A container's start is its process's. */
export const bootSeconds = { vm: 20, container: 1 } as const
export const shutdownSeconds = { vm: 5, container: 1 } as const
/** Loading the device state and starting the processors at the target: 1 to 11 ms were measured on a path without queues. */
const resumeSeconds = 0.006
/** A hybrid's first half ends after the round that sends everything and one that sends what changed meanwhile. */
const hybridRounds = 2

type Timed = Pick<MigrationReport, 'rounds' | 'phases' | 'totalSeconds' | 'downtimeSeconds' | 'transferredBytes' | 'converged' | 'notes'>

export interface Transfer extends Timed {
  /** From the guest's last instruction here to its first there; null where unknown. */
  readonly gapSeconds: number | null
}

const untimed = (notes: readonly string[], converged: boolean | null = null): Transfer =>
  ({ rounds: [], phases: [], totalSeconds: null, downtimeSeconds: null, transferredBytes: null, converged, notes, gapSeconds: null })

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

/** `bandwidth`: bytes per second, null where nothing states one. */
export function transfer(load: Load, settings: Settings, bandwidth: number | null, kind: 'vm' | 'container'): Transfer {
  if (bandwidth !== null && !(bandwidth > 0)) return untimed(['the path carries nothing: its bandwidth is zero'], false)
  if (settings.mode === 'cold' || kind === 'container') return cold(load, bandwidth, kind, settings)
  if (load.memory === undefined) return untimed(['the guest does not state its memory, so times are unknown'])
  if (bandwidth === null) return untimed(['no link or device on the path states a bandwidth, so times are unknown'])
  return live(load, load.memory, settings, bandwidth)
}

/** Shut down, copy, boot. A container is checkpointed, carried and restored: its memory goes instead of a boot. */
function cold(load: Load, bandwidth: number | null, kind: 'vm' | 'container', settings: Settings): Transfer {
  const notes: string[] = []
  if (kind === 'container' && settings.mode !== 'cold') notes.push('a container is checkpointed and restored: it moves cold')
  if (kind === 'container' && load.memory === undefined) {
    return untimed([...notes, 'the container has no memory limit, so how much a checkpoint carries is unknown'])
  }
  const bytes = kind === 'container' ? load.resident + deviceStateBytes : load.copiedBytes
  if (bytes > 0 && bandwidth === null) return untimed([...notes, 'no link or device on the path states a bandwidth, so times are unknown'])
  const [off, on] = [shutdownSeconds[kind], bootSeconds[kind]]
  notes.push(kind === 'vm'
    ? `assumed: ${printTime(off)} to shut down and ${printTime(on)} to boot`
    : `assumed: ${printTime(off)} to freeze and ${printTime(on)} to restore`)
  const unsized = load.copied.filter(({ size }) => size === undefined).length
  if (unsized > 0) notes.push(`${unsized} of its disks state no size: copying them is not counted`)
  const copy = bytes > 0 && bandwidth !== null ? bytes / bandwidth : 0
  const total = off + copy + on
  return {
    rounds: bytes > 0 ? [{ round: 1, sent: bytes, dirtied: 0, seconds: copy }] : [],
    phases: phasesOf([[kind === 'vm' ? 'shut down' : 'checkpoint', off], [kind === 'vm' ? 'copy disks' : 'copy memory', copy], [kind === 'vm' ? 'boot' : 'restore', on]]),
    totalSeconds: total, downtimeSeconds: total, transferredBytes: bytes, converged: true, notes, gapSeconds: total,
  }
}

function live(load: Load, memory: number, settings: Settings, bandwidth: number): Transfer {
  const { profile, mode } = settings
  const input: MemoryInput = {
    memory, resident: load.resident, workingSet: load.workingSet, dirtyRate: load.dirtyRate, bandwidth,
    downtimeLimit: settings.limit,
    ...(settings.maxBandwidth !== undefined && { maxBandwidth: settings.maxBandwidth }),
    ...(settings.throttle && { throttle: settings.throttle }),
    ...(profile.stopRule && { stopRule: profile.stopRule }),
  }
  const timeout = profile.timeout(memory / 2 ** 30)
  const run = moveMemory({
    ...input,
    ...(mode === 'post-copy' && { postCopyAt: { seconds: 0 } }),
    ...(mode === 'hybrid' && { postCopyAt: { rounds: hybridRounds } }),
    ...(timeout !== undefined && { timeout }),
  })
  const rate = Math.min(bandwidth, settings.maxBandwidth ?? Infinity)
  const notes: string[] = profile.note === undefined ? [] : [profile.note]
  // Mirrors must be ready before the first page goes, and run until the switch-over.
  const mirror = load.copiedBytes / rate
  if (load.copiedBytes > 0) notes.push(`${printSize(load.copiedBytes)} of disks are mirrored first, in ${printTime(mirror)}`)
  if (load.copied.some(({ size }) => size === undefined)) notes.push('a disk that must be copied states no size: its copy is not counted')
  if (run.outcome === 'endless' || run.outcome === 'timed-out') return endless(input, run, settings, mirror, notes)
  if (run.throttled > 0) notes.push(`the guest is slowed down by ${Math.round(run.throttled * 100)} % at the end`)
  if (run.outcome === 'post-copy') {
    notes.push(`for ${printTime(run.pullSeconds)} it runs at the target with ${printSize(run.pullBytes)} still at the source: a lost source or path loses the guest`)
  }
  // What the stream's buffers hold drains after the stop: 87 to 124 ms were measured at 32 MiB/s.
  const drain = rate < bandwidth ? 0 : Math.min(inFlightBytes, run.transferred) / bandwidth
  const rounds = wholeBytes(run.rounds)
  const live: readonly (readonly [string, number])[] = run.outcome === 'post-copy'
    ? [['pre-copy', run.preCopySeconds], ['stop', run.downtime], ['pull pages', run.pullSeconds]]
    : [['pre-copy', run.preCopySeconds], ['stop and copy', run.downtime]]
  return {
    rounds,
    phases: phasesOf([['mirror disks', mirror], ...live]),
    totalSeconds: tidy(mirror + run.seconds), downtimeSeconds: tidy(run.downtime),
    transferredBytes: load.copiedBytes + rounds.reduce((sum, { sent }) => sum + sent, 0),
    converged: true, notes, gapSeconds: tidy(run.downtime + drain + resumeSeconds),
  }
}

/** Sums of many small steps, without the last digits' noise. */
const tidy = (seconds: number): number => Math.round(seconds * 1e9) / 1e9

const wholeBytes = (rounds: MemoryRun['rounds']): MemoryRun['rounds'] =>
  rounds.map(({ round, sent, dirtied, seconds }) => ({ round, sent: Math.round(sent), dirtied: Math.round(dirtied), seconds: tidy(seconds) }))

/** An outcome like others: what would end it, and what each way would cost. */
function endless(input: MemoryInput, run: MemoryRun, settings: Settings, mirror: number, notes: readonly string[]): Transfer {
  const rate = Math.min(input.bandwidth, input.maxBandwidth ?? Infinity)
  const ways: string[] = []
  const { timeout: _none, stopRule: _rule, ...free } = input
  const pulled = moveMemory({ ...free, postCopyAt: { rounds: hybridRounds } })
  ways.push(`switching to post-copy: ${printTime(pulled.seconds)} in all, ${printTime(pulled.downtime)} down, then ${printTime(pulled.pullSeconds)} during which a lost source loses the guest`)
  if (!input.throttle) {
    const slowed = moveMemory({ ...free, throttle: qemuThrottle })
    ways.push(slowed.outcome === 'completed'
      ? `auto-converge: ${printTime(slowed.seconds)} in all, ${printTime(slowed.downtime)} down, the guest slowed down by up to ${Math.round(slowed.throttled * 100)} %`
      : 'auto-converge does not end it either')
  }
  // What is left at every look is what a limit must allow.
  const longer = Math.ceil((run.remaining / rate) * 11) / 10
  const waited = moveMemory({ ...free, downtimeLimit: longer })
  if (waited.outcome === 'completed') ways.push(`a downtime limit of ${printTime(longer)}: ${printTime(waited.seconds)} in all, ${printTime(waited.downtime)} down`)
  const why = input.dirtyRate >= rate
    ? `the guest dirties ${printSize(input.dirtyRate)} a second and ${printSize(rate)} a second are carried`
    : `${printSize(run.remaining)} remain at every look, more than the downtime limit allows`
  const gaveUp = run.outcome === 'timed-out' ? [`${settings.profile.name} gives up after ${printTime(run.seconds)}`] : []
  return {
    ...untimed([...notes, `does not converge: ${why}`, ...gaveUp, ...ways.map((way) => `remedy: ${way}`)], false),
    rounds: wholeBytes(run.rounds.slice(0, 30)), phases: phasesOf([['mirror disks', mirror], ['pre-copy', run.preCopySeconds]]),
  }
}
