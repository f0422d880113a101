/** Who may ask and who may be asked, as points that symmetries move: stacks, their addresses, and end systems alike on one owner. */
import { printIp, type Ip } from '../address/ip.ts'
import { isStack, type StackNode } from '../infra/node.ts'
import type { Swap } from './exchange.ts'
import { marksBy } from './followed.ts'
import { routeWords } from './say-node.ts'
import type { Model, Plugged, Sayings } from './sayings.ts'
import type { Symmetries } from './symmetries.ts'

interface Place {
  /** Its node or owner first, then the addresses and prefixes that it is told by. */
  readonly objects: readonly number[]
  readonly words: string
  /** A stack that is no end system, as a sender. */
  readonly isItself: boolean
  /** Where among the objects the equal next hops of a route begin and end: their order says nothing. */
  readonly bags: Bags
}

type Bags = readonly (readonly [number, number])[]

export interface Point extends Place {
  /** Who may send, and be sent to; of an address the node that has it. */
  readonly senders: readonly StackNode[]
  readonly targets: readonly StackNode[]
  /** Of a stack's address; end systems are asked for all that they have. */
  readonly address: Ip | undefined
}

export interface Points {
  readonly all: readonly Point[]
  /** By the number of a swap: points that it moves and where to, one after the other, each two once. */
  readonly moves: readonly (readonly number[])[]
  readonly ways: Ways
}

/** Swaps that move a point and where to: of point i those from begin[i] up to begin[i + 1]. */
export interface Ways {
  readonly begin: Int32Array
  readonly swap: Int32Array
  readonly to: Int32Array
}

export interface Chosen {
  readonly sends: (node: StackNode) => boolean
  readonly isSentTo: (node: StackNode) => boolean
}

/** Where a stack stands: an end system at one place, another at its own and those of its addresses. */
interface Seat {
  readonly end: Plugged | undefined
  readonly own: number
  readonly addresses: readonly { readonly at: number; readonly ip: Ip }[]
}

/** Places by number, and what swaps make of them: kept as long as what they are told by, since edits leave most as they were. */
interface Book {
  readonly places: Place[]
  readonly numbers: Map<string, number>
  /** By object: the places told by it. */
  readonly toldBy: Map<number, number[]>
  /** Of a swap: so many places were looked at, and the moves among them. */
  readonly moved: WeakMap<Swap, { looked: number; readonly pairs: number[] }>
  readonly seats: WeakMap<StackNode, Seat>
  /** What was last made of a list of swaps. */
  last: { readonly swaps: readonly Swap[]; readonly size: number; readonly moves: Points['moves']; readonly ways: Ways } | undefined
}

const books = new WeakMap<Sayings, Book>()

const newBook = (): Book => ({ places: [], numbers: new Map(), toldBy: new Map(), moved: new WeakMap(), seats: new WeakMap(), last: undefined })

/** Undefined where there would be many more points than there are endpoints: where symmetries take end systems is a point, too. */
export function pointsOf(chosen: Chosen, addressesOf: (node: StackNode) => readonly Ip[], symmetries: Symmetries, all: Model['all']): Points | undefined {
  const { sayings } = symmetries
  const book = books.get(sayings)
  // Places of earlier edits are left behind when there are too many of them.
  return (book && pointsIn(book, all, chosen, addressesOf, symmetries)) ?? pointsIn(newBook(), all, chosen, addressesOf, symmetries)
}

function pointsIn(book: Book, all: Model['all'], chosen: Chosen, addressesOf: (node: StackNode) => readonly Ip[], { sayings, swaps, beside }: Symmetries): Points | undefined {
  const { places } = book
  const senders: StackNode[][] = []
  const targets: StackNode[][] = []
  const asked: (Ip | undefined)[] = []
  let used = 0
  const sit = (lists: StackNode[][], at: number, node: StackNode): void => {
    const list = lists[at]
    if (list) list.push(node)
    else lists[at] = [node]
  }
  const markOf = marksBy(beside)
  const marked = beside.length === 0 ? undefined : (ips: readonly Ip[]): string => ips.map(markOf).join(',')
  for (const { node, end } of all) {
    if (!isStack(node)) continue
    const [sender, target] = [chosen.sends(node), chosen.isSentTo(node)]
    const seat = seatOf(book, sayings, marked, node, end, addressesOf)
    if (!seat) return undefined
    const { own, addresses } = seat
    used += addresses.length + 1
    if (sender) sit(senders, own, node)
    // An address that stands on two of its devices is asked for twice.
    for (const { at, ip } of addresses) {
      asked[at] = ip
      if (target) sit(targets, at, node)
    }
    if (target && end) sit(targets, own, node)
  }
  const after = movesOf(book, swaps, used * 4 + 1000)
  if (!after) return undefined
  books.set(sayings, book)
  const points = places.map(({ objects, words, isItself, bags }, i): Point => ({ objects, words, isItself, bags, senders: senders[i] ?? nobody, targets: targets[i] ?? nobody, address: asked[i] }))
  return within(points, after.moves, after.ways)
}

