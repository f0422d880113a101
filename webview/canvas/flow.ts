/** Diagram and positions to React Flow's nodes and edges. */
import { Position, type Edge, type Node } from '@xyflow/react'
import type { Box, Diagram, Line, Placed } from '../../core/diagram/diagram.ts'
import { labelsOf, type LineLabels } from '../../core/diagram/labels.ts'
import { headerOf, holdersOf, rectsOf, type Rect } from '../../core/diagram/rects.ts'
import { routesOf, type Route } from '../../core/diagram/routes.ts'
import { layerOf, type Layer } from '../store.ts'

export type BoxNode = Node<{ readonly box: Box; readonly group: boolean; readonly [key: string]: unknown }, 'box'>
export type LineEdge = Edge<{ readonly line: Line; readonly route: Route; readonly labels: LineLabels | undefined; readonly words: boolean; readonly [key: string]: unknown }, 'line'>

export interface Flow {
  readonly nodes: BoxNode[]
  readonly edges: LineEdge[]
  readonly rects: ReadonlyMap<string, Rect>
  /** Words of holding boxes that lines cross, to be drawn once more above them. */
  readonly crossed: readonly { readonly box: Box; readonly at: Rect }[]
}

/** From the back to the front: holding boxes, lines, boxes, the words of holding boxes, the labels of lines. */
export const depths = { wire: 500, tunnel: 520, leaf: 600, header: 650 } as const

export const movable = (box: Box): boolean => box.kind === 'vm' || box.kind === 'container'

export function flowOf(diagram: Diagram, placed: Placed, layers: Readonly<Record<Layer, boolean>>): Flow {
  const rects = rectsOf(diagram, placed)
  const routes = routesOf(diagram, rects)
  const holders = holdersOf(diagram)
  // Boxes come after what holds them, and so are drawn over it.
  const nodes = diagram.boxes.flatMap((box): BoxNode[] => {
    const spot = placed.boxes.get(box.id)
    if (!spot) return []
    const { width, height } = spot
    const group = holders.has(box.id)
    return [{
      id: box.id, type: 'box', position: { x: spot.x, y: spot.y }, width, height, measured: { width, height }, data: { box, group }, zIndex: group ? 0 : depths.leaf,
      ...(box.parent !== undefined && rects.has(box.parent) && { parentId: box.parent }), draggable: movable(box), connectable: false, ariaLabel: nameOf(box),
      handles: [
        { type: 'source', position: Position.Bottom, x: width / 2, y: height, width: 1, height: 1 }, { type: 'target', position: Position.Top, x: width / 2, y: 0, width: 1, height: 1 },
      ],
    }]
  })
  const lines = diagram.lines.filter((line) => routes.has(line.id) && layers[layerOf[line.kind]])
  const labels = labelsOf(diagram, rects, routes, lines, layers.labels)
  const edges = lines.flatMap((line): LineEdge[] => {
    const route = routes.get(line.id)
    if (!route) return []
    return [{
      id: line.id, type: 'line', source: line.from, target: line.to, data: { line, route, labels: labels.byLine.get(line.id), words: layers.labels }, zIndex: line.overlay ? depths.tunnel : depths.wire,
      focusable: line.kind !== 'attach', ariaLabel: `${line.kind} ${line.from} to ${line.to}`,
    }]
  })
  const crossed = labels.crossed.flatMap((box) => {
    const rect = rects.get(box.id)
    return rect ? [{ box, at: headerOf(box, rect) }] : []
  })
  return { nodes, edges, rects, crossed }
}

/** What a screen reader says. */
export const nameOf = (box: Box): string =>
  [box.kind, box.label, ...box.details, box.tenant && `tenant ${box.tenant}`, box.badge && `${box.badge.count} problems, worst is ${box.badge.severity}`].filter(Boolean).join(', ')
