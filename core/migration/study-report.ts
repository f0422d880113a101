/** What surrounds a migration: the study of many runs, the ways beside each other, the curves, a real trace fitted. Seconds and bytes. */
import type { Verdict } from '../forwarding/trace.ts'
import type { MigrationMode } from '../infra/parts.ts'
import type { MigrationPhase, PeerEffect } from './report.ts'

/** Of many runs: the order statistics and the mean. */
export interface Spread {
  readonly least: number
  readonly p05: number
  readonly median: number
  readonly mean: number
  readonly p95: number
  readonly most: number
}

/** One seeded variation of a migration. Bytes and seconds; nulls where it did not end. */
export interface StudyRun {
  readonly run: number
  readonly dirtyRate: number
  readonly bandwidth: number
  readonly totalSeconds: number | null
  readonly downtimeSeconds: number | null
  readonly gapSeconds: number | null
  readonly transferredBytes: number | null
  /** Of one probing peer; null where it did not end. */
  readonly packetsLost: number | null
  readonly outcome: 'success' | 'failure'
}

/** What one agent sees that probes the guest. Seconds there and back; null where no link states a latency or the way was not walked. */
export interface StudyPeer {
  readonly peer: string
  readonly before: Verdict
  readonly after: Verdict
  readonly packetsLost: number | null
  readonly lossSeconds: number | null
  readonly delayBefore: number | null
  readonly delayDuring: number | null
  readonly delayAfter: number | null
  readonly sessions: PeerEffect['sessions']
}

/** A migration as a session of an availability study: parameters, phases, agents, outcome, and many runs. Bytes and seconds. */
export interface Study {
  readonly session: {
    readonly vm: string
    readonly from: string
    readonly to: string
    readonly mode: MigrationMode
    readonly profile: string
    readonly memory: number | null
    readonly resident: number
    readonly workingSet: number
    readonly dirtyRate: number
    readonly bandwidth: number | null
    readonly downtimeLimit: number | null
    /** Packets a second that every agent sends. */
    readonly probeRate: number
    readonly runs: number
    readonly seed: number
  }
  /** In time order, from the request to the check. */
  readonly phases: readonly MigrationPhase[]
  readonly agents: readonly StudyPeer[]
  readonly totalSeconds: number | null
  readonly downtimeSeconds: number | null
  readonly outcome: 'success' | 'failure' | 'unknown'
  /** The rule that failed, or why it is unknown. */
  readonly because: string | null
  readonly distribution: {
    readonly runs: readonly StudyRun[]
    /** Ratio of the runs that end; null where there are none. */
    readonly successRate: number | null
    readonly totalSeconds: Spread | null
    readonly downtimeSeconds: Spread | null
    readonly gapSeconds: Spread | null
    readonly transferredBytes: Spread | null
    readonly packetsLost: Spread | null
  }
  readonly notes: readonly string[]
}

/** One way, or one orchestrator's, to move a guest. */
export interface AdviceRow {
  readonly name: string
  readonly mode: MigrationMode
  /** Whether no rule of the pre-flight forbids it; else `risks` begins with why. */
  readonly feasible: boolean
  readonly converged: boolean | null
  readonly totalSeconds: number | null
  /** The hypervisor's. */
  readonly downtimeSeconds: number | null
  /** The peers'. */
  readonly gapSeconds: number | null
  readonly transferredBytes: number | null
  /** Of processor time that the guest loses. */
  readonly slowedSeconds: number
  readonly exposedSeconds: number
  readonly risk: string
  /** What else must be known of it. */
  readonly risks: readonly string[]
}

export interface Advice {
  readonly ways: readonly AdviceRow[]
  /** The name of the best way; null where no time is known. */
  readonly best: string | null
  readonly because: string
  readonly profiles: readonly AdviceRow[]
}

export interface SweepPoint {
  readonly x: number
  readonly totalSeconds: number | null
  readonly downtimeSeconds: number | null
  readonly converged: boolean | null
}

/** Empty where the bandwidth is unknown, or nothing is written. Bytes per second. */
export interface Sweep {
  readonly byBandwidth: readonly SweepPoint[]
  readonly byDirtyRate: readonly SweepPoint[]
  /** Where this migration stands on either axis. */
  readonly bandwidth: number | null
  readonly dirtyRate: number
}

/** What a real trace was fitted to, and how near the loop then comes to it. Bytes and seconds; misses are ratios. */
export interface Calibration {
  readonly bandwidth: number
  readonly memory: number
  readonly resident: number
  readonly workingSet: number
  readonly dirtyRate: number
  readonly downtimeLimit: number
  /** Answers of query-migrate that were read. */
  readonly samples: number
  readonly measured: { readonly totalSeconds: number; readonly downtimeSeconds: number | null; readonly transferredBytes: number; readonly syncs: number }
  readonly predicted: { readonly totalSeconds: number; readonly downtimeSeconds: number; readonly transferredBytes: number; readonly syncs: number; readonly converged: boolean }
  readonly misses: { readonly total: number | null; readonly transferred: number | null }
  readonly notes: readonly string[]
}
