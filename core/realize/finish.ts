/** Every default is filled in, and nodes that came out as before stay the objects they were. */
import { derivedMac, type Mac } from '../address/mac.ts'
import { bitsOf } from '../address/ip.ts'
import type { Interface } from '../infra/interface.ts'
import { isTunnelType } from '../infra/interface.ts'
import { isStack, type Node } from '../infra/node.ts'
import { tunnelSpecs } from '../tunnels/index.ts'
import { makeDevice, setInterface, writtenAt, type Draft, type Plan } from './draft.ts'
import type { LinkTable } from './links.ts'
import type { MtuOf } from './mtu.ts'
import { same } from './reuse.ts'

/** What the last run worked from and what it made of it. */
export interface Before {
  readonly drafts: ReadonlyMap<string, Draft>
  readonly nodes: ReadonlyMap<string, Node>
}

/** Every stack has a loopback device, and one called `lo` is one whatever its entry leaves unsaid. */
export function addLoopbacks(plan: Plan): void {
  for (const draft of plan.drafts.values()) {
    const { node } = draft
    if (!isStack(node)) continue
    const lo = draft.interfaces.get('lo')
    if (!lo) setInterface(draft, makeDevice('lo', 'loopback', node.at, { origin: { by: 'format', name: node.name } }))
    else if (lo.type.value === 'ethernet') setInterface(draft, { ...lo, type: writtenAt('loopback', lo.type.at) })
  }
}

export function finishNodes(plan: Plan, links: LinkTable, mtuOf: MtuOf, before: Before | undefined): ReadonlyMap<string, Node> {
  const finished = new Map<string, Node>()
  for (const [name, draft] of plan.drafts) {
    const oldDraft = before?.drafts.get(name)
    const oldNode = before?.nodes.get(name)
    const interfaces = new Map<string, Interface>()
    let unchanged = oldNode !== undefined && oldNode.interfaces.size === draft.interfaces.size
    const oldOrder = unchanged ? oldNode?.interfaces.values() : undefined
    for (const device of draft.interfaces.values()) {
      const old = oldNode?.interfaces.get(device.name)
      const input = oldDraft?.interfaces.get(device.name)
      const link = links.get(name)?.get(device.name)
      const mtu = device.mtu ?? link?.mtu ?? writtenAt(mtuOf(name, device.name), device.at)
      const mac = isStack(draft.node) ? macOf(plan, name, device, 0) : undefined
      const bandwidth = device.bandwidth ?? link?.bandwidth
      const keep = old !== undefined && input !== undefined && same(old.mtu, mtu) && old.mac?.value === (device.mac?.value ?? mac)
        && same(old.bandwidth, bandwidth) && same(device, input)
      const now = keep ? old : finishInterface(device, mtu, mac, bandwidth)
      interfaces.set(device.name, now)
      if (oldOrder && oldOrder.next().value !== now) unchanged = false
    }
    const keepNode = unchanged && oldNode && oldDraft && sameRest(draft.node, oldDraft.node)
    finished.set(name, keepNode ? oldNode : finishNode(draft.node, interfaces))
  }
  return finished
}

/** Whether everything but the interfaces is as it was. */
const sameRest = (a: Node, b: Node): boolean => a === b || same({ ...a, interfaces: undefined }, { ...b, interfaces: undefined })

function finishNode(node: Node, interfaces: ReadonlyMap<string, Interface>): Node {
  if (!isStack(node)) return { ...node, interfaces }
  return { ...node, interfaces, forwarding: node.forwarding ?? writtenAt(node.kind === 'router', node.at) }
}

function finishInterface(
  device: Interface, mtu: Interface['mtu'], mac: Mac | undefined, bandwidth: Interface['bandwidth'],
): Interface {
  const { at } = device
  return {
    ...device,
    // An address without a prefix length that no network completes is a host's own, as `ip address add` has it.
    addresses: device.addresses.every(({ value }) => value.length !== undefined)
      ? device.addresses
      : device.addresses.map(({ value, at: where }) => writtenAt({ ip: value.ip, length: value.length ?? bitsOf(value.ip.family) }, where)),
    mtu,
    up: device.up ?? writtenAt(true, at),
    ...(mac !== undefined && { mac: device.mac ?? writtenAt(mac, at) }),
    ...(bandwidth && { bandwidth }),
  }
}

/** Undefined for devices without an Ethernet address: the loopback and layer 3 tunnels. */
function macOf(plan: Plan, node: string, device: Interface, depth: number): Mac | undefined {
  const type = device.type.value
  if (device.mac) return device.mac.value
  if (type === 'loopback' || (isTunnelType(type) && tunnelSpecs[type].carries === 'packets')) return undefined
  // An ipvlan sends with its parent's address, and a device that was passed through keeps its own.
  if ((type === 'ipvlan' || type === 'passthrough') && depth < 8) {
    const place = device.hostSide ?? (device.link && { node, interface: device.link.value })
    const parent = place && plan.drafts.get(place.node)?.interfaces.get(place.interface)
    if (place && parent) return macOf(plan, place.node, parent, depth + 1)
  }
  return derivedMac(node, device.name)
}
