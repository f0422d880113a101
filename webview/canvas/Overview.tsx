/**
 * The whole picture, small, with the part of it that is seen: painted when boxes or colours change, and only shifted while the
 * picture moves. Dragging moves the picture, the wheel zooms it.
 */
import { Panel, useReactFlow, useStore } from '@xyflow/react'
import { useEffect, useMemo, useRef, useState, type PointerEvent, type ReactElement, type RefObject } from 'react'
import type { BoxKind } from '../../core/diagram/diagram.ts'
import type { Rect } from '../../core/diagram/rects.ts'
import { sameData } from '../../core/diagram/share.ts'
import { t } from '../l10n.ts'
import type { BoxNode } from './flow.ts'

/** Pixels: as large as the style sheet has it, and the rim that stays free. */
const [wide, high, rim] = [150, 100, 5]
const corner = 15

const grounds: ReadonlySet<BoxKind> = new Set(['site', 'rack', 'server', 'tenant'])

export interface Small {
  /** What the boxes fill, in the picture's units; undefined where there is none. */
  readonly bounds: Rect | undefined
  /** Units a pixel while only they are shown. */
  readonly scale: number
}

/** All of these, as large as there is room. */
export function smallOf(rects: Iterable<Rect>): Small {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y, width, height } of rects) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  if (left === Infinity) return { bounds: undefined, scale: 1 }
  const bounds = { x: left, y: top, width: right - left, height: bottom - top }
  return { bounds, scale: scaleOf(bounds) }
}

const scaleOf = ({ width, height }: Rect): number => Math.max(width / (wide - 2 * rim), height / (high - 2 * rim), 1e-6)

/** Where a rectangle stands on the map while this part of the plane is shown, in pixels. */
export function onMap({ x, y, width, height }: Rect, frame: Rect): Rect {
  const scale = scaleOf(frame)
  return { x: wide / 2 + (x - frame.x - frame.width / 2) / scale, y: high / 2 + (y - frame.y - frame.height / 2) / scale, width: width / scale, height: height / scale }
}

/** Both of them. */
export function together(a: Rect, b: Rect): Rect {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)]
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y }
}

/** A box on the map. */
interface Shape extends Rect {
  readonly ground: boolean
}

/** The same list as long as boxes are where and what they were, whatever they say. */
class LastShapes {
  private last: readonly Shape[] = []
  of(nodes: readonly BoxNode[], rects: ReadonlyMap<string, Rect>): readonly Shape[] {
    const now = nodes.flatMap(({ id, data: { box } }): readonly Shape[] => {
      const rect = rects.get(id)
      return rect ? [{ ...rect, ground: grounds.has(box.kind) }] : []
    })
    if (!sameData(this.last, now)) this.last = now
    return this.last
  }
}

function paint(canvas: HTMLCanvasElement, shapes: readonly Shape[], { bounds, scale }: Small): void {
  const sharp = window.devicePixelRatio
  const [width, height] = bounds ? [bounds.width / scale, bounds.height / scale] : [0, 0]
  canvas.width = Math.ceil(width * sharp)
  canvas.height = Math.ceil(height * sharp)
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  const context = canvas.getContext('2d')
  if (!bounds || !context) return
  context.fillStyle = getComputedStyle(canvas).color
  context.scale(sharp / scale, sharp / scale)
  for (const { ground, ...rect } of shapes) {
    context.globalAlpha = ground ? 0.18 : 0.5
    // The smallest is still seen.
    context.fillRect(rect.x - bounds.x, rect.y - bounds.y, Math.max(rect.width, scale / sharp), Math.max(rect.height, scale / sharp))
  }
}

interface Props {
  readonly nodes: readonly BoxNode[]
  readonly rects: ReadonlyMap<string, Rect>
  /** A hand has moved the picture. */
  readonly moved: () => void
}

export function Overview({ nodes, rects, moved }: Props): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [last] = useState(() => new LastShapes())
  const shapes = useMemo(() => last.of(nodes, rects), [last, nodes, rects])
  const small = useMemo(() => smallOf(shapes), [shapes])
  useEffect(() => {
    const draw = (): void => { if (canvas.current) paint(canvas.current, shapes, small) }
    draw()
    // Another theme is another class and other custom properties of the page.
    const themes = new MutationObserver(draw)
    for (const element of [document.documentElement, document.body]) themes.observe(element, { attributes: true, attributeFilter: ['class', 'style'] })
    return () => themes.disconnect()
  }, [shapes, small])
  const aside = useStandsAside(rects, small)
  return <Panel position="bottom-right" className={aside ? 'overview aside' : 'overview'}><Seen small={small} canvas={canvas} moved={moved} /></Panel>
}

/** Everything is in sight, and some of it lies under the map: then the map is of no use, and in the way. */
function useStandsAside(rects: ReadonlyMap<string, Rect>, { bounds }: Small): boolean {
  return useStore(({ transform: [x, y, zoom], width, height }) => {
    if (!bounds || zoom <= 0) return false
    const [left, top] = [bounds.x * zoom + x, bounds.y * zoom + y]
    if (left < 0 || top < 0 || left + bounds.width * zoom > width || top + bounds.height * zoom > height) return false
    // React Flow's own margin lies between the map and the corner.
    const map = { x: (width - wide - corner - x) / zoom, y: (height - high - corner - y) / zoom }
    for (const rect of rects.values()) if (rect.x + rect.width > map.x && rect.y + rect.height > map.y) return true
    return false
  })
}

function Seen({ small: { bounds, scale }, canvas, moved }: { readonly small: Small; readonly canvas: RefObject<HTMLCanvasElement | null>; readonly moved: () => void }): ReactElement {
  const flow = useReactFlow()
  const x = useStore(({ transform }) => transform[0])
  const y = useStore(({ transform }) => transform[1])
  const zoom = useStore(({ transform }) => transform[2])
  const width = useStore((state) => state.width)
  const height = useStore((state) => state.height)
  const held = useRef<{ readonly x: number; readonly y: number } | undefined>(undefined)
  const view = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
  // Whoever looks beside the picture sees where that is.
  const frame = bounds ? together(bounds, view) : view
  const [all, seen] = [bounds && onMap(bounds, frame), onMap(view, frame)]
  const pull = (event: PointerEvent): void => {
    if (!held.current) return
    const by = scaleOf(frame) * zoom
    const now = flow.getViewport()
    moved()
    void flow.setViewport({ ...now, x: now.x - (event.clientX - held.current.x) * by, y: now.y - (event.clientY - held.current.y) * by })
    held.current = { x: event.clientX, y: event.clientY }
  }
  return (
    <div
      className="overview-map" role="img" aria-label={t('Overview')}
      onPointerDown={(event) => { if (event.button === 0) { event.currentTarget.setPointerCapture(event.pointerId); held.current = { x: event.clientX, y: event.clientY } } }}
      onPointerMove={pull} onPointerUp={() => { held.current = undefined }} onPointerCancel={() => { held.current = undefined }}
      onWheel={(event) => { moved(); void flow.zoomTo(zoom * 2 ** (-event.deltaY * (event.deltaMode === 1 ? 0.05 : event.deltaMode === 2 ? 1 : 0.002))) }}
    >
      <canvas ref={canvas} style={all && { transform: `translate(${all.x}px, ${all.y}px) scale(${scale / scaleOf(frame)})` }} />
      <div className="overview-seen" style={{ width: seen.width, height: seen.height, transform: `translate(${seen.x}px, ${seen.y}px)` }} />
    </div>
  )
}
