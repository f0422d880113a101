/** What one node says of addresses, of Ethernet addresses and of other nodes: whatever could tell one of these from another. */
import { keyOf, prefixOf, type Ip, type IpKey, type Prefix } from '../address/ip.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import { isGuest, isStack, type Node, type StackNode } from '../infra/node.ts'

/** Family, length, and the key of the first address. */
export type PrefixKey = readonly [family: 4 | 6, length: number, key: IpKey]

/** A VTEP whose list of ends is that of others, too. */
export interface Meshed {
  readonly device: Interface
  readonly ends: readonly IpKey[]
  /** Equal lists, equal texts. */
  readonly text: string
}

export interface Summary {
  /** Prefixes that it names; subnets of its interfaces apart, as they name nobody alone. */
  readonly named: readonly PrefixKey[]
  readonly subnets: readonly PrefixKey[]
  /** Addresses on its interfaces, and their keys. */
  readonly addresses: readonly Ip[]
  readonly owned: readonly IpKey[]
  readonly macs: readonly number[]
  /** Ethernet addresses of static entries. */
  readonly fdb: readonly number[]
  /** Nodes that it stands on, or is plugged into. */
  readonly hosts: readonly string[]
  readonly meshed: readonly Meshed[]
}

const nothing: Summary = { named: [], subnets: [], addresses: [], owned: [], macs: [], fdb: [], hosts: [], meshed: [] }

const fullLength = { 4: 32, 6: 128 } as const

export const isWhole = ([family, length]: PrefixKey): boolean => length === fullLength[family]

const whole = (ip: Ip): Prefix => ({ ip, length: fullLength[ip.family] })
const prefixKey = ({ ip, length }: Prefix): PrefixKey => [ip.family, length, keyOf(ip)]

function* ofStack(node: StackNode): Generator<Prefix> {
  for (const { to, via, src } of node.routes) {
    yield to.value
    for (const { value } of via) yield whole(value)
    if (src) yield whole(src.value)
  }
  for (const hook of ['input', 'forward', 'output'] as const) {
    for (const rule of node.firewall?.[hook]?.rules ?? []) for (const { value } of [...rule.from, ...rule.to]) yield value
  }
  for (const rule of node.nat) {
    if (rule.kind !== 'dnat') yield rule.from.value
    if (rule.kind === 'snat') yield whole(rule.to.value)
    if (rule.kind === 'dnat') {
      yield whole(rule.to.value.ip)
      if (rule.ip) yield whole(rule.ip.value)
    }
  }
  for (const { value } of node.routing?.advertise ?? []) yield value
  if (node.kind === 'external') for (const { value } of node.answers ?? []) yield value
}

function* ofInterfaces(node: Node): Generator<Prefix> {
  for (const device of node.interfaces.values()) {
    const { gateways, tunnel } = device
    for (const { value } of gateways) yield whole(value)
    if (!tunnel) continue
    if (!endsOf(node, device)) for (const one of [tunnel.local, ...tunnel.remotes]) if (one) yield whole(one.value)
    if (tunnel.group) yield whole(tunnel.group.value)
    for (const { remote } of tunnel.fdb) yield whole(remote)
    for (const { remote, allowed } of tunnel.peers) {
      if (remote) yield whole(remote.value)
      for (const { value: { ip, length } } of allowed) yield length === undefined ? whole(ip) : prefixOf(ip, length)
    }
  }
}

// An interface stays the same object only as long as its node does, save where another of the node changed; so by both.
const meshes = new WeakMap<Interface, { readonly node: Node; readonly ends: readonly IpKey[] }>()

/**
 * Of a VTEP with a list of remotes: the list and itself. Where everybody lists everybody else, these are the same for all, which
 * their lists are not.
 */
export function endsOf(node: Node, device: Interface): readonly IpKey[] | undefined {
  const { tunnel } = device
  if (device.type.value !== 'vxlan' || !tunnel?.local || tunnel.remotes.length === 0) return undefined
  const known = meshes.get(device)
  let ends = known?.node === node ? known.ends : undefined
  if (!ends) {
    const own = keyOf(tunnel.local.value)
    // In the name of somebody else it is one of a kind.
    const ours = [...node.interfaces.values()].some(({ addresses }) => addresses.some(({ value }) => keyOf(value.ip) === own))
    if (!ours) return undefined
    const keys = new Set<IpKey>([own])
    for (const { value } of tunnel.remotes) keys.add(keyOf(value))
    ends = [...keys].sort((a, b) => (a < b ? -1 : 1))
    meshes.set(device, { node, ends })
  }
  return ends
}

// A node never changes.
const summaries = new WeakMap<Node, Summary>()

export function summaryOf(node: Node): Summary {
  let known = summaries.get(node)
  if (!known) summaries.set(node, (known = summarised(node)))
  return known
}

function summarised(node: Node): Summary {
  const subnets: PrefixKey[] = []
  const addresses: Ip[] = []
  const macs: number[] = []
  const fdb: number[] = []
  const hosts: string[] = []
  const meshed: Meshed[] = []
  for (const device of node.interfaces.values()) {
    for (const { value: { ip, length } } of device.addresses) {
      subnets.push(prefixKey(length === undefined ? whole(ip) : prefixOf(ip, length)))
      addresses.push(ip)
    }
    if (device.mac) macs.push(device.mac.value)
    for (const { mac } of device.tunnel?.fdb ?? []) fdb.push(mac)
    if (device.hostSide) hosts.push(device.hostSide.node)
    const ends = endsOf(node, device)
    if (ends) meshed.push({ device, ends, text: ends.join(' ') })
  }
  if (isGuest(node) && node.host) hosts.push(node.host.value)
  const named = [...ofInterfaces(node), ...(isStack(node) ? ofStack(node) : [])].map(prefixKey)
  return { named, subnets, addresses, owned: addresses.map(keyOf), macs, fdb, hosts, meshed }
}

/** What is said beside the nodes: by security groups, networks, services; and which nodes services name. */
export function summaryOfParts({ securityGroups, networks, services }: Infra): { readonly summary: Summary; readonly served: ReadonlySet<string> } {
  const named: PrefixKey[] = []
  for (const { ingress, egress } of securityGroups.values()) {
    for (const { from: { value } } of [...ingress, ...(egress ?? [])]) if (value.kind === 'prefix') named.push(prefixKey(value.prefix))
  }
  for (const { gateway } of networks.values()) for (const { value } of gateway?.addresses ?? []) named.push(prefixKey(whole(value)))
  const served = new Set<string>()
  for (const { backends, on, vip } of services.values()) {
    if (vip) named.push(prefixKey(whole(vip.value)))
    if (on) served.add(on.value)
    for (const { node } of backends) served.add(node)
  }
  return { summary: { ...nothing, named, hosts: [...served] }, served }
}
