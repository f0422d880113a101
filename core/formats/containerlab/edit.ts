/** What can be changed safely in a topology: nodes and links come, go and are renamed in the file's own spelling; a few settings of a node. */
import { nextPorts } from '../../address/port.ts'
import type { Change, Value } from '../../infra/change.ts'
import { applyEdits, type TextEdit } from '../../text/edit.ts'
import { Composed } from '../../text/compose.ts'
import type { Source } from '../../text/source.ts'
import type { Reading, Refusal } from '../format.ts'
import { entriesOf, get, itemsOf, textAt, textOf } from '../yaml-tree/access.ts'
import { copyEntry, portsMoved, publishedBy } from '../yaml-tree/copy-entry.ts'
import { entryOf, isRefusal, refuse, treeEditor, type Edits, type TreeEditor } from '../yaml-tree/edit-tree.ts'
import { inTurn } from '../yaml-tree/in-turn.ts'
import { respell } from '../yaml-tree/spell.ts'
import type { MapEntry, Tree } from '../yaml-tree/tree.ts'
import { bridgeKinds, namesOf } from './nodes.ts'
import { linkMtu, parsedOf, read } from './read.ts'
import { editableKeys } from './settings.ts'
import { t } from '../../words.ts'

export function edit(source: Source, change: Change, reading: Reading): readonly TextEdit[] | Refusal {
  const parsed = parsedOf(reading)
  const editor = treeEditor(parsed)
  const topology = entryOf(parsed.root, 'topology')
  const nodes = entryOf(topology?.value, 'nodes')
  const links = entryOf(topology?.value, 'links')
  switch (change.kind) {
    case 'correct': {
      const at = editor.extent(change.at)
      return at ? editor.replace(at.start, at.end, respell(editor.text.slice(at.start, at.end), change.value)) : []
    }
    case 'erase': return editor.erase(change.at)
    case 'set':
    case 'unset': {
      const key = typeof change.key === 'string' ? [change.key] : change.key
      if (change.part.kind === 'link' && key.join() === 'mtu' && links?.value?.kind === 'list') {
        const item = links.value.items[change.part.link]
        if (!item) return []
        if (change.kind === 'set') return editor.setIn({ key: links.key, value: item, at: item.at }, ['mtu'], change.value)
        const own = entryOf(item, 'mtu')
        return own && item.kind === 'map' ? editor.removeEntry(item, own) : []
      }
      const node = change.part.kind === 'node' ? entryOf(nodes?.value, change.part.node) : undefined
      if (!node || !(editableKeys as readonly string[]).includes(key.join())) return readOnly()
      if (change.kind === 'set') return editor.setIn(node, key, change.value, editableKeys)
      const own = entryOf(node.value, key.join())
      return own && node.value?.kind === 'map' ? editor.removeEntry(node.value, own) : []
    }
    case 'add-node': return addNode(editor, topology, nodes, change.name, change.node === 'switch')
    case 'copy-node': return copyNode(editor, nodes, change)
    case 'add-link': return addLink(editor, topology, links, change.ends, change.value)
    case 'remove-link': {
      const index = itemsOf(links?.value).findIndex((item) => sameEnds(endsOf(item), change.ends))
      return index < 0 || links?.value?.kind !== 'list' || topology?.value?.kind !== 'map' ? [] : links.value.items.length === 1 ? editor.removeEntry(topology.value, links) : editor.removeItem(links.value, index)
    }
    case 'remove-node': return removeNode(reading, change.node)
    case 'rename-node': return renameNode(source, editor, topology?.value, reading, change.from, change.to)
    case 'in-turn': return inTurn(reading, change, edit, read)
    case 'several': {
      const answers = change.changes.map((one) => edit(source, one, reading))
      return answers.find(isRefusal) ?? answers.flatMap((answer) => (isRefusal(answer) ? [] : answer)).sort((a, b) => a.start - b.start)
    }
    default: return readOnly()
  }
}

const readOnly = (): ReturnType<typeof refuse> => refuse(t('in a containerlab file this can only be changed in the text'))

