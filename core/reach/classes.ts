/**
 * Endpoints that are interchangeable: swapping two of one class, names and addresses and all, leaves the network the same. So
 * one pair of two classes speaks for all of them: (members of A) × (members of B) questions become one. The idea is the
 * symmetry of Plotkin et al., "Scaling network verification using symmetry and surgery", POPL 2016.
 */
import { isLinkLocal, isLoopback, type Ip } from '../address/ip.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface, Sysctl } from '../infra/interface.ts'
import { isStack, type Node, type StackNode } from '../infra/node.ts'
import type { Link } from '../infra/parts.ts'
import { mentionsOf, type Mentions } from './mentions.ts'

/** The number of each stack's class; a stack without a like is a class of its own. */
export function classesOf(infra: Infra): ReadonlyMap<string, number> {
  const view: View = { infra, mentions: mentionsOf(infra), links: linksOf(infra), parents: parentsOf(infra) }
  const numbers = new Map<string, number>()
  const bySign = new Map<string, number>()
  let next = 0
  for (const node of infra.nodes.values()) {
    if (!isStack(node)) continue
    const sign = signOf(view, node)
    const known = sign === undefined ? undefined : bySign.get(sign)
    const number = known ?? next++
    if (sign !== undefined) bySign.set(sign, number)
    numbers.set(node.name, number)
  }
  return numbers
}

interface View {
  readonly infra: Infra
  readonly mentions: Mentions
  /** By `node:interface`: the link there, and its other end; null where there are several. */
  readonly links: ReadonlyMap<string, { readonly link: Link; readonly far: { readonly node: string; readonly interface: string } } | null>
  /** `node:interface` of devices that others stand on. */
  readonly parents: ReadonlySet<string>
}

function linksOf(infra: Infra): View['links'] {
  const found = new Map<string, { link: Link; far: { node: string; interface: string } } | null>()
  for (const link of infra.links) {
    for (const [end, far] of [[link.ends[0], link.ends[1]], [link.ends[1], link.ends[0]]] as const) {
      const key = `${end.node}:${end.interface}`
      found.set(key, found.has(key) ? null : { link, far })
    }
  }
  return found
}

function parentsOf(infra: Infra): ReadonlySet<string> {
  const found = new Set<string>()
  for (const node of infra.nodes.values()) for (const { link } of node.interfaces.values()) if (link) found.add(`${node.name}:${link.value}`)
  return found
}

const plain = (ip: Ip): boolean => !isLinkLocal(ip) && !isLoopback(ip)

/** Everything by which a simple end system could be told from another, save its name and addresses; undefined for what is not one. */
function signOf(view: View, node: StackNode): string | undefined {
  const { mentions } = view
  if (node.opaque || node.kind === 'external' || node.kind === 'router' || node.forwarding?.value || node.firewall || node.nat.length > 0 || node.routing) return undefined
  if (mentions.nodes.has(node.name) || (node.kind === 'container' && node.ports.length > 0)) return undefined
  let device: Interface | undefined
  for (const one of node.interfaces.values()) {
    if (one.type.value === 'loopback') {
      if (one.addresses.some(({ value }) => plain(value.ip))) return undefined
    } else if (device) return undefined
    else device = one
  }
  if (!device || !wired.has(device.type.value) || device.master || device.link || device.guestSide) return undefined
  if (device.mac && mentions.macs.has(device.mac.value)) return undefined
  const place = placeOf(view, node, device)
  if (place === undefined) return undefined
  const addresses: string[] = []
  for (const { value: { ip, length } } of device.addresses) {
    if (mentions.owners(ip) !== 1) return undefined
    addresses.push(`${ip.family}/${length ?? 'host'} ${mentions.holding(ip)}`)
  }
  const routes = node.routes.map(({ to, via, dev, metric, src, type }) => [type, printed(to.value.ip), to.value.length, via.map(({ value }) => printed(value)), dev?.value, metric?.value, src && printed(src.value)])
  return JSON.stringify([
    node.kind, 'tenant' in node ? node.tenant?.value : node.kind === 'server' ? node.hypervisor?.value : undefined,
    'securityGroups' in node ? node.securityGroups.map(({ value }) => value) : [], settings(node.sysctl),
    device.name, device.type.value, device.mtu?.value, device.up?.value, device.bandwidth?.value, settings(device.sysctl),
    addresses, device.gateways.map(({ value }) => printed(value)), routes, place,
  ])
}

const wired: ReadonlySet<string> = new Set(['ethernet', 'veth', 'tap'])
const printed = ({ family, value }: Ip): string => `${family} ${value}`
const settings = (sysctl: Sysctl | undefined): unknown => sysctl && Object.entries(sysctl).map(([key, setting]) => [key, (setting as { value: unknown } | undefined)?.value])

/** The port of a bridge or switch that it is plugged into, by everything but the port's name. */
function placeOf(view: View, node: StackNode, device: Interface): unknown {
  const at = view.links.get(`${node.name}:${device.name}`)
  if (at === null || (at && device.hostSide)) return undefined
  const far = device.hostSide ?? at?.far
  const owner = far && view.infra.nodes.get(far.node)
  const port = far && owner?.interfaces.get(far.interface)
  if (!owner || !port || view.parents.has(`${owner.name}:${port.name}`)) return undefined
  const on = bridgeOf(owner, port)
  if (on === undefined) return undefined
  return [
    owner.name, on, port.type.value, port.mtu?.value, port.up?.value, port.bandwidth?.value, port.vlan?.value, port.trunk?.value, port.native?.value, port.hairpin?.value, port.isolated?.value,
    settings(port.sysctl), port.enforces !== undefined, at?.link.mtu?.value, at?.link.up?.value,
  ]
}

function bridgeOf(owner: Node, port: Interface): string | undefined {
  if (!isStack(owner)) return owner.opaque ? undefined : ''
  const master = port.master && owner.interfaces.get(port.master.value)
  if (!master || owner.opaque || port.addresses.length > 0 || (master.type.value !== 'bridge' && master.type.value !== 'ovs')) return undefined
  return master.flows.length > 0 ? undefined : master.name
}
