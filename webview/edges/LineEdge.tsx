/** A wire, a plug or a tunnel: its run was computed with the layout; here it is only drawn. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react'
import { memo, type ReactElement } from 'react'
import type { LineEdge as Data } from '../canvas/flow.ts'
import type { Side } from '../canvas/geometry.ts'
import { BadgeMark } from '../nodes/BoxNode.tsx'
import { useStore } from '../store.ts'

/** Where an interface's name stands: beside the line, outside the box that it belongs to. */
const nearEnd = ({ x, y, side }: { x: number; y: number; side: Side }): { x: number; y: number; anchor: 'start' | 'end' } =>
  side === 'bottom' ? { x: x + 4, y: y + 11, anchor: 'start' } : side === 'top' ? { x: x + 4, y: y - 5, anchor: 'start' }
    : side === 'right' ? { x: x + 4, y: y - 4, anchor: 'start' } : { x: x - 4, y: y - 4, anchor: 'end' }

function Drawn({ id, data }: EdgeProps<Data>): ReactElement | null {
  const selected = useStore((state) => state.selected === id)
  if (!data) return null
  const { line, route, labels } = data
  const [a, b] = [nearEnd(route.from), nearEnd(route.to)]
  const classes = ['line', line.kind, line.broken ? 'broken' : '', selected ? 'chosen' : ''].filter((name) => name !== '').join(' ')
  return (
    <>
      <g className={classes}>
        <BaseEdge id={id} path={route.path} interactionWidth={14} style={line.color === undefined ? undefined : { stroke: line.color }} />
        {labels && line.kind === 'link' && route.roomFrom && line.fromLabel !== undefined && <text className="end" x={a.x} y={a.y} textAnchor={a.anchor}>{line.fromLabel}</text>}
        {labels && line.kind === 'link' && route.roomTo && line.toLabel !== undefined && <text className="end" x={b.x} y={b.y} textAnchor={b.anchor}>{line.toLabel}</text>}
      </g>
      {((labels && line.kind === 'tunnel') || line.badge) && (
        <EdgeLabelRenderer>
          <div className={`line-label ${line.kind}`} style={{ transform: `translate(-50%, -50%) translate(${route.middle.x}px, ${route.middle.y}px)`, ...(line.color !== undefined && { borderColor: line.color }) }}>
            {labels && line.kind === 'tunnel' ? line.label : ''}{line.badge && <BadgeMark badge={line.badge} />}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  )
}

export const LineEdge = memo(Drawn)
