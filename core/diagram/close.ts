/** Level of detail: a box that is closed stands for what is in it, with everything counted and summed; lines that then run alike are one. */
import { severities } from '../infra/problem.ts'
import { printSize } from '../address/quantity.ts'
import type { Badge, Box, Diagram, Line, Mark, Room, Use } from './diagram.ts'
import { heightOf, widthOf } from './sizes.ts'
import { t } from '../words.ts'

export interface Closed {
  readonly diagram: Diagram
  /** What is not drawn, and the closed box that is drawn for it. */
  readonly shownBy: ReadonlyMap<string, string>
  /** What each closed box is drawn for, in order. */
  readonly held: ReadonlyMap<string, readonly Box[]>
}

/** Only boxes that hold others are closed; of one in another the outer counts. */
export function closeBoxes(diagram: Diagram, ids: ReadonlySet<string>): Closed {
  const shownBy = new Map<string, string>()
  const held = new Map<string, Box[]>()
  for (const box of diagram.boxes) {
    // Parents come first: what holds this box is known already.
    const by = box.parent === undefined ? undefined : shownBy.get(box.parent) ?? (ids.has(box.parent) ? box.parent : undefined)
    if (by === undefined) continue
    shownBy.set(box.id, by)
    const list = held.get(by)
    if (list) list.push(box)
    else held.set(by, [box])
  }
  if (shownBy.size === 0) return { diagram, shownBy, held }
  const boxes = diagram.boxes.flatMap((box) => (shownBy.has(box.id) ? [] : [closedBox(box, held.get(box.id))]))
  return { diagram: { ...diagram, boxes, lines: bundled(diagram.lines, shownBy) }, shownBy, held }
}

/** The same boxes closed again, of which some say other things now and all stand where they stood; `open` gives a box as it is when it is not closed. */
export function closeAgain({ diagram, shownBy, held }: Closed, changed: ReadonlyMap<string, Box>, open: (id: string) => Box | undefined): Closed {
  const lists = new Map<string, Box[]>()
  const again = new Set<string>()
  for (const [id, box] of changed) {
    const by = shownBy.get(id)
    again.add(by ?? id)
    if (by === undefined) continue
    const list = lists.get(by) ?? [...held.get(by) ?? []]
    lists.set(by, list)
    list[list.findIndex((one) => one.id === id)] = box
  }
  const now = lists.size === 0 ? held : new Map([...held].map(([by, list]) => [by, lists.get(by) ?? list]))
  const boxes = diagram.boxes.map((box) => {
    const own = again.has(box.id) ? open(box.id) : undefined
    return own ? closedBox(own, now.get(box.id)) : box
  })
  return { diagram: { ...diagram, boxes }, shownBy, held: now }
}

function closedBox(box: Box, held: readonly Box[] | undefined): Box {
  if (!held) return box
  const all = [box, ...held]
  const room = sumOf(all.flatMap((one) => (one.room ? [one.room] : [])))
  // What is wrong with a device is told by its machine already.
  const badge = worstOf(all.flatMap((one) => (one.badge && (one === box || one.kind !== 'device') ? [one.badge] : [])))
  const counts = countsOf(held)
  const mark = box.mark && box.mark.look !== 'dim' ? box.mark : sumOfMarks(held.flatMap((one) => one.mark ?? [])) ?? box.mark
  // A server's own last words are its capacity, which is told with what is asked of it.
  const own = box.room && roomWords(box.room).length > 0 ? box.details.slice(0, -1) : box.details
  const details = [...(box.kind === 'server' || box.kind === 'vm' || box.kind === 'container' ? own.slice(0, 1) : []), ...(counts === '' ? [] : [counts]), ...roomWords(room)]
  return {
    ...box, closed: true, details, holds: held.reduce((sum, one) => sum + (guests.has(one.kind) ? 1 : 0) + one.holds, 0), ...(badge && { badge }), ...(room && { room }), ...(mark && { mark }),
    // Room for the handle that opens it and for how many it holds.
    width: widthOf(box.label, details) + 40, height: heightOf(details),
  }
}

/** What a view says of what is inside, the most telling first; a box that is merely dim or fine says nothing. */
const telling: readonly Mark['look'][] = ['lost', 'removed', 'full', 'moved', 'added', 'changed', 'unsure', 'high', 'hears', 'carries', 'under', 'reached', 'gone']

/** One mark for all that is closed away: the most telling, with how many there are of it. */
export function sumOfMarks(marks: readonly Mark[]): Mark | undefined {
  const look = telling.find((one) => marks.some((mark) => mark.look === one))
  const alike = marks.filter((mark) => mark.look === look)
  const [first] = alike
  return first && { look: first.look, word: `${alike.length}${first.word ?? ''}`, said: `${alike.length} × ${first.said}` }
}

/** Of lines that are drawn as one: the most telling, counted where all that say it say the same; a figure is not counted. */
export function markOfBundle(marks: readonly Mark[]): Mark | undefined {
  const [first] = marks
  const told = sumOfMarks(marks)
  if (!told || marks.length === 1) return first
  const alike = marks.filter(({ look }) => look === told.look)
  return alike.every(({ word }) => word === alike[0]?.word) ? told : alike[0]
}

const guests: ReadonlySet<string> = new Set(['vm', 'container'])

const plurals: readonly (readonly [Box['kind'], string, string])[] = [
  ['rack', 'rack', 'racks'], ['server', 'server', 'servers'], ['vm', 'VM', 'VMs'], ['container', 'container', 'containers'], ['switch', 'switch', 'switches'], ['router', 'router', 'routers'], ['network', 'network', 'networks'],
]
/** "2 racks, 8 servers, 40 VMs": what a person counts; bridges and devices are not. */
const countsOf = (held: readonly Box[]): string => plurals.flatMap(([kind, one, many]) => {
  const count = held.filter((box) => box.kind === kind).length
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]
}).slice(0, 3).join(', ')

