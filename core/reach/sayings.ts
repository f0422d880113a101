/**
 * All that forwarding can tell nodes, devices, addresses and prefixes apart by, as sayings of a structure; whose symmetries are
 * those of the network. Where a thing's place in a list may decide, its place is said; what others name in a way that is not
 * followed here is pinned: it is like nothing else. Simple end systems are left out, as they do not matter to what others send.
 */
import { isLinkLocal, keyOf, lastOf, sameIp, type Ip, type Prefix } from '../address/ip.ts'
import type { Infra } from '../infra/infra.ts'
import { isTunnelType, type Interface } from '../infra/interface.ts'
import { isStack, type Node } from '../infra/node.ts'
import type { LinkTable } from './linked.ts'
import type { Mentions } from './mentions.ts'
import { holders, type Holders } from './prefixes.ts'
import { addressIn, pin, sayNode, subnetOf, type Writing } from './say-node.ts'
import { saying, type Structure } from './structure.ts'

/** A simple end system: whose port it is plugged into, and which; its device, and all that is said of it without addresses. */
export interface Plugged {
  readonly owner: string
  readonly port: string
  readonly device: Interface
  readonly words: string
}

export interface Sayings {
  readonly structure: Structure
  /** Objects: of nodes that are no simple end systems, and of addresses that something names. */
  readonly nodes: ReadonlyMap<string, number>
  readonly address: (ip: Ip) => number | undefined
  /** What an address is to all others: itself where it is named, else the longest prefix around it; and of which it is the last. */
  readonly place: (ip: Ip) => { readonly object: number | undefined; readonly last: string }
  /** The object of a prefix that something names. */
  readonly prefix: (prefix: Prefix) => number | undefined
  /** Of devices that are no end systems' ports, by `node:interface`. */
  readonly devices: ReadonlyMap<string, number>
  /** Addresses that are objects. */
  readonly addresses: Iterable<{ readonly ip: Ip; readonly object: number }>
  /** By node, those of its bridges that have a carrier by an end system alone. */
  readonly carried: ReadonlyMap<string, string>
}

/** What is said is read from this. */
export interface Model {
  readonly infra: Infra
  readonly mentions: Mentions
  /** By `node:interface` at links' ends, null where there are several. */
  readonly linked: LinkTable
  /** Each node in file order, and what it is as a simple end system. */
  readonly all: readonly Told[]
  /** Where they stand there, by name; the very same object where the same names stand in the same order. */
  readonly places: ReadonlyMap<string, number>
}

export interface Told {
  readonly node: Node
  readonly end: Plugged | undefined
}

/** Undefined where the network has what no symmetry is looked for in: spanning trees, flows, link-local addresses of its own. */
export function sayingsOf(model: Model): Sayings | undefined {
  const { infra, mentions, linked, all } = model
  const out = saying()
  const to: Writing = { infra, mentions, out, holders: holders(out.object), addresses: new Map(), devices: new Map(), meshes: new Map(), linked, refused: false }
  const kept = all.filter(({ end }) => !end).map(({ node }) => node)
  const ends = all.filter(({ end }) => end).map(({ node }) => node)
  const nodes = new Map(kept.map((node) => [node.name, out.object()]))
  const taken = takenIn(model)
  const carried = carriedBy(model)
  for (const node of kept) {
    if (isStrange(node)) return undefined
    for (const { name } of node.interfaces.values()) if (!taken.has(`${node.name}:${name}`)) to.devices.set(`${node.name}:${name}`, out.object())
  }
  for (const node of infra.nodes.values()) for (const { addresses } of node.interfaces.values()) for (const { value } of addresses) to.holders.numberOf(subnetOf(value.ip, value.length))
  for (const node of infra.nodes.values()) if (isStack(node)) for (const { to: { value } } of node.routes) to.holders.numberOf(value)
  for (const node of kept) sayNode(to, node, nodes.get(node.name) ?? 0, carried.get(node.name) ?? '')
  sayLinks(to)
  pinNamed(to)
  for (const { interfaces } of ends) for (const { addresses, gateways } of interfaces.values()) {
    // What an end system names is there for it to name.
    for (const { value } of gateways) addressIn(to, value)
    for (const { value } of addresses) to.refused ||= isLinkLocal(value.ip)
  }
  for (const node of ends) for (const { via, src } of isStack(node) ? node.routes : []) for (const one of [...via, ...(src ? [src] : [])]) addressIn(to, one.value)
  // To whom something else sends what is meant for others: such an end system matters to these.
  for (const { interfaces } of ends) for (const { addresses } of interfaces.values()) for (const { value } of addresses) {
    const named = to.addresses.get(keyOf(value.ip))
    if (named) pin(to, named.object)
  }
  sayPrefixes(to)
  if (to.refused) return undefined
  const address = (ip: Ip): number | undefined => to.addresses.get(keyOf(ip))?.object
  const lastIn = lasts(to.holders)
  return {
    structure: out.done(), nodes, address, place: (ip) => ({ object: address(ip) ?? to.holders.holding(ip), last: lastIn(ip) }),
    prefix: (prefix) => (to.holders.isNamed(prefix) ? to.holders.numberOf(prefix) : undefined), devices: to.devices, addresses: [...to.addresses.values()], carried,
  }
}

/** What no symmetry is looked for in: spanning trees choose by Ethernet addresses, and flows may look at anything. */
export const isStrange = (node: Node): boolean => ('stp' in node && node.stp?.value === true) || [...node.interfaces.values()].some(({ stp, flows }) => stp?.value || flows.length > 0)

