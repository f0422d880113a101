/** Where lines run: from border to border, ends spread along a side, around the boxes that stand in the way. */
import { Detours, hiddenBy } from './detour.ts'
import type { Diagram, Line } from './diagram.ts'
import { RectIndex, type Point, type Rect } from './rects.ts'

export type Side = 'top' | 'bottom' | 'left' | 'right'
export interface End extends Point {
  readonly side: Side
}
export interface Route {
  /** SVG path data. */
  readonly path: string
  /** The same run as a chain of straight pieces, for whoever looks for room beside it. */
  readonly points: readonly Point[]
  readonly from: End
  readonly to: End
  /** The end that a lane leads to from the side has no room for a name. */
  readonly tight?: 'from' | 'to'
}

/** How a line gets from one box to the other. */
type Way = { readonly kind: 'straight' } | { readonly kind: 'direct'; readonly fromEdge?: number; readonly toEdge?: number } | { readonly kind: 'over'; readonly lane: number } | { readonly kind: 'beside'; readonly lane: number; readonly turn: number; readonly lower: 'from' | 'to' }

const within = (inner: Rect, outer: Rect): boolean =>
  inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height
const centre = (rect: Rect): Point => ({ x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 })
const horizontal = (side: Side): boolean => side === 'left' || side === 'right'

function facing(a: Rect, b: Rect): [Side, Side] {
  if (b.y >= a.y + a.height) return ['bottom', 'top']
  if (a.y >= b.y + b.height) return ['top', 'bottom']
  return b.x >= a.x ? ['right', 'left'] : ['left', 'right']
}

interface Planned {
  readonly line: Line
  readonly a: Rect
  readonly b: Rect
  readonly sides: readonly [Side, Side]
  readonly way: Way
}

/** Where tiers stand side by side everything is thought of as turned by a quarter, and turned back. */
export function routesOf(diagram: Diagram, rects: ReadonlyMap<string, Rect>, direction: 'DOWN' | 'RIGHT' = 'DOWN'): ReadonlyMap<string, Route> {
  if (direction === 'DOWN') return routesDown(diagram, rects)
  const turned = new Map([...rects].map(([id, { x, y, width, height }]) => [id, { x: y, y: x, width: height, height: width }]))
  return new Map([...routesDown(diagram, turned)].map(([id, route]) => [id, turnedBack(route)]))
}

const sideBack: Readonly<Record<Side, Side>> = { top: 'left', left: 'top', bottom: 'right', right: 'bottom' }
const endBack = ({ x, y, side }: End): End => ({ x: y, y: x, side: sideBack[side] })
const turnedBack = ({ path, points, from, to, tight }: Route): Route => ({
  path: path.replace(/(-?[\d.]+) (-?[\d.]+)/g, '$2 $1'), points: points.map(({ x, y }) => ({ x: y, y: x })), from: endBack(from), to: endBack(to), ...(tight && { tight }),
})

function routesDown(diagram: Diagram, rects: ReadonlyMap<string, Rect>): ReadonlyMap<string, Route> {
  const boxes = new RectIndex()
  for (const { id } of diagram.boxes) {
    const rect = rects.get(id)
    if (rect) boxes.add(rect)
  }
  const parents = new Map(diagram.boxes.map(({ id, parent }) => [id, parent]))
  const above = (id: string): string[] => {
    const list: string[] = []
    for (let at = parents.get(id); at !== undefined; at = parents.get(at)) list.push(at)
    return list
  }
  /** The outermost box that holds one end and not the other. */
  const outermost = (id: string, other: string): Rect | undefined => {
    const others = new Set([other, ...above(other)])
    const own = above(id).filter((one) => !others.has(one)).at(-1)
    return own === undefined ? undefined : rects.get(own)
  }
  const straight = new Set(diagram.boxes.flatMap(({ id, seat }) => (seat?.straight ? [id] : [])))
  const lanes = new Lanes()
  const planned = diagram.lines.flatMap((line): Planned[] => {
    const [a, b] = [rects.get(line.from), rects.get(line.to)]
    if (!a || !b) return []
    if (straight.has(line.from) && straight.has(line.to)) return [{ line, a, b, sides: facing(a, b), way: { kind: 'straight' } }]
    const plan = wayOf(a, b, boxes, lanes)
    if (plan.way.kind !== 'direct' || horizontal(plan.sides[0])) return [{ line, a, b, ...plan }]
    // Into a box within a box the line runs straight: it turns outside.
    const [outerA, outerB] = [outermost(line.from, line.to), outermost(line.to, line.from)]
    const edge = (rect: Rect | undefined, side: Side): number | undefined => rect && (side === 'top' ? rect.y : rect.y + rect.height)
    const [fromEdge, toEdge] = [edge(outerA, plan.sides[0]), edge(outerB, plan.sides[1])]
    // What holds them stands beside each other, though they do not: out at the bottom and in at the top would be a detour.
    const [leaves, enters] = [fromEdge ?? edge(a, plan.sides[0]) ?? 0, toEdge ?? edge(b, plan.sides[1]) ?? 0]
    if (plan.sides[0] === 'bottom' ? leaves > enters : leaves < enters) return [{ line, a, b, ...wayBeside(a, b, boxes, lanes) }]
    return [{ line, a, b, ...plan, way: { kind: 'direct', ...(fromEdge !== undefined && { fromEdge }), ...(toEdge !== undefined && { toEdge }) } }]
  })
  const shares = sharesOf(planned, rects)
  const detours = new Detours(boxes)
  return new Map(planned.map(({ line, a, b, sides, way }) => {
    if (way.kind === 'straight') return [line.id, between(a, b)]
    const start = { ...pointOn(a, sides[0], shares.get(`${line.id} true`) ?? 0.5), side: sides[0] }
    const known = { ...pointOn(b, sides[1], shares.get(`${line.id} false`) ?? 0.5), side: sides[1] }
    // A line that is plumb but for a unit or two looks crooked.
    const end = way.kind === 'direct' && !horizontal(sides[0]) && !horizontal(sides[1]) && Math.abs(known.x - start.x) <= 3 ? { ...known, x: start.x } : known
    const route = routeBy(way, start, end)
    // What lies over the boxes is seen anyway.
    return [line.id, !line.overlay && way.kind === 'direct' && !horizontal(sides[0]) && !horizontal(sides[1]) ? seen(route, a, b, boxes, detours) : route]
  }))
}

