/** Front door: a diagram as a finished picture, for those without a canvas. The one asynchronous door, since layout is. */
import ELK from 'elkjs/lib/elk.bundled.js'
import { diagram as draw, type Analysis } from './analysis.ts'
import type { Diagram, Domain, Placed } from './diagram/diagram.ts'
import { numbered } from './diagram/domains.ts'
import type { DrawOptions } from './diagram/index.ts'
import { withGhosts } from './difference/index.ts'
import { drawioOf } from './export/drawio.ts'
import { svgOf } from './export/svg.ts'
import { fallbackLayout } from './layout/fallback.ts'
import { layoutDiagram, structureOf } from './layout/index.ts'
import { honour } from './layout/keep.ts'
import { pictureOf, type OpenView } from './marks/index.ts'
import { domainsOf } from './networks.ts'
import { holding, readSidecar, sectionOf } from './sidecar/index.ts'

export type { Diagram }
export type DrawnView = OpenView
export { sidecarOf } from './sidecar/sidecar.ts'

export interface PictureOptions {
  readonly direction?: 'DOWN' | 'RIGHT'
  /** The text of the file of positions, where there is one. */
  readonly sidecar?: string | undefined
}

/** A picture before anything lies over it. */
export interface PictureBase {
  readonly options: DrawOptions
  readonly diagram: Diagram
}

export const baseOf = (analysis: Analysis, options: DrawOptions): PictureBase => ({ options, diagram: draw(analysis, options) })

/** The picture of a view, as the designer saves it: what was there before as ghosts, marks, the layer of networks if asked for, the legend. */
export function viewed(analysis: Analysis, { diagram, options }: PictureBase, view: OpenView | undefined, networks: boolean): Diagram {
  const bare = view?.kind === 'difference' ? withGhosts(diagram, view.difference.ghosts) : diagram
  const { domains, more }: { readonly domains: readonly Domain[]; readonly more: number } = networks ? layerOf(analysis, diagram) : { domains: [], more: 0 }
  // What a very large network has in closed servers is told by these.
  const closed = diagram.boxes.flatMap((box) => (box.closed ? [box.id] : []))
  const whole = closed.length > 0 ? draw(analysis, { ...options, open: closed }) : undefined
  return pictureOf(bare, { view, domains, more, ...(whole && { whole }) })
}

function layerOf(analysis: Analysis, diagram: Diagram): { readonly domains: readonly Domain[]; readonly more: number } {
  const { domains, more } = domainsOf(analysis, diagram)
  return { domains: numbered(domains), more }
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
