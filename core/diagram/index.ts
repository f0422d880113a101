/** Infra to Diagram. */
import type { Infra } from '../infra/infra.ts'
import type { Problem } from '../infra/problem.ts'
import type { Diagram, DiagramView } from './diagram.ts'

export interface DrawOptions {
  readonly view: DiagramView
  /** In the tenant view: only what this tenant may see; undefined shows all tenants side by side. */
  readonly tenant?: string
}

/** Draws the realised infra; `written` tells what a person wrote and what was derived. */
export function draw(_written: Infra, _realised: Infra, _problems: readonly Problem[], options: DrawOptions): Diagram {
  return { title: '', view: options.view, boxes: [], lines: [], tenants: [] }
}
