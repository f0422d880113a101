/** Where a person put things: plain data, kept in a small file beside the described one. */
import type { DiagramView } from '../diagram/diagram.ts'
import type { Range } from '../text/source.ts'

/** One line of the file. */
export interface KeptSpot {
  /** The diagram's id: `s1`, `rack:r1`, `s1:br0`. */
  readonly id: string
  /** The box that held it; undefined at the top. Somewhere else the spot means nothing. */
  readonly in?: string
  /** Top left corner, in the diagram's units, from that of the box that holds it. */
  readonly x: number
  readonly y: number
  /** Nothing moves it: no drag, and no layout that a person asks for. */
  readonly locked?: true
}

/** Views whose boxes stand in the same places share their spots. */
export const sections = ['physical', 'tenant'] as const
export type Section = (typeof sections)[number]
export const sectionOf = (view: DiagramView): Section => (view === 'tenant' ? 'tenant' : 'physical')

export type Kept = Readonly<Record<Section, ReadonlyMap<string, KeptSpot>>>

/** What a gesture does to the file: lines that are written, and lines that go. */
export interface SpotsChange {
  readonly section: Section
  readonly keep: readonly KeptSpot[]
  readonly drop: readonly string[]
}

/** Further away than this from its holder nothing is meant to stand. */
export const farthest = 1_000_000

/** `a/lab.infra.yaml` → `a/lab.infra.layout.json`: files of two languages with one name do not share it. */
export const sidecarOf = (path: string): string => `${path.replace(/\.[^./\\]+$/, '')}.layout.json`

/** The sidecar as the picture needs it. */
export interface ShownPositions {
  /** The file's own name, for people. */
  readonly name: string
  readonly uri: string
  readonly kept: Readonly<Record<Section, readonly KeptSpot[]>>
  /** Lines that count for nothing, with their places. */
  readonly faults: readonly { readonly message: string; readonly range: Range }[]
  /** Nothing of it counts, and nothing is written to it until it is mended. */
  readonly broken: { readonly message: string; readonly range: Range } | null
}