/** `node:interface` of both ends, as they are written. */
const endsOf = (link: Tree): readonly string[] => itemsOf(get(link, 'endpoints')).map((end) => (end.kind === 'map' ? `${textAt(end, 'node')?.value ?? ''}:${textAt(end, 'interface')?.value ?? ''}` : textOf(end)?.value ?? ''))
const sameEnds = (ends: readonly string[], [a, b]: readonly [string, string]): boolean => (ends[0] === a && ends[1] === b) || (ends[0] === b && ends[1] === a)

/** Like the last of its kind: what that node itself says of kind, image and group. */
function addNode(editor: TreeEditor, topology: MapEntry | undefined, nodes: MapEntry | undefined, name: string, bridge: boolean): Edits {
  if (!topology) return refuse(t('the file has no topology yet; add the section by hand'))
  const own = (entry: MapEntry): string | undefined => textAt(entry.value, 'kind')?.value
  const like = entriesOf(nodes?.value).findLast((entry) => !bridgeKinds.has(own(entry) ?? '') && !editor.isElsewhere(entry))
  const said = (like ? (['kind', 'group', 'image'] as const) : []).flatMap((key) => { const text = textAt(like?.value, key); return text ? [[key, text.value] as const] : [] })
  const value = bridge ? { kind: 'bridge' } : like ? Object.fromEntries(said) : { kind: 'linux', image: 'alpine' }
  if (!nodes) return editor.setIn(topology, ['nodes'], { [name]: value })
  return entryOf(nodes.value, name) ? refuse(t`${name} is already there`) : editor.addEntry(nodes, name, value)
}

/** Its own addresses in the management network and its MACs stay with the first; commands name the new addresses. */
function copyNode(editor: TreeEditor, nodes: MapEntry | undefined, { from, to, values }: Extract<Change, { kind: 'copy-node' }>): Edits {
  const own = entryOf(nodes?.value, from)
  if (!nodes || !own) return []
  if (entryOf(nodes.value, to)) return refuse(t`${to} is already there`)
  const published = (entry: MapEntry): readonly (readonly [number, number])[] => itemsOf(get(entry.value, 'ports')).flatMap((item) => publishedBy(textOf(item)?.value ?? ''))
  const ports = nextPorts(published(own), entriesOf(nodes.value).flatMap(published))
  return copyEntry(editor, nodes, own, {
    to,
    drops: (path) => path.length === 1 && /^mgmt[-_]ipv[46]$/.test(path[0] ?? ''),
    becomes({ text }, [top]) {
      if (top === 'ports') return portsMoved(text, ports)
      const next = text.replace(/[\da-fA-F:.]+(?:\/\d+)?/g, (word) => (Object.hasOwn(values, word) ? values[word] ?? word : word))
      return next === text ? undefined : next
    },
  })
}

