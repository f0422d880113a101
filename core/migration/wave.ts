/** Moves that go on at once: each has its fair share of what its way crosses, and more once another has ended. Bytes and seconds. */
import { fairShares } from '../traffic/index.ts'
import type { Load } from './load.ts'
import type { Later } from './memory.ts'
import type { MigrationPath } from './path.ts'
import type { Settings } from './profile.ts'
import { transfer, type Transfer } from './transfer.ts'

export interface Mover {
  readonly load: Load
  readonly settings: Settings
  readonly kind: 'vm' | 'container'
  readonly path: MigrationPath
}

export interface Ride {
  readonly went: Transfer
  /** Its share at first; null where nothing on its way states a bandwidth. */
  readonly bandwidth: number | null
  /** What it has from a second on, each time that another has ended. */
  readonly later: readonly Later[]
}

/** Shares that differ by less are the same. */
const noticed = 1e-3

/**
 * All begin together. Whenever one has ended, what is left is shared anew; one that never ends keeps its part for ever. What the
 * movers ask of a link is all that they can get, so the shares are max-min fair (fairShares).
 */
export function ride(movers: readonly Mover[]): readonly Ride[] {
  const capacities = new Map(movers.flatMap(({ path }) => [...path.capacities]))
  const shared = (active: readonly number[]): ReadonlyMap<number, number> => {
    const shares = fairShares(active.map((i) => ({ over: [...movers[i]?.path.capacities.keys() ?? []], cap: movers[i]?.path.bandwidth ?? 0 })), capacities)
    return new Map(active.map((i, n) => [i, shares[n] ?? 0]))
  }
  const carries = [...movers.keys()].filter((i) => movers[i]?.path.bandwidth !== null && movers[i]?.path.verdict === 'delivered')
  let active: readonly number[] = carries
  let shares = shared(active)
  const first = shares
  const later = new Map<number, Later[]>(carries.map((i) => [i, []]))
  const moved = (i: number, { load, settings, kind, path }: Mover): Transfer => transfer(load, settings, first.get(i) ?? null, kind, { latency: path.latency, later: later.get(i) ?? [] })
  const went = movers.map((mover, i) => moved(i, mover))
  for (;;) {
    const ends = active.flatMap((i) => went[i]?.totalSeconds ?? [])
    if (ends.length === 0) break
    const now = Math.min(...ends)
    active = active.filter((i) => (went[i]?.totalSeconds ?? Infinity) > now)
    if (active.length === 0) break
    const next = shared(active)
    for (const i of active) {
      const [had, has] = [shares.get(i) ?? 0, next.get(i) ?? 0]
      const mover = movers[i]
      if (!mover || Math.abs(has - had) <= had * noticed) continue
      later.get(i)?.push({ from: now, bandwidth: has })
      went[i] = moved(i, mover)
    }
    shares = next
  }
  return went.map((one, i) => ({ went: one, bandwidth: first.get(i) ?? null, later: later.get(i) ?? [] }))
}