/** The worst severity, all counted, the first few messages. */
export function worstOf(badges: readonly Badge[]): Badge | undefined {
  const severity = severities.find((word) => badges.some((badge) => badge.severity === word))
  return severity && { severity, count: badges.reduce((sum, { count }) => sum + count, 0), messages: badges.flatMap(({ messages }) => messages).slice(0, 4) }
}

const plus = (a: Use, b: Use): Use => ({ asked: a.asked + b.asked, has: a.has + b.has, unknown: a.unknown + b.unknown })
const sumOf = (rooms: readonly Room[]): Room | undefined => (rooms.length === 0 ? undefined : rooms.reduce((sum, room) => ({ cpus: plus(sum.cpus, room.cpus), memory: plus(sum.memory, room.memory) })))

/** "12 of 64 CPU": at least so much is asked for where somebody does not say. */
export const roomWords = (room: Room | undefined): readonly string[] => (room ? [
  ...(room.cpus.has > 0 ? [t`${least(room.cpus)}${room.cpus.asked} of ${room.cpus.has} CPU`] : []), ...(room.memory.has > 0 ? [t`${least(room.memory)}${printSize(room.memory.asked)} of ${printSize(room.memory.has)}`] : []),
] : [])
const least = ({ unknown }: Use): string => (unknown > 0 ? '≥ ' : '')

/** Lines between the same two boxes, of one kind, become one that counts them, where an end of them has been closed away. */
function bundled(lines: readonly Line[], shownBy: ReadonlyMap<string, string>): readonly Line[] {
  const bundles = new Map<string, Line[]>()
  const out: (Line | readonly Line[])[] = []
  for (const line of lines) {
    const [from, to] = [shownBy.get(line.from) ?? line.from, shownBy.get(line.to) ?? line.to]
    if (from === line.from && to === line.to) {
      out.push(line)
      continue
    }
    // What runs inside a closed box is not seen.
    if (from === to) continue
    const key = [line.kind, ...[from, to].sort(), line.ghost ? 'ghost' : ''].join('\n')
    const known = bundles.get(key)
    const moved = { ...line, from, to }
    if (known) known.push(moved)
    else {
      const bundle = [moved]
      bundles.set(key, bundle)
      out.push(bundle)
    }
  }
  return out.map((one) => (isBundle(one) ? bundleOf(one) : one))
}

const isBundle = (one: Line | readonly Line[]): one is readonly Line[] => Array.isArray(one)

/** One line for several: under the first one's name, so that it can be chosen and its text be shown. */
export function bundleOf(lines: readonly Line[]): Line {
  const [first, ...rest] = lines
  if (!first) throw new RangeError('a bundle holds a line')
  if (rest.length === 0) return first
  const { fromLabel: _from, toLabel: _to, label: _label, badge: _badge, mark: _mark, tenant, color, ...plain } = first
  const badge = worstOf(lines.flatMap((line) => (line.badge ? [line.badge] : [])))
  const labels = new Set(lines.map(({ label }) => label))
  const mark = markOfBundle(lines.flatMap((line) => line.mark ?? []))
  const oneOwner = rest.every((line) => line.tenant === tenant && line.color === color)
  return {
    ...plain, count: lines.reduce((sum, line) => sum + (line.count ?? 1), 0), broken: lines.every((line) => line.broken), ...(badge && { badge }), ...(mark && { mark }), ...(labels.size === 1 && first.label !== undefined && { label: first.label }),
    ...(oneOwner && tenant !== undefined && { tenant }), ...(oneOwner && color !== undefined && { color }),
    facts: lines.slice(0, 20).map((line) => ({ name: line.label ?? line.kind, value: [line.fromLabel, line.toLabel].filter((name) => name !== undefined).join(' – ') || line.id })),
  }
}

/** So many tunnels between the same two machines are drawn apart; more are one line that counts them. */
const mostApart = 3

/** Overlays bundled between the machines that they join; those that are down, or there no longer, in bundles of their own. */
export function bundleTunnels(diagram: Diagram): Diagram {
  const byId = new Map(diagram.boxes.map((box) => [box.id, box]))
  const machineOf = (id: string): string => {
    const box = byId.get(id)
    return (box?.kind === 'bridge' || box?.kind === 'device') && box.parent !== undefined ? box.parent : id
  }
  const bundles = new Map<string, Line[]>()
  const keyOf = (line: Line): string => [...[machineOf(line.from), machineOf(line.to)].sort(), line.broken, line.ghost ?? false].join('\n')
  const bundleAt = new Map<Line, Line[]>()
  for (const line of diagram.lines) {
    if (line.kind !== 'tunnel') continue
    const key = keyOf(line)
    const bundle = bundles.get(key) ?? []
    bundles.set(key, bundle)
    bundle.push(line)
    bundleAt.set(line, bundle)
  }
  if (![...bundles.values()].some((lines) => lines.length > mostApart)) return diagram
  const lines = diagram.lines.flatMap((line): Line[] => {
    const bundle = bundleAt.get(line)
    if (!bundle || bundle.length <= mostApart) return [line]
    return bundle[0] === line ? [bundleOf(bundle.map((one) => ({ ...one, from: machineOf(line.from), to: machineOf(line.to) })))] : []
  })
  return { ...diagram, lines }
}

/** Without the colours of those who own things. */
export function withoutOwners(diagram: Diagram): Diagram {
  const plain = <T extends Box | Line>({ color: _color, ...rest }: T): Omit<T, 'color'> => rest
  return { ...diagram, tenants: [], boxes: diagram.boxes.map((box) => plain(box)), lines: diagram.lines.map((line) => plain(line)) }
}
