/** What a command needs of the world: where to print, whether colours are welcome, what stands on standard input. */

export interface Streams {
  /** Standard output. */
  out(text: string): void
  /** Standard error: progress and prose. */
  note(text: string): void
  readonly cwd: string
  /** Colours on standard output. */
  readonly colours: boolean
  /** Somebody watches standard error. */
  readonly watched: boolean
  /** All of standard input. */
  input(): string
  /** Writes a file; throws as Node does. */
  write(path: string, text: string): void
}

/** The command line is wrong, or a file cannot be read: exit code 2 and one sentence. */
export class Misuse extends Error {}

type Paint = (text: string) => string
export interface Palette {
  readonly red: Paint
  readonly yellow: Paint
  readonly blue: Paint
  readonly green: Paint
  readonly dim: Paint
  readonly bold: Paint
}

export function paletteOf(colours: boolean): Palette {
  const paint = (code: number): Paint => (text) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text)
  return { red: paint(31), yellow: paint(33), blue: paint(34), green: paint(32), dim: paint(2), bold: paint(1) }
}

/** Columns padded to the widest cell; the last is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  return rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  ').trimEnd() + '\n').join('')
}

/** Text of files as a terminal may have it: of what a terminal obeys only line ends, tabs, colours and a line begun anew are left. */
export const harmless = (text: string): string =>
  text.replace(/\u001b(?!\[(?:[\d;]*m|K))|\r(?!\n|\u001b\[K)|[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f]/g, '\ufffd')
