/** Every fix that a marked file is offered: its finding goes, and none comes; however the file is formatted. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'yaml'
import { describe, expect, it } from 'vitest'
import { edit, type Analysis } from '../../core/analysis.ts'
import { applyEdits } from '../../core/text/edit.ts'
import type { Problem } from '../../core/infra/problem.ts'
import { chance, inBraces, print, type Plan } from '../faults/plain.ts'
import { analyzeFixture, isFixture } from '../harness/analyze-fixture.ts'
import { catalogue } from './catalogue.ts'

const folder = dirname(fileURLToPath(import.meta.url))
const fixtures = readdirSync(folder).filter(isFixture).sort()

/** How often each code is found. */
const kindsOf = (analysis: Analysis): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const { code } of analysis.problems) counts.set(code, (counts.get(code) ?? 0) + 1)
  return counts
}
const same = (problem: Problem): string => `${problem.code} ${problem.message}`
const mended = new Set<string>()

/** What is wrong about the fixes of a text. */
function faultsOf(path: string, text: string): readonly string[] {
  const before = analyzeFixture(path, text)
  const [source] = before.readings.map((reading) => reading.source)
  if (!source) return [`${path} is not read`]
  const counts = kindsOf(before)
  const faults: string[] = []
  for (const problem of before.problems) {
    if (problem.fixes.length > 0) mended.add(problem.code)
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
      // The line ends of the text stay what they are.
      if (text.includes('\r\n') && /[^\r]\n/.test(applyEdits(source, answer))) faults.push(`${fix.title}: writes a bare line feed`)
    }
  }
  return faults
}

/** Equal maps and lists of one kind are written once, with an anchor, and named elsewhere; every line ends in a comment. */
function anchored(plan: Plan): string {
  const seen = new Map<string, unknown>()
  const shared = (value: unknown, path: readonly string[] = []): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const own = Array.isArray(value) ? value.map((item) => shared(item, [...path, '-'])) : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shared(inner, [...path, path.length % 2 === 0 ? key : '*'])]))
    const key = `${path.join(' ')} ${JSON.stringify(own)}`
    if (!seen.has(key)) seen.set(key, own)
    return seen.get(key)
  }
  return stringify(shared(plan), { lineWidth: 0 }).split('\n').map((line) => (line === '' ? line : `${line} # so`)).join('\n')
}

describe('each fix of a marked file mends what it is offered for', () => {
  it.each(fixtures)('%s', (file) => {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    expect(faultsOf(path, text)).toEqual([])
    expect(faultsOf(path, text.replaceAll('\n', '\r\n'))).toEqual([])
  })

  // Broken text and comments have no other formatting.
  const plain = fixtures.filter((file) => !/^(yaml-syntax|useless-suppression|duplicate-name)\./.test(file))
  it.each(plain)('%s, formatted in other ways', (file) => {
    const path = join(folder, file)
    const plan = parse(readFileSync(path, 'utf8')) as Plan
    expect(faultsOf(path, inBraces(plan))).toEqual([])
    for (const seed of [1, 4, 9]) expect(faultsOf(path, print(plan, chance(seed)).text)).toEqual([])
  })

  it.each(plain)('%s, where equal parts are one part with an anchor, and each line has a comment', (file) => {
    const path = join(folder, file)
    const faults = faultsOf(path, anchored(parse(readFileSync(path, 'utf8')) as Plan))
    // What two parts share is not changed for one of them, and what others are made from is not taken away.
    expect(faults.filter((fault) => !/: refused, (this comes from an anchor|other parts of this file are made from it)/.test(fault))).toEqual([])
  })

  it('two thirds of the codes have one', () => {
    const all = Object.values(catalogue).flatMap((line) => line.split(' '))
    console.log(`${all.filter((code) => mended.has(code)).length} of ${all.length} codes have a quick fix; without: ${all.filter((code) => !mended.has(code)).join(' ')}`)
    expect(all.filter((code) => mended.has(code)).length / all.length).toBeGreaterThanOrEqual(2 / 3)
  })
})
