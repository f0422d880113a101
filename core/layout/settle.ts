/** A layout that never jumps: what stood somewhere stays there, what is new stands beside its neighbours, what grew pushes only what it touches. */
import type { Placed } from '../diagram/diagram.ts'
import { insideOf, padding } from './inside.ts'
import { levelsOf, type Levels } from './levels.ts'
import type { Size, Spot } from './pack.ts'
import type { Structure } from './structure.ts'
import { drop, gap } from './units.ts'

/** A rectangle that is still being moved. */
export interface Mutable {
  x: number
  y: number
  width: number
  height: number
}

/** Undefined when less than this share of the picture is known from before: then it is better laid out anew. */
export function settle(structure: Structure, before: Placed, old: Structure, least = 0.5): Placed | undefined {
  if (structure.direction !== old.direction) return undefined
  const was = levelsOf(old)
  const levels = levelsOf(structure)
  const stays = (id: string): boolean => before.boxes.has(id) && was.parentOf.has(id) && was.parentOf.get(id) === levels.parentOf.get(id)
  const joiners = joinersOf(levels, was, stays, before)
  const kept = structure.boxes.filter(({ id }) => stays(id)).length
  if (kept === 0 || kept < structure.boxes.length * least) return undefined
  const spots = new Map<string, Spot>()
  const inside = (parent: string | undefined): Size => {
    const ids = levels.children.get(parent) ?? []
    const box = parent === undefined ? undefined : levels.boxes.get(parent)
    const begin = box ? insideOf(box) : { x: 0, y: 0 }
    const here = new Map<string, Mutable>()
    const grown: string[] = []
    const fresh: (readonly [string, Size])[] = []
    for (const id of ids) {
      const own = levels.boxes.get(id)
      if (!own) continue
      const size = levels.children.has(id) ? inside(id) : { width: own.width, height: own.height }
      const at = stays(id) && !joiners.has(id) ? before.boxes.get(id) : undefined
      if (!at) fresh.push([id, size])
      else {
        // Where the words above became more, what stands below them moves down.
        here.set(id, { x: box ? Math.max(at.x, begin.x) : at.x, y: box ? Math.max(at.y, begin.y) : at.y, ...size })
        if (size.width > at.width || size.height > at.height || (box && at.y < begin.y)) grown.push(id)
      }
    }
    push(here, grown, before)
    for (const [id, size] of fresh) here.set(id, place(id, size, here, levels, parent, begin))
    for (const [id, { x, y, width, height }] of here) spots.set(id, { x: Math.round(x), y: Math.round(y), width, height })
    const all = [...here.values()]
    const rim = box ? padding : 0
    return {
      width: Math.max(box?.width ?? 0, ...all.map((one) => one.x + one.width + rim)),
      height: Math.max(box?.height ?? 0, ...all.map((one) => one.y + one.height + rim)),
    }
  }
  const size = inside(undefined)
  return { direction: structure.direction, boxes: spots, lines: new Map(), ...size }
}

/** What no line joined to anything stood anywhere: when its first line comes, it goes where that leads. Of two such the larger stays. */
function joinersOf(levels: Levels, was: Levels, stays: (id: string) => boolean, before: Placed): ReadonlySet<string> {
  const joiners = new Set<string>()
  const area = (id: string): number => (before.boxes.get(id)?.width ?? 0) * (before.boxes.get(id)?.height ?? 0)
  for (const [parent, edges] of levels.edges) {
    const joined = new Set((was.edges.get(parent) ?? []).flat())
    const neighbours = new Map<string, string[]>()
    for (const [a, b] of edges) for (const [one, other] of [[a, b], [b, a]] as const) if (stays(one) && !joined.has(one)) neighbours.set(one, [...(neighbours.get(one) ?? []), other])
    for (const [id, others] of [...neighbours].sort(([a], [b]) => area(b) - area(a))) {
      if (others.some((other) => stays(other) && joined.has(other))) joiners.add(id)
      else joined.add(id)
    }
  }
  return joiners
}

