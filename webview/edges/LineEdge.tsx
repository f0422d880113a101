/** A wire, a plug or a tunnel: its run and the places of its words were computed with the layout; here it is only drawn. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react'
import { memo, type ReactElement } from 'react'
import { labelText, type EndLabel } from '../../core/diagram/labels.ts'
import type { LineEdge as Data } from '../canvas/flow.ts'
import { BadgeMark } from '../nodes/BoxNode.tsx'
import { useStore } from '../store.ts'

const End = ({ at }: { readonly at: EndLabel }): ReactElement => <text className="end" x={at.x} y={at.y} textAnchor={at.anchor}>{at.text}</text>

function Drawn({ id, data }: EdgeProps<Data>): ReactElement | null {
  const selected = useStore((state) => state.selected === id || state.also.includes(id))
  if (!data) return null
  const { line, route, labels, words } = data
  const text = words ? labelText(line) : ''
  const classes = ['line', line.kind, line.broken ? 'broken' : '', line.ghost ? 'ghost' : '', line.mark?.look ?? '', selected ? 'chosen' : ''].filter((name) => name !== '').join(' ')
  return (
    <>
      <g className={classes}>
        <BaseEdge id={id} path={route.path} interactionWidth={14} style={line.color === undefined ? undefined : { stroke: line.color }} />
        {labels?.from && <End at={labels.from} />}
        {labels?.to && <End at={labels.to} />}
      </g>
      {labels?.middle && (
        <EdgeLabelRenderer>
          <div className={`line-label ${line.kind}${selected ? ' chosen' : ''}${line.mark ? ` ${line.mark.look}` : ''}`} style={{ transform: `translate(-50%, -50%) translate(${labels.middle.x}px, ${labels.middle.y}px)`, ...(line.color !== undefined && { borderColor: line.color }) }}>
            {text}{line.badge && <BadgeMark badge={line.badge} />}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  )
}

export const LineEdge = memo(Drawn)
