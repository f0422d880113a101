/** YAML as a tree in which everything knows where it is written; what the YAML formats read instead of plain objects. */
import type { Problem } from '../../infra/problem.ts'
import type { Source } from '../../text/source.ts'
import type { Places, Span } from '../../text/span.ts'

export interface ScalarTree {
  readonly kind: 'scalar'
  readonly at: Span
  /** As YAML 1.2's core schema resolves it; a quoted scalar is always a string. */
  readonly value: string | number | boolean | null
  /** The scalar's own characters without quotes: `1e3` and `010` as they are spelled. */
  readonly text: string
  readonly plain: boolean
}

export interface MapEntry {
  readonly key: ScalarTree
  /** Undefined where nothing was written: an empty map or list, as the reader needs. */
  readonly value: Tree | undefined
  /** Key and value together. */
  readonly at: Span
}

export interface MapTree {
  readonly kind: 'map'
  readonly at: Span
  /** In file order; merge keys (`<<`) are already taken in, written keys first; a key written twice is here twice. */
  readonly entries: readonly MapEntry[]
  readonly flow: boolean
  /** Put together from pieces: `at` is its key's (or the first piece's), and every entry is its own. */
  readonly pieces?: true
}

export interface ListTree {
  readonly kind: 'list'
  readonly at: Span
  readonly items: readonly (Tree | undefined)[]
  readonly flow: boolean
  /** Put together from pieces: `at` is its key's. */
  readonly pieces?: true
  /** Part of an entry that is parsed in parts: every item is its own, and stays the very same object until an edit touches it. */
  readonly parts?: true
}

/** An alias is its anchor's tree: positions are where the value is written. */
export type Tree = ScalarTree | MapTree | ListTree

export interface ParsedYaml {
  /** The top-level map's entries; sections and their entries are chunks of their own. Undefined when the text is no map. */
  readonly root: MapTree | undefined
  /** Syntax errors, nesting too deep, aliases that expand without end, a text too large: code `yaml-syntax`. */
  readonly problems: readonly Problem[]
  readonly places: Places
  /** False when there was any syntax error. */
  readonly whole: boolean
  /** Give it to the next parse of the same source: trees of chunks whose text did not change are the same objects. */
  readonly memory: unknown
  readonly source: Source
}
