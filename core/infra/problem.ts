/** What can be wrong: code, severity, words, place, and what would mend it. */
import type { Span } from '../text/span.ts'
import type { Change } from './change.ts'

export const severities = ['error', 'warning', 'information', 'hint'] as const
export type Severity = (typeof severities)[number]

export interface Related {
  readonly message: string
  readonly at: Span
}

export interface Fix {
  /** What the lightbulb says: an imperative, like "Use 10.0.0.4/24". */
  readonly title: string
  readonly change: Change
  /** The one to take when only one is asked for, and safe in "fix all". */
  readonly preferred?: boolean
}

/** A packet that shows the problem; it can be traced. */
export interface Counterexample {
  readonly from: string
  readonly to: string
  readonly proto?: 'icmp' | 'tcp' | 'udp'
  readonly port?: number
  readonly size?: number
  readonly df?: boolean
  /** Names of the nodes on the way, where the problem is that they are. */
  readonly path?: readonly string[]
}

export interface Problem {
  /** From the catalogue; also the name of the check's file, fixture and documentation page. */
  readonly code: string
  readonly severity: Severity
  /** Names both parties and the numbers; no full stop. */
  readonly message: string
  readonly at: Span
  /** `node`, `node:interface`, `network:name`, `link:a:x-b:y`: what the picture puts the badge on. */
  readonly subject?: string
  readonly related: readonly Related[]
  readonly fixes: readonly Fix[]
  readonly counterexample?: Counterexample
}
