/** The canvas: pans, zooms, selects, drags guests to hosts. It reports; the text decides. */
import { applyNodeChanges, ReactFlow, useReactFlow, ViewportPortal, type NodeChange, type Viewport } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactElement } from 'react'
import { partOf } from '../../core/diagram/part.ts'
import { Lines } from '../edges/Lines.tsx'
import { keep, kept, send } from '../host.ts'
import { copyChosen, dismiss, finishJoining, linkChosen, paste, propose, proposeForChosen, renameChosen, startJoining, useGestures } from '../gestures.ts'
import { BoxNode } from '../nodes/BoxNode.tsx'
import { DropReason } from './DropReason.tsx'
import { marked, useMarks } from '../marks.ts'
import { aim, guestsAmong, openMoves } from '../moves.ts'
import { keeping, nudge, stepBack, stepForth, toggleLock } from '../positions.ts'
import { openDifference, openLoad, openNetworks } from '../views.ts'
import { chosenOf, enter, fold, foldMachines, layOutAgain, openFailure, openMigration, openReach, openTrace, select, selectAll, selectAlso, useStore, showView } from '../store.ts'
import { Band } from './Band.tsx'
import { seenFromAfar } from './far.ts'
import { Drawn as LastDrawn, flowOf, movable, type BoxNode as Drawn, type Flow } from './flow.ts'
import { Domains, DomainsKey } from './Domains.tsx'
import { withDomains } from '../../core/diagram/domains.ts'
import { useDomains } from './domains.ts'
import { Ground } from './Ground.tsx'
import { Headers } from './Headers.tsx'
import { neighbour } from './keyboard.ts'
import { Menu, type MenuAt } from './Menu.tsx'
import { Marker } from './Marker.tsx'
import { takes } from './motion.ts'
import { Overview } from './Overview.tsx'
import { Preview } from './Preview.tsx'
import { useResizing } from './resizing.ts'
import { aroundLine, roomFor } from './room.ts'
import { useTouchpad } from './touchpad.ts'
import { Ways } from './Ways.tsx'
import { dragType, drop, Palette } from './Palette.tsx'
import { usePlacing } from './placing.ts'
import { useSteady } from '../steady.ts'
import { joinable, Thread } from './Thread.tsx'
import { t } from '../l10n.ts'

const nodeTypes = { box: BoxNode }
/** Lines are drawn here, all together. */
const noEdges: never[] = []

/** The palette stands at the left. */
const around = { left: '64px', right: '32px', top: '28px', bottom: '28px' } as const

/** Below this zoom only names are drawn. */
const farZoom = 0.55

/** Only this, even where it was among several. */
function choose(id: string | undefined): void {
  useStore.setState({ also: [] })
  select(id)
}

/** Keys that mean something here together with Ctrl. */
const ours: ReadonlySet<string> = new Set(['a', 'c', 'd', 'f', 'v', 'y', 'z'])

