/** A person's own positions over a layout: what they placed stands there to the unit, everything else finds room around it. */
import type { Placed } from '../diagram/diagram.ts'
import { insideOf, padding } from './inside.ts'
import { levelsOf } from './levels.ts'
import type { Size, Spot } from './pack.ts'
import { nearest, place, push, touches, type Mutable } from './settle.ts'
import type { Structure } from './structure.ts'

/** Closer than this two boxes are in each other's way, in units. */
const near = 2

export type Pins = ReadonlyMap<string, { readonly x: number; readonly y: number }>

/**
 * Relative to the holding box's top left corner, like everything in `Placed`; inside a box nothing stands on its words.
 * `fresh`: the layout knows nothing of these places yet, and is shifted as a whole to where most of them are.
 */
export function honour(structure: Structure, placed: Placed, pins: Pins, fresh: boolean): Placed {
  if (pins.size === 0) return placed
  const levels = levelsOf(structure)
  const spots = new Map<string, Spot>()
  const inside = (parent: string | undefined): Size => {
    const box = parent === undefined ? undefined : levels.boxes.get(parent)
    const begin = box ? insideOf(box) : undefined
    const all = (levels.children.get(parent) ?? []).flatMap((id): [string, Mutable][] => {
      const at = placed.boxes.get(id)
      return at ? [[id, { x: at.x, y: at.y, ...(levels.children.has(id) ? inside(id) : { width: at.width, height: at.height }) }]] : []
    })
    const here = new Map<string, Mutable>()
    for (const [id, size] of all) {
      const pin = pins.get(id)
      if (pin) here.set(id, { ...size, x: begin ? Math.max(begin.x, pin.x) : pin.x, y: begin ? Math.max(begin.y, pin.y) : pin.y })
    }
    if (here.size === 0) {
      for (const [id, size] of all) here.set(id, size)
      push(here, all.flatMap(([id, { width, height }]) => { const was = placed.boxes.get(id); return was && (width > was.width || height > was.height) ? [id] : [] }), placed)
    } else {
      const rest = all.filter(([id]) => !here.has(id))
      const by = fresh ? shiftOf(here, placed) : { x: 0, y: 0 }
      const moved = rest.map(([id, size]): [string, Mutable] => [id, { ...size, x: Math.max(begin?.x ?? -Infinity, size.x + by.x), y: Math.max(begin?.y ?? -Infinity, size.y + by.y) }])
      const fixed = [...here.values()]
      // Who is in nobody's way stays; who is looks for room, and does not take that of those who stay.
      const anew = fresh && here.size >= rest.length
      const [staying, seeking]: [typeof moved, typeof moved] = [[], []]
      for (const one of moved) {
        if (anew || fixed.some((other) => touches(one[1], other, near))) seeking.push(one)
        else {
          staying.push(one)
          fixed.push(one[1])
        }
      }
      const grown: string[] = []
      for (const [id, rect] of staying) {
        here.set(id, rect)
        const was = placed.boxes.get(id)
        if (was && (rect.width > was.width || rect.height > was.height)) grown.push(id)
      }
      for (const id of grown) {
        const rect = here.get(id)
        if (rect) here.set(id, nearest(rect, [...here].flatMap(([other, one]) => (other === id ? [] : [one])), begin))
      }
      for (const [id, rect] of seeking) here.set(id, fresh ? place(id, rect, here, levels, parent, begin ?? { x: 0, y: 0 }) : nearest(rect, here.values(), begin))
    }
    for (const [id, { x, y, width, height }] of here) spots.set(id, { x: Math.round(x), y: Math.round(y), width, height })
    const held = [...here.values()]
    const rim = box ? padding : 0
    return { width: reach(box?.width ?? 0, held, (one) => one.x + one.width + rim), height: reach(box?.height ?? 0, held, (one) => one.y + one.height + rim) }
  }
  const size = inside(undefined)
  return { direction: placed.direction, boxes: spots, lines: new Map(), ...size }
}

const reach = (least: number, all: readonly Mutable[], of: (one: Mutable) => number): number => all.reduce((most, one) => Math.max(most, of(one)), least)

/** From where the layout would have had them to where they were put: the middle one of all shifts. */
function shiftOf(pinned: ReadonlyMap<string, Mutable>, placed: Placed): { readonly x: number; readonly y: number } {
  const shifts = [...pinned].flatMap(([id, at]) => { const was = placed.boxes.get(id); return was ? [{ x: at.x - was.x, y: at.y - was.y }] : [] })
  const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
  return { x: middle(shifts.map(({ x }) => x)), y: middle(shifts.map(({ y }) => y)) }
}

/** Where a box that is put somewhere ends up: there, or on the nearest free place among those beside it. */
export function landing(structure: Structure, placed: Placed, id: string, at: { readonly x: number; readonly y: number }, moving: ReadonlySet<string> = new Set([id])): { readonly x: number; readonly y: number } | undefined {
  const { parentOf, children, boxes } = levelsOf(structure)
  const parent = parentOf.get(id)
  const size = placed.boxes.get(id)
  if (!size) return undefined
  const others = (children.get(parent) ?? []).flatMap((other) => { const spot = moving.has(other) ? undefined : placed.boxes.get(other); return spot ? [spot] : [] })
  const begin = parent === undefined ? undefined : insideOf(boxes.get(parent))
  const wanted = { x: Math.max(begin?.x ?? -Infinity, at.x), y: Math.max(begin?.y ?? -Infinity, at.y), width: size.width, height: size.height }
  // Closer together than a layout would put them is a person's own matter; one on the other is not.
  const { x, y } = others.every((one) => !touches(wanted, one, near)) ? wanted : closest(wanted, others, begin)
  return { x: Math.round(x), y: Math.round(y) }
}

/** Right beside, above or below one of those in the way: the free one of these places that is nearest. */
function closest(wanted: Mutable, others: readonly Mutable[], begin: { readonly x: number; readonly y: number } | undefined): { readonly x: number; readonly y: number } {
  const room = 12
  const tries = others.flatMap((one) => [
    { x: one.x - wanted.width - room, y: wanted.y }, { x: one.x + one.width + room, y: wanted.y }, { x: wanted.x, y: one.y - wanted.height - room }, { x: wanted.x, y: one.y + one.height + room },
  ]).filter(({ x, y }) => !begin || (x >= begin.x && y >= begin.y)).sort((a, b) => Math.hypot(a.x - wanted.x, a.y - wanted.y) - Math.hypot(b.x - wanted.x, b.y - wanted.y))
  return tries.find((one) => others.every((other) => !touches({ ...wanted, ...one }, other, room - 1))) ?? nearest(wanted, others, begin)
}

/** Pairs of boxes that cover each other, by where they stand: a kept one grew into another. */
export function overlapping(structure: Structure, placed: Placed): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = []
  for (const ids of levelsOf(structure).children.values()) {
    const sorted = ids.flatMap((id) => { const spot = placed.boxes.get(id); return spot ? [[id, spot] as const] : [] }).sort(([, a], [, b]) => a.x - b.x)
    sorted.forEach(([a, one], i) => {
      for (let next = i + 1; next < sorted.length; next++) {
        const [b, other] = sorted[next] ?? []
        if (b === undefined || !other || other.x >= one.x + one.width) break
        if (touches(one, other, 0)) pairs.push([a, b])
      }
    })
  }
  return pairs
}
