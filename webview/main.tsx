/** Mounts the designer and keeps it in step with what the extension shows. */
import { createRoot } from 'react-dom/client'
import '@xyflow/react/dist/style.css'
import './theme.css'
import { App } from './App.tsx'
import { isListed } from './listed.ts'
import type { Diagram } from '../core/diagram/diagram.ts'
import type { DiagramStep } from '../core/diagram/step.ts'
import type { Show } from '../core/protocol.ts'
import { bundleTunnels, closeBoxes, withoutOwners } from '../core/diagram/close.ts'
import { withGhosts } from '../core/difference/ghosts.ts'
import { shareDiagram } from '../core/diagram/share.ts'
import { afterStep, isStep } from '../core/diagram/step.ts'
import { layoutClient } from './layout-client.ts'
import { kept, listen, send } from './host.ts'
import { chooseWhatWasMade, linkChosen, onMoves } from './gestures.ts'
import { openDifference, openLoad, openNetworks, useViews } from './views.ts'
import { followRename, keepPositions, keepWhatWasFound, onPlaced, pinsOf, renamesBetween, usePositions } from './positions.ts'
import { openMoves } from './moves.ts'
import { bringIntoSight, layOutAgain, onFolded, onLayOutAgain, openMigration, changeTrace, openTrace, useStore, type Shown } from './store.ts'

const layouts = layoutClient((laying) => usePositions.setState({ laying }))

/** How wide the canvas is for its height, within reason. */
function roomOf(): number {
  const area = document.querySelector('.main')?.getBoundingClientRect() ?? { width: window.innerWidth, height: window.innerHeight }
  return Math.min(2.2, Math.max(0.6, (area.width - 90) / Math.max(1, area.height - 50)))
}

/** As the extension sent it last; a comparison draws what was there before beside it. */
let bare: Shown | undefined
const ghostsNow = (): Parameters<typeof withGhosts>[1] | undefined => {
  const { answer } = useViews.getState().difference
  const { panel, cameFrom } = useStore.getState()
  const open = panel === 'difference' || (panel === 'trace' && cameFrom === 'difference')
  return open && answer && answer.view === bare?.diagram.view && (answer.ghosts.boxes.length > 0 || answer.ghosts.lines.length > 0) ? answer.ghosts : undefined
}
let ghosts = ghostsNow()
function haunt(): void {
  const now = ghostsNow()
  if (now === ghosts || !bare) return
  // What was there before needs room, too.
  const first = ghosts === undefined
  void show(bare).then(() => { if (first) useStore.setState((state) => ({ fit: state.fit + 1 })) })
}
useStore.subscribe(haunt)
useViews.subscribe(haunt)

async function show(told: Shown): Promise<void> {
  // What says the same is the same: only what differs is drawn anew.
  let message = { ...told, diagram: shareDiagram(bare?.diagram, told.diagram) }
  for (const [from, to] of renamesBetween(bare, message)) {
    layouts.rename(from, to)
    message = followRename(message, from, to)
  }
  bare = message
  ghosts = ghostsNow()
  const whole = ghosts ? withGhosts(message.diagram, ghosts) : message.diagram
  const { closed, layers } = useStore.getState()
  const folded = closeBoxes(whole, new Set(closed)).diagram
  const overlaid = layers.bundles ? bundleTunnels(folded) : folded
  const shown: Shown = { ...message, whole, diagram: layers.tenants ? overlaid : withoutOwners(overlaid) }
  const { placed: before } = useStore.getState()
  // New words on old places appear at once; a new structure waits for its layout, a moment at most.
  if (!before) useStore.setState({ shown })
  const placed = await layouts.place(shown.diagram, { direction: shown.settings.direction, shape: roomOf(), pins: pinsOf(shown) })
  if (!placed) return
  const { selected } = useStore.getState()
  const still = selected === undefined || isListed(selected) || shown.diagram.boxes.some(({ id }) => id === selected) || shown.diagram.lines.some(({ id }) => id === selected)
  const otherView = useStore.getState().shown?.diagram.view !== shown.diagram.view
  useStore.setState((state) => ({ shown, placed, view: shown.diagram.view, ...(!still && { selected: undefined }), ...(otherView && before && { fit: state.fit + 1 }) }))
  chooseWhatWasMade(new Set([...shown.diagram.boxes.map(({ id }) => id), ...shown.diagram.lines.map(({ id }) => id)]), shown.version)
}

onMoves(openMoves)
onFolded(() => (bare ? show(bare) : Promise.resolve()))

onPlaced((positions) => { if (bare) void show({ ...bare, positions }) })

onLayOutAgain(async (ids) => {
  const { shown } = useStore.getState()
  if (!shown) return
  // What is locked stays; what is kept without a lock is kept where it is found now.
  const only = ids && new Set(ids)
  const pins = new Map([...pinsOf(shown)].filter(([id, { locked }]) => locked ?? (only && !only.has(id))))
  const options = { direction: shown.settings.direction, shape: roomOf(), pins }
  if (!only) layouts.forget()
  const placed = only ? await layouts.seekAnew(shown.diagram, options, new Set([...only].filter((id) => !pins.has(id)))) : await layouts.place(shown.diagram, options)
  if (!placed) return
  useStore.setState((state) => ({ placed, ...(!only && { fit: state.fit + 1 }) }))
  keepWhatWasFound(placed, only)
})

/** The last diagram that was told, from which the next step leads on. */
let told: { readonly picture: string | undefined; readonly diagram: Diagram } | undefined

function hear(message: Show<Diagram | DiagramStep>): void {
  const { diagram: next, picture } = message
  const diagram = !isStep(next) ? next : told && next.since === told.picture ? afterStep(told.diagram, next) : undefined
  if (!diagram) {
    // It leads on from a picture that never came: the whole is asked for.
    if (told) send({ kind: 'ready' })
    return
  }
  told = { picture, diagram }
  void show({ ...message, diagram })
}

listen((message) => {
  if (message.kind === 'show') hear(message)
  else if (message.kind === 'select') {
    if (message.id === null) useStore.setState({ selected: undefined })
    else if (message.centre) bringIntoSight(message.id)
    else useStore.setState({ selected: message.id })
  } else if (message.kind === 'refused') useStore.setState({ refused: message.why })
  else if (message.what === 'fit') useStore.setState((state) => ({ fit: state.fit + 1 }))
  else if (message.what === 'difference') openDifference()
  else if (message.what === 'networks') openNetworks()
  else if (message.what === 'load') openLoad()
  else if (message.what === 'link') linkChosen()
  else if (message.what === 'positions') keepPositions()
  else if (message.what === 'lay-out') layOutAgain()
  else if (message.what === 'save') useStore.setState({ saving: true })
  else if (message.what === 'search') useStore.setState({ searching: true })
  else if (message.what === 'migrate' && message.id !== undefined) {
    const [vm = '', to] = message.id.split(' ')
    void openMigration(vm, to)
  } else if (message.what === 'trace') {
    const [from, to] = (message.id ?? '').split(' ')
    // The very packet that a finding shows, where one does.
    const { packet } = message
    if (packet) changeTrace({ proto: packet.proto, size: String(packet.size), df: packet.df, ...(packet.port !== undefined && { port: String(packet.port) }) })
    openTrace(from === '' ? undefined : from, to)
  }
})

const root = document.getElementById('root')
if (root) createRoot(root).render(<App />)
const { view, tenant } = kept()
if (view !== undefined && view !== 'physical') send({ kind: 'view', view, ...(tenant !== undefined && { tenant }) })
send({ kind: 'ready' })
