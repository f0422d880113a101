/** What a check is: a code, a severity, and a function that names places. It knows no format and computes no position. */
import type { Infra } from '../infra/infra.ts'
import type { Counterexample, Fix, Problem, Related, Severity } from '../infra/problem.ts'
import type { Plane } from '../forwarding/index.ts'
import type { Span } from '../text/span.ts'

export interface CheckContext {
  /** As the files say. */
  readonly written: Infra
  /** With networks and fabrics turned into devices and every default filled in. */
  readonly infra: Infra
  /** The compiled forwarding plane of `infra`. */
  readonly plane: Plane
  /** Realises and compiles a changed Infra, for checks and expectations that ask "what if". */
  readonly replan?: (written: Infra) => { readonly infra: Infra; readonly plane: Plane }
}

export interface Finding {
  readonly at: Span
  readonly message: string
  readonly subject?: string
  readonly related?: readonly Related[]
  readonly fixes?: readonly Fix[]
  readonly counterexample?: Counterexample
  /** Where one code has two severities (host-overcommitted); else the check's own. */
  readonly severity?: Severity
}

export type Report = (finding: Finding) => void

export interface Check {
  readonly code: string
  /** A few words for a heading: "Duplicate address". */
  readonly title: string
  readonly severity: Severity
  /** `underlay explain`, the hover and the catalogue page: what it means, why it matters, how to mend it. Markdown, no heading. */
  readonly explanation: string
  run(context: CheckContext, report: Report): void
}

export type { Problem }
