/** The first picture: Underlay's layout, level by level and without overlays, against elkjs used plainly on the whole graph. */
import ELK, { type ElkNode } from 'elkjs/lib/elk.bundled.js'
import { analyze, diagram, finish, readSource } from '../../core/analysis.ts'
import type { Diagram } from '../../core/diagram/diagram.ts'
import { layoutDiagram } from '../../core/layout/index.ts'
import { compare } from './measure.ts'
import { generateInfra, sizeFor } from './generate.ts'

/** One graph with nesting and every line, as elkjs's own examples do it. */
function plain({ boxes, lines }: Diagram): ElkNode {
  const nodes = new Map<string, ElkNode & { children: ElkNode[] }>(boxes.map(({ id, width, height }) => [id, { id, width, height, children: [] }]))
  const root: ElkNode & { children: ElkNode[] } = { id: 'root', children: [], layoutOptions: { 'elk.algorithm': 'layered', 'elk.direction': 'DOWN', 'elk.hierarchyHandling': 'INCLUDE_CHILDREN' } }
  for (const { id, parent } of boxes) {
    const node = nodes.get(id)
    if (node) (parent === undefined ? root : nodes.get(parent) ?? root).children.push(node)
  }
  return { ...root, edges: lines.filter(({ from, to }) => nodes.has(from) && nodes.has(to)).map(({ from, to }, i) => ({ id: `e${i}`, sources: [from], targets: [to] })) }
}

for (const [nodes, tunnels] of [[100, 0], [100, 50], [1000, 0], [1000, 500]] as const) {
  const text = generateInfra(sizeFor(nodes, tunnels))
  const reading = readSource({ uri: 'x.infra.yaml', text, version: 1 })
  if (!reading) throw new Error('not recognised')
  const analysis = finish(analyze([reading]))
  const drawn = diagram(analysis, { view: 'physical' })
  const elk = new ELK()
  await compare(`${nodes} nodes, ${tunnels} tunnels: ${drawn.boxes.length} boxes, ${drawn.lines.length} lines`, [
    { name: 'draw and lay out', run: () => layoutDiagram(diagram(analysis, { view: 'physical' }), 'DOWN', elk) },
    { name: 'plain elkjs, whole graph', run: () => elk.layout(plain(drawn)).catch(() => 'gave up') },
  ], nodes > 500 ? 2 : 5, 1)
}
