/** Machines of one file in another: with free names and addresses, the cables and tunnels between them, and without what only their own file has. */
import { addToIp, bitsOf, contains, firstOf, keyOf, lastOf, prefixOf, printIp, type Ip, type IpKey, type Prefix } from '../address/ip.ts'
import { nextPorts } from '../address/port.ts'
import type { Change, Value } from '../infra/change.ts'
import type { Interface } from '../infra/interface.ts'
import { isGuest, type Node } from '../infra/node.ts'
import { nextAddress, segmentsOf, subnetOf, type Segments } from './addresses.ts'
import { tunnelsOf, tunnelsWithin } from './copies.ts'
import { refuse, type NoPlan, type Plan, type Scene } from './gesture.ts'
import { numbered } from './names.ts'
import { adapted, type Landing, type Settled } from './paste-entry.ts'
import { cableValue } from './spelled.ts'
import { madeBy, spotOf } from './spots.ts'
import { idsInUse, nextId } from './tunnel.ts'
import { t } from '../words.ts'

/** What is copied: another file's model, what an entry of it says, and the diagram's ids there. */
export interface Copied {
  readonly scene: Scene
  readonly entryValue: (node: string) => Value | undefined
  readonly ids: readonly string[]
  /** The other file's name, for the title. */
  readonly from: string
}

export function planPaste(scene: Scene, { scene: source, entryValue, ids, from }: Copied): Plan | NoPlan {
  const found = new Set<string>()
  for (const id of ids) {
    const spot = spotOf(source, id)
    if (spot?.kind !== 'node') continue
    const made = madeBy(spot.node)
    if (made !== undefined) return refuse(made)
    found.add(spot.node.name)
  }
  const nodes = [...source.written.nodes.values()].filter(({ name }) => found.has(name))
  const [first] = nodes
  if (!first) return refuse(t`What was copied is not in ${from} any more`)
  const names = namesIn(scene, nodes)
  const left = new Set<string>()
  const landing: Landing = { scene, source, names, leave: (what) => void left.add(what) }
  const { kept, ids: numbers } = tunnelsWithin(source, names, (type, old, given) => (idsInUse(scene, type).includes(old) || given.includes(old) ? nextId(scene, type, given) : old))
  for (const node of nodes) for (const device of tunnelsOf(node)) if (!kept.has(`${node.name}:${device}`)) left.add(t`tunnel ${`${node.name}:${device}`}`)
  const addresses = addressesIn(landing, nodes)
  const published = [...scene.infra.nodes.values()].flatMap(portsOf)
  const adds = nodes.flatMap((node): readonly Change[] => {
    const value = entryValue(node.name)
    if (value === undefined) return []
    const settled: Settled = {
      ...(addresses.get(node.name) ?? { values: {}, gateways: new Map() }), ports: portsFor(node, published),
      tunnel: (device) => (tunnelsOf(node).includes(device) ? { kept: kept.has(`${node.name}:${device}`), id: numbers.get(`${node.name}:${device}`) } : undefined),
    }
    return [{ kind: 'add-node', node: node.kind, name: names.get(node.name) ?? node.name, value: adapted(landing, node, value, settled) }]
  })
  if (adds.length === 0) return refuse(t`What was copied is not in ${from} any more`)
  const { cables, apart } = cablesIn(source, names)
  if (apart > 0) left.add(apart === 1 ? t('a cable to a machine that was not copied') : t`${apart} cables to machines that were not copied`)
  const to = nodes.map(({ name }) => names.get(name) ?? name)
  return {
    title: t`Paste ${to.join(', ')} from ${from}`, fields: [], selects: to[0] ?? first.name,
    notes: left.size > 0 ? [t`Left out, since it is not in this file: ${[...left].join(', ')}.`] : [],
    change: { kind: 'in-turn', home: scene.home, changes: [...adds, ...cables] },
  }
}

const portsOf = (node: Node): readonly (readonly [number, number])[] => (node.kind === 'container' ? node.ports.flatMap(({ host }) => (host ? [[host.first, host.last] as const] : [])) : [])

/** Published ports that somebody here has: the next ones that nobody has. */
function portsFor(node: Node, taken: (readonly [number, number])[]): { readonly [first: number]: number } {
  const clashing = portsOf(node).filter(([low, high]) => taken.some(([one, other]) => one <= high && low <= other))
  taken.push(...portsOf(node).filter((range) => !clashing.includes(range)))
  return nextPorts(clashing, taken)
}

