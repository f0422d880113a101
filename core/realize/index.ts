/** The cloud manager's half: logical networks and fabrics become devices, and every default is filled in. */
import type { Infra } from '../infra/infra.ts'
import type { Problem } from '../infra/problem.ts'
import { sameItems } from '../infra/same.ts'
import { planAgain, type Again, type Generated, type Guests } from './again.ts'
import { startPlan, type Draft, type Plan } from './draft.ts'
import { generateFabrics, type Expansions } from './fabrics.ts'
import { addLoopbacks, finishNodes } from './finish.ts'
import { plugGuests } from './guests.ts'
import { declareLinkEnds, linkTable, type LinkTable } from './links.ts'
import { realizeNetworks } from './networks.ts'
import type { Rosters } from './rosters.ts'
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
  readonly table: LinkTable
  readonly rosters: Rosters
  /** Devices lean on each other in a circle, so that their MTUs depend on the order of asking. */
  readonly circular: boolean
  /** Indexes of what is written, once a later run needed them. */
  readonly generated: Generated | undefined
  readonly guests: Guests | undefined
}

/** Never throws. `previous` lets nodes that nothing changed for stay the same objects, and be left alone where that is certain. */
export function realize(written: Infra, previous?: Realised): Realised {
  if (previous?.memory?.written === written) return previous
  const before = previous?.memory && { ...previous.memory, nodes: previous.infra.nodes, links: previous.infra.links, problems: previous.problems.length }
  const again = before && planAgain(written, before)
  const realised = again && finished(again.plan, before.expansions, again.table, again)
  if (realised) return realised
  const plan = startPlan(written, before)
  const expansions = generateFabrics(plan, before?.expansions)
  const links = before && sameItems(plan.links, before.links) ? before.links : plan.links
  const made = finished({ ...plan, links }, expansions, before && links === before.links ? before.table : linkTable(links), undefined)
  // A plan of all nodes leaves out none.
  return made ?? { infra: written, problems: plan.problems }
}

/** Undefined where more than the plan's nodes would have to be worked out. */
function finished(plan: Plan, expansions: Expansions, table: LinkTable, again: Again | undefined): Realised | undefined {
  const { written, drafts } = plan
  declareLinkEnds(plan, table)
  const rosters = realizeNetworks(plan, again?.rosters)
  plugGuests(plan)
  addLoopbacks(plan)
  spreadSysctl(plan)
  if (plan.stale) return undefined
  const { nodes, circular } = finishNodes(plan, table)
  if (again && circular) return undefined
  return {
    infra: { ...written, nodes, links: plan.links },
    problems: plan.problems,
    memory: { written, drafts, expansions, table, rosters, circular, generated: again?.generated, guests: again?.guests },
  }
}
