/** A clean file is silent: the examples that are meant to be right give no error and no warning. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { analyzeText } from '../harness/analyze-text.ts'

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../examples')

it.each(readdirSync(folder).filter((file) => file.endsWith('.infra.yaml') && !file.startsWith('broken')).sort())('%s', (file) => {
  const analysis = analyzeText(readFileSync(join(folder, file), 'utf8'), file)
  const loud = analysis.problems.filter((problem) => problem.severity === 'error' || problem.severity === 'warning')
  expect(loud.map((problem) => `${problem.code}: ${problem.message}`)).toEqual([])
  expect(analysis.expectations.filter((one) => one.status === 'fail').map((one) => one.message)).toEqual([])
})
