/** All lines of the picture: one drawing for wires and one for tunnels, so that a frame costs two layers and not one a line. */
import { ViewportPortal } from '@xyflow/react'
import { memo, type MouseEvent, type ReactElement } from 'react'
import { depths, type LineEdge } from '../canvas/flow.ts'
import { LineRun, LineWords } from './LineEdge.tsx'

interface Props {
  readonly edges: readonly LineEdge[]
  readonly onClick: (event: MouseEvent, id: string) => void
  readonly onContextMenu: (event: MouseEvent, id: string) => void
}

const idAt = (event: MouseEvent): string | undefined => (event.target as Element).closest('[data-id]')?.getAttribute('data-id') ?? undefined

export const Lines = memo(({ edges, onClick, onContextMenu }: Props): ReactElement => {
  const on = (act: Props['onClick']) => (event: MouseEvent): void => {
    const id = idAt(event)
    if (id === undefined) return
    event.stopPropagation()
    act(event, id)
  }
  const [click, menu] = [on(onClick), on(onContextMenu)]
  const drawing = (name: string, depth: number, overlay: boolean): ReactElement => (
    <svg className={`lines ${name}`} style={{ zIndex: depth }} onClick={click} onContextMenu={menu}>
      {edges.flatMap((edge) => (edge.line.overlay === overlay ? [<LineRun key={edge.id} edge={edge} />] : []))}
    </svg>
  )
  return (
    <ViewportPortal>
      {drawing('wires', depths.wire, false)}
      {drawing('tunnels', depths.tunnel, true)}
      <div className="line-labels" style={{ zIndex: depths.label }} onClick={click} onContextMenu={menu}>
        {edges.flatMap((edge) => (edge.labels?.middle ? [<LineWords key={edge.id} edge={edge} />] : []))}
      </div>
    </ViewportPortal>
  )
})
Lines.displayName = 'Lines'
