/** Where boxes stand: as before, as a person put them, or as a worker lays them out, with a deadline and a way to stop it. */
import type { Diagram, Placed } from '../core/diagram/diagram.ts'
import { fallbackLayout } from '../core/layout/fallback.ts'
import { layout } from '../core/layout/index.ts'
import { honour, type Pins } from '../core/layout/keep.ts'
import type { Spot } from '../core/layout/pack.ts'
import { settle } from '../core/layout/settle.ts'
import { keyOf, structureOf, type Structure } from '../core/layout/structure.ts'
import { renamedId } from '../core/sidecar/drift.ts'
import { sectionOf } from '../core/sidecar/sidecar.ts'
import { layoutWorker, type Laying } from './layout-worker.ts'

/** Stands in for ELK where it may not be needed. */
const searchesNothing = { layout: (): Promise<never> => Promise.reject(new Error('this needs the worker')) }

export interface LayoutOptions {
  readonly direction: 'DOWN' | 'RIGHT'
  /** How many times as wide as high there is room. */
  readonly shape: number
  /** What a person put somewhere. */
  readonly pins: Pins
}

export interface LayoutClient {
  /** The positions; the same object while nothing changes. Undefined when a newer request overtook this one. */
  place(diagram: Diagram, options: LayoutOptions): Promise<Placed | undefined>
  /** Forgets where things stood, so that the next picture is laid out from nothing. */
  forget(): void
  /** These and what is in them look for places anew, among all others, which stay. */
  seekAnew(diagram: Diagram, options: LayoutOptions, ids: ReadonlySet<string>): Promise<Placed | undefined>
  /** What has another name stands where it stood. */
  rename(from: string, to: string): void
}

interface Pending {
  readonly key: string
  readonly placed: Promise<Placed | undefined>
}

interface Known {
  readonly key: string
  readonly pinned: string
  readonly structure: Structure
  readonly placed: Placed
}

