/** Everything in a model that may tell one address from another: routes, filters, translations, remotes, gateways, subnets. */
import { keyOf, prefixOf, type Ip, type IpKey, type Prefix } from '../address/ip.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import { isGuest, isStack, type Node, type StackNode } from '../infra/node.ts'
import { sameItems } from '../infra/same.ts'

export interface Mentions {
  /** Which of the named prefixes hold the address: two addresses of one answer are treated alike by all that looks at addresses. */
  readonly holding: (ip: Ip) => string
  /** The same of prefixes that hold others too, and of lists of tunnels' remotes; undefined where something names the address alone. */
  readonly holdingAmong: (ip: Ip) => string | undefined
  /** On how many interfaces the address stands; the same of an Ethernet address. */
  readonly owners: (ip: Ip) => number
  readonly macOwners: (mac: number) => number
  /** Ethernet addresses that a static entry names. */
  readonly macs: ReadonlySet<number>
  /** Nodes that something names: backends, hosts of others. */
  readonly nodes: ReadonlySet<string>
  /** Of these the ones that services name. */
  readonly served: ReadonlySet<string>
  /** By what `holding` and `holdingAmong` tell addresses apart: the same object as before where they tell the same. */
  readonly tellers: Tellers
  /** The number of a list of ends that a tunnel is among. */
  readonly meshOf: (device: Interface) => number | undefined
}

interface Tellers {
  readonly byLength: Readonly<Record<4 | 6, ReadonlyMap<number, ReadonlySet<IpKey>>>>
  readonly alone: ReadonlySet<IpKey>
  readonly meshesOf: ReadonlyMap<IpKey, readonly number[]>
}

const sameSets = (a: ReadonlyMap<number, ReadonlySet<IpKey>>, b: ReadonlyMap<number, ReadonlySet<IpKey>>): boolean =>
  a.size === b.size && [...a].every(([length, keys]) => { const other = b.get(length); return other !== undefined && sameKeys(keys, other) })

function sameKeys(a: ReadonlySet<IpKey>, b: ReadonlySet<IpKey>): boolean {
  if (a.size !== b.size) return false
  for (const key of a) if (!b.has(key)) return false
  return true
}

const sameTellers = (a: Tellers, b: Tellers): boolean =>
  sameSets(a.byLength[4], b.byLength[4]) && sameSets(a.byLength[6], b.byLength[6]) && sameKeys(a.alone, b.alone)
    && a.meshesOf.size === b.meshesOf.size && [...a.meshesOf].every(([key, list]) => sameItems(list, b.meshesOf.get(key) ?? []))

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

/** What one node adds; the same as long as the node is. */
interface Summary {
  /** Prefixes that it names, by family, length and key; subnets of its interfaces apart, as they name nobody alone. */
  readonly named: readonly (readonly [4 | 6, number, IpKey])[]
  readonly subnets: readonly (readonly [4 | 6, number, IpKey])[]
  readonly owned: readonly IpKey[]
  readonly macs: readonly number[]
  readonly fdb: readonly number[]
  readonly hosts: readonly string[]
  readonly meshed: readonly Interface[]
}

const summaries = new WeakMap<Node, Summary>()

function summaryOf(node: Node): Summary {
  let known = summaries.get(node)
  if (known) return known
  const named = [...ofInterfaces(node), ...(isStack(node) ? ofStack(node) : [])].map(({ ip, length }) => [ip.family, length, keyOf(ip)] as const)
  const all = [...node.interfaces.values()]
  const addresses = all.flatMap((one) => one.addresses.map(({ value }) => value))
  known = {
    named,
    subnets: addresses.map(({ ip, length }) => {
      const prefix = length === undefined ? whole(ip) : prefixOf(ip, length)
      return [ip.family, prefix.length, keyOf(prefix.ip)] as const
    }),
    owned: addresses.map(({ ip }) => keyOf(ip)),
    macs: all.flatMap(({ mac }) => mac?.value ?? []),
    fdb: all.flatMap(({ tunnel }) => tunnel?.fdb.map(({ mac }) => mac) ?? []),
    hosts: [...all.flatMap(({ hostSide }) => hostSide?.node ?? []), ...(isGuest(node) && node.host ? [node.host.value] : [])],
    meshed: all.filter((one) => endsOf(node, one) !== undefined),
  }
  summaries.set(node, known)
  return known
}

