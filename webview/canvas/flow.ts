/** Diagram and positions to React Flow's nodes and edges. */
import type { Node } from '@xyflow/react'
import { closeBoxes } from '../../core/diagram/close.ts'
import type { Box, Diagram, Domain, Line, Placed } from '../../core/diagram/diagram.ts'
import { labelsOf, type LineLabels } from '../../core/diagram/labels.ts'
import { domainsById } from '../../core/diagram/domains.ts'
import { headerOf, holdersOf, rectsOf, type Rect } from '../../core/diagram/rects.ts'
import { routesOf, type Route } from '../../core/diagram/routes.ts'
import { sameData } from '../../core/diagram/share.ts'
import { t } from '../l10n.ts'
import { layerOf, type Layer } from '../store.ts'
import { closedFromAfar, type Far } from './far.ts'

export type BoxNode = Node<{ readonly box: Box; readonly group: boolean; readonly closed: boolean; readonly far: boolean; readonly above: boolean; readonly [key: string]: unknown }, 'box'>
/** A line as it is drawn. */
export interface LineEdge {
  readonly id: string
  readonly line: Line
  readonly route: Route
  readonly labels: LineLabels | undefined
  /** Its words are drawn, not only what is wrong with it. */
  readonly words: boolean
  /** What a screen reader says. */
  readonly said: string
}

export interface Flow {
  readonly nodes: BoxNode[]
  readonly edges: LineEdge[]
  readonly rects: ReadonlyMap<string, Rect>
  /** The box that is drawn for one that is not. */
  readonly shownBy: ReadonlyMap<string, string>
  /** Networks by box and line, where their layer is shown. */
  readonly domains: ReadonlyMap<string, readonly Domain[]>
  /** Rectangles of what is drawn. */
  readonly visible: ReadonlyMap<string, Rect>
  /** Words of holding boxes that lines cross, to be drawn once more above them. */
  readonly crossed: readonly { readonly box: Box; readonly at: Rect }[]
}

/** From the back to the front: holding boxes, lines, boxes, the words of holding boxes, the labels of lines. */
export const depths = { band: 490, wire: 500, tunnel: 520, leaf: 600, chip: 640, header: 650, label: 1300 } as const

export const movable = (box: Box): boolean => box.kind === 'vm' || box.kind === 'container'

/** Nodes, edges and runs as they were drawn last, so that what is the same is the same object and is neither worked out nor drawn again. */
export class Drawn {
  private nodes = new Map<string, { readonly of: readonly unknown[]; readonly node: BoxNode }>()
  private edges = new Map<string, { readonly of: readonly unknown[]; readonly edge: LineEdge }>()
  private runs: { readonly of: readonly unknown[]; readonly routes: ReadonlyMap<string, Route> } | undefined

  /** `of`: all that it is made from. */
  node(of: readonly unknown[], make: () => BoxNode, id: string): BoxNode {
    const known = this.nodes.get(id)
    if (known && sameData(known.of, of)) return known.node
    const node = make()
    this.nodes.set(id, { of, node })
    return node
  }

  edge(of: readonly unknown[], make: () => LineEdge, id: string): LineEdge {
    const known = this.edges.get(id)
    if (known && sameData(known.of, of)) return known.edge
    const edge = make()
    this.edges.set(id, { of, edge })
    return edge
  }

  /** Lines run the same way as long as boxes and ends stand where they did, whatever is written on them. */
  routes(diagram: Diagram, rects: ReadonlyMap<string, Rect>, direction: Placed['direction']): ReadonlyMap<string, Route> {
    const of = [direction, diagram.boxes.map(({ id, parent, seat }) => [id, parent, seat?.straight, rects.get(id)]), diagram.lines.map(({ id, from, to }) => [id, from, to])]
    if (!this.runs || !sameData(this.runs.of, of)) this.runs = { of, routes: routesOf(diagram, rects, direction) }
    return this.runs.routes
  }
}

const nothing: ReadonlySet<string> = new Set()

export function flowOf(all: Diagram, placed: Placed, layers: Readonly<Record<Layer, boolean>>, far: Far, last: Drawn): Flow {
  const rects = rectsOf(all, placed)
  const { diagram, shownBy } = closeBoxes(all, far ? closedFromAfar(all, far) : nothing)
  const routes = last.routes(diagram, rects, placed.direction)
  const holders = holdersOf(diagram)
  const domains = domainsById(diagram, shownBy)
  const lines = diagram.lines.filter((line) => routes.has(line.id) && layers[layerOf[line.kind]])
  const labels = labelsOf(diagram, rects, routes, lines, layers.labels && !far)
  const crossed = far ? [] : labels.crossed.flatMap((box) => {
    const rect = rects.get(box.id)
    return rect ? [{ box, at: headerOf(box, rect) }] : []
  })
  const above = new Set(crossed.map(({ box }) => box.id))
  // Boxes come after what holds them, and so are drawn over it.
  const nodes = diagram.boxes.flatMap((box): BoxNode[] => {
    const spot = placed.boxes.get(box.id)
    if (!spot) return []
    const { width, height } = spot
    const closed = far !== undefined && box.closed === true
    const group = holders.has(box.id)
    return [last.node([box, spot, group, closed, far !== undefined, above.has(box.id), domains.get(box.id)], () => ({
      id: box.id, type: 'box', position: { x: spot.x, y: spot.y }, width, height, measured: { width, height }, data: { box, group, closed, far: far !== undefined, above: above.has(box.id) }, zIndex: group ? 0 : depths.leaf,
      ...(box.parent !== undefined && rects.has(box.parent) && { parentId: box.parent }), draggable: movable(box) && !box.ghost, connectable: false, ariaLabel: nameOf(box, domains.get(box.id)),
    }), box.id)]
  })
  const edges = lines.flatMap((line): LineEdge[] => {
    const route = routes.get(line.id)
    if (!route) return []
    const words = layers.labels && !far
    const own = labels.byLine.get(line.id)
    return [last.edge([line, route, own, words], () => ({
      id: line.id, line, route, labels: own, words, said: t`${line.kind} ${line.from} to ${line.to}${line.mark ? `, ${line.mark.said}` : ''}`,
    }), line.id)]
  })
  return { nodes, edges, rects, crossed, domains, shownBy, visible: shownBy.size === 0 ? rects : new Map([...rects].filter(([id]) => !shownBy.has(id))) }
}

/** What a screen reader says; `domains`: the networks that the layer shows there. */
export const nameOf = (box: Box, domains: readonly Domain[] = []): string =>
  [box.kind, box.label, box.mark?.said, ...box.details, box.tenant && t`tenant ${box.tenant}`, box.badge && t`${box.badge.count} problems, worst is ${box.badge.severity}`, domains.length > 0 && t('networks {0}', domains.map(({ number, name }) => `${number} ${name}`).join(', '))].filter(Boolean).join(', ')
