/** Ways over the picture: what packets or a guest's memory pass, box by box. Drawn over all else. */
import type { Diagram } from './diagram.ts'
import type { Rect } from './rects.ts'

/** `before` and `after` a move; of several moves each its own. */
export const trailLooks = ['before', 'after', 'first', 'second', 'third', 'fourth'] as const
export type TrailLook = (typeof trailLooks)[number]

export interface Trail {
  /** Ids of boxes in their order; those that are not drawn stand for nothing. */
  readonly boxes: readonly string[]
  readonly look: TrailLook
  /** What it is, in words. */
  readonly said: string
}

export interface TrailPoint {
  readonly x: number
  readonly y: number
}

/** Ways that go along each other lie beside each other. */
const apart = 5
const lanes: Readonly<Record<TrailLook, number>> = { before: 0, after: 0, first: 0, second: 1, third: -1, fourth: 2 }

/** In the picture's own units. A box is passed at its upper edge: neither its words nor what it holds are crossed out. */
export function trailPoints({ boxes, look }: Trail, rects: ReadonlyMap<string, Rect>): readonly TrailPoint[] {
  const aside = lanes[look] * apart
  return boxes.flatMap((id) => {
    const rect = rects.get(id)
    return rect ? [{ x: rect.x + rect.width / 2 + aside, y: rect.y - 2 + aside }] : []
  })
}

/** Those that can be drawn: one point is no way. */
export const drawnTrails = ({ trails = [] }: Pick<Diagram, 'trails'>, rects: ReadonlyMap<string, Rect>): readonly { readonly trail: Trail; readonly points: readonly TrailPoint[] }[] =>
  trails.map((trail) => ({ trail, points: trailPoints(trail, rects) })).filter(({ points }) => points.length > 1)
