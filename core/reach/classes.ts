/**
 * Endpoints that are interchangeable: swapping two of one class, names and addresses and all, leaves the network the same. So
 * one pair of two classes speaks for all of them: (members of A) × (members of B) questions become one. The idea is the
 * symmetry of Plotkin et al., "Scaling network verification using symmetry and surgery", POPL 2016.
 */
import { isLinkLocal, isLoopback, keyOf, printIp, type Ip } from '../address/ip.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface } from '../infra/interface.ts'
import { isStack, type Node, type StackNode } from '../infra/node.ts'
import type { Link } from '../infra/parts.ts'
import { mentionsOf, type Mentions } from './mentions.ts'
import { alwaysCarried, type Model, type Plugged } from './sayings.ts'
import { bareSettingsOf, settingsOf, spelled } from './spelled.ts'

export interface Classes {
  /** The number of each stack's class; a stack without a like is a class of its own. */
  readonly numbers: ReadonlyMap<string, number>
  /** Of a server that may be swapped with others, and of the guests on it: its name. Two of one block are another pair than two of two. */
  readonly blocks: ReadonlyMap<string, string>
}

// A model never changes, and every question about it begins here.
const known = new WeakMap<Infra, Classes & { readonly model: Model }>()

export function classesOf({ infra, line }: Asked): Classes & { readonly model: Model } {
  let classes = known.get(infra)
  if (!classes) known.set(infra, (classes = findClasses(infra, lineOf(line))))
  return classes
}

/** A plane, as far as classes are concerned. */
interface Asked {
  readonly infra: Infra
  readonly line: object
}

/** What is kept from one infra to the next of those that follow from each other. */
interface Line {
  /** Long texts by short numbers, which are given once. */
  readonly numbers: Map<string, number>
  readonly signs: WeakMap<StackNode, SignedEnd>
  mentions: Mentions | undefined
}

/** A sign, and what it was read from beside the node itself. */
interface SignedEnd {
  readonly sign: EndSign
  readonly owner: Node | undefined
  readonly key: string
  readonly link: Link | undefined
  readonly tellers: Mentions['tellers']
}

const lines = new WeakMap<object, Line>()

function lineOf(of: object): Line {
  let line = lines.get(of)
  if (!line) lines.set(of, (line = { numbers: new Map(), signs: new WeakMap(), mentions: undefined }))
  return line
}

function viewOf(infra: Infra, line: Line): { readonly view: View; readonly ends: ReadonlyMap<string, EndSign> } {
  const mentions = (line.mentions = mentionsOf(infra, line.mentions))
  const view: View = { infra, line, mentions, links: linksOf(infra), parents: parentsOf(infra) }
  const ends = new Map<string, EndSign>()
  for (const node of infra.nodes.values()) {
    const sign = isStack(node) ? keptSign(view, node) ?? signOf(view, node) : undefined
    if (sign) ends.set(node.name, sign)
  }
  return { view, ends }
}

/** What symmetries are looked for in. */
export const modelOf = (infra: Infra): Model => classesOf({ infra, line: infra }).model

function findClasses(infra: Infra, line: Line): Classes & { readonly model: Model } {
  const { view, ends } = viewOf(infra, line)
  const hosts = hostSigns(view, ends)
  const numbers = new Map<string, number>()
  const blocks = new Map<string, string>()
  const bySign = new Map<number, number>()
  let next = 0
  for (const node of infra.nodes.values()) {
    if (!isStack(node)) continue
    const end = ends.get(node.name)
    const host = end ? hosts.get(end.owner) : hosts.get(node.name)
    if (host !== undefined) blocks.set(node.name, end ? end.owner : node.name)
    // Two numbers in one: of so many texts a line never has the half.
    const sign = end ? numberOf(view, end.sign) * 2 ** 26 + numberOf(view, host ?? `of ${end.owner}`) : host === undefined ? undefined : -1 - numberOf(view, host)
    const known = sign === undefined ? undefined : bySign.get(sign)
    const number = known ?? next++
    if (sign !== undefined) bySign.set(sign, number)
    numbers.set(node.name, number)
  }
  return { numbers, blocks, model: { infra, mentions: view.mentions, ends, parents: view.parents, linked: view.links } }
}

interface View {
  readonly infra: Infra
  readonly mentions: Mentions
  /** By `node:interface`: the link there, and its other end; null where there are several. */
  readonly links: ReadonlyMap<string, { readonly link: Link; readonly far: { readonly node: string; readonly interface: string } } | null>
  /** `node:interface` of devices that others stand on. */
  readonly parents: ReadonlySet<string>
  readonly line: Line
}

function numberOf({ line: { numbers } }: View, words: string): number {
  let number = numbers.get(words)
  if (number === undefined) numbers.set(words, (number = numbers.size))
  return number
}

