/** What the reader says is marked in the file itself; UPDATE=1 marks it anew. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { read } from '../../../core/formats/infra/read.ts'
import { Locator } from '../../../core/text/span.ts'
import { differences, markOf, marksOf, withMarks } from '../../harness/markers.ts'

it('says what is wrong where it is written, and nothing else', () => {
  const path = 'test/formats/infra/problems.infra.yaml'
  const text = readFileSync(path, 'utf8')
  const reading = read({ uri: 'file:///problems.infra.yaml', text, version: 1 })
  const locator = new Locator([reading.source], reading.places)
  const found = reading.problems.map((problem) => markOf(problem, locator, text))
  if (process.env['UPDATE']) writeFileSync(path, withMarks(text, found))
  else expect(differences(marksOf(text), found)).toEqual([])
})
