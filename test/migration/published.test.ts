/** Published migrations: predicted beside published. Inputs that the sources do not give are assumed, and named so. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { missesOf } from './published-form.ts'
import { rows, table } from './published.ts'

describe('published rows', () => {
  const predicted = rows.flatMap((row) => (typeof row.predict === 'function' ? [{ row, name: row.name, predict: row.predict }] : []))

  it.each(predicted)('$name', ({ row, predict }) => {
    expect(row.must.length).toBeGreaterThan(0)
    expect(missesOf(row, predict(1))).toEqual([])
  })

  it.each(predicted.filter(({ row }) => row.scales))('$name: not of another guest, three times as large', ({ row, predict }) => {
    expect(missesOf(row, predict(3))).not.toEqual([])
  })

  it('that cannot be predicted say why, and promise nothing', () => {
    for (const { predict, must } of rows) if (typeof predict !== 'function') expect([predict.not.length > 20, must]).toEqual([true, []])
  })

  it('stand in the written table (published.md)', () => {
    expect(readFileSync(new URL('published.md', import.meta.url), 'utf8')).toContain(table())
  })
})
