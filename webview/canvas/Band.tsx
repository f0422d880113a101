/** The rubber band: Shift and dragging over the ground chooses every machine and part that lies in it whole. */
import { useReactFlow } from '@xyflow/react'
import { useEffect, useState, type ReactElement, type RefObject } from 'react'
import type { Rect } from '../../core/diagram/rects.ts'
import { chosenOf, selectAll, useStore } from '../store.ts'

interface Span {
  readonly from: { readonly x: number; readonly y: number }
  readonly to: { readonly x: number; readonly y: number }
}

const rectOf = ({ from, to }: Span): Rect => ({ x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) })
const holds = (outer: Rect, inner: Rect): boolean => inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height

/** Pixels of the screen below which a press is a click. */
const slack = 4

export function Band({ area, rects }: { readonly area: RefObject<HTMLDivElement | null>; readonly rects: ReadonlyMap<string, Rect> }): ReactElement | null {
  const flow = useReactFlow()
  const [span, setSpan] = useState<Span | undefined>()
  useEffect(() => {
    const ground = area.current
    if (!ground) return
    let from: Span['from'] | undefined
    const down = (event: PointerEvent): void => {
      if (!event.shiftKey || event.button !== 0 || !(event.target as HTMLElement).closest('.react-flow__pane')) return
      from = { x: event.clientX, y: event.clientY }
      // The picture itself stays where it is.
      event.stopPropagation()
    }
    const still = (event: MouseEvent): void => { if (from) event.stopPropagation() }
    const move = (event: PointerEvent): void => { if (from) setSpan({ from, to: { x: event.clientX, y: event.clientY } }) }
    const up = (event: PointerEvent): void => {
      if (!from) return
      const { x, y, width, height } = rectOf({ from, to: { x: event.clientX, y: event.clientY } })
      from = undefined
      setSpan(undefined)
      if (width < slack && height < slack) return
      const [start, end] = [flow.screenToFlowPosition({ x, y }), flow.screenToFlowPosition({ x: x + width, y: y + height })]
      const within = { x: start.x, y: start.y, width: end.x - start.x, height: end.y - start.y }
      const caught = [...rects].flatMap(([id, rect]) => (holds(within, rect) ? [id] : []))
      selectAll([...new Set([...chosenOf(useStore.getState()), ...caught])])
      // What would be the click on the ground is the end of the band.
      const swallow = (click: MouseEvent): void => click.stopPropagation()
      window.addEventListener('click', swallow, { capture: true, once: true })
      setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0)
      ground.focus({ preventScroll: true })
    }
    ground.addEventListener('pointerdown', down, true)
    ground.addEventListener('mousedown', still, true)
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', up)
    return () => {
      ground.removeEventListener('pointerdown', down, true)
      ground.removeEventListener('mousedown', still, true)
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', up)
    }
  }, [area, flow, rects])
  if (!span) return null
  const { x, y, width, height } = rectOf(span)
  return <div className="band" style={{ left: x, top: y, width, height }} />
}