/** As the link before it is spelled, with its quotes. */
function addLink(editor: TreeEditor, topology: MapEntry | undefined, links: MapEntry | undefined, [a, b]: readonly [string, string], said: Value | undefined): Edits {
  if (!topology) return refuse(t('the file has no topology yet; add the section by hand'))
  const stated = typeof said === 'object' && !Array.isArray(said) ? (said as { readonly [key: string]: Value })['mtu'] : undefined
  const mtu = stated === linkMtu ? undefined : stated
  if (!links) return editor.setIn(topology, ['links'], [{ endpoints: [a, b], ...(mtu !== undefined && { mtu }) }])
  if (mtu !== undefined) return editor.appendItem(links, { endpoints: [a, b], mtu })
  const list = links.value
  const last = list?.kind === 'list' && !list.flow ? list.items.findLast((item) => item !== undefined) : undefined
  const at = last && list?.kind === 'list' ? editor.ownItem(list, last) : undefined
  const { text } = editor
  const spelled = at && /^(\{\s*)?(endpoints:\s*)\[(\s*)(["']?)[^\s,"'\]]+\4\s*,(\s*)(["']?)[^\s,"'\]]+\6(\s*)\](\s*\})?\s*$/.exec(text.slice(at.start, at.end))
  if (!at || !spelled) return editor.appendItem(links, { endpoints: [a, b] })
  const [, open = '', key = '', before = '', quote = '', between = ' ', second = '', after = '', close = ''] = spelled
  const start = Math.max(text.lastIndexOf('\n', at.start - 1), text.lastIndexOf('\r', at.start - 1)) + 1
  let end = at.start + text.slice(at.start, at.end).trimEnd().length
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  return editor.replace(end, end, `${eol}${text.slice(start, at.start)}${open}${key}[${before}${quote}${a}${quote},${between}${second}${b}${second}${after}]${close}`)
}

/** A node with its links and what waits for it, one after the other: each is looked for in the text that the one before left. */
function removeNode(first: Reading, name: string): Edits {
  const { source } = first
  const composed = new Composed(source.text.length)
  let reading = first
  // Every step takes something away.
  for (let steps = 0; steps < 10_000; steps++) {
    const editor = treeEditor(parsedOf(reading))
    const topology = entryOf(parsedOf(reading).root, 'topology')
    const links = entryOf(topology?.value, 'links')
    const nodes = entryOf(topology?.value, 'nodes')
    const own = entryOf(nodes?.value, name)
    const index = links?.value?.kind === 'list' ? links.value.items.findIndex((item) => item !== undefined && namesIn(item, name)) : -1
    let edits: Edits = []
    if (index >= 0 && links?.value?.kind === 'list' && topology?.value?.kind === 'map') edits = links.value.items.length === 1 ? editor.removeEntry(topology.value, links) : editor.removeItem(links.value, index)
    else if (own && nodes?.value?.kind === 'map' && topology?.value?.kind === 'map') edits = nodes.value.entries.length === 1 ? editor.removeEntry(topology.value, nodes) : editor.removeEntry(nodes.value, own)
    if (isRefusal(edits)) return edits
    if (edits.length === 0) break
    composed.step(edits)
    reading = read({ ...source, text: applyEdits(reading.source, edits) }, reading)
  }
  return composed.edits(source.uri)
}

const namesIn = (link: Tree, name: string): boolean => [...endsOf(link), textAt(get(link, 'endpoint'), 'node')?.value ?? textOf(get(link, 'endpoint'))?.value ?? ''].some((end) => end === name || end.startsWith(`${name}:`))

/** The key, every end of a link, and nodes that share its network or wait for it. */
function renameNode(source: Source, editor: TreeEditor, topology: Tree | undefined, reading: Reading, from: string, to: string): Edits {
  if (reading.infra.nodes.has(to)) return refuse(t`${to} is already there`)
  const edits = new Map<number, TextEdit>()
  const rename = (tree: Tree | undefined, prefix = ''): void => {
    const at = tree && editor.extent(tree.at)
    if (!at) return
    const start = at.start + (/["']/.test(editor.text[at.start] ?? '') ? 1 : 0) + prefix.length
    if (editor.text.startsWith(from, start)) edits.set(start, { uri: source.uri, start, end: start + from.length, newText: to })
  }
  const key = entryOf(get(topology, 'nodes'), from)?.key
  if (!key) return []
  rename(key)
  for (const link of itemsOf(get(topology, 'links'))) {
    for (const end of [...itemsOf(get(link, 'endpoints')), get(link, 'endpoint')]) {
      const place = end?.kind === 'map' ? get(end, 'node') : end
      if (textOf(place)?.value.split(':')[0] === from) rename(place)
    }
  }
  for (const { value: node } of namesOf(topology)) {
    const mode = get(node, 'network-mode')
    if (textOf(mode)?.value === `container:${from}`) rename(mode, 'container:')
    for (const { value: stage } of entriesOf(get(node, 'stages'))) for (const wait of itemsOf(get(stage, 'wait-for'))) if (textAt(wait, 'node')?.value === from) rename(get(wait, 'node'))
  }
  return [...edits.values()].sort((a, b) => a.start - b.start)
}
