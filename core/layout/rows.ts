/** One level of the nesting: its boxes in rows, by ELK's layered algorithm where lines have to be kept from crossing. */
import type { ELK, ElkNode } from 'elkjs/lib/elk-api'
import type { Seat } from '../diagram/seats.ts'
import { pack, type Packed, type Size, type Spot } from './pack.ts'
import { rank } from './ranks.ts'
import { drop, gap, unitsOf } from './units.ts'

export interface Level {
  readonly ids: readonly string[]
  readonly sizes: ReadonlyMap<string, Size>
  readonly edges: readonly (readonly [string, string])[]
  readonly tierOf: (id: string) => number
  readonly seats: ReadonlyMap<string, Seat>
  /** Rows keep the order of `ids`. */
  readonly inOrder: boolean
  /** How many times as wide as high the picture had best be. */
  readonly shape: number
}

/** Rows from the top down; what no line joins stands below, packed. */
export async function arrange(level: Level, elk: Pick<ELK, 'layout'>): Promise<Packed> {
  const { ids, sizes, edges } = level
  const joined = new Set(edges.flat())
  const loose = ids.filter((id) => !joined.has(id) && !level.seats.has(id))
  const parts: Packed[] = []
  for (const part of partsOf(ids.filter((id) => joined.has(id) || level.seats.has(id)), level)) {
    const members = new Set(part)
    parts.push(await inRows({ ...level, ids: part, edges: edges.filter(([a]) => members.has(a)) }, elk))
  }
  const rows = sideBySide(parts, level.shape)
  if (loose.length === 0) return rows
  const rest = pack(loose, sizes, gap, rows.width > 0 ? Math.max(level.shape, rows.width / Math.max(...loose.map((id) => sizes.get(id)?.height ?? 40))) : level.shape)
  const [height, width] = [rows.height + (rows.height > 0 ? drop : 0), Math.max(rows.width, rest.width)]
  const spots = new Map<string, Spot>()
  for (const [id, spot] of rows.spots) spots.set(id, { ...spot, x: spot.x + (width - rows.width) / 2 })
  for (const [id, spot] of rest.spots) spots.set(id, { ...spot, x: spot.x + (width - rest.width) / 2, y: spot.y + height })
  return { spots, width, height: height + rest.height }
}

/** Boxes that lines or a table join, in file order. */
function partsOf(ids: readonly string[], { edges, seats }: Level): readonly (readonly string[])[] {
  const up = new Map<string, string>()
  const find = (id: string): string => {
    let top = id
    for (let next = up.get(top); next !== undefined; next = up.get(top)) top = next
    if (top !== id) up.set(id, top)
    return top
  }
  const join = (a: string, b: string): void => {
    const [x, y] = [find(a), find(b)]
    if (x !== y) up.set(y, x)
  }
  for (const [a, b] of edges) join(a, b)
  for (const [id, { table }] of seats) join(`\ntable ${table}`, id)
  const parts = new Map<string, string[]>()
  for (const id of ids) {
    const list = parts.get(find(id))
    if (list) list.push(id)
    else parts.set(find(id), [id])
  }
  return [...parts.values()]
}

function sideBySide(parts: readonly Packed[], shape: number): Packed {
  const [only] = parts
  if (parts.length <= 1) return only ?? { spots: new Map(), width: 0, height: 0 }
  const packed = pack(parts.map((_, i) => String(i)), new Map(parts.map((part, i) => [String(i), part])), 2 * gap, 1.2 * shape)
  const spots = new Map<string, Spot>()
  parts.forEach((part, i) => {
    const at = packed.spots.get(String(i)) ?? { x: 0, y: 0 }
    for (const [id, spot] of part.spots) spots.set(id, { ...spot, x: spot.x + at.x, y: spot.y + at.y })
  })
  return { spots, width: packed.width, height: packed.height }
}

/** Between rows: the wider they are, the more, so that wires do not lie flat. */
const betweenRows = (width: number): number => Math.min(240, Math.max(drop + 6, width / 15))

