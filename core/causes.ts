/** What makes an expectation fail stands beside it: the findings that say that they break it. */
import type { Problem } from './infra/problem.ts'
import type { Span } from './text/span.ts'

const most = 3

/** Every `expectation-failed` with the findings whose related places name its entry, errors first. */
export function withCauses(problems: readonly Problem[]): readonly Problem[] {
  const byPlace = new Map<string, Problem[]>()
  const chunks = new Map<object, number>()
  const keyOf = ({ chunk, start, end }: Span): string => {
    let number = chunks.get(chunk)
    if (number === undefined) chunks.set(chunk, (number = chunks.size))
    return `${number} ${start} ${end}`
  }
  const failed = problems.filter(({ code }) => code === 'expectation-failed')
  if (failed.length === 0) return problems
  for (const { at } of failed) byPlace.set(keyOf(at), [])
  for (const problem of problems) {
    if (problem.code === 'expectation-failed') continue
    for (const { at } of problem.related) byPlace.get(keyOf(at))?.push(problem)
  }
  return problems.map((problem) => {
    const causes = problem.code === 'expectation-failed' ? byPlace.get(keyOf(problem.at)) ?? [] : []
    if (causes.length === 0) return problem
    const first = [...causes.filter(({ severity }) => severity === 'error'), ...causes.filter(({ severity }) => severity !== 'error')].slice(0, most)
    return { ...problem, related: [...problem.related, ...first.map(({ code, message, at }) => ({ message: `because of ${code}: ${message}`, at }))] }
  })
}
