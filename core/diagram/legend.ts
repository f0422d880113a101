/** What stands under a picture and explains it: words, and samples drawn just as the picture draws what they stand for. */
import type { Severity } from '../infra/problem.ts'
import type { Domain, LineKind, Mark } from './diagram.ts'
import type { TrailLook } from './trails.ts'

export type Sample =
  | { readonly of: 'box'; readonly look: Mark['look']; readonly word?: string }
  | { readonly of: 'line'; readonly look: Mark['look'] }
  /** A box or a line of which the view says nothing. */
  | { readonly of: 'plain'; readonly kind: LineKind | 'broken' | 'derived'; readonly color?: string }
  | { readonly of: 'owner'; readonly color: string }
  | { readonly of: 'badge'; readonly severity: Severity }
  | { readonly of: 'domain'; readonly domain: Domain }
  | { readonly of: 'trail'; readonly look: TrailLook }

export interface LegendRow {
  readonly sample: Sample
  readonly text: string
}

export interface Legend {
  /** What the picture shows; empty: no more than what is there. */
  readonly title: string
  /** Sentences under the title. */
  readonly notes: readonly string[]
  /** Rows that belong together; each group starts a line of its own. */
  readonly groups: readonly (readonly LegendRow[])[]
}
