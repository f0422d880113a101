/** The `expect` section: each entry is one test, with a counterexample where it fails. */
import type { CheckContext } from '../checks/check.ts'
import type { Counterexample, Problem } from '../infra/problem.ts'
import type { Expectation, ExpectationKind } from '../infra/parts.ts'
import type { Progress } from '../reach/pair.ts'
import type { Span } from '../text/span.ts'
import { judgeBlock } from './block.ts'
import type { Outcome } from './expectation.ts'
import { judgeIsolate } from './isolate.ts'
import { judgeMigrate } from './migrate.ts'
import { judgeMtu } from './mtu.ts'
import { judgePath } from './path.ts'
import { judgeReach } from './reach.ts'
import { judgeSurvive } from './survive.ts'
import { t } from '../words.ts'

export interface ExpectationResult {
  readonly kind: ExpectationKind
  readonly status: 'pass' | 'fail' | 'undecided'
  readonly message: string
  readonly at: Span
  readonly counterexample: Counterexample | null
  /** What was met on the way and has a code of its own, at its own place. */
  readonly problems?: readonly Problem[]
}

/** Judges one entry, of whatever kind. */
export function judgeOne(context: CheckContext, one: Expectation): Generator<Progress, Outcome> {
  switch (one.kind) {
    case 'reach': return judgeReach(context, one)
    case 'block': return judgeBlock(context, one)
    case 'isolate': return judgeIsolate(context, one)
    case 'mtu': return judgeMtu(context, one)
    case 'path': return judgePath(context, one)
    case 'migrate': return judgeMigrate(context, one)
    case 'survive': return judgeSurvive(judgeOne)(context, one)
  }
}

/** In file order; yields between entries and within large ones. */
export function* judge(context: CheckContext): Generator<Progress, readonly ExpectationResult[]> {
  const { expectations } = context.infra
  const results: ExpectationResult[] = []
  for (const [done, one] of expectations.entries()) {
    yield { doing: t`judging ${one.kind}`, done, of: expectations.length }
    const outcome = yield* judgeOne(context, one)
    results.push({ kind: one.kind, at: one.at, ...outcome })
  }
  return results
}

/** An expectation that fails is a problem at its place, too, after what it met on the way. */
export const problemsOf = (results: readonly ExpectationResult[]): readonly Problem[] =>
  results.flatMap(({ kind, status, message, at, counterexample, problems = [] }) =>
    status === 'fail'
      ? [...problems, {
          code: 'expectation-failed', severity: 'error' as const, message: t`${kind} fails: ${message}`, at, related: [], fixes: [],
          ...(counterexample && { counterexample }),
        }]
      : problems)
