/** From afar a large picture is drawn with its machines closed: what stands in them is counted, and what is wrong there is summed. */
import type { Badge, Box, Diagram } from '../../core/diagram/diagram.ts'
import { severities } from '../../core/infra/problem.ts'

/** Smaller pictures are never closed. */
const many = 300
/** Below this zoom a guest's name cannot be read. */
const zoomOfClosing = 0.3

export const seenFromAfar = (diagram: Diagram | undefined, zoom: number): boolean => diagram !== undefined && diagram.boxes.length > many && zoom < zoomOfClosing

export interface Closed {
  /** What is not drawn, and the box that is drawn for it. */
  readonly shownBy: ReadonlyMap<string, string>
  /** Machines that stand for what is in them. */
  readonly boxes: ReadonlyMap<string, Box>
}

export function closeMachines(diagram: Diagram): Closed {
  const byId = new Map(diagram.boxes.map((box) => [box.id, box]))
  const shownBy = new Map<string, string>()
  const inside = new Map<string, Box[]>()
  for (const box of diagram.boxes) {
    // Parents come first: what holds this box is known already.
    const parent = box.parent === undefined ? undefined : byId.get(box.parent)
    const by = parent && (shownBy.get(parent.id) ?? (parent.kind === 'server' ? parent.id : undefined))
    if (by === undefined) continue
    shownBy.set(box.id, by)
    const list = inside.get(by)
    if (list) list.push(box)
    else inside.set(by, [box])
  }
  return { shownBy, boxes: new Map([...inside].flatMap(([id, held]) => { const box = byId.get(id); return box ? [[id, closedBox(box, held)] as const] : [] })) }
}

function closedBox(box: Box, held: readonly Box[]): Box {
  const badges = [box, ...held].flatMap(({ badge }) => (badge ? [badge] : []))
  const severity = severities.find((word) => badges.some((badge) => badge.severity === word))
  const badge: Badge | undefined = severity && { severity, count: badges.reduce((sum, { count }) => sum + count, 0), messages: badges.flatMap(({ messages }) => messages).slice(0, 4) }
  return { ...box, holds: held.filter(({ kind }) => kind === 'vm' || kind === 'container').length, ...(badge && { badge }) }
}
