/** Published migrations: predicted beside published. Inputs that the sources do not give are assumed, and named so. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { predictedOf, rows, table } from './published.ts'

describe('published rows', () => {
  it.each(rows)('$name', (row) => {
    const run = predictedOf(row)
    expect(run.outcome).toBe('completed')
    const near = (value: number, [published, ratio]: readonly [number, number]): void => expect(Math.abs(value / published - 1)).toBeLessThanOrEqual(ratio)
    if (row.seconds) near(run.seconds, row.seconds)
    if (row.bytes) near(run.transferred, row.bytes)
    if (row.firstRound) near(run.rounds[0]?.sent ?? 0, row.firstRound)
    if (row.downtimeAtMost !== undefined) expect(run.downtime).toBeLessThanOrEqual(row.downtimeAtMost)
    if (row.downtimeAtLeast !== undefined) expect(run.downtime).toBeGreaterThanOrEqual(row.downtimeAtLeast)
  })

  it('stand in the written table (published.md)', () => {
    expect(readFileSync(new URL('published.md', import.meta.url), 'utf8')).toContain(table())
  })
})
