/** Where something is written, in a way that survives edits elsewhere in the file. */
import { lineStartsOf, positionAt, type LineStarts, type Range, type Source } from './source.ts'

/**
 * A stretch of a source that is read as one piece: one server, one link, one expectation, one route of a long list. Its identity is its key:
 * an edit elsewhere in the file leaves the Chunk object, and everything read from it, the very same objects.
 * Where the chunk now begins in the file is kept apart, in Places.
 */
export interface Chunk {
  readonly uri: string
}

/** Offsets are relative to the chunk's beginning, in UTF-16 code units, end exclusive. */
export interface Span {
  readonly chunk: Chunk
  readonly start: number
  readonly end: number
}

/** A value together with the place where it is written. */
export interface Written<T> {
  readonly value: T
  readonly at: Span
}

/** A value of a map whose keys are names, and where that name stands. */
export interface Keyed<T> extends Written<T> {
  readonly key?: Span
}

/** Where each chunk begins, as an offset into its source. Of every read anew, once somebody asks. */
export type Places = ReadonlyMap<Chunk, number>

/** A span in the words of an editor. */
export interface Location {
  readonly uri: string
  readonly range: Range
}

/** Absolute offsets of a span, or undefined when its chunk is of an older text. */
export function offsetsOf(span: Span, places: Places): { start: number; end: number } | undefined {
  const base = places.get(span.chunk)
  return base === undefined ? undefined : { start: base + span.start, end: base + span.end }
}

/** Whether a span stands wholly within another one of the same source. */
export function isWithin(span: Span, around: Span, places: Places): boolean {
  const [inner, outer] = [offsetsOf(span, places), offsetsOf(around, places)]
  return inner !== undefined && outer !== undefined && span.chunk.uri === around.chunk.uri && outer.start <= inner.start && inner.end <= outer.end
}

/** Turns spans into locations for one set of sources; holds their line tables. */
export class Locator {
  private readonly lines = new Map<string, LineStarts>()
  private readonly sources: ReadonlyMap<string, Source>
  private readonly places: Places

  constructor(sources: readonly Source[], places: Places) {
    this.sources = new Map(sources.map((source) => [source.uri, source]))
    this.places = places
  }

  locate(span: Span): Location {
    const { uri } = span.chunk
    const offsets = offsetsOf(span, this.places) ?? { start: 0, end: 0 }
    const starts = this.lineStarts(uri)
    return { uri, range: { start: positionAt(starts, offsets.start), end: positionAt(starts, offsets.end) } }
  }

  /** Absolute offsets, for those who edit text. */
  offsets(span: Span): { start: number; end: number } | undefined {
    return offsetsOf(span, this.places)
  }

  private lineStarts(uri: string): LineStarts {
    let starts = this.lines.get(uri)
    if (!starts) {
      starts = lineStartsOf(this.sources.get(uri)?.text ?? '')
      this.lines.set(uri, starts)
    }
    return starts
  }
}
