/** An entry's own lines once more under another name, with what must differ changed; anchors are defined where they were. */
import { applyEdits, type TextEdit } from '../../text/edit.ts'
import { aliased, isRefusal, refuse, type Edits, type TreeEditor } from './edit-tree.ts'
import type { MapEntry, ScalarTree, Tree } from './tree.ts'
import { t } from '../../words.ts'

export interface Copying {
  readonly to: string
  /** Keys from the entry down; items of a list have their list's. */
  drops(path: readonly string[]): boolean
  /** What a scalar becomes; undefined: it stays. */
  becomes(scalar: ScalarTree, path: readonly string[]): string | number | undefined
}

/** The copy stands right behind the entry. Scalars and entries that an alias brings in from elsewhere stay what they are. */
export function copyEntry(editor: TreeEditor, holder: MapEntry, own: MapEntry, copying: Copying): Edits {
  const at = editor.extent(own.at)
  const key = editor.extent(own.key.at)
  if (!at || !key || holder.value?.kind !== 'map') return refuse(t`${own.key.text} cannot be copied where it is written`)
  if (editor.isElsewhere(own)) return aliased()
  const { text } = editor
  const edits: TextEdit[] = [{ uri: '', ...key, newText: editor.spelling.again(text.slice(key.start, key.end), copying.to) }]
  const change = (tree: Tree | undefined, path: readonly string[]): void => {
    if (tree?.kind === 'scalar') {
      const scalar = editor.extent(tree.at)
      const next = scalar && scalar.start >= at.start && scalar.end <= at.end ? copying.becomes(tree, path) : undefined
      if (scalar && next !== undefined) edits.push({ uri: '', ...scalar, newText: editor.spelling.again(text.slice(scalar.start, scalar.end), next) })
    } else if (tree?.kind === 'list') {
      for (const item of tree.items) change(item, path)
    } else if (tree?.kind === 'map') {
      const gone = tree.entries.filter((entry) => copying.drops([...path, entry.key.text]))
      for (const entry of tree.entries) {
        // A map of which nothing would be left keeps what it says.
        const removed = gone.includes(entry) && gone.length < tree.entries.length ? editor.removeEntry(tree, entry) : undefined
        if (removed && !isRefusal(removed)) edits.push(...removed.map((one) => ({ ...one, uri: '' })))
        else if (!removed) change(entry.value, [...path, entry.key.text])
      }
    }
  }
  change(own.value, [])
  const within = (start: number, end: number): string => {
    const inside = edits.filter((one) => one.start >= start && one.start < end).map((one) => ({ ...one, start: one.start - start, end: Math.min(one.end, end) - start }))
    return applyEdits({ uri: '', text: text.slice(start, end), version: 0 }, disjoint(inside)).replace(/(:[ \t]+|^[ \t]*-[ \t]+)&[^\s,[\]{}]+/gm, (_whole, before: string) => before.trimEnd()).trimEnd()
  }
  if (holder.value.flow) return [editor.behind(at, within(key.start, at.end))]
  const start = Math.max(text.lastIndexOf('\n', key.start - 1), text.lastIndexOf('\r', key.start - 1)) + 1
  let end = at.start + text.slice(at.start, at.end).trimEnd().length
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++
  return editor.replace(end, end, (text.includes('\r\n') ? '\r\n' : '\n') + within(start, end))
}

function disjoint(edits: readonly TextEdit[]): readonly TextEdit[] {
  const kept: TextEdit[] = []
  for (const edit of [...edits].sort((a, b) => a.start - b.start || b.end - a.end)) if ((kept.at(-1)?.end ?? 0) <= edit.start) kept.push(edit)
  return kept
}

/** Docker's `8080:80/tcp`, `127.0.0.1:8080-8090:80-90`, with the host's ports that `ports` gives for the first of them; undefined where none is meant. */
export function portsMoved(text: string, ports: { readonly [first: number]: number }): string | undefined {
  const [, before = '', first = '', last, after = ''] = /^((?:\[[0-9a-fA-F:]+\]:|[\d.]+:)?)(\d+)(?:-(\d+))?(:[\d$].*)$/.exec(text) ?? []
  const next = ports[Number(first)]
  if (first === '' || next === undefined) return undefined
  return `${before}${next}${last === undefined ? '' : `-${Number(last) - Number(first) + next}`}${after}`
}

/** The host's ports that such a word publishes; none where it names the container's only. */
export function publishedBy(text: string): readonly (readonly [number, number])[] {
  const [, first, last] = /^(?:\[[0-9a-fA-F:]+\]:|[\d.]+:)?(\d+)(?:-(\d+))?:\d/.exec(text) ?? []
  return first === undefined ? [] : [[Number(first), Number(last ?? first)]]
}
