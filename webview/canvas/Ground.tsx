/** The dots under the picture: one tile, painted once a zoom and only shifted while the picture moves. */
import { useStore } from '@xyflow/react'
import type { ReactElement } from 'react'

/** Units between two dots, and the pixels that there are at least: from afar every second dot is left out, and again. */
const [gap, least] = [24, 18]

export function Ground(): ReactElement {
  const x = useStore(({ transform }) => transform[0])
  const y = useStore(({ transform }) => transform[1])
  const zoom = useStore(({ transform }) => transform[2])
  const step = gap * zoom * 2 ** Math.max(0, Math.ceil(Math.log2(least / (gap * zoom))))
  return <div className="ground" aria-hidden="true" style={{ inset: -step, backgroundSize: `${step}px ${step}px`, transform: `translate(${x % step}px, ${y % step}px)` }} />
}
