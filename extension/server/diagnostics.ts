/** Problems as LSP diagnostics, at the severities that the person has chosen. */
import { DiagnosticSeverity, DiagnosticTag, type Diagnostic } from 'vscode-languageserver'
import type { Analysis } from '../../core/analysis.ts'
import type { Problem, Severity } from '../../core/infra/problem.ts'
import { pageLink } from './pages.ts'

const levels: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, information: DiagnosticSeverity.Information, hint: DiagnosticSeverity.Hint,
}
/** Found by these codes: what could go without a loss. */
const unnecessary = new Set(['unused-definition', 'unknown-key'])

/** Undefined where the person has silenced the code. */
export function severityOf(problem: Problem, chosen: Readonly<Record<string, string>>): Severity | undefined {
  const own = chosen[problem.code]
  if (own === 'off') return undefined
  return own !== undefined && Object.hasOwn(levels, own) ? (own as Severity) : problem.severity
}

/** What a quick fix needs to find its problem again. */
export interface DiagnosticData {
  /** Index into the analysis's problems. */
  readonly problem: number
  readonly version: number
}

/** Diagnostics by the file they belong to; each file of the analysis is there, so that what was mended goes away. */
export function diagnosticsOf(analysis: Analysis, version: number, chosen: Readonly<Record<string, string>>): ReadonlyMap<string, readonly Diagnostic[]> {
  const byFile = new Map<string, Diagnostic[]>(analysis.readings.map(({ source }) => [source.uri, []]))
  for (const [index, problem] of analysis.problems.entries()) {
    const severity = severityOf(problem, chosen)
    if (!severity) continue
    const { uri, range } = analysis.locator.locate(problem.at)
    const data: DiagnosticData = { problem: index, version }
    const href = pageLink(problem.code)
    byFile.get(uri)?.push({
      range, severity: levels[severity], code: problem.code, source: 'underlay', message: problem.message, data,
      ...(href !== undefined && { codeDescription: { href } }),
      ...(unnecessary.has(problem.code) && severity !== 'error' && { tags: [DiagnosticTag.Unnecessary] }),
      ...(problem.related.length > 0 && { relatedInformation: problem.related.map(({ message, at }) => ({ message, location: analysis.locator.locate(at) })) }),
    })
  }
  return byFile
}
