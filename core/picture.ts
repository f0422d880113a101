/** Front door: a diagram as a finished picture, for those without a canvas. The one asynchronous door, since layout is. */
import ELK from 'elkjs/lib/elk.bundled.js'
import type { Diagram } from './diagram/diagram.ts'
import { svgOf } from './export/svg.ts'
import { fallbackLayout } from './layout/fallback.ts'
import { layoutDiagram, structureOf } from './layout/index.ts'

/** SVG of a diagram; rows within rows where the layout gives up. */
export async function picture(diagram: Diagram, direction: 'DOWN' | 'RIGHT' = 'DOWN'): Promise<string> {
  const placed = await layoutDiagram(diagram, direction, new ELK()).catch(() => fallbackLayout(structureOf(diagram, direction)))
  return svgOf(diagram, placed)
}
