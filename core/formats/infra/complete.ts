/** What may be written here: keys of the map, words of a choice, names of the file, free addresses. */
import { addToIp, compareIp, contains, firstOf, lastOf, prefixOf, printIp, printPrefix, type Prefix } from '../../address/ip.ts'
import type { Infra } from '../../infra/infra.ts'
import type { Interface } from '../../infra/interface.ts'
import { isGuest, type Node } from '../../infra/node.ts'
import type { Source } from '../../text/source.ts'
import type { CompletionItem, Cursor } from '../format.ts'
import { cursorAt } from './cursor.ts'
import { spelling } from './describe.ts'
import type { Kind, Names } from './kinds.ts'
import { kindsAt, tableAt } from './lookup.ts'
import { t } from '../../words.ts'

/** Never throws; an empty list where nothing is known. */
export function complete(source: Source, offset: number, infra: Infra): readonly CompletionItem[] {
  const cursor = cursorAt(source.text, offset)
  const items: CompletionItem[] = []
  if (cursor.key === undefined) {
    const table = tableAt(cursor.path)
    if (table) {
      const present = new Set(cursor.present)
      for (const [key, { doc, kind }] of Object.entries(table.keys)) {
        if (present.has(key) && key !== cursor.typed) continue
        items.push({ label: key, kind: 'key', detail: spelling(kind), documentation: t(doc), insertText: `${key}: ` })
      }
    }
    // A list item that is a value, or the name of a new entry.
    for (const kind of kindsAt(cursor.path)) items.push(...valuesOf(kind, cursor, infra))
    return items
  }
  for (const kind of kindsAt([...cursor.path, cursor.key])) items.push(...valuesOf(kind, cursor, infra))
  return items.filter((item, index) => items.findIndex((other) => other.label === item.label) === index)
}

/** What may be the value of a key, the file's names and free addresses among it. */
export const suggestionsAt = (path: readonly (string | number)[], key: string, infra: Infra): readonly string[] =>
  [...new Set(kindsAt([...path, key]).flatMap((kind) => (infra.nodes.size > mostSearched && kind.is !== 'text' && kind.is !== 'boolean' ? [] : valuesOf(kind, { path, key, typed: '', start: 0, end: 0, present: [] }, infra).map(({ label }) => label))))].slice(0, mostSuggested)

/** Free addresses and numbers are looked for in all of the file: in a large one that takes longer than typing them. */
const mostSearched = 300

/** More names than this are typed, not chosen. */
const mostSuggested = 200

const word = (label: string, detail?: string): CompletionItem => ({ label, kind: 'value', insertText: label, ...(detail && { detail }) })
const name = (label: string, detail: string): CompletionItem => ({ label, kind: 'name', insertText: label, detail })

function valuesOf(kind: Kind, cursor: Cursor, infra: Infra): readonly CompletionItem[] {
  switch (kind.is) {
    case 'boolean': return [word('true'), word('false')]
    case 'text': return [...(kind.enum ?? []).map((label) => word(label)), ...(kind.names ? namesOf(kind.names, cursor, infra) : [])]
    case 'list': return kind.orOne ? valuesOf(kind.of, cursor, infra) : []
    case 'end': return [...infra.nodes.values()].flatMap(endsOf)
    case 'selector': return [
      ...[...infra.nodes.values()].map((node) => name(node.name, node.kind)),
      ...[...infra.tenants.keys()].map((tenant) => name(`tenant:${tenant}`, 'tenant')),
      ...[...infra.networks.keys()].map((network) => name(`network:${network}`, 'network')),
    ]
    case 'address': return [...inNetwork(cursor, infra), ...freeAddresses(cursor, infra), word('dhcp', t('the next free address of the network’s range'))]
    case 'route-target': return [word('default')]
    case 'ip': return ipsFor(cursor, infra)
    case 'number': case 'vlan': return idsFor(cursor, infra)
    default: return []
  }
}

