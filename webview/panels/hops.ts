/** The hops of a trace in the order in which they are played: there, then back. */
import type { ShownHop, ShownTrace } from '../../core/protocol.ts'

export interface PlayedHop {
  readonly hop: ShownHop
  readonly back: boolean
}

export const hopsOf = (trace: ShownTrace): readonly PlayedHop[] => [
  ...trace.hops.map((hop) => ({ hop, back: false })),
  ...(trace.reply?.hops ?? []).map((hop) => ({ hop, back: true })),
]
