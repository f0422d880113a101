/** Marked texts: `# ^^^ error code: message` under the words that are wrong. Reads the marks and compares them with what was found. */
import type { Locator } from '../../core/text/span.ts'
import type { Problem } from '../../core/infra/problem.ts'

export interface Mark {
  /** Zero-based, of the line that is marked. */
  readonly line: number
  readonly start: number
  readonly end: number
  readonly severity: string
  readonly code: string
  /** Empty: any message. A trailing … stands for any rest. */
  readonly message: string
}

const marking = /^(\s*#?\s*)(\^+)\s+(error|warning|information|hint)\s+([a-z0-9-]+)(?::\s*(.*))?$/

/** Every mark of a text. A mark stands in a comment line of its own, under the line it marks; several may follow each other. */
export function marksOf(text: string): readonly Mark[] {
  const marks: Mark[] = []
  let marked = 0
  for (const [i, line] of text.split('\n').entries()) {
    const match = line.trimStart().startsWith('#') ? marking.exec(line) : null
    if (!match) {
      marked = i
      continue
    }
    const [, before = '', carets = '', severity = '', code = '', message = ''] = match
    marks.push({ line: marked, start: before.length, end: before.length + carets.length, severity, code, message: message.trim() })
  }
  return marks
}

/** A problem as a mark, on its first line. */
export function markOf(problem: Problem, locator: Locator, text: string): Mark {
  const { range } = locator.locate(problem.at)
  const line = text.split('\n')[range.start.line] ?? ''
  const end = range.end.line === range.start.line ? range.end.character : line.trimEnd().length
  return { line: range.start.line, start: range.start.character, end, severity: problem.severity, code: problem.code, message: problem.message }
}

export const printMark = (mark: Mark): string =>
  `${mark.line + 1}:${mark.start + 1}-${mark.end + 1} ${mark.severity} ${mark.code}: ${mark.message}`

/** Does what was found answer to the mark? */
export function answers(mark: Mark, found: Mark): boolean {
  if (mark.line !== found.line || mark.code !== found.code || mark.severity !== found.severity) return false
  // The mark's own # stands in the first column.
  if (mark.start !== Math.max(1, found.start) || mark.end !== Math.max(2, found.end)) return false
  return mark.message.endsWith('…') ? found.message.startsWith(mark.message.slice(0, -1)) : mark.message === '' || mark.message === found.message
}

/** What was marked and not found, and what was found and not marked, one line each; empty when they agree. */
export function differences(marks: readonly Mark[], found: readonly Mark[]): readonly string[] {
  const left = [...found]
  const missing: string[] = []
  for (const mark of marks) {
    const i = left.findIndex((one) => answers(mark, one))
    if (i < 0) missing.push(`not found: ${printMark(mark)}`)
    else left.splice(i, 1)
  }
  return [...missing, ...left.map((one) => `not marked: ${printMark(one)}`)]
}

/** The text with its marks replaced by marks of what was found, in the order of the places; for writing fixtures. */
export function withMarks(text: string, found: readonly Mark[]): string {
  const lines = text.split('\n')
  return lines.flatMap((line, i) => {
    if (line.trimStart().startsWith('#') && marking.test(line)) return []
    const mine = found.filter((one) => one.line === i).sort((a, b) => a.start - b.start || a.end - b.end)
    return [line, ...mine.map((one) => `#${' '.repeat(Math.max(0, one.start - 1))}${'^'.repeat(Math.max(1, one.end - Math.max(1, one.start)))} ${one.severity} ${one.code}: ${one.message}`)]
  }).join('\n')
}
