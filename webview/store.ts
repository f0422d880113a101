/** The last thing shown, the selection, the open panel: nothing that is not visible. */
import { create } from 'zustand'
import type { Diagram, DiagramView, Line, Placed } from '../core/diagram/diagram.ts'
import { wayTo } from '../core/diagram/part.ts'
import type { MigrationMode } from '../core/infra/parts.ts'
import type { Answer, PacketQuestion, Show, ShownFailure, ShownMigration, ShownReach, ShownTarget, ShownTrace, ShownWhyNot } from '../core/protocol.ts'
import { ask, keep, kept, send } from './host.ts'
import { t } from './l10n.ts'

/** `whole`: with what is in closed boxes. */
export type Shown = Show & { readonly whole?: Diagram }

export interface MigrationState {
  readonly vm: string
  readonly to: string | undefined
  readonly mode: MigrationMode
  readonly targets: readonly ShownTarget[] | undefined
  readonly report: ShownMigration | undefined
  readonly failed: string | undefined
  /** The move is being simulated; while a guest is dragged it is not yet. */
  readonly simulating?: boolean
  /** The guest is on its way under the pointer: hosts show what they say without a panel. */
  readonly held?: boolean
  /** Whose way is drawn, before and after. */
  readonly peer?: string | undefined
}

export interface TraceState {
  readonly from: string | undefined
  readonly to: string | undefined
  readonly proto: 'icmp' | 'tcp' | 'udp'
  readonly port: string
  readonly size: string
  readonly df: boolean
  readonly trace: ShownTrace | undefined
  readonly failed: string | undefined
  /** Which hop is shown: forward ones first, then the reply's. */
  readonly step: number
  readonly playing: boolean
  /** What would let it arrive, once somebody asked. */
  readonly whyNot?: ShownWhyNot | undefined
  readonly asking?: boolean
}

/** `networks`: every broadcast domain in a colour, at first not shown. `tenants`: the colours of those who own things. `bundles`: many tunnels between two machines are one line. */
export const layerNames = ['links', 'attachments', 'tunnels', 'bundles', 'storage', 'tenants', 'networks', 'labels'] as const
export type Layer = (typeof layerNames)[number]

export type Panel = 'inspector' | 'migration' | 'moves' | 'plans' | 'trace' | 'reach' | 'failure' | 'difference' | 'networks' | 'load' | 'positions'

interface State {
  readonly shown: Shown | undefined
  readonly placed: Placed | undefined
  readonly selected: string | undefined
  /** What is chosen beside it, by Shift, a rubber band or Ctrl+A. */
  readonly also: readonly string[]
  /** Counts up whenever the selection should be brought into sight. */
  readonly centre: number
  /** And so near that it can be read: it was looked for. */
  readonly near?: boolean
  readonly panel: Panel | undefined
  /** The list from which a trace was opened, to lead back to it. */
  readonly cameFrom?: Panel | undefined
  readonly searching: boolean
  /** Boxes that a person has closed, and servers of a very large network that they have opened. */
  readonly closed: readonly string[]
  readonly opened: readonly string[]
  /** Only this box and what is in it is drawn. */
  readonly entered?: string | undefined
  /** The formats of a picture are offered. */
  readonly saving: boolean
  readonly view: DiagramView
  /** In the tenant view: whose alone. */
  readonly tenant: string | undefined
  readonly layers: Readonly<Record<Layer, boolean>>
  readonly migration: MigrationState | undefined
  readonly trace: TraceState
  readonly reach: { readonly from: string | undefined; readonly answer?: ShownReach | undefined; readonly failed?: string | undefined }
  readonly failure: { readonly id: string; readonly answer?: ShownFailure | undefined; readonly failed?: string | undefined } | undefined
  readonly refused: string | undefined
  readonly fit: number
}

const startTrace: TraceState = { from: undefined, to: undefined, proto: 'icmp', port: '80', size: '84', df: false, trace: undefined, failed: undefined, step: 0, playing: false }

