/** The catalogue: every check, in the catalogue's order. */
import type { Problem } from '../infra/problem.ts'
import type { Progress } from '../reach/pair.ts'
import type { Check, CheckContext } from './check.ts'

export const checks: readonly Check[] = []

/** Runs every check; yields between them. */
export function* runChecks(_context: CheckContext): Generator<Progress, readonly Problem[]> {
  return []
}
