/**
 * Symmetries carried over an edit. What is said of a network is not said again: it is looked at which objects the edit says
 * something else of, and only symmetries that leave these where they are, are kept. There may be more; there are none too many.
 */
import { bitsOf, firstOf, isLinkLocal, lastOf, prefixOf, type Ip, type Prefix } from '../address/ip.ts'
import { sameMeaning } from '../infra/same.ts'
import { firewallHooks, isStack, type Node, type Route, type StackNode } from '../infra/node.ts'
import type { Interface } from '../infra/interface.ts'
import type { Link } from '../infra/parts.ts'
import { between } from './linked.ts'
import { nodeWords, routesTwice, subnetOf, toldDevices } from './say-node.ts'
import { carriedBy, isStrange, takenIn, type Model, type Plugged, type Sayings, type Told } from './sayings.ts'
import type { Symmetries } from './symmetries.ts'

/** Beyond so many changes since they were found they are sooner found again. */
const mostEnds = 64
const mostNodes = 4
const mostLinks = 8

/** Undefined where the edit touches what is not followed here. */
export function followed(before: Model, found: Symmetries, after: Model): Symmetries | undefined {
  const { sayings } = found
  const differing = differingIn(before, sayings, after)
  if (!differing || !sameParts(before, after)) return undefined
  const { kept, ends } = differing
  const links = changedLinks(before, after)
  if (!links) return undefined
  const to: Following = { before, after, sayings, fixed: new Set(), beside: [], held: [] }
  for (const { was, is } of ends) {
    // What it names no more only tells apart what could now be alike.
    if (is && isStack(is.node) && !nameOf(to, is.node)) return undefined
    for (const { end } of [was, is].filter((one) => one !== undefined)) {
      if (!end) continue
      if (isDocker(before, end.owner) || isDocker(after, end.owner)) return undefined
      if (!kept.has(end.owner)) kept.set(end.owner, before.infra.nodes.get(end.owner))
    }
  }
  for (const { ends: both } of links) {
    for (const { node, interface: name } of both) {
      const key = `${node}:${name}`
      if (before.linked.get(key) === null || after.linked.get(key) === null) return undefined
      fix(to, sayings.devices.get(key))
      if (sayings.nodes.has(node) && !kept.has(node)) kept.set(node, before.infra.nodes.get(node))
    }
  }
  if (kept.size > mostNodes + 2 * (ends.length + links.length)) return undefined
  const carried = kept.size === 0 ? noWords : carriedBy(after, kept)
  for (const owner of kept.keys()) if ((carried.get(owner) ?? '') !== (sayings.carried.get(owner) ?? '')) fix(to, sayings.nodes.get(owner))
  const taken = kept.size === 0 ? noNames : takenIn(after, kept)
  for (const [name, was] of kept) {
    const is = after.infra.nodes.get(name)
    if (!was || !is || !changedNode(to, was, is, taken)) return undefined
  }
  const { fixed, beside } = to
  return fixed.size === 0 && beside.length === 0 ? found : { ...found, fixed, marks: membership(to), beside }
}

interface Following {
  readonly before: Model
  readonly after: Model
  readonly sayings: Sayings
  /** Objects that something else is said of. */
  readonly fixed: Set<number>
  /** Prefixes that no object stands for. */
  readonly beside: Prefix[]
  /** Those of them by which what is sent between others is told apart: no symmetry may take an address out of one. */
  readonly held: Prefix[]
}

function fix({ fixed }: Following, object: number | undefined): void {
  if (object !== undefined) fixed.add(object)
}

/** Docker's rules follow from who is plugged in. */
function isDocker({ infra }: Model, owner: string): boolean {
  const node = infra.nodes.get(owner)
  return node?.kind === 'server' && node.hypervisor?.value === 'docker'
}

interface Differing {
  /** Nodes that are no end systems, as they were. */
  readonly kept: Map<string, Node | undefined>
  readonly ends: readonly { readonly was: Told | undefined; readonly is: Told | undefined }[]
}

/** Undefined where there are others that are no end systems than there were, or many end systems differ. */
function differingIn(before: Model, sayings: Sayings, after: Model): Differing | undefined {
  const stays = before.places === after.places
  if (!stays && !sameKept(sayings, after)) return undefined
  const kept = new Map<string, Node | undefined>()
  const ends: { was: Told | undefined; is: Told | undefined }[] = []
  for (let i = 0; i < after.all.length; i++) {
    const is = after.all[i]
    const was = before.all[stays ? i : before.places.get(is?.node.name ?? '') ?? -1]
    // Mostly the very same, and what was changed and changed back is another object that says the same.
    if (!is || was === is) continue
    if (stays && (was?.end === undefined) !== (is.end === undefined)) return undefined
    if (is.end) {
      if (!was?.end || !sameEnd(was.end, is.end) || !sameNode(was, is)) ends.push({ was: was?.end && was, is })
    } else if (!was || !sameNode(was, is)) kept.set(is.node.name, was?.node)
    if (ends.length > mostEnds) return undefined
  }
  if (!stays) for (const was of before.all) if (was.end && !after.all[after.places.get(was.node.name) ?? -1]?.end) ends.push({ was, is: undefined })
  return ends.length > mostEnds ? undefined : { kept, ends }
}

