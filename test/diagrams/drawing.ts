/** From text to a diagram and to positions, for the tests of pictures. */
import ELK from 'elkjs/lib/elk.bundled.js'
import { readFileSync, readdirSync } from 'node:fs'
import { analyze, diagram, finish, readSource } from '../../core/analysis.ts'
import type { Diagram, DiagramView, Placed } from '../../core/diagram/diagram.ts'
import { rectsOf, type Rect } from '../../core/diagram/rects.ts'
import { layoutDiagram } from '../../core/layout/index.ts'

export function draw(text: string, view: DiagramView = 'physical', uri = 'x.infra.yaml'): Diagram {
  const reading = readSource({ uri, text, version: 1 })
  if (!reading) throw new Error('not recognised')
  return diagram(finish(analyze([reading])), { view })
}

export const place = (drawn: Diagram, direction: 'DOWN' | 'RIGHT' = 'DOWN'): Promise<Placed> => layoutDiagram(drawn, direction, new ELK())

export async function rects(drawn: Diagram): Promise<ReadonlyMap<string, Rect>> {
  return rectsOf(drawn, await place(drawn))
}

export const examples = readdirSync('examples').map((name) => [name, readFileSync(`examples/${name}`, 'utf8')] as const)
export const example = (name: string): string => readFileSync(`examples/${name}`, 'utf8')

/** Pairs of boxes of one parent that overlap. */
export function overlaps(drawn: Diagram, placed: Placed): string[] {
  const all = drawn.boxes.flatMap((box) => { const at = placed.boxes.get(box.id); return at ? [{ ...box, ...at }] : [] })
  return all.flatMap((a) => all.flatMap((b) => (a.id < b.id && a.parent === b.parent && a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height ? [`${a.id} ${b.id}`] : [])))
}
