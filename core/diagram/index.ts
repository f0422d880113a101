/** Infra to Diagram. */
import type { Infra } from '../infra/infra.ts'
import type { Problem } from '../infra/problem.ts'
import { physicalAgain } from './again.ts'
import type { Diagram, DiagramView } from './diagram.ts'
import { drawTenants } from './tenants.ts'

export interface DrawOptions {
  readonly view: DiagramView
  /** In the tenant view: only what this tenant may see; undefined shows all tenants side by side. */
  readonly tenant?: string
  /** Of a network so large that servers are drawn closed: those that are drawn open all the same. */
  readonly open?: readonly string[]
}

/** Beyond this many nodes servers are drawn closed, with what they hold counted and summed. */
export const mostOpen = 1500

/** Draws the realised infra; `written` tells what a person wrote and what was derived. */
export function draw(written: Infra, realised: Infra, problems: readonly Problem[], options: DrawOptions): Diagram {
  const title = written.name?.value ?? ''
  if (options.view === 'tenant') return drawTenants(written, realised, problems, title, options.tenant)
  return physicalAgain(written, realised, problems, { title, open: realised.nodes.size <= mostOpen ? undefined : options.open ?? [] })
}
