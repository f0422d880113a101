/** Cuts a YAML text into pieces that can be read one by one: top-level sections, and the entries of each. */

export interface Piece {
  /** `head`: a section's key line, whose entries follow as pieces of their own. `section`: key and value in one. `entry`: one entry, which may have parts. */
  readonly kind: 'head' | 'section' | 'entry' | 'whole'
  /** In UTF-16 code units; it begins where the piece before it ends. */
  readonly length: number
  /** Of a head: whether its entries are list items. */
  readonly list?: boolean
  /** Its key has no colon yet: where, as an offset into the piece, the colon belongs. */
  readonly colon?: number
}

const topKey = /^[A-Za-z_][\w.-]*[ \t]*:(?=[ \t\r\n]|$)/
export const entryKey = /^(?:[A-Za-z0-9_][\w.-]*|"[^"\\\n\r]*"|'[^'\n\r]*')[ \t]*:(?=[ \t\r\n]|$)/
export const listItem = /^-(?=[ \t\r\n]|$)/

/** A key that is being typed: nothing else in YAML stands so where a key is expected. */
export const bareWord = /^[A-Za-z0-9_][\w.-]*(?=[ \t]*$)/

export interface Line {
  readonly start: number
  readonly indent: number
  /** The line without its indentation and line break. */
  readonly content: string
  readonly tabbed: boolean
}

export function linesOf(text: string): Line[] {
  const lines: Line[] = []
  let start = 0
  while (start < text.length) {
    let end = start
    while (end < text.length) {
      const c = text.charCodeAt(end)
      if (c === 10 || c === 13) break
      end++
    }
    let indent = 0
    while (start + indent < end && text.charCodeAt(start + indent) === 32) indent++
    const content = text.slice(start + indent, end)
    lines.push({ start, indent, content, tabbed: content.startsWith('\t') && content.trim() !== '' })
    start = text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? end + 2 : end + 1
  }
  return lines
}

export const silent = (line: Line): boolean => line.content === '' || line.content.startsWith('#') || line.content.trim() === ''

/** Where a document begins: many write it above the first key. */
const documentStart = /^---[ \t]*(?:#.*)?$/

/** What stands after the key's colon, comments left out. */
export function inlineValue(content: string, match: string): string {
  const rest = content.slice(match.length).trim()
  return rest.startsWith('#') ? '' : rest
}

/**
 * Pieces that cover the whole text in order, or one piece `whole` where the text is not plainly block style at the top.
 * On valid YAML reading the pieces one by one means the same as reading the whole: an entry's lines are those indented
 * deeper than the entry (YAML 1.2, 8.2), and everything else is left whole.
 */
export function split(text: string): readonly Piece[] {
  const whole: readonly Piece[] = [{ kind: 'whole', length: text.length }]
  const offset = text.charCodeAt(0) === 0xfeff ? 1 : 0
  const lines = linesOf(offset ? text.slice(1) : text)
  const tops: number[] = []
  let begun = false
  for (const [index, line] of lines.entries()) {
    if (silent(line)) continue
    if (tops.length === 0 && !begun && line.indent === 0 && documentStart.test(line.content)) {
      begun = true
      continue
    }
    if (line.tabbed) return whole
    if (line.indent > 0) {
      if (tops.length === 0) return whole
      continue
    }
    if (listItem.test(line.content) && tops.length > 0) continue
    if (!topKey.test(line.content) && !(tops.length > 0 && bareWord.test(line.content))) return whole
    tops.push(index)
  }
  if (tops.length === 0) return whole
  const pieces: Piece[] = []
  const at = (index: number): number => (index < lines.length ? (lines[index]?.start ?? 0) + offset : text.length)
  tops.forEach((top, n) => {
    const next = tops[n + 1] ?? lines.length
    // What stands above the first key (comments) belongs to it.
    const start = n === 0 ? 0 : at(top)
    pieces.push(...sectionPieces(lines, top, next, start, at, topKey))
  })
  return pieces
}

/** The lines from the one with a section's key up to the next: one piece, or a head and entries. `key` is how the section's is spelled. */
export function sectionPieces(lines: readonly Line[], top: number, next: number, start: number, at: (index: number) => number, key: RegExp): Piece[] {
  const head = lines[top]
  const colon = head && missingColon(head, at(top) - start)
  const section: Piece[] = [{ kind: 'section', length: at(next) - start, ...(colon !== undefined && { colon }) }]
  const match = head && key.exec(head.content)
  if (!head || (!match && colon === undefined) || (match && inlineValue(head.content, match[0]) !== '')) return section
  const entries: number[] = []
  let indent = -1
  let list = false
  for (let i = top + 1; i < next; i++) {
    const line = lines[i]
    if (!line || silent(line)) continue
    if (indent < 0) {
      indent = line.indent
      list = listItem.test(line.content)
    }
    if (line.indent > indent) continue
    if (line.indent < indent || !((list ? listItem : entryKey).test(line.content) || (!list && entries.length > 0 && bareWord.test(line.content)))) return section
    entries.push(i)
  }
  if (entries.length === 0) return section
  const pieces: Piece[] = [{ kind: 'head', length: at(entries[0] ?? next) - start, list, ...(colon !== undefined && { colon }) }]
  entries.forEach((entry, n) => {
    const line = lines[entry]
    const missing = line && !list ? missingColon(line, 0) : undefined
    pieces.push({ kind: 'entry', length: at(entries[n + 1] ?? next) - at(entry), ...(missing !== undefined && { colon: missing }) })
  })
  return pieces
}

/** Where the colon of a bare word belongs, in a piece that has the line at an offset; undefined where the line is no bare word. */
export function missingColon(line: Line, offset: number): number | undefined {
  const word = bareWord.exec(line.content)?.[0]
  return word === undefined ? undefined : offset + line.indent + word.length
}
