/** What differs between two maps whose values stay the very same objects where nothing changed. */

export interface Changed {
  /** Names whose values differ, those that are only in one of the two among them. */
  readonly names: readonly string[]
  /** Both have the same names in the same order. */
  readonly inPlace: boolean
  /** The names that both have stand in the same order. */
  readonly inOrder: boolean
}

type Named<T> = ReadonlyMap<string, T>

const nothing: Changed = { names: [], inPlace: true, inOrder: true }

// Every stage asks what an edit changed of the same two maps. The older of the two is not kept alive by that.
const compared = new WeakMap<Named<unknown>, { readonly before: WeakRef<Named<unknown>>; readonly changed: Changed }>()

export function changedNames<T>(before: Named<T>, after: Named<T>): Changed {
  if (before === after) return nothing
  const known = compared.get(after)
  if (known?.before.deref() === before) return known.changed
  const changed = changedInPlace(before, after) ?? changedAnywhere(before, after)
  noteChanged(before, after, changed)
  return changed
}

/** Of maps where somebody knows already what differs. */
export function noteChanged<T>(before: Named<T>, after: Named<T>, changed: Changed): void {
  compared.set(after, { before: new WeakRef(before), changed })
}

/** Side by side, without looking anything up; undefined where the names differ, or their order. */
function changedInPlace<T>(before: Named<T>, after: Named<T>): Changed | undefined {
  if (before.size !== after.size) return undefined
  const names: string[] = []
  const [oldNames, oldValues, values] = [before.keys(), before.values(), after.values()]
  for (const name of after.keys()) {
    if (oldNames.next().value !== name) return undefined
    if (oldValues.next().value !== values.next().value) names.push(name)
  }
  return names.length === 0 ? nothing : { names, inPlace: true, inOrder: true }
}

function changedAnywhere<T>(before: Named<T>, after: Named<T>): Changed {
  const names: string[] = []
  after.forEach((value, name) => {
    if (before.get(name) !== value) names.push(name)
  })
  for (const name of before.keys()) if (!after.has(name)) names.push(name)
  return { names, inPlace: false, inOrder: sameOrder(before, after) }
}

/** The map with these values under names that it has: the very same one where that is nothing new. */
export function withValues<T>(before: Named<T>, values: Named<T>): Named<T> {
  const differing = [...values].filter(([name, value]) => before.get(name) !== value)
  if (differing.length === 0) return before
  const after = copyOf(before)
  for (const [name, value] of differing) after.set(name, value)
  noteChanged(before, after, { names: differing.map(([name]) => name), inPlace: true, inOrder: true })
  return after
}

/** Not `new Map(map)`, which makes an array of every entry on the way. */
export function copyOf<K, T>(map: ReadonlyMap<K, T>): Map<K, T> {
  const copy = new Map<K, T>()
  map.forEach((value, key) => copy.set(key, value))
  return copy
}

/** The very same values under the same names in the same order. */
export function sameEntries<T>(a: Named<T>, b: Named<T>): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  const [names, values, others] = [b.keys(), a.values(), b.values()]
  for (const name of a.keys()) if (names.next().value !== name || values.next().value !== others.next().value) return false
  return true
}

/** Whether the names that both have stand in the same order. */
export function sameOrder(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): boolean {
  const names = after.keys()
  for (const name of before.keys()) {
    if (!after.has(name)) continue
    for (;;) {
      const next = names.next()
      if (next.done) return false
      if (next.value === name) break
      if (before.has(next.value)) return false
    }
  }
  return true
}
