/** A wire, a plug or a tunnel: its run and the places of its words were computed with the layout; here it is only drawn. */
import { memo, type ReactElement } from 'react'
import { labelText, type EndLabel } from '../../core/diagram/labels.ts'
import type { LineEdge as Data } from '../canvas/flow.ts'
import { BadgeMark } from '../nodes/BoxNode.tsx'
import { useStore } from '../store.ts'

const End = ({ at }: { readonly at: EndLabel }): ReactElement => <text className="end" x={at.x} y={at.y} textAnchor={at.anchor}>{at.text}</text>

/** The run, a wider one that answers the pointer, and the names of the interfaces. */
export const LineRun = memo(({ edge: { id, line, route, labels, said } }: { readonly edge: Data }): ReactElement => {
  const selected = useStore((state) => state.selected === id || state.also.includes(id))
  const classes = ['react-flow__edge line', line.kind, line.broken ? 'broken' : '', line.ghost ? 'ghost' : '', line.mark?.look ?? '', selected ? 'chosen' : ''].filter((name) => name !== '').join(' ')
  return (
    <g className={classes} data-id={id} role="group" aria-label={said} {...(line.kind !== 'attach' && { tabIndex: 0 })}>
      <path className="react-flow__edge-path" d={route.path} style={line.color === undefined ? undefined : { stroke: line.color }} />
      <path className="react-flow__edge-interaction" d={route.path} />
      {labels?.from && <End at={labels.from} />}
      {labels?.to && <End at={labels.to} />}
    </g>
  )
})
LineRun.displayName = 'LineRun'

/** Its own words, in the middle: no turn and no shift of their own, which browsers pay for with every frame. */
export const LineWords = memo(({ edge: { id, line, labels, words } }: { readonly edge: Data }): ReactElement | null => {
  const selected = useStore((state) => state.selected === id || state.also.includes(id))
  if (!labels?.middle) return null
  return (
    <div className="line-label-at" style={{ left: labels.middle.x, top: labels.middle.y }}>
      <div className={`line-label ${line.kind}${selected ? ' chosen' : ''}${line.mark ? ` ${line.mark.look}` : ''}`} data-id={id} style={line.color === undefined ? undefined : { borderColor: line.color }}>
        {words ? labelText(line) : ''}{line.badge && <BadgeMark badge={line.badge} />}
      </div>
    </div>
  )
})
LineWords.displayName = 'LineWords'
