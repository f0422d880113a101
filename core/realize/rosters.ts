/** Who joins each logical network, by name: the same from one run to the next as long as nobody comes, goes or moves. */
import { addToIp, compareIp, printIp, type Ip } from '../address/ip.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import { isGuest, isStack, type GuestNode, type Node } from '../infra/node.ts'
import type { Network } from '../infra/parts.ts'
import type { Written } from '../text/span.ts'
import type { Draft } from './draft.ts'

/** Where a host's tunnels for a network end; without `local` it has no address for them. */
export interface End {
  readonly link: Written<string>
  readonly addresses: readonly Ip[]
  readonly local: Written<Ip> | undefined
}

interface Member {
  readonly guest: string
  readonly device: string
}

export interface Roster {
  readonly network: Network
  /** Guests' interfaces that name the network, in file order. */
  readonly members: readonly Member[]
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
  const members = new Map<string, Member[]>()
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
  const order = new Map<string, number>()
  for (const name of drafts.keys()) order.set(name, order.size)
  const rosters = new Map<string, Roster>()
  for (const network of written.networks.values()) {
    const mine = members.get(network.name) ?? []
    const hosts = [...hostsOf(network, mine, written, drafts)].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
    rosters.set(network.name, { network, members: mine, hosts, leases: leasesOf(network, mine, written), ends: new Map() })
  }
  return rosters
}

/** Whether a gateway on this node stands on a bridge of the node's own, rather than on a member's interface. */
const carriesBridge = (node: Node): boolean => node.kind === 'server' || node.kind === 'router'

function hostsOf(network: Network, members: readonly Member[], { nodes }: Infra, drafts: Drafts): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { guest } of members) {
    const node = nodes.get(guest)
    const host = node && isGuest(node) ? node.host?.value : undefined
    if (host === undefined || host === guest || names.has(host)) continue
    const draft = drafts.get(host)
    if (draft && isStack(draft.node)) names.add(host)
  }
  const on = network.gateway?.on?.value
  const place = on === undefined || network.type.value === 'isolated' ? undefined : drafts.get(on)
  if (place && carriesBridge(place.node)) names.add(place.node.name)
  return names
}

/** An edit by which somebody came, went or moved. The networks are as they were, and so is the order of all who stayed. */
export interface Moves {
  readonly written: Infra
  readonly drafts: Drafts
  readonly before: { readonly written: Infra; readonly rosters: Rosters }
  /** Who came, went or moved. */
  readonly moved: ReadonlySet<string>
  /** By host. */
  readonly guests: ReadonlyMap<string, readonly string[]>
}

/**
 * The rosters after such an edit: a network where nobody joined or left, and none of whose members' hosts came or went, keeps its
 * own. Where one has other hosts than before, those of now are opened; those that it had changed, or host somebody who did.
 * Undefined where somebody has to be told.
 */
export function rostersAfter(moves: Moves, opened: Set<string>): Rosters | undefined {
  const { written, drafts, before, moved } = moves
  const touched = networksOf(moves)
  if (!touched) return undefined
  const rosters = new Map<string, Roster>()
  for (const old of before.rosters.values()) {
    const { network } = old
    const on = network.gateway?.on?.value
    if (!touched.has(network.name) && (on === undefined || !moved.has(on))) {
      rosters.set(network.name, old)
      continue
    }
    const members = membersAfter(old, moved, written)
    const hosts = hostsAfter(old.hosts, hostsOf(network, members, written, drafts), drafts)
    if (hosts !== old.hosts) for (const host of hosts) opened.add(host)
    rosters.set(network.name, { ...old, members, hosts })
  }
  return rosters
}

/** Networks that those who moved joined or join now, or that those do whom they host. */
function networksOf({ written, before, moved, guests }: Moves): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  for (const one of moved) {
    for (const name of [one, ...(guests.get(one) ?? [])]) {
      for (const node of [before.written.nodes.get(name), written.nodes.get(name)]) {
        if (!node || !isGuest(node)) continue
        for (const { network, attach } of node.interfaces.values()) {
          if (network && attach) return undefined
          if (network) names.add(network.value)
        }
      }
    }
  }
  return names
}

/** Those who stayed as they stood, and among them whoever moved where the file has them now. */
function membersAfter({ network, members: old }: Roster, moved: ReadonlySet<string>, { nodes }: Infra): readonly Member[] {
  const stayed = old.filter(({ guest }) => !moved.has(guest)).values()
  const members: Member[] = []
  let next = stayed.next().value
  for (const guest of nodes.keys()) {
    for (; next?.guest === guest; next = stayed.next().value) members.push(next)
    if (!moved.has(guest)) continue
    const node = nodes.get(guest)
    if (!node || !isGuest(node)) continue
    for (const device of node.interfaces.values()) if (device.network?.value === network.name) members.push({ guest, device: device.name })
  }
  return members
}

/** The very list of before where the hosts are the same, as their order is. */
function hostsAfter(old: readonly string[], now: ReadonlySet<string>, drafts: Drafts): readonly string[] {
  if (old.length === now.size && old.every((name) => now.has(name))) return old
  const hosts: string[] = []
  for (const name of drafts.keys()) if (now.has(name)) hosts.push(name)
  return hosts
}

export const leaseOf = ({ leases }: Roster, guest: string, device: string): Ip | undefined => leases.get(`${guest}\n${device}`)

/** The next free address of the range to each that asks, in file order; addresses that members or the gateway have written are not free. */
export function leasesOf(network: Network, members: readonly Member[], { nodes }: Infra): ReadonlyMap<string, Ip> {
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
