/** A long entry in parts: its name, and what it has under each of its keys, entry by entry, so that an edit parses only what it touches. */
import type { Chunk, Span } from '../../text/span.ts'
import type { Converted } from './convert.ts'
import { entryKey, inlineValue, linesOf, listItem, sectionPieces, silent, type Piece } from './split.ts'
import type { MapEntry, MapTree, Tree } from './tree.ts'

/** Shorter ones are parsed as fast at once. */
const long = 500

/** To YAML a carriage return alone ends no line; and where a block scalar ends that says how deep it is, or begins empty, hangs on what is around it. */
const doubtful = /\r(?!\n)|[|>][+-]?(?:\d|[ \t]+#|[ \t]*\r?\n[ \t]*(?:\r?\n|$))/

/**
 * Pieces that cover the entry in order: a head, which is its name, and then as of a text of sections, what is under each key.
 * Undefined where it is short, or not plainly in block style.
 */
export function partsOf(words: string): readonly Piece[] | undefined {
  if (words.length < long || doubtful.test(words)) return undefined
  const lines = linesOf(words)
  const [name] = lines
  const match = name && entryKey.exec(name.content)
  if (!match || inlineValue(name.content, match[0]) !== '') return undefined
  const tops: number[] = []
  let indent = -1
  // Comments under the last of them all, as deep as what is under a key: which of the maps around they are part of is the parser's to say.
  let commented = false
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i]
    // Where a tab alone is wrong depends on what stands around it.
    if (!line || line.content.startsWith('\t')) return undefined
    if (silent(line)) {
      commented ||= line.indent > indent && line.content.startsWith('#')
      continue
    }
    commented = false
    if (indent < 0) indent = line.indent
    if (line.indent > indent) continue
    // A list may stand right under its key.
    if (line.indent === indent && listItem.test(line.content) && tops.length > 0) continue
    if (line.indent < indent || indent <= name.indent || !entryKey.test(line.content)) return undefined
    tops.push(i)
  }
  const at = (index: number): number => lines[index]?.start ?? words.length
  const fields = tops.flatMap((top, n) => sectionPieces(lines, top, tops[n + 1] ?? lines.length, at(top), at, entryKey))
  return fields.length === 0 || commented ? undefined : [{ kind: 'head', length: at(tops[0] ?? 0) }, ...fields]
}

/** What was read of a part, all by itself. */
interface Part {
  readonly chunk: Chunk
  readonly converted: Converted
}

/** What the parts of an entry say together, which is what parsing it at once gives; undefined where a part is not what its piece is. */
export function joined(pieces: readonly Piece[], parts: readonly Part[]): MapTree | undefined {
  const starts: number[] = []
  let length = 0
  for (const piece of pieces) {
    starts.push(length)
    length += piece.length
  }
  const treeOf = (part: number): Tree | undefined => parts[part]?.converted.tree
  /** From the beginning of what one part says to the end of what another does. */
  const across = (from: number, to: number): Span | undefined => {
    const [chunk, first, last] = [parts[from]?.chunk, treeOf(from), treeOf(to)]
    return chunk && first && last && { chunk, start: first.at.start, end: (starts[to] ?? 0) - (starts[from] ?? 0) + last.at.end }
  }
  const keyOf = (part: number): MapEntry | undefined => {
    const tree = treeOf(part)
    return tree?.kind === 'map' && tree.entries.length === 1 ? tree.entries[0] : undefined
  }
  const fields: MapEntry[] = []
  let next = 1
  while (next < pieces.length) {
    const top = next++
    const field = keyOf(top)
    if (!field) return undefined
    while (pieces[next]?.kind === 'entry') next++
    if (next === top + 1) {
      fields.push(field)
      continue
    }
    const [at, inside] = [across(top, next - 1), across(top + 1, next - 1)]
    const value = inside && together(parts.slice(top + 1, next), pieces[top]?.list === true, inside)
    if (field.value || !at || !value) return undefined
    fields.push({ key: field.key, value, at })
  }
  const [name, at, inside] = [keyOf(0), across(0, pieces.length - 1), across(1, pieces.length - 1)]
  if (!name || name.value || !at || !inside) return undefined
  const value: MapTree = { kind: 'map', at: inside, entries: fields, flow: false }
  return { kind: 'map', at, entries: [{ key: name.key, value, at }], flow: false }
}

/** Entries or items, each of which is a part. */
function together(parts: readonly Part[], list: boolean, at: Span): Tree | undefined {
  const trees = parts.map(({ converted }) => converted.tree)
  if (list) {
    const items = trees.flatMap((tree) => (tree?.kind === 'list' ? tree.items : []))
    return items.length === trees.length ? { kind: 'list', at, items, flow: false, parts: true } : undefined
  }
  const entries = trees.flatMap((tree) => (tree?.kind === 'map' ? tree.entries : []))
  return entries.length === trees.length ? { kind: 'map', at, entries, flow: false } : undefined
}
