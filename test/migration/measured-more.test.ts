/** The migration loop against the runs that test/qemu/measure.mjs recorded, beside the textbook's closed form. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { KiB, table, tellAll, type Prediction, type Told } from '../qemu/predict.ts'
import { layoutOf, mean, rows, type Row } from '../qemu/recorded.ts'

const all = tellAll()

describe('recorded runs', () => {
  it('are of at least thirty settings, six of them of guests that are slowed down', () => {
    expect(rows.length).toBeGreaterThanOrEqual(30)
    expect(rows.filter(({ takes }) => takes.every(({ autoConverge }) => autoConverge)).length).toBeGreaterThanOrEqual(6)
  })

  it.each(all)('$row.name', ({ row, loop: model }) => {
    expect(Math.abs((model.seconds * 1000) / row.totalMs - 1)).toBeLessThanOrEqual(0.07)
    expect(Math.abs(model.transferred / KiB / row.sentKiB - 1)).toBeLessThanOrEqual(0.07)
    expect(Math.abs(model.syncs - row.syncs)).toBeLessThanOrEqual(3)
    // In post-copy QEMU reports a downtime of 1 ms or of seconds, neither of which any peer sees.
    if (row.takes.every(({ postCopyMs }) => postCopyMs === undefined)) expect(Math.abs(model.downtime * 1000 - row.downtimeMs)).toBeLessThanOrEqual(Math.max(row.downtimeMs * 0.25, 60))
  })

  it('lie in memory as was found in the same guest: as many zero pages, but for those sent again', () => {
    for (const { name, takes } of rows) {
      for (const run of takes) {
        const zero = layoutOf(run).reduce((sum, one) => sum + one.zero, 0)
        expect(Math.abs(mean(takes.map(({ zeroPages }) => zeroPages)) - zero) / zero, name).toBeLessThan(0.05)
      }
    }
  })

  // The closed form knows of no guest that is slowed down.
  const live = all.filter(({ row: { takes } }) => takes.every(({ postCopyMs, autoConverge }) => postCopyMs === undefined && !autoConverge))
  const worst = (of: (told: Told) => Prediction, what: (one: Prediction, row: Row) => number): number =>
    Math.max(...live.map((told) => Math.abs(what(of(told), told.row))))

  it('are told better by the loop than by the closed form, at the worst of total, bytes and downtime', () => {
    const misses: readonly ((one: Prediction, row: Row) => number)[] = [
      ({ seconds }, { totalMs }) => (seconds * 1000) / totalMs - 1, ({ transferred }, { sentKiB }) => transferred / KiB / sentKiB - 1,
      ({ downtime }, { downtimeMs }) => downtime * 1000 - downtimeMs,
    ]
    for (const [i, miss] of misses.entries()) expect(worst(({ loop }) => loop, miss)).toBeLessThan(worst(({ book }) => book, miss) * (i === 2 ? 0.25 : 0.8))
  })

  it('are told as the written table says (test/qemu/table.md)', () => {
    expect(readFileSync(new URL('../qemu/table.md', import.meta.url), 'utf8')).toContain(table(all))
  })
})
