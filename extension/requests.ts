/** What the client asks of the language server beyond LSP: names and shapes. Everything is plain JSON. */
import type { Change } from '../core/infra/change.ts'
import type { Answer, Question, ShownProgress, ToldShow } from '../core/protocol.ts'
import type { ShownPositions, SpotsChange } from '../core/positions.ts'
import type { Position, Range } from '../core/text/source.ts'

/** The client adds its own settings, and the sidecar that it reads, to what the server shows. */
export type ShowWithoutSettings = Omit<ToldShow, 'settings' | 'positions'>

/** Offsets turned into positions: what a WorkspaceEdit needs. */
export interface PlainEdit {
  readonly uri: string
  readonly range: Range
  readonly newText: string
}

export interface ShownExpectation {
  readonly kind: string
  readonly status: 'pass' | 'fail' | 'undecided'
  readonly message: string
  readonly range: Range
  readonly uri: string
}

/** One row of the tree of a file. */
export interface ModelItem {
  /** The diagram's id: `vm1`, `s1:br0`, `network:blue`. */
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly detail: string
  readonly errors: number
  readonly warnings: number
  readonly children: readonly ModelItem[]
}

export interface ModelAnswer {
  readonly items: readonly ModelItem[]
  readonly counts: { readonly servers: number; readonly guests: number; readonly tunnels: number; readonly errors: number; readonly warnings: number }
}

/** Method name → what is sent and what comes back. `null` is an answer: the file is not one of ours. */
export interface Requests {
  /** `since`: the picture that the asker has; the answer may be told as a step from it. */
  'underlay/show': { params: { uri: string; view: 'physical' | 'tenant'; tenant?: string; open?: readonly string[]; since?: string }; result: ShowWithoutSettings | null }
  /** `ticket`: under which the server tells how far a long answer has come. */
  'underlay/ask': { params: { uri: string; question: Question; ticket?: string }; result: Answer }
  /** What differs from an older text; the texts come from whoever has a history. `null`: there was no such file. The server names those it still needs. */
  'underlay/difference': { params: { uri: string; question: Extract<Question, { kind: 'difference' }>; texts: Readonly<Record<string, string | null>>; ticket?: string }; result: Answer | { readonly kind: 'needs'; readonly uris: readonly string[] } }
  'underlay/change': { params: { uri: string; version: number; change: Change }; result: { readonly edits: readonly PlainEdit[] } | { readonly refused: string } }
  /** A sidecar's text: what it says, and what it becomes. */
  'underlay/positions': { params: { text: string }; result: Omit<ShownPositions, 'name' | 'uri'> }
  'underlay/place': { params: { text: string | null; change: SpotsChange }; result: { readonly text: string; readonly edits: readonly Omit<PlainEdit, 'uri'>[] } | { readonly refused: string } }
  'underlay/locate': { params: { uri: string; id: string }; result: { readonly uri: string; readonly range: Range } | null }
  'underlay/elementAt': { params: { uri: string; position: Position }; result: string | null }
  'underlay/expectations': { params: { uri: string }; result: readonly ShownExpectation[] }
  /** What holds now and is not said yet, as entries of `expect`: the edits that write them, and how many they are. */
  'underlay/expectationsNow': { params: { uri: string }; result: { readonly edits: readonly PlainEdit[]; readonly count: number; readonly version: number } | { readonly refused: string } }
  'underlay/model': { params: { uri: string }; result: ModelAnswer | null }
  'underlay/explain': { params: { code?: string }; result: { readonly code: string; readonly title: string; readonly text: string }[] }
  /** Reads files that no editor has open and publishes what is wrong in them. */
  'underlay/validate': { params: { uris: readonly string[] }; result: { readonly files: number; readonly problems: number } }
}

/** Sent by the server when it has analysed this text; and of a large one already when it can be drawn. */
export interface Analysed {
  readonly uri: string
  readonly version: number
  /** It can be drawn, and is not checked yet: there will be another message. */
  readonly ahead?: true
}
export const analysedMethod = 'underlay/analysed'

/** Sent by the server while an answer takes longer than a second. */
export interface Progressed extends ShownProgress {
  readonly ticket: string
}
export const progressedMethod = 'underlay/progressed'

/** VS Code's settings under `underlay`, as far as the server reads them. */
export interface ServerSettings {
  /** Milliseconds that typing must pause before the text is checked, and read again where nobody draws it. */
  readonly debounce: number
  /** code → severity, `off` to silence it. */
  readonly severity: Readonly<Record<string, string>>
  /** What is shown beside the text: MTUs that Linux derives, addresses that DHCP, a network or a fabric gives. */
  readonly hints: { readonly mtu: boolean; readonly addresses: boolean }
}

export const filePatterns: readonly string[] = [
  '**/*.infra.{yaml,yml,json}', '**/*.clab.{yml,yaml}', '**/{docker-,}compose{,.*}.{yml,yaml}', '**/*.{compose,docker-compose}.{yml,yaml}',
]
