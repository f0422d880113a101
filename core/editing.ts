/** Front door: what an editor asks about a place in a text. */
import type { Analysis } from './analysis.ts'
import { formatOf } from './formats/index.ts'
import type { CompletionItem, OutlineItem } from './formats/format.ts'
import type { Infra } from './infra/infra.ts'
import type { Source } from './text/source.ts'

export { foldsOf } from './language/folding.ts'
export { hintsOf } from './language/hints.ts'
export { hover } from './language/hover.ts'
export { elementAt, isSpelled, mentionAt, mentionsLike, placeOf } from './language/look-up.ts'
export type { Mention } from './infra/mentions.ts'
export { tokensOf, type TokenKind } from './language/tokens.ts'
export type { CompletionItem, OutlineItem }

/** What may be written at an offset of this very text; names come from the infra as it was last read. */
export const complete = (source: Source, offset: number, infra: Infra): readonly CompletionItem[] => formatOf(source)?.complete?.(source, offset, infra) ?? []

/** The documentation of the key at an offset, in Markdown. */
export const describe = (source: Source, offset: number): { readonly text: string; readonly start: number; readonly end: number } | undefined =>
  formatOf(source)?.describe?.(source, offset)

export function outline(analysis: Analysis): readonly OutlineItem[] {
  const [reading] = analysis.readings
  return reading ? formatOf(reading.source)?.outline?.(reading) ?? [] : []
}
