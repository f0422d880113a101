/** Several moves planned as one: who is in the plan, what would come of it. The text knows nothing of it until it is applied. */
import { create } from 'zustand'
import type { PaceKind, ShownJoint, ShownTarget, Wanted } from '../core/protocol.ts'
import { movable } from './canvas/flow.ts'
import { perform, propose } from './gestures.ts'
import { ask } from './host.ts'
import { t } from './l10n.ts'
import { useStore } from './store.ts'

export interface Planned {
  readonly vm: string
  /** Undefined: a host has still to be chosen. */
  readonly to: string | undefined
}

interface Moves {
  readonly planned: readonly Planned[]
  readonly pace: PaceKind
  readonly plan: ShownJoint | undefined
  readonly failed: string | undefined
  readonly asking: boolean
  /** Every host of a guest, judged for it alone. */
  readonly targets: ReadonlyMap<string, readonly ShownTarget[]>
}

export const useMoves = create<Moves>(() => ({ planned: [], pace: 'at-once', plan: undefined, failed: undefined, asking: false, targets: new Map() }))
const { getState: get, setState: set } = useMoves

const aimed = ({ planned }: Pick<Moves, 'planned'>): readonly Wanted[] => planned.flatMap(({ vm, to }) => (to === undefined ? [] : [{ vm, to }]))

let turn = 0
/** Asks anew, hosts as well when the text has changed; only the answer to the latest asking counts. What was answered stays until then. */
export async function askMoves(anew = false): Promise<void> {
  const mine = ++turn
  const { planned, pace, targets } = get()
  const wanted = aimed(get())
  set({ asking: wanted.length > 0, ...(wanted.length === 0 && { plan: undefined, failed: undefined }) })
  const missing = planned.filter(({ vm }) => anew || !targets.has(vm))
  const [answer, found] = await Promise.all([
    wanted.length > 0 ? ask({ kind: 'together', moves: wanted, pace }) : undefined,
    Promise.all(missing.map(async ({ vm }) => [vm, await ask({ kind: 'targets', vm })] as const)),
  ])
  if (mine !== turn) return
  set((state) => ({
    asking: false, targets: new Map([...state.targets, ...found.map(([vm, one]) => [vm, one.kind === 'targets' ? one.targets : []] as const)]),
    ...(answer && (answer.kind === 'together' ? { plan: answer.plan, failed: undefined } : { plan: undefined, failed: answer.kind === 'failed' ? answer.why : t('an answer to another question came') })),
  }))
}

const change = (planned: readonly Planned[]): void => {
  set({ planned })
  void askMoves()
}

/** The panel with these in it and nobody else. */
export function openMoves(planned: readonly Planned[]): void {
  const already = useStore.getState().panel === 'moves'
  useStore.setState({ panel: 'moves', migration: undefined })
  // Every host is to be seen beside the panel, once that has taken its room.
  if (!already) setTimeout(() => useStore.setState((state) => ({ fit: state.fit + 1 })), 120)
  change(planned)
}

/** One more, or another host for one who is in it already. */
export const aim = (vm: string, to: string | undefined): void => change(get().planned.some((one) => one.vm === vm) ? get().planned.map((one) => (one.vm === vm ? { vm, to } : one)) : [...get().planned, { vm, to }])
export const aimAll = (to: string): void => change(get().planned.map(({ vm }) => ({ vm, to })))
export const leaveOut = (vm: string): void => change(get().planned.filter((one) => one.vm !== vm))
export function setPace(pace: PaceKind): void {
  set({ pace })
  void askMoves()
}

const asGesture = (): readonly { readonly guest: string; readonly host: string }[] => aimed(get()).map(({ vm, to }) => ({ guest: vm, host: to }))

/** One change of the text, and one step to undo. */
export function applyMoves(): void {
  const ids = get().planned.map(({ vm }) => vm)
  void perform({ kind: 'move-all', moves: asGesture() })
  set({ planned: [], plan: undefined, failed: undefined })
  useStore.setState({ panel: 'inspector', selected: ids.at(-1), also: ids.slice(0, -1) })
}

export const expectMoves = (): Promise<void> => propose({ kind: 'expect-moves', moves: asGesture() })

/** The machine that a box stands on: a server, or for a container a VM. */
export function hostOfBox(id: string): string | undefined {
  const boxes = useStore.getState().shown?.diagram.boxes ?? []
  const box = boxes.find((one) => one.id === id)
  for (let at = boxes.find((one) => one.id === box?.parent); at; at = boxes.find((one) => one.id === at?.parent)) if (at.kind === 'server' || at.kind === 'vm') return at.id
  return undefined
}

/** Of what is chosen, those that can move. */
export function guestsAmong(ids: readonly string[]): readonly string[] {
  const boxes = useStore.getState().shown?.diagram.boxes ?? []
  return ids.filter((id) => boxes.some((box) => box.id === id && movable(box) && !box.ghost))
}

/** The two hosts of two guests, each other's. */
export function swapOf(ids: readonly string[]): readonly Planned[] | undefined {
  const [a, b] = guestsAmong(ids)
  if (ids.length !== 2 || a === undefined || b === undefined) return undefined
  const [here, there] = [hostOfBox(a), hostOfBox(b)]
  return here === undefined || there === undefined || here === there ? undefined : [{ vm: a, to: there }, { vm: b, to: here }]
}
