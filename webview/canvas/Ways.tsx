/** Ways over the picture: a peer's packets before and after a move, the old one dashed; or where several guests go. */
import { ViewportPortal } from '@xyflow/react'
import type { ReactElement } from 'react'
import type { Rect } from '../../core/diagram/rects.ts'
import { drawnTrails } from '../../core/diagram/trails.ts'
import { useTrails } from '../trails.ts'

export function Ways({ rects }: { readonly rects: ReadonlyMap<string, Rect> }): ReactElement | null {
  const trails = useTrails()
  const drawn = drawnTrails({ trails }, rects)
  if (drawn.length === 0) return null
  const all = [...rects.values()]
  const [right, bottom] = [Math.max(...all.map(({ x, width }) => x + width)), Math.max(...all.map(({ y, height }) => y + height))]
  return (
    <ViewportPortal>
      <svg className="way-lines" width={right + 20} height={bottom + 20} aria-hidden="true">
        <defs><marker id="way-end" viewBox="-10 -6 10 12" refX="0" refY="0" markerWidth="5" markerHeight="5" orient="auto-start-reverse"><path d="M0 0L-10 -5.5L-10 5.5Z" fill="context-stroke" /></marker></defs>
        {drawn.map(({ trail: { look, said }, points }, i) => <polyline key={i} className={look} points={points.map(({ x, y }) => `${x},${y}`).join(' ')} markerEnd="url(#way-end)"><title>{said}</title></polyline>)}
      </svg>
    </ViewportPortal>
  )
}