export const useStore = create<State>(() => ({
  shown: undefined, placed: undefined, selected: undefined, also: [], centre: 0, panel: undefined, searching: false, saving: false, closed: kept().closed ?? [], opened: [], view: kept().view ?? 'physical', tenant: kept().tenant,
  layers: { links: true, attachments: true, tunnels: true, bundles: true, storage: true, tenants: true, networks: false, labels: true, ...kept().layers }, migration: undefined, trace: startTrace, reach: { from: undefined }, failure: undefined, refused: undefined, fit: 0,
}))

const { getState: get, setState: set } = useStore

/** Selecting here shows the line there; `focus` takes the keyboard along. */
export function select(id: string | undefined, reveal = true): void {
  set({ selected: id, refused: undefined, ...(id !== undefined && get().panel === undefined && { panel: 'inspector' as const }) })
  const { trace, panel } = get()
  if (panel === 'reach' && id !== undefined && !id.includes(':')) set({ reach: { from: id } })
  if (panel === 'trace' && id !== undefined && !id.includes(':')) {
    if (trace.from === undefined || trace.to !== undefined) set({ trace: { ...startTrace, proto: trace.proto, port: trace.port, size: trace.size, df: trace.df, from: id } })
    else if (id !== trace.from) {
      set({ trace: { ...trace, to: id } })
      void runTrace()
    }
  }
  if (id !== undefined && reveal) send({ kind: 'reveal', id, focus: false })
}

/** Whatever else chooses one thing chooses only that. */
useStore.subscribe((now, before) => {
  if (now.selected !== before.selected && now.also === before.also && now.also.length > 0) set({ also: [] })
})

/** Everything that is chosen, in the order of choosing. */
export const chosenOf = ({ selected, also }: Pick<State, 'selected' | 'also'>): readonly string[] => (selected === undefined ? also : [...also.filter((id) => id !== selected), selected])

/** One more, or one less. */
export function selectAlso(id: string): void {
  const before = chosenOf(get())
  selectAll(before.includes(id) ? before.filter((one) => one !== id) : [...before, id])
}

/** All of these and nothing else; the last is the one that the panel is about. */
export const selectAll = (ids: readonly string[]): void => set({ selected: ids.at(-1), also: ids.slice(0, -1), refused: undefined, ...(ids.length > 0 && get().panel === undefined && { panel: 'inspector' as const }) })

let again: (ids?: readonly string[]) => void = () => {}
/** Who lays out when a person asks for it. */
export const onLayOutAgain = (act: (ids?: readonly string[]) => void): void => { again = act }
/** All, or only these, which find places among the others. */
export const layOutAgain = (ids?: readonly string[]): void => again(ids)

/** Shows only a box and what is in it; undefined shows everything again. */
export const enter = (id: string | undefined): void => set((state) => ({ entered: id, fit: state.fit + 1 }))

export function bringIntoSight(id: string): void {
  const seek = (): void => set((state) => ({ selected: id, centre: state.centre + 1, near: true }))
  const opening = unfoldTo(id)
  if (opening) void opening.then(seek)
  else seek()
}

/** Milliseconds that a picture with another machine open is waited for. */
const patience = 15_000

/** Opens a machine that the core drew closed, and brings what is in it into sight as soon as it has a place. */
export function openAround(machine: string, id: string): void {
  const end = performance.now() + patience
  const stop = useStore.subscribe(({ placed }) => {
    if (placed?.boxes.has(id) === true) {
      stop()
      bringIntoSight(id)
    } else if (performance.now() > end) stop()
  })
  void fold([machine], false)
}

export function showView(view: DiagramView, tenant?: string): void {
  set({ view, tenant, selected: undefined, entered: undefined })
  keep({ view, tenant })
  askView()
}

