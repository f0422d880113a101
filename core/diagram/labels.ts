/** Where the words of lines stand: beside their line, on no box, on no other word; words without room are left out. */
import type { Box, Diagram, Line } from './diagram.ts'
import { chipsOf, domainsById } from './domains.ts'
import { headerOf, holdersOf, RectIndex, type Point, type Rect } from './rects.ts'
import type { End, Route } from './routes.ts'

/** The name of an interface at its end of a line. */
export interface EndLabel extends Point {
  readonly text: string
  readonly anchor: 'start' | 'end'
}
export interface LineLabels {
  readonly from?: EndLabel
  readonly to?: EndLabel
  /** The middle of the line's own label. */
  readonly middle?: Point
}

export interface Labels {
  readonly byLine: ReadonlyMap<string, LineLabels>
  /** Boxes whose words a line crosses: these need a ground of their own. */
  readonly crossed: readonly Box[]
}

/** Shares of a line's length at which its label is tried, the middle first. */
const tries = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.1, 0.9]

export const labelText = (line: Line): string => [line.count === undefined ? '' : `${line.count}×`, line.kind === 'tunnel' ? line.label ?? '' : '', line.mark?.word ?? ''].filter((word) => word !== '').join(' ')

/** Half of what a network's number takes. */
const chip = 9

/** Only these lines are drawn; `words` false leaves out everything but badges. */
export function labelsOf(diagram: Diagram, rects: ReadonlyMap<string, Rect>, routes: ReadonlyMap<string, Route>, lines: readonly Line[], words = true): Labels {
  const holders = holdersOf(diagram)
  const taken = new RectIndex(120)
  const headers: { readonly box: Box; readonly rect: Rect }[] = []
  for (const box of diagram.boxes) {
    const rect = rects.get(box.id)
    if (!rect) continue
    const words = holders.has(box.id) ? headerOf(box, rect) : rect
    if (holders.has(box.id)) headers.push({ box, rect: words })
    taken.add(words)
  }
  // Numbers of networks stand on the lower edges, where names of ports would.
  if (diagram.domains) {
    const domains = domainsById(diagram)
    for (const { id } of diagram.boxes) {
      const [rect, own] = [rects.get(id), domains.get(id)]
      if (rect && own) for (const { x, y } of chipsOf(own, rect)) taken.add({ x: x - chip, y: y - chip, width: 2 * chip, height: 2 * chip })
    }
  }
  const byLine = new Map<string, LineLabels>()
  // Overlays first: they have nothing but their label to be known by.
  for (const line of [...lines].sort((a, b) => Number(b.overlay) - Number(a.overlay))) {
    const route = routes.get(line.id)
    const text = words ? labelText(line) : ''
    if (!route || (text === '' && !line.badge)) continue
    const middle = middleFor(route, text.length * 6.6 + 18 + (line.badge ? 24 : 0), taken)
    // A problem is shown, whatever it covers.
    if (middle || line.badge) byLine.set(line.id, { middle: middle ?? along(route.points, 0.5) })
  }
  if (words) {
    for (const line of lines) {
      const route = routes.get(line.id)
      if (line.kind !== 'link' || !route) continue
      const [from, to] = [line.fromLabel, line.toLabel].map((text, i) => (text === undefined || route.tight === (i === 0 ? 'from' : 'to') ? undefined : endFor(text, i === 0 ? route.from : route.to, route.points, taken)))
      if (from || to) byLine.set(line.id, { ...byLine.get(line.id), ...(from && { from }), ...(to && { to }) })
    }
  }
  const runs = new RectIndex(200)
  for (const line of lines) {
    const points = routes.get(line.id)?.points ?? []
    points.forEach((b, i) => {
      const a = points[i - 1]
      if (a) runs.add({ x: Math.min(a.x, b.x) - 1, y: Math.min(a.y, b.y) - 1, width: Math.abs(a.x - b.x) + 2, height: Math.abs(a.y - b.y) + 2 })
    })
  }
  return { byLine, crossed: headers.filter(({ rect }) => runs.hits(rect)).map(({ box }) => box) }
}

function middleFor(route: Route, width: number, taken: RectIndex): Point | undefined {
  for (const share of tries) {
    const { x, y } = along(route.points, share)
    const rect = { x: x - width / 2, y: y - 9, width, height: 18 }
    if (taken.hits(rect)) continue
    taken.add(rect)
    return { x, y }
  }
  return undefined
}

/** Words stand where their line does not go, if that runs straight; other lines leave a box at right angles. */
function endFor(text: string, end: End, points: readonly Point[], taken: RectIndex): EndLabel | undefined {
  const width = text.length * 5.9 + 2
  const other = points.length === 2 ? points.find((point) => point.x !== end.x || point.y !== end.y) : undefined
  const [dx, dy] = other ? [other.x - end.x, other.y - end.y] : [0, 0]
  const upright = end.side === 'bottom' || end.side === 'top'
  const away = upright ? dx > 0.3 * Math.abs(dy) : dy < -0.3 * Math.abs(dx)
  const spots: readonly EndLabel[] = upright
    ? ([[0, 'start'], [0, 'end'], [10, 'start'], [10, 'end']] as const).map(([by, anchor]) => ({ text, anchor, x: end.x + (anchor === 'start' ? 4 : -4), y: end.side === 'bottom' ? end.y + 11 + by : end.y - 4 - by }))
    : [-4, 11].map((by) => ({ text, anchor: end.side === 'right' ? 'start' : 'end', x: end.x + (end.side === 'right' ? 4 : -4), y: end.y + by }))
  for (const spot of away ? [...spots.filter((_, i) => i % 2 === 1), ...spots.filter((_, i) => i % 2 === 0)] : spots) {
    const rect = { x: spot.anchor === 'start' ? spot.x : spot.x - width, y: spot.y - 8, width, height: 9 }
    if (taken.hits(rect)) continue
    taken.add(rect)
    return spot
  }
  return undefined
}

/** The point at a share of the whole length. */
export function along(points: readonly Point[], share: number): Point {
  const lengths = points.map((b, i) => (i === 0 ? 0 : Math.hypot(b.x - (points[i - 1]?.x ?? 0), b.y - (points[i - 1]?.y ?? 0))))
  let left = lengths.reduce((sum, length) => sum + length, 0) * share
  for (let i = 1; i < points.length; i++) {
    const [a, b, length] = [points[i - 1], points[i], lengths[i] ?? 0]
    if (!a || !b) break
    if (left <= length) return length === 0 ? a : { x: a.x + ((b.x - a.x) * left) / length, y: a.y + ((b.y - a.y) * left) / length }
    left -= length
  }
  return points.at(-1) ?? { x: 0, y: 0 }
}

