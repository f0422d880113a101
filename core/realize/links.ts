/** Links declare the ethernet interfaces that they name, and give both ends their defaults. */
import { sameEntries } from '../infra/changed.ts'
import type { Interface } from '../infra/interface.ts'
import type { Origin } from '../infra/node.ts'
import type { Link, LinkEnd } from '../infra/parts.ts'
import { makeDevice, setInterface, type Plan } from './draft.ts'

/** The link at an interface; where several name the same end, the first. */
export type LinkTable = ReadonlyMap<string, ReadonlyMap<string, Link>>

/** By node, whether or not there is one of that name; the interfaces of each in the order in which links name them. */
export function linkTable(links: readonly Link[]): LinkTable {
  const table = new Map<string, Map<string, Link>>()
  for (const link of links) {
    for (const end of link.ends) {
      let ofNode = table.get(end.node)
      if (!ofNode) table.set(end.node, (ofNode = new Map()))
      if (!ofNode.has(end.interface)) ofNode.set(end.interface, link)
    }
  }
  return table
}

export function declareLinkEnds(plan: Plan, table: LinkTable): void {
  for (const draft of plan.open) {
    const { name } = draft.node
    for (const [device, link] of table.get(name) ?? []) {
      if (draft.interfaces.has(device)) continue
      const end = link.ends.find((one) => one.node === name && one.interface === device)
      if (end) setInterface(draft, deviceOf(end, link.origin))
    }
  }
}

/** Names of nodes at whose interfaces other links stand than before, or in another order. */
export function* linkedAnew(now: LinkTable, before: LinkTable): Generator<string> {
  if (now === before) return
  for (const [name, row] of now) {
    const old = before.get(name)
    if (!old || !sameEntries(row, old)) yield name
  }
  for (const name of before.keys()) if (!now.has(name)) yield name
}

// An end that an edit left alone declares the very same device again.
const declared = new WeakMap<LinkEnd, Interface>()

function deviceOf(end: LinkEnd, origin: Origin): Interface {
  let device = declared.get(end)
  if (!device) declared.set(end, (device = makeDevice(end.interface, 'ethernet', end.at, origin.by === 'text' ? {} : { origin })))
  return device
}
