/** The symmetries of a network, found once; after an edit those of them that it leaves, while it touches little. */
import type { Prefix } from '../address/ip.ts'
import type { Infra } from '../infra/infra.ts'
import type { Node } from '../infra/node.ts'
import type { Swap } from './exchange.ts'
import { followed } from './followed.ts'
import { sayingsOf, type Model, type Sayings } from './sayings.ts'
import { stabilised, type Kept } from './stabilised.ts'
import { swapsOf } from './swaps.ts'

export interface Symmetries {
  readonly sayings: Sayings
  /** As they were found. */
  readonly swaps: readonly Swap[]
  /** What an edit leaves of them: those that move none of these objects, and what has a mark only to what has the same. */
  readonly fixed: ReadonlySet<number>
  readonly marks: ReadonlyMap<number, string>
  /** Prefixes that somebody names and no object stands for: addresses in one are told from others. */
  readonly beside: readonly Prefix[]
}

interface Found {
  readonly model: Model
  /** Undefined where none can be found. */
  readonly symmetries: Symmetries | undefined
}

// A model never changes.
const known = new WeakMap<Infra, Found>()

// Nodes stay from one edit to the next: by the first few that are no end systems, what was found last where they were.
const last = new WeakMap<Node, Found>()

export function symmetriesOf(model: Model): Symmetries | undefined {
  let found = known.get(model.infra)
  if (!found) {
    const anchors = firstKept(model)
    const before = anchors.map((node) => last.get(node)).find((one) => one?.symmetries)
    const symmetries = before?.symmetries && followed(before.model, before.symmetries, model)
    found = { model, symmetries: symmetries ?? foundIn(model) }
    known.set(model.infra, found)
    // Those that an edit came by stand for the same from now on: one after the other, all of them may be edited.
    for (const node of anchors) last.set(node, before && symmetries ? before : found)
  }
  return found.symmetries
}

function foundIn(model: Model): Symmetries | undefined {
  const sayings = sayingsOf(model)
  return sayings && { sayings, swaps: swapsOf(sayings.structure, [...sayings.nodes.values()]), fixed: new Set(), marks: new Map(), beside: [] }
}

/** One may be what the edit is about. */
function firstKept({ all }: Model): readonly Node[] {
  const found: Node[] = []
  for (const { node, end } of all) {
    if (!end) found.push(node)
    if (found.length === 3) break
  }
  return found
}

/** What is left of them where `still` is to stay where it is, too; undefined where that is all. */
export const keptOf = ({ swaps, fixed, marks }: Symmetries, still: ReadonlySet<number>): Kept | undefined =>
  (fixed.size + marks.size + still.size === 0 ? undefined : stabilised(swaps, still.size === 0 ? fixed : new Set([...fixed, ...still]), marks))