export function Canvas(): ReactElement {
  const shown = useStore((state) => state.shown)
  const laid = useStore((state) => state.placed)
  const onScreen = useRef<Flow | undefined>(undefined)
  const placing = usePlacing(onScreen)
  const placed = placing.placed ?? laid
  const layers = useStore((state) => state.layers)
  const selected = useStore((state) => state.selected)
  const centre = useStore((state) => state.centre)
  const fit = useStore((state) => state.fit)
  const panel = useStore((state) => state.panel)
  const flow = useReactFlow()
  const wrapper = useRef<HTMLDivElement>(null)
  // The whole was brought into sight, and nobody has moved it since.
  const fitted = useRef(false)
  const moved = useCallback(() => { fitted.current = false }, [])
  useTouchpad(wrapper, moved)
  const [menu, setMenu] = useState<MenuAt | undefined>()
  // What is seen first is the whole: how far away that is, is known before it is drawn.
  const [zoom, setZoom] = useState<number | undefined>()
  const room = document.querySelector('.main')?.getBoundingClientRect()
  const far = seenFromAfar(shown?.diagram, zoom ?? kept().viewport?.zoom ?? (placed && room ? Math.min(room.width / Math.max(1, placed.width), room.height / Math.max(1, placed.height)) : 1))
  const [last] = useState(() => new LastDrawn())
  const marks = useMarks()
  const entered = useStore((state) => state.entered)
  const domains = useDomains()
  const drawn = useMemo(() => (shown && placed ? flowOf(withDomains(marked((entered === undefined ? undefined : partOf(shown.diagram, entered)?.diagram) ?? shown.diagram, marks, shown.whole), domains, shown.whole), placed, layers, far, last) : undefined), [shown, placed, layers, far, last, marks, entered, domains])
  useEffect(() => { onScreen.current = drawn }, [drawn])
  // Sites, racks and tenants are there as long as something is in them: they are not among several.
  const choosable = useMemo(() => {
    const grounds = new Set(shown?.diagram.boxes.flatMap(({ id, kind }) => (kind === 'site' || kind === 'rack' || kind === 'tenant' ? [id] : [])))
    return new Map([...(drawn?.visible ?? [])].filter(([id]) => !grounds.has(id)))
  }, [shown, drawn])
  // React Flow moves a guest while it is dragged; when it is dropped the picture is again what the text says.
  const [reason, setReason] = useState<{ x: number; y: number; host: string } | undefined>()
  const [dragged, setDragged] = useState<Drawn[] | undefined>()
  const nodes = dragged ?? drawn?.nodes ?? []
  const onNodesChange = useCallback((changes: NodeChange<Drawn>[]) => setDragged((now) => (now ? applyNodeChanges(changes.filter((change) => change.type === 'position'), now) : now)), [])

  const showAll = useCallback((duration = takes(shown?.settings, 250)) => {
    fitted.current = true
    void flow.fitView({ padding: around, maxZoom: 1.3, duration })
  }, [flow, shown?.settings])
  useResizing(wrapper, fitted, showAll)
  const first = useRef(true)
  useEffect(() => {
    if (!placed || !first.current) return
    first.current = false
    const { viewport } = kept()
    if (viewport) void flow.setViewport(viewport)
    else setTimeout(() => showAll(0), 0)
  }, [placed, flow, showAll])
  useEffect(() => {
    if (fit > 0) showAll()
  }, [fit, showAll])

  // A panel takes room from the picture. What was clicked is moved out from under it and nothing else; a trace or a move
  // is about the whole picture, which is shown whole, but never under a hand that drags.
  const dragging = useRef(false)
  // What was looked for is on its way into sight until then, in the page's milliseconds.
  const seeking = useRef(0)
  useEffect(() => {
    if (panel === undefined) return
    let timer: ReturnType<typeof setTimeout>
    const make = (): void => {
      const left = seeking.current - performance.now()
      if (left > 0) return void (timer = setTimeout(make, left))
      const area = wrapper.current?.getBoundingClientRect()
      if (!drawn || !area || dragging.current) return
      const { x, y, zoom } = flow.getViewport()
      const chosen = drawn.rects.get(useStore.getState().selected ?? '')
      const all = [...drawn.rects.values()]
      const fit = (panel === 'inspector' ? undefined : roomFor(all, { x, y, zoom }, area)) ?? (chosen && roomFor([chosen], { x, y, zoom }, area))
      // Whole, but not so small that its words are gone.
      const whole = flow.getNodesBounds(drawn.nodes)
      // From afar names are drawn larger, so that it may go a step further away.
      const readable = Math.min((area.width - 96) / whole.width, (area.height - 56) / whole.height) >= Math.min(farZoom, 0.65 * zoom)
      if (panel !== 'inspector' && readable && !roomFor(all, { x, y, zoom }, area)) showAll()
      else if (fit && (fit.x !== x || fit.y !== y)) void flow.setViewport({ ...fit, zoom })
    }
    timer = setTimeout(make, 60)
    return () => clearTimeout(timer)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only an opening panel moves the picture
  }, [panel])

  // Whoever saw the whole picture sees the whole of a picture that grows, as long as its words can be read.
  const whole = useRef(true)
  const seesAll = useCallback((): boolean => {
    const area = wrapper.current?.getBoundingClientRect()
    const { x, y, zoom } = flow.getViewport()
    const room = drawn && area && roomFor([...drawn.rects.values()], { x, y, zoom }, area)
    return !drawn || drawn.rects.size === 0 || (room?.x === x && room.y === y)
  }, [drawn, flow])
  useEffect(() => {
    if (!drawn || dragging.current) return
    const timer = setTimeout(() => {
      const area = wrapper.current?.getBoundingClientRect()
      const bounds = flow.getNodesBounds(drawn.nodes)
      const { zoom } = flow.getViewport()
      if (!whole.current || !area || seesAll()) return
      if (Math.min((area.width - 96) / bounds.width, (area.height - 56) / bounds.height) >= Math.min(farZoom, zoom)) void flow.fitView({ padding: around, maxZoom: Math.min(1.3, zoom), duration: takes(shown?.settings, 250) })
      else whole.current = false
    }, 90)
    return () => clearTimeout(timer)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only what stands elsewhere moves the picture
  }, [placed])

  // The text's cursor moved to an element: it is brought into sight, gently, and only if it is not there.
  useEffect(() => {
    const rect = selected === undefined || centre === 0 ? undefined : drawn?.rects.get(selected) ?? aroundLine(shown?.diagram.lines.find(({ id }) => id === selected), drawn?.rects)
    const area = wrapper.current?.getBoundingClientRect()
    if (!rect || !area) return
    const { x, y, zoom } = flow.getViewport()
    const near = roomFor([rect], { x, y, zoom }, area)
    const duration = takes(shown?.settings, 300)
    // What was looked for is shown so large that it can be read, as far as it fits.
    const readable = Math.min(0.8, (area.width - 120) / rect.width, (area.height - 60) / rect.height)
    if (useStore.getState().near === true && zoom < farZoom && readable > 1.3 * zoom) {
      moved()
      seeking.current = performance.now() + duration + 60
      return void flow.setCenter(rect.x + rect.width / 2, rect.y + rect.height / 2, { zoom: readable, duration })
    }
    if (!near || near.x !== x || near.y !== y) moved()
    // The least way; what is too far or too large for that comes to the middle.
    if (!near || Math.hypot(near.x - x, near.y - y) > 600) void flow.setCenter(rect.x + rect.width / 2, rect.y + rect.height / 2, { zoom: Math.max(zoom, 0.6), duration })
    else if (near.x !== x || near.y !== y) void flow.setViewport({ ...near, zoom }, { duration })
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only a new wish moves the picture, not every new drawing
  }, [centre])

  const diagram = shown?.diagram
  const zoomed = useRef(0)
  const onMoveStart = useCallback((_event: unknown, viewport: Viewport) => { zoomed.current = viewport.zoom }, [])
  const onMove = useSteady((event: unknown, viewport: Viewport) => {
    // What nobody's hand did has no event.
    if (event) moved()
    // Only shifted, the picture is not painted again; zoomed, it is, or it would be blurred.
    wrapper.current?.classList.toggle('shifting', viewport.zoom === zoomed.current)
    zoomed.current = viewport.zoom
    wrapper.current?.classList.toggle('far', viewport.zoom < farZoom)
    if (wrapper.current?.style.getPropertyValue('--zoom') !== String(viewport.zoom)) wrapper.current?.style.setProperty('--zoom', String(viewport.zoom))
    // Only crossing the border draws anew, not every step of the wheel.
    setZoom((before) => (before === undefined || seenFromAfar(diagram, before) !== seenFromAfar(diagram, viewport.zoom) ? viewport.zoom : before))
  })
  const onMoveEnd = useSteady((_event: unknown, viewport: Viewport) => {
    wrapper.current?.classList.remove('shifting')
    keep({ viewport })
    whole.current = seesAll()
  })

  // A page that nothing has the keyboard of is the picture's: its keys work as soon as it is there.
  useEffect(() => {
    const take = (): void => { if (document.activeElement === null || document.activeElement === document.body) wrapper.current?.focus({ preventScroll: true }) }
    const lead = (event: globalThis.KeyboardEvent): void => {
      if (event.target !== document.body) return
      take()
      const { key, code, ctrlKey, metaKey, shiftKey, altKey } = event
      if (wrapper.current?.dispatchEvent(new globalThis.KeyboardEvent('keydown', { key, code, ctrlKey, metaKey, shiftKey, altKey, bubbles: true, cancelable: true })) === false) event.preventDefault()
    }
    take()
    window.addEventListener('focus', take)
    window.addEventListener('keydown', lead)
    return () => {
      window.removeEventListener('focus', take)
      window.removeEventListener('keydown', lead)
    }
  }, [])

  const [hovered, setHovered] = useState<string | undefined>()
  /** The innermost box at a place of the screen. */
  const boxAt = useCallback((event: { readonly clientX: number; readonly clientY: number }): string | undefined => {
    const point = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
    // Boxes come after what holds them: the last that fits is the innermost.
    return shown?.diagram.boxes.findLast(({ id }) => {
      const rect = drawn?.visible.get(id)
      return rect && point.x >= rect.x && point.x <= rect.x + rect.width && point.y >= rect.y && point.y <= rect.y + rect.height
    })?.id
  }, [flow, shown, drawn])

  /** The server under the pointer, the one that holds the guest aside. */
  const hostUnder = (event: { clientX: number; clientY: number }): string | undefined => {
    const point = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
    return shown?.diagram.boxes.find((box) => {
      const rect = box.kind === 'server' ? drawn?.rects.get(box.id) : undefined
      return rect && point.x >= rect.x && point.x <= rect.x + rect.width && point.y >= rect.y && point.y <= rect.y + rect.height
    })?.id
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.target as HTMLElement).closest('vscode-text-field, vscode-dropdown, input, .proposal')) return
    // The palette has keys of its own; Escape leads back to the picture.
    if ((event.target as HTMLElement).closest('.palette') && event.key !== 'Escape') return
    if ((event.target as HTMLElement).closest('.palette')) return void wrapper.current?.focus({ preventScroll: true })
    const box = shown?.diagram.boxes.find(({ id }) => id === selected)
    const key = event.key
    const id = selected
    const { joining, proposal } = useGestures.getState()
    const command = event.ctrlKey || event.metaKey
    // What is the editor's own stays the editor's: Ctrl+K Ctrl+T chooses a theme and traces nothing.
    if ((command && !ours.has(key.toLowerCase())) || (event.altKey && key.length === 1)) return
    // What is proposed goes first, though the keyboard has not come to it yet.
    if (key === 'Escape' && (joining || proposal)) dismiss()
    else if (key === 'Enter' && joining && id !== undefined) finishJoining(id)
    else if (key === 'a' && !event.ctrlKey && !event.metaKey) wrapper.current?.querySelector<HTMLElement>('.palette button')?.focus()
    else if (key === 'M' && box && movable(box)) startJoining('move', box.id)
    else if ((key === 'c' || key === 'C') && !event.ctrlKey && !event.metaKey && box && joinable(box.kind)) startJoining(event.shiftKey ? 'tunnel' : 'connect', box.id)
    else if ((key === 'Delete' || key === 'Backspace') && id !== undefined) proposeForChosen('delete')
    else if (key === 'F2') renameChosen()
    else if (key === 'b' && !command) linkChosen()
    else if ((key === '1' || key === '2') && !command && !event.altKey) showView(key === '1' ? 'physical' : 'tenant')
    else if (key === 'i' && !command) useStore.setState({ panel: 'inspector' })
    else if (key === 'd' && command && box) proposeForChosen('duplicate')
    else if (key === 'a' && command) selectAll([...choosable.keys()])
    else if (key === 'c' && command && id !== undefined) copyChosen()
    else if (key === 'v' && command) paste()
    else if (key.startsWith('Arrow') && event.altKey && keeping(shown)) {
      const far = event.shiftKey ? 50 : 10
      nudge(key === 'ArrowLeft' ? -far : key === 'ArrowRight' ? far : 0, key === 'ArrowUp' ? -far : key === 'ArrowDown' ? far : 0)
      event.stopPropagation()
    } else if (key === 'z' && command && !event.shiftKey ? stepBack() : command && (key === 'y' || ((key === 'z' || key === 'Z') && event.shiftKey)) && stepForth()) event.stopPropagation()
    else if (key === 'k' && !command) toggleLock()
    else if (key === 'z' && !command && box) void fold([box.id], box.closed !== true)
    else if (key === 'Z' && !command) foldMachines()
    else if (key === 'e' && !command && (entered !== undefined || box)) enter(entered !== undefined && (id === undefined || id === entered || !shown?.diagram.boxes.some(({ parent }) => parent === id)) ? undefined : id)
    else if (key === 'L') layOutAgain(chosenOf(useStore.getState()))
    else if (key.startsWith('Arrow') && drawn) {
      // A guest on its way goes from server to server.
      const hosts = joining?.kind === 'move' ? new Set(shown?.diagram.boxes.filter(({ kind }) => kind === 'server').map((one) => one.id)) : undefined
      const next = neighbour(hosts ? new Map([...drawn.visible].filter(([one]) => one === selected || hosts.has(one))) : drawn.visible, selected, key)
      if (next === undefined) return
      select(next)
      wrapper.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(next)}"]`)?.focus({ preventScroll: true })
      useStore.setState((state) => ({ centre: state.centre + 1, near: false }))
    } else if (key === '/' || (key === 'f' && (event.ctrlKey || event.metaKey))) useStore.setState({ searching: true })
    else if (key === 'f') showAll()
    else if (key === '+' || key === '=' || key === '-') {
      moved()
      void (key === '-' ? flow.zoomOut() : flow.zoomIn())
    }
    else if (key === 'm' && !command && guestsAmong(chosenOf(useStore.getState())).length > 1) openMoves(guestsAmong(chosenOf(useStore.getState())).map((vm) => ({ vm, to: undefined })))
    else if (key === 'm' && box && movable(box)) void openMigration(box.id)
    else if (key === 't') openTrace(box?.id)
    else if (key === 'r') openReach(box?.id)
    else if (key === 'd' && !command) openDifference()
    else if (key === 'n' && !command) openNetworks()
    else if (key === 'u' && !command) openLoad()
    else if (key === 'x' && selected !== undefined) openFailure(selected)
    else if (key === 'Enter' && box) useStore.setState({ panel: 'inspector' })
    else if (key === 'o' && box) send({ kind: 'reveal', id: box.id, focus: true })
    else if (key === 'l') layOutAgain()
    else if (key === 'Escape') useStore.setState({ panel: undefined, searching: false, selected: undefined, also: [] })
    else if (key === 'ContextMenu' || (key === 'F10' && event.shiftKey)) {
      const rect = (id === undefined ? wrapper.current : wrapper.current?.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"], .react-flow__edge[data-id="${CSS.escape(id)}"]`))?.getBoundingClientRect()
      if (rect) setMenu({ x: rect.left + 20, y: rect.top + 20, id })
    } else return
    event.preventDefault()
  }

  const chooseLine = useCallback((event: MouseEvent, id: string): void => { if (event.shiftKey) selectAlso(id); else choose(id) }, [])
  const openMenu = useCallback((event: Pick<MouseEvent, 'preventDefault' | 'clientX' | 'clientY'>, id: string | undefined): void => {
    event.preventDefault()
    // On one of several the menu is theirs.
    if (id !== undefined && !chosenOf(useStore.getState()).includes(id)) choose(id)
    setMenu({ x: event.clientX, y: event.clientY, id })
  }, [])

  // React Flow draws every box anew when one of these is another function.
  const onNodeClick = useSteady((event: MouseEvent, node: Drawn) => { if (useGestures.getState().joining) finishJoining(node.id); else if (event.shiftKey) selectAlso(node.id); else choose(node.id) })
  const onNodeDoubleClick = useSteady((_event: MouseEvent, node: Drawn) => send({ kind: 'reveal', id: node.id, focus: true }))
  const onPaneClick = useSteady(() => { choose(undefined); setMenu(undefined); dismiss() })
  const onNodeContextMenu = useSteady((event: MouseEvent, node: Drawn) => openMenu(event, node.id))
  const onPaneContextMenu = useSteady((event: Pick<MouseEvent, 'preventDefault' | 'clientX' | 'clientY'>) => openMenu(event, undefined))
  const onNodeDragStart = useSteady((_event: unknown, node: Drawn) => { dragging.current = true; setDragged(drawn?.nodes); void openMigration(node.id, undefined, false) })
  const onNodeDrag = useSteady((event: unknown) => {
    const pointer = event as globalThis.MouseEvent
    const to = hostUnder(pointer)
    setReason(to === undefined ? undefined : { x: pointer.clientX, y: pointer.clientY, host: to })
    useStore.setState(({ migration }) => (migration && migration.to !== to ? { migration: { ...migration, to } } : {}))
  })
  const onNodeDragStop = useSteady((event: unknown, node: Drawn) => {
    dragging.current = false
    setDragged(undefined)
    const to = hostUnder(event as globalThis.MouseEvent)
    setReason(undefined)
    const chosen = guestsAmong(chosenOf(useStore.getState()))
    // One of several takes the others along; while several are planned, whoever is dropped joins them.
    const guests = chosen.length > 1 && chosen.includes(node.id) ? chosen : [node.id]
    if (panel === 'moves') {
      useStore.setState({ migration: undefined })
      if (to !== undefined) for (const guest of guests) aim(guest, to)
    } else if (to !== undefined && guests.length > 1) void propose({ kind: 'move-all', moves: guests.map((guest) => ({ guest, host: to })) })
    else if (to !== undefined && to !== node.parentId) void propose({ kind: 'move', guest: node.id, host: to })
    else useStore.setState({ panel: 'inspector', migration: undefined, selected: node.id })
  })

  return (
    <div ref={wrapper} className="canvas" data-stale={shown?.broken ? true : undefined} onKeyDown={onKeyDown} role="application" aria-label={t('Topology')} tabIndex={-1} onMouseDownCapture={placing.onMouseDownCapture}
      onFocus={(event) => {
        // Going through the picture with Tab chooses, lines as well as boxes.
        const id = (event.target as HTMLElement).closest('.react-flow__node, .react-flow__edge')?.getAttribute('data-id')
        if (typeof id === 'string' && (event.target as HTMLElement).matches(':focus-visible')) useStore.setState({ selected: id })
      }}
      onDragOver={(event) => { if (event.dataTransfer.types.includes(dragType)) { event.preventDefault(); event.dataTransfer.dropEffect = 'copy' } }}
      onDrop={(event) => {
        const what = event.dataTransfer.getData(dragType)
        if (what === '') return
        event.preventDefault()
        drop(what, boxAt(event))
      }}
      onPointerMove={(event) => {
        // The outer half of a socket is still its box's.
        if (event.buttons === 0 && (event.target as HTMLElement).closest('.socket') === null) setHovered(boxAt(event))
      }} onPointerLeave={() => setHovered(undefined)}
    >
      <Palette />
      <ReactFlow
        nodes={nodes} edges={noEdges} nodeTypes={nodeTypes} onNodesChange={onNodesChange}
        minZoom={0.03} maxZoom={2.5} nodesConnectable={false} elementsSelectable={false} nodesFocusable zoomOnDoubleClick={false}
        onlyRenderVisibleElements={nodes.length > 250} proOptions={{ hideAttribution: true }} panOnScroll={false} deleteKeyCode={null} selectionKeyCode={null} disableKeyboardA11y={false} zIndexMode="manual"
        onNodeClick={onNodeClick} onNodeDoubleClick={onNodeDoubleClick} onPaneClick={onPaneClick} onNodeContextMenu={onNodeContextMenu} onPaneContextMenu={onPaneContextMenu}
        onMoveStart={onMoveStart} onMove={onMove} onMoveEnd={onMoveEnd} onNodeDragStart={onNodeDragStart} onNodeDrag={onNodeDrag} onNodeDragStop={onNodeDragStop}
      >
        <Ground />
        {drawn && <Overview nodes={drawn.nodes} rects={drawn.rects} moved={moved} />}
        {drawn && <Lines edges={drawn.edges} onClick={chooseLine} onContextMenu={openMenu} />}
        {drawn && domains.length > 0 && <Domains flow={drawn} />}
        {drawn && <Headers crossed={dragged ? drawn.crossed.filter(({ box }) => box.kind === 'server' || box.kind === 'site' || box.kind === 'rack') : drawn.crossed} />}
        {shown && drawn && !dragged && <ViewportPortal><Thread diagram={shown.diagram} rects={drawn.rects} boxAt={boxAt} hovered={hovered} /></ViewportPortal>}
        {drawn && <Marker rects={drawn.visible} shownBy={drawn.shownBy} edges={drawn.edges} />}
        {drawn && <Ways rects={drawn.rects} />}
        {drawn && <Preview rects={drawn.rects} />}
      </ReactFlow>
      <DomainsKey />
      {drawn && <Band area={wrapper} rects={choosable} />}
      {reason && <DropReason at={reason} />}
      {menu && <Menu key={`${menu.x} ${menu.y} ${menu.id ?? ''}`} at={menu} close={() => setMenu(undefined)} />}
    </div>
  )
}
