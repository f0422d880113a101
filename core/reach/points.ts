/** Who may ask and who may be asked, as points that symmetries move: stacks, their addresses, and end systems alike on one owner. */
import type { Ip } from '../address/ip.ts'
import type { StackNode } from '../infra/node.ts'
import { routeWords } from './say-node.ts'
import type { Plugged, Sayings } from './sayings.ts'
import type { Swap } from './exchange.ts'

export interface Point {
  /** Its node or owner first, then the addresses and prefixes that it is told by. */
  readonly objects: readonly number[]
  readonly words: string
  /** Who may send, and be sent to; of an address the node that has it. */
  readonly senders: StackNode[]
  readonly targets: StackNode[]
  readonly address: Ip | undefined
}

export interface Points {
  readonly all: readonly Point[]
  /** By the number of a swap: points that it moves, and where to, each two once. */
  readonly moves: readonly (readonly (readonly [number, number])[])[]
  /** By the number of a point: swaps that move it, and where to. */
  readonly ways: readonly (readonly (readonly [swap: number, to: number])[])[]
}

export interface Chosen {
  readonly sender: boolean
  readonly target: boolean
}

/** The words of a stack that is no end system, as a sender. */
export const itself = ''

/** Undefined where there would be many more points than there are endpoints: where symmetries take end systems is a point, too. */
export function pointsOf(
  stacks: readonly StackNode[], chosen: (node: StackNode) => Chosen, addressesOf: (node: StackNode) => readonly Ip[], sayings: Sayings, ends: ReadonlyMap<string, Plugged>, swaps: readonly Swap[],
): Points | undefined {
  const all: Point[] = []
  const numbers = new Map<string, number>()
  const at = (words: string, objects: readonly number[], address?: Ip): number => {
    const key = `${objects.join(' ')}\n${words}`
    let number = numbers.get(key)
    if (number === undefined) {
      numbers.set(key, (number = all.length))
      all.push({ objects, words, senders: [], targets: [], address })
    }
    return number
  }
  for (const node of stacks) {
    const { sender, target } = chosen(node)
    const end = ends.get(node.name)
    if (end) {
      const point = all[at(...toldOf(sayings, node, end))]
      if (sender) point?.senders.push(node)
      if (target) point?.targets.push(node)
      continue
    }
    const object = sayings.nodes.get(node.name)
    if (object === undefined) return undefined
    const own = all[at(itself, [object])]
    if (sender) own?.senders.push(node)
    for (const ip of addressesOf(node)) {
      const address = sayings.address(ip)
      if (address === undefined) return undefined
      const point = all[at('has', [object, address], ip)]
      // An address that stands on two of its devices is asked for twice.
      if (target) point?.targets.push(node)
    }
  }
  const most = all.length * 4 + 1000
  const touching = new Map<number, number[]>()
  swaps.forEach((swap, i) => {
    for (const object of swap.keys()) {
      const list = touching.get(object)
      if (list) list.push(i)
      else touching.set(object, [i])
    }
  })
  const moves = swaps.map((): (readonly [number, number])[] => [])
  const ways: (readonly [number, number])[][] = []
  for (let i = 0; i < all.length; i++) {
    if (all.length > most) return undefined
    const own: (readonly [number, number])[] = []
    ways.push(own)
    const point = all[i]
    if (!point) continue
    for (const number of new Set(point.objects.flatMap((object) => touching.get(object) ?? []))) {
      const swap = swaps[number]
      const to = at(point.words, point.objects.map((object) => swap?.get(object) ?? object), point.address)
      if (to === i) continue
      own.push([number, to])
      if (i < to) moves[number]?.push([i, to])
    }
  }
  return { all, moves, ways }
}

/** An end system by all that could tell it from others. Whoever it names is an object already. */
function toldOf({ nodes, address, place, prefix }: Sayings, node: StackNode, { owner, device, words }: Plugged): readonly [string, readonly number[]] {
  const objects: number[] = [nodes.get(owner) ?? -1]
  let told = words
  const name = (object: number | undefined): void => void objects.push(object ?? -1)
  for (const { value: { ip, length } } of device.addresses) {
    const { object, last } = place(ip)
    told += `\n${ip.family} ${length ?? ''}${last}`
    name(object)
  }
  for (const { value } of device.gateways) {
    told += '\nvia'
    name(address(value))
  }
  for (const route of node.routes) {
    told += `\n${routeWords(route)} ${route.via.length}`
    name(prefix(route.to.value))
    for (const { value } of route.via) name(address(value))
    if (route.src) name(address(route.src.value))
  }
  return [told, objects]
}
