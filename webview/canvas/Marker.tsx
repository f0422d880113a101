/** The packet on its way: a mark on the element at which the shown hop happens, and on those it has passed. */
import { ViewportPortal } from '@xyflow/react'
import { useMemo, type ReactElement } from 'react'
import { linesOf } from '../../core/marks/index.ts'
import type { ShownHop } from '../../core/protocol.ts'
import { useStore } from '../store.ts'
import { hopsOf } from '../panels/hops.ts'
import type { Rect } from '../../core/diagram/rects.ts'
import type { LineEdge } from './flow.ts'
import { isStill } from './motion.ts'

/** `rects`: of what is seen. `shownBy`: the closed box that is seen for what is closed away from afar. */
interface Props {
  readonly rects: ReadonlyMap<string, Rect>
  readonly shownBy: ReadonlyMap<string, string>
  readonly edges: readonly LineEdge[]
}

export function Marker({ rects, shownBy, edges }: Props): ReactElement | null {
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
  const whole = useStore((state) => state.shown?.whole)
  const parents = useMemo(() => new Map(panel === 'trace' && trace ? whole?.boxes.map(({ id, parent }) => [id, parent]) : []), [panel, trace, whole])
  if (panel !== 'trace' || !trace) return null
  const hops = hopsOf(trace)
  const current = hops[step]?.hop
  if (!current) return null
  /** The box of a machine, or the closed one that stands for it. */
  const machineRect = (node: string): Rect | undefined => {
    for (let id: string | undefined = node; id !== undefined; id = parents.get(id)) {
      const rect = rects.get(id) ?? rects.get(shownBy.get(id) ?? '')
      if (rect) return rect
    }
    return undefined
  }
  /** The device that decides, where it is drawn: itself, or the bridge whose port it is. Its machine stays lit around it. */
  const deviceRect = ({ node, interface: device, bridge }: ShownHop): Rect | undefined => rects.get(`${node}:${device ?? ''}`) ?? rects.get(bridge ?? '')
  const passed = [...new Map(hops.slice(0, step + 1).flatMap(({ hop }) => [machineRect(hop.node), deviceRect(hop)].flatMap((rect) => (rect ? [[`${rect.x},${rect.y}`, rect] as const] : [])))).values()]
  // What comes to its end without having arrived is lost there, though the last that it did was to be taken in.
  const there = step < trace.hops.length
  const done = there ? step === trace.hops.length - 1 && trace.verdict !== 'delivered' && (trace.reply?.hops.length ?? 0) === 0 : step === hops.length - 1 && trace.verdict !== 'delivered'
  const end = current.step === 'drop' || (done && trace.verdict === 'dropped') ? 'lost' : done ? 'unsure' : undefined
  const [own, at] = [deviceRect(current), deviceRect(current) ?? machineRect(current.node)]
  return (
    <ViewportPortal>
      {taken.length > 0 && <svg className="taken-lines" width={1} height={1} aria-hidden="true">{taken.map(({ id, route }) => <path key={id} d={route.path} />)}</svg>}
      {passed.map((rect) => <div key={`${rect.x},${rect.y}`} className={rect === own || (own === undefined && rect === at) ? 'passed now' : 'passed'} style={{ transform: `translate(${rect.x - 3}px, ${rect.y - 3}px)`, width: rect.width + 6, height: rect.height + 6 }} />)}
      {at && <div className={`packet ${end ?? ''}${still ? ' still' : ''}`} style={{ transform: `translate(${at.x + Math.min(at.width, 260) - 18}px, ${at.y - 10}px)` }}>{end === 'lost' ? '✕' : end === 'unsure' ? '?' : '●'}</div>}
    </ViewportPortal>
  )
}
