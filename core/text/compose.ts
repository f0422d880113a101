/** Edits made one after the other, as edits of the text that was there first. */
import type { TextEdit } from './edit.ts'

/** A stretch of the first text that is still there, or text that came in. */
type Piece = { readonly from: number; readonly to: number } | { readonly text: string }

const lengthOf = (piece: Piece): number => ('text' in piece ? piece.text.length : piece.to - piece.from)

const cut = (piece: Piece, start: number, end: number): Piece =>
  'text' in piece ? { text: piece.text.slice(start, end) } : { from: piece.from + start, to: piece.from + end }

/** What of the first text is still there after some steps; every step's offsets count in the text as the step finds it. */
export class Composed {
  private pieces: readonly Piece[]
  private readonly length: number

  constructor(length: number) {
    this.length = length
    this.pieces = length === 0 ? [] : [{ from: 0, to: length }]
  }

  /** Edits of one step do not overlap; all their offsets are of the text before the step. */
  step(edits: readonly TextEdit[]): void {
    // From the back, so that what comes before keeps its offsets; of two at one place the later stays behind the earlier.
    const sorted = edits.map((edit, i) => ({ edit, i })).sort((a, b) => b.edit.start - a.edit.start || b.edit.end - a.edit.end || b.i - a.i)
    for (const { edit: { start, end, newText } } of sorted) {
      this.pieces = [...this.slice(0, start), ...(newText === '' ? [] : [{ text: newText }]), ...this.slice(end, Infinity)]
    }
  }

  private slice(start: number, end: number): Piece[] {
    const out: Piece[] = []
    let at = 0
    for (const piece of this.pieces) {
      const length = lengthOf(piece)
      const [a, b] = [Math.max(0, start - at), Math.min(length, end - at)]
      if (a < b) out.push(cut(piece, a, b))
      at += length
    }
    return out
  }

  /** Where a stretch of the text as it is now was in the first text: where text came in since, the place of that. */
  origin(start: number, end: number): { readonly start: number; readonly end: number } {
    const first = (offset: number): number => {
      let at = 0
      let before = 0
      for (const piece of this.pieces) {
        const length = lengthOf(piece)
        if (!('text' in piece)) {
          if (offset <= at + length) return piece.from + Math.max(0, offset - at)
          before = piece.to
        } else if (offset < at + length) return before
        at += length
      }
      return before
    }
    const from = first(start)
    return { start: from, end: Math.max(from, first(end)) }
  }

  edits(uri: string): readonly TextEdit[] {
    const edits: TextEdit[] = []
    let done = 0
    let text = ''
    const flush = (upTo: number): void => {
      if (text !== '' || upTo > done) edits.push({ uri, start: done, end: upTo, newText: text })
      text = ''
    }
    for (const piece of this.pieces) {
      if ('text' in piece) text += piece.text
      else {
        flush(piece.from)
        done = piece.to
      }
    }
    flush(this.length)
    return edits
  }
}
