/** A person's own positions, as the page handles them: what is kept is told to the extension, which writes it; steps back, each when the text is again what it was. */
import { create } from 'zustand'
import type { Placed } from '../core/diagram/diagram.ts'
import { landing, overlapping } from '../core/layout/keep.ts'
import { structureOf } from '../core/layout/structure.ts'
import { driftOf, holding, outerBoxes, renamed, type Drift } from '../core/sidecar/drift.ts'
import { sectionOf, type KeptSpot, type ShownPositions, type SpotsChange } from '../core/sidecar/sidecar.ts'
import { send } from './host.ts'
import type { Laying } from './layout-worker.ts'
import { chosenOf, useStore, type Shown } from './store.ts'

interface Point {
  readonly x: number
  readonly y: number
}

/** A step, and the text that it was made over: it is taken back over the same, and what was done to the text since is taken back before. */
interface Step {
  readonly change: SpotsChange
  readonly text: string
}

interface Steps {
  /** Each leads back to before it; the last one last. */
  readonly back: readonly Step[]
  readonly forth: readonly Step[]
  /** A layout that takes its time. */
  readonly laying: Laying | undefined
}

export const usePositions = create<Steps>(() => ({ back: [], forth: [], laying: undefined }))

const keptIn = ({ positions, diagram }: Shown): readonly KeptSpot[] => positions?.kept[sectionOf(diagram.view)] ?? []

/** Positions are kept, and can be written. */
export const keeping = (shown: Shown | undefined): boolean => shown !== undefined && shown.positions !== null && shown.positions.broken === null

/** What of the kept holds in this picture. */
export const pinsOf = (shown: Shown): ReadonlyMap<string, KeptSpot> => holding(shown.diagram, keptIn(shown))

const lockedOf = new WeakMap<readonly KeptSpot[], ReadonlySet<string>>()
const nobody: ReadonlySet<string> = new Set()

/** The same set as long as the same is kept: every box asks for itself. */
export function lockedIds(shown: Shown | undefined): ReadonlySet<string> {
  if (!shown?.positions) return nobody
  const kept = keptIn(shown)
  const known = lockedOf.get(kept) ?? new Set(kept.flatMap(({ id, locked }) => (locked ? [id] : [])))
  lockedOf.set(kept, known)
  return known
}

export interface Parting extends Drift {
  /** Kept boxes of which one has grown into the other. */
  readonly covering: readonly (readonly [string, string])[]
}

/** Where what is kept and what is drawn part. */
export function partingOf(shown: Shown, placed: Placed): Parting {
  const drift = driftOf(shown.whole ?? shown.diagram, keptIn(shown))
  // What is in a closed box stands nowhere just now.
  return { ...drift, fresh: drift.fresh.filter((id) => placed.boxes.has(id)), covering: overlapping(structureOf(shown.diagram, placed.direction), placed) }
}

let showAgain: (positions: ShownPositions) => void = () => {}
/** Who draws the picture when places in it have changed. */
export const onPlaced = (act: (positions: ShownPositions) => void): void => { showAgain = act }

/** Tells the extension, and draws what will come of it: the file's answer says the same, or sets it right. */
function tell(change: SpotsChange, begin = false): SpotsChange | undefined {
  const { shown } = useStore.getState()
  if (!shown || (change.keep.length === 0 && change.drop.length === 0 && !begin)) return undefined
  const kept = shown.positions?.kept ?? { physical: [], tenant: [] }
  const touched = new Set([...change.keep.map(({ id }) => id), ...change.drop])
  const before = kept[change.section].filter(({ id }) => touched.has(id))
  send({ kind: 'positions', change, ...(begin && { begin: true }) })
  if (shown.positions) showAgain({ ...shown.positions, kept: { ...kept, [change.section]: [...kept[change.section].filter(({ id }) => !touched.has(id)), ...change.keep] } })
  return { section: change.section, keep: before, drop: [...touched].filter((id) => !before.some((spot) => spot.id === id)) }
}

const textNow = (): string => useStore.getState().shown?.text ?? ''

