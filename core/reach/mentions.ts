/** Everything in a model that may tell one address from another: routes, filters, translations, remotes, gateways, subnets. */
import { keyOf, prefixOf, type Ip, type IpKey, type Prefix } from '../address/ip.ts'
import type { Infra } from '../infra/infra.ts'
import { isGuest, isStack, type Node, type StackNode } from '../infra/node.ts'

export interface Mentions {
  /** Which of the named prefixes hold the address: two addresses of one answer are treated alike by all that looks at addresses. */
  readonly holding: (ip: Ip) => string
  /** On how many interfaces the address stands. */
  readonly owners: (ip: Ip) => number
  /** Ethernet addresses that a static entry names. */
  readonly macs: ReadonlySet<number>
  /** Nodes that something names: backends, hosts of others. */
  readonly nodes: ReadonlySet<string>
}

const whole = (ip: Ip): Prefix => ({ ip, length: ip.family === 4 ? 32 : 128 })

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
  for (const { addresses, gateways, tunnel } of node.interfaces.values()) {
    for (const { value: { ip, length } } of addresses) yield length === undefined ? whole(ip) : prefixOf(ip, length)
    for (const { value } of gateways) yield whole(value)
    if (!tunnel) continue
    for (const one of [tunnel.local, tunnel.group, ...tunnel.remotes]) if (one) yield whole(one.value)
    for (const { remote } of tunnel.fdb) yield whole(remote)
    for (const { remote, allowed } of tunnel.peers) {
      if (remote) yield whole(remote.value)
      for (const { value: { ip, length } } of allowed) yield length === undefined ? whole(ip) : prefixOf(ip, length)
    }
  }
}

function* prefixesOf(infra: Infra): Generator<Prefix> {
  for (const node of infra.nodes.values()) {
    yield* ofInterfaces(node)
    if (isStack(node)) yield* ofStack(node)
  }
  for (const { ingress, egress } of infra.securityGroups.values()) {
    for (const { from: { value } } of [...ingress, ...(egress ?? [])]) if (value.kind === 'prefix') yield value.prefix
  }
  for (const { gateway } of infra.networks.values()) for (const { value } of gateway?.addresses ?? []) yield whole(value)
  for (const { vip } of infra.services.values()) if (vip) yield whole(vip.value)
}

export function mentionsOf(infra: Infra): Mentions {
  const byLength = { 4: new Map<number, Set<IpKey>>(), 6: new Map<number, Set<IpKey>>() }
  for (const { ip, length } of prefixesOf(infra)) {
    const lengths = byLength[ip.family]
    let set = lengths.get(length)
    if (!set) lengths.set(length, (set = new Set()))
    set.add(keyOf(ip))
  }
  const owners = new Map<IpKey, number>()
  const macs = new Set<number>()
  const nodes = new Set<string>()
  for (const node of infra.nodes.values()) {
    for (const { addresses, tunnel, hostSide } of node.interfaces.values()) {
      for (const { value } of addresses) owners.set(keyOf(value.ip), (owners.get(keyOf(value.ip)) ?? 0) + 1)
      for (const { mac } of tunnel?.fdb ?? []) macs.add(mac)
      if (hostSide) nodes.add(hostSide.node)
    }
    if (isGuest(node) && node.host) nodes.add(node.host.value)
  }
  for (const { backends, on } of infra.services.values()) {
    if (on) nodes.add(on.value)
    for (const { node } of backends) nodes.add(node)
  }
  const orders = { 4: [...byLength[4].keys()].sort((a, b) => a - b), 6: [...byLength[6].keys()].sort((a, b) => a - b) }
  return {
    macs, nodes,
    owners: (ip) => owners.get(keyOf(ip)) ?? 0,
    holding(ip) {
      const held: string[] = []
      for (const length of orders[ip.family]) {
        const key = keyOf(prefixOf(ip, length).ip)
        if (byLength[ip.family].get(length)?.has(key)) held.push(`${key}/${length}`)
      }
      return held.join(' ')
    },
  }
}