const linkTables = new WeakMap<readonly Link[], View['links']>()

function linksOf(infra: Infra): View['links'] {
  const known = linkTables.get(infra.links)
  if (known) return known
  const found = new Map<string, { link: Link; far: { node: string; interface: string } } | null>()
  for (const link of infra.links) {
    for (const [end, far] of [[link.ends[0], link.ends[1]], [link.ends[1], link.ends[0]]] as const) {
      const key = `${end.node}:${end.interface}`
      found.set(key, found.has(key) ? null : { link, far })
    }
  }
  linkTables.set(infra.links, found)
  return found
}

function parentsOf(infra: Infra): ReadonlySet<string> {
  const found = new Set<string>()
  for (const node of infra.nodes.values()) for (const key of parentsIn(node)) found.add(key)
  return found
}

const ownParents = new WeakMap<Node, readonly string[]>()

function parentsIn(node: Node): readonly string[] {
  let keys = ownParents.get(node)
  if (!keys) ownParents.set(node, (keys = [...node.interfaces.values()].flatMap(({ link }) => (link ? [`${node.name}:${link.value}`] : []))))
  return keys
}

const plain = (ip: Ip): boolean => !isLinkLocal(ip) && !isLoopback(ip)

/** Everything by which a simple end system could be told from another, save its name and addresses, and the node it is plugged into. */
interface EndSign extends Plugged {
  readonly sign: string
}

const ownWords = new WeakMap<StackNode, string>()

/** What a stack says of itself, but for its interfaces and its routes. */
function wordsOf(node: StackNode): string {
  let words = ownWords.get(node)
  if (words === undefined) {
    const { kind, sysctl, deviceSysctl, forwarding } = node
    ownWords.set(node, (words = spelled([
      kind, 'tenant' in node ? node.tenant : node.kind === 'server' ? node.hypervisor : undefined,
      'securityGroups' in node ? node.securityGroups : [], sysctl, deviceSysctl, forwarding,
    ])))
  }
  return words
}

const routesOf = ({ routes }: StackNode): string => (routes.length === 0 ? '' : spelled(routes))

const isForwarding = (node: StackNode): boolean => node.kind === 'router' || (node.forwarding?.value ?? false)

/** The sign that it had in an older infra, where that is its sign still. */
function keptSign({ infra, line, mentions, links }: View, node: StackNode): EndSign | undefined {
  const old = line.signs.get(node)
  if (!old || old.tellers !== mentions.tellers || old.owner !== infra.nodes.get(old.sign.owner) || mentions.nodes.has(node.name)) return undefined
  const at = links.get(old.key)
  if (at === null || at?.link !== old.link) return undefined
  const { mac, addresses } = old.sign.device
  if (mac && (mentions.macs.has(mac.value) || mentions.macOwners(mac.value) > 1)) return undefined
  for (const { value } of addresses) if (mentions.owners(value.ip) !== 1) return undefined
  return old.sign
}

/** Undefined for what is more than a simple end system. */
function signOf(view: View, node: StackNode): EndSign | undefined {
  const { mentions } = view
  if (node.opaque || node.kind === 'external' || isForwarding(node) || node.firewall || node.nat.length > 0 || node.routing) return undefined
  if (mentions.nodes.has(node.name) || (node.kind === 'container' && node.ports.length > 0)) return undefined
  let device: Interface | undefined
  for (const one of node.interfaces.values()) {
    if (one.type.value === 'loopback') {
      if (one.addresses.some(({ value }) => plain(value.ip))) return undefined
    } else if (device) return undefined
    else device = one
  }
  if (!device || !wired.has(device.type.value) || device.master || device.link || device.guestSide) return undefined
  if (device.mac && (mentions.macs.has(device.mac.value) || mentions.macOwners(device.mac.value) > 1)) return undefined
  const place = placeOf(view, node, device)
  if (place === undefined) return undefined
  const addresses: string[] = []
  for (const { value: { ip, length } } of device.addresses) {
    if (mentions.owners(ip) !== 1) return undefined
    addresses.push(`${ip.family}/${length ?? 'host'} ${mentions.holding(ip)}`)
  }
  const words = `${numberOf(view, wordsOf(node))} ${device.name} ${numberOf(view, bareSettingsOf(device))}\n${place.words}`
  const sign: EndSign = { owner: place.owner, port: place.port, device, words, sign: [words, routesOf(node), ...device.gateways.map(({ value }) => printIp(value)), ...addresses].join('\n') }
  const key = `${node.name}:${device.name}`
  view.line.signs.set(node, { sign, owner: view.infra.nodes.get(place.owner), key, link: view.links.get(key)?.link, tellers: mentions.tellers })
  return sign
}

const wired: ReadonlySet<string> = new Set(['ethernet', 'veth', 'tap'])

