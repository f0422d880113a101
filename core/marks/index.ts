/** What a view lays over a picture: marks, and the legend that explains them. The one way there, for the designer's export and for the command line. */
import type { Diagram, Domain, LineKind } from '../diagram/diagram.ts'
import { withDomains } from '../diagram/domains.ts'
import type { Trail } from '../diagram/trails.ts'
import { legendOf } from './legend.ts'
import { marked, marksOf } from './marks.ts'
import type { OpenView } from './open-view.ts'

export { marked, marksOf, noMarks, outcomeWord, type Marks } from './marks.ts'
export { linesOf } from './packet.ts'
export type { OpenView }

export interface Overlays {
  readonly view?: OpenView | undefined
  /** The same picture with what is closed away in it. */
  readonly whole?: Diagram | undefined
  /** The layer of networks, and how many more there are. */
  readonly domains?: readonly Domain[]
  readonly more?: number
  readonly trails?: readonly Trail[]
  /** Layers that are off. */
  readonly hidden?: ReadonlySet<LineKind>
}

/** A picture for paper: everything that lies over it, and under it what the signs mean. */
export function pictureOf(diagram: Diagram, { view, whole, domains = [], more = 0, trails = [], hidden }: Overlays): Diagram {
  const overlaid = withDomains(marked(diagram, marksOf(view), whole), domains, whole)
  const drawn: Diagram = { ...overlaid, ...(trails.length > 0 && { trails }), ...(hidden && { lines: overlaid.lines.filter(({ kind }) => !hidden.has(kind)) }) }
  return { ...drawn, legend: legendOf(drawn, view, more) }
}
