/** Problems as badges: how many, how bad, on which element of the picture. */
import { severities, type Problem } from '../infra/problem.ts'
import type { Badge } from './diagram.ts'

/** Adds problems up by subject. */
export function badgesBySubject(problems: readonly Problem[]): (subjects: readonly string[]) => Badge | undefined {
  const bySubject = new Map<string, Problem[]>()
  for (const problem of problems) {
    if (problem.subject === undefined || problem.severity === 'hint') continue
    const list = bySubject.get(problem.subject)
    if (list) list.push(problem)
    else bySubject.set(problem.subject, [problem])
  }
  return (subjects) => {
    const own = subjects.flatMap((subject) => bySubject.get(subject) ?? [])
    if (own.length === 0) return undefined
    const severity = severities.find((word) => own.some((problem) => problem.severity === word)) ?? 'information'
    return { severity, count: own.length, messages: own.slice(0, 4).map((problem) => problem.message) }
  }
}
