/** Several moves planned as one: who goes when, what they share, who crosses whom. Seconds and bytes. */
import type { MigrationMode } from '../infra/parts.ts'
import type { PreflightFinding } from './report.ts'

/** All at once as far as there is room; one after the other; as many as the orchestrator lets. */
export const paces = ['at-once', 'in-turn', 'by-profile'] as const
export type PaceKind = (typeof paces)[number]

/** What somebody wants moved. */
export interface Wanted {
  readonly vm: string
  readonly to: string
}

export interface JointMove {
  readonly vm: string
  readonly from: string
  readonly to: string
  readonly mode: MigrationMode
  readonly feasible: boolean
  /** Moves of one wave begin together; null where it does not go. */
  readonly wave: number | null
  /** From the beginning of the whole; null where a wave before it has no known end. */
  readonly start: number | null
  readonly seconds: number | null
  readonly downtimeSeconds: number | null
  readonly gapSeconds: number | null
  readonly transferredBytes: number | null
  readonly converged: boolean | null
  /** Bytes per second, its share at first. */
  readonly bandwidth: number | null
  /** The same move with nobody beside it. */
  readonly alone: { readonly seconds: number | null; readonly downtimeSeconds: number | null; readonly converged: boolean | null; readonly bandwidth: number | null } | null
  /** What the others make of it, or why it does not go, in a sentence; null where it goes as it would alone. */
  readonly because: string | null
  readonly hops: readonly string[]
  /** What warns, and what blocks. */
  readonly findings: readonly PreflightFinding[]
}

/** What several moves of one wave cross at once, and what each gets of it at first. */
export interface SharedLink {
  /** `link from a:x to b:y`, `out of a:x`, `into b:y`. */
  readonly name: string
  /** Of a link: `node:interface` twice. */
  readonly ends: readonly [string, string] | null
  readonly wave: number
  /** Bytes per second. */
  readonly capacity: number
  readonly shares: readonly { readonly vm: string; readonly bandwidth: number }[]
}

/** Guests that go where each other comes from: two that swap, or a ring of more. */
export interface Crossing {
  readonly vms: readonly string[]
  readonly hosts: readonly string[]
  /** What comes of it, in a sentence. */
  readonly says: string
}

/** The same moves at another pace. */
export interface JointPace {
  readonly pace: PaceKind
  readonly waves: number
  readonly totalSeconds: number | null
  readonly worstDowntimeSeconds: number | null
  readonly endless: number
  readonly stuck: number
}

export interface JointReport {
  readonly version: 1
  readonly pace: PaceKind
  /** All of them can go. */
  readonly feasible: boolean
  readonly moves: readonly JointMove[]
  readonly shared: readonly SharedLink[]
  readonly crossings: readonly Crossing[]
  readonly paces: readonly JointPace[]
  readonly totalSeconds: number | null
  readonly notes: readonly string[]
}