/** `laying` hears how a layout goes that takes longer than a moment, and undefined when it has ended. */
export function layoutClient(laying: (now: Laying | undefined) => void): LayoutClient {
  const worker = layoutWorker(laying)
  let number = 0
  // A kind of places each: what stood somewhere stays there.
  const last = new Map<string, Known>()

  /** What is being laid out from nothing: asked for twice, it is done once. */
  let pending: Pending | undefined

  /** What is under way for another structure is of no use any more. */
  const overtake = (key: string): void => {
    if (!pending || pending.key === key) return
    pending = undefined
    worker.stop()
  }

  /** From nothing; undefined when it was overtaken. */
  const anew = (structure: Structure, key: string, shape: number): Promise<Placed | undefined> => {
    if (pending?.key === key) return pending.placed
    const current = (): boolean => pending?.key === key
    const run = async (): Promise<Placed | undefined> => {
      // Most pictures need no search for the least crossings, and are placed at once.
      const simple = await layout(structure, searchesNothing, shape).catch(() => undefined)
      if (simple || !current()) return simple
      const found = await worker.run(structure, shape)
      return current() ? found ?? fallbackLayout(structure) : undefined
    }
    const mine = { key, placed: run() }
    pending = mine
    void mine.placed.finally(() => { if (pending === mine) pending = undefined })
    return mine.placed
  }

  /** Where things stood in boxes that have been closed since. */
  const inner = new Map<string, { readonly parent: string; readonly spot: Spot }>()

  /** What is in a box that was closed and is open now: where it stood, or as the layout has it. */
  const withInsides = async (before: Known, structure: Structure, key: string, shape: number): Promise<Known> => {
    const known = new Set(before.structure.boxes.map(({ id }) => id))
    const holders = new Set(before.structure.boxes.flatMap(({ parent }) => (parent === undefined ? [] : [parent])))
    // A box that was there and held nothing, or one in such a box.
    const opened = new Set<string>()
    for (const { id, parent } of structure.boxes) if (parent !== undefined && !known.has(id) && (opened.has(parent) || (known.has(parent) && !holders.has(parent)))) opened.add(id)
    if (opened.size === 0) return before
    const own = structure.boxes.filter(({ id }) => opened.has(id))
    const section = [...last].find(([, one]) => one === before)?.[0] ?? ''
    const spots = new Map(own.flatMap(({ id, parent }) => { const was = inner.get(`${section} ${id}`); return was && was.parent === parent ? [[id, was.spot] as const] : [] }))
    const fresh = spots.size < own.length ? await anew(structure, key, shape) : undefined
    // All of them as they stood, or all as they are laid out now: half of each would overlap.
    const boxes = new Map([...before.placed.boxes, ...(fresh ? own.flatMap(({ id }) => { const spot = fresh.boxes.get(id); return spot ? [[id, spot] as const] : [] }) : spots)])
    // With their lines: what was joined inside is not joined just now.
    const lines = structure.lines.filter(({ from, to }) => opened.has(from) || opened.has(to))
    return { ...before, placed: { ...before.placed, boxes }, structure: { ...before.structure, boxes: [...before.structure.boxes, ...own], lines: [...before.structure.lines, ...lines] } }
  }

  return {
    forget() {
      last.clear()
      inner.clear()
    },
    async place(diagram, { direction, shape, pins }) {
      const structure = structureOf(diagram, direction)
      const [key, pinned, section] = [keyOf(structure), JSON.stringify([...pins].map(([id, { x, y }]) => [id, x, y])), sectionOf(diagram.view)]
      number++
      const mine = number
      overtake(key)
      const before = last.get(section)
      if (before?.key === key && before.pinned === pinned) return before.placed
      const reopened = before && before.key !== key ? await withInsides(before, structure, key, shape) : before
      if (mine !== number) return undefined
      const settled = before && reopened && (before.key === key ? before.placed : settle(structure, reopened.placed, reopened.structure))
      const base = settled ?? await anew(structure, key, shape)
      if (!base || mine !== number) return undefined
      const placed = honour(structure, base, pins, !settled)
      last.set(section, { key, pinned, structure, placed })
      for (const { id, parent } of structure.boxes) {
        const spot = placed.boxes.get(id)
        if (spot && parent !== undefined) inner.set(`${section} ${id}`, { parent, spot })
      }
      return placed
    },
    async seekAnew(diagram, { direction, shape, pins }, ids) {
      const structure = structureOf(diagram, direction)
      const before = last.get(sectionOf(diagram.view))
      number++
      const mine = number
      overtake(keyOf(structure))
      const fresh = await anew(structure, keyOf(structure), shape)
      if (!fresh || mine !== number) return undefined
      if (!before) return fresh
      const within = insideOfAny(structure, ids)
      const boxes = new Map([...before.placed.boxes].flatMap(([id, spot]) => (ids.has(id) ? [] : [[id, within.has(id) ? fresh.boxes.get(id) ?? spot : spot] as const])))
      const settled = settle(structure, { ...before.placed, boxes }, before.structure, 0) ?? fresh
      const placed = honour(structure, settled, pins, false)
      last.set(sectionOf(diagram.view), { key: keyOf(structure), pinned: '', structure, placed })
      return placed
    },
    rename(from, to) {
      const name = (id: string): string => renamedId(id, from, to)
      for (const [section, { structure, placed }] of last) {
        last.set(section, {
          key: '', pinned: '', placed: { ...placed, boxes: new Map([...placed.boxes].map(([id, spot]) => [name(id), spot])) },
          structure: { ...structure, boxes: structure.boxes.map((box) => ({ ...box, id: name(box.id), parent: box.parent === undefined ? undefined : name(box.parent) })), lines: structure.lines.map((line) => ({ from: name(line.from), to: name(line.to) })) },
        })
      }
    },
  }
}

/** What stands in one of these, at any depth. Holders come first. */
function insideOfAny({ boxes }: Structure, ids: ReadonlySet<string>): ReadonlySet<string> {
  const within = new Set<string>()
  for (const { id, parent } of boxes) if (parent !== undefined && (ids.has(parent) || within.has(parent))) within.add(id)
  return within
}