/** A guest is told anew with each change at its server, mostly as it was. */
const sameEnd = (a: Plugged, b: Plugged): boolean => a === b || (a.owner === b.owner && a.port === b.port && a.words === b.words)

// Each later edit asks again about whoever was changed and changed back. By the later node: one that is the same.
const alike = new WeakMap<Node, WeakRef<Node>>()

function sameNode({ node: a }: Told, { node: b }: Told): boolean {
  if (a === b || alike.get(b)?.deref() === a) return true
  if (!sameMeaning(a, b)) return false
  alike.set(b, new WeakRef(a))
  return true
}

/** Whether the same are no end systems, in the same order. */
function sameKept({ nodes }: Sayings, { all }: Model): boolean {
  const names = nodes.keys()
  for (const { node, end } of all) if (!end && names.next().value !== node.name) return false
  return names.next().done === true
}

const noWords: ReadonlyMap<string, string> = new Map()
const noNames: ReadonlySet<string> = new Set()

function sameParts({ infra: a }: Model, { infra: b }: Model): boolean {
  const same = (one: readonly unknown[], other: readonly unknown[]): boolean => one.length === other.length && one.every((part, i) => part === other[i] || sameMeaning(part, other[i]))
  return same([...a.services.values()], [...b.services.values()]) && same([...a.networks.values()], [...b.networks.values()]) && same([...a.securityGroups.values()], [...b.securityGroups.values()])
}

/** Links that were not, are no more, or are others. */
function changedLinks({ infra: { links: before } }: Model, { infra: { links: after } }: Model): readonly Link[] | undefined {
  if (before === after) return []
  const same = (one: Link | undefined, other: Link | undefined): boolean => one !== undefined && (one === other || sameMeaning(one, other))
  const { gone, come } = between(before, after, same)
  const changed = [...gone, ...come]
  return changed.length <= mostLinks ? changed : undefined
}

/** What a node that forwards names tells apart whatever it forwards. */
function name(to: Following, prefix: Prefix): void {
  const object = to.sayings.prefix(prefix)
  if (object !== undefined) return void to.fixed.add(object)
  to.beside.push(prefix)
  to.held.push(prefix)
}

function nameIp(to: Following, ip: Ip): void {
  const object = to.sayings.address(ip)
  if (object === undefined) name(to, wholeOf(ip))
  else to.fixed.add(object)
}

const wholeOf = (ip: Ip): Prefix => prefixOf(ip, bitsOf(ip.family))

/** Whatever an end system names, for itself to be told by (see `toldOf`). False for what belongs to no place. */
function nameOf(to: Following, { interfaces, routes, firewall }: StackNode): boolean {
  const { sayings, beside } = to
  const nameAlone = (prefix: Prefix): void => { if (sayings.prefix(prefix) === undefined) beside.push(prefix) }
  const nameIpAlone = (ip: Ip): void => { if (sayings.address(ip) === undefined) beside.push(wholeOf(ip)) }
  for (const { addresses, gateways } of interfaces.values()) {
    for (const { value: { ip, length } } of addresses) {
      if (isLinkLocal(ip)) return false
      // Something else may send to it what is meant for others.
      fix(to, sayings.address(ip))
      const subnet = subnetOf(ip, length)
      if (sayings.prefix(subnet) !== undefined) continue
      beside.push(subnet)
      if (ip.family === 4 && subnet.length < 31) nameIpAlone(lastOf(subnet))
    }
    for (const { value } of gateways) nameIpAlone(value)
  }
  for (const { to: { value }, via, src } of routes) {
    nameAlone(value)
    for (const one of [...via, ...(src ? [src] : [])]) nameIpAlone(one.value)
  }
  // Its rules see who answers it on the way, too.
  for (const prefix of filteredBy(firewall)) name(to, prefix)
  return true
}

/** Prefixes that rules look for. */
const filteredBy = (firewall: StackNode['firewall']): readonly Prefix[] =>
  firewallHooks.flatMap((hook) => (firewall?.[hook]?.rules ?? []).flatMap(({ from, to }) => [...from, ...to].map(({ value }) => value)))

