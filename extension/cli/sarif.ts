/** Problems as SARIF 2.1.0 (OASIS), which code hosts show beside the lines of a change. */
import { explanationOf } from '../../core/ask.ts'
import type { FileJson, ProblemJson } from '../../core/shown.ts'
import type { Severity } from '../../core/infra/problem.ts'
import type { Range } from '../../core/text/source.ts'

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { error: 'error', warning: 'warning', information: 'note', hint: 'note' }

/** `unread` says which files could not be read, and why (3.20.14, 3.20.21). */
export function sarif(files: readonly FileJson[], unread: readonly string[], cwd: string): unknown {
  const codes = [...new Set(files.flatMap(({ problems, suppressed = [] }) => [...problems, ...suppressed].map(({ code }) => code)))].sort()
  const uriOf = (file: FileJson, uri: string | undefined): string => {
    if (uri === undefined) return encodeURI(file.path === '-' ? 'standard-input' : file.path.replaceAll('\\', '/'))
    const path = uri.replace(/^file:\/\//, '')
    return path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : uri
  }
  const location = (file: FileJson, { uri, range }: Pick<ProblemJson, 'uri' | 'range'>) =>
    ({ physicalLocation: { artifactLocation: { uri: uriOf(file, uri) }, region: region(range) } })
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: {
        driver: {
          name: 'Underlay', semanticVersion: process.env['UNDERLAY_VERSION'] ?? '0.0.0',
          rules: codes.map((id) => {
            const known = explanationOf(id)
            return {
              id,
              ...(known && {
                shortDescription: { text: known.title }, help: { text: known.text, markdown: known.text },
                defaultConfiguration: { level: levels[known.severity] },
              }),
            }
          }),
        },
      },
      invocations: [{
        executionSuccessful: unread.length === 0,
        ...(unread.length > 0 && { toolExecutionNotifications: unread.map((text) => ({ level: 'error', message: { text } })) }),
      }],
      // SARIF counts columns in UTF-16 code units when told so.
      columnKind: 'utf16CodeUnits',
      // What the files themselves keep quiet is told as such (3.35): reviewers see it, gates pass it.
      results: files.flatMap((file) => [...file.problems, ...(file.suppressed ?? [])].map((problem) => ({
        ruleId: problem.code, ruleIndex: codes.indexOf(problem.code), level: levels[problem.severity], message: { text: problem.message },
        locations: [location(file, problem)],
        ...('reason' in problem && { suppressions: [{ kind: 'inSource', ...(problem.reason !== '' && { justification: problem.reason }) }] }),
        ...(problem.related.length > 0 && {
          relatedLocations: problem.related.map((related, id) => ({ id, message: { text: related.message }, ...location(file, related) })),
        }),
      }))),
    }],
  }
}

const region = ({ start, end }: Range) =>
  ({ startLine: start.line + 1, startColumn: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 })
