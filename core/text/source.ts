/** A file's text at a version: the only thing Underlay believes. */

export interface Source {
  /** A URI, or whatever name the caller knows the file by; unique within one analysis. */
  readonly uri: string
  /** The text, as the editor has it; offsets are UTF-16 code units, as in LSP. */
  readonly text: string
  /** Grows with every edit; a Change made for an older version is refused. */
  readonly version: number
  /** A format's id, when the caller knows better than the file name (`--as`). */
  readonly format?: string
}

/** Zero-based line and character, as in LSP (characters are UTF-16 code units). */
export interface Position {
  readonly line: number
  readonly character: number
}

export interface Range {
  readonly start: Position
  readonly end: Position
}

/** The offset at which each line of a text starts. A line ends with LF, CR LF or CR, as in LSP. */
export type LineStarts = Uint32Array

export function lineStartsOf(text: string): LineStarts {
  const starts: number[] = [0]
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 13) {
      if (text.charCodeAt(i + 1) === 10) i++
      starts.push(i + 1)
    } else if (c === 10) starts.push(i + 1)
  }
  return Uint32Array.from(starts)
}

/** The position of an offset; an offset before or beyond the text is clamped by the caller's line table. */
export function positionAt(starts: LineStarts, offset: number): Position {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low, character: Math.max(0, offset - (starts[low] ?? 0)) }
}

/** The offset of a position; a line beyond the text gives the text's end. */
export function offsetAt(starts: LineStarts, position: Position, textLength: number): number {
  const start = starts[position.line]
  if (start === undefined) return textLength
  return Math.min(start + position.character, starts[position.line + 1] ?? textLength)
}

/** The last segment of a uri, as a person reads it. */
export function fileNameOf(uri: string): string {
  const last = uri.slice(uri.lastIndexOf('/') + 1)
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}
