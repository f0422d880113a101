/** A node taken away with everything that cannot be without it, one place after the other. */
import { isGuest } from '../../infra/node.ts'
import type { Infra } from '../../infra/infra.ts'
import type { Expectation, Selector } from '../../infra/parts.ts'
import { Composed } from '../../text/compose.ts'
import { applyEdits } from '../../text/edit.ts'
import type { Reading } from '../format.ts'
import { entryOf, isRefusal, treeEditor, type Edits, type TreeEditor } from '../yaml-tree/edit-tree.ts'
import type { MapEntry, Tree } from '../yaml-tree/tree.ts'
import { removeItemAt, removeListItem, removePart } from './edit-parts.ts'
import { parsedOf, read } from './read.ts'
import { nodeSections } from './read-nodes.ts'

/** Each place is looked for in the text that the one before left: none is missed because another went. */
export function removeNode(first: Reading, name: string): Edits {
  const { uri, version } = first.source
  const composed = new Composed(first.source.text.length)
  let reading = first
  // Every step takes something away, so there are no more steps than mentions.
  for (let steps = 0; steps < 100_000; steps++) {
    const { root } = parsedOf(reading)
    const editor = treeEditor(parsedOf(reading))
    const mention = mentionOf(editor, root, reading.infra, name)
    const edits = mention ?? removePart(editor, root, { kind: 'node', node: name })
    if (isRefusal(edits)) return edits
    composed.step(edits)
    if (!mention || edits.length === 0) break
    reading = read({ uri, version, text: applyEdits(reading.source, edits) }, reading)
  }
  return composed.edits(uri)
}

/** The first place that names the node, taken away; undefined when there is none left. */
function mentionOf(editor: TreeEditor, root: Tree | undefined, infra: Infra, name: string): Edits | undefined {
  const found = (edits: Edits): Edits | undefined => (isRefusal(edits) || edits.length > 0 ? edits : undefined)
  const entry = (section: string, one: string): MapEntry | undefined => entryOf(entryOf(root, section)?.value, one)
  for (const link of infra.links) {
    const edits = link.ends.some(({ node }) => node === name) ? found(removeItemAt(editor, root, 'links', link.at)) : undefined
    if (edits) return edits
  }
  for (const expectation of infra.expectations) {
    const edits = names(expectation, name) ? found(removeItemAt(editor, root, 'expect', expectation.at)) : undefined
    if (edits) return edits
  }
  const item = (holder: MapEntry | undefined, path: readonly string[], value: string): Edits | undefined => (holder ? found(removeListItem(editor, holder, path, value)) : undefined)
  for (const storage of infra.storage.values()) {
    const edits = storage.servers.some(({ value }) => value === name) ? item(entry('storage', storage.name), ['servers'], name) : undefined
    if (edits) return edits
  }
  for (const service of infra.services.values()) {
    const holder = entry('services', service.name)
    const edits = (service.on?.value === name ? item(holder, ['on'], name) : undefined)
      ?? (service.backends.some(({ node }) => node === name) ? item(holder, ['backends'], name) : undefined)
    if (edits) return edits
  }
  for (const network of infra.networks.values()) {
    const holder = entry('networks', network.name)
    const own = entryOf(entryOf(holder?.value, 'uplink')?.value, name)
    const edits = (network.gateway?.on?.value === name ? item(holder, ['gateway', 'on'], name) : undefined)
      ?? (own && holder ? found(removeKey(editor, holder, 'uplink', own)) : undefined)
    if (edits) return edits
  }
  for (const node of infra.nodes.values()) {
    if (!isGuest(node) || !node.apartFrom.some(({ value }) => value === name)) continue
    const holder = Object.keys(nodeSections).map((section) => entry(section, node.name)).find((one) => one !== undefined)
    const edits = item(holder, ['apart-from'], name)
    if (edits) return edits
  }
  return undefined
}

function removeKey(editor: TreeEditor, holder: MapEntry, key: string, own: MapEntry): Edits {
  const map = entryOf(holder.value, key)
  if (!map || map.value?.kind !== 'map' || holder.value?.kind !== 'map') return []
  return map.value.entries.length === 1 ? editor.removeEntry(holder.value, map) : editor.removeEntry(map.value, own)
}

function names(one: Expectation, name: string): boolean {
  const selects = ({ value }: Selector): boolean => value.kind === 'node' && value.node === name
  if (one.kind === 'migrate') return one.vm.value === name || one.to.value === name
  if (one.kind === 'survive') return one.keep.some((inner) => names(inner, name))
  if (one.kind === 'isolate') return one.groups.some(selects)
  return one.from.some(selects) || one.to.some(selects) || (one.kind === 'path' && one.through.some(({ value }) => value === name))
}