const endsOf = (node: Node): CompletionItem[] => [...node.interfaces.values()]
  .filter((item) => item.type.value === 'ethernet').map((item) => name(`${node.name}:${item.name}`, node.kind))

/** The node that the cursor stands in, by the path's second step. */
const nodeHere = (cursor: Cursor, infra: Infra): Node | undefined => infra.nodes.get(String(cursor.path[1] ?? ''))

function namesOf(names: Names, cursor: Cursor, infra: Infra): readonly CompletionItem[] {
  const nodes = [...infra.nodes.values()]
  const byKind = (...kinds: readonly string[]): CompletionItem[] => nodes.filter((node) => kinds.includes(node.kind)).map((node) => name(node.name, node.kind))
  switch (names) {
    case 'host': return byKind('server', 'vm').filter((item) => item.label !== nodeHere(cursor, infra)?.name)
    case 'server': return byKind('server')
    case 'guest': return byKind('vm', 'container')
    case 'node': return nodes.map((node) => name(node.name, node.kind))
    case 'gateway-node': return [word('each', t('on every member’s host')), ...byKind('server', 'router', 'vm')]
    case 'tenant': return [...infra.tenants.keys()].map((label) => name(label, 'tenant'))
    case 'network': return [...infra.networks.values()].map((network) => name(network.name, network.type.value))
    case 'storage': return [word('local'), ...[...infra.storage.keys()].map((label) => name(label, 'storage'))]
    case 'security-group': return [...infra.securityGroups.keys()].map((label) => name(label, t('security group')))
    case 'device': return devicesOf(nodeHere(cursor, infra))
    case 'uplink': return [...new Set(nodes.filter((node) => node.kind === 'server').flatMap((node) => devicesOf(node).map((item) => item.label)))].map((label) => name(label, 'device'))
    case 'bridge': {
      const guest = nodeHere(cursor, infra)
      const host = guest && isGuest(guest) ? infra.nodes.get(guest.host?.value ?? '') : undefined
      return devicesOf(host).sort((a, b) => Number(b.detail === 'bridge' || b.detail === 'ovs') - Number(a.detail === 'bridge' || a.detail === 'ovs'))
    }
    case 'end': return nodes.flatMap(endsOf)
    case 'selector': return []
  }
}

const devicesOf = (node: Node | undefined): CompletionItem[] => [...(node?.interfaces.values() ?? [])].map((item) => name(item.name, item.type.value))

/** Every subnet that the file writes, with the addresses that are taken in it. */
function subnets(infra: Infra): Map<string, { prefix: Prefix; taken: Set<bigint> }> {
  const found = new Map<string, { prefix: Prefix; taken: Set<bigint> }>()
  const note = (prefix: Prefix): Set<bigint> => {
    const key = printPrefix(prefix)
    const entry = found.get(key) ?? { prefix, taken: new Set<bigint>() }
    found.set(key, entry)
    return entry.taken
  }
  for (const network of infra.networks.values()) for (const subnet of network.subnets) note(subnet.value)
  for (const node of infra.nodes.values()) {
    for (const item of node.interfaces.values()) {
      for (const { value } of item.addresses) if (value.length !== undefined && value.length < (value.ip.family === 4 ? 31 : 127)) note(prefixOf(value.ip, value.length)).add(value.ip.value)
      for (const { value } of item.gateways) for (const entry of found.values()) if (contains(entry.prefix, value)) entry.taken.add(value.value)
    }
  }
  return found
}

