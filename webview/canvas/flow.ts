/** Diagram and positions to React Flow's nodes and edges. */
import { Position, type Edge, type Node } from '@xyflow/react'
import type { Box, Diagram, Line, Placed } from '../../core/diagram/diagram.ts'
import type { Layer } from '../store.ts'
import { rectsOf, routesOf, type Rect, type Route } from './geometry.ts'

export type BoxNode = Node<{ readonly box: Box; readonly group: boolean; readonly [key: string]: unknown }, 'box'>
export type LineEdge = Edge<{ readonly line: Line; readonly route: Route; readonly labels: boolean; readonly [key: string]: unknown }, 'line'>

export interface Flow {
  readonly nodes: BoxNode[]
  readonly edges: LineEdge[]
  readonly rects: ReadonlyMap<string, Rect>
}

const layerOf: Readonly<Record<Line['kind'], Layer>> = { link: 'links', attach: 'attachments', member: 'attachments', tunnel: 'tunnels' }

export const movable = (box: Box): boolean => box.kind === 'vm' || box.kind === 'container'

export function flowOf(diagram: Diagram, placed: Placed, layers: Readonly<Record<Layer, boolean>>): Flow {
  const rects = rectsOf(diagram, placed)
  const routes = routesOf(diagram, rects)
  const holders = new Set(diagram.boxes.flatMap((box) => (box.parent === undefined ? [] : [box.parent])))
  const nodes = diagram.boxes.flatMap((box): BoxNode[] => {
    const spot = placed.boxes.get(box.id)
    if (!spot) return []
    const { width, height } = spot
    return [{
      id: box.id, type: 'box', position: { x: spot.x, y: spot.y }, width, height, measured: { width, height }, data: { box, group: holders.has(box.id) },
      ...(box.parent !== undefined && rects.has(box.parent) && { parentId: box.parent }), draggable: movable(box), connectable: false, ariaLabel: nameOf(box),
      handles: [
        { type: 'source', position: Position.Bottom, x: width / 2, y: height, width: 1, height: 1 }, { type: 'target', position: Position.Top, x: width / 2, y: 0, width: 1, height: 1 },
      ],
    }]
  })
  const edges = diagram.lines.flatMap((line): LineEdge[] => {
    const route = routes.get(line.id)
    if (!route || !layers[layerOf[line.kind]]) return []
    return [{ id: line.id, type: 'line', source: line.from, target: line.to, data: { line, route, labels: layers.labels }, zIndex: line.overlay ? 1000 : 900, focusable: line.kind !== 'attach', ariaLabel: `${line.kind} ${line.from} to ${line.to}` }]
  })
  return { nodes, edges, rects }
}

/** What a screen reader says. */
export const nameOf = (box: Box): string =>
  [box.kind, box.label, ...box.details, box.tenant && `tenant ${box.tenant}`, box.badge && `${box.badge.count} problems, worst is ${box.badge.severity}`].filter(Boolean).join(', ')
