/** Diagram to positions: each box's inside is laid out on its own, from the innermost out; equal insides once. */
import type { ELK } from 'elkjs/lib/elk-api'
import type { Diagram, Placed } from '../diagram/diagram.ts'
import type { Seat } from '../diagram/seats.ts'
import { insideOf, padding, sizeAround } from './inside.ts'
import { levelsOf, type Levels } from './levels.ts'
import type { Packed, Size, Spot } from './pack.ts'
import { arrange, type Level } from './rows.ts'
import { structureOf, type Structure } from './structure.ts'

export { keyOf, structureOf, type Structure } from './structure.ts'

/**
 * Lines between boxes of different parents count between the ancestors that share a parent: so every level is a small
 * graph of its own, and a thousand boxes cost a few small layouts instead of one large one. `elk` runs where the caller
 * wants: in this thread, or in a worker. `shape` is how many times as wide as high the place for it is. `tell` hears how
 * many insides of all are done.
 */
export async function layout(structure: Structure, elk: Pick<ELK, 'layout'>, shape = 1.7, tell?: (done: number, of: number) => void): Promise<Placed> {
  const levels = levelsOf(structure)
  let done = 0
  const spots = new Map<string, Spot>()
  const known = new Map<string, Promise<Packed>>()
  const inside = async (parent: string | undefined): Promise<Size> => {
    const ids = levels.children.get(parent) ?? []
    const sizes = new Map<string, Size>()
    for (const id of ids) {
      const box = levels.boxes.get(id)
      if (box) sizes.set(id, levels.children.has(id) ? sizeAround(box, await inside(id)) : { width: box.width, height: box.height })
    }
    const placed = await arrangeOnce(levelOf(levels, ids, sizes, parent, structure.direction === 'RIGHT' ? 1 / shape : shape), structure.direction, elk, known)
    tell?.(++done, levels.children.size)
    const box = parent === undefined ? undefined : levels.boxes.get(parent)
    const begin = insideOf(box)
    // Where its own words are wider than what it holds, that stands in the middle.
    const offset = box ? { x: begin.x + Math.max(0, (box.width - 2 * padding - placed.width) / 2), y: begin.y } : { x: 0, y: 0 }
    for (const [id, spot] of placed.spots) spots.set(id, { ...spot, x: Math.round(spot.x + offset.x), y: Math.round(spot.y + offset.y) })
    return placed
  }
  const { width, height } = await inside(undefined)
  return { direction: structure.direction, boxes: spots, lines: new Map(), width, height }
}

function levelOf({ boxes, edges, tierOf }: Levels, ids: readonly string[], sizes: ReadonlyMap<string, Size>, parent: string | undefined, shape: number): Level {
  const seats = new Map(ids.flatMap((id): [string, Seat][] => {
    const seat = boxes.get(id)?.seat
    return seat ? [[id, seat]] : []
  }))
  const inOrder = ids.filter((id) => boxes.get(id)?.inOrder === true)
  return { ids, sizes, edges: edges.get(parent) ?? [], tierOf, seats, inOrder: inOrder.length > ids.length * 0.7, shape }
}

/** A hundred servers with the same guests are laid out once: ids are taken for numbers. */
async function arrangeOnce(level: Level, direction: 'DOWN' | 'RIGHT', elk: Pick<ELK, 'layout'>, known: Map<string, Promise<Packed>>): Promise<Packed> {
  const numbers = new Map(level.ids.map((id, i) => [id, String(i)]))
  const number = (id: string): string => numbers.get(id) ?? ''
  const turned = direction === 'RIGHT'
  const turn = ({ width, height }: Size): Size => (turned ? { width: height, height: width } : { width, height })
  const sizes = new Map([...level.sizes].map(([id, size]) => [number(id), turn(size)]))
  const tiers = new Map(level.ids.map((id) => [number(id), level.tierOf(id)]))
  const seats = new Map([...level.seats].map(([id, seat]) => [number(id), turned ? { ...seat, column: seat.row, row: seat.column } : seat]))
  const edges = level.edges.map(([a, b]) => [number(a), number(b)] as const)
  const key = JSON.stringify([level.inOrder, [...sizes.values()], [...tiers.values()], [...seats], edges])
  let placed = known.get(key)
  if (!placed) {
    placed = arrange({ ids: [...numbers.values()], sizes, edges, tierOf: (id) => tiers.get(id) ?? 0, seats, inOrder: level.inOrder, shape: level.shape }, elk)
    known.set(key, placed)
  }
  const { spots, width, height } = await placed
  const back = ({ x, y, ...size }: Spot): Spot => (turned ? { x: y, y: x, ...turn(size) } : { x, y, ...size })
  return { spots: new Map(level.ids.flatMap((id): [string, Spot][] => { const spot = spots.get(number(id)); return spot ? [[id, back(spot)]] : [] })), ...turn({ width, height }) }
}

/** For those who lay out in one go, without a worker of their own. */
export const layoutDiagram = (diagram: Diagram, direction: 'DOWN' | 'RIGHT', elk: Pick<ELK, 'layout'>): Promise<Placed> => layout(structureOf(diagram, direction), elk)
