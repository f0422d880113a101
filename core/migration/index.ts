/** Moving a guest before moving it: the front of the room. */
import type { MigrationMode } from '../infra/parts.ts'
import type { Infra } from '../infra/infra.ts'
import type { Plane } from '../forwarding/index.ts'
import type { Progress } from '../reach/pair.ts'
import type { MigrationReport, MigrationTarget } from './report.ts'

export interface MigrationContext {
  readonly written: Infra
  readonly infra: Infra
  readonly plane: Plane
  /** Realises and compiles a changed Infra; given from outside, so that this room need not know how. */
  readonly replan: (written: Infra) => { readonly infra: Infra; readonly plane: Plane }
}

/** Every host but its own, best first, each with all its reasons. */
export function targetsFor(_context: MigrationContext, _guest: string, _mode?: MigrationMode): readonly MigrationTarget[] {
  return []
}

/** Never throws: an unknown guest or host is an infeasible report with its reason. */
export function* migrate(
  _context: MigrationContext, guest: string, host: string, mode: MigrationMode = 'pre-copy',
): Generator<Progress, MigrationReport> {
  return {
    vm: guest, from: '', to: host, mode, feasible: false, preflight: [], path: { hops: [], bandwidth: null, mtu: null },
    rounds: [], phases: [], totalSeconds: null, downtimeSeconds: null, transferredBytes: null, converged: null,
    network: [], notes: [],
  }
}
