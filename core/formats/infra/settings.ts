/** Every setting that a part may have, written or not: from the tables that the reader reads by. */
import type { Part, Value } from '../../infra/change.ts'
import type { Infra } from '../../infra/infra.ts'
import type { InterfaceType } from '../../infra/interface.ts'
import type { Reading, SettingGroup, SettingRow } from '../format.ts'
import { entriesOf } from '../yaml-tree/access.ts'
import { entryOf, treeEditor, type TreeEditor } from '../yaml-tree/edit-tree.ts'
import { spellFlow } from '../yaml-tree/spell.ts'
import type { MapEntry, Tree } from '../yaml-tree/tree.ts'
import { suggestionsAt } from './complete.ts'
import { spelling } from './describe.ts'
import { hasUseFor } from './device-keys.ts'
import type { Key, Kind, RecordTable } from './kinds.ts'
import { tableAt } from './lookup.ts'
import { placeOfPart } from './part-place.ts'
import { parsedOf } from './read.ts'
import { interfaceTable } from './grammar-interfaces.ts'
import { t } from '../../words.ts'

/** Records within records go no deeper than a firewall's rules. */
const deepest = 5

interface Here {
  readonly editor: TreeEditor
  readonly infra: Infra
  /** What stands there comes from elsewhere, and why. */
  readonly fixed: string | undefined
}

/** Undefined where this file does not write the part. */
export function settings(reading: Reading, part: Part, infra: Infra): readonly SettingGroup[] | undefined {
  const parsed = parsedOf(reading)
  const editor = treeEditor(parsed)
  const place = placeOfPart(editor, parsed.root, part)
  if (!place && part.kind === 'section' && reading.infra.nodes.size > 0) {
    const made = tableAt([part.section])
    return made && groupsOf({ editor, infra, fixed: undefined }, made, undefined, [part.section], [], '')
  }
  if (!place) return undefined
  const path = [...place.path, ...place.rest]
  const table = tableAt(path)
  if (!table) return undefined
  const value = place.rest.length > 0 ? undefined : place.holder.value
  const fixed = editor.isElsewhere(place.holder) ? elsewhere() : undefined
  // `[a:x, b:y]` says its ends and nothing else yet.
  return groupsOf({ editor, infra, fixed }, table, value?.kind === 'list' ? undefined : value, path, [], '')
}

const elsewhere = (): string => t('it comes from an anchor elsewhere in the file; change it there')
const severalLines = (): string => t('it is written over several lines; change it in the text')

function groupsOf(here: Here, table: RecordTable, tree: Tree | undefined, path: readonly (string | number)[], key: readonly string[], title: string): readonly SettingGroup[] {
  const rows: SettingRow[] = []
  const groups: SettingGroup[] = []
  for (const [name, one] of Object.entries(table.keys)) {
    const entry = entryOf(tree, name)
    if (isOwn(table, tree, name) || entry) {
      const inner = recordOf(one.kind)
      const at = [...key, name]
      const within = title === '' ? name : `${title} ${name}`
      // A record that may also be one word, or one of a list that may, is edited as it is spelled.
      if (inner && key.length < deepest && !(one.kind.is === 'either')) groups.push(...nestedGroups(here, inner, one.kind, entry, [...path, name], at, within))
      else if (!(name === 'ends' && table.title === 'a link')) rows.push(rowOf(here, one, entry, path, at, name))
    }
  }
  return [{ title, key, rows }, ...groups]
}

/** An interface shows what its type has use for; what is written is shown in any case. */
function isOwn(table: RecordTable, tree: Tree | undefined, name: string): boolean {
  if (table !== interfaceTable) return true
  const type = entryOf(tree, 'type')?.value
  return hasUseFor((type?.kind === 'scalar' ? type.text : 'ethernet') as InterfaceType, name)
}

const recordOf = (kind: Kind): RecordTable | undefined =>
  kind.is === 'record' ? kind.record() : (kind.is === 'list' || kind.is === 'map') && kind.of.is === 'record' ? kind.of.record() : undefined