/** Asks for the picture of this view, with those machines open that are open here. */
function askView(): void {
  const { view, tenant, opened } = get()
  send({ kind: 'view', view, ...(tenant !== undefined && { tenant }), ...(opened.length > 0 && { open: opened }) })
}

let drawAgain: () => Promise<void> = () => Promise.resolve()
/** Who draws when other boxes are closed. */
export const onFolded = (act: () => Promise<void>): void => { drawAgain = act }

/** Closes boxes that hold others, so that they stand for what is in them; or opens them again. */
export function fold(ids: readonly string[], shut: boolean): Promise<void> {
  const { shown, closed, opened } = get()
  const boxes = shown?.diagram.boxes.filter(({ id }) => ids.includes(id)) ?? []
  // Of a very large network the core leaves out what is in its servers: these are asked for.
  const asked = shut ? [] : boxes.filter((box) => box.closed && !closed.includes(box.id)).map(({ id }) => id)
  const now = shut ? [...new Set([...closed, ...boxes.filter((box) => !box.closed).map(({ id }) => id)])] : closed.filter((id) => !ids.includes(id))
  set({ closed: now, opened: [...new Set([...opened, ...asked])] })
  keep({ closed: now })
  if (asked.length > 0) askView()
  return drawAgain()
}

/** All servers closed; or, where all are, all open. */
export function foldMachines(): void {
  const { shown } = get()
  const servers = shown?.diagram.boxes.filter((box) => box.kind === 'server' && (box.closed || shown.diagram.boxes.some(({ parent }) => parent === box.id))) ?? []
  if (servers.length > 0) void fold(servers.map(({ id }) => id), servers.some((box) => !box.closed))
}

/** What holds a box is opened, so that it can be seen; undefined where nothing had to be. */
export function unfoldTo(id: string): Promise<void> | undefined {
  const { shown, closed } = get()
  const whole = shown?.whole ?? shown?.diagram
  const way = whole ? wayTo(whole, id).slice(0, -1).map((box) => box.id).filter((one) => closed.includes(one)) : []
  return way.length > 0 ? fold(way, false) : undefined
}

/** What is visible of the diagram, layers taken off: for the canvas and for what is saved. */
export const layerOf: Readonly<Record<Line['kind'], Layer>> = { link: 'links', attach: 'attachments', member: 'storage', tunnel: 'tunnels' }

export function toggleLayer(layer: Layer): void {
  const layers = { ...get().layers, [layer]: !get().layers[layer] }
  set({ layers })
  keep({ layers })
  if (layer === 'bundles' || layer === 'tenants') void drawAgain()
}

const failedOf = (answer: Answer): string => (answer.kind === 'failed' ? answer.why : t('an answer to another question came'))

/** Opens the migration panel; with a target it is simulated at once. While a guest is dragged only the hosts show what they say: a panel would cover some. */
export async function openMigration(vm: string, to?: string, inPanel = true): Promise<void> {
  // What a person has chosen for this guest; else the file's own mode comes with the answer.
  const before = get().migration
  const chosen = before?.vm === vm ? before.mode : undefined
  const mode = chosen ?? 'pre-copy'
  set({ ...(inPanel && { panel: 'migration' as const }), migration: { vm, to, mode, targets: undefined, report: undefined, failed: undefined, ...(!inPanel && { held: true }) } })
  const answer = await ask({ kind: 'targets', vm, ...(chosen && { mode: chosen }) })
  const current = get().migration
  if (current?.vm !== vm) return
  if (answer.kind === 'targets') set({ migration: { ...current, mode: answer.mode, targets: answer.targets } })
  else set({ migration: { ...current, targets: [], failed: failedOf(answer) } })
  if (to !== undefined) await simulate(to)
}

