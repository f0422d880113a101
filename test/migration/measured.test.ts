/** The migration loop against real runs whose inputs are all known. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { moveMemory, qemuThrottle, type MemoryRun } from '../../core/migration/memory.ts'

interface Measured {
  readonly name: string
  readonly relay: boolean
  readonly workingSetMiB: number
  readonly dirtyMiB: number
  readonly limitMs: number
  readonly syncs: number
  readonly totalMs?: number
  readonly downtimeMs?: number
  readonly stoppedMs?: number
  readonly postCopyMs?: number
  readonly sentKiB: number
  readonly remainingMiB?: number
}

const { memoryKiB, residentKiB, rateMiB, runs } = JSON.parse(readFileSync(new URL('measured.json', import.meta.url), 'utf8')) as {
  memoryKiB: number; residentKiB: number; rateMiB: number; runs: readonly Measured[]
}
const KiB = 1024
const MiB = 1024 * 1024
// What loopback carried under emulation, where the cap does not apply: in the last phase, and in post-copy's many small reads.
const loopback = 900 * MiB
const loopbackPull = 270 * MiB

function predicted(run: Measured): MemoryRun {
  return moveMemory({
    memory: memoryKiB * KiB, resident: residentKiB * KiB + run.workingSetMiB * MiB,
    workingSet: run.workingSetMiB * MiB, dirtyRate: run.dirtyMiB * MiB, downtimeLimit: run.limitMs / 1000,
    bandwidth: run.relay ? rateMiB * MiB : run.postCopyMs === undefined ? loopback : loopbackPull,
    ...(!run.relay && { maxBandwidth: rateMiB * MiB }),
    ...(run.postCopyMs !== undefined && { postCopyAt: { seconds: run.postCopyMs / 1000 } }),
    ...(run.stoppedMs !== undefined && { timeout: run.stoppedMs / 1000 }),
  })
}

describe('measured runs', () => {
  it.each(runs)('$name', (run) => {
    const model = predicted(run)
    const within = (value: number, measured: number, ratio: number, least = 0): void =>
      expect(Math.abs(value - measured)).toBeLessThanOrEqual(Math.max(measured * ratio, least))
    within(model.transferred / KiB, run.sentKiB, 0.07)
    within(model.syncs, run.syncs, 0, 3)
    if (run.totalMs !== undefined) within(model.seconds * 1000, run.totalMs, 0.07)
    if (run.downtimeMs !== undefined) within(model.downtime * 1000, run.downtimeMs, 0.25, 60)
    if (run.remainingMiB !== undefined) within(model.remaining / MiB, run.remainingMiB, 0.07)
    expect(model.outcome).toBe(run.stoppedMs !== undefined ? 'timed-out' : run.postCopyMs !== undefined ? 'post-copy' : 'completed')
  })

  it('tells what auto-converge does to a guest that waits between its writes: nothing, until it is almost stopped', () => {
    // 25 syncs, 41.8 s, 1.24 GiB. It writes 64 MiB/s by the clock and could write some gigabytes a second.
    const run = moveMemory({
      memory: memoryKiB * KiB, resident: (residentKiB + 64 * KiB) * KiB, workingSet: 64 * MiB, dirtyRate: 64 * MiB, downtimeLimit: 0.3,
      bandwidth: loopback, maxBandwidth: 32 * MiB, throttle: qemuThrottle, headroom: 20,
    })
    expect(run.outcome).toBe('completed')
    expect(run.throttled).toBe(0.99)
    expect(Math.abs(run.seconds / 41.8 - 1)).toBeLessThanOrEqual(0.07)
    expect(Math.abs(run.transferred / (1.24 * 1024 * MiB) - 1)).toBeLessThanOrEqual(0.07)
    expect(Math.abs(run.syncs - 25)).toBeLessThanOrEqual(3)
  })

  it('does better than the closed form at the downtime of a saturated link', () => {
    const run = runs.find(({ name }) => name === 'px-r8')
    if (!run) throw new Error('px-r8 is missing')
    // λ = D/R; the geometric series empties each round and stops below limit × rate.
    const rate = rateMiB * MiB
    let left = residentKiB * KiB + run.workingSetMiB * MiB
    while (left > (rate * run.limitMs) / 1000) left = Math.min(run.workingSetMiB * MiB, (left * run.dirtyMiB * MiB) / rate)
    const miss = (ms: number): number => Math.abs(ms - (run.downtimeMs ?? 0))
    expect(miss(predicted(run).downtime * 1000)).toBeLessThan(miss((left / rate) * 1000))
  })
})
