/** The migration loop against the runs that test/qemu/measure.mjs recorded, beside the textbook's closed form. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { closedForm, KiB, layoutOf, predicted, runs, table, type Prediction, type Recorded } from '../qemu/predict.ts'

const fail = (name: string): never => { throw new Error(`no run ${name}`) }

describe('recorded runs', () => {
  it('are at least twelve', () => expect(runs.length).toBeGreaterThanOrEqual(12))

  /**
   * Runs that the loop misses, and why. All are of guests that are slowed down and write as fast as their processor lets them, on a
   * machine that had other work: what it let them write is known to a third at best.
   */
  const missed: ReadonlyMap<string, string> = new Map([
    ['256M auto-converge, 24 MiB/s', 'rounds of just about the second after which QEMU judges: whether each or every other one counts decides when the guest is slowed down'],
    ['192M auto-converge, limit 1000', 'the guest stood still for a moment at one of its looks, which were half a second apart'],
    ['320M auto-converge, 40 MiB/s', 'the guest wrote less while it was moved than before: a step of ten percent came too late by the loop'],
  ])
  const misses = (run: Recorded): boolean => {
    const model = predicted(run)
    return Math.abs((model.seconds * 1000) / run.totalMs - 1) > 0.07 || Math.abs(model.transferred / KiB / run.sentKiB - 1) > 0.07
  }

  it('that are missed are missed, and named in the table', () => {
    for (const name of missed.keys()) expect(misses(runs.find((run) => run.name === name) ?? fail(name)), name).toBe(true)
    for (const name of missed.keys()) expect(readFileSync(new URL('../qemu/table.md', import.meta.url), 'utf8')).toMatch(new RegExp(`^\\* ${name.replace(/[/]/g, '.')}: `, 'm'))
  })

  it.each(runs.filter(({ name }) => !missed.has(name)))('$name', (run) => {
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

  // The closed form knows of no guest that is slowed down.
  const live = runs.filter(({ postCopyMs, autoConverge }) => postCopyMs === undefined && !autoConverge)
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