/** A line that would run behind a box goes through a gap beside it, where there is one. */
function seen(route: Route, a: Rect, b: Rect, boxes: RectIndex, detours: Detours): Route {
  const own = (other: Rect): boolean => [a, b].some((end) => within(end, other) || within(other, end))
  if (hiddenBy(route.points, boxes, own).length === 0) return route
  const { from, to } = route
  const found = from.y < to.y ? detours.find(from, to, own) : detours.find(to, from, own)
  return found ? { ...route, ...chain(from.y < to.y ? found : [...found].reverse()) } : route
}

/** Boxes one above the other face each other; a box between them is passed on the left; beside each other, above. */
function wayOf(a: Rect, b: Rect, boxes: RectIndex, lanes: Lanes): { sides: [Side, Side]; way: Way } {
  const sides = facing(a, b)
  // What holds an end is not in the way, nor is what an end holds.
  const own = (other: Rect): boolean => [a, b].some((end) => within(end, other) || within(other, end))
  if (!horizontal(sides[0])) {
    const [upper, lower] = sides[0] === 'bottom' ? [a, b] : [b, a]
    const x = lower.x + lower.width / 2
    const top = upper.y + upper.height
    const corridor = { x: x - 3, y: top + 8, width: 6, height: Math.max(0, lower.y - top - 16) }
    const between = boxes.find(corridor).filter((other) => !own(other))
    const turn = Math.min(...between.map((other) => other.y)) - 12
    const lane = { x: lower.x - 13, y: turn - 3, width: 6, height: Math.max(0, lower.y - turn) }
    // Only boxes directly above are passed this way, as in a column of boxes: the lane beside the column is free.
    if (between.length === 0 || turn < top + 6 || boxes.hits(lane, own)) return { sides, way: { kind: 'direct' } }
    return { sides: sides[0] === 'bottom' ? ['bottom', 'left'] : ['left', 'bottom'], way: { kind: 'beside', lane: lower.x - 10, turn, lower: sides[0] === 'bottom' ? 'to' : 'from' } }
  }
  return wayBeside(a, b, boxes, lanes)
}

/** Straight across where nothing stands between, else above both. */
function wayBeside(a: Rect, b: Rect, boxes: RectIndex, lanes: Lanes): { sides: [Side, Side]; way: Way } {
  const own = (other: Rect): boolean => [a, b].some((end) => within(end, other) || within(other, end))
  const sides: [Side, Side] = b.x >= a.x ? ['right', 'left'] : ['left', 'right']
  const [left, right] = a.x <= b.x ? [a, b] : [b, a]
  const from = left.x + left.width
  const [y, z] = [centre(left).y, centre(right).y]
  const corridor = { x: from + 2, y: Math.min(y, z) - 4, width: Math.max(0, right.x - from - 4), height: Math.abs(y - z) + 8 }
  if (!boxes.hits(corridor, own)) return { sides, way: { kind: 'direct' } }
  return { sides: ['top', 'top'], way: { kind: 'over', lane: lanes.take(Math.min(a.y, b.y), centre(left).x, centre(right).x) } }
}

