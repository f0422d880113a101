/** A move that never ends by itself, as a finding with its reason. */
import type { GuestNode } from '../infra/node.ts'
import type { PreflightFinding } from './report.ts'
import { t, valueIn } from '../words.ts'

/** A warning: it can begin, and pre-flight has nothing against it. Empty where it ends, or where nobody knows. */
export const endless = ({ converged, notes }: { readonly converged: boolean | null; readonly notes: readonly string[] }, guest: GuestNode): readonly PreflightFinding[] =>
  converged === false
    ? [{ code: 'not-converging', status: 'warn', message: notes.find((note) => valueIn('does not converge: {0}', note) !== undefined) ?? notes[0] ?? t('it never ends'), at: (guest.kind === 'vm' ? guest.workload?.at : undefined) ?? guest.at }]
    : []
