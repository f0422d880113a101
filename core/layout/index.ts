/** Diagram to positions: each box's inside is laid out on its own, from the innermost out, by ELK's layered algorithm. */
import type { ELK, ElkNode } from 'elkjs/lib/elk-api'
import type { Diagram, Placed } from '../diagram/diagram.ts'
import { pack } from './pack.ts'
import { structureOf, type Structure } from './structure.ts'

export { keyOf, structureOf, type Structure } from './structure.ts'

/** Room around what a box holds, and for its header; in units. */
const padding = 16
const header = 52
const gap = 22

interface Size {
  readonly width: number
  readonly height: number
}
type Spot = Size & { readonly x: number; readonly y: number }

/**
 * Lines between boxes of different parents count between the ancestors that share a parent: so every level is a small
 * graph of its own, and a thousand boxes cost a few small layouts instead of one large one. `elk` runs where the caller
 * wants: in this thread, or in a worker.
 */
export async function layout(structure: Structure, elk: Pick<ELK, 'layout'>): Promise<Placed> {
  const children = new Map<string | undefined, string[]>()
  const parentOf = new Map<string, string | undefined>()
  const own = new Map<string, Size>()
  const ids = new Set(structure.boxes.map(({ id }) => id))
  for (const { id, parent, width, height } of structure.boxes) {
    const up = parent !== undefined && ids.has(parent) ? parent : undefined
    parentOf.set(id, up)
    own.set(id, { width, height })
    const list = children.get(up)
    if (list) list.push(id)
    else children.set(up, [id])
  }
  const edges = edgesByParent(structure, parentOf)
  const spots = new Map<string, Spot>()

  const inside = async (parent: string | undefined): Promise<Size> => {
    const ids = children.get(parent) ?? []
    const sizes = new Map<string, Size>()
    for (const id of ids) {
      const base = own.get(id) ?? { width: 100, height: 40 }
      if (!children.has(id)) sizes.set(id, base)
      else {
        const inner = await inside(id)
        sizes.set(id, { width: Math.max(base.width, inner.width + 2 * padding), height: Math.max(base.height, header + inner.height + padding) })
      }
    }
    const here = edges.get(parent) ?? []
    const placed = here.length === 0 ? pack(ids, sizes, gap) : await layered(ids, sizes, here, structure.direction, elk)
    const offset = parent === undefined ? { x: 0, y: 0 } : { x: padding, y: header }
    for (const [id, spot] of placed.spots) spots.set(id, { ...spot, x: spot.x + offset.x, y: spot.y + offset.y })
    return placed
  }
  const { width, height } = await inside(undefined)
  return { boxes: spots, lines: new Map(), width, height }
}

/** Each line lifted to the two ancestors that are siblings; parallel ones once. */
function edgesByParent(structure: Structure, parentOf: ReadonlyMap<string, string | undefined>): ReadonlyMap<string | undefined, [string, string][]> {
  const edges = new Map<string | undefined, [string, string][]>()
  const seen = new Set<string>()
  const line = (id: string): string[] => {
    const up = [id]
    for (let at = parentOf.get(id); at !== undefined; at = parentOf.get(at)) up.push(at)
    return up.reverse()
  }
  for (const { from, to } of structure.lines) {
    if (!parentOf.has(from) || !parentOf.has(to)) continue
    const [a, b] = [line(from), line(to)]
    let depth = 0
    while (depth < a.length - 1 && depth < b.length - 1 && a[depth] === b[depth]) depth++
    const [x, y] = [a[depth], b[depth]]
    if (x === undefined || y === undefined || x === y) continue
    const key = x < y ? `${x}\n${y}` : `${y}\n${x}`
    if (seen.has(key)) continue
    seen.add(key)
    const parent = parentOf.get(x)
    edges.set(parent, [...(edges.get(parent) ?? []), [x, y]])
  }
  return edges
}

interface Laid extends Size {
  readonly spots: ReadonlyMap<string, Spot>
}

/** Boxes that hang on one and the same other box and on nothing else, and are many: they stand packed, as one. */
const manyLeaves = 5

