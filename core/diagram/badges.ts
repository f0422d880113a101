/** Problems as badges: how many, how bad, on which element of the picture. */
import { severities, type Problem } from '../infra/problem.ts'
import type { Badge } from './diagram.ts'

export interface Badges {
  /** Adds up the problems of these subjects. */
  (subjects: readonly string[]): Badge | undefined
  /** Whether anything is said of a node or of what it has: of most nothing is. */
  readonly any: (node: string) => boolean
  readonly bySubject: ReadonlyMap<string, readonly Problem[]>
}

/** The node that a subject is or belongs to. */
export const headOf = (subject: string): string => {
  const end = subject.indexOf(':')
  return end < 0 ? subject : subject.slice(0, end)
}

/** Adds problems up by subject. */
export function badgesBySubject(problems: readonly Problem[]): Badges {
  const bySubject = new Map<string, Problem[]>()
  for (const problem of problems) {
    if (problem.subject === undefined || problem.severity === 'hint') continue
    const list = bySubject.get(problem.subject)
    if (list) list.push(problem)
    else bySubject.set(problem.subject, [problem])
  }
  const heads = new Set([...bySubject.keys()].map(headOf))
  const badge = (subjects: readonly string[]): Badge | undefined => {
    if (heads.size === 0) return undefined
    const own = subjects.flatMap((subject) => bySubject.get(subject) ?? [])
    if (own.length === 0) return undefined
    const severity = severities.find((word) => own.some((problem) => problem.severity === word)) ?? 'information'
    return { severity, count: own.length, messages: own.slice(0, 4).map((problem) => problem.message) }
  }
  return Object.assign(badge, { bySubject, any: (node: string) => heads.size > 0 && heads.has(headOf(node)) })
}

/** Subjects of which a badge says another thing now. */
export function badgesThatDiffer(before: Badges, now: Badges): readonly string[] {
  if (before === now) return []
  const alike = (a: readonly Problem[] = [], b: readonly Problem[] = []): boolean => a.length === b.length && a.every(({ severity, message }, i) => severity === b[i]?.severity && message === b[i]?.message)
  return [...new Set([...before.bySubject.keys(), ...now.bySubject.keys()])].filter((subject) => !alike(before.bySubject.get(subject), now.bySubject.get(subject)))
}
