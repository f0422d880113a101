/** The page of a code: what it means and why it matters, a file that has it, what is said of that file, and what the fix does. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { edit, type Analysis } from '../../core/analysis.ts'
import { explanationOf } from '../../core/checks/index.ts'
import { applyEdits } from '../../core/text/edit.ts'
import type { Problem } from '../../core/infra/problem.ts'
import { analyzeFixture, codeOfFixture, isFixture } from '../harness/analyze-fixture.ts'
import { withMarks } from '../harness/markers.ts'
import { catalogue } from './catalogue.ts'

const codes = (line: string): readonly string[] => line.split(' ')

/** File name to text, for every code of the catalogue and the list of them all. */
export function pagesOf(folder: string): ReadonlyMap<string, string> {
  // The first file of a code is its example: one with a word between is for the test alone.
  const examples = readdirSync(folder).filter((file) => isFixture(file) && file.split('.').length === 3)
  const fixtures = new Map(examples.map((file) => [codeOfFixture(file), join(folder, file)]))
  const pages = new Map<string, string>([['README.md', listOfAll()]])
  for (const [area, line] of Object.entries(catalogue)) {
    for (const code of codes(line)) pages.set(`${code}.md`, pageOf(code, area, fixtures.get(code)))
  }
  return pages
}

const generated = '<!-- Made from the marked files of test/checks: UPDATE=1 npx vitest run test/checks/pages.test.ts -->'

function listOfAll(): string {
  const sections = Object.entries(catalogue).map(([area, line]) => {
    const rows = codes(line).map((code) => {
      const known = explanationOf(code)
      return `| [\`${code}\`](${code}.md) | ${known?.severity ?? ''} | ${known?.title ?? ''} |`
    })
    return `## ${area[0]?.toUpperCase() ?? ''}${area.slice(1)}\n\n| code | severity | |\n| --- | --- | --- |\n${rows.join('\n')}\n`
  })
  return `# What Underlay finds\n\n${generated}\n\nEvery finding has a code for ever. A comment \`# underlay-disable-next-line code -- reason\` above a line keeps it quiet there,\n\`# underlay-disable code\` in the whole file, the setting \`underlay.checks.severity\` everywhere.\n\n${sections.join('\n')}`
}

function pageOf(code: string, area: string, path: string | undefined): string {
  const known = explanationOf(code)
  if (!known) throw new Error(`${code} is not explained`)
  const example = path === undefined ? '' : exampleOf(code, path)
  return `# ${known.title}\n\n\`${code}\` · ${known.severity} · ${area}\n\n${known.text.trim()}\n${example}\n${generated}\n`
}

function exampleOf(code: string, path: string): string {
  const text = withMarks(readFileSync(path, 'utf8'), [])
  const analysis = analyzeFixture(path, text)
  const shown = [...analysis.problems].sort((a, b) => lineOf(analysis, a) - lineOf(analysis, b)).map((problem) => said(analysis, problem, problem.code === code))
  const language = path.endsWith('.json') ? 'json' : 'yaml'
  return `\n## Example\n\n\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n\n\`underlay check\` says:\n\n\`\`\`text\n${shown.join('\n')}\n\`\`\`\n${afterFix(code, path, text, analysis)}`
}

const lineOf = (analysis: Analysis, { at }: Problem): number => analysis.locator.locate(at).range.start.line

function said(analysis: Analysis, problem: Problem, own: boolean): string {
  const { line, character } = analysis.locator.locate(problem.at).range.start
  const fixes = own ? problem.fixes.map(({ title }) => `\n  fix: ${title}`).join('') : ''
  return `${line + 1}:${character + 1} ${problem.severity} ${problem.message} [${problem.code}]${fixes}`
}

/** What the first fix changes, line by line. */
function afterFix(code: string, path: string, text: string, analysis: Analysis): string {
  for (const problem of analysis.problems) {
    const [fix] = problem.code === code ? problem.fixes : []
    const [source] = analysis.readings.map((reading) => reading.source)
    const edits = fix && edit(analysis, fix.change)
    if (!fix || !source || !edits || 'refused' in edits) continue
    return `\n“${fix.title}” changes\n\n\`\`\`diff\n${difference(text, applyEdits(source, edits)).join('\n')}\n\`\`\`\n`
  }
  return ''
}

/** Lines taken away and put in, by the longest common run of lines. */
function difference(before: string, after: string): readonly string[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  const length = a.map(() => new Uint16Array(b.length + 1))
  length.push(new Uint16Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = length[i]
      if (row) row[j] = a[i] === b[j] ? 1 + (length[i + 1]?.[j + 1] ?? 0) : Math.max(length[i + 1]?.[j] ?? 0, row[j + 1] ?? 0)
    }
  }
  const lines: string[] = []
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++
      j++
    } else if (j >= b.length || (i < a.length && (length[i + 1]?.[j] ?? 0) >= (length[i]?.[j + 1] ?? 0))) lines.push(`- ${a[i++] ?? ''}`)
    else lines.push(`+ ${b[j++] ?? ''}`)
  }
  return lines
}
