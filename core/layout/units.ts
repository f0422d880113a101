/** Several boxes laid out as one before the rows are: a switch with what hangs on it alone, many that hang on the same ones. */
import { pack, row, type Packed, type Size, type Spot } from './pack.ts'
import type { Seat } from '../diagram/seats.ts'

export const gap = 22
/** Between a box and what hangs below it, in units: room for two interface names. */
export const drop = 58

/** More boxes with the very same neighbours than this stand packed instead of in one row. */
const mostInRow = 12

/** Beside others that hang on several: so many stay in the row. */
const mostShared = 4

export interface Unit extends Size {
  readonly spots: ReadonlyMap<string, Spot>
}

type Edges = readonly (readonly [string, string])[]

export interface Grouped {
  /** The unit that a box is part of; those that stand alone have none. */
  readonly unitOf: ReadonlyMap<string, string>
  readonly units: ReadonlyMap<string, Unit>
}

export function unitsOf(ids: readonly string[], sizes: ReadonlyMap<string, Size>, edges: Edges, tierOf: (id: string) => number, seats: ReadonlyMap<string, Seat>, shape: number): Grouped {
  const unitOf = new Map<string, string>()
  const units = new Map<string, Unit>()
  const add = (id: string, members: readonly string[], unit: Unit): void => {
    units.set(id, unit)
    for (const member of members) unitOf.set(member, id)
  }
  for (const [table, seated] of group(ids.filter((id) => seats.has(id)), (id) => seats.get(id)?.table ?? '')) add(`\ntable ${table}`, seated, seatUnit(seated, sizes, seats))
  const neighbours = neighboursOf(ids, edges)
  const hung = new Map<string, string[]>()
  for (const id of ids) {
    const own = neighbours.get(id)
    const [hub] = own ?? []
    if (hub === undefined || own?.size !== 1 || unitOf.has(id) || unitOf.has(hub) || tierOf(hub) <= tierOf(id)) continue
    hung.set(hub, [...(hung.get(hub) ?? []), id])
  }
  for (const [hub, leaves] of hung) {
    // What hangs on several hubs stands in one row with what hangs on this one alone, unless that would be a long row.
    const shared = [...(neighbours.get(hub) ?? [])].some((id) => tierOf(id) < tierOf(hub) && (neighbours.get(id)?.size ?? 0) > 1)
    if (shared && leaves.length <= mostShared) hung.delete(hub)
  }
  for (const [hub, leaves] of hung) add(`\nunder ${hub}`, [hub, ...leaves], hangUnit(hub, leaves, sizes, hung.size, shape))
  const alike = group(ids.filter((id) => !unitOf.has(id) && (neighbours.get(id)?.size ?? 0) > 1 && [...(neighbours.get(id) ?? [])].every((other) => tierOf(other) > tierOf(id))),
    (id) => [...(neighbours.get(id) ?? [])].sort().join('\n'))
  for (const [key, members] of alike) if (members.length > mostInRow) add(`\nalike ${key}`, members, pack(members, sizes, gap, 1.8 * shape))
  return { unitOf, units }
}

function neighboursOf(ids: readonly string[], edges: Edges): ReadonlyMap<string, ReadonlySet<string>> {
  const neighbours = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]))
  for (const [a, b] of edges) {
    neighbours.get(a)?.add(b)
    neighbours.get(b)?.add(a)
  }
  return neighbours
}

function group(ids: readonly string[], keyOf: (id: string) => string): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const id of ids) {
    const list = groups.get(keyOf(id))
    if (list) list.push(id)
    else groups.set(keyOf(id), [id])
  }
  return groups
}

/** The hub in the middle on top; below it a row of few, or columns of many: the narrower, the more such units share the level. */
function hangUnit(hub: string, leaves: readonly string[], sizes: ReadonlyMap<string, Size>, beside: number, shape: number): Unit {
  const line = row(leaves, sizes, gap)
  const below: Packed = leaves.length === 1 || (leaves.length <= 4 && beside <= 3 && line.width < Math.max(line.height, 110) * 4 * shape) ? line : pack(leaves, sizes, gap, beside <= 1 ? 1.05 * shape : Math.max(0.3, (1.4 * shape) / beside))
  const top = sizes.get(hub) ?? { width: 100, height: 40 }
  const width = Math.max(top.width, below.width)
  const spots = new Map<string, Spot>([[hub, { x: (width - top.width) / 2, y: 0, ...top }]])
  for (const [id, spot] of below.spots) spots.set(id, { ...spot, x: spot.x + (width - below.width) / 2, y: spot.y + top.height + drop })
  return { spots, width, height: top.height + drop + below.height }
}

function seatUnit(seated: readonly string[], sizes: ReadonlyMap<string, Size>, seats: ReadonlyMap<string, Seat>): Unit {
  const own = seated.map((id) => ({ id, size: sizes.get(id) ?? { width: 100, height: 40 }, seat: seats.get(id) ?? { table: '', column: 0, row: 0, straight: true } }))
  const [left, top] = [Math.min(...own.map(({ seat }) => seat.column)), Math.min(...own.map(({ seat }) => seat.row))]
  const [widest, highest] = [Math.max(...own.map(({ size }) => size.width)), Math.max(...own.map(({ size }) => size.height))]
  // Straight lines run between middles.
  const spots = new Map(own.map(({ id, size, seat }) => [id, seat.straight
    ? { x: (seat.column - left) * widest + (widest - size.width) / 2, y: (seat.row - top) * highest + (highest - size.height) / 2, ...size }
    : { x: (seat.column - left) * (widest + 70), y: (seat.row - top) * (highest + 62), ...size }]))
  const all = [...spots.values()]
  return { spots, width: Math.max(...all.map(({ x, width }) => x + width)), height: Math.max(...all.map(({ y, height }) => y + height)) }
}
