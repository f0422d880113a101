/** Who may ask and who may be asked, as points that symmetries move: stacks, their addresses, and end systems alike on one owner. */
import { printIp, type Ip, type Prefix } from '../address/ip.ts'
import { isStack, type StackNode } from '../infra/node.ts'
import { marksBy } from './followed.ts'
import { between } from './linked.ts'
import { routeWords } from './say-node.ts'
import type { Plugged, Sayings, Told } from './sayings.ts'
import { emptySeating, pointsMoved, rise, sitAddress, sitEnd, sitItself, type Points, type Seating } from './seating.ts'
import { explore, leftAlone, lonelyAmong, mostAlone, newSites, siteAt, waysOfSites, type Bags, type Sites } from './sites.ts'
import { keptOf, type Symmetries } from './symmetries.ts'

export interface Chosen {
  readonly sends: (node: StackNode) => boolean
  readonly isSentTo: (node: StackNode) => boolean
}

/** Where a stack stands: an end system at one site, another at its own and those of its addresses. */
interface Seat {
  readonly own: number
  readonly isEnd: boolean
  /** What else is told of it. */
  readonly words: string
  readonly addresses: readonly { readonly at: number; readonly ip: Ip }[]
  /** All that it has. */
  readonly ips: readonly Ip[]
}

/** What is kept with a network's symmetries: sites, and who sat there when it was asked last. */
interface Book {
  readonly sites: Sites
  seated: Seated | undefined
}

interface Seated {
  readonly seating: Seating
  readonly chosen: Chosen
  readonly all: readonly Told[]
  readonly seats: Map<StackNode, Seat>
  /** Of whom more is told by the prefixes that hold their addresses. */
  readonly marked: Set<StackNode>
  /** So many points at most somebody is at. */
  used: number
}

const books = new WeakMap<Sayings, Book>()

/** Undefined where there would be many more points than there are endpoints: where symmetries take end systems is a point, too. */
export function pointsOf(chosen: Chosen, addressesOf: (node: StackNode) => readonly Ip[], symmetries: Symmetries, all: readonly Told[]): Points | undefined {
  const { sayings, swaps } = symmetries
  const book = books.get(sayings)
  const found = book && pointsIn(book, all, chosen, addressesOf, symmetries)
  if (found) return found
  // Sites of earlier edits are left behind when there are too many of them.
  const fresh: Book = { sites: newSites(swaps), seated: undefined }
  const anew = pointsIn(fresh, all, chosen, addressesOf, symmetries)
  const calm = calmOf(fresh)
  const best = (calm && pointsIn(calm, all, chosen, addressesOf, symmetries)) ?? anew
  if (best) books.set(sayings, best === anew ? fresh : calm ?? fresh)
  return best
}

/** The same where a few are left alone that would be taken nearly everywhere; undefined where there are none. */
function calmOf({ sites, seated }: Book): Book | undefined {
  const lonely = seated ? lonelyAmong(sites, usedIn(seated)) : []
  if (lonely.length === 0) return undefined
  const calm = newSites(sites.swaps)
  for (const site of lonely) calm.alone.add(siteAt(calm, sites.all[site]?.objects ?? [], sites.all[site]?.bags ?? noBags))
  return { sites: calm, seated: undefined }
}

function usedIn({ seating: { groups } }: Seated): ReadonlySet<number> {
  const used = new Set<number>()
  for (const { site } of groups) used.add(site)
  return used
}

function pointsIn(book: Book, all: readonly Told[], chosen: Chosen, addressesOf: (node: StackNode) => readonly Ip[], symmetries: Symmetries): Points | undefined {
  const { sites } = book
  const seated = seatedAfter(book, all, chosen, addressesOf, symmetries)
  book.seated = seated
  if (!seated) return undefined
  const most = seated.used * 4 + 1000
  if (!explore(sites, most)) return undefined
  const { count, objects } = leftAlone(sites, sites.alone.size === 0 ? noSites : usedIn(seated))
  return count > mostAlone ? undefined : pointsMoved(seated.seating, waysOfSites(sites, keptOf(symmetries, objects)), most)
}

const noSites: ReadonlySet<number> = new Set()

/** Only those whose place is another change their seats. Undefined where somebody has none. */
function seatedAfter({ sites, seated }: Book, all: readonly Told[], chosen: Chosen, addressesOf: (node: StackNode) => readonly Ip[], { sayings, beside }: Symmetries): Seated | undefined {
  const before = seated?.chosen.sends === chosen.sends && seated.chosen.isSentTo === chosen.isSentTo ? seated : undefined
  const after: Seated = { seating: emptySeating(sites), seats: new Map(), marked: new Set(), used: 0, ...before, chosen, all }
  const { seating, seats, marked } = after
  seating.turn++
  for (const node of marked) reseat(after, node)
  marked.clear()
  const { gone, come } = movedBetween(before?.all ?? [], all)
  for (const { node } of gone) {
    if (!isStack(node)) continue
    rise(seating, node)
    after.used -= 1 + (seats.get(node)?.addresses.length ?? 0)
    seats.delete(node)
  }
  for (const { node, end } of come) {
    if (!isStack(node)) continue
    const seat = end ? endSeat(sites, sayings, node, end) : stackSeat(sites, sayings, node, addressesOf(node))
    if (!seat) return undefined
    seats.set(node, seat)
    after.used += 1 + seat.addresses.length
    sitDown(after, node, seat)
  }
  const marksOf = marksIn(beside)
  if (marksOf) for (const [node, { ips }] of seats) if (marksOf(ips) !== '') marked.add(node)
  for (const node of marked) reseat(after, node, marksOf)
  return after
}

function reseat(seated: Seated, node: StackNode, marksOf?: (ips: readonly Ip[]) => string): void {
  const seat = seated.seats.get(node)
  if (!seat) return
  rise(seated.seating, node)
  sitDown(seated, node, seat, marksOf)
}

function sitDown({ seating, chosen }: Seated, node: StackNode, { own, words, isEnd, addresses, ips }: Seat, marksOf?: (ips: readonly Ip[]) => string): void {
  const isSender = chosen.sends(node)
  const isTarget = chosen.isSentTo(node)
  const marked = marksOf ? `${words}\n${marksOf(ips)}` : words
  if (isEnd) sitEnd(seating, own, marked, node, isSender, isTarget)
  else {
    sitItself(seating, own, marked, node, isSender)
    for (const { at, ip } of addresses) sitAddress(seating, at, marksOf ? `has${marksOf([ip])}` : 'has', node, isTarget, ip)
  }
}

/** Those of another place than before: as they were, and as they are. */
function movedBetween(before: readonly Told[], after: readonly Told[]): { readonly gone: readonly Told[]; readonly come: readonly Told[] } {
  const isSame = (was: Told | undefined, is: Told | undefined): boolean => was === is || (was?.node === is?.node && was?.end === is?.end)
  if (before.length === after.length) return { gone: before.filter((was, i) => !isSame(was, after[i])), come: after.filter((is, i) => !isSame(before[i], is)) }
  const { gone, come } = between(before, after, isSame)
  const [were, are] = [new Map(gone.map((was) => [was.node, was])), new Map(come.map((is) => [is.node, is]))]
  return { gone: gone.filter((was) => !isSame(was, are.get(was.node))), come: come.filter((is) => !isSame(were.get(is.node), is)) }
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
  return { own: siteAt(sites, objects, bags), isEnd: true, words, addresses: [], ips: end.device.addresses.map(({ value }) => value.ip) }
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
  return { own: siteAt(sites, [object], noBags), isEnd: false, words: 'is', addresses, ips }
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
