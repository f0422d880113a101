/** Gestures on their way: asked of the core, shown as a proposal, carried out as one change of the text. */
import { create } from 'zustand'
import type { AddKind, Gesture, ShownPlan } from '../core/protocol.ts'
import { ask, send } from './host.ts'
import { noteRename } from './positions.ts'
import { isListed } from './listed.ts'
import { bringIntoSight, chosenOf, openMigration, select, useStore } from './store.ts'
import { t } from './l10n.ts'

export interface Proposal {
  readonly gesture: Gesture
  readonly plan: ShownPlan | undefined
  /** Of the text that the plan is for: the picture may be older. */
  readonly version?: number | undefined
  readonly failed: string | undefined
}

/** One end of a line is chosen, the other is being looked for. */
export interface Joining {
  readonly kind: 'connect' | 'tunnel' | 'move'
  /** Undefined: both ends are still looked for. */
  readonly from: string | undefined
}

interface Gestures {
  readonly proposal: Proposal | undefined
  readonly joining: Joining | undefined
  readonly copied: readonly string[]
  /** What the next picture should have chosen, and until which version it is waited for. */
  readonly afterwards: { readonly id: string; readonly until: number } | undefined
}

export const useGestures = create<Gestures>(() => ({ proposal: undefined, joining: undefined, copied: [], afterwards: undefined }))
const { getState: get, setState: set } = useGestures
let turn = 0
/** The plan for what was typed last is still being asked for; Enter waits for it. */
let asking = false
let wanted = false

/** Asks what would come of it; only the answer to the latest asking counts. */
async function plan(gesture: Gesture): Promise<Proposal | undefined> {
  const mine = ++turn
  const answer = await ask({ kind: 'plan', gesture })
  if (mine !== turn) return undefined
  return { gesture, plan: answer.kind === 'plan' ? answer.plan : undefined, version: answer.kind === 'plan' ? answer.version : undefined, failed: answer.kind === 'plan' ? undefined : answer.kind === 'failed' ? answer.why : t('an answer to another question came') }
}

/** Deletes, or copies, all that is chosen: one proposal and one change, however many. */
export function proposeForChosen(what: 'delete' | 'duplicate'): void {
  const ids = chosenOf(useStore.getState())
  const [id] = ids
  if (id === undefined) return
  if (ids.length === 1) void propose({ kind: what, id })
  else void propose({ kind: what === 'delete' ? 'delete-all' : 'copy', ids })
}

/** How many lines one stands for that would be deleted or renamed: it bears the name of the first, and nobody means just that. */
function bundledIn(gesture: Gesture): number {
  const ids = gesture.kind === 'delete' || gesture.kind === 'rename' ? [gesture.id] : gesture.kind === 'delete-all' ? gesture.ids : []
  return Math.max(0, ...(useStore.getState().shown?.diagram.lines ?? []).flatMap(({ id, count }) => (count !== undefined && count > 1 && ids.includes(id) ? [count] : [])))
}

export const bundleHint = (count: number): string => t('{0} lines stand here as one. Open what is closed at their ends, or take the layer “Bundles” off, to choose one of them.', count)

/** Many links at once; what is chosen is offered as patterns. */
export const linkChosen = (): void => void propose({ kind: 'link-many', ids: chosenOf(useStore.getState()) })

/** A new name for what is chosen, wherever the keyboard is. */
export function renameChosen(): void {
  const id = useStore.getState().selected
  if (id !== undefined) void propose({ kind: 'rename', id })
}

/** Remembers what to paste: by name, so that what is pasted is as it is then. The server is told, for the pictures of other files. */
export function copyChosen(): void {
  const ids = chosenOf(useStore.getState())
  set({ copied: ids })
  void ask({ kind: 'copied', ids })
}

export const paste = (): void => void propose({ kind: 'paste', ids: get().copied })

/** Shows what would come of a gesture, to be carried out or dropped. */
export async function propose(gesture: Gesture): Promise<void> {
  asking = wanted = false
  const many = bundledIn(gesture)
  if (many > 0) return useStore.setState({ refused: bundleHint(many) })
  set({ proposal: { gesture, plan: undefined, failed: undefined }, joining: undefined })
  const proposal = await plan(gesture)
  if (proposal && get().proposal) set({ proposal })
}

/** Carries a gesture out at once where nothing speaks against it; else it is shown. */
export async function perform(gesture: Gesture): Promise<void> {
  const proposal = await plan(gesture)
  if (!proposal) return
  if (proposal.plan && proposal.plan.faults.length === 0) carryOut(proposal.plan, proposal.version)
  else set({ proposal, joining: undefined })
}