/** Heights at which lines pass over a row of boxes: those that overlap get heights of their own, as long as there are some. */
class Lanes {
  private readonly taken = new Map<number, [number, number][][]>()

  take(top: number, from: number, to: number): number {
    const lanes = this.taken.get(top) ?? []
    this.taken.set(top, lanes)
    let lane = lanes.findIndex((spans) => spans.every(([start, end]) => to < start || from > end))
    if (lane < 0 && lanes.length < 4) lane = lanes.push([]) - 1
    if (lane < 0) lane = Math.abs(Math.round(from)) % lanes.length
    lanes[lane]?.push([from, to])
    return top - 9 - 6 * lane
  }
}

/** Where along its side each end stands: in the order of what they lead to, so that they do not cross there. */
function sharesOf(planned: readonly Planned[], rects: ReadonlyMap<string, Rect>): ReadonlyMap<string, number> {
  interface Spread { readonly line: Line; readonly towards: number; readonly isFrom: boolean }
  const bySide = new Map<string, Spread[]>()
  for (const { line, a, b, sides, way } of planned) {
    for (const [box, side, other, isFrom] of [[line.from, sides[0], b, true], [line.to, sides[1], a, false]] as const) {
      const key = `${side} ${box}`
      // A line that passes a column of boxes goes to its lane first.
      const one = { line, towards: horizontal(side) ? centre(other).y : way.kind === 'beside' ? way.lane : centre(other).x, isFrom }
      const list = bySide.get(key)
      if (list) list.push(one)
      else bySide.set(key, [one])
    }
  }
  const shares = new Map<string, number>()
  for (const [key, ends] of bySide) {
    ends.sort((a, b) => a.towards - b.towards || (a.line.id < b.line.id ? -1 : 1))
    const rect = rects.get(key.slice(key.indexOf(' ') + 1))
    const long = rect && !horizontal(key.split(' ')[0] as Side) ? rect.width : 0
    // On a long side the ends stay near the middle: a wire is no frame.
    const used = long > 0 ? Math.min(1, (ends.length * 46) / long) : 1
    ends.forEach(({ line, isFrom }, i) => shares.set(`${line.id} ${isFrom}`, 0.5 + ((i + 1) / (ends.length + 1) - 0.5) * used))
  }
  alignLone(planned, new Map([...bySide].map(([key, ends]) => [key, ends.length])), shares)
  return shares
}

/** An end that is alone on its side, below or above one that is not, stands opposite it: a plumb line crosses none of its neighbours. */
function alignLone(planned: readonly Planned[], ends: ReadonlyMap<string, number>, shares: Map<string, number>): void {
  for (const { line, a, b, sides, way } of planned) {
    if (way.kind !== 'direct' || horizontal(sides[0]) || horizontal(sides[1])) continue
    const [atFrom, atTo] = [ends.get(`${sides[0]} ${line.from}`) ?? 1, ends.get(`${sides[1]} ${line.to}`) ?? 1]
    if ((atFrom === 1) === (atTo === 1)) continue
    const [own, other, ownIsFrom] = atFrom === 1 ? [a, b, true] : [b, a, false]
    const x = other.x + other.width * (shares.get(`${line.id} ${!ownIsFrom}`) ?? 0.5)
    if (x >= own.x + 14 && x <= own.x + own.width - 14) shares.set(`${line.id} ${ownIsFrom}`, (x - own.x) / own.width)
  }
}

function pointOn(rect: Rect, side: Side, share: number): Point {
  if (side === 'top') return { x: rect.x + rect.width * share, y: rect.y }
  if (side === 'bottom') return { x: rect.x + rect.width * share, y: rect.y + rect.height }
  return side === 'left' ? { x: rect.x, y: rect.y + rect.height * share } : { x: rect.x + rect.width, y: rect.y + rect.height * share }
}

/** From rim to rim on the line between the middles. */
function between(a: Rect, b: Rect): Route {
  const rim = (rect: Rect, towards: Point): End => {
    const { x, y } = centre(rect)
    const [dx, dy] = [towards.x - x, towards.y - y]
    const flat = Math.abs(dx) * rect.height > Math.abs(dy) * rect.width
    const share = flat ? rect.width / 2 / Math.abs(dx) : rect.height / 2 / Math.max(1e-9, Math.abs(dy))
    return { x: x + dx * share, y: y + dy * share, side: flat ? (dx > 0 ? 'right' : 'left') : dy > 0 ? 'bottom' : 'top' }
  }
  const [from, to] = [rim(a, centre(b)), rim(b, centre(a))]
  return { path: `M ${at(from)} L ${at(to)}`, points: [from, to], from, to }
}

