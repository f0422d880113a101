/** Smallest edits of a YAML text by the places of its tree: set, add, append, remove. The text is never printed from the tree. */
import type { Value } from '../../infra/change.ts'
import type { TextEdit } from '../../text/edit.ts'
import { offsetsOf, type Span } from '../../text/span.ts'
import type { Refusal } from '../format.ts'
import { spellBlock, spellFlow, spellingOf, spellScalar, type Spelling } from './spell.ts'
import type { ListTree, MapEntry, MapTree, ParsedYaml, Tree } from './tree.ts'
import { t } from '../../words.ts'

export type Edits = readonly TextEdit[] | Refusal
export const refuse = (refused: string): Refusal => ({ refused })
export const isRefusal = (edits: Edits): edits is Refusal => 'refused' in edits

interface Extent {
  readonly start: number
  readonly end: number
}

/** All edits of one parsed text; every method gives the edits for one wish. */
export interface TreeEditor {
  readonly text: string
  readonly spelling: Spelling
  extent(span: Span): Extent | undefined
  replace(start: number, end: number, newText: string): Edits
  /** Takes text away, with its line where nothing else stands in it. */
  erase(span: Span): Edits
  /** Sets a key of the map that an entry holds, through a path of keys; makes what is missing. `order` is the table's order of keys. */
  setIn(holder: MapEntry, path: readonly string[], value: Value, order?: readonly string[]): Edits
  setScalar(entry: MapEntry, value: Value): Edits
  appendTo(holder: MapEntry, path: readonly string[], value: Value, order?: readonly string[]): Edits
  appendItem(holder: MapEntry, value: Value): Edits
  removeEntry(map: MapTree, entry: MapEntry): Edits
  removeItem(list: ListTree, index: number): Edits
  /** Whether an entry's value is an alias: an edit of it would be one of its anchor's. */
  isElsewhere(entry: MapEntry): boolean
  /** Where an item is written, if it is written in this list and not under an anchor elsewhere. */
  ownItem(list: ListTree, item: Tree): { readonly start: number; readonly end: number } | undefined
  /** Adds an entry in block style at the end of the map that an entry holds. */
  addEntry(holder: MapEntry, name: string, value: Value): Edits
  /** Adds a key in braces behind the last of the map's own: on a line of its own where that one has one. */
  addInBraces(map: MapTree, name: string, value: Value): Edits
  /** A list in block style becomes an entry of a map in its place, with another one behind it. */
  openBlock(list: ListTree, name: string, other: string, value: Value): Edits
  /** One more in braces or brackets, spelled already. */
  behind(at: Extent, spelled: string): TextEdit
}

export const entryOf = (tree: Tree | undefined, key: string): MapEntry | undefined =>
  tree?.kind === 'map' ? tree.entries.find((entry) => entry.key.text === key) : undefined

export const aliased = (): ReturnType<typeof refuse> => refuse(t('this comes from an anchor elsewhere in the file; change it there'))

