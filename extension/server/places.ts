/** Spans, ranges and edits between the core's offsets and LSP's positions; changes that have been through JSON. */
import type { Analysis } from '../../core/analysis.ts'
import type { Change } from '../../core/infra/change.ts'
import { lineStartsOf, positionAt, type Range } from '../../core/text/source.ts'
import type { TextEdit } from '../../core/text/edit.ts'
import type { Chunk, Span } from '../../core/text/span.ts'
import type { PlainEdit } from '../requests.ts'

export const noRange: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }

/** Edits as positions in the texts that the analysis has read. */
export function plainEdits(analysis: Analysis, edits: readonly TextEdit[]): readonly PlainEdit[] {
  const lines = new Map<string, Uint32Array>()
  return edits.map(({ uri, start, end, newText }) => {
    let starts = lines.get(uri)
    if (!starts) lines.set(uri, (starts = lineStartsOf(analysis.readings.find(({ source }) => source.uri === uri)?.source.text ?? '')))
    return { uri, range: { start: positionAt(starts, start), end: positionAt(starts, end) }, newText }
  })
}

/** A file that several analyses have read is edited once. */
export function onceEach<T extends { readonly uri: string; readonly range: Range }>(edits: readonly T[]): readonly T[] {
  const seen = new Set<string>()
  return edits.filter(({ uri, range: { start } }) => {
    const key = `${uri} ${start.line}:${start.character}`
    return !seen.has(key) && seen.add(key)
  })
}

const isSpan = (value: object): value is Span =>
  'chunk' in value && 'start' in value && 'end' in value && typeof value.chunk === 'object' && typeof value.start === 'number'

const mapSpans = (value: unknown, map: (span: Span) => unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => mapSpans(item, map))
  if (isSpan(value)) return map(value)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapSpans(inner, map)]))
}

/** A change whose spans are counted from the beginning of the file, so that it survives JSON. */
export const withoutChunks = (analysis: Analysis, change: Change): Change =>
  mapSpans(change, (span) => {
    const offsets = analysis.locator.offsets(span) ?? span
    return { chunk: { uri: span.chunk.uri }, start: offsets.start, end: offsets.end }
  }) as Change

/** The opposite, for the same text: spans find their chunk again. */
export function withChunks(analysis: Analysis, change: Change): Change {
  return mapSpans(change, (span) => {
    if (analysis.places.has(span.chunk)) return span
    let best: { chunk: Chunk; base: number } | undefined
    for (const [chunk, base] of analysis.places) {
      if (chunk.uri === span.chunk.uri && base <= span.start && (!best || base >= best.base)) best = { chunk, base }
    }
    return best ? { chunk: best.chunk, start: span.start - best.base, end: span.end - best.base } : span
  }) as Change
}
