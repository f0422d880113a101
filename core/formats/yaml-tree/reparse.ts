/** What of a memory stands after an edit of some entries: all but what those entries say. */
import { isPlain, readPiece, sameWords, type Known, type Remembered } from './known.ts'
import { endsBefore, pieced, type Cut } from './resplit.ts'
import type { Piece } from './split.ts'
import type { MapEntry, Tree } from './tree.ts'

/** The text that was parsed, its pieces in order with what each says, and the sections they make. */
export interface Memory extends Known {
  readonly pieces: readonly Piece[]
  readonly sections: readonly MapEntry[]
  /** No piece is wrong or means anything by another, and every entry's piece is one entry. */
  readonly plain: boolean
}

/** The memory as it is after the cut; undefined where more than the entries themselves would have to be looked at. */
export function reparse(text: string, uri: string, old: Memory, cut: Cut): Memory | undefined {
  const { first, end, head, start } = cut
  const key = old.read[head]?.converted.tree
  const section = key?.kind === 'map' ? old.sections.find((one) => one.key === key.entries[0]?.key) : undefined
  const value = section?.value
  if (!old.plain || !section || !value || value.kind === 'scalar') return undefined
  const { same, before } = sameWords(old, first, end, start, text, cut.pieces, start)
  const read: Remembered[] = []
  let at = start
  for (const [i, piece] of cut.pieces.entries()) {
    const from = at
    at += piece.length
    const one = same[i] ?? readPiece(text.slice(from, at), piece, { uri }, new Map(), before.get(piece))
    if (!isPlain(piece, one.converted)) return undefined
    read.push(one)
  }
  const changed = withEntries(value, first - head - 1, end - head - 1, read.map(({ converted }) => converted.tree))
  return changed && {
    text, pieces: pieced(old.pieces, cut), plain: true,
    read: old.read.slice(0, first).concat(read, old.read.slice(end)),
    sections: old.sections.map((one) => (one === section ? { ...section, value: changed } : one)),
  }
}

/** Where a section begins that is read again with all below it. */
export interface Tail {
  /** Among the pieces, among the sections, and in the text. */
  readonly piece: number
  readonly section: number
  readonly start: number
}

/**
 * The last section whose first line ends before an edit that begins after so many characters: what stands above it means what it meant. Undefined
 * where nothing stands above, or where something in the text is wrong or means something by something else.
 */
export function tailOf({ text, pieces, sections, plain }: Memory, before: number): Tail | undefined {
  let found: Tail | undefined
  let section = 0
  let start = 0
  for (const [piece, { kind, length }] of pieces.entries()) {
    if (kind !== 'entry') {
      if (!endsBefore(text, start, before)) break
      found = { piece, section, start }
      section++
    }
    start += length
  }
  return plain && found && found.start > 0 && sections.length === pieces.filter(({ kind }) => kind !== 'entry').length ? found : undefined
}

/** What a text means from there on, by itself. */
export const fromThere = ({ text, pieces, read, sections, plain }: Memory, { piece, section, start }: Tail): Memory =>
  ({ text: text.slice(start), pieces: pieces.slice(piece), read: read.slice(piece), sections: sections.slice(section), plain })

/** The memory with another text, and its meaning, from there on. */
export const withTail = ({ pieces, read, sections }: Memory, { piece, section }: Tail, text: string, tail: Memory): Memory =>
  ({ text, pieces: pieces.slice(0, piece).concat(tail.pieces), read: read.slice(0, piece).concat(tail.read), sections: sections.slice(0, section).concat(tail.sections), plain: tail.plain })

/** The section's value with these trees' entries in the place of some; undefined where they are not of its kind. */
function withEntries(value: Exclude<Tree, { kind: 'scalar' }>, first: number, end: number, trees: readonly (Tree | undefined)[]): Tree | undefined {
  if (value.kind === 'list') {
    const items = trees.flatMap((tree) => (tree?.kind === 'list' ? tree.items : []))
    return items.length === trees.length ? { ...value, items: value.items.slice(0, first).concat(items, value.items.slice(end)) } : undefined
  }
  const entries = trees.flatMap((tree) => (tree?.kind === 'map' ? tree.entries : []))
  return entries.length === trees.length ? { ...value, entries: value.entries.slice(0, first).concat(entries, value.entries.slice(end)) } : undefined
}
