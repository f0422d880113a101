/** Where boxes and their words stand, in absolute units. */
import type { Box, Diagram, Placed } from './diagram.ts'

export interface Point {
  readonly x: number
  readonly y: number
}
export interface Rect extends Point {
  readonly width: number
  readonly height: number
}

/** Rectangles of all boxes. */
export function rectsOf(diagram: Diagram, placed: Placed): ReadonlyMap<string, Rect> {
  const rects = new Map<string, Rect>()
  for (const { id, parent } of diagram.boxes) {
    const spot = placed.boxes.get(id)
    if (!spot) continue
    const up = parent === undefined ? undefined : rects.get(parent)
    rects.set(id, { x: spot.x + (up?.x ?? 0), y: spot.y + (up?.y ?? 0), width: spot.width, height: spot.height })
  }
  return rects
}

/** Boxes that hold others: they are drawn under the lines, their words over them. */
export const holdersOf = (diagram: Diagram): ReadonlySet<string> => new Set(diagram.boxes.flatMap(({ parent }) => (parent === undefined ? [] : [parent])))

/** The words of a box that holds others: its name, and its details in one row below. */
export function headerOf(box: Box, rect: Rect): Rect {
  const badge = (box.badge ? 30 : 0) + (box.mark?.word === undefined ? 0 : 18 + box.mark.word.length * 7)
  // With the handle that closes it.
  const width = Math.max(44 + box.label.length * 8 + badge, box.details.reduce((sum, detail) => sum + 12 + detail.length * 6.4, 0))
  return { x: rect.x + 5, y: rect.y + 4, width: Math.min(rect.width - 10, width), height: box.details.length > 0 ? 42 : 26 }
}

export const overlap = (a: Rect, b: Rect, room = 0): boolean =>
  a.x < b.x + b.width + room && b.x < a.x + a.width + room && a.y < b.y + b.height + room && b.y < a.y + a.height + room

/** Rectangles by the cells they touch, so that one asks only its neighbours. */
export class RectIndex {
  private readonly cells = new Map<number, Rect[]>()
  private readonly all: Rect[] = []
  private readonly cell: number

  constructor(cell = 160) {
    this.cell = cell
  }

  add(rect: Rect): void {
    this.all.push(rect)
    this.visit(rect, (key) => {
      const list = this.cells.get(key)
      if (list) list.push(rect)
      else this.cells.set(key, [rect])
      return false
    })
  }

  /** Everything that was added and overlaps. */
  find(rect: Rect): readonly Rect[] {
    if (this.isWide(rect)) return this.all.filter((other) => overlap(rect, other))
    const found = new Set<Rect>()
    this.visit(rect, (key) => {
      for (const other of this.cells.get(key) ?? []) if (overlap(rect, other)) found.add(other)
      return false
    })
    return [...found]
  }

  /** Whether anything that was added overlaps. */
  hits(rect: Rect, except?: (other: Rect) => boolean): boolean {
    const meets = (other: Rect): boolean => overlap(rect, other) && !except?.(other)
    return this.isWide(rect) ? this.all.some(meets) : this.visit(rect, (key) => this.cells.get(key)?.some(meets) === true)
  }

  /** It touches more cells than there are rectangles. */
  private isWide({ width, height }: Rect): boolean {
    return (width / this.cell + 1) * (height / this.cell + 1) > this.all.length
  }

  private visit(rect: Rect, found: (key: number) => boolean): boolean {
    const [left, right] = [Math.floor(rect.x / this.cell), Math.floor((rect.x + rect.width) / this.cell)]
    const [top, bottom] = [Math.floor(rect.y / this.cell), Math.floor((rect.y + rect.height) / this.cell)]
    for (let x = left; x <= right; x++) for (let y = top; y <= bottom; y++) if (found(x * 2 ** 22 + y)) return true
    return false
  }
}
