/** Connecting by dragging: from the socket of a box to another box, a thread follows the pointer. */
import { useReactFlow } from '@xyflow/react'
import { useEffect, useState, type PointerEvent, type ReactElement } from 'react'
import type { Diagram } from '../../core/diagram/diagram.ts'
import type { Rect } from '../../core/diagram/rects.ts'
import { propose } from '../gestures.ts'
import { useStore } from '../store.ts'
import { t } from '../l10n.ts'

interface Props {
  readonly diagram: Diagram
  readonly rects: ReadonlyMap<string, Rect>
  /** The innermost box at a place of the screen. */
  readonly boxAt: (event: { readonly clientX: number; readonly clientY: number }) => string | undefined
  readonly hovered: string | undefined
}

/** Groups are not connected; what stands in them is. */
export const joinable = (kind: string): boolean => !['site', 'rack', 'tenant'].includes(kind)

export function Thread({ diagram, rects, boxAt, hovered }: Props): ReactElement | null {
  const flow = useReactFlow()
  const selected = useStore((state) => state.selected)
  const [thread, setThread] = useState<{ from: string; x: number; y: number } | undefined>()
  useEffect(() => {
    if (!thread) return
    const move = (event: globalThis.PointerEvent): void => setThread({ from: thread.from, ...flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }) })
    const up = (event: globalThis.PointerEvent): void => {
      setThread(undefined)
      const to = boxAt(event)
      const kindOf = (id: string | undefined): string => diagram.boxes.find((box) => box.id === id)?.kind ?? 'rack'
      if (to === undefined || to === thread.from || !joinable(kindOf(to))) return
      // Bridges of two machines are joined by a tunnel, unless a person says otherwise; so is anything with Shift.
      const bridges = kindOf(thread.from) === 'bridge' && kindOf(to) === 'bridge'
      void propose({ kind: event.shiftKey || bridges ? 'tunnel' : 'connect', from: thread.from, to })
    }
    const key = (event: KeyboardEvent): void => { if (event.key === 'Escape') setThread(undefined) }
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', up)
    window.addEventListener('keydown', key)
    return () => {
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', up)
      window.removeEventListener('keydown', key)
    }
  }, [thread, flow, boxAt, diagram])

  const start = (id: string) => (event: PointerEvent): void => {
    event.stopPropagation()
    event.preventDefault()
    setThread({ from: id, ...flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }) })
  }
  const from = thread && rects.get(thread.from)
  const sockets = [...new Set([selected, hovered])].flatMap((id) => {
    const box = id === undefined ? undefined : diagram.boxes.find((one) => one.id === id)
    const rect = box && joinable(box.kind) ? rects.get(box.id) : undefined
    return box && rect ? [{ box, rect }] : []
  })
  return (
    <>
      {sockets.map(({ box, rect }) => (
        <div
          key={box.id} className="socket" data-socket={box.id} title={t('Drag to another box to connect them; with Shift, by a tunnel (C, Shift+C)')} aria-hidden="true"
          style={{ transform: `translate(${rect.x + rect.width - 7}px, ${rect.y + Math.min(rect.height, 60) / 2 - 7}px)` }} onPointerDown={start(box.id)} onMouseDown={(event) => event.stopPropagation()}
        >+</div>
      ))}
      {thread && from && <svg className="thread"><path d={`M ${from.x + from.width / 2} ${from.y + Math.min(from.height, 60) / 2} L ${thread.x} ${thread.y}`} /></svg>}
    </>
  )
}
