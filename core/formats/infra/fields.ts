/** The entries of one map, held against its table: unknown and doubled keys are said, values are read by key. */
import type { Span, Written } from '../../text/span.ts'
import type { MapEntry, MapTree, ScalarTree, Tree } from '../yaml-tree/tree.ts'
import { nearest } from '../yaml-tree/nearest.ts'
import type { RecordTable } from './kinds.ts'
import type { ItemReader } from './remember.ts'
import { problem, unknownKey, wrongType, type Say } from './report.ts'
import type { Read } from './values.ts'
import { t } from '../../words.ts'

export interface Fields {
  readonly at: Span
  readonly say: Say
  has(key: string): boolean
  /** The value's tree; undefined where nothing is written. */
  tree(key: string): Tree | undefined
  entry(key: string): MapEntry | undefined
  get<T>(key: string, read: Read<T>): Written<T> | undefined
  /** Entries of a map value; a bare key is an empty map, anything else is said. */
  map(key: string): readonly MapEntry[]
  /** Items of a list value. */
  items(key: string): readonly Tree[]
  /** What a reader makes of them. */
  read<T>(key: string, reader: ItemReader<T>): readonly T[]
  /** The value as fields of its own. */
  record(key: string, table: RecordTable): Fields | undefined
}

/** Fields of a tree that should be a map. Undefined where it is none, and then it has said so. */
export function fields(tree: Tree | undefined, table: RecordTable, at: Span, say: Say, also: (key: MapEntry) => boolean = () => false): Fields | undefined {
  if (tree && tree.kind !== 'map' && !(tree.kind === 'scalar' && tree.value === null)) {
    say(wrongType(tree, t`${t(table.title)}: a map is expected`))
    return undefined
  }
  const entries = new Map<string, MapEntry>()
  const unknown: MapEntry[] = []
  const doubled: { readonly entry: MapEntry; readonly first: MapEntry }[] = []
  const map: MapTree | undefined = tree?.kind === 'map' ? tree : undefined
  for (const entry of map?.entries ?? []) {
    const name = entry.key.text
    const first = entries.get(name)
    if (first) {
      doubled.push({ entry, first })
      continue
    }
    entries.set(name, entry)
    if (!Object.hasOwn(table.keys, name) && !name.startsWith('x-') && !also(entry)) unknown.push(entry)
  }
  // A key that is here already is not what was meant: it would be here twice.
  tellUnknown(unknown.map(({ key }) => key), table.title, Object.keys(table.keys).filter((key) => !entries.has(key)), say)
  tellDoubled(doubled, say)
  for (const [name, key] of Object.entries(table.keys)) {
    // What belongs elsewhere lacks nothing here.
    if (key.required && !entries.has(name) && unknown.length < many) say(problem('missing-key', at, t`${t(table.title)} needs ${name}`))
  }
  const items = (key: string): readonly Tree[] => {
    const value = entries.get(key)?.value
    if (!value || (value.kind === 'scalar' && value.value === null)) return []
    if (value.kind === 'list') return value.items.filter((item) => item !== undefined)
    say(wrongType(value, t('a list')))
    return []
  }
  return {
    at, say, items,
    has: (key) => entries.has(key),
    tree: (key) => entries.get(key)?.value,
    entry: (key) => entries.get(key),
    get: (key, read) => read(entries.get(key)?.value, say),
    map(key) {
      const value = entries.get(key)?.value
      if (!value || (value.kind === 'scalar' && value.value === null)) return []
      if (value.kind === 'map') return value.entries
      say(wrongType(value, t('a map of names')))
      return []
    },
    read(key, reader) {
      const list = entries.get(key)?.value
      const read = list?.kind === 'list' && list.parts ? reader.again : reader.read
      return items(key).flatMap((item) => read(item, say))
    },
    record(key, inner) {
      const entry = entries.get(key)
      return entry?.value === undefined ? undefined : fields(entry.value, inner, entry.key.at, say)
    },
  }
}

// So many in one map that resemble nothing are no slips of the fingers: a line above is missing, or half typed.
const many = 3
const names = (keys: readonly { readonly text: string }[]): string => t`${keys.slice(0, -1).map(({ text }) => text).join(', ')} and ${keys.at(-1)?.text ?? ''}`

/** Keys that the table does not have, one by one with the nearest, or together where it is the place that is wrong. */
export function tellUnknown(keys: readonly ScalarTree[], title: string, known: readonly string[], say: Say): void {
  const slips = keys.filter(({ text }) => nearest(text, known) !== undefined)
  const strange = keys.filter((key) => !slips.includes(key))
  const [first, ...rest] = strange
  if (!first || strange.length < many) return keys.forEach((key) => say(unknownKey(key, t(title), known)))
  for (const key of slips) say(unknownKey(key, t(title), known))
  say(problem('unknown-key', first.at, t`${t(title)} has no keys ${names(strange)}; they seem to belong elsewhere`, { severity: 'warning', related: rest.map(({ text, at }) => ({ message: text, at })) }))
}

function tellDoubled(doubled: readonly { readonly entry: MapEntry; readonly first: MapEntry }[], say: Say): void {
  const [one] = doubled
  if (!one || doubled.length < many) {
    for (const { entry, first } of doubled) say(problem('duplicate-name', entry.key.at, t`the key ${entry.key.text} is written twice`, { related: [{ message: t('first here'), at: first.key.at }] }))
  } else {
    say(problem('duplicate-name', one.entry.key.at, t`the keys ${names(doubled.map(({ entry }) => entry.key))} are written twice; the name of an entry between them may be missing`, {
      related: doubled.map(({ first }) => ({ message: t`${first.key.text} first here`, at: first.key.at })),
    }))
  }
}

/** Leaves out what is undefined, so that optional fields are absent rather than undefined. */
export function present<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T
}