/** Of places left behind by earlier edits nobody needs to hear: only of those where somebody is or is taken to. */
function within(all: readonly Point[], moves: Points['moves'], ways: Ways): Points {
  const local = new Int32Array(all.length).fill(-1)
  const kept: Point[] = []
  const numbers: number[] = []
  const take = (i: number): void => {
    const point = all[i]
    if (!point || local[i] !== -1) return
    local[i] = kept.length
    kept.push(point)
    numbers.push(i)
  }
  // In order, since the first of a kind stands for it.
  for (let i = 0; i < all.length; i++) if (all[i]?.senders !== nobody || all[i]?.targets !== nobody) take(i)
  for (let n = 0; n < numbers.length; n++) {
    const i = numbers[n] ?? 0
    for (let way = ways.begin[i] ?? 0; way < (ways.begin[i + 1] ?? 0); way++) take(ways.to[way] ?? 0)
  }
  if (kept.length > all.length * 0.9) return { all, moves, ways }
  const mine = moves.map((list) => {
    const found: number[] = []
    for (let k = 0; k < list.length; k += 2) {
      const [a, b] = [local[list[k] ?? 0] ?? -1, local[list[k + 1] ?? 0] ?? -1]
      if (a >= 0 && b >= 0) found.push(a, b)
    }
    return found
  })
  return { all: kept, moves: mine, ways: waysOf(mine, kept.length) }
}

const nobody: readonly StackNode[] = []

const noBags: Bags = []

function placeAt({ places, numbers, toldBy }: Book, words: string, told: readonly number[], isItself = false, bags = noBags): number {
  const objects = inOrder(told, bags)
  const key = `${objects.join(' ')}\n${words}`
  let number = numbers.get(key)
  if (number === undefined) {
    numbers.set(key, (number = places.length))
    places.push({ objects, words, isItself, bags })
    for (const object of objects) {
      const list = toldBy.get(object)
      if (list) list.push(number)
      else toldBy.set(object, [number])
    }
  }
  return number
}

function inOrder(told: readonly number[], bags: Bags): readonly number[] {
  let objects = told
  for (const [from, to] of bags) objects = [...objects.slice(0, from), ...objects.slice(from, to).sort((a, b) => a - b), ...objects.slice(to)]
  return objects
}

function seatOf(book: Book, sayings: Sayings, marked: ((ips: readonly Ip[]) => string) | undefined, node: StackNode, end: Plugged | undefined, addressesOf: (node: StackNode) => readonly Ip[]): Seat | undefined {
  const known = book.seats.get(node)
  if (known && known.end === end && !marked) return known
  const own = end ? end.device.addresses.map(({ value }) => value.ip) : addressesOf(node)
  const marks = marked?.(own) ?? ''
  const isPlain = marks.length < Math.max(1, own.length)
  if (known && known.end === end && isPlain) return known
  let seat: Seat
  if (end) {
    const [words, objects, bags] = toldOf(sayings, node, end)
    seat = { end, own: placeAt(book, isPlain ? words : `${words}\n${marks}`, objects, false, bags), addresses: [] }
  } else {
    const object = sayings.nodes.get(node.name)
    if (object === undefined) return undefined
    const addresses: { at: number; ip: Ip }[] = []
    for (const ip of own) {
      const address = sayings.address(ip)
      if (address === undefined) return undefined
      addresses.push({ at: placeAt(book, `has${marked?.([ip]) ?? ''}`, [object, address]), ip })
    }
    seat = { end, own: placeAt(book, isPlain ? 'is' : `is${marks}`, [object], true), addresses }
  }
  if (isPlain) book.seats.set(node, seat)
  return seat
}

/** What swaps make of all places, those among them that they are taken to. */
function movesOf(book: Book, swaps: readonly Swap[], most: number): Pick<Points, 'moves' | 'ways'> | undefined {
  const { places, last } = book
  if (last?.swaps === swaps && last.size === places.length) return last
  for (let size = -1; size !== places.length;) {
    size = places.length
    for (const swap of swaps) {
      // Each may make as many again.
      if (places.length > most) return undefined
      look(book, swap)
    }
  }
  const moves = swaps.map((swap) => book.moved.get(swap)?.pairs ?? [])
  const made = { swaps, size: places.length, moves, ways: waysOf(moves, places.length) }
  book.last = made
  return made
}

function waysOf(moves: Points['moves'], size: number): Ways {
  const begin = new Int32Array(size + 1)
  for (const pairs of moves) for (const point of pairs) begin[point + 1] = (begin[point + 1] ?? 0) + 1
  for (let i = 0; i < size; i++) begin[i + 1] = (begin[i + 1] ?? 0) + (begin[i] ?? 0)
  const free = begin.slice()
  const [swap, to] = [new Int32Array(begin[size] ?? 0), new Int32Array(begin[size] ?? 0)]
  moves.forEach((pairs, number) => {
    for (let i = 0; i < pairs.length; i++) {
      const point = pairs[i] ?? 0
      const at = free[point] ?? 0
      free[point] = at + 1
      swap[at] = number
      // The other of the two.
      to[at] = pairs[i ^ 1] ?? 0
    }
  })
  return { begin, swap, to }
}

function look(book: Book, swap: Swap): void {
  const { places, toldBy, moved } = book
  let known = moved.get(swap)
  if (!known) moved.set(swap, (known = { looked: 0, pairs: [] }))
  if (known.looked === places.length) return
  const from = known.looked
  known.looked = places.length
  const pairs = known.pairs
  const take = (i: number): void => {
    const place = places[i]
    if (!place) return
    const to = placeAt(book, place.words, place.objects.map((object) => swap.get(object) ?? object), place.isItself, place.bags)
    // Each two once.
    if (i < to) pairs.push(i, to)
  }
  const looked = known.looked
  if (looked - from < 50) {
    for (let i = from; i < looked; i++) if (places[i]?.objects.some((object) => swap.has(object))) take(i)
    return
  }
  const touched = new Set<number>()
  for (const object of swap.keys()) for (const i of toldBy.get(object) ?? []) if (i >= from && i < looked) touched.add(i)
  for (const i of touched) take(i)
}

/** An end system by all that could tell it from others; what no object stands for is named by itself. */
function toldOf({ nodes, address, place, prefix }: Sayings, node: StackNode, { owner, device, words }: Plugged): readonly [string, readonly number[], Bags] {
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
