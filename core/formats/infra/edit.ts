/** A Change to the smallest edits of an infra file. */
import type { Change, Part, Value } from '../../infra/change.ts'
import type { NodeKind } from '../../infra/node.ts'
import type { TextEdit } from '../../text/edit.ts'
import type { Source } from '../../text/source.ts'
import type { Reading, Refusal } from '../format.ts'
import { aliased, entryLines, entryOf, isRefusal, refuse, treeEditor, type Edits, type TreeEditor } from '../yaml-tree/edit-tree.ts'
import { inTurn } from '../yaml-tree/in-turn.ts'
import type { ListTree, MapEntry, ParsedYaml, Tree } from '../yaml-tree/tree.ts'
import { fileTable } from './grammar.ts'
import { kindsAt, tableAt } from './lookup.ts'
import { parsedOf, read } from './read.ts'
import { nodeSections } from './read-nodes.ts'
import { copyNode, insertItem, removeLink, removeListItem, removePart } from './edit-parts.ts'
import { placeOfPart, type Place } from './part-place.ts'
import { removeNode } from './remove-node.ts'
import { renameNode, renamePart } from './rename.ts'
import { t } from '../../words.ts'

const sectionOf: Readonly<Record<NodeKind, string>> = Object.fromEntries(Object.entries(nodeSections).map(([section, { kind }]) => [kind, section])) as Record<NodeKind, string>

/** What cannot be answered is refused in words; a part that another file writes gives no edits. */
export function edit(_source: Source, change: Change, reading: Reading): readonly TextEdit[] | Refusal {
  const parsed = parsedOf(reading)
  const editor = treeEditor(parsed)
  const { root } = parsed
  const section = (name: string): MapEntry | undefined => entryOf(root, name)
  const keyPath = (key: string | readonly string[]): readonly string[] => (typeof key === 'string' ? [key] : key)

  const find = (part: Part): Place | undefined => placeOfPart(editor, root, part)

  const isAliasedLink = (part: Part): boolean => {
    const links = section('links')?.value
    const item = part.kind === 'link' && links?.kind === 'list' ? links.items[part.link] : undefined
    return links?.kind === 'list' && item !== undefined && !editor.ownItem(links, item)
  }

  const orderOf = (path: readonly (string | number)[]): readonly string[] => Object.keys(tableAt(path)?.keys ?? {})

  const set = (part: Part, key: string | readonly string[], value: Value): Edits => {
    const found = find(part)
    if (!found && part.kind === 'section') {
      const [first = '', ...deeper] = keyPath(key)
      const held = deeper.reduceRight<Value>((inner, name) => ({ [name]: inner }), value)
      return parsed.root?.flow ? editor.addInBraces(parsed.root, part.section, { [first]: held }) : newSection(parsed, part.section, entryLines(first, held, 2))
    }
    if (!found) return []
    if (isAliasedLink(part)) return aliased()
    if (part.kind === 'link' && found.holder.value?.kind === 'list') return openLink(editor, found.holder.value, keyPath(key), value)
    return editor.setIn(found.holder, [...found.rest, ...keyPath(key)], value, orderOf(found.path))
  }

  const addTo = (name: string, entry: string, value: Value): Edits => {
    const holder = section(name)
    if (entryOf(holder?.value, entry)) return refuse(t`${entry} is already there`)
    if (holder) return editor.addEntry(holder, entry, value)
    return parsed.root?.flow ? editor.addInBraces(parsed.root, name, { [entry]: value }) : newSection(parsed, name, entryLines(entry, value, 2))
  }
  const addItem = (name: string, value: Value, line: string): Edits => {
    const holder = section(name)
    if (holder) return editor.appendItem(holder, value)
    return parsed.root?.flow ? editor.addInBraces(parsed.root, name, [value]) : newSection(parsed, name, [`  - ${line}`])
  }

  switch (change.kind) {
    case 'move': return set({ kind: 'node', node: change.guest }, 'host', change.host)
    case 'correct': {
      const at = editor.extent(change.at)
      return at ? editor.replace(at.start, at.end, editor.spelling.again(editor.text.slice(at.start, at.end), change.value)) : []
    }
    case 'set': return set(change.part, change.key, change.value)
    case 'append': {
      if (change.before) return insertItem(editor, root, change.before, change.value)
      const found = find(change.part)
      return found && isAliasedLink(change.part) ? aliased() : found ? editor.appendTo(found.holder, [...found.rest, ...keyPath(change.key)], change.value, orderOf(found.path)) : []
    }
    case 'unset': return isAliasedLink(change.part) ? aliased() : unset(editor, find(change.part), keyPath(change.key))
    case 'erase': return editor.erase(change.at)
    case 'remove': return removeAt(editor, root, change.at)
    case 'add-node': return reading.infra.nodes.has(change.name) ? refuse(t`${change.name} is already there`) : addTo(sectionOf[change.node], change.name, change.value)
    case 'add-interface': return set({ kind: 'interface', node: change.node, interface: change.name }, [], change.value)
    case 'add-link': return addItem('links', change.value ? { ends: [...change.ends], ...(change.value as object) } : [...change.ends], spellLink(change))
    case 'add-entry': return addTo(change.section, change.name, change.value)
    case 'add-expectation': return addItem('expect', change.value, spellExpectation(change.value))
    case 'rename-node': return renameNode(editor, reading, change.from, change.to)
    case 'rename': return renamePart(editor, reading, change)
    case 'remove-node': return removeNode(reading, change.node)
    case 'remove-link': return removeLink(editor, root, reading, change.ends)
    case 'remove-part': return removePart(editor, root, change.part)
    case 'remove-item': {
      const found = find(change.part)
      return found && found.rest.length === 0 ? removeListItem(editor, found.holder, keyPath(change.key), change.value) : []
    }
    case 'copy-node': return reading.infra.nodes.has(change.to) ? refuse(t`${change.to} is already there`) : copyNode(editor, root, change)
    case 'edits': return change.edits.filter(({ uri }) => uri === reading.source.uri)
    case 'in-turn': return inTurn(reading, change, edit, read)
    case 'several': {
      const edits: TextEdit[] = []
      for (const one of change.changes) {
        const answer = edit(_source, one, reading)
        if (isRefusal(answer)) return answer
        edits.push(...answer)
      }
      return edits.sort((a, b) => a.start - b.start)
    }
  }
}