/** The next free address of every subnet in use, those of the same bridge or network first. */
function freeAddresses(cursor: Cursor, infra: Infra): readonly CompletionItem[] {
  const all = [...subnets(infra).values()].sort((a, b) => compareIp(a.prefix.ip, b.prefix.ip))
  const near = nearSubnets(cursor, infra)
  all.sort((a, b) => Number(near.has(printPrefix(b.prefix))) - Number(near.has(printPrefix(a.prefix))))
  return all.slice(0, 50).flatMap(({ prefix, taken }): CompletionItem[] => {
    const last = lastOf(prefix)
    for (let ip = addToIp(firstOf(prefix), 1), tries = 0; compareIp(ip, last) < 0 && tries < 5000; ip = addToIp(ip, 1), tries++) {
      if (!taken.has(ip.value)) return [{ label: `${printIp(ip)}/${prefix.length}`, kind: 'address', insertText: `${printIp(ip)}/${prefix.length}`, detail: t`next free of ${printPrefix(prefix)}` }]
    }
    return []
  })
}

/** The subnets of those who plug into the same bridge as the interface that is being written. */
function nearSubnets(cursor: Cursor, infra: Infra): ReadonlySet<string> {
  const node = nodeHere(cursor, infra)
  const item = node?.interfaces.get(String(cursor.path[3] ?? ''))
  const near = new Set<string>()
  if (!node || !item || !isGuest(node)) return near
  for (const other of infra.nodes.values()) {
    for (const peer of other.interfaces.values()) {
      const same = (item.network && peer.network?.value === item.network.value) ||
        (item.attach && isGuest(other) && other.host?.value === node.host?.value && peer.attach?.value === item.attach.value) ||
        (item.attach && other.name === node.host?.value && peer.name === item.attach.value)
      if (same) for (const { value } of peer.addresses) if (value.length !== undefined) near.add(printPrefix(prefixOf(value.ip, value.length)))
    }
  }
  return near
}

const gateways = (infra: Infra): readonly CompletionItem[] => [...infra.nodes.values()].filter((node) => !isGuest(node)).flatMap((node) =>
  [...node.interfaces.values()].flatMap((item) => item.addresses.map(({ value }) => word(printIp(value.ip), `${node.name}:${item.name}`))))

/** What the interface or network that is being written has so far. */
const interfaceHere = (cursor: Cursor, infra: Infra): Interface | undefined => nodeHere(cursor, infra)?.interfaces.get(String(cursor.path[3] ?? ''))

/** The next free addresses of the network that the interface joins, without the length, which the network gives; none of its DHCP range. */
function inNetwork(cursor: Cursor, infra: Infra): readonly CompletionItem[] {
  const network = infra.networks.get(interfaceHere(cursor, infra)?.network?.value ?? '')
  if (!network) return []
  const taken = new Set<bigint>()
  for (const node of infra.nodes.values()) for (const item of node.interfaces.values()) for (const { value } of item.addresses) taken.add(value.ip.value)
  for (const { value } of network.gateway?.addresses ?? []) taken.add(value.value)
  return network.subnets.flatMap(({ value: prefix }): CompletionItem[] => {
    const last = lastOf(prefix)
    const range = network.dhcp?.first.family === prefix.ip.family ? network.dhcp : undefined
    for (let ip = addToIp(firstOf(prefix), 1), tries = 0; compareIp(ip, last) < 0 && tries < 5000; tries++) {
      if (range && range.first.value <= ip.value && ip.value <= range.last.value) ip = addToIp(range.last, 1)
      else if (taken.has(ip.value)) ip = addToIp(ip, 1)
      else return [{ label: printIp(ip), kind: 'address', insertText: printIp(ip), detail: t`next free of network ${network.name}` }]
    }
    return []
  })
}

