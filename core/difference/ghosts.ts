/** Two pictures in one: what is there now, with what was there before drawn as a ghost; and how each element fared. */
import type { Box, Diagram, Line } from '../diagram/diagram.ts'
import type { ElementDifference, Outcome } from './elements.ts'

export interface Ghosts {
  /** To be drawn beside the newer diagram's own; their parents are among those or among these. */
  readonly boxes: readonly Box[]
  readonly lines: readonly Line[]
  /** By the id of what is drawn: the newer picture's, or a ghost's. */
  readonly outcomes: Readonly<Record<string, Outcome>>
}

/** What stood elsewhere has an id of its own there. */
const was = (id: string): string => `was:${id}`

export function ghostsOf(before: Diagram, after: Diagram, elements: readonly ElementDifference[]): Ghosts {
  const outcomes = new Map<string, Outcome>()
  const [oldBoxes, newBoxes] = [new Map(before.boxes.map((box) => [box.id, box])), new Map(after.boxes.map((box) => [box.id, box]))]
  const moved = new Map(elements.flatMap(({ id, what }) => (what === 'moved' ? [[id, oldBoxes.get(id)?.parent] as const] : [])))
  const boxes: Box[] = []
  for (const box of before.boxes) {
    const now = newBoxes.get(box.id)
    const inside = moved.has(box.id) && now !== undefined && now.parent !== box.parent
    if (now && !inside) continue
    const id = inside ? was(box.id) : box.id
    // What stood in something that moved went with it.
    if (!inside && box.parent !== undefined && moved.has(box.parent)) continue
    const { badge: _badge, ...rest } = box
    boxes.push({ ...rest, id, ghost: true, facts: box.facts.map(({ name, value }) => ({ name, value })) })
    outcomes.set(id, inside ? 'moved' : 'removed')
  }
  for (const box of after.boxes) if (!oldBoxes.has(box.id)) outcomes.set(box.id, 'added')
  for (const { id, what, settings, derived } of elements) {
    if (what === 'added' || what === 'removed' || derived) continue
    if (newBoxes.has(id)) outcomes.set(id, what)
    // A bridge or device with a box of its own.
    for (const { path } of settings) {
      const device = `${id}:${/^(?:interfaces|ports)\.([^.]+)/.exec(path)?.[1] ?? ''}`
      if (newBoxes.has(device) && !outcomes.has(device)) outcomes.set(device, 'changed')
    }
  }
  return { boxes, lines: lineGhosts(before, after, elements, outcomes, new Set([...newBoxes.keys(), ...boxes.map(({ id }) => id)])), outcomes: Object.fromEntries(outcomes) }
}

/** A cable that is written from its other end is the same line. */
const endless = ({ id, kind }: Line): string => (kind === 'link' ? id.slice('link:'.length).split('-').sort().join('-') : id)

function lineGhosts(before: Diagram, after: Diagram, elements: readonly ElementDifference[], outcomes: Map<string, Outcome>, drawn: ReadonlySet<string>): readonly Line[] {
  const [old, now] = [new Map(before.lines.map((line) => [endless(line), line])), new Map(after.lines.map((line) => [endless(line), line]))]
  const changed = new Set(elements.filter(({ what }) => what === 'changed').map(({ id }) => id))
  const devices = elements.flatMap(({ id, settings, derived }) => (derived ? [] : settings.flatMap(({ path }) => { const name = /^interfaces\.([^.]+)/.exec(path)?.[1]; return name === undefined ? [] : [`${id}:${name}`] })))
  for (const [key, line] of now) {
    const earlier = old.get(key)
    if (!earlier) outcomes.set(line.id, 'added')
    else if (changed.has(line.id) || (line.kind === 'tunnel' && devices.some((end) => line.id.startsWith(`tunnel:${end}-`) || line.id.endsWith(`-${end}`)))) outcomes.set(line.id, 'changed')
  }
  return [...old].flatMap(([key, line]): Line[] => {
    const later = now.get(key)
    const ends = new Set([line.from, line.to])
    if (later && ends.has(later.from) && ends.has(later.to)) return []
    // What goes elsewhere now is drawn where it went, from the ghost of what moved where there is one.
    const end = (id: string): string => (later && drawn.has(was(id)) ? was(id) : id)
    const [from, to] = [end(line.from), end(line.to)]
    if (!drawn.has(from) || !drawn.has(to)) return []
    const { badge: _badge, ...rest } = line
    const ghost = { ...rest, id: later ? was(line.id) : line.id, from, to, ghost: true, facts: [] }
    if (later) outcomes.set(later.id, 'moved')
    outcomes.set(ghost.id, later ? 'moved' : 'removed')
    return [ghost]
  })
}

/** The newer picture with the ghosts in it; parents stand before what they hold. */
export function withGhosts(diagram: Diagram, { boxes, lines }: Pick<Ghosts, 'boxes' | 'lines'>): Diagram {
  const known = new Set(diagram.boxes.map(({ id }) => id))
  const kept = boxes.filter(({ id, parent }) => {
    if (known.has(id) || (parent !== undefined && !known.has(parent))) return false
    known.add(id)
    return true
  })
  const drawn = new Set(diagram.lines.map(({ id }) => id))
  return { ...diagram, boxes: [...diagram.boxes, ...kept], lines: [...diagram.lines, ...lines.filter(({ id, from, to }) => !drawn.has(id) && known.has(from) && known.has(to))] }
}
