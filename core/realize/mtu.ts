/** The MTU of every device that was given none: what Linux gives that type. */
import type { Interface } from '../infra/interface.ts'
import { isTunnelType } from '../infra/interface.ts'
import { isStack } from '../infra/node.ts'
import { factsOf, outerFamily, tunnelSpecs } from '../tunnels/index.ts'
import { isChildType } from './guests.ts'
import type { Draft, Plan } from './draft.ts'
import type { LinkTable } from './links.ts'
import { staticRoutesOf, type StaticRoutes } from './underlay.ts'

/** ETH_DATA_LEN */
const ethernet = 1500

/** Bytes; answers for devices that do not exist, too, as for an ethernet device. */
export type MtuOf = (node: string, device: string) => number

export interface MtuTable {
  readonly mtuOf: MtuOf
  /** Have devices been met that lean on each other in a circle? Then an MTU depends on which was asked for first. */
  readonly circular: () => boolean
}

export function mtuTable(plan: Plan, links: LinkTable): MtuTable {
  const open = new Set<Interface>()
  let circular = false
  const known = new Map<string, Map<string, number>>()
  const ports = new Map<Draft, ReadonlyMap<string, readonly Interface[]>>()
  const routes = new Map<Draft, StaticRoutes>()

  const portsOf = (draft: Draft, master: string): readonly Interface[] => {
    let byMaster = ports.get(draft)
    if (!byMaster) {
      const grouped = new Map<string, Interface[]>()
      for (const device of draft.interfaces.values()) {
        if (!device.master) continue
        const members = grouped.get(device.master.value)
        if (members) members.push(device)
        else grouped.set(device.master.value, [device])
      }
      ports.set(draft, (byMaster = grouped))
    }
    return byMaster.get(master) ?? []
  }

  const mtuOf: MtuOf = (nodeName, name) => {
    const draft = plan.drafts.get(nodeName)
    const device = draft?.interfaces.get(name)
    if (!draft || !device) return name === 'lo' ? 65536 : ethernet
    let ofNode = known.get(nodeName)
    if (!ofNode) known.set(nodeName, (ofNode = new Map()))
    const already = ofNode.get(name)
    if (already !== undefined) {
      circular ||= open.has(device)
      return already
    }
    // Stands while we look, so that devices that lean on each other in a circle come to an end.
    ofNode.set(name, ethernet)
    open.add(device)
    const mtu = held(draft, device, device.mtu?.value ?? links.get(nodeName)?.get(name)?.mtu?.value ?? defaultMtu(draft, device))
    ofNode.set(name, mtu)
    open.delete(device)
    return mtu
  }

  const defaultMtu = (draft: Draft, device: Interface): number => {
    const { node } = draft
    if (!isStack(node)) return node.mtu?.value ?? ethernet
    if (device.guestSide) return mtuOf(device.guestSide.node, device.guestSide.interface)
    const type = device.type.value
    if (device.hostSide && isChildType(type)) return mtuOf(device.hostSide.node, device.hostSide.interface)
    if (isTunnelType(type)) {
      const facts = factsOf(device)
      return tunnelSpecs[type].defaultMtu(facts, {
        family: outerFamily(facts), link: linkMtu(draft, device), route: routeMtu(draft, device),
      })
    }
    switch (type) {
      case 'loopback': return 65536
      case 'vrf': return 65575
      case 'bridge':
      case 'ovs': {
        const members = portsOf(draft, device.name).map((port) => mtuOf(node.name, port.name))
        return members.reduce((least, mtu) => Math.min(least, mtu), members[0] ?? ethernet)
      }
      case 'vlan':
      case 'macvlan':
      case 'macvtap':
      case 'ipvlan': return linkMtu(draft, device) ?? ethernet
      default: {
        // bond_enslave: a member takes the bond's MTU.
        const master = device.master && draft.interfaces.get(device.master.value)
        return master?.type.value === 'bond' && master !== device ? mtuOf(node.name, master.name) : ethernet
      }
    }
  }

  /** The kernel refuses a device more than what it stands on leaves it, and whatever follows its MTU follows what it has. */
  const held = (draft: Draft, device: Interface, wanted: number): number => {
    switch (device.type.value) {
      case 'vlan':
      case 'macvlan':
      case 'macvtap': {
        const below = device.hostSide ? mtuOf(device.hostSide.node, device.hostSide.interface) : linkMtu(draft, device)
        return Math.min(wanted, below ?? wanted)
      }
      case 'vxlan': {
        const below = linkMtu(draft, device)
        const facts = factsOf(device)
        return below === undefined ? wanted : Math.min(wanted, Math.max(tunnelSpecs.vxlan.innerMtu(below, facts, outerFamily(facts)), 68))
      }
      default: return wanted
    }
  }

  const linkMtu = (draft: Draft, device: Interface): number | undefined =>
    device.link && draft.interfaces.has(device.link.value) ? mtuOf(draft.node.name, device.link.value) : undefined

  const routeMtu = (draft: Draft, device: Interface): number | undefined => {
    const { node } = draft
    // With a lower device named, the route is looked up there, and a remote that no route covers counts as on its link.
    const lower = linkMtu(draft, device)
    if (lower !== undefined) return lower
    const remote = device.tunnel?.remotes[0]?.value
    if (!remote) return undefined
    let table = routes.get(draft)
    if (!table) routes.set(draft, (table = staticRoutesOf(draft)))
    const out = table.deviceTo(remote, device.name)
    if (out !== undefined) return mtuOf(node.name, out)
    return isStack(node) && node.routing ? protocolMtu(draft) : undefined
  }

  /** A learned route may leave by any linked device: certain only where all have one MTU. */
  const protocolMtu = (draft: Draft): number | undefined => {
    const mtus = new Set([...(links.get(draft.node.name)?.keys() ?? [])].map((name) => mtuOf(draft.node.name, name)))
    return mtus.size === 1 ? [...mtus][0] : undefined
  }

  return { mtuOf, circular: () => circular }
}
