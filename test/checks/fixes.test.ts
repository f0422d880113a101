/** Every fix that a marked file is offered: its finding goes, and none comes. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { edit, type Analysis } from '../../core/analysis.ts'
import { applyEdits } from '../../core/text/edit.ts'
import type { Problem } from '../../core/infra/problem.ts'
import { analyzeFixture, isFixture } from '../harness/analyze-fixture.ts'

const folder = dirname(fileURLToPath(import.meta.url))
const fixtures = readdirSync(folder).filter(isFixture).sort()

/** How often each code is found. */
const kindsOf = (analysis: Analysis): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const { code } of analysis.problems) counts.set(code, (counts.get(code) ?? 0) + 1)
  return counts
}
const same = (problem: Problem): string => `${problem.code} ${problem.message}`

describe('each fix of a marked file mends what it is offered for', () => {
  it.each(fixtures)('%s', (file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    const path = join(folder, file)
    const before = analyzeFixture(path, text)
    const source = before.readings[0]?.source
    if (!source) throw new Error(`${file} is not read`)
    const counts = kindsOf(before)
    const faults: string[] = []
    for (const problem of before.problems) {
      for (const fix of problem.fixes) {
        const answer = edit(before, fix.change)
        if ('refused' in answer) {
          faults.push(`${fix.title}: refused, ${answer.refused}`)
          continue
        }
        const after = analyzeFixture(path, applyEdits(source, answer))
        const count = (analysis: Analysis): number => analysis.problems.filter((one) => same(one) === same(problem)).length
        if (count(after) >= count(before)) faults.push(`${fix.title}: ${same(problem)} stays`)
        for (const [code, count] of kindsOf(after)) {
          if (count > (counts.get(code) ?? 0)) faults.push(`${fix.title}: adds ${after.problems.filter((one) => one.code === code && !before.problems.some((old) => same(old) === same(one))).map(same).join(' and ')}`)
        }
      }
    }
    expect(faults).toEqual([])
  })
})
