/** Who joins each logical network, by name: the same from one run to the next as long as nobody comes, goes or moves. */
import { addToIp, compareIp, printIp, type Ip } from '../address/ip.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import { isGuest, isStack, type GuestNode, type Node } from '../infra/node.ts'
import type { Network } from '../infra/parts.ts'
import { sameItems } from '../infra/same.ts'
import type { Written } from '../text/span.ts'
import type { Draft } from './draft.ts'

/** Where a host's tunnels for a network end; without `local` it has no address for them. */
export interface End {
  readonly link: Written<string>
  readonly addresses: readonly Ip[]
  readonly local: Written<Ip> | undefined
}

export interface Roster {
  readonly network: Network
  /** Guests' interfaces that name the network, in file order. */
  readonly members: readonly { readonly guest: string; readonly device: string }[]
  /** The stacks that get devices: the members' hosts, and the one that the gateway stands on; in file order. */
  readonly hosts: readonly string[]
  /** Addresses that the network hands out, by guest and device. */
  readonly leases: ReadonlyMap<string, Ip>
  /** By host, once its tunnels are made. */
  readonly ends: ReadonlyMap<string, End>
}

export type Rosters = ReadonlyMap<string, Roster>

type Drafts = ReadonlyMap<string, Draft>

/** Told is who joins a network and attaches to a device as well, which is one too many. */
export function rostersOf(written: Infra, drafts: Drafts, tellBoth: (guest: GuestNode, device: Interface) => void): Rosters {
  const members = new Map<string, { guest: string; device: string }[]>()
  for (const guest of written.nodes.values()) {
    if (!isGuest(guest)) continue
    for (const device of guest.interfaces.values()) {
      const { name, network, attach } = device
      if (!network) continue
      if (attach) {
        tellBoth(guest, device)
        continue
      }
      const list = members.get(network.value)
      if (list) list.push({ guest: guest.name, device: name })
      else members.set(network.value, [{ guest: guest.name, device: name }])
    }
  }
  const order = new Map([...drafts.keys()].map((name, i) => [name, i]))
  return new Map([...written.networks.values()].map((network) => {
    const mine = members.get(network.name) ?? []
    const hosts = hostsOf(network, mine, written, drafts).sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
    return [network.name, { network, members: mine, hosts, leases: leasesOf(network, mine, written), ends: new Map() }]
  }))
}

/** Whether a gateway on this node stands on a bridge of the node's own, rather than on a member's interface. */
const carriesBridge = (node: Node): boolean => node.kind === 'server' || node.kind === 'router'

function hostsOf(network: Network, members: Roster['members'], { nodes }: Infra, drafts: Drafts): string[] {
  const names = new Set<string>()
  for (const { guest } of members) {
    const node = nodes.get(guest)
    const host = node && isGuest(node) ? node.host?.value : undefined
    const draft = host === undefined || host === guest ? undefined : drafts.get(host)
    if (draft && isStack(draft.node)) names.add(draft.node.name)
  }
  const on = network.gateway?.on?.value
  const place = on === undefined || network.type.value === 'isolated' ? undefined : drafts.get(on)
  if (place && carriesBridge(place.node)) names.add(place.node.name)
  return [...names]
}

/**
 * The rosters after an edit by which somebody came, went or moved: where a network has other hosts than before, those of then and
 * now are opened. Undefined where somebody has to be told.
 */
export function rostersAfter(written: Infra, drafts: Drafts, before: Rosters, opened: Set<string>): Rosters | undefined {
  let wrong = false
  const rosters = rostersOf(written, drafts, () => { wrong = true })
  for (const [name, { hosts }] of rosters) {
    const old = before.get(name)?.hosts ?? []
    if (!sameItems(hosts, old)) for (const host of [...hosts, ...old]) opened.add(host)
  }
  return wrong ? undefined : rosters
}

export const leaseOf = ({ leases }: Roster, guest: string, device: string): Ip | undefined => leases.get(`${guest}\n${device}`)

/** The next free address of the range to each that asks, in file order; addresses that members or the gateway have written are not free. */
export function leasesOf(network: Network, members: Roster['members'], { nodes }: Infra): ReadonlyMap<string, Ip> {
  const leases = new Map<string, Ip>()
  const { dhcp } = network
  if (!dhcp) return leases
  const taken = new Set<string>()
  for (const { value } of network.gateway?.addresses ?? []) taken.add(printIp(value))
  for (const { guest, device } of members) {
    for (const { value } of nodes.get(guest)?.interfaces.get(device)?.addresses ?? []) taken.add(printIp(value.ip))
  }
  let next = dhcp.first
  for (const { guest, device } of members) {
    if (!nodes.get(guest)?.interfaces.get(device)?.dhcp?.value) continue
    while (compareIp(next, dhcp.last) <= 0 && taken.has(printIp(next))) next = addToIp(next, 1)
    if (compareIp(next, dhcp.last) > 0) break
    leases.set(`${guest}\n${device}`, next)
    next = addToIp(next, 1)
  }
  return leases
}