export function treeEditor(parsed: ParsedYaml): TreeEditor {
  const { text, uri } = parsed.source
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const spelling = spellingOf(text)
  const extent = (span: Span): Extent | undefined => offsetsOf(span, parsed.places)
  const edit = (start: number, end: number, newText: string): TextEdit => ({ uri, start, end, newText })
  const replace = (start: number, end: number, newText: string): Edits => (text.slice(start, end) === newText ? [] : [edit(start, end, newText)])
  const lineStart = (offset: number): number => Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1
  const lineEnd = (offset: number): number => {
    let end = offset
    while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++
    return end
  }
  const nextLine = (offset: number): number => {
    const end = lineEnd(offset)
    return text.startsWith('\r\n', end) ? end + 2 : Math.min(end + 1, text.length)
  }
  const column = (offset: number): number => offset - lineStart(offset)
  const erase = (span: Span): Edits => {
    const at = extent(span)
    if (!at) return []
    const alone = text.slice(lineStart(at.start), at.start).trim() === '' && text.slice(at.end, lineEnd(at.end)).trim() === ''
    return [alone ? edit(lineStart(at.start), nextLine(at.end), '') : edit(at.start, at.end, '')]
  }
  const inside = (inner: Extent, outer: Extent): boolean => inner.start >= outer.start && inner.end <= outer.end

  /** What the map itself writes, without what merge keys bring in. */
  const ownEntries = (map: MapTree): readonly { entry: MapEntry; at: Extent }[] => {
    const whole = extent(map.at)
    return map.entries.flatMap((entry) => {
      const at = extent(entry.at)
      return at && (map.pieces || (whole && inside(at, whole))) ? [{ entry, at }] : []
    })
  }

  /** The value as it stands after its key, or that it comes from elsewhere. */
  const valueExtent = (entry: MapEntry): Extent | 'elsewhere' | undefined => {
    if (!entry.value) return undefined
    const whole = extent(entry.at)
    const at = extent(entry.value.at)
    if (!whole || !at) return 'elsewhere'
    // A block scalar's extent takes in its last line break, which is not part of what is written.
    const end = at.start + text.slice(at.start, at.end).trimEnd().length
    return at.start >= whole.start && end <= Math.max(whole.end, at.start) ? { start: at.start, end } : 'elsewhere'
  }

  const isElsewhere = (entry: MapEntry): boolean =>
    !(entry.value?.kind !== 'scalar' && entry.value?.pieces) && valueExtent(entry) === 'elsewhere'

  const afterColon = (entry: MapEntry): number => {
    const key = extent(entry.key.at)
    const colon = text.indexOf(':', key?.end ?? 0)
    return colon < 0 ? (key?.end ?? 0) : colon + 1
  }

  const setScalar = (entry: MapEntry, value: Value): Edits => {
    const at = valueExtent(entry)
    if (at === 'elsewhere') return aliased()
    if (!at) {
      const place = afterColon(entry)
      return [edit(place, place, ` ${spelling.flow(value)}`)]
    }
    const old = text.slice(at.start, at.end)
    if (entry.value?.kind === 'scalar' && typeof value !== 'object') {
      if (entry.value.value === value || entry.value.text === String(value)) return []
      return replace(at.start, at.end, spelling.again(old, value as string | number | boolean))
    }
    return replace(at.start, at.end, spelling.flow(value))
  }

  /** One more in braces or brackets; of JSON on several lines, on a line of its own. */
  const behind = (at: Extent, spelled: string): TextEdit => {
    const lead = text.slice(lineStart(at.start), at.start)
    return edit(at.end, at.end, spelling.json && lead.trim() === '' && lineStart(at.start) > 0 ? `,${eol}${lead}${spelled}` : `, ${spelled}`)
  }
  const addInBraces = (map: MapTree, name: string, value: Value): Edits => {
    const last = ownEntries(map).at(-1)
    const spelled = `${spelling.word(name)}: ${spelling.flow(value)}`
    if (last) return [behind(last.at, spelled)]
    const whole = extent(map.at)
    const place = whole ? text.indexOf('{', whole.start) + 1 : 0
    return place > 0 ? [edit(place, place, text[place] === '}' ? spelled : ` ${spelled}`)] : aliased()
  }

  /** `key: value` put into the map of an entry, in the style of its surroundings. */
  const insertKey = (holder: MapEntry, key: string, value: Value, order: readonly string[]): Edits => {
    const spelled = `${spelling.word(key)}: ${spelling.flow(value)}`
    const tree = holder.value
    const nothing = !tree || (tree.kind === 'scalar' && tree.value === null)
    if (nothing || (tree.kind === 'map' && tree.entries.length === 0)) return fillEmpty(holder, key, value)
    if (tree.kind !== 'map') return refuse(t('a map is expected here, and something else is written'))
    if (valueExtent(holder) === 'elsewhere' && !tree.pieces) return aliased()
    const own = ownEntries(tree)
    const last = own.at(-1)
    if (!last) return refuse(t('everything here comes from an anchor; write the map out first'))
    if (tree.flow) {
      const rank = order.indexOf(key)
      const before = rank < 0 ? last : [...own].reverse().find(({ entry }) => order.indexOf(entry.key.text) < rank && order.includes(entry.key.text)) ?? last
      return [behind(before.at, spelled)]
    }
    return insertLines(own, key, order, (indent) => blockLines(key, value, indent))
  }

  const blockLines = (key: string, value: Value, indent: number): string[] => spellBlock({ [key]: value }, indent)

  const insertLines = (own: readonly { entry: MapEntry; at: Extent }[], key: string, order: readonly string[], lines: (indent: number) => string[]): Edits => {
    const first = own[0]
    const last = own.at(-1)
    if (!first || !last) return refuse(t('nothing is written here yet'))
    const indent = column(first.at.start)
    const rank = order.indexOf(key)
    const before = rank < 0 ? last : [...own].reverse().find(({ entry }) => order.includes(entry.key.text) && order.indexOf(entry.key.text) < rank)
    if (!before) {
      const made = lines(indent)
      // Before the first key, which may stand behind a dash: the first line needs no indentation, what follows brings the key's own.
      return [edit(first.at.start, first.at.start, made.join(eol).trimStart() + eol + ' '.repeat(indent))]
    }
    const place = lineEnd(before.at.end)
    return [edit(place, place, eol + lines(indent).join(eol))]
  }

  /** The first entry of a map that is still empty: `key:`, `key: {}` or `key: null`. */
  const fillEmpty = (holder: MapEntry, key: string, value: Value): Edits => {
    const at = valueExtent(holder)
    if (at === 'elsewhere') return aliased()
    const keyAt = extent(holder.key.at)
    if (!keyAt) return []
    const inFlow = text.slice(lineStart(keyAt.start), keyAt.start).trim().replace(/^(-\s*)+/, '') !== ''
    if (at && at.end > at.start) {
      // `name: {}` on a line of its own opens, where what comes in would make a long line of it.
      const opens = !inFlow && text.slice(at.start, at.end) === '{}' && typeof value === 'object' && Object.values(value).some((inner) => typeof inner === 'object')
      if (!opens) return replace(at.start, at.end, `{ ${spelling.word(key)}: ${spelling.flow(value)} }`)
      const place = lineEnd(at.end)
      return [edit(afterColon(holder), at.end, ''), edit(place, place, eol + blockLines(key, value, column(keyAt.start) + 2).join(eol))]
    }
    if (inFlow) {
      const place = afterColon(holder)
      return [edit(place, place, ` { ${spelling.word(key)}: ${spelling.flow(value)} }`)]
    }
    const place = lineEnd(afterColon(holder))
    return [edit(place, place, eol + blockLines(key, value, column(keyAt.start) + 2).join(eol))]
  }

  const nested = (path: readonly string[], value: Value): Value => path.reduceRight<Value>((inner, key) => ({ [key]: inner }), value)

  const setIn = (holder: MapEntry, path: readonly string[], value: Value, order: readonly string[] = []): Edits => {
    const [key, ...rest] = path
    if (key === undefined) return setScalar(holder, value)
    if (isElsewhere(holder)) return aliased()
    if (holder.value?.kind === 'list' && /^\d+$/.test(key)) {
      const item = holder.value.items[Number(key)]
      if (!item) return refuse(t('nothing is written there'))
      return ownItem(holder.value, item) ? setIn({ key: holder.key, value: item, at: item.at }, rest, value, order) : aliased()
    }
    const own = holder.value?.kind === 'map' ? ownEntries(holder.value).find(({ entry }) => entry.key.text === key)?.entry : undefined
    if (!own) return insertKey(holder, key, nested(rest, value), order)
    return rest.length === 0 ? setScalar(own, value) : setIn(own, rest, value)
  }

  const appendItem = (holder: MapEntry, value: Value): Edits => {
    const tree = holder.value
    const at = valueExtent(holder)
    if (tree?.kind === 'list' && tree.pieces) return appendLine(tree, value)
    if (at === 'elsewhere') return aliased()
    if (tree?.kind === 'list' && at) {
      if (!tree.flow && tree.items.length > 0) return appendLine(tree, value)
      const inner = text.slice(at.start + 1, at.end - 1)
      const last = tree.items.at(-1)
      const own = last && ownItem(tree, last)
      // Behind the last item where it is known: a comma or a comment may follow it.
      if (own) return [behind(own, spelling.flow(value))]
      if (/[#,]\s*$|#/.test(inner)) return aliased()
      const place = at.start + 1 + inner.trimEnd().length
      return [edit(place, place, `${inner.trim() === '' ? '' : ', '}${spelling.flow(value)}`)]
    }
    if (tree?.kind === 'scalar' && tree.value !== null && at) return replace(at.start, at.end, `[${text.slice(at.start, at.end)}, ${spelling.flow(value)}]`)
    if (tree && tree.kind === 'map') return refuse(t('a list is expected here, and a map is written'))
    const keyAt = extent(holder.key.at)
    if (!keyAt) return []
    const lineBefore = text.slice(lineStart(keyAt.start), keyAt.start)
    if (lineBefore.trim() !== '' || typeof value !== 'object') return setScalar({ ...holder, value: undefined }, [value])
    const place = lineEnd(afterColon(holder))
    return [edit(place, place, `${eol}${lineBefore}  - ${spelling.flow(value)}`)]
  }

  /** Where an item is written, if it is written in this list and not under an anchor elsewhere. */
  const ownItem = (list: ListTree, item: Tree): Extent | undefined => {
    const at = extent(item.at)
    const whole = extent(list.at)
    if (!at || !whole) return undefined
    if (!list.pieces) return inside(at, whole) ? at : undefined
    // An item of a piece stands behind everything above it; what an alias stands for does not.
    const before = list.items.slice(0, list.items.indexOf(item)).map((other) => other && extent(other.at))
    return at.start >= whole.end && before.every((other) => !other || other.end <= at.start) ? at : undefined
  }

  const appendLine = (list: ListTree, value: Value): Edits => {
    const last = [...list.items].reverse().find((item) => item !== undefined)
    const at = last && ownItem(list, last)
    if (!at) return last ? aliased() : refuse(t('the list cannot be added to here'))
    const own = /^(\s*)-\s/.exec(text.slice(lineStart(at.start), at.start))?.[1]?.length
    const indent = own ?? column(text.slice(0, at.start).lastIndexOf('-'))
    const place = lineEnd(at.start + text.slice(at.start, at.end).trimEnd().length)
    return [edit(place, place, `${eol}${' '.repeat(indent)}- ${spelling.flow(value)}`)]
  }

  const appendTo = (holder: MapEntry, path: readonly string[], value: Value, order: readonly string[] = []): Edits => {
    const [key, ...rest] = path
    if (key === undefined) return appendItem(holder, value)
    if (isElsewhere(holder)) return aliased()
    if (holder.value?.kind === 'list') {
      // An item by its number, and a key of it that is there.
      const item = holder.value.items[Number(key)]
      const inside = item?.kind === 'map' && ownItem(holder.value, item) ? ownEntries(item).find(({ entry }) => entry.key.text === rest[0])?.entry : undefined
      return inside ? appendTo(inside, rest.slice(1), value) : []
    }
    const own = holder.value?.kind === 'map' ? ownEntries(holder.value).find(({ entry }) => entry.key.text === key)?.entry : undefined
    return own ? appendTo(own, rest, value) : insertKey(holder, key, nested(rest, [value]), order)
  }

  const removeEntry = (map: MapTree, entry: MapEntry): Edits => {
    const own = ownEntries(map)
    const index = own.findIndex((other) => other.entry === entry)
    const found = own[index]
    if (!found) return aliased()
    if (map.flow) return removeFlow(own.map((other) => other.at), index)
    return removeBlock(found.at, own[index + 1]?.at, own.length === 1)
  }

  const removeFlow = (all: readonly Extent[], index: number): Edits => {
    const at = all[index]
    if (!at) return []
    const next = all[index + 1]
    const before = all[index - 1]
    if (next) return [edit(at.start, next.start, '')]
    return before ? [edit(before.end, at.end, '')] : [edit(at.start, at.end, '')]
  }

  const removeBlock = (at: Extent, next: Extent | undefined, only: boolean): Edits => {
    const start = lineStart(at.start)
    const prefix = text.slice(start, at.start)
    if (prefix.trim() === '') return [edit(start, nextLine(at.end), '')]
    // Behind a dash or a key: the dash stays for what follows.
    if (next) return [edit(at.start, next.start, '')]
    return only ? [edit(start, nextLine(at.end), '')] : refuse(t('this cannot be taken away alone'))
  }

  const removeItem = (list: ListTree, index: number): Edits => {
    const item = list.items[index]
    const at = item && ownItem(list, item)
    if (!at) return item ? aliased() : refuse(t('nothing is written there'))
    if (list.flow) {
      const all = list.items.map((other) => (other ? extent(other.at) : undefined)).filter((other) => other !== undefined)
      return removeFlow(all, all.indexOf(all.find((other) => other.start === at.start) ?? at))
    }
    return [edit(lineStart(at.start), nextLine(at.end), '')]
  }

  const addEntry = (holder: MapEntry, name: string, value: Value): Edits => {
    const tree = holder.value
    if (tree?.kind === 'map' && tree.entries.length > 0 && !tree.flow && typeof value === 'object' && !Array.isArray(value)) {
      const own = ownEntries(tree)
      return insertLines(own, name, [], (indent) => entryLines(name, value as { readonly [key: string]: Value }, indent))
    }
    if (!tree || (tree.kind === 'scalar' && tree.value === null)) {
      const keyAt = extent(holder.key.at)
      if (!keyAt) return []
      const place = lineEnd(afterColon(holder))
      return [edit(place, place, eol + entryLines(name, value as { readonly [key: string]: Value }, column(keyAt.start) + 2).join(eol))]
    }
    return insertKey(holder, name, value, [])
  }

  const openBlock = (list: ListTree, name: string, other: string, value: Value): Edits => {
    const whole = extent(list.at)
    const last = list.items.at(-1)
    const end = last && ownItem(list, last)
    if (!whole || !end) return aliased()
    // A map's list may stand in the column of its keys.
    const indent = column(whole.start)
    const place = lineEnd(end.start + text.slice(end.start, end.end).trimEnd().length)
    return [edit(whole.start, whole.start, `${name}:${eol}${' '.repeat(indent)}`), edit(place, place, eol + entryLines(other, value, indent).join(eol))]
  }

  return { text, spelling, extent, replace, erase, setIn, setScalar, appendTo, appendItem, removeEntry, removeItem, isElsewhere, ownItem, addEntry, addInBraces, openBlock, behind }
}

/** An entry opened over several lines, or on one where it is small. */
export function entryLines(name: string, value: Value, indent: number): string[] {
  const pad = ' '.repeat(indent)
  if (typeof value !== 'object' || Array.isArray(value)) return [`${pad}${spellScalar(name)}: ${spellFlow(value)}`]
  const map = value as { readonly [key: string]: Value }
  if (Object.keys(map).length === 0) return [`${pad}${spellScalar(name)}: {}`]
  return [`${pad}${spellScalar(name)}:`, ...spellBlock(map, indent + 2)]
}