async function inRows({ ids, sizes, edges, tierOf, seats, inOrder, shape }: Level, elk: Pick<ELK, 'layout'>): Promise<Packed> {
  const { unitOf, units } = unitsOf(ids, sizes, edges, tierOf, seats, shape)
  const stands = (id: string): string => unitOf.get(id) ?? id
  const sizeOf = (id: string): Size => units.get(id) ?? sizes.get(id) ?? { width: 100, height: 40 }
  const members = new Map<string, string>()
  for (const id of ids) {
    const unit = stands(id)
    // A unit stands as high as the highest in it.
    const known = members.get(unit)
    if (known === undefined || tierOf(id) > tierOf(known)) members.set(unit, id)
  }
  const tier = (id: string): number => tierOf(members.get(id) ?? id)
  const lines = [...new Map(edges.flatMap(([a, b]) => {
    const [x, y] = [stands(a), stands(b)]
    return x === y ? [] : [[x < y ? `${x} ${y}` : `${y} ${x}`, [x, y] as const] as const]
  })).values()]
  const { rankOf, down, order } = rank([...members.keys()], lines, tier)
  const spots = new Map<string, Spot>()
  const settle = (id: string, at: { readonly x: number; readonly y: number }): void => {
    const unit = units.get(id)
    if (!unit) spots.set(id, { ...at, ...sizeOf(id) })
    else for (const [member, spot] of unit.spots) spots.set(member, { ...spot, x: at.x + spot.x, y: at.y + spot.y })
  }
  if (down.length === 0) {
    // One row: chains along it, and everything else in a block.
    const chained = lines.length > 0
    const wide = new Map(order.map((id) => [id, sizeOf(id)]))
    const all = [...wide.values()]
    const long = all.reduce((sum, size) => sum + size.width, 0) / Math.max(1, ...all.map(({ height }) => height))
    // A chain is a row, unless the place for it is high and narrow.
    const packed = pack(order, wide, chained ? drop : 2 * gap, !chained ? shape : shape < 1 && long > 2 * shape ? 1e-6 : 1e6)
    for (const [id, spot] of packed.spots) settle(id, spot)
    return { spots, width: packed.width, height: packed.height }
  }
  if (inOrder) return evenly(overTheirs(order, rankOf, down), rankOf, sizeOf, settle, spots)
  const rows = new Set(rankOf.values()).size
  if (rows === order.length) return stack(order, rankOf, sizeOf, settle, spots)
  const widths: number[] = []
  for (const id of order) widths[rankOf.get(id) ?? 0] = (widths[rankOf.get(id) ?? 0] ?? 0) + sizeOf(id).width + 2 * gap
  const graph: ElkNode = {
    id: 'graph',
    layoutOptions: {
      'elk.algorithm': 'layered', 'elk.direction': 'DOWN', 'elk.spacing.nodeNode': String(2 * gap), 'elk.layered.spacing.nodeNodeBetweenLayers': String(Math.round(betweenRows(Math.max(...widths.map((width) => width ?? 0))))),
      'elk.separateConnectedComponents': 'false', 'elk.layered.layering.strategy': 'INTERACTIVE', 'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF', 'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED', 'elk.edgeRouting': 'POLYLINE',
      'elk.layered.thoroughness': order.length > 200 ? '1' : '7', 'elk.padding': '[top=0,left=0,bottom=0,right=0]',
    },
    // The rows are settled: ELK reads them off these heights.
    children: order.map((id) => ({ id, ...sizeOf(id), x: 0, y: (rankOf.get(id) ?? 0) * 1e5, layoutOptions: { 'elk.alignment': 'TOP' } })),
    edges: down.map(([from, to], i) => ({ id: `e${i}`, sources: [from], targets: [to] })),
  }
  const result = await elk.layout(graph)
  for (const { id, x = 0, y = 0 } of result.children ?? []) settle(id, { x, y })
  const all = [...spots.values()]
  return { spots, width: Math.max(0, ...all.map(({ x, width }) => x + width)), height: Math.max(0, ...all.map(({ y, height }) => y + height)) }
}

/** One box a row: nothing can cross. */
function stack(order: readonly string[], rankOf: ReadonlyMap<string, number>, sizeOf: (id: string) => Size, settle: (id: string, at: { x: number; y: number }) => void, spots: ReadonlyMap<string, Spot>): Packed {
  const width = Math.max(...order.map((id) => sizeOf(id).width))
  let y = 0
  for (const id of [...order].sort((a, b) => (rankOf.get(a) ?? 0) - (rankOf.get(b) ?? 0))) {
    const size = sizeOf(id)
    settle(id, { x: (width - size.width) / 2, y })
    y += size.height + drop + 6
  }
  return { spots, width, height: y - drop - 6 }
}

/**
 * From the lowest row up, each box over the middle of what it leads down to, in the order of the file where that is the same
 * place: so a folded network's first and last stage stand in pairs over their terminals, and what is in order stays so.
 */
function overTheirs(order: readonly string[], rankOf: ReadonlyMap<string, number>, down: readonly (readonly [string, string])[]): readonly string[] {
  const below = new Map<string, string[]>()
  for (const [upper, lower] of down) below.set(upper, [...(below.get(upper) ?? []), lower])
  const rows: string[][] = []
  for (const id of order) (rows[rankOf.get(id) ?? 0] ??= []).push(id)
  const places = new Map<string, number>()
  return rows.reduceRight<readonly string[]>((sorted, row) => {
    const aims = new Map(row.map((id, i) => {
      const known = (below.get(id) ?? []).flatMap((one) => places.get(one) ?? [])
      return [id, known.length > 0 ? Math.round((known.reduce((sum, at) => sum + at, 0) / known.length) * 1e6) / 1e6 : (i + 0.5) / row.length]
    }))
    const now = [...row].sort((a, b) => (aims.get(a) ?? 0) - (aims.get(b) ?? 0))
    now.forEach((id, i) => places.set(id, (i + 0.5) / now.length))
    return [...now, ...sorted]
  }, [])
}

/** Every row as wide as the widest, its boxes at even distances: how textbooks draw what is regular. */
function evenly(order: readonly string[], rankOf: ReadonlyMap<string, number>, sizeOf: (id: string) => Size, settle: (id: string, at: { x: number; y: number }) => void, spots: ReadonlyMap<string, Spot>): Packed {
  const rows: string[][] = []
  for (const id of order) (rows[rankOf.get(id) ?? 0] ??= []).push(id)
  const filled = rows.filter((ids) => ids.length > 0)
  const width = Math.max(...filled.map((ids) => ids.length * (Math.max(...ids.map((id) => sizeOf(id).width)) + 2 * gap)))
  let y = 0
  for (const ids of filled) {
    ids.forEach((id, i) => settle(id, { x: ((i + 0.5) * width) / ids.length - sizeOf(id).width / 2, y }))
    y += Math.max(...ids.map((id) => sizeOf(id).height)) + betweenRows(width)
  }
  const all = [...spots.values()]
  const left = Math.min(...all.map(({ x }) => x))
  return { spots: new Map([...spots].map(([id, spot]) => [id, { ...spot, x: spot.x - left }])), width: Math.max(...all.map((spot) => spot.x + spot.width)) - left, height: Math.max(...all.map((spot) => spot.y + spot.height)) }
}
