/** A part of a picture by itself: a box with everything in it; and the boxes that lead to a box from the outside in. */
import type { Box, Diagram } from './diagram.ts'

export interface Part {
  readonly diagram: Diagram
  /** Lines that lead out of it, which are not drawn. */
  readonly leading: number
}

/** Undefined where there is no such box. */
export function partOf(diagram: Diagram, id: string): Part | undefined {
  const inside = new Set<string>()
  // Parents come first.
  const boxes = diagram.boxes.flatMap((box): Box[] => {
    if (box.id !== id && (box.parent === undefined || !inside.has(box.parent))) return []
    inside.add(box.id)
    return [box.id === id ? { ...box, parent: undefined } : box]
  })
  if (boxes.length === 0) return undefined
  const lines = diagram.lines.filter(({ from, to }) => inside.has(from) && inside.has(to))
  return { diagram: { ...diagram, boxes, lines }, leading: diagram.lines.filter(({ from, to }) => inside.has(from) !== inside.has(to)).length }
}

/** From the outermost holder to the box itself; empty where there is no such box. */
export function wayTo(diagram: Diagram, id: string): readonly Box[] {
  const byId = new Map(diagram.boxes.map((box) => [box.id, box]))
  const way: Box[] = []
  for (let at = byId.get(id); at && !way.includes(at); at = at.parent === undefined ? undefined : byId.get(at.parent)) way.unshift(at)
  return way
}
