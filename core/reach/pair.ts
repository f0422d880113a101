/** One answer of `reach`: an ordered pair of stacks and one address of the second. */
import type { Ip } from '../address/ip.ts'
import type { DropReason, Verdict } from '../forwarding/trace.ts'

export interface ReachPair {
  readonly from: string
  readonly to: string
  readonly address: Ip
  readonly verdict: Verdict
  readonly reason: DropReason | null
  /** For `no-return` the return's own reason; else a sentence, or null. */
  readonly because: string | null
  /** Bytes; null unless delivered. */
  readonly pathMtu: number | null
}

/** What long work says now and then: what it does, how much is done of how much. */
export interface Progress {
  readonly doing: string
  readonly done: number
  readonly of: number
}
