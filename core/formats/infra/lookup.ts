/** From a path of keys to the grammar that stands there. */
import { fileTable } from './grammar.ts'
import type { Key, Kind, RecordTable } from './kinds.ts'

/** The kinds that may stand where this one does, choices and single-or-list unfolded. */
function unfold(kind: Kind): readonly Kind[] {
  if (kind.is === 'either') return kind.of.flatMap(unfold)
  if (kind.is === 'list' && kind.orOne) return [kind, ...unfold(kind.of)]
  return [kind]
}

/** The kinds of what stands at a path; empty where the grammar knows nothing. */
export function kindsAt(path: readonly (string | number)[]): readonly Kind[] {
  let kinds: readonly Kind[] = [{ is: 'record', record: () => fileTable }]
  for (const step of path) {
    kinds = kinds.flatMap((kind): readonly Kind[] => {
      if (kind.is === 'list') return unfold(kind.of)
      if (kind.is === 'map') return unfold(kind.of)
      if (kind.is === 'record') {
        const key = kind.record().keys[String(step)]
        return key ? unfold(key.kind) : []
      }
      return []
    })
    if (kinds.length === 0) return []
  }
  return kinds
}

/** The table of the map at a path, where there is one. */
export const tableAt = (path: readonly (string | number)[]): RecordTable | undefined => {
  const kind = kindsAt(path).find((candidate) => candidate.is === 'record')
  return kind?.is === 'record' ? kind.record() : undefined
}

export const keyAt = (path: readonly (string | number)[], key: string): Key | undefined => tableAt(path)?.keys[key]