/** A step that can be taken back. */
function step(change: SpotsChange): void {
  const inverse = tell(change)
  if (inverse) usePositions.setState(({ back }) => ({ back: [...back, { change: inverse, text: textNow() }], forth: [] }))
}

/** True where there was something of ours to take back; else it is the text's turn. */
export function stepBack(): boolean {
  const { back, forth } = usePositions.getState()
  const last = back.at(-1)
  const inverse = last?.text === textNow() ? tell(last.change) : undefined
  if (!last || !inverse) return false
  usePositions.setState({ back: back.slice(0, -1), forth: [...forth, { change: inverse, text: last.text }] })
  return true
}

export function stepForth(): boolean {
  const { back, forth } = usePositions.getState()
  const last = forth.at(-1)
  const inverse = last?.text === textNow() ? tell(last.change) : undefined
  if (!last || !inverse) return false
  usePositions.setState({ back: [...back, { change: inverse, text: last.text }], forth: forth.slice(0, -1) })
  return true
}

/** From now on positions are kept: those of all that stands outside machines, as they are. */
export function keepPositions(): void {
  const { shown, placed } = useStore.getState()
  if (!shown || !placed) return
  useStore.setState({ panel: 'positions' })
  if (shown.positions === null) tell({ section: sectionOf(shown.diagram.view), keep: spotsOf(shown, placed, outerBoxes(shown.diagram).map(({ id }) => id)), drop: [] }, true)
}

function spotsOf(shown: Shown, placed: Placed, ids: readonly string[], locked: ReadonlySet<string> = lockedIds(shown)): readonly KeptSpot[] {
  const byId = new Map(shown.diagram.boxes.map((box) => [box.id, box]))
  return ids.flatMap((id) => {
    const [box, spot] = [byId.get(id), placed.boxes.get(id)]
    return box && spot ? [{ id, ...(box.parent !== undefined && { in: box.parent }), x: spot.x, y: spot.y, ...(locked.has(id) && { locked: true as const }) }] : []
  })
}

/** Puts boxes somewhere, each from its holder's corner; on others they do not land. */
export function putAt(spots: ReadonlyMap<string, Point>): void {
  const { shown, placed } = useStore.getState()
  if (!shown || !placed || !keeping(shown)) return
  const structure = structureOf(shown.diagram, placed.direction)
  const locked = lockedIds(shown)
  const moving = new Set([...spots.keys()].filter((id) => !locked.has(id)))
  const boxes = new Map(placed.boxes)
  for (const id of moving) {
    const at = landing(structure, { ...placed, boxes }, id, spots.get(id) ?? { x: 0, y: 0 }, moving)
    const spot = boxes.get(id)
    if (at && spot) boxes.set(id, { ...spot, ...at })
    moving.delete(id)
  }
  step({ section: sectionOf(shown.diagram.view), keep: spotsOf(shown, { ...placed, boxes }, [...spots.keys()].filter((id) => !locked.has(id))), drop: [] })
}

/** A step with the keyboard: over what is in the way to the next free place that way. */
export function nudge(dx: number, dy: number): void {
  const { shown, placed } = useStore.getState()
  if (!shown || !placed) return
  const locked = lockedIds(shown)
  const ids = chosenOf(useStore.getState()).filter((id) => placed.boxes.has(id) && !locked.has(id))
  const structure = structureOf(shown.diagram, placed.direction)
  const moving = new Set(ids)
  for (let far = 1; far <= 200; far++) {
    const spots = new Map(ids.flatMap((id) => { const spot = placed.boxes.get(id); return spot ? [[id, { x: spot.x + dx * far, y: spot.y + dy * far }] as const] : [] }))
    if (![...spots].every(([id, at]) => { const free = landing(structure, placed, id, at, moving); return free?.x === at.x && free.y === at.y })) continue
    return step({ section: sectionOf(shown.diagram.view), keep: ids.flatMap((id) => { const [at, [spot]] = [spots.get(id), spotsOf(shown, placed, [id])]; return at && spot ? [{ ...spot, ...at }] : [] }), drop: [] })
  }
}

