/** The cloud manager's half: logical networks and fabrics become devices, and every default is filled in. */
import type { Infra } from '../infra/infra.ts'
import type { Problem } from '../infra/problem.ts'

export interface Realised {
  /** Same shape as what was written; generated parts carry the span of the entry that stands for them. */
  readonly infra: Infra
  /** Contradictions met on the way; the checks' room reports the rest. */
  readonly problems: readonly Problem[]
}

/** `previous` lets nodes that nothing changed for stay the same objects. */
export function realize(written: Infra, _previous?: Realised): Realised {
  return { infra: written, problems: [] }
}
