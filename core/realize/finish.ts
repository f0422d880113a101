/** Every default is filled in, and nodes that came out as before stay the objects they were. */
import { derivedMac, type Mac } from '../address/mac.ts'
import { bitsOf } from '../address/ip.ts'
import type { Interface } from '../infra/interface.ts'
import { isTunnelType } from '../infra/interface.ts'
import { isStack, type Node } from '../infra/node.ts'
import type { Link } from '../infra/parts.ts'
import { tunnelSpecs } from '../tunnels/index.ts'
import { makeDevice, setInterface, writtenAt, type Before, type Draft, type Plan } from './draft.ts'
import { linkedAnew, type LinkTable } from './links.ts'
import { mtuTable, type MtuOf } from './mtu.ts'
import { sameEntries, withValues } from '../infra/changed.ts'
import { same } from '../infra/same.ts'

/** Every stack has a loopback device, and one called `lo` is one whatever its entry leaves unsaid. */
export function addLoopbacks(plan: Plan): void {
  for (const draft of plan.open) {
    const { node } = draft
    if (!isStack(node)) continue
    const lo = draft.interfaces.get('lo')
    if (lo) {
      if (lo.type.value === 'ethernet') setInterface(draft, { ...lo, type: writtenAt('loopback', lo.type.at) })
      continue
    }
    const old = plan.before?.drafts.get(node.name)?.interfaces.get('lo')
    setInterface(draft, old?.origin?.by === 'format' && old.at === node.at
      ? old : makeDevice('lo', 'loopback', node.at, { origin: { by: 'format', name: node.name } }))
  }
}

export interface Finished {
  readonly nodes: ReadonlyMap<string, Node>
  readonly circular: boolean
}

export function finishNodes(plan: Plan, links: LinkTable): Finished {
  const { before } = plan
  if (before && !before.circular) {
    const table = mtuTable(plan, links)
    const nodes = finishChanged(plan, before, links, table.mtuOf)
    if (!table.circular()) return { nodes: !plan.inPlace && sameEntries(nodes, before.nodes) ? before.nodes : nodes, circular: false }
  }
  const { mtuOf, circular } = mtuTable(plan, links)
  const finished = new Map<string, Node>()
  for (const [name, draft] of plan.drafts) finished.set(name, finishOne(plan, before, links, mtuOf, name, draft))
  return { nodes: before && sameEntries(finished, before.nodes) ? before.nodes : finished, circular: circular() }
}

function finishOne(plan: Plan, before: Before | undefined, links: LinkTable, mtuOf: MtuOf, name: string, draft: Draft): Node {
  const here: Here = { plan, draft, links: links.get(name), mtuOf, oldDraft: before?.drafts.get(name), oldNode: before?.nodes.get(name) }
  return kept(here) ?? finishNode(here)
}

/**
 * Finishes the nodes whose drafts or links differ, and takes the others as they came out before; of these again whoever is
 * plugged into one that shows other MTUs or Ethernet addresses than it showed.
 */
function finishChanged(plan: Plan, before: Before, links: LinkTable, mtuOf: MtuOf): ReadonlyMap<string, Node> {
  const open = new Set<string>(linkedAnew(links, before.table))
  for (const draft of plan.open) {
    const { name } = draft.node
    const old = before.drafts.get(name)
    if (!old || !sameDraft(draft, old)) open.add(name)
  }
  const finished = new Map<string, Node>()
  let plugged: ReadonlyMap<string, readonly string[]> | undefined
  for (const name of open) {
    const draft = plan.drafts.get(name)
    if (!draft) continue
    const node = finishOne(plan, before, links, mtuOf, name, draft)
    finished.set(name, node)
    const old = before.nodes.get(name)
    if (old && looksSame(node, old)) continue
    plugged ??= pluggedIn(plan)
    for (const other of plugged.get(name) ?? []) open.add(other)
  }
  if (plan.inPlace) return withValues(before.nodes, finished)
  const nodes = new Map<string, Node>()
  for (const name of plan.drafts.keys()) {
    // Whoever is new has been finished.
    const node = before.nodes.get(name) ?? finished.get(name)
    if (node) nodes.set(name, node)
  }
  for (const [name, node] of finished) nodes.set(name, node)
  return nodes
}

/** Hosts by guest, and guests by host, as far as a device of one is plugged into one of the other. */
function pluggedIn({ open }: Plan): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  const add = (one: string, other: string): void => {
    const list = found.get(one)
    if (list) list.push(other)
    else found.set(one, [other])
  }
  for (const { node: { name }, interfaces } of open) {
    for (const { hostSide } of interfaces.values()) {
      if (!hostSide) continue
      add(name, hostSide.node)
      add(hostSide.node, name)
    }
  }
  return found
}

function sameDraft(draft: Draft, old: Draft): boolean {
  if (draft.interfaces.size !== old.interfaces.size || !sameRest(draft.node, old.node)) return false
  if (draft.interfaces === old.interfaces) return true
  const order = old.interfaces.values()
  for (const device of draft.interfaces.values()) if (!same(device, order.next().value)) return false
  return true
}