function bundlesOf(ids: readonly string[], edges: readonly (readonly [string, string])[]): ReadonlyMap<string, readonly string[]> {
  const neighbours = new Map<string, Set<string>>()
  for (const [a, b] of edges) {
    neighbours.set(a, (neighbours.get(a) ?? new Set()).add(b))
    neighbours.set(b, (neighbours.get(b) ?? new Set()).add(a))
  }
  const leaves = new Map<string, string[]>()
  for (const id of ids) {
    const own = neighbours.get(id)
    const [hub] = own ?? []
    if (hub === undefined || own?.size !== 1 || neighbours.get(hub)?.size === 1) continue
    leaves.set(hub, [...(leaves.get(hub) ?? []), id])
  }
  return new Map([...leaves].filter(([, list]) => list.length > manyLeaves))
}

async function layered(ids: readonly string[], sizes: ReadonlyMap<string, Size>, edges: readonly (readonly [string, string])[], direction: 'DOWN' | 'RIGHT', elk: Pick<ELK, 'layout'>): Promise<Laid> {
  const bundles = new Map([...bundlesOf(ids, edges)].map(([hub, list]) => [`\n${hub}`, pack(list, sizes, gap)]))
  const bundled = new Map([...bundles].flatMap(([bundle, packed]) => [...packed.spots.keys()].map((id) => [id, bundle] as const)))
  const stands = (id: string): string => bundled.get(id) ?? id
  const joined = new Set(edges.flat().map(stands))
  const loose = ids.filter((id) => !joined.has(stands(id)))
  const nodes = [...new Set(ids.map(stands))].filter((id) => joined.has(id))
  const lines = [...new Map(edges.map(([from, to]) => [`${stands(from)} ${stands(to)}`, [stands(from), stands(to)] as const])).values()]
  const graph: ElkNode = {
    id: 'graph',
    layoutOptions: {
      'elk.algorithm': 'layered', 'elk.direction': direction, 'elk.spacing.nodeNode': String(gap + 6), 'elk.layered.spacing.nodeNodeBetweenLayers': '64',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES', 'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX', 'elk.spacing.componentComponent': '48',
      'elk.layered.thoroughness': nodes.length > 200 ? '1' : '7', 'elk.layered.cycleBreaking.strategy': 'GREEDY_MODEL_ORDER',
    },
    children: nodes.map((id) => ({ id, ...(bundles.get(id) ? { width: bundles.get(id)?.width ?? 0, height: bundles.get(id)?.height ?? 0 } : sizes.get(id) ?? { width: 100, height: 40 }) })),
    edges: lines.map(([from, to], i) => ({ id: `e${i}`, sources: [from], targets: [to] })),
  }
  const result = await elk.layout(graph)
  const spots = new Map<string, Spot>()
  for (const child of result.children ?? []) {
    const at = { x: child.x ?? 0, y: child.y ?? 0 }
    const packed = bundles.get(child.id)
    if (packed) for (const [id, spot] of packed.spots) spots.set(id, { ...spot, x: at.x + spot.x, y: at.y + spot.y })
    else spots.set(child.id, { ...at, width: child.width ?? 100, height: child.height ?? 40 })
  }
  const width = Math.max(0, ...[...spots.values()].map((spot) => spot.x + spot.width))
  const height = Math.max(0, ...[...spots.values()].map((spot) => spot.y + spot.height))
  // What hangs on no line stands below, packed.
  const rest = pack(loose, sizes, gap)
  for (const [id, spot] of rest.spots) spots.set(id, { ...spot, y: spot.y + height + (height > 0 ? gap : 0) })
  return { spots, width: Math.max(width, rest.width), height: height + (rest.spots.size > 0 ? gap + rest.height : 0) }
}

/** For those who lay out in one go, without a worker of their own. */
export const layoutDiagram = (diagram: Diagram, direction: 'DOWN' | 'RIGHT', elk: Pick<ELK, 'layout'>): Promise<Placed> => layout(structureOf(diagram, direction), elk)
