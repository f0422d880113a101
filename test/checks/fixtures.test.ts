/** Every marked file of this folder: what is marked is found, what is not marked is not. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checks, explainedCodes, explanationOf } from '../../core/checks/index.ts'
import { analyzeFixture, codeOfFixture, isFixture } from '../harness/analyze-fixture.ts'
import { dropReasons } from '../../core/forwarding/trace.ts'
import { catalogue } from './catalogue.ts'
import { differences, markOf, marksOf, withMarks } from '../harness/markers.ts'

const folder = dirname(fileURLToPath(import.meta.url))
const fixtures = readdirSync(folder).filter(isFixture).sort()

describe('a marked file', () => {
  it.each(fixtures)('%s', (file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    const analysis = analyzeFixture(join(folder, file), text)
    const found = analysis.problems.map((problem) => markOf(problem, analysis.locator, text))
    if (process.env['UPDATE'] === '1') writeFileSync(join(folder, file), withMarks(text, found))
    else {
      expect(differences(marksOf(text), found)).toEqual([])
      expect(found.map((one) => one.code)).toContain(codeOfFixture(file))
    }
  })
})

describe('the catalogue', () => {
  const marked = new Set(fixtures.map(codeOfFixture))

  it('is what there is: no code is missing, none is made up', () => {
    const listed = Object.values(catalogue).flatMap((line) => line.split(' '))
    const existing = explainedCodes.filter((code) => !(dropReasons as readonly string[]).includes(code) || checks.some((check) => check.code === code))
    expect([...existing].sort()).toEqual([...listed].sort())
    expect(new Set(listed).size).toBe(listed.length)
  })

  it('has a marked file for every code', () => {
    const listed = Object.values(catalogue).flatMap((line) => line.split(' '))
    expect(listed.filter((code) => !marked.has(code))).toEqual(unmarked)
  })

  it('explains every code with an example', () => {
    for (const code of explainedCodes) {
      const text = explanationOf(code)?.text ?? ''
      expect(text, code).toMatch(/\*\*Why it matters\.\*\*[\s\S]*\*\*How to mend it\.\*\*[\s\S]*Wrong:[\s\S]*Right:/)
    }
    expect(explanationOf('no-such-code')).toBeUndefined()
  })
})

/** Its smallest file has 3686 networks: `large.test.ts` makes it, and looks at its place. */
const unmarked: readonly string[] = ['vlan-exhaustion']
