/** The peer of the canvas benchmark: React Flow and elkjs as their own examples use them, on the page's own thread. */
import { ReactFlow, ReactFlowProvider, useReactFlow, type Edge, type Node } from '@xyflow/react'
import ELK, { type ElkNode } from 'elkjs/lib/elk.bundled.js'
import { useEffect, useState, type ReactElement } from 'react'
import { createRoot } from 'react-dom/client'
import '@xyflow/react/dist/style.css'
import type { Diagram } from '../../core/diagram/diagram.ts'

const elk = new ELK()

async function laidOut({ boxes, lines }: Diagram): Promise<{ nodes: Node[]; edges: Edge[] }> {
  const all = new Map<string, ElkNode & { children: ElkNode[] }>(boxes.map(({ id, width, height }) => [id, { id, width, height, children: [] }]))
  const root: ElkNode & { children: ElkNode[] } = { id: 'root', children: [], layoutOptions: { 'elk.algorithm': 'layered', 'elk.direction': 'DOWN', 'elk.hierarchyHandling': 'INCLUDE_CHILDREN' } }
  for (const { id, parent } of boxes) {
    const node = all.get(id)
    if (node) (parent === undefined ? root : all.get(parent) ?? root).children.push(node)
  }
  const done = await elk.layout({ ...root, edges: lines.map(({ from, to }, i) => ({ id: `e${i}`, sources: [from], targets: [to] })) })
  const nodes: Node[] = []
  const walk = (list: readonly ElkNode[], parent?: string): void => list.forEach((node) => {
    nodes.push({ id: node.id, position: { x: node.x ?? 0, y: node.y ?? 0 }, width: node.width ?? 0, height: node.height ?? 0, data: { label: node.id }, ...(parent !== undefined && { parentId: parent }) })
    walk(node.children ?? [], node.id)
  })
  walk(done.children ?? [])
  return { nodes, edges: lines.map(({ id, from, to }) => ({ id, source: from, target: to })) }
}

function Page(): ReactElement {
  const flow = useReactFlow()
  const [drawn, setDrawn] = useState<{ nodes: Node[]; edges: Edge[] }>({ nodes: [], edges: [] })
  useEffect(() => {
    const show = (event: MessageEvent<{ diagram?: Diagram }>): void => {
      if (event.data.diagram) void laidOut(event.data.diagram).then((next) => { setDrawn(next); setTimeout(() => void flow.fitView(), 0) })
    }
    window.addEventListener('message', show)
    return () => window.removeEventListener('message', show)
  }, [flow])
  return <div style={{ width: '100vw', height: '100vh' }}><ReactFlow nodes={drawn.nodes} edges={drawn.edges} minZoom={0.03} /></div>
}

const element = document.getElementById('root')
if (element) createRoot(element).render(<ReactFlowProvider><Page /></ReactFlowProvider>)
