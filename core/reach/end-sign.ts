/** Simple end systems, and what could tell one from another. */
import { isLinkLocal, isLoopback, printIp, type Ip } from '../address/ip.ts'
import { bridgesToNetfilter } from '../infra/docker.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import { isStack, type Node, type StackNode } from '../infra/node.ts'
import type { LinkTable } from './linked.ts'
import type { Mentions } from './mentions.ts'
import type { Plugged } from './sayings.ts'
import { bareSettingsOf, spelled } from './spelled.ts'

/** What signs are read from. */
export interface View {
  readonly infra: Infra
  readonly mentions: Mentions
  readonly links: LinkTable
  /** Long texts by short numbers, which are given once. */
  readonly numbers: Map<string, number>
}

export function numberOf({ numbers }: View, words: string): number {
  let number = numbers.get(words)
  if (number === undefined) numbers.set(words, (number = numbers.size))
  return number
}

export const plain = (ip: Ip): boolean => !isLinkLocal(ip) && !isLoopback(ip)

/** Everything by which a simple end system could be told from another, save its name and addresses, and the node it is plugged into. */
export interface EndSign extends Plugged {
  /** Equal signs, equal numbers. */
  readonly sign: number
}

const ownParents = new WeakMap<Node, ReadonlySet<string>>()

/** Devices of the node that others of it stand on. */
export function parentsIn(node: Node): ReadonlySet<string> {
  let names = ownParents.get(node)
  if (!names) ownParents.set(node, (names = new Set([...node.interfaces.values()].flatMap(({ link }) => (link ? [link.value] : [])))))
  return names
}

/**
 * A bridge whose own MTU nobody meets, as the node itself sends nothing by it: frames are held to their ports' (is_skb_forwardable).
 * Without an MTU of its own it has its ports' least, which is another with each guest.
 */
export function hasSilentMtu(node: Node, { name, type, addresses }: Interface): boolean {
  if ((type.value !== 'bridge' && type.value !== 'ovs') || addresses.length > 0 || parentsIn(node).has(name)) return false
  // br_netfilter cuts by the bridge's.
  return !isStack(node) || (!bridgesToNetfilter(node) && node.routes.every(({ dev }) => dev?.value !== name))
}

const ownWords = new WeakMap<StackNode, string>()

/** What a stack says of itself, but for its interfaces and its routes. */
export function wordsOf(node: StackNode): string {
  let words = ownWords.get(node)
  if (words === undefined) {
    const { kind, sysctl, deviceSysctl, forwarding, firewall } = node
    ownWords.set(node, (words = spelled([
      kind, 'tenant' in node ? node.tenant : node.kind === 'server' ? node.hypervisor : undefined,
      'securityGroups' in node ? node.securityGroups : [], sysctl, deviceSysctl, forwarding, firewall,
    ])))
  }
  return words
}

export const routesOf = ({ routes }: StackNode): string => (routes.length === 0 ? '' : spelled(routes))

const isForwarding = (node: StackNode): boolean => node.kind === 'router' || (node.forwarding?.value ?? false)

/** Undefined for what is more than a simple end system. */
export function endSign(view: View, node: StackNode): EndSign | undefined {
  const { mentions } = view
  if (node.opaque || node.kind === 'external' || isForwarding(node) || node.nat.length > 0 || node.routing) return undefined
  if (mentions.nodes.has(node.name) || (node.kind === 'container' && node.ports.length > 0)) return undefined
  let device: Interface | undefined
  for (const one of node.interfaces.values()) {
    if (one.type.value === 'loopback') {
      if (one.addresses.some(({ value }) => plain(value.ip))) return undefined
    } else if (device) return undefined
    else device = one
  }
  if (!device || !wired.has(device.type.value) || device.master || device.link || device.guestSide) return undefined
  if (device.mac && isKnown(mentions, device.mac.value)) return undefined
  const place = placeOf(view, node, device)
  if (place === undefined) return undefined
  const addresses: string[] = []
  for (const { value: { ip, length } } of device.addresses) {
    if (mentions.owners(ip) !== 1) return undefined
    addresses.push(`${ip.family}/${length ?? 'host'} ${mentions.holding(ip)}`)
  }
  const words = `${numberOf(view, wordsOf(node))} ${device.name} ${numberOf(view, bareSettingsOf(device))}\n${place.words}`
  const sign = numberOf(view, [words, routesOf(node), ...device.gateways.map(({ value }) => printIp(value)), ...addresses].join('\n'))
  return { owner: place.owner, port: place.port, device, words, sign }
}

/** Whether somebody knows a device by this Ethernet address, or another one has it, too. */
export const isKnown = ({ macs, macOwners }: Mentions, mac: number): boolean => macs.has(mac) || macOwners(mac) > 1

const wired: ReadonlySet<string> = new Set(['ethernet', 'veth', 'tap'])

/** The port of a bridge or switch that a device is plugged into: whose, and everything but its name. */
export function placeOf(view: View, node: StackNode, device: Interface): { readonly owner: string; readonly port: string; readonly words: string } | undefined {
  const at = view.links.get(`${node.name}:${device.name}`)
  if (at === null || (at && device.hostSide)) return undefined
  const far = device.hostSide ?? at?.far
  const owner = far && view.infra.nodes.get(far.node)
  const port = far && owner?.interfaces.get(far.interface)
  if (!owner || !port || port.gateways.length > 0 || parentsIn(owner).has(port.name)) return undefined
  const on = bridgeOf(owner, port)
  if (on === undefined) return undefined
  return { owner: owner.name, port: port.name, words: `${on}\n${numberOf(view, bareSettingsOf(port))}\n${at ? `${at.link.mtu?.value ?? ''} ${at.link.up?.value ?? true}` : 'plugged'}` }
}

function bridgeOf(owner: Node, port: Interface): string | undefined {
  if (!isStack(owner)) return owner.opaque ? undefined : ''
  const master = port.master && owner.interfaces.get(port.master.value)
  if (!master || owner.opaque || port.addresses.length > 0 || (master.type.value !== 'bridge' && master.type.value !== 'ovs')) return undefined
  return master.flows.length > 0 ? undefined : master.name
}
