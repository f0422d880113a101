/** Every marked file of this folder: what is marked is found, what is not marked is not. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checks, explainedCodes, explanationOf } from '../../core/checks/index.ts'
import { analyzeText } from '../harness/analyze-text.ts'
import { differences, markOf, marksOf, withMarks } from '../harness/markers.ts'

const folder = dirname(fileURLToPath(import.meta.url))
const fixtures = readdirSync(folder).filter((file) => file.endsWith('.infra.yaml')).sort()

describe('a marked file', () => {
  it.each(fixtures)('%s', (file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    const analysis = analyzeText(text, file)
    const found = analysis.problems.map((problem) => markOf(problem, analysis.locator, text))
    if (process.env['UPDATE'] === '1') writeFileSync(join(folder, file), withMarks(text, found))
    else {
      expect(differences(marksOf(text), found)).toEqual([])
      const code = file.replace('.infra.yaml', '')
      expect(found.map((one) => one.code)).toContain(code)
    }
  })
})

describe('the catalogue', () => {
  it('has a marked file for every check', () => {
    const missing = checks.map((check) => check.code).filter((code) => !fixtures.includes(`${code}.infra.yaml`))
    expect(missing).toEqual(unmarked)
  })

  it('explains every code with an example', () => {
    for (const code of explainedCodes) {
      const text = explanationOf(code)?.text ?? ''
      expect(text, code).toMatch(/\*\*Why it matters\.\*\*[\s\S]*\*\*How to mend it\.\*\*[\s\S]*Wrong:[\s\S]*Right:/)
    }
    expect(explanationOf('no-such-code')).toBeUndefined()
  })
})

/** Checks whose smallest file is too large to be read with pleasure; they have tests of their own. */
const unmarked: readonly string[] = ['vlan-exhaustion', 'rack-over-density']
