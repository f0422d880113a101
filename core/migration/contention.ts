/** What is left of a way for one migration when others use it too. Bytes per second. */
import { printSize } from '../address/quantity.ts'
import { isGuest } from '../infra/node.ts'
import type { Plane } from '../forwarding/index.ts'
import { fairShares, type Demand } from '../traffic/index.ts'
import type { MoveOptions } from './options.ts'
import { flowBetween, pathBetween, type MigrationPath } from './path.ts'
import { t } from '../words.ts'

export interface Share {
  /** Null where nothing on the way states a bandwidth. */
  readonly bandwidth: number | null
  /** What each other stream gets meanwhile, and who could not be counted. */
  readonly notes: readonly string[]
}

/** Max-min fair: every stream is one TCP connection, and no stream is preferred. */
export function shareOf(plane: Plane, path: MigrationPath, { flows = [], also = [] }: MoveOptions): Share {
  if (path.bandwidth === null || (flows.length === 0 && also.length === 0)) return { bandwidth: path.bandwidth, notes: [] }
  const notes: string[] = []
  const demands: { readonly demand: Demand; readonly name: string; readonly way: MigrationPath; readonly wants: number | undefined }[] = []
  const add = (name: string, way: MigrationPath, rate: number | undefined): void => {
    if (way.verdict !== 'delivered') {
      notes.push(t`${name} does not arrive, so it takes nothing: ${way.because ?? t('there is no way')}`)
      return
    }
    const cap = Math.min(rate ?? Infinity, way.streamLimit)
    demands.push({ name, way, wants: rate, demand: { over: [...way.capacities.keys()], ...(cap < Infinity && { cap }) } })
  }
  for (const { from, to, rate } of flows) add(t`the flow from ${from} to ${to}`, flowBetween(plane, from, to), rate)
  for (const { vm, to } of also) {
    const guest = plane.infra.nodes.get(vm)
    if (!guest || !isGuest(guest) || !guest.host) notes.push(t`${vm} is no guest of this file, so its migration takes nothing`)
    else add(t`the migration of ${vm} to ${to}`, pathBetween(plane, guest.host.value, to), undefined)
  }
  // The migration's own view of a link counts what its tunnels take of it.
  const capacities = new Map([...demands.map(({ way }) => way), path].flatMap((way) => [...way.capacities]))
  const shares = fairShares([{ over: [...path.capacities.keys()], cap: path.bandwidth }, ...demands.map(({ demand }) => demand)], capacities)
  for (const [i, { name, wants }] of demands.entries()) {
    const got = shares[i + 1] ?? 0
    notes.push(got === Infinity ? t`${name} gets what it wants`
      : wants !== undefined && got < wants * 0.999 ? t`${name} gets ${printSize(got)} a second of the ${printSize(wants)} a second that it wants` : t`${name} gets ${printSize(got)} a second`)
  }
  const bandwidth = shares[0] ?? path.bandwidth
  if (bandwidth < path.bandwidth * 0.999) notes.unshift(t`of ${printSize(path.bandwidth)} a second the others leave ${printSize(bandwidth)}`)
  return { bandwidth, notes }
}
