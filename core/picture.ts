/** Front door: a diagram as a finished picture, for those without a canvas. The one asynchronous door, since layout is. */
import ELK from 'elkjs/lib/elk.bundled.js'
import type { Diagram, Placed } from './diagram/diagram.ts'
import { drawioOf } from './export/drawio.ts'
import { svgOf } from './export/svg.ts'
import { fallbackLayout } from './layout/fallback.ts'
import { layoutDiagram, structureOf } from './layout/index.ts'
import { honour } from './layout/keep.ts'
import { holding, readSidecar, sectionOf } from './sidecar/index.ts'

export { numbered } from './diagram/domains.ts'
export { sidecarOf } from './sidecar/sidecar.ts'

export interface PictureOptions {
  readonly direction?: 'DOWN' | 'RIGHT'
  /** The text of the file of positions, where there is one. */
  readonly sidecar?: string | undefined
}

/** Where everything stands, as in the designer: laid out, rows within rows where the layout gives up, and what a person put somewhere there. */
export async function standing(diagram: Diagram, { direction = 'DOWN', sidecar }: PictureOptions = {}): Promise<{ readonly placed: Placed; readonly faults: readonly string[] }> {
  const structure = structureOf(diagram, direction)
  const laid = await layoutDiagram(diagram, direction, new ELK()).catch(() => fallbackLayout(structure))
  if (sidecar === undefined) return { placed: laid, faults: [] }
  const { kept, faults, broken } = readSidecar(sidecar)
  const said = [...(broken ? [broken] : []), ...faults].map(({ message, range }) => `line ${range.start.line + 1}: ${message}`)
  return { placed: honour(structure, laid, holding(diagram, [...kept[sectionOf(diagram.view)].values()]), true), faults: said }
}

/** `svg` stands alone on white; `drawio` is for diagrams.net. */
export const pictureAs = (diagram: Diagram, placed: Placed, format: 'svg' | 'drawio'): string => (format === 'svg' ? svgOf(diagram, placed) : drawioOf(diagram, placed))
