/**
 * The physical view after an edit of what a few nodes say of themselves: the picture before it, with their boxes made anew, and
 * those of what they stand in. Whatever else an edit may change (who stands where, what is joined to what, how high) is drawn
 * from nothing; so is a picture of which nothing is known.
 */
import { keyOf, type IpKey } from '../address/ip.ts'
import { changedNames } from '../infra/changed.ts'
import type { Infra } from '../infra/infra.ts'
import { isTunnelType, type Interface } from '../infra/interface.ts'
import { isGuest, type GuestNode, type Node } from '../infra/node.ts'
import type { Problem } from '../infra/problem.ts'
import { sameMeaning } from '../infra/same.ts'
import { badgesBySubject, badgesThatDiffer, headOf } from './badges.ts'
import { closeAgain, closeBoxes, type Closed } from './close.ts'
import type { Box, Diagram, Room } from './diagram.ts'
import { mistakable, nameOwner, nameOwners } from './owners.ts'
import { drawPhysical, isHidden, nodeBoxes, type Physical } from './physical.ts'
import { roomWith } from './rooms.ts'
import { sameData } from './share.ts'
import { remotesOf } from './tunnels.ts'

export interface PhysicalOptions {
  readonly title: string
  /** Servers are drawn closed; `undefined`: all are open. */
  readonly open: readonly string[] | undefined
}

interface Last extends Physical {
  readonly options: PhysicalOptions
  readonly problems: readonly Problem[]
  readonly closed: Closed
  /** All boxes as they are when none is closed, with their owners' names where colours do not tell. */
  readonly named: readonly Box[]
  /** Where each box stands among all boxes. */
  readonly places: ReadonlyMap<string, number>
  /** Names of the guests of each host, in file order; and all addresses that tunnels lead to: once an edit needed them. */
  guests?: ReadonlyMap<string, readonly string[]>
  remotes?: ReadonlySet<IpKey>
}

/** Edits of more nodes than this are drawn from nothing. */
const most = 48

/** The last picture, by a list that stays the same object as long as nothing is joined otherwise. */
const lasts = new WeakMap<Infra['links'], Last>()

/** The physical view, the same whatever was drawn before it. */
export function physicalAgain(written: Infra, infra: Infra, problems: readonly Problem[], options: PhysicalOptions): Diagram {
  const before = lasts.get(infra.links)
  const next = (before && sameOptions(before.options, options) ? patched(before, written, infra, problems) : undefined) ?? anew(written, infra, problems, options)
  lasts.set(infra.links, next)
  return next.closed.diagram
}

const sameOptions = (a: PhysicalOptions, b: PhysicalOptions): boolean => a.title === b.title && (a.open === b.open || (a.open?.length === b.open?.length && a.open?.every((name, i) => name === b.open?.[i]) === true))

function anew(written: Infra, infra: Infra, problems: readonly Problem[], options: PhysicalOptions): Last {
  const open = options.open && new Set(options.open)
  const physical = drawPhysical(written, infra, problems, options.title, open ? ({ name }) => !open.has(name) : undefined)
  const { boxes } = physical.diagram
  const named = nameOwners(physical.diagram)
  const closed = closeBoxes(named, new Set(open ? boxes.flatMap(({ id, kind }) => (kind === 'server' && !open.has(id) ? [id] : [])) : []))
  return { ...physical, options, problems, closed, named: named.boxes, places: new Map(boxes.map(({ id }, i) => [id, i])) }
}

