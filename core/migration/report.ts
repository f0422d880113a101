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
  /** `neighbour`: the guest's own entry for its gateway. */
  readonly by: 'announcement' | 'frames' | 'orchestrator' | 'ospf' | 'bgp' | 'neighbour'
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
