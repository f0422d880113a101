/** Whatever is typed, every question about it has an answer: no throw, no place outside the text. */
import fc from 'fast-check'
import { readFileSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { diagram, edit, finish } from '../../core/analysis.ts'
import { complete, describe, foldsOf, hintsOf, hover, outline, tokensOf } from '../../core/editing.ts'
import { writeExpectations } from '../../core/expecting.ts'
import { fixAll } from '../../core/fix-all.ts'
import { suppressionFor } from '../../core/suppression.ts'
import { applyEdits } from '../../core/text/edit.ts'
import { analyzeText } from '../harness/analyze-text.ts'

const seed = 20261121
const examples = readdirSync('examples').filter((name) => /\.ya?ml$/.test(name)).map((name) => ({ name, text: readFileSync(`examples/${name}`, 'utf8') }))
const slips = fc.array(fc.record({
  at: fc.nat(), cut: fc.nat(30),
  put: fc.constantFrom('', 'x', '\n', '  ', ': ', '- ', '{', '}', ']', '"', '&a ', '*a', '# underlay-disable no-route\n', '# underlay-disable-next-line', '10.0.0.1/24', 'type: vxlan', '\r\n', '\t', '😀'),
}), { maxLength: 5 })

it('on texts that are cut and patched anywhere', { timeout: 300_000 }, () => {
  fc.assert(fc.property(fc.constantFrom(...examples), slips, fc.nat(), ({ name, text }, edits, place) => {
    const changed = edits.reduce((now, { at, cut, put }) => {
      const start = at % (now.length + 1)
      return now.slice(0, start) + put + now.slice(start + cut)
    }, text)
    const analysis = analyzeText(changed, name)
    const [source] = analysis.readings.map((reading) => reading.source)
    if (!source) return
    const inside = (offset: number): boolean => offset >= 0 && offset <= changed.length
    for (const problem of analysis.problems) {
      const offsets = analysis.locator.offsets(problem.at)
      expect(offsets && inside(offsets.start) && inside(offsets.end) && offsets.start <= offsets.end, `${problem.code} ${problem.message}`).toBe(true)
      for (const fix of problem.fixes) edit(analysis, fix.change)
      if (offsets) suppressionFor(source, offsets.start, problem.code)
    }
    let last = 0
    for (const { start, end } of tokensOf(analysis, name, changed)) {
      expect(start).toBeGreaterThanOrEqual(last)
      expect(end).toBeLessThanOrEqual(changed.length)
      last = end
    }
    for (const { behind } of hintsOf(analysis, name)) expect(inside(analysis.locator.offsets(behind)?.end ?? 0)).toBe(true)
    for (const { first, last: end } of foldsOf(changed)) expect(first).toBeLessThan(end)
    const offset = place % (changed.length + 1)
    hover(analysis, name, offset)
    complete(source, offset, analysis.realised.infra)
    describe(source, offset)
    outline(analysis)
    diagram(analysis, { view: 'physical' })
  }), { seed, numRuns: 150 })
})

it('and what is written from it can be read again', { timeout: 300_000 }, () => {
  fc.assert(fc.property(fc.constantFrom(...examples.filter(({ name }) => name.includes('.infra.'))), slips, ({ name, text }, edits) => {
    const changed = edits.reduce((now, { at, cut, put }) => {
      const start = at % (now.length + 1)
      return now.slice(0, start) + put + now.slice(start + cut)
    }, text)
    const analysis = analyzeText(changed, name)
    const [source] = analysis.readings.map((reading) => reading.source)
    if (!source) return
    const loud = (one: typeof analysis): number => one.problems.filter(({ severity }) => severity === 'error' || severity === 'warning').length
    expect(loud(analyzeText(applyEdits(source, finish(fixAll(analysis, () => true))), name))).toBeLessThanOrEqual(loud(analysis))
    const { change, count } = analysis.whole ? finish(writeExpectations(analysis)) : { change: undefined, count: 0 }
    const answer = change && count > 0 ? edit(analysis, change) : []
    if (!('refused' in answer)) expect(analyzeText(applyEdits(source, answer), name).expectations.length).toBeGreaterThanOrEqual(analysis.expectations.length)
  }), { seed, numRuns: 40 })
})
