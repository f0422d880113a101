/** Plans of many moves: evacuations and proposals. Seconds and bytes. */
import type { MigrationMode } from '../infra/parts.ts'
import type { PreflightFinding } from './report.ts'

/** One guest of an evacuation on its way. Seconds from the beginning of the whole; null where no bandwidth is known. */
export interface EvacuationMove {
  readonly vm: string
  readonly from: string
  readonly to: string
  readonly mode: MigrationMode
  /** Moves of one wave share the links and begin together. */
  readonly wave: number
  readonly start: number | null
  readonly seconds: number | null
  readonly downtimeSeconds: number | null
  readonly transferredBytes: number | null
  readonly converged: boolean | null
  /** Bytes per second, its fair share. */
  readonly bandwidth: number | null
  /** What a move should know: the findings that warn. */
  readonly findings: readonly PreflightFinding[]
}

/** A guest that cannot go: for every host that was asked, what forbids it. */
export interface Stuck {
  readonly vm: string
  readonly from: string
  readonly reasons: readonly (PreflightFinding & { readonly host: string })[]
}

/** The same plan with so many moves at once out of one host: faster, until they take from each other what they need to end. */
export interface Pace {
  readonly parallel: number
  readonly totalSeconds: number | null
  /** The longest of its moves; null where one has none. */
  readonly worstDowntimeSeconds: number | null
  /** Moves that do not converge. */
  readonly endless: number
}

export interface EvacuationReport {
  readonly version: 1
  /** As it was asked: a server's name, or `rack:NAME`, `site:NAME`. */
  readonly host: string
  readonly feasible: boolean
  readonly parallel: number
  readonly moves: readonly EvacuationMove[]
  readonly stuck: readonly Stuck[]
  readonly totalSeconds: number | null
  readonly paces: readonly Pace[]
  readonly notes: readonly string[]
}

/** One proposed move: how full the two hosts are before and after it, in ratios of what they have; its gain is the fuller one's. */
export interface RebalancingMove {
  readonly vm: string
  readonly from: string
  readonly to: string
  readonly gain: number
  readonly fromBefore: number
  readonly fromAfter: number
  readonly toBefore: number
  readonly toAfter: number
  readonly seconds: number | null
  readonly downtimeSeconds: number | null
}

export interface Rebalancing {
  readonly version: 1
  readonly moves: readonly RebalancingMove[]
  readonly totalSeconds: number | null
  readonly fullestBefore: number
  readonly fullestAfter: number
  /** Standard deviation of how full the hosts are. */
  readonly deviationBefore: number
  readonly deviationAfter: number
  readonly notes: readonly string[]
}
