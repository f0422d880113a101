/**
 * Realisation after an edit: only what the edit can have touched is worked out, and everything else stands as the last run left
 * it. What one node becomes follows from its own entry, its links, its networks, and from whom it hosts or is hosted by; so
 * whoever changed is worked out with its host and its guests, and where a network's hosts or tunnel ends differ, all is.
 */
import { changedNames, copyOf, sameEntries } from '../infra/changed.ts'
import type { Infra } from '../infra/infra.ts'
import { isGuest, type Node } from '../infra/node.ts'
import type { Fabric } from '../infra/parts.ts'
import { sameItems } from '../infra/same.ts'
import type { Before, Draft, Plan } from './draft.ts'
import { draftGenerated, linksWith, type Expansions } from './fabrics.ts'
import { linkTable, linkedAnew, type LinkTable } from './links.ts'
import { rostersAfter, type Rosters } from './rosters.ts'

/** By name: what fabrics make of it, and which. */
export type Generated = ReadonlyMap<string, readonly { readonly node: Node }[]>

/** What the last run knows beside what it made. */
export type Guests = ReadonlyMap<string, readonly string[]>

export interface Known extends Before {
  readonly expansions: Expansions
  readonly generated: Generated | undefined
  readonly guests: Guests | undefined
  readonly problems: number
}

export interface Again {
  readonly plan: Plan
  readonly table: LinkTable
  readonly rosters: Rosters
  readonly generated: Generated
  readonly guests: Guests
}

// With more than half of many nodes to be worked out, working out all is no dearer.
const few = 50

/** A plan with what is to be worked out; undefined where that is all. */
export function planAgain(written: Infra, known: Known): Again | undefined {
  const { written: old } = known
  // What was found wrong before, and would be again, is not kept by node.
  if (known.problems > 0 || known.circular || !sameEntries(old.fabrics, written.fabrics) || !sameEntries(old.networks, written.networks)) return undefined
  const changes = changedNames(old.nodes, written.nodes)
  if (!changes.inOrder) return undefined
  const sameLinks = sameItems(old.links, written.links)
  const links = sameLinks ? known.links : linksWith(written.links, known.expansions)
  const table = sameLinks ? known.table : linkTable(links)
  const generated = known.generated ?? generatedBy(known.expansions)
  const drafts = changes.inPlace ? copyOf(known.drafts) : inOrder(written, known, generated)
  // Nobody came or went: a part of a fabric does not when what is written of it does.
  const inPlace = changes.names.every((name) => drafts.has(name) === known.drafts.has(name))
  for (const name of changes.names) if (!startDraft(drafts, written, generated, name)) return undefined
  const moved = new Set<string>()
  for (const name of changes.names) if (!keepsPlace(known.drafts.get(name)?.node, drafts.get(name)?.node)) moved.add(name)
  const guests = known.guests ? guestsAfter(known.guests, old, written, moved) : guestsOf(written)
  const opened = new Set<string>([...changes.names, ...linkedAnew(table, known.table)])
  const rosters = moved.size === 0 ? known.rosters : rostersAfter({ written, drafts, before: known, moved, guests }, opened)
  if (!rosters) return undefined
  for (const name of opened) {
    for (const node of [old.nodes.get(name), written.nodes.get(name)]) if (node && isGuest(node) && node.host) opened.add(node.host.value)
    for (const guest of guests.get(name) ?? []) opened.add(guest)
    if (opened.size > Math.max(few, drafts.size / 2)) return undefined
  }
  for (const name of opened) if (!startDraft(drafts, written, generated, name)) return undefined
  const open: Draft[] = []
  for (const name of drafts.keys()) {
    const draft = opened.has(name) ? drafts.get(name) : undefined
    if (draft) open.push(draft)
  }
  const plan: Plan = { written, drafts, open, opened, links, problems: [], before: known, inPlace, stale: false }
  return { plan, table, rosters, generated, guests }
}

/** Whether somebody who changed is still of that kind, on that host and in those networks. */
const keepsPlace = (old: Node | undefined, now: Node | undefined): boolean => {
  if (!old || !now || old.kind !== now.kind) return false
  return !isGuest(old) || !isGuest(now) || (old.host?.value === now.host?.value && sameItems(memberships(old), memberships(now)))
}

const memberships = ({ interfaces }: Node): readonly string[] =>
  [...interfaces.values()].flatMap(({ name, network, attach, dhcp }) => (network ? [name, network.value, attach ? 'attached' : '', dhcp?.value ? 'dhcp' : ''] : []))

function guestsOf({ nodes }: Infra): Guests {
  const found = new Map<string, string[]>()
  for (const node of nodes.values()) {
    if (!isGuest(node) || !node.host) continue
    const list = found.get(node.host.value)
    if (list) list.push(node.name)
    else found.set(node.host.value, [node.name])
  }
  return found
}

/** The same once these moved. Of one host's guests nobody asks for the order. */
function guestsAfter(guests: Guests, before: Infra, written: Infra, moved: Iterable<string>): Guests {
  const found = copyOf(guests)
  for (const name of moved) {
    const [from, to] = [hostOf(before, name), hostOf(written, name)]
    if (from === to) continue
    if (from !== undefined) found.set(from, (found.get(from) ?? []).filter((guest) => guest !== name))
    if (to !== undefined) found.set(to, [...(found.get(to) ?? []), name])
  }
  return found
}

function hostOf({ nodes }: Infra, name: string): string | undefined {
  const node = nodes.get(name)
  return node && isGuest(node) ? node.host?.value : undefined
}

function generatedBy(expansions: Expansions): Generated {
  const found = new Map<string, { fabric: Fabric; node: Node }[]>()
  for (const [fabric, { nodes }] of expansions) {
    for (const node of nodes) {
      const list = found.get(node.name)
      if (list) list.push({ fabric, node })
      else found.set(node.name, [{ fabric, node }])
    }
  }
  return found
}

/** The drafts of the last run, of all who are there now: what is only written first, then what fabrics add. */
function inOrder({ nodes }: Infra, { drafts: old }: Known, generated: Generated): Map<string, Draft> {
  const drafts = new Map<string, Draft>()
  nodes.forEach((node, name) => {
    if (!generated.has(name)) drafts.set(name, old.get(name) ?? { node, interfaces: node.interfaces })
  })
  generated.forEach(([first], name) => {
    if (first) drafts.set(name, old.get(name) ?? { node: first.node, interfaces: first.node.interfaces })
  })
  return drafts
}

/** The draft as it is before anything is worked out; false where what is written and what a fabric makes cannot be one node. */
function startDraft(drafts: Map<string, Draft>, { nodes }: Infra, generated: Generated, name: string): boolean {
  if (!drafts.has(name)) return true
  const written = nodes.get(name)
  const made = generated.get(name) ?? []
  const first = written ?? made[0]?.node
  if (first) drafts.set(name, { node: first, interfaces: first.interfaces })
  return made.every(({ node }) => node === first || draftGenerated(drafts, node) === undefined)
}
