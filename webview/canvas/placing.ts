/** Putting boxes where a person wants them: by the mouse, while positions are kept. Guests are placed with Alt, since without it they migrate. */
import { useReactFlow } from '@xyflow/react'
import { useEffect, useRef, useState, type MouseEvent, type RefObject } from 'react'
import type { Placed } from '../../core/diagram/diagram.ts'
import { headerOf } from '../../core/diagram/rects.ts'
import { keeping, lockedIds, putAt } from '../positions.ts'
import { chosenOf, useStore } from '../store.ts'
import { useGestures } from '../gestures.ts'
import { movable, type Flow } from './flow.ts'

/** Screen pixels before a press becomes a drag. */
const slack = 4

interface Held {
  readonly ids: readonly string[]
  readonly x: number
  readonly y: number
  readonly zoom: number
  /** As everything stood when it began. */
  readonly placed: Placed
  moved: boolean
}

export interface Placing {
  /** The picture while something is being placed. */
  readonly placed: Placed | undefined
  onMouseDownCapture(event: MouseEvent): void
}

/** `drawn`: the picture as it is on the screen. */
export function usePlacing(drawn: RefObject<Flow | undefined>): Placing {
  const flow = useReactFlow()
  const [placed, setPlaced] = useState<Placed | undefined>()
  const held = useRef<Held | undefined>(undefined)
  const stop = useRef<() => void>(() => {})
  useEffect(() => () => stop.current(), [])

  const onMouseDownCapture = (event: MouseEvent): void => {
    const { shown, placed: now } = useStore.getState()
    if (event.button !== 0 || event.shiftKey || event.ctrlKey || event.metaKey || !shown || !now || !drawn.current || !keeping(shown) || useGestures.getState().joining) return
    const id = (event.target as HTMLElement).closest('.react-flow__node')?.getAttribute('data-id')
    const box = shown.diagram.boxes.find((one) => one.id === id)
    if (!box || box.ghost || !mayMove(drawn.current, box.id, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }))) return
    if (movable(box) && shown.diagram.view === 'physical' && !event.altKey) return
    const locked = lockedIds(shown)
    if (locked.has(box.id)) return
    const chosen = chosenOf(useStore.getState())
    // One of several takes those beside it along.
    const ids = chosen.includes(box.id) ? chosen.filter((one) => !locked.has(one) && shown.diagram.boxes.some((other) => other.id === one && other.parent === box.parent)) : [box.id]
    // The picture neither pans nor migrates a guest.
    event.stopPropagation()
    held.current = { ids, x: event.clientX, y: event.clientY, zoom: flow.getZoom(), placed: now, moved: false }
    listen()
  }

  const listen = (): void => {
    let frame = 0
    const spotsAt = (event: { readonly clientX: number; readonly clientY: number }): ReadonlyMap<string, { x: number; y: number }> => {
      const { current } = held
      return new Map(current?.ids.flatMap((id) => {
        const spot = current.placed.boxes.get(id)
        return spot ? [[id, { x: spot.x + (event.clientX - current.x) / current.zoom, y: spot.y + (event.clientY - current.y) / current.zoom }] as const] : []
      }))
    }
    const move = (event: globalThis.MouseEvent): void => {
      const { current } = held
      if (!current || (!current.moved && Math.hypot(event.clientX - current.x, event.clientY - current.y) < slack)) return
      current.moved = true
      const boxes = new Map(current.placed.boxes)
      for (const [id, at] of spotsAt(event)) {
        const spot = boxes.get(id)
        if (spot) boxes.set(id, { ...spot, x: Math.round(at.x), y: Math.round(at.y) })
      }
      // As often as the screen is drawn.
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(() => setPlaced({ ...current.placed, boxes }))
    }
    const up = (event: globalThis.MouseEvent): void => {
      const { current } = held
      const spots = spotsAt(event)
      end()
      if (!current?.moved) return
      // What follows is no click.
      const swallow = (click: globalThis.MouseEvent): void => click.stopPropagation()
      window.addEventListener('click', swallow, { capture: true })
      setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0)
      putAt(spots)
    }
    const key = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      end()
    }
    const end = (): void => {
      held.current = undefined
      cancelAnimationFrame(frame)
      setPlaced(undefined)
      window.removeEventListener('mousemove', move)
      window.removeEventListener('mouseup', up)
      window.removeEventListener('keydown', key, { capture: true })
      stop.current = () => {}
    }
    stop.current = end
    window.addEventListener('mousemove', move)
    window.addEventListener('mouseup', up)
    window.addEventListener('keydown', key, { capture: true })
  }

  return { placed, onMouseDownCapture }
}

/** A box that holds others is taken by its words, so that the picture can still be moved by what lies between. */
function mayMove({ nodes, rects }: Flow, id: string, at: { readonly x: number; readonly y: number }): boolean {
  const [node, rect] = [nodes.find((one) => one.id === id), rects.get(id)]
  if (!node || !rect) return false
  if (!node.data.group) return true
  const words = headerOf(node.data.box, rect)
  return at.y <= words.y + words.height
}
