/** Who may ask and who may be asked, as points that symmetries move: stacks, their addresses, and end systems alike on one owner. */
import { printIp, type Ip, type Prefix } from '../address/ip.ts'
import { isStack, type StackNode } from '../infra/node.ts'
import { marksBy } from './followed.ts'
import { routeWords } from './say-node.ts'
import type { Plugged, Sayings, Told } from './sayings.ts'
import { emptySeating, pointsMoved, sitAddress, sitEnd, sitItself, type Points } from './seating.ts'
import { newSites, siteAt, waysOfSites, type Bags, type Sites } from './sites.ts'
import type { Symmetries } from './symmetries.ts'

export interface Chosen {
  readonly sends: (node: StackNode) => boolean
  readonly isSentTo: (node: StackNode) => boolean
}

/** Where a stack stands: an end system at one site, another at its own and those of its addresses. */
interface Seat {
  readonly own: number
  /** What else is told of it. */
  readonly words: string
  readonly addresses: readonly { readonly at: number; readonly ip: Ip }[]
  /** All that it has. */
  readonly ips: readonly Ip[]
}

/** What is kept with a network's symmetries. */
interface Book {
  readonly sites: Sites
  readonly seats: WeakMap<Told, Seat>
}

const books = new WeakMap<Sayings, Book>()

/** Undefined where there would be many more points than there are endpoints: where symmetries take end systems is a point, too. */
export function pointsOf(chosen: Chosen, addressesOf: (node: StackNode) => readonly Ip[], symmetries: Symmetries, all: readonly Told[]): Points | undefined {
  const { sayings, swaps } = symmetries
  const book = books.get(sayings)
  const found = book && pointsIn(book, all, chosen, addressesOf, symmetries)
  if (found) return found
  // Sites of earlier edits are left behind when there are too many of them.
  const fresh: Book = { sites: newSites(swaps), seats: new WeakMap() }
  const anew = pointsIn(fresh, all, chosen, addressesOf, symmetries)
  if (anew) books.set(sayings, fresh)
  return anew
}

function pointsIn({ sites, seats }: Book, all: readonly Told[], chosen: Chosen, addressesOf: (node: StackNode) => readonly Ip[], { sayings, kept, beside }: Symmetries): Points | undefined {
  const marksOf = marksIn(beside)
  const seating = emptySeating(sites)
  let used = 0
  for (const told of all) {
    const { node, end } = told
    if (!isStack(node)) continue
    let seat = seats.get(told)
    if (!seat) {
      seat = end ? endSeat(sites, sayings, node, end) : stackSeat(sites, sayings, node, addressesOf(node))
      if (!seat) return undefined
      seats.set(told, seat)
    }
    const { own, words, addresses, ips } = seat
    const isSender = chosen.sends(node)
    const isTarget = chosen.isSentTo(node)
    const marks = marksOf?.(ips) ?? ''
    const marked = marks === '' ? words : `${words}\n${marks}`
    used += addresses.length + 1
    if (end) sitEnd(seating, own, marked, node, isSender, isTarget)
    else {
      sitItself(seating, own, marked, node, isSender)
      // An address that stands on two of its devices is asked for twice.
      for (const { at, ip } of addresses) sitAddress(seating, at, marks === '' ? 'has' : `has${marksOf?.([ip])}`, node, isTarget, ip)
    }
  }
  const most = used * 4 + 1000
  const ways = waysOfSites(sites, kept, most)
  return ways && pointsMoved(seating, ways, most)
}

/** Which of the prefixes hold each of some addresses; undefined where there are none. */
function marksIn(beside: readonly Prefix[]): ((ips: readonly Ip[]) => string) | undefined {
  if (beside.length === 0) return undefined
  const markOf = marksBy(beside)
  return (ips) => {
    let marks = ''
    for (let i = 0; i < ips.length; i++) {
      const ip = ips[i]
      const mark = ip ? markOf(ip) : ''
      if (mark !== '') marks += `,${i}${mark}`
    }
    return marks
  }
}

function endSeat(sites: Sites, sayings: Sayings, node: StackNode, end: Plugged): Seat {
  const [words, objects, bags] = toldOf(sayings, node, end)
  return { own: siteAt(sites, objects, bags), words, addresses: [], ips: end.device.addresses.map(({ value }) => value.ip) }
}

function stackSeat(sites: Sites, sayings: Sayings, { name }: StackNode, ips: readonly Ip[]): Seat | undefined {
  const object = sayings.nodes.get(name)
  if (object === undefined) return undefined
  const addresses: { at: number; ip: Ip }[] = []
  for (const ip of ips) {
    const address = sayings.address(ip)
    if (address === undefined) return undefined
    addresses.push({ at: siteAt(sites, [object, address], noBags), ip })
  }
  return { own: siteAt(sites, [object], noBags), words: 'is', addresses, ips }
}

const noBags: Bags = []

/** An end system by all that could tell it from others; what no object stands for is named by itself. */
function toldOf({ nodes, address, place, prefix }: Sayings, node: StackNode, { owner, device, words }: Plugged): readonly [words: string, site: readonly number[], bags: Bags] {
  const objects: number[] = [nodes.get(owner) ?? -1]
  const bags: [number, number][] = []
  let told = words
  const name = (object: number | undefined, text: () => string): void => {
    if (object === undefined) told += ` ${text()}`
    objects.push(object ?? -1)
  }
  for (const { value: { ip, length } } of device.addresses) {
    const { object, last } = place(ip)
    told += `\n${ip.family} ${length ?? ''}${last}`
    name(object, () => '')
  }
  for (const { value } of device.gateways) {
    told += '\nvia'
    name(address(value), () => printIp(value))
  }
  for (const route of node.routes) {
    told += `\n${routeWords(route)} ${route.via.length}`
    name(prefix(route.to.value), () => `${printIp(route.to.value.ip)}/${route.to.value.length}`)
    const first = objects.length
    for (const { value } of route.via) name(address(value), () => printIp(value))
    if (route.via.length > 1) bags.push([first, objects.length])
    if (route.src) name(address(route.src.value), () => printIp(route.src?.value ?? route.to.value.ip))
  }
  return [told, objects, bags]
}
