/**
 * Endpoints that are interchangeable: swapping two of one class, names and addresses and all, leaves the network the same. So
 * one pair of two classes speaks for all of them: (members of A) × (members of B) questions become one. The idea is the
 * symmetry of Plotkin et al., "Scaling network verification using symmetry and surgery", POPL 2016.
 */
import type { Infra } from '../infra/infra.ts'
import { isStack, type StackNode } from '../infra/node.ts'
import { linksAfter } from './linked.ts'
import { mentionsAfter } from './mentions.ts'
import { laidOut, nodeChanges } from './positions.ts'
import { emptyRegister, enter } from './register.ts'
import { tableAfter, type Classified, type Table } from './table.ts'
import type { Model } from './sayings.ts'

export interface Classes {
  /** Each node of the infra, in file order. */
  readonly all: readonly Classified[]
  readonly stacks: readonly StackNode[]
  readonly of: (name: string) => Classified | undefined
  readonly model: Model
}

/** A plane, as far as classes are concerned. */
interface Asked {
  readonly infra: Infra
  readonly line: object
}

/** What is kept from one infra to the next of those that follow from each other. */
interface Line {
  /** The infra that was asked about last. */
  table: Table | undefined
  /** Long texts by short numbers, which are given once; and how many there were when all were new. */
  numbers: Map<string, number>
  fresh: number
}

// A model never changes, and every question about it begins here.
const known = new WeakMap<Infra, Classes>()
const lines = new WeakMap<object, Line>()

export function classesOf({ infra, line }: Asked): Classes {
  let classes = known.get(infra)
  if (!classes) {
    let kept = lines.get(line)
    if (!kept) lines.set(line, (kept = { table: undefined, numbers: new Map(), fresh: 0 }))
    known.set(infra, (classes = classesIn(nextTable(kept, infra))))
  }
  return classes
}

/** What symmetries are looked for in. */
export const modelOf = (infra: Infra): Model => classesOf({ infra, line: infra }).model

/** Patched from the one before, whichever infra that was of. */
function nextTable(line: Line, infra: Infra): Table {
  // Texts that nobody says any more stay, until there are more of these than of others.
  const before = line.numbers.size > 2 * line.fresh + 1000 ? undefined : line.table
  if (!before) line.numbers = new Map()
  const positions = laidOut(infra, before?.positions)
  const changes = nodeChanges(before?.positions, positions)
  const { links, changed } = linksAfter(before?.links, infra.links)
  const { mentions, moved } = mentionsAfter(before?.mentions, infra, changes)
  const register = before?.register ?? emptyRegister()
  enter(register, changes)
  const view = { infra, mentions, links: links.table, numbers: line.numbers }
  line.table = tableAfter(before, { view, positions, links, mentions, register }, { nodes: changes, links: changed, moved })
  if (!before) line.fresh = line.numbers.size
  return line.table
}

function classesIn({ all, positions: { places, nodes }, view: { infra, mentions, links } }: Table): Classes {
  let stacks: readonly StackNode[] | undefined
  const of = (name: string): Classified | undefined => all[places.get(name) ?? -1]
  return {
    all, of,
    get stacks() { return (stacks ??= nodes.filter(isStack)) },
    model: { infra, mentions, linked: links, all, places },
  }
}
