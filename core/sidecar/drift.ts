/** Where the sidecar and the picture part: spots of what is gone or stands elsewhere, boxes without a spot, boxes in each other's way. */
import type { Box, Diagram } from '../diagram/diagram.ts'
import type { KeptSpot } from './sidecar.ts'

export interface Drift {
  /** In the sidecar, and no longer in the file. */
  readonly gone: readonly string[]
  /** In another box than when its place was kept. */
  readonly elsewhere: readonly string[]
  /** In the file, and not in the sidecar. */
  readonly fresh: readonly string[]
}

/** Boxes whose place is kept without being asked for one by one: all but what stands inside a machine. */
export function outerBoxes(diagram: Diagram): readonly Box[] {
  const byId = boxesOf(diagram)
  const inside = new Set<string>()
  // Parents come first.
  return [...byId.values()].filter((box) => {
    const parent = box.parent === undefined ? undefined : byId.get(box.parent)
    if (parent && (inside.has(parent.id) || machines.has(parent.kind))) inside.add(box.id)
    return !inside.has(box.id)
  })
}

/** What is there; what only was there has no place to be kept. */
const boxesOf = ({ boxes }: Diagram): ReadonlyMap<string, Box> => new Map(boxes.flatMap((box) => (box.ghost ? [] : [[box.id, box] as const])))

const machines: ReadonlySet<string> = new Set(['server', 'vm', 'container', 'switch', 'router'])

/** Spots that hold: the box is there, and where it was. */
export function holding(diagram: Diagram, kept: readonly KeptSpot[]): ReadonlyMap<string, KeptSpot> {
  const byId = boxesOf(diagram)
  return new Map(kept.flatMap((spot) => { const box = byId.get(spot.id); return box && box.parent === spot.in ? [[spot.id, spot] as const] : [] }))
}

export function driftOf(diagram: Diagram, kept: readonly KeptSpot[]): Drift {
  const byId = boxesOf(diagram)
  const known = new Set(kept.map(({ id }) => id))
  return {
    gone: kept.flatMap(({ id }) => (byId.has(id) ? [] : [id])),
    elsewhere: kept.flatMap(({ id, in: within }) => { const box = byId.get(id); return box && box.parent !== within ? [id] : [] }),
    fresh: outerBoxes(diagram).flatMap(({ id }) => (known.has(id) ? [] : [id])),
  }
}

/** The id of a box after something got another name: its own, or that of what it stands in. */
export const renamedId = (id: string, from: string, to: string): string => (id === from ? to : id.startsWith(`${from}:`) ? to + id.slice(from.length) : id)

/** The spots of what got another name: its own, and those of what stands in it. */
export function renamed(kept: readonly KeptSpot[], from: string, to: string): { readonly keep: readonly KeptSpot[]; readonly drop: readonly string[] } {
  const name = (id: string): string => renamedId(id, from, to)
  const touched = kept.filter((spot) => name(spot.id) !== spot.id || (spot.in !== undefined && name(spot.in) !== spot.in))
  return { keep: touched.map((spot) => ({ ...spot, id: name(spot.id), ...(spot.in !== undefined && { in: name(spot.in) }) })), drop: touched.map(({ id }) => id).filter((id) => name(id) !== id) }
}