function patched(last: Last, written: Infra, infra: Infra, problems: readonly Problem[]): Last | undefined {
  const { scene: was, diagram } = last
  // Where two claim one name, boxes are not known by their nodes.
  if (!last.clear) return undefined
  for (const part of ['fabrics', 'networks', 'tenants', 'storage'] as const) if (infra[part] !== was.infra[part]) return undefined
  const [changed, rewritten] = [changedNames(was.infra.nodes, infra.nodes), changedNames(was.written.nodes, written.nodes)]
  if (!changed.inPlace || changed.names.length > most || !rewritten.inPlace || rewritten.names.length > most) return undefined
  const names = new Set([...changed.names, ...rewritten.names])
  const badge = problems === last.problems ? was.badge : badgesBySubject(problems)
  for (const subject of badgesThatDiffer(was.badge, badge)) {
    const node = infra.nodes.get(headOf(subject))
    // Lines and storage have badges of their own.
    if (!node || isTunnelEnd(node, subject)) return undefined
    names.add(node.name)
  }
  if (names.size > most) return undefined
  if (names.size === 0) return { ...last, problems, scene: { ...was, written, infra, badge } }
  const hosts = new Set<string>()
  for (const name of changed.names) {
    const [before, now] = [was.infra.nodes.get(name), infra.nodes.get(name)]
    if (!before || !now || !standsAlike(last, before, now)) return undefined
    if (isGuest(now) && now.host) hosts.add(now.host.value)
    else if (now.kind === 'server') hosts.add(name)
  }
  const scene = { ...was, written, infra, badge, rooms: roomsAgain(last, infra, hosts) }
  for (const host of hosts) if (infra.nodes.has(host)) names.add(host)
  const boxes = new Map<string, Box>()
  for (const name of names) {
    const [before, now] = [was.infra.nodes.get(name), infra.nodes.get(name)]
    if (!before || !now) return undefined
    const [old, made] = [nodeBoxes(was, before), nodeBoxes(scene, now)]
    if (old.length !== made.length) return undefined
    for (const [i, box] of made.entries()) {
      const standing = diagram.boxes[last.places.get(box.id) ?? -1]
      if (old[i]?.id !== box.id || standing?.parent !== box.parent) return undefined
      if (!sameData(standing, box)) boxes.set(box.id, box)
    }
  }
  const [all, named, mistaken] = [[...diagram.boxes], [...last.named], mistakable(diagram.tenants)]
  for (const [id, box] of boxes) {
    const place = last.places.get(id) ?? -1
    const owned = nameOwner(box, mistaken)
    all[place] = box
    named[place] = owned
    boxes.set(id, owned)
  }
  const { places, guests, remotes, options, clear } = last
  const closed = closeAgain(last.closed, boxes, (id) => named[places.get(id) ?? -1])
  return { scene, diagram: { ...diagram, boxes: all }, clear, options, problems, closed, named, places, ...(guests && { guests }), ...(remotes && { remotes }) }
}

const isTunnelEnd = (node: Node, subject: string): boolean => subject !== node.name && node.interfaces.get(subject.slice(node.name.length + 1))?.tunnel !== undefined

/** What others see of a node: its place, and who could be told by it where lines run and who is whose. */
const outward = ['name', 'kind', 'host', 'tenant', 'site', 'rack', 'forwarding', 'opaque', 'origin'] as const

function standsAlike(last: Last, before: Node, now: Node): boolean {
  const [a, b]: readonly Readonly<Record<string, unknown>>[] = [{ ...before }, { ...now }]
  if (!outward.every((key) => sameMeaning(a?.[key], b?.[key]))) return false
  if (before.interfaces === now.interfaces || sameMeaning(before.interfaces, now.interfaces)) return true
  // A line's words are those of its interface: only who has no line of their own may be addressed otherwise.
  const { infra, shut } = last.scene
  if (isGuest(before) && !isHidden(infra, before, shut)) return false
  const [own, others] = [[...before.interfaces.values()], [...now.interfaces.values()]]
  if (own.length !== others.length || !own.every((item, i) => sameButAddresses(item, others[i]))) return false
  const remotes = (last.remotes ??= remotesIn(infra))
  return [...own, ...others].every(({ addresses }) => addresses.every(({ value }) => !remotes.has(keyOf(value.ip))))
}

function sameButAddresses(a: Interface, b: Interface | undefined): boolean {
  return b !== undefined && !isTunnelType(a.type.value) && sameMeaning({ ...a, addresses: [], gateways: [] }, { ...b, addresses: [], gateways: [] })
}

function remotesIn(infra: Infra): ReadonlySet<IpKey> {
  const remotes = new Set<IpKey>()
  for (const node of infra.nodes.values()) for (const item of node.interfaces.values()) if (item.tunnel) for (const remote of remotesOf(item)) remotes.add(keyOf(remote))
  return remotes
}

function roomsAgain(last: Last, infra: Infra, hosts: ReadonlySet<string>): ReadonlyMap<string, Room> {
  if (hosts.size === 0) return last.scene.rooms
  const guests = (last.guests ??= guestsIn(infra))
  const rooms = new Map(last.scene.rooms)
  for (const host of hosts) {
    const node = infra.nodes.get(host)
    if (node?.kind !== 'server' || !rooms.has(host)) continue
    rooms.set(host, roomWith(node, (guests.get(host) ?? []).flatMap((name): readonly GuestNode[] => {
      const guest = infra.nodes.get(name)
      return guest && isGuest(guest) ? [guest] : []
    })))
  }
  return rooms
}

function guestsIn(infra: Infra): ReadonlyMap<string, readonly string[]> {
  const guests = new Map<string, string[]>()
  for (const node of infra.nodes.values()) {
    if (!isGuest(node) || !node.host) continue
    const list = guests.get(node.host.value)
    if (list) list.push(node.name)
    else guests.set(node.host.value, [node.name])
  }
  return guests
}
