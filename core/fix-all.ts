/** Every safe fix of a file, one round after the other, so that no two take the same free address; one edit of the first text. */
import { analyze, edit, readSource, type Analysis } from './analysis.ts'
import type { Problem } from './infra/problem.ts'
import type { Progress } from './reach/pair.ts'
import { Composed } from './text/compose.ts'
import { applyEdits, type TextEdit } from './text/edit.ts'

// Each round mends what it can at once; few files need more than three.
const mostRounds = 12

const weight = (analysis: Analysis): number => analysis.problems.filter(({ severity }) => severity === 'error' || severity === 'warning').length

/** Takes the preferred fixes of the problems that are accepted, until none is left or one would do harm. */
export function* fixAll(first: Analysis, accept: (problem: Problem) => boolean): Generator<Progress, readonly TextEdit[]> {
  const composed = new Map(first.readings.map(({ source }) => [source.uri, new Composed(source.text.length)]))
  let analysis = first
  // One end mended may differ from the other until that one is, too: rounds that leave fewer of the first findings wait for the next.
  let least = weight(first)
  let waiting: (readonly TextEdit[])[] = []
  const named = ({ code, subject }: Problem): string => `${code} ${subject ?? ''}`
  const wrong = new Set(first.problems.filter((problem) => accept(problem)).map(named))
  const left = (one: Analysis): number => one.problems.filter((problem) => wrong.has(named(problem))).length
  for (let round = 0; round < mostRounds; round++) {
    const edits = roundOf(analysis, accept)
    if (edits.length === 0) break
    const readings = analysis.readings.flatMap((reading) => {
      const text = applyEdits(reading.source, edits)
      return text === reading.source.text ? [reading] : readSource({ ...reading.source, text, version: reading.source.version + 1 }, reading) ?? []
    })
    if (readings.length < analysis.readings.length) break
    const next = yield* analyze(readings, analysis)
    waiting.push(edits)
    if (weight(next) < least) {
      for (const step of waiting) for (const [uri, one] of composed) one.step(step.filter((each) => each.uri === uri))
      least = weight(next)
      waiting = []
    } else if (left(next) >= left(analysis)) break
    analysis = next
  }
  return [...composed].flatMap(([uri, one]) => one.edits(uri))
}

/** Fixes that can be taken together: none over another, and no two that write the same, which may be one free address. */
function roundOf(analysis: Analysis, accept: (problem: Problem) => boolean): readonly TextEdit[] {
  const taken: TextEdit[] = []
  const texts = new Set<string>()
  for (const problem of analysis.problems) {
    const fix = accept(problem) ? problem.fixes.find(({ preferred }) => preferred) : undefined
    const edits = fix && edit(analysis, fix.change)
    if (!edits || 'refused' in edits || edits.length === 0) continue
    const clash = edits.some((one) => (one.newText.trim() !== '' && texts.has(one.newText.trim()))
      || taken.some((other) => other.uri === one.uri && one.start <= other.end && other.start <= one.end))
    if (clash) continue
    taken.push(...edits)
    for (const { newText } of edits) texts.add(newText.trim())
  }
  return taken
}
