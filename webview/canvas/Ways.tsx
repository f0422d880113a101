/** The way of one peer's packets before and after a move: two lines over the picture, the old one dashed. */
import { ViewportPortal } from '@xyflow/react'
import type { ReactElement } from 'react'
import type { Rect } from '../../core/diagram/rects.ts'
import { useStore } from '../store.ts'

// A machine that holds others is passed at its name, not across what it holds.
const nameLine = 22

export function Ways({ rects }: { readonly rects: ReadonlyMap<string, Rect> }): ReactElement | null {
  const panel = useStore((state) => state.panel)
  const migration = useStore((state) => state.migration)
  const report = migration?.report
  const ways = report?.network.find(({ peer }) => peer === migration?.peer)?.ways
  if (panel !== 'migration' || !report || !ways) return null
  // Afterwards the guest is where it moves to.
  const points = (nodes: readonly string[], moved: boolean): string => nodes.flatMap((node) => {
    const rect = rects.get(moved && node === report.vm ? report.to : node)
    return rect ? [`${rect.x + rect.width / 2},${rect.y + Math.min(nameLine, rect.height / 2)}`] : []
  }).join(' ')
  const all = [...rects.values()]
  const [right, bottom] = [Math.max(...all.map(({ x, width }) => x + width)), Math.max(...all.map(({ y, height }) => y + height))]
  return (
    <ViewportPortal>
      <svg className="way-lines" width={right + 20} height={bottom + 20} aria-hidden="true">
        <polyline className="before" points={points(ways.before.out, false)} />
        {ways.after && <polyline className="after" points={points(ways.after.out, true)} />}
      </svg>
    </ViewportPortal>
  )
}