export async function simulate(to: string, mode = get().migration?.mode ?? 'pre-copy'): Promise<void> {
  const start = get().migration
  if (!start) return
  set({ migration: { ...start, to, mode, report: undefined, failed: undefined, simulating: true } })
  const answer = await ask({ kind: 'migrate', vm: start.vm, to, mode })
  const now = get().migration
  if (now?.vm !== start.vm || now.to !== to || now.mode !== mode) return
  set({ migration: answer.kind === 'migrate' ? { ...now, report: answer.report } : { ...now, failed: failedOf(answer) } })
}

export function applyMigration(): void {
  const { migration, shown } = get()
  if (!migration?.to || !shown) return
  send({ kind: 'change', version: shown.version, change: { kind: 'move', guest: migration.vm, host: migration.to }, label: `Move ${migration.vm} to ${migration.to}` })
  set({ panel: 'inspector', migration: undefined, selected: migration.vm })
}

export function openTrace(from?: string, to?: string): void {
  const { panel } = get()
  set({ panel: 'trace', ...(panel !== 'trace' && { cameFrom: from !== undefined && to !== undefined && panel !== 'inspector' && panel !== 'positions' ? panel : undefined }), trace: { ...get().trace, from: from ?? get().trace.from, to, trace: undefined, failed: undefined, step: 0, playing: false } })
  if (from !== undefined && to !== undefined) void runTrace()
}

export const changeTrace = (change: Partial<TraceState>): void => set((state) => ({ trace: { ...state.trace, ...change } }))

/** What is asked of a trace; undefined until both ends are known. */
export const packetOf = ({ from, to, proto, df, size, port }: TraceState): PacketQuestion | undefined =>
  from === undefined || to === undefined ? undefined : { from, to, proto, size: Number(size), df, ...(proto !== 'icmp' && Number.isInteger(Number(port)) && { port: Number(port) }) }

/** Draws the way of a peer's packets before and after the move, or no longer. */
export const showWay = (peer: string): void => set(({ migration }) => (migration ? { migration: { ...migration, peer: migration.peer === peer ? undefined : peer } } : {}))

/** Colours the picture by whom a node reaches. */
export const openReach = (from?: string): void => set({ panel: 'reach', reach: { from } })

export async function askReach(from: string): Promise<void> {
  const answer = await ask({ kind: 'reach', from })
  // Another node may have been clicked in the meantime.
  if (get().reach.from === from) set({ reach: { from, ...(answer.kind === 'reach' ? { answer: answer.reach } : { failed: failedOf(answer) }) } })
}

/** Asks what breaks when a node or a link fails. */
export const openFailure = (id: string): void => set({ panel: 'failure', failure: { id } })

export async function askFailure(id: string): Promise<void> {
  const answer = await ask({ kind: 'failure', id })
  if (get().failure?.id === id) set({ failure: { id, ...(answer.kind === 'failure' ? { answer: answer.failure } : { failed: failedOf(answer) }) } })
}

/** Asks for what would let the packet arrive. */
export async function askWhyNot(): Promise<void> {
  const { trace } = get()
  const packet = packetOf(trace)
  if (!packet || !trace.trace) return
  changeTrace({ asking: true })
  const answer = await ask({ kind: 'why-not', ...packet })
  // Another packet may have been sent in the meantime.
  if (get().trace.trace !== trace.trace) return changeTrace({ asking: false })
  changeTrace({ asking: false, ...(answer.kind === 'why-not' ? { whyNot: answer.whyNot } : { failed: failedOf(answer) }) })
}

export async function runTrace(): Promise<void> {
  const { trace } = get()
  const packet = packetOf(trace)
  if (!packet) return
  const { size } = packet
  if (!Number.isInteger(size) || size < 28 || size > 65535) return changeTrace({ failed: t('a size is a number of bytes from 28 to 65535'), trace: undefined })
  const answer = await ask({ kind: 'trace', ...packet })
  changeTrace({ whyNot: undefined })
  changeTrace(answer.kind === 'trace' ? { trace: answer.trace, failed: undefined, step: 0, playing: false } : { failed: failedOf(answer), trace: undefined })
}