/** Ends of a tunnel, next hops and gateways: the addresses of those that could be meant. */
function ipsFor(cursor: Cursor, infra: Infra): readonly CompletionItem[] {
  const here = nodeHere(cursor, infra)
  const underlay = (node: Node): CompletionItem[] => [...node.interfaces.values()].filter((item) => ['ethernet', 'bond', 'vlan', 'loopback', 'bridge'].includes(item.type.value))
    .flatMap((item) => item.addresses.filter(({ value }) => !(value.ip.family === 4 && value.ip.value >> 24n === 127n)).map(({ value }) => word(printIp(value.ip), `${node.name}:${item.name}`)))
  switch (cursor.key ?? cursor.path.findLast((step) => typeof step === 'string')) {
    case 'gateway': return gateways(infra)
    case 'local': return here ? underlay(here) : []
    case 'remote': return [...infra.nodes.values()].filter((node) => node !== here && (node.kind === 'server' || node.kind === 'router')).flatMap(underlay)
    case 'via': {
      const own = [...here?.interfaces.values() ?? []].flatMap((item) => item.addresses.flatMap(({ value }) => (value.length === undefined ? [] : [prefixOf(value.ip, value.length)])))
      return [...infra.nodes.values()].filter((node) => node !== here && (node.kind === 'router' || node.kind === 'server' || node.kind === 'external'))
        .flatMap((node) => [...node.interfaces.values()].flatMap((item) => item.addresses.filter(({ value }) => own.some((prefix) => contains(prefix, value.ip))).map(({ value }) => word(printIp(value.ip), `${node.name}:${item.name}`))))
    }
    default: return []
  }
}

/** VNIs, keys and VLANs: the far half's for a tunnel that has one, the next that nobody has, and for a VLAN those in use. */
function idsFor(cursor: Cursor, infra: Infra): readonly CompletionItem[] {
  const networks = [...infra.networks.values()]
  const devices = [...infra.nodes.values()].flatMap((node) => [...node.interfaces.values()].map((item) => ({ node, item })))
  const vlans = new Map<number, string>()
  for (const { node, item } of devices) {
    for (const id of [item.vlan?.value, item.native?.value, ...(item.trunk?.value ?? []), item.type.value === 'vlan' ? item.id?.value : undefined]) {
      if (id !== undefined && !vlans.has(id)) vlans.set(id, `${node.name}:${item.name}`)
    }
  }
  for (const { type, id, name: own } of networks) if (type.value === 'vlan' && id && !vlans.has(id.value)) vlans.set(id.value, t`network ${own}`)
  const used = [...vlans].sort(([a], [b]) => a - b).map(([id, by]) => word(String(id), t`VLAN of ${by}`))
  if (cursor.key === 'vlan' || cursor.key === 'native' || (cursor.key === undefined && cursor.path.includes('trunk')) || cursor.key === 'trunk') return used
  if (cursor.key !== 'id' && cursor.key !== 'key') return []
  const own = cursor.path[0] === 'networks' ? infra.networks.get(String(cursor.path[1] ?? '')) : undefined
  const device = interfaceHere(cursor, infra)
  if (device?.type.value === 'vlan') return used
  const type = own?.type.value ?? device?.type.value
  const most = type === 'vlan' ? 4094 : type === 'gre' || type === 'gretap' ? 0xffffffff : 0xffffff
  const taken = new Map<number, string>()
  for (const { node, item } of devices) if (item.type.value === type && item !== device && item.tunnel?.id) taken.set(item.tunnel.id.value, `${node.name}:${item.name}`)
  for (const network of networks) if (network !== own && network.type.value === type && network.id) taken.set(network.id.value, t`network ${network.name}`)
  // The device at the address that this one sends to must have the same.
  const remotes = new Set(device?.tunnel?.remotes.map(({ value }) => value.value))
  const facing = devices.filter(({ item }) => item.type.value === type && item !== device && item.tunnel?.id && item.tunnel.local && remotes.has(item.tunnel.local.value.value))
  let free = Math.max(0, ...[...taken.keys()].filter((id) => id < most)) + 1
  while (taken.has(free) || (type === 'vlan' && vlans.has(free))) free++
  return [
    ...facing.map(({ node, item }) => word(String(item.tunnel?.id?.value ?? ''), t`that of the far half, ${node.name}:${item.name}`)),
    ...(free <= most ? [word(String(free), t('the next that nobody has'))] : []),
  ]
}
