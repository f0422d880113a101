/** What of a node can be set from the inspector: single words of its own entry. */
import type { Part } from '../../infra/change.ts'
import type { Reading, SettingGroup, SettingRow } from '../format.ts'
import { dig } from '../yaml-tree/access.ts'
import { entryOf, treeEditor } from '../yaml-tree/edit-tree.ts'
import { parsedOf } from './read.ts'
import { later, t } from '../../words.ts'

/** In the order in which they are usually written. */
export const editableKeys = ['kind', 'group', 'image', 'type', 'mgmt-ipv4', 'mgmt-ipv6', 'memory', 'cpu'] as const

const docs: Readonly<Record<(typeof editableKeys)[number], readonly [string, string]>> = {
  kind: ['What kind of node it is.', 'linux, bridge, …'], group: [later('The group whose settings it takes over.'), later('name of a group')], image: [later('The container image.'), 'image'], type: [later('The model, for kinds that have several.'), 'text'],
  'mgmt-ipv4': [later('Its address in the management network.'), 'address'], 'mgmt-ipv6': [later('Its IPv6 address in the management network.'), 'address'], memory: [later('Memory limit.'), later('like 1GB')], cpu: [later('CPU limit.'), 'number'],
}

export function settings(reading: Reading, part: Part): readonly SettingGroup[] | undefined {
  const parsed = parsedOf(reading)
  const editor = treeEditor(parsed)
  if (part.kind === 'link') {
    const list = dig(parsed.root, 'topology', 'links')
    const item = list?.kind === 'list' ? list.items[part.link] : undefined
    const mtu = entryOf(item, 'mtu')?.value
    return item && [{ title: '', key: [], rows: [{ name: 'mtu', key: ['mtu'], value: mtu?.kind === 'scalar' ? mtu.text : '', doc: t('Of both ends; default 9500.'), hint: 'number', as: 'word' }] }]
  }
  const node = part.kind === 'node' ? entryOf(dig(parsed.root, 'topology', 'nodes'), part.node) : undefined
  if (!node) return undefined
  const rows = editableKeys.map((name): SettingRow => {
    const entry = entryOf(node.value, name)
    const [doc, hint] = docs[name]
    const fixed = editor.isElsewhere(node) || (entry && editor.isElsewhere(entry)) ? t('it comes from an anchor elsewhere in the file; change it there') : undefined
    return { name, key: [name], value: entry?.value?.kind === 'scalar' && entry.value.value !== null ? entry.value.text : '', doc: t(doc), hint: t(hint), as: 'word', ...(fixed !== undefined && { fixed }) }
  })
  return [{ title: '', key: [], rows }]
}
