/** The packet on its way: a mark on the element at which the shown hop happens, and on those it has passed. */
import { ViewportPortal } from '@xyflow/react'
import type { ReactElement } from 'react'
import { useStore } from '../store.ts'
import { hopsOf } from '../panels/hops.ts'
import type { Rect } from '../../core/diagram/rects.ts'
import { isStill } from './motion.ts'

export function Marker({ rects }: { readonly rects: ReadonlyMap<string, Rect> }): ReactElement | null {
  const panel = useStore((state) => state.panel)
  const { trace, step } = useStore((state) => state.trace)
  const still = useStore((state) => isStill(state.shown?.settings))
  if (panel !== 'trace' || !trace) return null
  const hops = hopsOf(trace)
  const current = hops[step]?.hop
  if (!current) return null
  const rectOf = (node: string, device: string | null): Rect | undefined => rects.get(`${node}:${device ?? ''}`) ?? rects.get(node)
  const passed = [...new Map(hops.slice(0, step + 1).flatMap(({ hop }) => {
    const rect = rectOf(hop.node, hop.interface)
    return rect ? [[`${rect.x},${rect.y}`, rect] as const] : []
  })).values()]
  const at = rectOf(current.node, current.interface)
  return (
    <ViewportPortal>
      {passed.map((rect) => <div key={`${rect.x},${rect.y}`} className="passed" style={{ transform: `translate(${rect.x - 3}px, ${rect.y - 3}px)`, width: rect.width + 6, height: rect.height + 6 }} />)}
      {at && <div className={`packet ${current.step === 'drop' ? 'lost' : ''}${still ? ' still' : ''}`} style={{ transform: `translate(${at.x + Math.min(at.width, 260) - 18}px, ${at.y - 10}px)` }}>{current.step === 'drop' ? '✕' : '●'}</div>}
    </ViewportPortal>
  )
}
