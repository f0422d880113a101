/** What every description language can do: read text into Infra, and answer a Change with the smallest edits. */
import type { Infra } from '../infra/infra.ts'
import type { Change, Part, Says, Value } from '../infra/change.ts'
import type { Problem } from '../infra/problem.ts'
import type { Source } from '../text/source.ts'
import type { Places, Span } from '../text/span.ts'
import type { TextEdit } from '../text/edit.ts'

/** What a text means. Never thrown away in part: a broken text still reads as what makes sense of it. */
export interface Reading {
  readonly source: Source
  readonly infra: Infra
  readonly problems: readonly Problem[]
  readonly places: Places
  /** False when the text is broken enough that the last good picture should stay. */
  readonly whole: boolean
  /** The format's own memory of this read, so that the next one reads again only what changed. */
  readonly memory?: unknown
}

/** What stands at the cursor, for completion and hover; paths are keys from the root, list items as numbers. */
export interface Cursor {
  /** The path of the map or list whose key or item is being written. */
  readonly path: readonly (string | number)[]
  /** The key whose value the cursor is in; undefined when a key (or list item) is being written. */
  readonly key: string | undefined
  /** What is typed so far, and the absolute offsets it covers. */
  readonly typed: string
  readonly start: number
  readonly end: number
  /** Keys that the surrounding map already has. */
  readonly present: readonly string[]
}

export interface CompletionItem {
  readonly label: string
  readonly detail?: string
  readonly documentation?: string
  readonly kind: 'key' | 'value' | 'name' | 'address' | 'snippet'
  readonly insertText: string
}

export interface Refusal {
  readonly refused: string
}

/** One setting of a part: what is written, what may be, and why it cannot be changed here where that is so. */
export interface SettingRow {
  readonly name: string
  /** The path from the part's own map; numbers are places in a list. */
  readonly key: readonly string[]
  /** As it is spelled; empty where nothing is written. */
  readonly value: string
  /** One sentence, in Markdown. */
  readonly doc: string
  /** How it is written: "size like 64GiB". */
  readonly hint: string
  /** How what is typed is taken: one word; one word or a list; a list; as YAML's flow style has it. */
  readonly as: 'word' | 'words' | 'list' | 'flow'
  /** One of these and nothing else. */
  readonly options?: readonly string[]
  /** Some of what may be. */
  readonly suggestions?: readonly string[]
  /** Why it cannot be changed here. */
  readonly fixed?: string
}

/** The settings of one map: the part's own, an interface's, a route's. */
export interface SettingGroup {
  /** Empty for the part's own. */
  readonly title: string
  readonly key: readonly string[]
  readonly rows: readonly SettingRow[]
  /** An entry of a map or list, which can be taken away. */
  readonly removable?: boolean
  /** More of the kind can be added: by a name, or as an item in YAML's flow style. */
  readonly adds?: { readonly as: 'name' | 'item'; readonly hint: string }
}

export interface Format {
  /** The word of `--as` and of cli.md's `format`: infra, containerlab, compose. */
  readonly id: string
  readonly title: string
  /** What can be said in it; gestures offer nothing else. */
  readonly says: Says
  /** By the file's name first, by its content where the name says little. Must be cheap. */
  recognizes(source: Source): boolean
  /** Never throws, never hangs. `previous` may be of any older version of the same source. */
  read(source: Source, previous?: Reading): Reading
  edit(source: Source, change: Change, reading: Reading): readonly TextEdit[] | Refusal
  /** Every setting of a part, for an inspector; undefined where this file does not write the part. `infra` is what all files say. */
  settings?(reading: Reading, part: Part, infra: Infra): readonly SettingGroup[] | undefined
  /** What a node's entry says, for whoever writes it into another file of this language; undefined where this file does not write it. */
  entryValue?(reading: Reading, node: string): Value | undefined
  /** What may be written at this offset; names come from the infra as it was last read. */
  complete?(source: Source, offset: number, infra: Infra): readonly CompletionItem[]
  /** The documentation of the key or value at this offset, in Markdown, and where it stands. */
  describe?(source: Source, offset: number): { readonly text: string; readonly start: number; readonly end: number } | undefined
  /** Entries for the outline, nested. */
  outline?(reading: Reading): readonly OutlineItem[]
}

export interface OutlineItem {
  readonly name: string
  readonly detail: string
  readonly kind: string
  readonly at: Span
  readonly body: Span
  readonly children: readonly OutlineItem[]
}