/** Another choice in one of the plan's fields: what comes of it is asked anew. The field keeps what was typed. */
export async function answerField(key: string, value: string): Promise<void> {
  const { proposal } = get()
  if (!proposal || proposal.gesture.answers?.[key] === value) return
  const gesture: Gesture = { ...proposal.gesture, answers: { ...proposal.gesture.answers, [key]: value } }
  set({ proposal: { ...proposal, gesture } })
  asking = true
  wanted = false
  const next = await plan(gesture)
  // A value that is refused leaves the fields as they are, to be mended.
  if (!next) return
  asking = false
  if (get().proposal) set({ proposal: next.plan ? next : { ...proposal, gesture, failed: next.failed } })
  if (wanted) accept()
}

function carryOut(found: ShownPlan, version: number | undefined): void {
  const { shown } = useStore.getState()
  if (!shown) return
  // The same name again is no change.
  if (found.change.kind === 'several' && found.change.changes.length === 0) return dismiss()
  const { proposal } = get()
  if (proposal?.gesture.kind === 'rename' && found.selects !== undefined) noteRename(proposal.gesture.id, found.selects)
  send({ kind: 'change', version: version ?? shown.version, change: found.change, label: found.title })
  leaveMigration()
  set({ proposal: undefined, joining: undefined, ...(found.selects !== undefined && { afterwards: { id: found.selects, until: shown.version + 3 } }) })
}

export function accept(): void {
  const { proposal } = get()
  wanted = asking
  if (asking) return
  if (proposal?.plan && proposal.failed === undefined) carryOut(proposal.plan, proposal.version)
}

/** A guest that is not simulated any further needs no panel about it. */
function leaveMigration(): void {
  const { proposal, joining } = get()
  if (proposal?.gesture.kind === 'move' || proposal?.gesture.kind === 'move-all' || joining?.kind === 'move') useStore.setState(({ panel }) => ({ migration: undefined, ...(panel === 'migration' && { panel: 'inspector' as const }) }))
}

export function dismiss(): void {
  leaveMigration()
  set({ proposal: undefined, joining: undefined })
}

export function startJoining(kind: Joining['kind'], from: string | undefined): void {
  set({ joining: { kind, from }, proposal: undefined })
  if (from === undefined) return
  // Hosts show whether they can take it while one is being looked for.
  if (kind === 'move') void openMigration(from)
}

/** The other end is found. */
export function finishJoining(to: string): void {
  const { joining } = get()
  if (!joining || joining.from === to) return
  if (joining.from === undefined) return startJoining(joining.kind, to)
  if (joining.kind !== 'move') return void propose({ kind: joining.kind, from: joining.from, to })
  const host = serverOf(to)
  if (host !== undefined) void propose({ kind: 'move', guest: joining.from, host })
}

/** The server that a box is, or stands in. */
function serverOf(id: string): string | undefined {
  const boxes = useStore.getState().shown?.diagram.boxes ?? []
  for (let at = boxes.find((box) => box.id === id); at; at = boxes.find((box) => box.id === at?.parent)) if (at.kind === 'server') return at.id
  return undefined
}

/** New parts stand where they are dropped, or on what is chosen. */
export const addPart = (what: AddKind, on: string | undefined): Promise<void> => perform({ kind: 'add', what, ...(on !== undefined && { on }) })

let onSeeMoves: (planned: readonly { readonly vm: string; readonly to: string }[]) => void = () => {}
/** Who shows a plan of several moves. */
export const onMoves = (see: typeof onSeeMoves): void => { onSeeMoves = see }

/** A guest was dropped on a host: simulate first, or just move it. */
export function simulateMove(): void {
  const { proposal } = get()
  if (proposal?.gesture.kind === 'move-all') {
    const { moves } = proposal.gesture
    dismiss()
    return onSeeMoves(moves.map(({ guest, host }) => ({ vm: guest, to: host })))
  }
  if (proposal?.gesture.kind !== 'move') return
  dismiss()
  void openMigration(proposal.gesture.guest, proposal.gesture.host)
}

/** When the text has answered, what was made is chosen. */
export function chooseWhatWasMade(ids: ReadonlySet<string>, version: number): void {
  const { afterwards } = get()
  if (!afterwards) return
  if (ids.has(afterwards.id) || (isListed(afterwards.id) && version > afterwards.until - 3)) {
    set({ afterwards: undefined })
    select(afterwards.id, false)
    if (ids.has(afterwards.id)) bringIntoSight(afterwards.id)
  } else if (version > afterwards.until) set({ afterwards: undefined })
}
