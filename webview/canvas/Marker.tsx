/** The packet on its way: a mark on the element at which the shown hop happens, and on those it has passed. */
import { ViewportPortal } from '@xyflow/react'
import { useMemo, type ReactElement } from 'react'
import { linesOf } from '../../core/marks/index.ts'
import { useStore } from '../store.ts'
import { hopsOf } from '../panels/hops.ts'
import type { Rect } from '../../core/diagram/rects.ts'
import type { LineEdge } from './flow.ts'
import { isStill } from './motion.ts'

export function Marker({ rects, edges }: { readonly rects: ReadonlyMap<string, Rect>; readonly edges: readonly LineEdge[] }): ReactElement | null {
  const panel = useStore((state) => state.panel)
  const { trace, step } = useStore((state) => state.trace)
  const still = useStore((state) => isStill(state.shown?.settings))
  // The lines that were taken so far: there, and then back.
  const taken = useMemo(() => {
    if (panel !== 'trace' || !trace) return []
    const there = linesOf(trace.hops.slice(0, step + 1))
    const back = linesOf((trace.reply?.hops ?? []).slice(0, Math.max(0, step + 1 - trace.hops.length)))
    const ids = new Set([...there, ...back])
    return edges.filter(({ id }) => ids.has(id))
  }, [panel, trace, step, edges])
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
      {taken.length > 0 && <svg className="taken-lines" width={1} height={1} aria-hidden="true">{taken.map(({ id, route }) => <path key={id} d={route.path} />)}</svg>}
      {passed.map((rect) => <div key={`${rect.x},${rect.y}`} className="passed" style={{ transform: `translate(${rect.x - 3}px, ${rect.y - 3}px)`, width: rect.width + 6, height: rect.height + 6 }} />)}
      {at && <div className={`packet ${current.step === 'drop' ? 'lost' : ''}${still ? ' still' : ''}`} style={{ transform: `translate(${at.x + Math.min(at.width, 260) - 18}px, ${at.y - 10}px)` }}>{current.step === 'drop' ? '✕' : '●'}</div>}
    </ViewportPortal>
  )
}
