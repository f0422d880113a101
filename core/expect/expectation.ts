/** What judging an expectation gives, whatever its kind. */
import type { CheckContext } from '../checks/check.ts'
import type { Counterexample, Problem } from '../infra/problem.ts'
import type { Expectation, ExpectationKind } from '../infra/parts.ts'
import type { Progress } from '../reach/pair.ts'

export interface Outcome {
  readonly status: 'pass' | 'fail' | 'undecided'
  /** Empty when it passes. */
  readonly message: string
  readonly counterexample: Counterexample | null
  /** What was met on the way and has a code of its own, at its own place. */
  readonly problems?: readonly Problem[]
}

export const passed: Outcome = { status: 'pass', message: '', counterexample: null }
export const undecided = (message: string): Outcome => ({ status: 'undecided', message, counterexample: null })
export const failed = (message: string, counterexample: Counterexample | null = null): Outcome => ({ status: 'fail', message, counterexample })

type WithKind<E, K> = E extends { readonly kind: infer Kinds } ? (K extends Kinds ? E : never) : never
/** The arm of Expectation that a kind stands in. */
export type OfKind<K extends ExpectationKind> = WithKind<Expectation, K>

/** Judges an expectation; yields now and then so that it can be stopped. */
export type Judge<K extends ExpectationKind> = (context: CheckContext, expectation: OfKind<K>) => Generator<Progress, Outcome>

/** A failure outweighs what is undecided, and that outweighs what passes. */
export function worse(a: Outcome, b: Outcome): Outcome {
  const weight = { pass: 0, undecided: 1, fail: 2 } as const
  return weight[b.status] > weight[a.status] ? b : a
}
