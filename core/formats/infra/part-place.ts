/** Where a part is written: its entry, and its place in the grammar. */
import type { Part } from '../../infra/change.ts'
import { entryOf, type TreeEditor } from '../yaml-tree/edit-tree.ts'
import type { MapEntry, Tree } from '../yaml-tree/tree.ts'
import { nodeSections } from './read-nodes.ts'

export interface Place {
  readonly holder: MapEntry
  /** The grammar's path, for the tables. */
  readonly path: readonly (string | number)[]
  /** Keys that are still to be made before the part's own. */
  readonly rest: readonly string[]
}

/** Undefined where this file does not write the part. */
export function placeOfPart(editor: TreeEditor, root: Tree | undefined, part: Part): Place | undefined {
  const section = (name: string): MapEntry | undefined => entryOf(root, name)
  if (part.kind === 'network') {
    const holder = entryOf(section('networks')?.value, part.network)
    return holder && { holder, path: ['networks', part.network], rest: [] }
  }
  if (part.kind === 'link') {
    const links = section('links')
    const item = links?.value?.kind === 'list' ? links.value.items[part.link] : undefined
    return links && item ? { holder: { key: links.key, value: item, at: item.at }, path: ['links', 0], rest: [] } : undefined
  }
  if (part.kind === 'entry') {
    const holder = entryOf(section(part.section)?.value, part.name)
    return holder && { holder, path: [part.section, part.name], rest: [] }
  }
  if (part.kind === 'section') {
    const holder = section(part.section)
    return holder && { holder, path: [part.section], rest: [] }
  }
  if (part.kind === 'expectation') {
    const list = section('expect')?.value
    const at = editor.extent(part.at)
    if (list?.kind !== 'list' || !at) return undefined
    const around = (tree: MapEntry | Tree): boolean => {
      const own = editor.extent(tree.at)
      return own !== undefined && own.start <= at.start && at.start < own.end
    }
    const item = list.items.find((one) => one?.kind === 'map' && editor.ownItem(list, one) && around(one))
    const holder = item?.kind === 'map' ? item.entries.find(around) ?? item.entries[0] : undefined
    return holder && { holder, path: ['expect', 0, holder.key.text], rest: [] }
  }
  for (const [name, { kind }] of Object.entries(nodeSections)) {
    const holder = entryOf(section(name)?.value, part.node)
    if (!holder) continue
    if (part.kind === 'node') return { holder, path: [name, part.node], rest: [] }
    const list = kind === 'switch' ? 'ports' : 'interfaces'
    const own = entryOf(entryOf(holder.value, list)?.value, part.interface)
    const path = [name, part.node, list, part.interface]
    return own ? { holder: own, path, rest: [] } : { holder, path: [name, part.node], rest: [list, part.interface] }
  }
  return undefined
}