const flow = (value: Value): string => entryLines('x', value, 0)[0]?.slice(3) ?? ''
const spellLink = (change: Extract<Change, { kind: 'add-link' }>): string =>
  change.value ? `{ ends: [${change.ends.join(', ')}], ${flowOf(change.value).slice(2)}` : `[${change.ends.join(', ')}]`
const spellExpectation = (value: Value): string => flowOf(value)
const flowOf = (value: Value): string => flow([value]).slice(1, -1)

/** `[a:x, b:y]` becomes `{ ends: [a:x, b:y], key: value }`, and what stands on lines of their own stays on them; the ends' own characters stay. */
function openLink(editor: TreeEditor, list: ListTree, key: readonly string[], value: Value): Edits {
  const at = editor.extent(list.at)
  if (!at) return []
  const [first = '', ...rest] = key
  const inner: Value = rest.reduceRight<Value>((held, name) => ({ [name]: held }), value)
  if (!list.flow) return editor.openBlock(list, 'ends', first, inner)
  const { json, word, flow: spelled } = editor.spelling
  return editor.replace(at.start, at.end, `{ ${word('ends')}: ${editor.text.slice(at.start, at.end)}, ${word(first)}: ${json ? spelled(inner) : flowOf(inner)} }`)
}

function unset(editor: TreeEditor, found: Place | undefined, path: readonly string[]): Edits {
  if (!found || found.rest.length > 0) return []
  if (editor.isElsewhere(found.holder)) return aliased()
  let tree = found.holder.value
  for (const [index, key] of path.entries()) {
    if (tree?.kind === 'list' && /^\d+$/.test(key)) {
      const item: Tree | undefined = tree.items[Number(key)]
      if (index === path.length - 1) return editor.removeItem(tree, Number(key))
      if (item && !editor.ownItem(tree, item)) return aliased()
      tree = item
      continue
    }
    const entry = entryOf(tree, key)
    if (!entry || tree?.kind !== 'map') return []
    if (index === path.length - 1) return editor.removeEntry(tree, entry)
    if (editor.isElsewhere(entry)) return aliased()
    tree = entry.value
  }
  return []
}

