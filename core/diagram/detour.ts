/** Ways around boxes for lines from row to row: down into a gap, through it, and on; only where every piece of it is free. */
import type { Point, Rect, RectIndex } from './rects.ts'

/** Room that a line leaves to a box, and to another line that goes the same way. */
const [toBox, toLine] = [7, 5]
/** How many lines go side by side through one gap. */
const mostBeside = 4

/** A straight piece runs through a box: clipped as by Liang and Barsky. */
export function runsThrough(a: Point, b: Point, { x, y, width, height }: Rect): boolean {
  let [enters, leaves] = [0, 1]
  for (const [p, q] of [[a.x - b.x, a.x - x], [b.x - a.x, x + width - a.x], [a.y - b.y, a.y - y], [b.y - a.y, y + height - a.y]] as const) {
    if (p === 0 && q < 0) return false
    if (p < 0) enters = Math.max(enters, q / p)
    if (p > 0) leaves = Math.min(leaves, q / p)
  }
  return enters < leaves
}

const around = (a: Point, b: Point, room: number): Rect => ({ x: Math.min(a.x, b.x) - room, y: Math.min(a.y, b.y) - room, width: Math.abs(a.x - b.x) + 2 * room, height: Math.abs(a.y - b.y) + 2 * room })

/** Boxes that a run goes behind; `own`: those that it belongs to. A rim that is only touched hides nothing. */
export const hiddenBy = (points: readonly Point[], boxes: RectIndex, own: (box: Rect) => boolean): readonly Rect[] => [...new Set(points.flatMap((b, i) => {
  const a = points[i - 1]
  return a ? boxes.find(around(a, b, 0)).filter((box) => !own(box) && runsThrough(a, b, { x: box.x + 2, y: box.y + 2, width: box.width - 4, height: box.height - 4 })) : []
}))]

/** Detours that were found for one picture, so that none lies on another. */
export class Detours {
  private readonly taken: (readonly [Point, Point])[] = []
  private readonly boxes: RectIndex

  constructor(boxes: RectIndex) {
    this.boxes = boxes
  }

  /** From the lower end of `upper` to the upper end of `lower`, by the nearest gap that is free; undefined where none is. */
  find(upper: Point, lower: Point, own: (box: Rect) => boolean): readonly Point[] | undefined {
    const between = this.boxes.find({ x: Math.min(upper.x, lower.x) - 400, y: upper.y + 1, width: Math.abs(upper.x - lower.x) + 800, height: Math.max(0, lower.y - upper.y - 2) }).filter((box) => !own(box) && box.y + box.height > upper.y && box.y < lower.y)
    const [top, bottom] = [Math.min(...between.map(({ y }) => y)), Math.max(...between.map(({ y, height }) => y + height))]
    const steps = Array.from({ length: mostBeside }, (_, i) => i * toLine)
    const lanes = [upper.x, lower.x, ...between.flatMap(({ x, width }) => steps.flatMap((by) => [x - toBox - by, x + width + toBox + by]))].sort((a, b) => length(upper, lower, a) - length(upper, lower, b))
    for (const lane of lanes) {
      for (const by of steps) {
        const [turn, back] = [Math.min(upper.y + 14, top - toBox) + by, Math.max(lower.y - 14, bottom + toBox) - by]
        if (turn > back || turn <= upper.y || back >= lower.y) continue
        const points = [upper, { x: upper.x, y: turn }, { x: lane, y: turn }, { x: lane, y: back }, { x: lower.x, y: back }, lower].filter((point, i, all) => i === 0 || point.x !== all[i - 1]?.x || point.y !== all[i - 1]?.y)
        if (!this.isFree(points, own)) continue
        points.forEach((b, i) => { const a = points[i - 1]; if (a) this.taken.push([a, b]) })
        return points
      }
    }
    return undefined
  }

  private isFree(points: readonly Point[], own: (box: Rect) => boolean): boolean {
    return points.every((b, i) => {
      const a = points[i - 1]
      return !a || (this.boxes.find(around(a, b, 3)).every(own) && !this.taken.some(([c, d]) => liesOn(a, b, c, d)))
    })
  }
}

/** How much further than straight. */
const length = (upper: Point, lower: Point, lane: number): number => Math.abs(lane - upper.x) + Math.abs(lane - lower.x)

/** Two pieces that run the same way side by side, closer than lines may. */
function liesOn(a: Point, b: Point, c: Point, d: Point): boolean {
  const [upright, other] = [a.x === b.x, c.x === d.x]
  if (upright !== other) return false
  const near = upright ? Math.abs(a.x - c.x) : Math.abs(a.y - c.y)
  const [p, q, r, s] = upright ? [a.y, b.y, c.y, d.y] : [a.x, b.x, c.x, d.x]
  return near < toLine - 1 && Math.min(p, q) < Math.max(r, s) && Math.min(r, s) < Math.max(p, q)
}
