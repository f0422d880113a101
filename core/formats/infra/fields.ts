/** The entries of one map, held against its table: unknown and doubled keys are said, values are read by key. */
import type { Span, Written } from '../../text/span.ts'
import type { MapEntry, MapTree, Tree } from '../yaml-tree/tree.ts'
import type { RecordTable } from './kinds.ts'
import { problem, unknownKey, wrongType, type Say } from './report.ts'
import type { Read } from './values.ts'

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
  /** The value as fields of its own. */
  record(key: string, table: RecordTable): Fields | undefined
}

/** Fields of a tree that should be a map. Undefined where it is none, and then it has said so. */
export function fields(tree: Tree | undefined, table: RecordTable, at: Span, say: Say, also: (key: MapEntry) => boolean = () => false): Fields | undefined {
  if (tree && tree.kind !== 'map' && !(tree.kind === 'scalar' && tree.value === null)) {
    say(wrongType(tree, `${table.title}: a map is expected`))
    return undefined
  }
  const entries = new Map<string, MapEntry>()
  const map: MapTree | undefined = tree?.kind === 'map' ? tree : undefined
  for (const entry of map?.entries ?? []) {
    const name = entry.key.text
    const first = entries.get(name)
    if (first) {
      say(problem('duplicate-name', entry.key.at, `the key ${name} is written twice`, { related: [{ message: 'first here', at: first.key.at }] }))
      continue
    }
    entries.set(name, entry)
    if (!Object.hasOwn(table.keys, name) && !name.startsWith('x-') && !also(entry)) say(unknownKey(entry.key, table.title, Object.keys(table.keys)))
  }
  for (const [name, key] of Object.entries(table.keys)) {
    if (key.required && !entries.has(name)) say(problem('missing-key', at, `${table.title} needs ${name}`))
  }
  return {
    at, say,
    has: (key) => entries.has(key),
    tree: (key) => entries.get(key)?.value,
    entry: (key) => entries.get(key),
    get: (key, read) => read(entries.get(key)?.value, say),
    map(key) {
      const value = entries.get(key)?.value
      if (!value || (value.kind === 'scalar' && value.value === null)) return []
      if (value.kind === 'map') return value.entries
      say(wrongType(value, 'a map of names'))
      return []
    },
    items(key) {
      const value = entries.get(key)?.value
      if (!value || (value.kind === 'scalar' && value.value === null)) return []
      if (value.kind === 'list') return value.items.filter((item) => item !== undefined)
      say(wrongType(value, 'a list'))
      return []
    },
    record(key, inner) {
      const entry = entries.get(key)
      return entry?.value === undefined ? undefined : fields(entry.value, inner, entry.key.at, say)
    },
  }
}

/** Leaves out what is undefined, so that optional fields are absent rather than undefined. */
export function present<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T
}
