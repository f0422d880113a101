/** The migration loop against the runs that test/qemu/measure.mjs recorded, beside the textbook's closed form. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { closedForm, KiB, layoutOf, predicted, runs, table, type Prediction, type Recorded } from '../qemu/predict.ts'

describe('recorded runs', () => {
  it('are at least twelve', () => expect(runs.length).toBeGreaterThanOrEqual(12))

  it.each(runs)('$name', (run) => {
    const model = predicted(run)
    expect(Math.abs((model.seconds * 1000) / run.totalMs - 1)).toBeLessThanOrEqual(0.07)
    expect(Math.abs(model.transferred / KiB / run.sentKiB - 1)).toBeLessThanOrEqual(0.07)
    expect(Math.abs(model.syncs - run.syncs)).toBeLessThanOrEqual(3)
    // In post-copy QEMU reports a downtime of 1 ms or of seconds, neither of which any peer sees.
    if (run.postCopyMs === undefined) expect(Math.abs(model.downtime * 1000 - run.downtimeMs)).toBeLessThanOrEqual(Math.max(run.downtimeMs * 0.25, 60))
  })

  it('lie in memory as was found in the same guest: as many zero pages, but for those sent again', () => {
    for (const run of runs) {
      const zero = layoutOf(run).reduce((sum, one) => sum + one.zero, 0)
      expect(Math.abs(zero - run.zeroPages) / zero).toBeLessThan(0.05)
    }
  })

  const live = runs.filter(({ postCopyMs }) => postCopyMs === undefined)
  const worst = (of: (run: Recorded) => Prediction, what: (one: Prediction, run: Recorded) => number): number =>
    Math.max(...live.map((run) => Math.abs(what(of(run), run))))

  it('are told better by the loop than by the closed form, at the worst of total, bytes and downtime', () => {
    const misses: readonly ((one: Prediction, run: Recorded) => number)[] = [
      ({ seconds }, { totalMs }) => (seconds * 1000) / totalMs - 1, ({ transferred }, { sentKiB }) => transferred / KiB / sentKiB - 1,
      ({ downtime }, { downtimeMs }) => downtime * 1000 - downtimeMs,
    ]
    for (const [i, miss] of misses.entries()) expect(worst(predicted, miss)).toBeLessThan(worst(closedForm, miss) * (i === 2 ? 0.25 : 0.8))
  })

  it('are told as the written table says (test/qemu/table.md)', () => {
    expect(readFileSync(new URL('../qemu/table.md', import.meta.url), 'utf8')).toContain(table())
  })
})
