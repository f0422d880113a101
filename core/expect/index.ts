/** The `expect` section: each entry is one test, with a counterexample where it fails. */
import type { CheckContext } from '../checks/check.ts'
import type { Counterexample } from '../infra/problem.ts'
import type { ExpectationKind } from '../infra/parts.ts'
import type { Progress } from '../reach/pair.ts'
import type { Span } from '../text/span.ts'

export interface ExpectationResult {
  readonly kind: ExpectationKind
  readonly status: 'pass' | 'fail' | 'undecided'
  readonly message: string
  readonly at: Span
  readonly counterexample: Counterexample | null
}

/** In file order; yields between entries. */
export function* judge(_context: CheckContext): Generator<Progress, readonly ExpectationResult[]> {
  return []
}