function nestedGroups(here: Here, table: RecordTable, kind: Kind, entry: MapEntry | undefined, path: readonly (string | number)[], key: readonly string[], title: string): readonly SettingGroup[] {
  const fixed = here.fixed ?? (entry && here.editor.isElsewhere(entry) ? elsewhere() : undefined)
  const inside: Here = { ...here, fixed }
  if (kind.is === 'record') return groupsOf(inside, table, entry?.value, path, key, title)
  const example = `{ ${Object.entries(table.keys).filter(([, one], i) => one.required ?? i === 0).map(([name]) => `${name}: …`).join(', ')} }`
  if (kind.is === 'map') {
    const devices = title === 'interfaces' || title === 'ports'
    return [
      ...entriesOf(entry?.value).flatMap((own) => groupsOf(own.value && here.editor.isElsewhere(own) ? { ...inside, fixed: fixed ?? elsewhere() } : inside, table, own.value, [...path, own.key.text], [...key, own.key.text], devices ? own.key.text : `${title} ${own.key.text}`).map((group, i): SettingGroup => (i === 0 ? { ...group, removable: true } : group))),
      { title, key, rows: [], adds: { as: 'name', hint: t`the name of ${t(table.title)}` } },
    ]
  }
  const list = entry?.value
  const items = list?.kind === 'list' ? list.items : []
  return [
    ...items.flatMap((item, i) => groupsOf(list?.kind === 'list' && item && !here.editor.ownItem(list, item) ? { ...inside, fixed: fixed ?? elsewhere() } : inside, table, item, [...path, i], [...key, String(i)], `${title} ${i + 1}`).map((group, n): SettingGroup => (n === 0 ? { ...group, removable: true } : group))),
    { title, key, rows: [], adds: { as: 'item', hint: example } },
  ]
}

function rowOf(here: Here, { kind, doc }: Key, entry: MapEntry | undefined, path: readonly (string | number)[], key: readonly string[], name: string): SettingRow {
  const { value, fixed } = spelled(here, entry)
  const choices = choicesOf(kind)
  return {
    name, key, value, doc: t(doc), hint: spelling(kind).replaceAll('`', ''), as: shapeOf(kind), ...(choices && (value === '' || choices.includes(value)) && { options: ['', ...choices] }),
    ...(!choices && { suggestions: suggestionsAt(path, name, here.infra) }), ...(fixed !== undefined && { fixed }),
  }
}

/** How what is typed is to be taken: one word, words between commas, or as YAML's flow style has it. */
function shapeOf(kind: Kind): SettingRow['as'] {
  if (kind.is === 'list') return kind.of.is === 'record' || kind.of.is === 'list' || kind.of.is === 'map' || (kind.of.is === 'text' && kind.of.open && !kind.orOne) ? 'flow' : kind.orOne ? 'words' : 'list'
  if (kind.is === 'either') return kind.of.some((one) => one.is === 'record' || one.is === 'map' || one.is === 'list') ? 'flow' : 'word'
  return kind.is === 'map' || kind.is === 'record' ? 'flow' : 'word'
}

const choicesOf = (kind: Kind): readonly string[] | undefined => (kind.is === 'boolean' ? ['true', 'false'] : kind.is === 'text' && kind.enum && !kind.open ? kind.enum : undefined)

function spelled({ editor, fixed }: Here, entry: MapEntry | undefined): { readonly value: string; readonly fixed?: string | undefined } {
  const tree = entry?.value
  if (!entry || !tree || (tree.kind === 'scalar' && tree.value === null)) return { value: '', fixed }
  const why = fixed ?? (editor.isElsewhere(entry) ? elsewhere() : undefined)
  if (tree.kind === 'scalar') return /[\r\n]/.test(tree.text) ? { value: tree.text, fixed: why ?? severalLines() } : { value: tree.text, fixed: why }
  const at = editor.extent(tree.at)
  const flat = tree.flow && at && !/[\r\n]/.test(editor.text.slice(at.start, at.end))
  const words = tree.kind === 'list' && tree.items.every((item) => item?.kind === 'scalar' && !/[,\r\n]/.test(item.text)) ? tree.items.map((item) => (item?.kind === 'scalar' ? item.text : '')).join(', ') : undefined
  return { value: words ?? (flat ? editor.text.slice(at.start, at.end) : spellFlow(plain(tree))), fixed: why ?? (flat ? undefined : severalLines()) }
}

function plain(tree: Tree | undefined): Value {
  if (!tree) return ''
  if (tree.kind === 'scalar') return tree.value ?? ''
  return tree.kind === 'list' ? tree.items.map(plain) : Object.fromEntries(tree.entries.map(({ key, value }) => [key.text, plain(value)]))
}