/** The entry or item whose own text this is: the smallest that begins and ends there. */
function removeAt(editor: TreeEditor, root: Tree | undefined, span: Parameters<TreeEditor['extent']>[0]): Edits {
  const wanted = editor.extent(span)
  if (!wanted || !root) return []
  const same = (at: { start: number; end: number } | undefined): boolean => at?.start === wanted.start && at.end === wanted.end
  const search = (tree: Tree | undefined): Edits | undefined => {
    if (tree?.kind === 'map') {
      for (const entry of tree.entries) {
        if (same(editor.extent(entry.at)) || same(editor.extent(entry.key.at))) return editor.removeEntry(tree, entry)
        const inner = search(entry.value)
        if (inner) return inner
      }
    } else if (tree?.kind === 'list') {
      for (const [index, item] of tree.items.entries()) {
        if (item && same(editor.extent(item.at))) return editor.removeItem(tree, index)
        const inner = search(item)
        if (inner) return inner
      }
    }
    return undefined
  }
  return search(root) ?? aliased()
}

/** A section that was not there yet, put where format.md's order has it, with a blank line above. */
function newSection(parsed: ParsedYaml, name: string, lines: readonly string[]): Edits {
  const { text, uri } = parsed.source
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const isList = kindsAt([name]).some((kind) => kind.is === 'list')
  const order = Object.keys(fileTable.keys)
  const rank = order.indexOf(name)
  const later = (parsed.root?.entries ?? []).find((entry) => order.indexOf(entry.key.text) > rank && rank >= 0)
  const block = [`${name}:`, ...lines].join(eol)
  const base = later && parsed.places.get(later.key.at.chunk)
  if (later && base !== undefined && !isList) {
    const start = base + later.key.at.start
    // Comments that stand directly above the next section are its own.
    let place = start
    for (;;) {
      const lineStart = Math.max(text.lastIndexOf('\n', place - 2), text.lastIndexOf('\r', place - 2)) + 1
      if (place === 0 || !text.slice(lineStart, place).trimStart().startsWith('#')) break
      place = lineStart
    }
    return [{ uri, start: place, end: place, newText: `${block}${eol}${eol}` }]
  }
  // Where the first document ends another may begin, which is none of this file's.
  const last = parsed.root?.entries.at(-1)
  const from = (last ? parsed.places.get(last.key.at.chunk) ?? 0 : 0) + (last?.key.at.start ?? 0)
  const mark = last ? text.slice(from).search(/^(?:---|\.\.\.)(?=\s|$)/m) : -1
  const whole = mark < 0 ? text.length : from + mark
  let trimmed = text.slice(0, whole).trimEnd().length
  // Behind the last line, with the blanks that may end it; nothing is written where the file is empty.
  while (trimmed > 0 && trimmed < text.length && text[trimmed] !== '\n' && text[trimmed] !== '\r') trimmed++
  // A file that says nothing yet says first which language it is in.
  const head = (parsed.root?.entries.length ?? 0) === 0 ? `infra: 1${eol}${eol}` : ''
  return [{ uri, start: trimmed, end: trimmed, newText: `${trimmed === 0 ? '' : eol + eol}${head}${block}${text.length === trimmed ? eol : ''}` }]
}
