/** Links that a proposal would make, drawn broken between their boxes before they are there. */
import { ViewportPortal } from '@xyflow/react'
import type { ReactElement } from 'react'
import type { Rect } from '../../core/diagram/rects.ts'
import { useGestures } from '../gestures.ts'

/** More lines than this say no more than their number does. */
const mostDrawn = 400

export function Preview({ rects }: { readonly rects: ReadonlyMap<string, Rect> }): ReactElement | null {
  const preview = useGestures((state) => state.proposal?.plan?.preview)
  if (!preview || preview.length === 0) return null
  const middle = ({ x, y, width, height }: Rect): readonly [number, number] => [x + width / 2, y + height / 2]
  return (
    <ViewportPortal>
      <svg className="preview" aria-hidden="true">
        {preview.slice(0, mostDrawn).map(({ from, to, label }) => {
          const [a, b] = [rects.get(from), rects.get(to)]
          if (!a || !b) return null
          const [[x1, y1], [x2, y2]] = [middle(a), middle(b)]
          return <line key={label} x1={x1} y1={y1} x2={x2} y2={y2} vectorEffect="non-scaling-stroke" />
        })}
      </svg>
    </ViewportPortal>
  )
}
