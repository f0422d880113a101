/** A file's problems for people: message, place, the line with the place marked, what would mend it. */
import type { FileJson, ProblemJson } from '../../core/shown.ts'
import type { Severity } from '../../core/infra/problem.ts'
import type { Source } from '../../core/text/source.ts'
import type { Palette } from './streams.ts'

type Paint = (text: string) => string

const paintOf = (palette: Palette): Readonly<Record<Severity, Paint>> =>
  ({ error: palette.red, warning: palette.yellow, information: palette.blue, hint: palette.dim })

export function pretty(file: FileJson, sources: readonly Source[], palette: Palette): string {
  const paint = paintOf(palette)
  const linesOf = new Map<string, readonly string[]>()
  const line = (uri: string | undefined, number: number): string => {
    const source = uri === undefined ? sources[0] : sources.find((one) => one.uri === uri)
    if (!source) return ''
    let lines = linesOf.get(source.uri)
    if (!lines) linesOf.set(source.uri, (lines = source.text.split(/\r\n|\n|\r/)))
    return lines[number] ?? ''
  }
  const pathOf = (uri: string | undefined): string => (uri === undefined ? file.path : decodeURI(uri.replace(/^file:\/\//, '')))
  const place = ({ uri, range }: Pick<ProblemJson, 'uri' | 'range'>): string =>
    `${pathOf(uri)}:${range.start.line + 1}:${range.start.character + 1}`
  let text = ''
  for (const problem of file.problems) {
    const { range, severity } = problem
    text += `${palette.bold(place(problem))} ${paint[severity](severity)} ${problem.message} ${palette.dim(`[${problem.code}]`)}\n`
    text += frame(line(problem.uri, range.start.line), range.start.line, range.start.character, range.end.line === range.start.line ? range.end.character : undefined, paint[severity], palette.dim)
    for (const related of problem.related) text += `  ${palette.dim('see')} ${place(related)} ${related.message}\n`
    for (const { title } of problem.fixes) text += `  ${palette.green('fix')} ${title}\n`
    text += '\n'
  }
  for (const { kind, status, message, range } of file.expectations) {
    const mark = status === 'pass' ? palette.green('✓ holds') : status === 'fail' ? palette.red('✗ fails') : palette.yellow('? undecided')
    text += `${mark} ${kind} ${palette.dim(`${file.path}:${range.start.line + 1}`)}${message === '' ? '' : ` ${message}`}\n`
  }
  const count = (severity: Severity): number => file.problems.filter((problem) => problem.severity === severity).length
  const counts = (['error', 'warning', 'information', 'hint'] as const).flatMap((severity) =>
    count(severity) > 0 ? [`${count(severity)} ${severity === 'information' ? 'notes' : `${severity}${count(severity) === 1 ? '' : 's'}`}`] : [])
  if (file.suppressed) counts.push(`${file.suppressed.length} kept quiet`)
  const { summary } = file
  const what = (['servers', 'vms', 'containers', 'switches', 'routers', 'externals', 'links', 'tunnels'] as const)
    .flatMap((key) => (summary[key] > 0 ? [`${summary[key]} ${summary[key] === 1 ? (key === 'switches' ? 'switch' : key.slice(0, -1)) : key}`] : []))
  const found = counts.length > 0 ? counts.join(', ') : palette.green('no problems')
  return `${text}${palette.bold(file.path)} ${palette.dim(`(${file.format}${what.length > 0 ? `: ${what.join(', ')}` : ''})`)} ${found}\n`
}

function frame(text: string, line: number, start: number, end: number | undefined, paint: Paint, dim: Paint): string {
  if (text.trim() === '') return ''
  // A very long line is shown around the place.
  const from = start > 100 ? start - 60 : 0
  const shown = text.slice(from, from + 160).replaceAll('\t', ' ')
  const stop = Math.min(Math.max((end ?? text.length) - from, start - from + 1), shown.length + 1)
  const number = String(line + 1)
  return `  ${dim(`${number} |`)} ${shown}\n  ${dim(`${' '.repeat(number.length)} |`)} ${' '.repeat(Math.max(0, start - from))}${paint('^'.repeat(Math.max(1, stop - (start - from))))}\n`
}
