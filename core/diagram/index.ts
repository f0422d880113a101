/** Infra to Diagram. */
import type { Infra } from '../infra/infra.ts'
import type { Problem } from '../infra/problem.ts'
import type { Diagram, DiagramView } from './diagram.ts'
import { drawPhysical } from './physical.ts'
import { drawTenants } from './tenants.ts'

export interface DrawOptions {
  readonly view: DiagramView
  /** In the tenant view: only what this tenant may see; undefined shows all tenants side by side. */
  readonly tenant?: string
}

/** Draws the realised infra; `written` tells what a person wrote and what was derived. */
export function draw(written: Infra, realised: Infra, problems: readonly Problem[], options: DrawOptions): Diagram {
  const title = written.name?.value ?? ''
  return options.view === 'tenant' ? drawTenants(written, realised, problems, title, options.tenant) : drawPhysical(written, realised, problems, title)
}