/** Their own names where these are free, else the next numbers. */
function namesIn({ infra }: Scene, nodes: readonly Node[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const given = new Set<string>()
  const taken = (name: string): boolean => infra.nodes.has(name) || infra.fabrics.has(name) || given.has(name)
  for (const { name } of nodes) {
    const [, stem = name, number] = /^(.*?)(\d*)$/.exec(name) ?? []
    const next = taken(name) ? numbered(stem === '' ? name : stem, (one) => taken(one) || nodes.some((other) => other.name === one), Number(number === '' ? 1 : number) + 1) : name
    given.add(next)
    names.set(name, next)
  }
  return names
}

type Settling = Pick<Settled, 'values' | 'gateways'>

/** Each address to itself where it is free, else to one that is; on a network of this file to one of that network. */
function addressesIn(landing: Landing, nodes: readonly Node[]): ReadonlyMap<string, Settling> {
  const { scene: { infra } } = landing
  const segments = segmentsOf(infra)
  const used = new Set<IpKey>()
  for (const node of infra.nodes.values()) {
    for (const { addresses, gateways } of node.interfaces.values()) for (const { value } of [...addresses.map(({ value: { ip } }) => ({ value: ip })), ...gateways]) used.add(keyOf(value))
  }
  for (const { gateway } of infra.networks.values()) for (const { value } of gateway?.addresses ?? []) used.add(keyOf(value))
  // What stays keeps its address before anybody else is given one.
  const stays = (node: Node, item: Interface, ip: Ip): boolean => {
    const there = landsOn(landing, node, item)
    const subnet = there === undefined ? undefined : subnetOf(infra, segments, there)
    return !used.has(keyOf(ip)) && (subnet === undefined || subnet.ip.family !== ip.family || contains(subnet, ip))
  }
  const kept = new Set<IpKey>()
  const all: Record<string, string> = {}
  const twice = new Set<string>()
  const own = new Map(nodes.map((node): [string, { values: Record<string, string>; gateways: Map<string, readonly string[]> }] => [node.name, { values: {}, gateways: new Map() }]))
  const each = (visit: (node: Node, item: Interface, address: Interface['addresses'][number]['value']) => void): void => {
    for (const node of nodes) for (const item of node.interfaces.values()) for (const { value } of item.addresses) visit(node, item, value)
  }
  each((node, item, { ip }) => {
    if (stays(node, item, ip)) kept.add(keyOf(ip))
  })
  const given: Ip[] = []
  each((node, item, { ip, length }) => {
    const settling = own.get(node.name)
    if (!settling || stays(node, item, ip)) return
    const there = landsOn(landing, node, item)
    const subnet = there === undefined ? undefined : subnetOf(infra, segments, there)
    const within = subnet?.ip.family === ip.family ? subnet : prefixOf(ip, length ?? bitsOf(ip.family))
    const next = there !== undefined && subnet ? nextAddress(infra, segments, there, within, ({ node: other }) => other.kind === node.kind, given) : freeIn(within, ip, (one) => used.has(keyOf(one)) || kept.has(keyOf(one)) || given.some((other) => keyOf(other) === keyOf(one)))
    if (!next) return
    given.push(next)
    const tail = length === undefined ? '' : `/${within.length}`
    settling.values[`${printIp(ip)}${length === undefined ? '' : `/${length}`}`] = `${printIp(next)}${tail}`
    settling.values[printIp(ip)] = printIp(next)
    if (Object.hasOwn(all, printIp(ip))) twice.add(printIp(ip))
    all[printIp(ip)] = printIp(next)
    // What it sends to is the other network's.
    if (there !== undefined && !contains(within, ip)) settling.gateways.set(item.name, gatewaysOn(segments, there))
  })
  const shared = Object.fromEntries(Object.entries(all).filter(([old]) => !twice.has(old)))
  return new Map([...own].map(([name, { values, gateways }]) => [name, { values: { ...shared, ...values }, gateways }]))
}

/** The segment of this file that a pasted device is on; undefined where it comes along with its own, or hangs on nothing. */
function landsOn({ scene: { infra }, names }: Landing, node: Node, item: Interface): string | undefined {
  if (item.network) return infra.networks.has(item.network.value) ? `network:${item.network.value}` : undefined
  if (!isGuest(node) || !node.host || !item.attach || names.has(node.host.value)) return undefined
  return infra.nodes.get(node.host.value)?.interfaces.has(item.attach.value) ? `${node.host.value}:${item.attach.value}` : undefined
}

/** What guests there send to, as most of them do. */
function gatewaysOn(segments: Segments, there: string): readonly string[] {
  const counts = new Map<string, number>()
  for (const { node: other, item } of segments.membersOf(there)) {
    const said = item.gateways.map(({ value }) => printIp(value)).join(' ')
    if (isGuest(other) && said !== '') counts.set(said, (counts.get(said) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0].split(' ') ?? []
}

/** The next one in a prefix that nobody has, from an address on and round again. */
function freeIn(prefix: Prefix, from: Ip, taken: (ip: Ip) => boolean): Ip | undefined {
  const two = prefix.length >= bitsOf(prefix.ip.family) - 1
  const [low, high] = [firstOf(prefix).value + (two ? 0n : 1n), lastOf(prefix).value - (two || prefix.ip.family === 6 ? 0n : 1n)]
  let ip = from
  for (let steps = 0; steps < 70_000; steps++) {
    ip = ip.value >= high ? { family: ip.family, value: low } : addToIp(ip, 1)
    if (ip.value === from.value) return undefined
    if (!taken(ip)) return ip
  }
  return undefined
}

function cablesIn({ written }: Scene, names: ReadonlyMap<string, string>): { readonly cables: readonly Change[]; readonly apart: number } {
  const cables: Change[] = []
  let apart = 0
  for (const link of written.links) {
    const { ends: [a, b] } = link
    const [to, far] = [names.get(a.node), names.get(b.node)]
    if (to === undefined || far === undefined) {
      if (to !== undefined || far !== undefined) apart++
      continue
    }
    const value = cableValue(link)
    cables.push({ kind: 'add-link', ends: [`${to}:${a.interface}`, `${far}:${b.interface}`], ...(value !== undefined && { value }) })
  }
  return { cables, apart }
}
