/** The pieces of a text that an edit has changed, of those it had: only the entries that the edit touches are cut again. */
import type { Common } from '../../text/difference.ts'
import { bareWord, entryKey, linesOf, listItem, missingColon, silent, type Piece } from './split.ts'

/** Entries of one section that stand for some of the old pieces. */
export interface Cut {
  /** The old pieces from `first` up to, and without, `end`. */
  readonly first: number
  readonly end: number
  /** The head of their section, among the old pieces. */
  readonly head: number
  /** Where the first of them begins, in either text. */
  readonly start: number
  readonly pieces: readonly Piece[]
}

/** The pieces with what was cut anew. */
export const pieced = (old: readonly Piece[], { first, end, pieces }: Cut): readonly Piece[] => old.slice(0, first).concat(pieces, old.slice(end))

/**
 * What makes the old pieces those of `split(text)`, or undefined where the edit may have changed more than entries of one section.
 * `old` are the pieces of a text of `oldLength` characters that has `common` with this one.
 */
export function resplit(text: string, old: readonly Piece[], oldLength: number, { before, after }: Common): Cut | undefined {
  const end = oldLength - after
  let at = 0
  let first = 0
  // The piece in which the edit begins, and the one in which it ends; its last character, a line's end, must be as it was.
  for (; first < old.length; first++) {
    const length = old[first]?.length ?? 0
    if (before < at + length) break
    at += length
  }
  // What an entry's first line becomes may belong to the entry above.
  if (!endsBefore(text, at, before)) {
    first--
    at -= old[first]?.length ?? 0
  }
  let [last, stop] = [first, at]
  for (; last < old.length; last++) {
    const piece = old[last]
    if (piece?.kind !== 'entry') return undefined
    stop += piece.length
    if (end < stop) break
  }
  if (last === old.length) return undefined
  let head = first
  while (old[head]?.kind === 'entry') head--
  const list = old[head]?.list
  const region = list === undefined ? undefined : entriesOf(text.slice(at, text.length - (oldLength - stop)), list)
  return region && { first, end: last + 1, head, start: at, pieces: region }
}

/** Whether the line that begins at an offset ends before another one. */
export function endsBefore(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const c = text.charCodeAt(i)
    if (c === 10 || c === 13) return true
  }
  return false
}

/** Entries of a section, the first of which begins the text; undefined where anything else stands there. */
function entriesOf(text: string, list: boolean): readonly Piece[] | undefined {
  const starts: number[] = []
  const colons: (number | undefined)[] = []
  let indent = -1
  for (const line of linesOf(text)) {
    if (silent(line)) continue
    if (line.tabbed) return undefined
    if (indent < 0) indent = line.indent
    if (line.indent > indent) continue
    if (line.indent < indent || !((list ? listItem : entryKey).test(line.content) || (!list && bareWord.test(line.content)))) return undefined
    starts.push(line.start)
    colons.push(list ? undefined : missingColon(line, 0))
  }
  return starts.map((start, n) => {
    const colon = colons[n]
    return { kind: 'entry', length: (starts[n + 1] ?? text.length) - start, ...(colon !== undefined && { colon }) }
  })
}