const fullLength = { 4: 32, 6: 128 } as const

const keyWithin = (ip: Ip, key: IpKey, length: number): IpKey => {
  if (typeof key === 'string') return keyOf(prefixOf(ip, length).ip)
  const unit = 2 ** (32 - length)
  return Math.floor(key / unit) * unit
}

/** `before`: those of an older infra. */
export function mentionsOf(infra: Infra, before?: Mentions): Mentions {
  const byLength = { 4: new Map<number, Set<IpKey>>(), 6: new Map<number, Set<IpKey>>() }
  const alone = new Set<IpKey>()
  const add = ([family, length, key]: readonly [4 | 6, number, IpKey]): void => {
    const lengths = byLength[family]
    let set = lengths.get(length)
    if (!set) lengths.set(length, (set = new Set()))
    set.add(key)
  }
  const name = (one: readonly [4 | 6, number, IpKey]): void => {
    add(one)
    if (one[1] === fullLength[one[0]]) alone.add(one[2])
  }
  const owners = new Map<IpKey, number>()
  const macOwners = new Map<number, number>()
  const macs = new Set<number>()
  const nodes = new Set<string>()
  const meshNumbers = new Map<string, number>()
  const meshesOf = new Map<IpKey, number[]>()
  const numberOf = new Map<Interface, number>()
  for (const node of infra.nodes.values()) {
    const summary = summaryOf(node)
    summary.named.forEach(name)
    summary.subnets.forEach(add)
    for (const key of summary.owned) owners.set(key, (owners.get(key) ?? 0) + 1)
    for (const mac of summary.macs) macOwners.set(mac, (macOwners.get(mac) ?? 0) + 1)
    for (const mac of summary.fdb) macs.add(mac)
    for (const host of summary.hosts) nodes.add(host)
    for (const device of summary.meshed) {
      const ends = endsOf(node, device) ?? []
      const text = ends.join(' ')
      let number = meshNumbers.get(text)
      if (number === undefined) {
        meshNumbers.set(text, (number = meshNumbers.size))
        for (const key of ends) {
          const list = meshesOf.get(key)
          if (list) list.push(number)
          else meshesOf.set(key, [number])
        }
      }
      numberOf.set(device, number)
    }
  }
  const nameIp = (ip: Ip): void => name([ip.family, fullLength[ip.family], keyOf(ip)])
  for (const { ingress, egress } of infra.securityGroups.values()) {
    for (const { from: { value } } of [...ingress, ...(egress ?? [])]) if (value.kind === 'prefix') name([value.prefix.ip.family, value.prefix.length, keyOf(value.prefix.ip)])
  }
  for (const { gateway } of infra.networks.values()) for (const { value } of gateway?.addresses ?? []) nameIp(value)
  const served = new Set<string>()
  for (const { backends, on, vip } of infra.services.values()) {
    if (vip) nameIp(vip.value)
    if (on) served.add(on.value)
    for (const { node } of backends) served.add(node)
  }
  for (const one of served) nodes.add(one)
  const orders = { 4: [...byLength[4].keys()].sort((a, b) => a - b), 6: [...byLength[6].keys()].sort((a, b) => a - b) }
  const held = (ip: Ip, most: number): string => {
    let text = ''
    const own = keyOf(ip)
    for (const length of orders[ip.family]) {
      if (length > most) break
      const key = keyWithin(ip, own, length)
      if (byLength[ip.family].get(length)?.has(key)) text += `${key}/${length} `
    }
    return text
  }
  const tellers: Tellers = { byLength, alone, meshesOf }
  return {
    tellers: before && sameTellers(tellers, before.tellers) ? before.tellers : tellers,
    macs, nodes, served,
    owners: (ip) => owners.get(keyOf(ip)) ?? 0,
    macOwners: (mac) => macOwners.get(mac) ?? 0,
    holding: (ip) => `${held(ip, 128)}${alone.has(keyOf(ip)) ? '' : (meshesOf.get(keyOf(ip)) ?? []).join(',')}`,
    holdingAmong(ip) {
      const key = keyOf(ip)
      return alone.has(key) ? undefined : `${held(ip, fullLength[ip.family] - 1)}in ${(meshesOf.get(key) ?? []).join(',')}`
    },
    meshOf: (device) => numberOf.get(device),
  }
}
