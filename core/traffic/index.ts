/** Flows over links: who gets how much. The front of the room. */

/** A flow that would take all it can get, or no more than its cap. */
export interface Demand {
  /** Names of what it crosses; each is shared by all that cross it. One flow may cross one name once. */
  readonly over: readonly string[]
  /** Bytes per second. */
  readonly cap?: number
}

/**
 * Max-min fair shares by progressive filling (Bertsekas and Gallager, Data Networks, section 6.5.2): no flow can get more
 * without one that has no more than it getting less. Capacities in bytes per second; a name without one does not bind.
 * Infinity where nothing binds a flow.
 */
export function fairShares(demands: readonly Demand[], capacities: ReadonlyMap<string, number>): readonly number[] {
  const shares = demands.map(() => Infinity)
  const left = new Map(capacities)
  const open = new Set(demands.keys())
  while (open.size > 0) {
    const crossing = new Map<string, number>()
    for (const i of open) for (const name of new Set(demands[i]?.over)) if (left.has(name)) crossing.set(name, (crossing.get(name) ?? 0) + 1)
    let level = Infinity
    for (const [name, count] of crossing) level = Math.min(level, Math.max(0, left.get(name) ?? 0) / count)
    for (const i of open) level = Math.min(level, demands[i]?.cap ?? Infinity)
    if (level === Infinity) break
    // What is full at this level, and what wants no more, is settled.
    const tolerance = level * 1e-12
    const full = new Set([...crossing].filter(([name, count]) => Math.max(0, left.get(name) ?? 0) / count <= level + tolerance).map(([name]) => name))
    const settled = [...open].filter((i) => (demands[i]?.cap ?? Infinity) <= level + tolerance || demands[i]?.over.some((name) => full.has(name)))
    for (const i of settled) {
      shares[i] = level
      open.delete(i)
      for (const name of new Set(demands[i]?.over)) {
        const capacity = left.get(name)
        if (capacity !== undefined) left.set(name, capacity - level)
      }
    }
  }
  return shares
}
