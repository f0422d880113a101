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
  return { nodes: relabelled(nodes, { boxes }), edges: edgesOf({ lines }) }
}

const edgesOf = ({ lines }: Pick<Diagram, 'lines'>): Edge[] => lines.map(({ id, from, to }) => ({ id, source: from, target: to }))

/** A name and the lines below it are one text: less than the designer says. */
function relabelled(nodes: readonly Node[], { boxes }: Pick<Diagram, 'boxes'>): Node[] {
  const words = new Map(boxes.map(({ id, label, details }) => [id, [label, ...details].join(' ')]))
  return nodes.map((node) => ({ ...node, data: { label: words.get(node.id) ?? node.id } }))
}

function Page(): ReactElement {
  const flow = useReactFlow()
  const [drawn, setDrawn] = useState<{ nodes: Node[]; edges: Edge[] }>({ nodes: [], edges: [] })
  useEffect(() => {
    let places: readonly Node[] | undefined
    const show = (event: MessageEvent<{ diagram?: Diagram }>): void => {
      const { diagram } = event.data
      if (!diagram) return
      // New words on boxes that are all there already stay where they are; everything is set anew.
      if (places && places.length === diagram.boxes.length) setDrawn({ nodes: relabelled(places, diagram), edges: edgesOf(diagram) })
      else void laidOut(diagram).then((next) => { places = next.nodes; setDrawn(next); setTimeout(() => void flow.fitView(), 0) })
    }
    window.addEventListener('message', show)
    return () => window.removeEventListener('message', show)
  }, [flow])
  return <div style={{ width: '100vw', height: '100vh' }}><ReactFlow nodes={drawn.nodes} edges={drawn.edges} minZoom={0.03} onlyRenderVisibleElements={visible} /></div>
}

const visible = location.search === '?visible'
const element = document.getElementById('root')
if (element) createRoot(element).render(<ReactFlowProvider><Page /></ReactFlowProvider>)
