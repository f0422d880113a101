/** Where lines run: from border to border, ends spread along a side, so that no two start at one point. */
import type { Diagram, Line, Placed } from '../../core/diagram/diagram.ts'

export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export type Side = 'top' | 'bottom' | 'left' | 'right'
export interface Route {
  readonly path: string
  readonly from: { readonly x: number; readonly y: number; readonly side: Side }
  readonly to: { readonly x: number; readonly y: number; readonly side: Side }
  readonly middle: { readonly x: number; readonly y: number }
  /** There is room for the interface's name at this end. */
  readonly roomFrom: boolean
  readonly roomTo: boolean
}

/** Rectangles of all boxes in absolute units. */
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

const centre = (rect: Rect): { x: number; y: number } => ({ x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 })

function sides(a: Rect, b: Rect): [Side, Side] {
  if (b.y >= a.y + a.height) return ['bottom', 'top']
  if (a.y >= b.y + b.height) return ['top', 'bottom']
  return b.x >= a.x ? ['right', 'left'] : ['left', 'right']
}

const horizontal = (side: Side): boolean => side === 'left' || side === 'right'

function pointOn(rect: Rect, side: Side, share: number): { x: number; y: number } {
  if (side === 'top') return { x: rect.x + rect.width * share, y: rect.y }
  if (side === 'bottom') return { x: rect.x + rect.width * share, y: rect.y + rect.height }
  return side === 'left' ? { x: rect.x, y: rect.y + rect.height * share } : { x: rect.x + rect.width, y: rect.y + rect.height * share }
}

const bend = (point: { x: number; y: number }, side: Side, by: number): { x: number; y: number } =>
  side === 'top' ? { x: point.x, y: point.y - by } : side === 'bottom' ? { x: point.x, y: point.y + by }
    : side === 'left' ? { x: point.x - by, y: point.y } : { x: point.x + by, y: point.y }

export function routesOf(diagram: Diagram, rects: ReadonlyMap<string, Rect>): ReadonlyMap<string, Route> {
  interface End { readonly line: Line; readonly box: string; readonly side: Side; readonly towards: number; readonly isFrom: boolean }
  const bySide = new Map<string, End[]>()
  const chosen = new Map<string, [Side, Side]>()
  for (const line of diagram.lines) {
    const [a, b] = [rects.get(line.from), rects.get(line.to)]
    if (!a || !b) continue
    const [from, to] = line.overlay ? overlaySides(a, b) : sides(a, b)
    chosen.set(line.id, [from, to])
    for (const [box, side, other, isFrom] of [[line.from, from, b, true], [line.to, to, a, false]] as const) {
      const key = `${box} ${side}`
      const end: End = { line, box, side, towards: horizontal(side) ? centre(other).y : centre(other).x, isFrom }
      const list = bySide.get(key)
      if (list) list.push(end)
      else bySide.set(key, [end])
    }
  }
  const shares = new Map<string, { share: number; room: boolean }>()
  for (const ends of bySide.values()) {
    ends.sort((a, b) => a.towards - b.towards || (a.line.id < b.line.id ? -1 : 1))
    const rect = rects.get(ends[0]?.box ?? '')
    const length = rect ? (horizontal(ends[0]?.side ?? 'top') ? rect.height : rect.width) : 0
    ends.forEach((end, i) => shares.set(`${end.line.id} ${end.isFrom}`, { share: (i + 1) / (ends.length + 1), room: length / (ends.length + 1) > (horizontal(end.side) ? 12 : 34) }))
  }
  const routes = new Map<string, Route>()
  for (const line of diagram.lines) {
    const [a, b] = [rects.get(line.from), rects.get(line.to)]
    const pair = chosen.get(line.id)
    if (!a || !b || !pair) continue
    const [s, t] = [shares.get(`${line.id} true`), shares.get(`${line.id} false`)]
    const start = pointOn(a, pair[0], s?.share ?? 0.5)
    const end = pointOn(b, pair[1], t?.share ?? 0.5)
    const distance = Math.hypot(end.x - start.x, end.y - start.y)
    const by = line.overlay ? Math.max(40, distance * 0.35) : Math.min(80, Math.max(18, distance * 0.4))
    const [c, d] = [bend(start, pair[0], by), bend(end, pair[1], by)]
    routes.set(line.id, {
      path: `M ${start.x} ${start.y} C ${c.x} ${c.y}, ${d.x} ${d.y}, ${end.x} ${end.y}`,
      from: { ...start, side: pair[0] }, to: { ...end, side: pair[1] },
      middle: { x: (start.x + 3 * c.x + 3 * d.x + end.x) / 8, y: (start.y + 3 * c.y + 3 * d.y + end.y) / 8 },
      roomFrom: s?.room ?? false, roomTo: t?.room ?? false,
    })
  }
  return routes
}

/** Overlays arch over the layout: beside each other they leave below, so that they are not taken for wires. */
function overlaySides(a: Rect, b: Rect): [Side, Side] {
  const overlapY = a.y < b.y + b.height && b.y < a.y + a.height
  return overlapY ? ['bottom', 'bottom'] : sides(a, b)
}
