/** Every pair at once: the front of the room. */
import { isLinkLocal, isLoopback, keyOf, type Ip } from '../address/ip.ts'
import { reachEcho, reachFlow, type Plane } from '../forwarding/index.ts'
import type { Interface } from '../infra/interface.ts'
import { isStack, type StackNode } from '../infra/node.ts'
import { fill, templateOf, type Placed, type Template } from './alike.ts'
import { classesOf, modelOf } from './classes.ts'
import { classesAmong, kindsOf, membersOf, type Kind } from './members.ts'
import { pairKinds } from './orbits.ts'
import type { Progress, ReachPair } from './pair.ts'
import { pointsOf } from './points.ts'
import type { Point } from './seating.ts'
import { symmetriesOf } from './symmetries.ts'
import { t } from '../words.ts'

export interface ReachSelection {
  /** Names of stacks; undefined means all. */
  readonly from?: readonly string[]
  readonly to?: readonly string[]
}

/** The stacks that take part and the addresses by which each can be asked for, in file order. */
export interface ReachEndpoint {
  readonly node: string
  readonly addresses: readonly Ip[]
}

const counts = (iface: Interface): boolean => iface.up?.value ?? true

/** Every address on an interface that is up, link-local and loopback ones aside; one that stands on two interfaces (in two VRFs) once. */
export function addressesOf(node: StackNode): readonly Ip[] {
  let known = asked.get(node)
  if (!known) {
    const all = [...node.interfaces.values()].filter(counts).flatMap((iface) => iface.addresses.map(({ value }) => value.ip))
    known = [...new Map(all.map((ip) => [keyOf(ip), ip])).values()].filter((ip) => !isLinkLocal(ip) && !isLoopback(ip))
    asked.set(node, known)
  }
  return known
}

// A node never changes, and every pair asks.
const asked = new WeakMap<StackNode, readonly Ip[]>()

export const endpointsOf = (plane: Plane): readonly ReachEndpoint[] =>
  stacksOf(plane).map((node) => ({ node: node.name, addresses: addressesOf(node) }))

const stacksOf = ({ infra }: Plane): readonly StackNode[] => [...infra.nodes.values()].filter(isStack)

export interface Ask {
  readonly proto: 'icmp' | 'tcp' | 'udp'
  readonly port?: number
}

// Ping's packet; of tcp and udp a small first packet.
const sizeOf = ({ proto }: Ask): number => (proto === 'icmp' ? 84 : 60)

/** One pair and address: does a packet go there and its answer come back, and how large a one fits? */
export function reachOne(plane: Plane, from: string, to: string, address: Ip, ask: Ask = { proto: 'icmp' }): ReachPair {
  const { verdict, reason, because, pathMtu } = ask.proto === 'icmp' ? reachEcho(plane, from, to, address) : reachFlow(plane, {
    from, to: address, toNode: to, proto: ask.proto, size: sizeOf(ask), df: false, ...(ask.port !== undefined && { port: ask.port }),
  })
  return { from, to, address, verdict, reason, because, pathMtu }
}

/**
 * Yields progress now and then, so that the caller can stop it; pairs come in file order. Endpoints that are alike are asked once
 * (see classes.ts), so the work grows with the number of classes, and only the answer with that of pairs.
 */
export function* reach(plane: Plane, selection: ReachSelection = {}): Generator<Progress, readonly ReachPair[]> {
  const { stacks } = classesOf(plane)
  const wanted = (names: readonly string[] | undefined): readonly StackNode[] => {
    if (!names) return stacks
    const set = new Set(names)
    return stacks.filter(({ name }) => set.has(name))
  }
  const { seatOf, ask } = askerOf(plane)
  const senders = wanted(selection.from).map(seatOf)
  const targets = wanted(selection.to).map((node) => ({ seat: seatOf(node), addresses: addressesOf(node) }))
  const pairs: ReachPair[] = []
  for (const [i, from] of senders.entries()) {
    for (let j = 0; j < targets.length; j++) {
      const target = targets[j]
      if (!target || target.seat === from) continue
      if (j % 16 === 0) yield { doing: t('asking who reaches whom'), done: i * targets.length + j, of: senders.length * targets.length }
      const { seat, addresses } = target
      for (let n = 0; n < addresses.length; n++) {
        const address = addresses[n]
        if (address) pairs.push(ask(from, seat, address, n))
      }
    }
  }
  return pairs
}

/** Pairs of one behaviour: `pairs` ordered pairs from a class of endpoints to an address of another, of which `answer` is one. */
export interface ReachClass {
  readonly pairs: number
  readonly answer: ReachPair
}

/** The same as `reach`, counted instead of listed: one entry for each two classes of endpoints and address of the second. */
export function* reachClasses(plane: Plane, selection: ReachSelection = {}): Generator<Progress, readonly ReachClass[]> {
  const found: ReachClass[] = []
  yield* reachCounted(plane, selection, (pairs, answer) => void found.push({ pairs, answer }))
  return found
}

