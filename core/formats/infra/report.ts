/** How the reader says what is wrong: codes, places, and the fix where one is at hand. */
import type { Problem, Severity } from '../../infra/problem.ts'
import type { Span } from '../../text/span.ts'
import type { Tree } from '../yaml-tree/tree.ts'
import { nearest } from '../yaml-tree/nearest.ts'
import { t } from '../../words.ts'

/** Collects the problems of one entry; the list is the entry's own, so that it can be kept with what was read. */
export type Say = (problem: Problem) => void

export const problem = (code: string, at: Span, message: string, more: Partial<Problem> = {}): Problem => ({
  code, severity: 'error' satisfies Severity, message, at, related: [], fixes: [], ...more,
})

/** How a written value is shown in a message. */
export function shown(tree: Tree | undefined): string {
  if (!tree) return t('nothing')
  if (tree.kind === 'scalar') return tree.text.length > 40 ? `${tree.text.slice(0, 37)}…` : tree.text || "''"
  return tree.kind === 'map' ? t('a map') : t('a list')
}

export function wrongType(tree: Tree, expected: string, candidates: readonly string[] = []): Problem {
  const near = tree.kind === 'scalar' ? nearest(tree.text, candidates) : undefined
  return problem('wrong-type', tree.at, t`${shown(tree)} is not ${expected}`, {
    fixes: near === undefined ? [] : [{ title: t`Change to ${near}`, change: { kind: 'correct', at: tree.at, value: near }, preferred: true }],
  })
}

export function unknownKey(key: { readonly text: string; readonly at: Span }, title: string, keys: readonly string[]): Problem {
  const near = nearest(key.text, keys)
  return problem('unknown-key', key.at, near ? t`${title} has no key ${key.text}; did you mean ${near}?` : t`${title} has no key ${key.text}`, {
    severity: 'warning',
    fixes: near === undefined ? [] : [{ title: t`Change to ${near}`, change: { kind: 'correct', at: key.at, value: near }, preferred: true }],
  })
}
