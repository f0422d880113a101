/** What was read of a text's pieces, and what of it stands after an edit of some entries: all but what those entries say. */
import type { Chunk } from '../../text/span.ts'
import { convert, type Converted } from './convert.ts'
import { pieced, type Cut } from './resplit.ts'
import type { Piece } from './split.ts'
import type { MapEntry, Tree } from './tree.ts'

export interface Remembered {
  readonly piece: Piece
  readonly chunk: Chunk
  readonly converted: Converted
}

/** The text that was parsed, its pieces in order with what each says, and the sections they make. */
export interface Memory {
  readonly text: string
  readonly pieces: readonly Piece[]
  readonly read: readonly Remembered[]
  readonly sections: readonly MapEntry[]
  /** No piece is wrong or means anything by another, and every entry's piece is one entry. */
  readonly plain: boolean
}

export const isPlain = (piece: Piece, { tree, problems, defines, uses }: Converted): boolean =>
  problems.length === 0 && defines.size === 0 && uses.size === 0
  && (piece.kind !== 'entry' || (tree?.kind === 'map' && tree.entries.length === 1) || (tree?.kind === 'list' && tree.items.length === 1))

/** The memory as it is after the cut; undefined where more than the entries themselves would have to be looked at. */
export function reparse(text: string, uri: string, old: Memory, cut: Cut): Memory | undefined {
  const { first, end, head, start } = cut
  const key = old.read[head]?.converted.tree
  const section = key?.kind === 'map' ? old.sections.find((one) => one.key === key.entries[0]?.key) : undefined
  const value = section?.value
  if (!old.plain || !section || !value || value.kind === 'scalar') return undefined
  const same = sameWords(old, first, end, start, text, cut.pieces, start)
  const read: Remembered[] = []
  let at = start
  for (const [i, piece] of cut.pieces.entries()) {
    const from = at
    at += piece.length
    const one = same[i] ?? readPiece(text.slice(from, at), uri, piece)
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

function readPiece(words: string, uri: string, piece: Piece): Remembered {
  const chunk: Chunk = { uri }
  return { piece, chunk, converted: convert(words, chunk, new Map(), piece.colon) }
}

/** The section's value with these trees' entries in the place of some; undefined where they are not of its kind. */
function withEntries(value: Exclude<Tree, { kind: 'scalar' }>, first: number, end: number, trees: readonly (Tree | undefined)[]): Tree | undefined {
  if (value.kind === 'list') {
    const items = trees.flatMap((tree) => (tree?.kind === 'list' ? tree.items : []))
    return items.length === trees.length ? { ...value, items: value.items.slice(0, first).concat(items, value.items.slice(end)) } : undefined
  }
  const entries = trees.flatMap((tree) => (tree?.kind === 'map' ? tree.entries : []))
  return entries.length === trees.length ? { ...value, entries: value.entries.slice(0, first).concat(entries, value.entries.slice(end)) } : undefined
}

/** What was read of the same words in the old text, for pieces of the new one; of several with the same words the one in the same turn. */
export function sameWords(old: Memory, first: number, end: number, oldStart: number, text: string, pieces: readonly Piece[], start: number): readonly (Remembered | undefined)[] {
  // The same words mean another thing where they are a key that lacks its colon.
  const words = (whole: string, at: number, { length, colon }: Piece): string => (colon === undefined ? whole.slice(at, at + length) : `${colon}\u0000${whole.slice(at, at + length)}`)
  const known = new Map<string, Remembered[]>()
  let at = oldStart
  for (const one of old.read.slice(first, end)) {
    const said = words(old.text, at, one.piece)
    at += one.piece.length
    const same = known.get(said)
    if (same) same.push(one)
    else known.set(said, [one])
  }
  at = start
  return pieces.map((piece) => {
    const said = words(text, at, piece)
    at += piece.length
    return known.get(said)?.shift()
  })
}
