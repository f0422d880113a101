/** What a migration would be: pre-flight, rounds, downtime, what the peers see. cli.md's shape, with spans. Seconds and bytes. */
import type { MigrationMode } from '../infra/parts.ts'
import type { Span } from '../text/span.ts'
import type { Verdict } from '../forwarding/trace.ts'

export interface PreflightFinding {
  /** A migration check's code without its prefix where cli.md shows it so: `storage-shared`, `capacity`, `network`. */
  readonly code: string
  readonly status: 'pass' | 'warn' | 'block'
  readonly message: string
  /** The line that decides. */
  readonly at?: Span
}

/** A candidate host, with all its reasons at once. */
export interface MigrationTarget {
  readonly host: string
  readonly feasible: boolean
  /** Smaller is better; ties by name. */
  readonly rank: number
  readonly preflight: readonly PreflightFinding[]
}

export interface MigrationRound {
  readonly round: number
  readonly sent: number
  readonly dirtied: number
  readonly seconds: number
}

export interface PeerEffect {
  readonly peer: string
  readonly before: Verdict
  readonly after: Verdict
  /** The gap this peer sees; null where no bandwidth is known. */
  readonly lostSeconds: number | null
  readonly pathMtuBefore: number | null
  readonly pathMtuAfter: number | null
  /** Why it changes, in a sentence. */
  readonly because: string | null
  /** Whether connections that are open go on: the address, the way and whoever translates on it stay; unknown where it was not walked. */
  readonly sessions: 'kept' | 'lost' | 'unknown'
  readonly sessionsBecause: string | null
  /** The ways there and back, before and after; null where they were not walked. */
  readonly ways: PeerWays | null
}

/** From the guest to a peer and back: the nodes, and the seconds of the links that state a latency. */
export interface PeerWays {
  readonly before: { readonly out: readonly string[]; readonly back: readonly string[]; readonly seconds: number }
  readonly after: { readonly out: readonly string[]; readonly back: readonly string[]; readonly seconds: number } | null
  /** The answers take another way than the questions, and did not before. */
  readonly becomesAsymmetric: boolean
  /** A node by which the way afterwards goes round: the host that was left, or one that is passed twice. */
  readonly detour: string | null
  /** The migration fills a link of the way. */
  readonly shared: boolean
}

/** How the network learns the new place of one interface. Seconds. */
export interface Convergence {
  readonly interface: string
  readonly by: 'announcement' | 'frames' | 'orchestrator' | 'ospf' | 'bgp'
  /** After the guest runs again; null where nobody can know. */
  readonly seconds: number | null
  /** Where every announcement is lost. */
  readonly atWorst: number | null
  readonly because: string
}

/** One stretch of time of the whole, for the timeline. */
export interface MigrationPhase {
  readonly name: string
  readonly start: number
  readonly seconds: number
}

/** What would end a migration that does not end. Seconds. */
export interface Remedy {
  readonly kind: 'post-copy' | 'auto-converge' | 'downtime-limit' | 'bandwidth'
  /** The limit in seconds, the bandwidth in bytes per second, the throttle as a ratio; null for post-copy. */
  readonly value: number | null
  readonly totalSeconds: number
  readonly downtimeSeconds: number
  /** Of processor time that the guest loses. */
  readonly slowedSeconds: number
  /** In which a lost source loses the guest. */
  readonly exposedSeconds: number
  readonly says: string
}

export interface MigrationReport {
  readonly vm: string
  readonly from: string
  readonly to: string
  readonly mode: MigrationMode
  readonly feasible: boolean
  readonly preflight: readonly PreflightFinding[]
  readonly path: {
    readonly hops: readonly string[]
    /** Bytes per second; null where no link or device on the path states one. */
    readonly bandwidth: number | null
    readonly mtu: number | null
    /** Bytes per second that other streams leave of it. */
    readonly share: number | null
    /** Seconds, one way, of the links that state one. */
    readonly latency: number
  }
  readonly rounds: readonly MigrationRound[]
  readonly phases: readonly MigrationPhase[]
  readonly totalSeconds: number | null
  /** The hypervisor's, as query-migrate reports it. */
  readonly downtimeSeconds: number | null
  readonly transferredBytes: number | null
  readonly converged: boolean | null
  /** Seconds of processor time that the guest loses to being slowed down. */
  readonly slowedSeconds: number
  /** Seconds in which it runs at the target with memory that is still at the source. */
  readonly exposedSeconds: number
  /** From its last instruction here to its first there; null where unknown. */
  readonly gapSeconds: number | null
  readonly remedies: readonly Remedy[]
  readonly convergence: readonly Convergence[]
  readonly network: readonly PeerEffect[]
  /** What went wrong or must be known, one sentence each. */
  readonly notes: readonly string[]
}

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

export interface EvacuationReport {
  readonly version: 1
  /** As it was asked: a server's name, or `rack:NAME`, `site:NAME`. */
  readonly host: string
  readonly feasible: boolean
  readonly parallel: number
  readonly moves: readonly EvacuationMove[]
  readonly stuck: readonly Stuck[]
  readonly totalSeconds: number | null
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