/** Told one by one: of thousands of routers there are millions of classes of pairs, which nobody has to keep. */
export function* reachCounted(plane: Plane, selection: ReachSelection, tell: (pairs: number, answer: ReachPair) => void): Generator<Progress, void> {
  const classes = classesOf(plane)
  const [sends, isSentTo] = [wanting(selection.from), wanting(selection.to)]
  const most = fewKinds + 1
  const some = classesAmong(classes, sends, most)
  const isMuch = some * (sends === isSentTo ? some : classesAmong(classes, isSentTo, most)) > fewKinds
  if (isMuch && (yield* countedBySymmetry(plane, selection, tell))) return
  const senders = membersOf(classes, sends)
  const targets = sends === isSentTo ? senders : membersOf(classes, isSentTo)
  const ask = ({ sender, target, pairs }: Kind): void => {
    for (const address of addressesOf(target)) tell(pairs, reachOne(plane, sender.name, target.name, address))
  }
  // Some senders at a time, so that what is known of a target is still at hand for the next of them.
  for (let i = 0; i < senders.length; i += together) {
    const some = senders.slice(i, i + together)
    for (const [j, to] of targets.entries()) {
      for (const [n, from] of some.entries()) {
        if (n % 16 === 0) yield { doing: t('asking who reaches whom'), done: i * targets.length + j * some.length + n, of: senders.length * targets.length }
        for (const kind of kindsOf(from, to)) ask(kind)
      }
    }
  }
}

const everybody = (): boolean => true

function wanting(names: readonly string[] | undefined): (node: StackNode) => boolean {
  if (!names) return everybody
  const set = new Set(names)
  return ({ name }) => set.has(name)
}

const together = 64

/** So many kinds of pairs are asked sooner than symmetries are found that would spare some. */
const fewKinds = 250

/**
 * The same by the symmetries of the whole network: racks, pods and planes that may change places, and not only end systems. False,
 * and nothing told, where none can be found.
 */
export function* countedBySymmetry(plane: Plane, { from, to }: ReachSelection, tell: (pairs: number, answer: ReachPair) => void): Generator<Progress, boolean> {
  const { infra } = plane
  const model = modelOf(infra)
  const symmetries = symmetriesOf(model)
  const points = symmetries && pointsOf({ sends: wanting(from), isSentTo: wanting(to) }, addressesOf, symmetries, model.all)
  if (!points) return false
  const sum = (count: (point: Point) => number): number => points.all.reduce((total, point) => total + count(point), 0)
  const of = sum(({ senders }) => senders.length) * sum(({ targets }) => targets.length)
  let done = 0
  for (const kinds of pairKinds(points)) {
    let i = 0
    for (const { sender, target, address, pairs } of kinds) {
      if (i++ % 16 === 0) yield { doing: t('asking who reaches whom'), done: Math.min(done, of), of }
      if (address) tell(pairs, reachOne(plane, sender.name, target.name, address))
      else for (const one of addressesOf(target)) tell(pairs, reachOne(plane, sender.name, target.name, one))
      done += pairs
    }
  }
  return true
}

/** What one pair of endpoints said, for all pairs of their classes. */
interface Said {
  readonly from: Placed
  readonly to: Placed
  /** By the index of the address. */
  readonly answers: { readonly pair: ReachPair; template: Template | undefined }[]
}

/** A stack by its class, looked up once. */
interface Seat {
  readonly node: StackNode
  readonly number: number
  readonly block: string | undefined
  readonly place: Placed
}

interface Asker {
  readonly seatOf: (node: StackNode) => Seat
  readonly ask: (from: Seat, to: Seat, address: Ip, n: number) => ReachPair
}

/** Answers of one pair of classes serve all its pairs. */
function askerOf(plane: Plane): Asker {
  const classes = classesOf(plane)
  // By two numbers of classes, as they come.
  const known: Said[][] = []
  const dense = new Map<number, number>()
  const denseOf = (number: number): number => {
    let found = dense.get(number)
    if (found === undefined) dense.set(number, (found = dense.size))
    return found
  }
  const seats = new Map<StackNode, Seat>()
  const seatOf = (node: StackNode): Seat => {
    let seat = seats.get(node)
    if (!seat) {
      const { block, number } = classes.of(node.name) ?? { block: undefined, number: -1 }
      const host = block === undefined || block === node.name ? undefined : plane.infra.nodes.get(block)
      seats.set(node, (seat = { node, number: denseOf(number), block, place: { node, host: host && isStack(host) ? host : undefined } }))
    }
    return seat
  }
  const ask = (from: Seat, to: Seat, address: Ip, n: number): ReachPair => {
    const near = from.block !== undefined && from.block === to.block
    const row = (known[from.number] ??= [])
    // A pair within one class is asked of two members, whoever they are; but on one server is another thing than on two.
    const said = (row[near ? 2 * to.number + 1 : 2 * to.number] ??= { from: from.place, to: to.place, answers: [] })
    let answer = said.answers[n]
    if (!answer) {
      const pair = reachOne(plane, said.from.node.name, said.to.node.name, addressesOf(said.to.node)[n] ?? address)
      said.answers[n] = answer = { pair, template: undefined }
    }
    const { pair } = answer
    if (from.node === said.from.node && to.node === said.to.node) return pair
    const { verdict, reason, because, pathMtu } = pair
    // Of a lost answer the reason is a code, not a sentence.
    if (because !== null && reason !== 'no-return') answer.template ??= templateOf(because, [said.from, said.to])
    return { from: from.node.name, to: to.node.name, address, verdict, reason, pathMtu, because: answer.template ? fill(answer.template, from.place, to.place) : because }
  }
  return { seatOf, ask }
}