export const touches = (a: Mutable, b: Mutable, room: number): boolean =>
  a.x < b.x + b.width + room && b.x < a.x + a.width + room && a.y < b.y + b.height + room && b.y < a.y + a.height + room

/** Boxes to the right of one that grew go right, those below it go down, as far as they must. */
export function push(here: Map<string, Mutable>, grown: string[], before: Placed): void {
  let steps = here.size * 4
  for (let id = grown.shift(); id !== undefined && steps-- > 0; id = grown.shift()) {
    const a = here.get(id)
    const was = before.boxes.get(id)
    if (!a || !was) continue
    for (const [other, b] of here) {
      const then = before.boxes.get(other)
      if (other === id || !then || !touches(a, b, 8)) continue
      if (then.x >= was.x + was.width - 1) b.x = a.x + a.width + Math.max(gap, Math.min(46, then.x - was.x - was.width))
      else if (then.y >= was.y + was.height - 1) b.y = a.y + a.height + Math.max(gap, Math.min(drop, then.y - was.y - was.height))
      else continue
      grown.push(other)
    }
  }
}

/** The nearest free place to where its neighbours would have it: below a higher one, above a lower one, beside its like. */
export function place(id: string, { width, height }: Size, here: ReadonlyMap<string, Mutable>, levels: Levels, parent: string | undefined, begin: { readonly x: number; readonly y: number }): Mutable {
  const tier = levels.tierOf(id)
  const neighbours = (levels.edges.get(parent) ?? []).flatMap(([a, b]) => (a === id ? [b] : b === id ? [a] : [])).filter((other) => here.has(other))
  const [hub] = neighbours
  const at = hub === undefined ? undefined : here.get(hub)
  let target = { x: begin.x, y: begin.y }
  if (hub !== undefined && at) {
    const other = levels.tierOf(hub)
    const siblings = (levels.edges.get(parent) ?? []).flatMap(([a, b]) => (a === hub ? [b] : b === hub ? [a] : [])).flatMap((one) => {
      const spot = here.get(one)
      return spot && levels.tierOf(one) === tier ? [spot] : []
    })
    target = other === tier ? { x: at.x + at.width + gap, y: at.y }
      : { x: at.x + (at.width - width) / 2, y: siblings.length > 0 ? Math.min(...siblings.map(({ y }) => y)) : other > tier ? at.y + at.height + drop : at.y - drop - height }
  } else {
    // Beside the last of its like, else below everything.
    const like = [...here].filter(([one]) => levels.boxes.get(one)?.kind === levels.boxes.get(id)?.kind).at(-1)?.[1]
    const last = like ?? [...here.values()].at(-1)
    if (last) target = like ? { x: last.x + last.width + gap, y: last.y } : { x: begin.x, y: Math.max(...[...here.values()].map((one) => one.y + one.height)) + gap }
  }
  return nearest({ ...target, width, height }, here.values(), parent === undefined ? undefined : begin)
}

/** The free place nearest to where something would be; `begin` is as far left and up as it may go. */
export function nearest({ x: wantedX, y: wantedY, width, height }: Mutable, others: Iterable<Mutable>, begin: { readonly x: number; readonly y: number } | undefined): Mutable {
  const all = [...others]
  const target = { x: Math.max(wantedX, begin?.x ?? -Infinity), y: Math.max(wantedY, begin?.y ?? -Infinity) }
  const free = (x: number, y: number): boolean => (!begin || (x >= begin.x && y >= begin.y)) && all.every((one) => !touches({ x, y, width, height }, one, gap - 2))
  const [across, down] = [Math.min(width + gap, 80), Math.min(height + gap, 60)]
  for (let ring = 0; ring <= 60; ring++) {
    for (let row = 0; row <= ring; row++) {
      const along = ring - row
      for (const [dx, dy] of [[along, row], [-along, row]] as const) {
        const [x, y] = [target.x + dx * across, target.y + dy * down]
        if (free(x, y)) return { x, y, width, height }
      }
    }
  }
  return { x: target.x, y: Math.max(target.y, ...all.map((one) => one.y + one.height + gap)), width, height }
}
