/** Taking parts away and copying them: whole entries, items of lists, nodes. */
import type { Change, Part, Value } from '../../infra/change.ts'
import type { Span } from '../../text/span.ts'
import type { Reading } from '../format.ts'
import { copyEntry, portsMoved } from '../yaml-tree/copy-entry.ts'
import { aliased, entryOf, refuse, type Edits, type TreeEditor } from '../yaml-tree/edit-tree.ts'
import type { MapEntry, MapTree, Tree } from '../yaml-tree/tree.ts'
import { nodeSections } from './read-nodes.ts'
import { t } from '../../words.ts'

/** The entry of a map, and the map's own entry when nothing else is in it. Nothing where there is no such entry. */
function removeEntryOf(editor: TreeEditor, above: Tree | undefined, holder: MapEntry | undefined, name: string): Edits {
  const own = entryOf(holder?.value, name)
  if (!holder || !own || holder.value?.kind !== 'map') return []
  if (editor.isElsewhere(holder)) return aliased()
  const last = holder.value.entries.every((entry) => entry === own) && !annotated(editor, holder, editor.extent(own.at))
  return last && above?.kind === 'map' ? removeHolder(editor, above, holder, editor.extent(own.at)) : editor.removeEntry(holder.value, own)
}

/** Between a section's key and the first thing in it somebody wrote a comment: it is about more than what goes. */
function annotated(editor: TreeEditor, holder: MapEntry, only: { readonly start: number } | undefined): boolean {
  const key = editor.extent(holder.key.at)
  return key !== undefined && only !== undefined && /\s#/.test(editor.text.slice(key.end, only.start))
}

/** A section with the only thing in it. A section that is read in pieces knows only where its key is. */
function removeHolder(editor: TreeEditor, above: MapTree, holder: MapEntry, only: { readonly start: number; readonly end: number } | undefined): Edits {
  const key = editor.extent(holder.key.at)
  if (holder.value?.kind === 'scalar' || !holder.value?.pieces || !key || !only) return editor.removeEntry(above, holder)
  const { text } = editor
  const start = Math.max(text.lastIndexOf('\n', key.start - 1), text.lastIndexOf('\r', key.start - 1)) + 1
  let end = only.start + text.slice(only.start, only.end).trimEnd().length
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++
  end += text.startsWith('\r\n', end) ? 2 : end < text.length ? 1 : 0
  return text.slice(start, key.start).trim() === '' ? editor.replace(start, end, '') : refuse(t('this cannot be taken away alone'))
}

export function removePart(editor: TreeEditor, root: Tree | undefined, part: Part): Edits {
  const section = (name: string): MapEntry | undefined => entryOf(root, name)
  switch (part.kind) {
    case 'network': return removeEntryOf(editor, root, section('networks'), part.network)
    case 'entry': return removeEntryOf(editor, root, section(part.section), part.name)
    case 'section': {
      const entry = section(part.section)
      return entry && root?.kind === 'map' ? editor.removeEntry(root, entry) : []
    }
    case 'link': return removeIndex(editor, root, section('links'), part.link)
    case 'expectation': return removeItemAt(editor, root, 'expect', part.at)
    case 'node':
    case 'interface': {
      for (const [name, { kind }] of Object.entries(nodeSections)) {
        const holder = section(name)
        const own = entryOf(holder?.value, part.node)
        if (!own) continue
        if (part.kind === 'node') return removeEntryOf(editor, root, holder, part.node)
        return editor.isElsewhere(own) ? aliased() : removeEntryOf(editor, own.value, entryOf(own.value, kind === 'switch' ? 'ports' : 'interfaces'), part.interface)
      }
      return []
    }
  }
}

function removeIndex(editor: TreeEditor, root: Tree | undefined, holder: MapEntry | undefined, index: number): Edits {
  const list = holder?.value
  if (!holder || list?.kind !== 'list') return []
  if (editor.isElsewhere(holder)) return aliased()
  const only = list.items.filter((item) => item !== undefined).length <= 1
  const item = list.items[index]
  const own = item && editor.ownItem(list, item)
  return only && own && root?.kind === 'map' && !annotated(editor, holder, own) ? removeHolder(editor, root, holder, own) : editor.removeItem(list, index)
}