/** A tunnel's device has a carrier whatever becomes of what it carries (carrier.ts), and so has a bridge that it is a port of. */
export const alwaysCarried = (owner: Node | undefined, master: string): boolean =>
  [...owner?.interfaces.values() ?? []].some((one) => one.master?.value === master && isTunnelType(one.type.value) && one.up?.value !== false)

/** Some names, of which it is only asked who is among them. */
interface Names {
  readonly has: (name: string) => boolean
}

/** By `node:interface`: end systems' ports, of the owners asked for; of all without them. */
export function takenIn({ all }: Model, owners?: Names): ReadonlySet<string> {
  const taken = new Set<string>()
  for (const { end } of all) if (end && (!owners || owners.has(end.owner))) taken.add(`${end.owner}:${end.port}`)
  return taken
}

/** A bridge has a carrier while one of its ports has, though it were an end system's. Of the owners asked for; of all without them. */
export function carriedBy({ infra, all }: Model, owners?: Names): ReadonlyMap<string, string> {
  const found = new Map<string, Set<string>>()
  const always = new Map<string, boolean>()
  for (const { node: guest, end } of all) {
    if (!end || (owners && !owners.has(end.owner))) continue
    const { owner, port } = end
    const node = infra.nodes.get(owner)
    const at = node?.interfaces.get(port)
    const master = at?.master?.value
    if (master === undefined || at?.up?.value === false) continue
    const key = `${owner}:${master}`
    let isAlways = always.get(key)
    if (isAlways === undefined) always.set(key, (isAlways = alwaysCarried(node, master)))
    if (isAlways || isDown(guest)) continue
    const set = found.get(owner)
    if (set) set.add(master)
    else found.set(owner, new Set([master]))
  }
  return new Map([...found].map(([owner, masters]) => [owner, [...masters].sort().join(' ')]))
}

function isDown(end: Node): boolean {
  for (const { type, up } of end.interfaces.values()) if (type.value !== 'loopback' && up?.value === false) return true
  return false
}

function sayLinks(to: Writing): void {
  const { out } = to
  to.infra.links.forEach(({ ends: [a, b], mtu, up }, i) => {
    const [one, other] = [`${a.node}:${a.interface}`, `${b.node}:${b.interface}`]
    const [near, far] = [to.devices.get(one), to.devices.get(other)]
    if (near === undefined || far === undefined) return
    // Of several at one device the first is its wire.
    const label = out.phrase(`link ${mtu?.value ?? ''} ${up?.value ?? true}${to.linked.get(one) === null || to.linked.get(other) === null ? ` ${i}` : ''}`)
    out.say(label, near, far)
    out.say(label, far, near)
  })
}

/** Prefixes and addresses that somebody filters, translates, answers for or advertises by. */
function pinNamed(to: Writing): void {
  const { infra } = to
  const pinPrefix = (prefix: Prefix): void => pin(to, to.holders.numberOf(prefix))
  const pinIp = (ip: Ip): void => pin(to, addressIn(to, ip))
  for (const node of infra.nodes.values()) {
    if (!isStack(node)) continue
    for (const hook of ['input', 'forward', 'output'] as const) for (const { from, to: into } of node.firewall?.[hook]?.rules ?? []) for (const { value } of [...from, ...into]) pinPrefix(value)
    for (const rule of node.nat) {
      if (rule.kind === 'dnat') {
        pinIp(rule.to.value.ip)
        if (rule.ip) pinIp(rule.ip.value)
      } else pinPrefix(rule.from.value)
      if (rule.kind === 'snat') pinIp(rule.to.value)
    }
    for (const { value } of node.routing?.advertise ?? []) pinPrefix(value)
    if (node.kind === 'external') for (const { value } of node.answers ?? []) pinPrefix(value)
  }
  for (const { ingress, egress } of infra.securityGroups.values()) {
    for (const { from: { value } } of [...ingress, ...(egress ?? [])]) if (value.kind === 'prefix') pinPrefix(value.prefix)
  }
  for (const { gateway } of infra.networks.values()) for (const { value } of gateway?.addresses ?? []) pinIp(value)
  for (const { vip } of infra.services.values()) if (vip) pinIp(vip.value)
}

/** The lengths of the networks whose broadcasts go to the address. */
function lasts({ all, holding }: Holders): (ip: Ip) => string {
  const prefixes = new Map(all().map((one) => [one.number, one]))
  return (ip) => {
    let last = ''
    if (ip.family === 6) return last
    for (let at = holding(ip); at !== undefined; at = prefixes.get(at)?.within) {
      const prefix = prefixes.get(at)?.prefix
      if (prefix && prefix.length < 31 && sameIp(lastOf(prefix), ip)) last += ` ${prefix.length}`
    }
    return last
  }
}

function sayPrefixes({ out, holders, addresses }: Writing): void {
  for (const { number, prefix, within } of holders.all()) {
    const label = out.phrase(`prefix ${prefix.ip.family} ${prefix.length}`)
    if (within === undefined) out.say(label, number)
    else out.say(label, number, within)
  }
  const lastIn = lasts(holders)
  for (const { ip, object } of addresses.values()) {
    const first = holders.holding(ip)
    const label = out.phrase(`in ${ip.family}${lastIn(ip)}`)
    if (first === undefined) out.say(label, object)
    else out.say(label, object, first)
  }
}