/** Settings that others see by, or that move addresses: these are not followed. */
const beyond = ['kind', 'opaque', 'nat', 'hypervisor', 'ports', 'host', 'answers'] as const
const beyondDevice = ['type', 'addresses', 'gateways', 'mac', 'tunnel', 'hostSide', 'guestSide', 'flows'] as const

const setting = (of: object, key: string): unknown => (of as Readonly<Record<string, unknown>>)[key]

/** What is said anew of a node that is no end system. */
function changedNode(to: Following, was: Node, is: Node, taken: ReadonlySet<string>): boolean {
  const { sayings, before, after } = to
  if (beyond.some((key) => !sameMeaning(setting(was, key), setting(is, key))) || isStrange(is)) return false
  const old = toldDevices(before.linked, was, (key) => sayings.devices.has(key))
  const now = toldDevices(after.linked, is, (key) => !taken.has(key))
  const others = new Map(now.map((one) => [one.device.name, one]))
  for (const { device, words } of old) {
    const other = others.get(device.name)
    others.delete(device.name)
    if (!other || words !== other.words) fix(to, sayings.devices.get(`${was.name}:${device.name}`))
    if (other ? !sameDevice(device, other.device) : device.tunnel) return false
  }
  for (const { device } of others.values()) {
    if (device.addresses.length > 0 || device.gateways.length > 0 || device.tunnel || device.hostSide || device.guestSide || device.mac) return false
    fix(to, sayings.nodes.get(is.name))
  }
  if (was === is) return true
  if (nodeWords(was, '') !== nodeWords(is, '')) fix(to, sayings.nodes.get(is.name))
  if (!isStack(was) || !isStack(is)) return true
  if (!sameMeaning(was.routing?.advertise, is.routing?.advertise) || was.routing?.protocol.value !== is.routing?.protocol.value) return false
  if (!sameMeaning(was.firewall, is.firewall)) {
    fix(to, sayings.nodes.get(is.name))
    for (const prefix of filteredBy(is.firewall)) name(to, prefix)
  }
  return changedRoutes(to, was, is)
}

const sameDevice = (a: Interface, b: Interface): boolean => a === b || beyondDevice.every((key) => setting(a, key) === setting(b, key) || sameMeaning(setting(a, key), setting(b, key)))

function changedRoutes(to: Following, was: StackNode, is: StackNode): boolean {
  if (was.routes === is.routes || sameMeaning(was.routes, is.routes)) return true
  if (routesTwice(was.routes) || routesTwice(is.routes)) return false
  const gone = was.routes.filter((route) => !is.routes.some((other) => sameMeaning(route, other)))
  const come = is.routes.filter((route) => !was.routes.some((other) => sameMeaning(route, other)))
  if (gone.length + come.length > mostLinks) return false
  for (const route of gone) for (const object of routeObjects(to, was, route)) to.fixed.add(object)
  for (const { to: { value }, via, src } of come) {
    fix(to, to.sayings.nodes.get(is.name))
    name(to, value)
    for (const one of [...via, ...(src ? [src] : [])]) nameIp(to, one.value)
  }
  return true
}

/** What stands for a route of a node, among what is said of its prefix. */
function routeObjects({ sayings: { structure: { at, flat, begin, said }, nodes, prefix } }: Following, node: StackNode, { to }: Route): readonly number[] {
  const [owner, goal] = [nodes.get(node.name), prefix(to.value)]
  if (owner === undefined || goal === undefined) return []
  const found: number[] = []
  for (let k = begin[owner] ?? 0; k < (begin[owner + 1] ?? 0); k++) {
    const from = at[said[k] ?? 0] ?? 0
    if ((at[(said[k] ?? 0) + 1] ?? 0) - from === 4 && flat[from + 2] === owner && flat[from + 3] === goal) found.push(flat[from + 1] ?? 0)
  }
  return found
}

/** By object: which of the prefixes held hold the address that it stands for. */
function membership({ held, sayings: { addresses } }: Following): ReadonlyMap<number, string> {
  const marks = new Map<number, string>()
  const markOf = marksBy(held)
  if (held.length > 0) {
    for (const { ip, object } of addresses) {
      const mark = markOf(ip)
      if (mark !== '') marks.set(object, mark)
    }
  }
  return marks
}

/** Which of some prefixes hold an address; many are asked for. */
export function marksBy(prefixes: readonly Prefix[]): (ip: Ip) => string {
  const ranges = prefixes.map((prefix) => ({ family: prefix.ip.family, first: firstOf(prefix).value, last: lastOf(prefix).value }))
  return ({ family, value }) => {
    let mark = ''
    for (let i = 0; i < ranges.length; i++) {
      const range = ranges[i]
      if (range && range.family === family && range.first <= value && value <= range.last) mark += ` ${i}`
    }
    return mark
  }
}
