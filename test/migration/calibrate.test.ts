/** Fitting a real trace: what the guest was told to do must come out. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calibrate } from '../../core/migration/calibrate.ts'
import type { Calibration } from '../../core/migration/study-report.ts'
import { runs } from '../qemu/recorded.ts'

const MiB = 2 ** 20
const fitted = (text: string, limit = 0.3): Calibration => {
  const found = calibrate(text, limit)
  if ('refused' in found) throw new Error(found.refused)
  return found
}
const trace = readFileSync(new URL('../qemu/trace.json', import.meta.url), 'utf8')

describe('a trace of query-migrate', () => {
  it('gives back what the guest wrote and the link carried: 16 MiB/s over 64 MiB, 32 MiB/s', () => {
    const found = fitted(trace)
    expect(Math.abs(found.dirtyRate / (16 * MiB) - 1)).toBeLessThan(0.05)
    expect(Math.abs(found.workingSet / (64 * MiB) - 1)).toBeLessThan(0.05)
    expect(Math.abs(found.bandwidth / (32 * MiB) - 1)).toBeLessThan(0.05)
    expect(Math.abs(found.misses.total ?? 1)).toBeLessThan(0.07)
  })

  it('is read one a line and as QMP wraps it, too', () => {
    const list = JSON.parse(trace) as readonly unknown[]
    expect(fitted(list.map((one) => JSON.stringify({ return: one })).join('\n')).dirtyRate).toBe(fitted(trace).dirtyRate)
  })

  it('of one answer alone is matched in total and bytes', () => {
    for (const run of runs.filter(({ relay, postCopyMs }) => relay && postCopyMs === undefined).slice(0, 3)) {
      const found = fitted(JSON.stringify({
        'status': 'completed', 'total-time': run.totalMs, 'downtime': run.downtimeMs,
        'ram': { 'transferred': run.sentKiB * 1024, 'total': run.memoryKiB * 1024, 'dirty-sync-count': run.syncs, 'duplicate': run.zeroPages, 'page-size': 4096 },
      }), run.limitMs / 1000)
      expect(Math.abs(found.bandwidth / (run.rateMiB * MiB) - 1)).toBeLessThan(0.03)
      expect(Math.abs(found.misses.total ?? 1)).toBeLessThan(0.07)
      expect(Math.abs(found.misses.transferred ?? 1)).toBeLessThan(0.07)
    }
  })

  it('that is none is refused with a sentence, whatever it is', () => {
    for (const text of ['', '{', '[]', '{}', 'null', '[1, "a", null]', '{"total-time": -1, "ram": {}}', '{"total-time": 0, "ram": {"transferred": 0, "total": 0}}']) {
      expect(calibrate(text, 0.3)).toHaveProperty('refused')
    }
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      expect(calibrate(JSON.stringify(value), 0.3)).toBeDefined()
    }), { seed: 20260101, numRuns: 200 })
  })
})
