/** Every pair at once: the front of the room. */
import type { Plane } from '../forwarding/index.ts'
import type { Progress, ReachPair } from './pair.ts'

export interface ReachSelection {
  /** Names of stacks; undefined means all. */
  readonly from?: readonly string[]
  readonly to?: readonly string[]
}

/** Yields progress now and then, so that the caller can stop it; pairs come in file order. */
export function* reach(_plane: Plane, _selection: ReachSelection = {}): Generator<Progress, readonly ReachPair[]> {
  return []
}