/** The item of a section's list in which this stands. */
export function removeItemAt(editor: TreeEditor, root: Tree | undefined, name: string, span: Span): Edits {
  const holder = entryOf(root, name)
  const at = editor.extent(span)
  if (!at || holder?.value?.kind !== 'list') return []
  return removeIndex(editor, root, holder, holder.value.items.findIndex((item) => {
    const own = item && editor.extent(item.at)
    return own !== undefined && own.start <= at.start && at.end <= own.end
  }))
}

export function removeLink(editor: TreeEditor, root: Tree | undefined, { infra }: Reading, [a, b]: readonly [string, string]): Edits {
  const link = infra.links.find(({ ends }) => {
    const [x, y] = ends.map((end) => `${end.node}:${end.interface}`)
    return (x === a && y === b) || (x === b && y === a)
  })
  return link ? removeItemAt(editor, root, 'links', link.at) : []
}

/** A key's only value, or its last item, goes with the key. */
export function removeListItem(editor: TreeEditor, holder: MapEntry, path: readonly string[], value: string): Edits {
  if (editor.isElsewhere(holder)) return aliased()
  const [key, ...rest] = path
  const entry = key === undefined ? undefined : entryOf(holder.value, key)
  if (!entry || holder.value?.kind !== 'map') return []
  if (rest.length > 0) return removeListItem(editor, entry, rest, value)
  const means = (tree: Tree | undefined): boolean => tree?.kind === 'scalar' && (tree.text === value || tree.text.startsWith(`${value}:`))
  if (means(entry.value)) return editor.removeEntry(holder.value, entry)
  if (entry.value?.kind !== 'list') return []
  if (editor.isElsewhere(entry)) return aliased()
  const index = entry.value.items.findIndex(means)
  if (index < 0) return []
  return entry.value.items.length === 1 ? editor.removeEntry(holder.value, entry) : editor.removeItem(entry.value, index)
}

/** The node's own lines once more. A MAC stays with the first of the two. */
export function copyNode(editor: TreeEditor, root: Tree | undefined, { from, to, values, without, ids = {}, ports = {} }: Extract<Change, { kind: 'copy-node' }>): Edits {
  for (const [name, { kind }] of Object.entries(nodeSections)) {
    const holder = entryOf(root, name)
    const own = entryOf(holder?.value, from)
    if (!holder || !own) continue
    const devices = kind === 'switch' ? 'ports' : 'interfaces'
    return copyEntry(editor, holder, own, {
      to,
      drops: ([top, device = '', key, ...rest]) => top === devices && rest.length === 0 && (key === undefined ? without.includes(device) : key === 'mac'),
      becomes({ text }, [top, device = '', key, ...rest]) {
        if (top === devices && rest.length === 0 && (key === 'id' || key === 'key') && Object.hasOwn(ids, device)) return ids[device]
        if (kind === 'container' && top === 'ports') return portsMoved(text, ports)
        return Object.hasOwn(values, text) ? values[text] : undefined
      },
    })
  }
  return []
}

/** One more item in front of the one that is written there, spelled as that one is. */
export function insertItem(editor: TreeEditor, root: Tree | undefined, before: Span, value: Value): Edits {
  const wanted = editor.extent(before)
  const search = (tree: Tree | undefined): { readonly start: number } | undefined => {
    if (tree?.kind === 'map') {
      for (const entry of tree.entries) {
        const inner = search(entry.value)
        if (inner) return inner
      }
    } else if (tree?.kind === 'list') {
      for (const item of tree.items) {
        const own = item && editor.ownItem(tree, item)
        if (own && own.start === wanted?.start && own.end === wanted.end) return own
        const inner = search(item)
        if (inner) return inner
      }
    }
    return undefined
  }
  const at = wanted && search(root)
  if (!at) return aliased()
  const { text, spelling } = editor
  const line = Math.max(text.lastIndexOf('\n', at.start - 1), text.lastIndexOf('\r', at.start - 1)) + 1
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const prefix = text.slice(line, at.start)
  const uri = before.chunk.uri
  if (/^\s*-\s+$/.test(prefix)) return [{ uri, start: line, end: line, newText: `${prefix}${spelling.flow(value)}${eol}` }]
  // An item of a list in brackets may stand on a line of its own.
  return prefix.trim() === '' ? [{ uri, start: at.start, end: at.start, newText: `${spelling.flow(value)},${eol}${prefix}` }]
    : prefix.trimEnd().endsWith('-') ? aliased() : [{ uri, start: at.start, end: at.start, newText: `${spelling.flow(value)}, ` }]
}
