/** Where the words and samples of a legend stand, under the picture: for every format alike. In the picture's units, from the legend's own corner. */
import type { Legend, LegendRow } from '../diagram/legend.ts'

/** Widths of a character: the widest of the fonts that a viewer may take (DejaVu Sans) at the sizes that stand here. */
const wide = { title: 9.4, note: 7.1, row: 7.1 } as const
/** From a sample's left to its words; between two columns. */
const [indent, gutter] = [56, 22]
/** From line to line. */
const step = { title: 22, note: 17, row: 21 } as const

export interface Words {
  readonly text: string
  readonly x: number
  /** Of the baseline. */
  readonly y: number
}

export interface LaidRow {
  readonly row: LegendRow
  /** The sample's left and its middle. */
  readonly x: number
  readonly y: number
  readonly words: readonly Words[]
}

export interface LaidLegend {
  readonly width: number
  readonly height: number
  readonly title: readonly Words[]
  readonly notes: readonly Words[]
  readonly rows: readonly LaidRow[]
}

/** Narrower than this no legend can be read. */
export const leastWidth = 420

/** At words; a word that is longer than a line alone is cut into pieces. */
export function wrap(text: string, characters: number): readonly string[] {
  const most = Math.max(8, Math.floor(characters))
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).flatMap((one) => pieces(one, most))) {
    if (line !== '' && line.length + 1 + word.length > most) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, line]
}
function pieces(word: string, most: number): readonly string[] {
  const all = [...word]
  return Array.from({ length: Math.ceil(all.length / most) }, (_, i) => all.slice(i * most, i * most + most).join(''))
}

/** `room`: how wide the picture over it is. */
export function layLegend({ title, notes, groups }: Legend, room: number): LaidLegend {
  const width = Math.max(leastWidth, room)
  let y = 0
  const lay = (text: string, kind: 'title' | 'note'): readonly Words[] => wrap(text, width / wide[kind]).map((line) => ({ text: line, x: 0, y: (y += step[kind]) - 5 }))
  const titles = lay(title, 'title')
  const said = notes.flatMap((note) => lay(note, 'note'))
  if (y > 0) y += 8
  const rows: LaidRow[] = []
  for (const group of groups) {
    const longest = Math.max(...group.map(({ text }) => text.length * wide.row))
    const column = Math.min(width, indent + longest + gutter)
    const columns = Math.max(1, Math.min(group.length, Math.floor((width + gutter) / column)))
    for (let i = 0; i < group.length; i += columns) {
      let lines = 1
      for (const [n, row] of group.slice(i, i + columns).entries()) {
        const x = n * column
        const words = wrap(row.text, (column - indent) / wide.row).map((text, k) => ({ text, x: x + indent, y: y + 14 + k * 15 }))
        lines = Math.max(lines, words.length)
        rows.push({ row, x, y: y + 10, words })
      }
      y += step.row + (lines - 1) * 15
    }
    y += 4
  }
  return { width, height: y, title: titles, notes: said, rows }
}