/** Locks what is chosen where it stands; what is locked already is let go. */
export function toggleLock(ids: readonly string[] = chosenOf(useStore.getState())): void {
  const { shown, placed } = useStore.getState()
  if (!shown || !placed || !keeping(shown)) return
  const locked = lockedIds(shown)
  const free = ids.filter((id) => placed.boxes.has(id) && !locked.has(id))
  step({ section: sectionOf(shown.diagram.view), keep: free.length > 0 ? spotsOf(shown, placed, free, new Set(free)) : spotsOf(shown, placed, ids, new Set()), drop: [] })
}

/** Lines of what is gone go, lines of what stands elsewhere and of what has none are written as it stands, and who covers another makes room. */
export function cleanUp(): void {
  const { shown, placed } = useStore.getState()
  if (!shown || !placed) return
  const { gone, elsewhere, fresh, covering } = partingOf(shown, placed)
  const structure = structureOf(shown.diagram, placed.direction)
  const locked = lockedIds(shown)
  const boxes = new Map(placed.boxes)
  const apart = new Set<string>()
  for (const pair of covering) {
    // Who stands further down or right gives way.
    const [id] = [...pair].filter((one) => !locked.has(one)).sort((a, b) => (boxes.get(b)?.y ?? 0) + (boxes.get(b)?.x ?? 0) - (boxes.get(a)?.y ?? 0) - (boxes.get(a)?.x ?? 0))
    const spot = id === undefined ? undefined : boxes.get(id)
    const at = id !== undefined && spot && landing(structure, { ...placed, boxes }, id, spot)
    if (id === undefined || !spot || !at) continue
    boxes.set(id, { ...spot, ...at })
    apart.add(id)
  }
  const machines = new Set(outerBoxes(shown.diagram).map(({ id }) => id))
  const kept = new Set([...fresh, ...apart, ...elsewhere.filter((id) => machines.has(id))])
  step({ section: sectionOf(shown.diagram.view), keep: spotsOf(shown, { ...placed, boxes }, [...kept]), drop: [...gone, ...elsewhere.filter((id) => !machines.has(id))] })
}

/** What the layout has now found is kept, as far as it was kept before. */
export function keepWhatWasFound(placed: Placed, ids?: ReadonlySet<string>): void {
  const { shown } = useStore.getState()
  if (!shown || !keeping(shown)) return
  const locked = lockedIds(shown)
  const mine = keptIn(shown).map(({ id }) => id).filter((id) => !locked.has(id) && (ids?.has(id) ?? true))
  const now = new Map(keptIn(shown).map((spot) => [spot.id, spot]))
  step({ section: sectionOf(shown.diagram.view), keep: spotsOf(shown, placed, mine).filter((spot) => { const was = now.get(spot.id); return was?.x !== spot.x || was.y !== spot.y || was.in !== spot.in }), drop: [] })
}

const renames: (readonly [string, string])[] = []
/** A gesture gives something another name: when the text has it, or has it no longer, its place goes along. */
export const noteRename = (from: string, to: string): void => { if (from !== to) renames.push([from, to]) }

/** The names that have changed from the picture before to this one, as far as gestures have changed them. */
export function renamesBetween(before: Shown | undefined, now: Shown): readonly (readonly [string, string])[] {
  if (!before || renames.length === 0) return []
  const [was, is] = [before, now].map(({ diagram }) => new Set(diagram.boxes.map(({ id }) => id)))
  return renames.flatMap(([a, b]) => [[a, b], [b, a]] as const).filter(([from, to]) => was?.has(from) && !was.has(to) && is?.has(to) && !is.has(from))
}

/** Lines of the sidecar follow a name. */
export function followRename(shown: Shown, from: string, to: string): Shown {
  const section = sectionOf(shown.diagram.view)
  const kept = keptIn(shown)
  const { keep, drop } = renamed(kept, from, to)
  if (!keeping(shown) || !shown.positions || keep.length === 0 || kept.some(({ id }) => id === to)) return shown
  send({ kind: 'positions', change: { section, keep, drop } })
  const touched = new Set([...drop, ...keep.map(({ id }) => id)])
  return { ...shown, positions: { ...shown.positions, kept: { ...shown.positions.kept, [section]: [...kept.filter(({ id }) => !touched.has(id)), ...keep] } } }
}