function routeBy(way: Exclude<Way, { readonly kind: 'straight' }>, start: End, end: End): Route {
  if (way.kind === 'over') return { ...chain([start, { x: start.x, y: way.lane }, { x: end.x, y: way.lane }, end]), from: start, to: end }
  if (way.kind === 'beside') {
    const [upper, lower] = way.lower === 'to' ? [start, end] : [end, start]
    const points = [upper, { x: upper.x, y: way.turn }, { x: way.lane, y: way.turn }, { x: way.lane, y: lower.y }, lower]
    return { ...chain(way.lower === 'to' ? points : points.reverse()), from: start, to: end, tight: way.lower }
  }
  const { fromEdge, toEdge } = way
  const edges = [{ ...start, y: fromEdge ?? start.y }, { ...end, y: toEdge ?? end.y }] as const
  // A line that goes off flatly passes its port's name first.
  const past = !horizontal(start.side) && !horizontal(end.side) && Math.abs(end.x - start.x) > 46 && Math.abs(edges[1].y - edges[0].y) >= 4 * pastName ? pastName : 0
  const [outside, inside] = [fromEdge === undefined ? (past > 0 ? atPoint(start, past) : start) : edges[0], toEdge === undefined ? (past > 0 ? atPoint(end, past) : end) : edges[1]]
  const run = curve(outside, inside)
  return {
    path: `${outside === start ? '' : `M ${at(start)} L ${at(outside)} `}${outside === start ? run.path : run.path.replace('M', 'L')}${inside === end ? '' : ` L ${at(end)}`}`,
    points: [...(outside === start ? [] : [start]), ...run.points, ...(inside === end ? [] : [end])], from: start, to: end,
  }
}

/** So far from a box the name of a port reaches. */
const pastName = 12
const atPoint = (end: End, by: number): End => ({ ...end, ...bend(end, by) })

const bend = ({ x, y, side }: End, by: number): Point =>
  side === 'top' ? { x, y: y - by } : side === 'bottom' ? { x, y: y + by } : side === 'left' ? { x: x - by, y } : { x: x + by, y }

const number = (value: number): string => String(Math.round(value * 10) / 10)
const at = ({ x, y }: Point): string => `${number(x)} ${number(y)}`

/**
 * A cubic curve that leaves both boxes at right angles. The flatter the way between two rows is, the sooner it turns towards the
 * other end: curves that all level out halfway between the rows would lie on each other there.
 */
function curve(start: End, end: End): { path: string; points: readonly Point[] } {
  const [dx, dy] = [Math.abs(end.x - start.x), Math.abs(end.y - start.y)]
  const distance = Math.hypot(dx, dy)
  const [along, across] = horizontal(start.side) ? [dx, dy] : [dy, dx]
  const facesOther = horizontal(start.side) === horizontal(end.side)
  const flat = facesOther ? along * Math.max(0.3, Math.min(0.5, (0.5 * along) / Math.max(1, across))) : Infinity
  const by = Math.min(90, flat, Math.max(Math.min(18, distance / 2), distance * 0.4))
  const [c, d] = [bend(start, by), bend(end, by)]
  const points = Array.from({ length: 17 }, (_, i): Point => {
    const t = i / 16
    const [p, q, r, s] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t), t ** 3]
    return { x: p * start.x + q * c.x + r * d.x + s * end.x, y: p * start.y + q * c.y + r * d.y + s * end.y }
  })
  return { path: `M ${at(start)} C ${at(c)}, ${at(d)}, ${at(end)}`, points }
}

/** Straight pieces with rounded corners. */
function chain(points: readonly Point[]): { path: string; points: readonly Point[] } {
  const [first = { x: 0, y: 0 }, ...rest] = points
  let path = `M ${at(first)}`
  let last = first
  rest.forEach((corner, i) => {
    const next = rest[i + 1]
    if (!next) path += ` L ${at(corner)}`
    else {
      const radius = Math.min(8, Math.hypot(corner.x - last.x, corner.y - last.y) / 2, Math.hypot(next.x - corner.x, next.y - corner.y) / 2)
      path += ` L ${at(towards(corner, last, radius))} Q ${at(corner)}, ${at(towards(corner, next, radius))}`
    }
    last = corner
  })
  return { path, points }
}

function towards(from: Point, to: Point, by: number): Point {
  const distance = Math.hypot(to.x - from.x, to.y - from.y)
  return distance === 0 ? from : { x: from.x + ((to.x - from.x) * by) / distance, y: from.y + ((to.y - from.y) * by) / distance }
}
