/** Links declare the ethernet interfaces that they name, and give both ends their defaults. */
import type { Interface } from '../infra/interface.ts'
import type { Origin } from '../infra/node.ts'
import type { Link, LinkEnd } from '../infra/parts.ts'
import { makeDevice, setInterface, type Plan } from './draft.ts'

/** The link at an interface; where several name the same end, the first. */
export type LinkTable = ReadonlyMap<string, ReadonlyMap<string, Link>>

export function declareLinkEnds(plan: Plan): LinkTable {
  const table = new Map<string, Map<string, Link>>()
  for (const link of plan.links) {
    for (const end of link.ends) {
      const draft = plan.drafts.get(end.node)
      if (!draft) continue
      let ofNode = table.get(end.node)
      if (!ofNode) table.set(end.node, (ofNode = new Map()))
      if (!ofNode.has(end.interface)) ofNode.set(end.interface, link)
      if (!draft.interfaces.has(end.interface)) {
        setInterface(draft, deviceOf(end, link.origin))
      }
    }
  }
  return table
}

// An end that an edit left alone declares the very same device again.
const declared = new WeakMap<LinkEnd, Interface>()

function deviceOf(end: LinkEnd, origin: Origin): Interface {
  let device = declared.get(end)
  if (!device) declared.set(end, (device = makeDevice(end.interface, 'ethernet', end.at, origin.by === 'text' ? {} : { origin })))
  return device
}
