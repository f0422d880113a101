/** What an edit leaves of the last analysis is used again; the answer is that of an analysis from nothing, whatever is typed. */
import fc from 'fast-check'
import { readFileSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { analyze, finish, readSource, type Analysis } from '../../core/analysis.ts'
import type { Reading } from '../../core/formats/format.ts'

const texts = readdirSync('examples').filter((name) => /\.infra\.ya?ml$/.test(name) && !name.includes('large'))
  .map((name) => readFileSync(`examples/${name}`, 'utf8')).filter((text) => text.length < 12_000)

// Chunks are compared by what they hold: an analysis from nothing has chunks of its own.
const show = (value: unknown): string => JSON.stringify(value, (key, part: unknown) =>
  key === 'chunk' ? undefined : typeof part === 'bigint' ? `${part}n` : part instanceof Map || part instanceof Set ? [...part] : part)

const answers = ({ realised, problems, expectations, locator }: Analysis): readonly string[] => [
  show(realised.infra), show(problems.map((problem) => [problem, locator.locate(problem.at)])), show(expectations.map(({ at: _, ...result }) => result)),
]

/** Something at a place: other digits, another word, a line twice, a line less. */
const stroke = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), how: fc.nat(5), digit: fc.nat(9) })

function typed(text: string, { at, how, digit }: { at: number; how: number; digit: number }): string {
  const place = Math.floor(at * text.length)
  const line = text.lastIndexOf('\n', place) + 1
  const end = text.indexOf('\n', place) + 1 || text.length
  switch (how) {
    case 0: return text.slice(0, line) + text.slice(end)
    case 1: return text.slice(0, end) + text.slice(line, end) + text.slice(end)
    case 2: return text.slice(0, place) + text.slice(place + 1)
    default: {
      const found = /\d/.exec(text.slice(place))
      return found ? text.slice(0, place + found.index) + String(digit) + text.slice(place + found.index + 1) : text
    }
  }
}

it('an analysis after typing is the analysis from nothing', () => {
  fc.assert(fc.property(fc.constantFrom(...texts), fc.array(stroke, { minLength: 1, maxLength: 4 }), (start, strokes) => {
    let text = start
    let reading: Reading | undefined
    let analysis: Analysis | undefined
    for (const [version, one] of [undefined, ...strokes].entries()) {
      if (one) text = typed(text, one)
      const source = { uri: 'file:///typing.infra.yaml', text, version }
      reading = readSource(source, reading)
      if (!reading) return
      analysis = finish(analyze([reading], analysis))
    }
    const fresh = readSource({ uri: 'file:///typing.infra.yaml', text, version: 99 })
    if (!analysis || !fresh) return
    expect(answers(analysis)).toEqual(answers(finish(analyze([fresh]))))
  }), { seed: 20261121, numRuns: Number(process.env['UNDERLAY_TYPING_RUNS'] ?? 150) })
}, 120_000)
