/** What was read of pieces of a text, and which of it still holds after an edit. */
import { commonOf, type Common } from '../../text/difference.ts'
import type { Chunk } from '../../text/span.ts'
import { convert, type Anchored, type Converted } from './convert.ts'
import { joined, partsOf } from './parts.ts'
import type { Piece } from './split.ts'

export interface Remembered {
  readonly piece: Piece
  readonly chunk: Chunk
  readonly converted: Converted
  /** What was read of its parts, where it has any. */
  readonly parts?: readonly Remembered[]
  /** It is what its parts say: they have the chunks, and its own is that of the first. */
  readonly joined?: true
}

/** A text, and what was read of the pieces that it is made of. */
export interface Known {
  readonly text: string
  readonly read: readonly Remembered[]
}

export interface Again {
  /** What was read of the same words, by piece. */
  readonly same: readonly (Remembered | undefined)[]
  /** Of other pieces: an entry as it was before the edit, with its parts. */
  readonly before: ReadonlyMap<Piece, Known>
}

/** A piece that says nothing wrong, means nothing by another, and is one entry where it stands for one. */
export const isPlain = (piece: Piece, { tree, problems, defines, uses }: Converted): boolean =>
  problems.length === 0 && defines.size === 0 && uses.size === 0
  && (piece.kind !== 'entry' || (tree?.kind === 'map' && tree.entries.length === 1) || (tree?.kind === 'list' && tree.items.length === 1))

/** What was read of the pieces of a text that was another before. */
export function knownOf(old: Known, text: string, pieces: readonly Piece[], common: Common): Again {
  // What stands wholly before or behind the edit has the words that it had.
  const isSame = (a: Piece | undefined, b: Piece | undefined): boolean => a !== undefined && b !== undefined && a.length === b.length && a.colon === b.colon
  const most = Math.min(pieces.length, old.read.length)
  let [first, before] = [0, 0]
  for (; first < most; first++) {
    const piece = pieces[first]
    if (!piece || before + piece.length > common.before || !isSame(piece, old.read[first]?.piece)) break
    before += piece.length
  }
  let [last, after] = [0, 0]
  for (; last < most - first; last++) {
    const piece = pieces[pieces.length - 1 - last]
    if (!piece || after + piece.length > common.after || !isSame(piece, old.read[old.read.length - 1 - last]?.piece)) break
    after += piece.length
  }
  const end = old.read.length - last
  const middle = sameWords(old, first, end, before, text, pieces.slice(first, pieces.length - last), before)
  return { same: [...old.read.slice(0, first), ...middle.same, ...old.read.slice(end)], before: middle.before }
}

/**
 * What was read of the same words in the old text, for pieces of the new one; of several with the same words the one in the same turn.
 * The others take the place of those that nobody has the words of, in their turn.
 */
export function sameWords(old: Known, first: number, end: number, oldStart: number, text: string, pieces: readonly Piece[], start: number): Again {
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
  const same = pieces.map((piece) => {
    const said = words(text, at, piece)
    at += piece.length
    return known.get(said)?.shift()
  })
  const left = [...known].flatMap(([said, ones]) => ones.flatMap(({ parts, piece }) => (parts ? [{ text: said.slice(-piece.length), read: parts }] : [])))
  const before = new Map<Piece, Known>()
  for (const [i, piece] of pieces.entries()) {
    const one = same[i] ? undefined : left.shift()
    if (one) before.set(piece, one)
  }
  return { same, before }
}

/** Reads a piece: from its parts, where they say all of it, or at once. `before` is what the piece was, if it is known. */
export function readPiece(words: string, piece: Piece, chunk: Chunk, anchors: ReadonlyMap<string, Anchored>, before: Known | undefined): Remembered {
  const pieces = piece.kind === 'entry' && piece.colon === undefined ? partsOf(words) : undefined
  if (!pieces) return { piece, chunk, converted: convert(words, chunk, anchors, piece.colon) }
  const same = before ? knownOf(before, words, pieces, commonOf(before.text, words)).same : []
  let at = 0
  const parts = pieces.map((part, i): Remembered => {
    const from = at
    at += part.length
    const own: Chunk = { uri: chunk.uri }
    return same[i] ?? { piece: part, chunk: own, converted: convert(words.slice(from, at), own, nothing) }
  })
  const tree = parts.every(({ converted }, i) => isPlain(pieces[i] ?? piece, converted)) ? joined(pieces, parts) : undefined
  const [head] = parts
  if (!tree || !head) return { piece, chunk, converted: convert(words, chunk, anchors), parts }
  return { piece, chunk: head.chunk, converted: { tree, problems: [], defines: nothing, uses: nothing }, parts, joined: true }
}

const nothing: ReadonlyMap<string, Anchored> = new Map()

/** Tells where each chunk of pieces begins, the first of which begins at an offset. */
export function place(read: readonly Remembered[], start: number, places: Map<Chunk, number>): void {
  let at = start
  for (const { chunk, piece, parts, joined } of read) {
    if (joined && parts) place(parts, at, places)
    else places.set(chunk, at)
    at += piece.length
  }
}