/** Whatever other nodes' MTUs and Ethernet addresses can follow from. */
function looksSame(node: Node, old: Node): boolean {
  if (node.kind !== old.kind || node.interfaces.size !== old.interfaces.size) return false
  for (const device of node.interfaces.values()) {
    const other = old.interfaces.get(device.name)
    if (!other || other.type.value !== device.type.value || other.mtu?.value !== device.mtu?.value || other.mac?.value !== device.mac?.value) return false
  }
  return true
}

interface Here {
  readonly plan: Plan
  readonly draft: Draft
  readonly links: ReadonlyMap<string, Link> | undefined
  readonly mtuOf: MtuOf
  readonly oldDraft: Draft | undefined
  readonly oldNode: Node | undefined
}

/** The old node, when everything that goes into it is as it was. */
function kept(here: Here): Node | undefined {
  const { draft, oldDraft, oldNode } = here
  if (!oldDraft || !oldNode || oldNode.interfaces.size !== draft.interfaces.size || !sameRest(draft.node, oldDraft.node)) return undefined
  const order = oldNode.interfaces.values()
  for (const device of draft.interfaces.values()) {
    const old = order.next().value
    if (!old || old.name !== device.name || !canKeep(here, device, old)) return undefined
  }
  return oldNode
}

/** Whether the finished device of the last run is what this one would make. */
function canKeep({ plan, draft, links, mtuOf, oldDraft }: Here, device: Interface, old: Interface): boolean {
  const { name } = draft.node
  const link = links?.get(device.name)
  const mtu = device.mtu ?? link?.mtu
  return (mtu ? same(old.mtu, mtu) : old.mtu?.value === mtuOf(name, device.name) && old.mtu.at === old.at)
    && same(old.bandwidth, device.bandwidth ?? link?.bandwidth)
    && same(device, oldDraft?.interfaces.get(device.name))
    // What is derived from its own name stays; a parent's may have changed.
    && (parentOf(plan, name, device) === undefined || old.mac?.value === macOf(plan, name, device, 0))
}

/** Whether everything but the interfaces is as it was. */
const sameRest = (a: Node, b: Node): boolean => a === b || same({ ...a, interfaces: undefined }, { ...b, interfaces: undefined })

function finishNode(here: Here): Node {
  const { plan, draft: { node, interfaces: drafts }, links, mtuOf, oldNode } = here
  const interfaces = new Map<string, Interface>()
  for (const device of drafts.values()) {
    const old = oldNode?.interfaces.get(device.name)
    const link = links?.get(device.name)
    interfaces.set(device.name, old && canKeep(here, device, old) ? old : finishInterface(
      device, device.mtu ?? link?.mtu ?? writtenAt(mtuOf(node.name, device.name), device.at),
      isStack(node) ? macOf(plan, node.name, device, 0) : undefined, device.bandwidth ?? link?.bandwidth,
    ))
  }
  if (!isStack(node)) return { ...node, interfaces }
  return { ...node, interfaces, forwarding: node.forwarding ?? writtenAt(node.kind === 'router', node.at) }
}

function finishInterface(device: Interface, mtu: Interface['mtu'], mac: Mac | undefined, bandwidth: Interface['bandwidth']): Interface {
  const { at, addresses } = device
  return {
    ...device,
    // An address without a prefix length that no network completes is a host's own, as `ip address add` has it.
    addresses: addresses.every(({ value }) => value.length !== undefined)
      ? addresses
      : addresses.map(({ value, at: where }) => writtenAt({ ip: value.ip, length: value.length ?? bitsOf(value.ip.family) }, where)),
    mtu,
    up: device.up ?? writtenAt(true, at),
    mac: device.mac ?? (mac === undefined ? undefined : writtenAt(mac, at)),
    bandwidth,
  }
}

/** The device whose Ethernet address this one sends with: an ipvlan its parent's, and what was passed through keeps its own. */
function parentOf(plan: Plan, node: string, device: Interface): { node: string; device: Interface } | undefined {
  const type = device.type.value
  if (type !== 'ipvlan' && type !== 'passthrough') return undefined
  const place = device.hostSide ?? (device.link && { node, interface: device.link.value })
  const parent = place && plan.drafts.get(place.node)?.interfaces.get(place.interface)
  return place && parent && { node: place.node, device: parent }
}

/** Undefined for devices without an Ethernet address: the loopback and layer 3 tunnels. */
function macOf(plan: Plan, node: string, device: Interface, depth: number): Mac | undefined {
  const type = device.type.value
  if (device.mac) return device.mac.value
  if (type === 'loopback' || (isTunnelType(type) && tunnelSpecs[type].carries === 'packets')) return undefined
  const parent = depth < 8 ? parentOf(plan, node, device) : undefined
  return parent ? macOf(plan, parent.node, parent.device, depth + 1) : derivedMac(node, device.name)
}
