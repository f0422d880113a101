/** The cloud manager's half: logical networks and fabrics become devices, and every default is filled in. */
import type { Infra } from '../infra/infra.ts'
import type { Problem } from '../infra/problem.ts'
import { startPlan, type Draft } from './draft.ts'
import { generateFabrics, type Expansions } from './fabrics.ts'
import { addLoopbacks, finishNodes } from './finish.ts'
import { plugGuests } from './guests.ts'
import { declareLinkEnds } from './links.ts'
import { realizeNetworks } from './networks.ts'
import { sameItems } from '../infra/same.ts'
import { spreadSysctl } from './sysctl.ts'

export interface Realised {
  /** Same shape as what was written; generated parts carry the span of the entry that stands for them. */
  readonly infra: Infra
  /** Contradictions met on the way; the checks' room reports the rest. */
  readonly problems: readonly Problem[]
  /** The room's own memory of this run. */
  readonly memory?: Memory
}

export interface Memory {
  readonly written: Infra
  readonly drafts: ReadonlyMap<string, Draft>
  readonly expansions: Expansions
  /** Devices lean on each other in a circle, so that their MTUs depend on the order of asking. */
  readonly circular: boolean
}

/** Never throws. `previous` lets nodes that nothing changed for stay the same objects. */
export function realize(written: Infra, previous?: Realised): Realised {
  if (previous?.memory?.written === written) return previous
  const before = previous?.memory && { ...previous.memory, nodes: previous.infra.nodes, links: previous.infra.links }
  const plan = startPlan(written, before)
  const expansions = generateFabrics(plan, previous?.memory?.expansions)
  const links = declareLinkEnds(plan)
  realizeNetworks(plan)
  plugGuests(plan)
  addLoopbacks(plan)
  spreadSysctl(plan)
  const { nodes, circular } = finishNodes(plan, links)
  return {
    infra: { ...written, nodes, links: before && sameItems(plan.links, before.links) ? before.links : plan.links },
    problems: plan.problems,
    memory: { written, drafts: plan.drafts, expansions, circular },
  }
}
