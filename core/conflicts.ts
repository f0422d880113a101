/** What a file and the others of its estate disagree about: found in all of them read together, told in each of them. */
import type { Analysis } from './analysis.ts'
import type { Problem, Related } from './infra/problem.ts'
import { fileNameOf } from './text/source.ts'
import { Locator } from './text/span.ts'
import { t } from './words.ts'

/** What only a file's own entries can break, or what follows from something else. */
const own: ReadonlySet<string> = new Set(['expectation-failed', 'useless-suppression', 'include-failed'])

const loud = ({ severity }: Problem): boolean => severity === 'error' || severity === 'warning'
const same = ({ code, message, at }: Problem): string => `${code} ${message} ${at.chunk.uri}`

/**
 * Errors and warnings of the estate that tie a place of this file to one of a file that it does not include. Where the finding
 * stands in the other file it is told from this side as well, without its fix, which mends the other.
 */
export function conflictsOf(analysis: Analysis, estate: Analysis): readonly Problem[] {
  const uri = analysis.readings[0]?.source.uri
  const mine = new Set(analysis.readings.map(({ source }) => source.uri))
  const known = new Set(analysis.problems.map(same))
  const conflicts: Problem[] = []
  for (const problem of estate.problems) {
    if (!loud(problem) || own.has(problem.code) || known.has(same(problem))) continue
    if (problem.at.chunk.uri === uri) {
      const other = problem.related.find(({ at }) => !mine.has(at.chunk.uri))
      if (other) conflicts.push({ ...problem, message: naming(problem.message, other.at.chunk.uri) })
      continue
    }
    const here = mine.has(problem.at.chunk.uri) ? undefined : problem.related.find(({ at }) => at.chunk.uri === uri)
    if (here) conflicts.push(fromHere(problem, here))
  }
  return conflicts
}

const naming = (message: string, uri: string): string =>
  (message.includes(fileNameOf(uri)) ? message : t`${message} (the other is in ${fileNameOf(uri)})`)

function fromHere({ subject: _subject, ...problem }: Problem, here: Related): Problem {
  const { uri } = here.at.chunk
  // What was said of this file is now said of the other one.
  const message = problem.message.replace(fileNameOf(uri), fileNameOf(problem.at.chunk.uri))
  return { ...problem, message: naming(message, problem.at.chunk.uri), at: here.at, related: [{ message: problem.message, at: problem.at }], fixes: [] }
}

/**
 * The analysis of a file with its conflicts, and without what the rest of its estate explains: a comment that keeps a conflict
 * quiet suppresses something. Places of all files of the estate are known to it.
 */
export function withConflicts(analysis: Analysis, conflicts: readonly Problem[], estate: Pick<Analysis, 'readings' | 'places' | 'problems'>): Analysis {
  const useless = new Set(estate.problems.filter(({ code }) => code === 'useless-suppression').map(same))
  const kept = analysis.problems.filter((problem) => problem.code !== 'useless-suppression' || useless.has(same(problem)))
  if (conflicts.length === 0 && kept.length === analysis.problems.length) return analysis
  const places = new Map([...estate.places, ...analysis.places])
  const others = estate.readings.filter(({ source }) => !analysis.readings.some((reading) => reading.source.uri === source.uri))
  return { ...analysis, problems: [...kept, ...conflicts], places, locator: new Locator([...analysis.readings, ...others].map(({ source }) => source), places) }
}
