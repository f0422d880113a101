/** What differs between two maps whose values stay the very same objects where nothing changed. */

export interface Changed {
  /** Names whose values differ, those that are only in one of the two among them. */
  readonly names: readonly string[]
  /** Both have the same names in the same order. */
  readonly inPlace: boolean
}

const nothing: Changed = { names: [], inPlace: true }

export function changedNames<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): Changed {
  if (before === after) return nothing
  const names: string[] = []
  if (before.size === after.size) {
    const others = before.keys()
    let inPlace = true
    for (const [name, value] of after) {
      inPlace = others.next().value === name
      if (!inPlace) break
      if (before.get(name) !== value) names.push(name)
    }
    if (inPlace) return names.length === 0 ? nothing : { names, inPlace }
    names.length = 0
  }
  for (const [name, value] of after) if (before.get(name) !== value) names.push(name)
  for (const name of before.keys()) if (!after.has(name)) names.push(name)
  return { names, inPlace: false }
}

/** The very same values under the same names in the same order. */
export function sameEntries<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): boolean {
  const { names, inPlace } = changedNames(a, b)
  return inPlace && names.length === 0
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