/** The port of a bridge or switch that a device is plugged into: whose, and everything but its name. */
function placeOf(view: View, node: StackNode, device: Interface): { readonly owner: string; readonly port: string; readonly words: string } | undefined {
  const at = view.links.get(`${node.name}:${device.name}`)
  if (at === null || (at && device.hostSide)) return undefined
  const far = device.hostSide ?? at?.far
  const owner = far && view.infra.nodes.get(far.node)
  const port = far && owner?.interfaces.get(far.interface)
  if (!owner || !port || port.gateways.length > 0 || view.parents.has(`${owner.name}:${port.name}`)) return undefined
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

/**
 * Servers that may be swapped with all that is on them. Simple guests do not matter to what others send, so that of two servers
 * only what is left without them is compared: their own devices, what these are plugged into, and who names their addresses.
 */
function hostSigns(view: View, ends: ReadonlyMap<string, EndSign>): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  // Spanning trees choose by Ethernet addresses, which no swap leaves as they are.
  for (const node of view.infra.nodes.values()) {
    if ('stp' in node && node.stp?.value) return found
    for (const { stp } of node.interfaces.values()) if (stp?.value) return found
  }
  /** Servers with guests that are more than simple. */
  const leanedOn = new Set<string>()
  for (const node of view.infra.nodes.values()) {
    if (!isStack(node) || ends.has(node.name)) continue
    if ('host' in node && node.host) leanedOn.add(node.host.value)
    for (const { hostSide } of node.interfaces.values()) if (hostSide) leanedOn.add(hostSide.node)
  }
  for (const node of view.infra.nodes.values()) {
    if (!isStack(node) || ends.has(node.name) || leanedOn.has(node.name)) continue
    const sign = hostSign(view, node)
    if (sign !== undefined) found.set(node.name, sign)
  }
  return found
}

/** Of a node's bridges: whether one has a carrier whatever its guests do. */
function alwaysIn(node: Node): (master: string) => boolean {
  const known = new Map<string, boolean>()
  return (master) => {
    let answer = known.get(master)
    if (answer === undefined) known.set(master, (answer = alwaysCarried(node, master)))
    return answer
  }
}

function hostSign(view: View, node: StackNode): string | undefined {
  const { mentions } = view
  if (node.kind !== 'server' || node.opaque || node.firewall || node.nat.length > 0 || node.routing || mentions.served.has(node.name)) return undefined
  // Docker's rules follow from who is plugged in.
  if (node.hypervisor?.value === 'docker') return undefined
  const own = new Map<number | string, number>()
  for (const { addresses } of node.interfaces.values()) for (const { value } of addresses) own.set(keyOf(value.ip), own.size)
  const words = [`${numberOf(view, wordsOf(node))} ${routesOf(node)}`]
  const carried = new Set<string>()
  const parents = parentsIn(node)
  const always = alwaysIn(node)
  for (const device of node.interfaces.values()) {
    const { type, guestSide, flows, mac, addresses, tunnel } = device
    // A simple guest's port, which its own sign describes.
    if (guestSide) {
      if (addresses.length > 0 || (parents.length > 0 && parents.includes(`${node.name}:${device.name}`))) return undefined
      if (!device.master || carried.has(device.master.value)) continue
      const far = view.infra.nodes.get(guestSide.node)?.interfaces.get(guestSide.interface)
      if ((device.up?.value ?? true) && (far?.up?.value ?? true) && !always(device.master.value)) carried.add(device.master.value)
      continue
    }
    if (device.hostSide || flows.length > 0) return undefined
    if (mac && (mentions.macs.has(mac.value) || mentions.macOwners(mac.value) > 1)) return undefined
    words.push(device.name, String(numberOf(view, settingsOf(device))))
    for (const { value: { ip, length } } of addresses) {
      if (type.value === 'loopback' && !plain(ip)) continue
      const among = mentions.holdingAmong(ip)
      if (among === undefined || mentions.owners(ip) !== 1) return undefined
      words.push(`${ip.family}/${length ?? 'host'} ${among}`)
    }
    if (tunnel) {
      if (tunnel.fdb.length > 0 || tunnel.peers.length > 0) return undefined
      const mesh = mentions.meshOf(device)
      words.push(tunnel.local ? `from ${own.get(keyOf(tunnel.local.value)) ?? spelled(tunnel.local)}` : '', mesh === undefined ? spelled(tunnel.remotes) : `in ${mesh}`)
    }
    const key = `${node.name}:${device.name}`
    if (!view.links.has(key)) continue
    const place = placeOf(view, node, device)
    // A cable of its own to somebody's port is like no other.
    if (!place) return undefined
    words.push(place.owner, place.words)
  }
  // A bridge has a carrier while one of its ports has, though it were a guest's.
  words.push(...[...carried].sort())
  return words.join('\n')
}
