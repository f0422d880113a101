/** What is in sight of a picture, and the least way to bring something into it. */
import type { Viewport } from '@xyflow/react'
import type { Line } from '../../core/diagram/diagram.ts'
import type { Rect } from '../../core/diagram/rects.ts'

/** So many pixels at the left lie under the palette. */
const paletteRoom = 56

/** The least shift, without zoom, that brings all of these into sight; undefined where they do not fit. */
export function roomFor(rects: readonly Rect[], { x, y, zoom }: Viewport, area: { readonly width: number; readonly height: number }): { readonly x: number; readonly y: number } | undefined {
  const edge = 8
  const along = (at: number, from: number, to: number, room: number, least: number): number | undefined =>
    (to - from > room - edge - least ? undefined : from + at < least ? least - from : to + at > room - edge ? room - edge - to : at)
  const of = (pick: (rect: Rect) => number, best: (...values: number[]) => number): number => rects.reduce((found, rect) => best(found, pick(rect) * zoom), best === Math.min ? Infinity : -Infinity)
  const [nx, ny] = [along(x, of((rect) => rect.x, Math.min), of((rect) => rect.x + rect.width, Math.max), area.width, paletteRoom), along(y, of((rect) => rect.y, Math.min), of((rect) => rect.y + rect.height, Math.max), area.height, edge)]
  return nx === undefined || ny === undefined ? undefined : { x: nx, y: ny }
}

/** What holds both ends of a line. */
export function aroundLine(line: Line | undefined, rects: ReadonlyMap<string, Rect> | undefined): Rect | undefined {
  const [a, b] = [line && rects?.get(line.from), line && rects?.get(line.to)]
  if (!a || !b) return a ?? b
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)]
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y }
}
