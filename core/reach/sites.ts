/**
 * Where somebody may be, as symmetries see it: an end system by its owner and by the addresses and prefixes that it is told by, another
 * stack by itself and by each of its addresses. Whatever else is told of who is there goes along, so that only these move.
 */
import type { Swap } from './exchange.ts'
import { sets } from './sets.ts'
import type { Kept } from './stabilised.ts'

export interface Site {
  /** Its node or owner first, then the addresses and prefixes that it is told by. */
  readonly objects: readonly number[]
  /** Where among the objects the equal next hops of a route begin and end: their order says nothing. */
  readonly bags: Bags
}

export type Bags = readonly (readonly [number, number])[]

/** Sites by number, and what swaps make of them: kept as long as these, since edits leave most as they were. */
export interface Sites {
  readonly swaps: readonly Swap[]
  readonly all: Site[]
  readonly numbers: Map<string, number>
  /** By object: the sites told by it. */
  readonly toldBy: Map<number, number[]>
  /** By the number of a swap: so many sites were looked at, and two by two those among them that change places. */
  readonly looked: number[]
  readonly moves: number[][]
  /** Sites that nobody looks where swaps take: only symmetries that leave them may be kept (see `leftAlone`). */
  readonly alone: Set<number>
  /** Of so many it is looked where swaps take them, or they are left alone; and so many there were when it was looked last. */
  known: number
  explored: number
  /** What was last made of those that are kept. */
  last: { readonly kept: Kept | undefined; readonly explored: number; readonly ways: Ways } | undefined
}

/** Symmetries that move something, and where to: of number i those from begin[i] up to begin[i + 1]. */
export interface Ways {
  /** So many symmetries there are. */
  readonly count: number
  readonly begin: Int32Array
  readonly swap: Int32Array
  readonly to: Int32Array
}

/** For symmetries of which none has been looked at. */
export const newSites = (swaps: readonly Swap[]): Sites =>
  ({ swaps, all: [], numbers: new Map(), toldBy: new Map(), looked: swaps.map(() => 0), moves: swaps.map(() => []), alone: new Set(), known: 0, explored: 0, last: undefined })

export function siteAt({ all, numbers, toldBy }: Sites, told: readonly number[], bags: Bags): number {
  const objects = inOrder(told, bags)
  const key = bags.length === 0 ? objects.join(' ') : `${objects.join(' ')} ${bags.join(' ')}`
  let number = numbers.get(key)
  if (number === undefined) {
    numbers.set(key, (number = all.length))
    all.push({ objects, bags })
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

/** So many sites may be left alone: each tells objects apart that were alike, and everything on them. */
export const mostAlone = 8

/**
 * Looks where swaps take sites, and these in turn. Few that an edit adds are left alone instead: where a guest keeps its address on
 * another server, each server and each network of another would be a site of its own. False where there would be too many.
 */
export function explore(sites: Sites, most: number): boolean {
  const { all, swaps, alone, known } = sites
  // Sites of earlier edits stay, those that were left alone among them.
  if (all.length > most) return false
  if (known > 0 && all.length - known <= mostAlone) {
    for (let i = known; i < all.length; i++) alone.add(i)
  } else {
    for (let size = -1; size !== all.length;) {
      size = all.length
      for (let number = 0; number < swaps.length; number++) {
        // Each may make as many again.
        if (all.length > most) return false
        if (look(sites, number)) continue
        forget(sites)
        size = -1
        break
      }
    }
    sites.explored = all.length
  }
  sites.known = all.length
  return true
}

/** Where swaps take sites is to be looked at again. */
function forget({ looked, moves }: Sites): void {
  looked.fill(0)
  for (const pairs of moves) pairs.length = 0
}

/** Of sites where somebody is, those that share with few others where swaps take them: as far as that was looked at. None where these are many. */
export function lonelyAmong({ all, moves }: Sites, used: ReadonlySet<number>): readonly number[] {
  const together = sets(all.length)
  for (const pairs of moves) for (let k = 0; k + 1 < pairs.length; k += 2) together.join(pairs[k] ?? 0, pairs[k + 1] ?? 0)
  const [sizes, users] = [new Int32Array(all.length), new Int32Array(all.length)]
  for (let i = 0; i < all.length; i++) {
    const root = together.root(i)
    sizes[root] = (sizes[root] ?? 0) + 1
    if (used.has(i)) users[root] = (users[root] ?? 0) + 1
  }
  const lonely = [...used].filter((site) => {
    const root = together.root(site)
    return (sizes[root] ?? 0) >= 32 && (users[root] ?? 0) * 8 <= (sizes[root] ?? 0)
  })
  return lonely.length <= mostAlone ? lonely : []
}

/** Those of `used` that are left alone, and their objects: a symmetry that leaves these, leaves them where they are. */
export function leftAlone({ all, alone }: Sites, used: ReadonlySet<number>): { readonly count: number; readonly objects: ReadonlySet<number> } {
  const objects = new Set<number>()
  let count = 0
  for (const site of alone) {
    if (!used.has(site)) continue
    count++
    for (const object of all[site]?.objects ?? []) objects.add(object)
  }
  return { count, objects }
}

/** What the symmetries that are kept make of the sites that were looked at. */
export function waysOfSites(sites: Sites, kept: Kept | undefined): Ways {
  const { explored, last } = sites
  if (last?.kept === kept && last?.explored === explored) return last.ways
  const ways = waysOf(kept ? movesOfKept(sites, kept) : sites.moves, explored)
  sites.last = { kept, explored, ways }
  return ways
}

/** False where one is taken to what was left alone: that is alone no more, and has to be looked at, too. */
function look(sites: Sites, number: number): boolean {
  const { all, swaps, toldBy, looked, moves, alone } = sites
  const [swap, pairs, from, most] = [swaps[number], moves[number], looked[number] ?? 0, all.length]
  if (!swap || !pairs || from === most) return true
  looked[number] = most
  let isLeft = true
  const take = (i: number): void => {
    const site = all[i]
    if (!site || alone.has(i)) return
    const to = siteAt(sites, site.objects.map((object) => swap.get(object) ?? object), site.bags)
    if (alone.delete(to)) isLeft = false
    // Each two once.
    if (i < to) pairs.push(i, to)
  }
  if (most - from < 50) {
    for (let i = from; i < most; i++) if (all[i]?.objects.some((object) => swap.has(object))) take(i)
    return isLeft
  }
  const touched = new Set<number>()
  for (const object of swap.keys()) for (const i of toldBy.get(object) ?? []) if (i >= from && i < most) touched.add(i)
  for (const i of touched) take(i)
  return isLeft
}

/** Where t takes a site to another, s·t·s takes what s makes of the one to what it makes of the other. */
function movesOfKept({ all, moves }: Sites, { swaps, carried }: Kept): readonly (readonly number[])[] {
  const found: (readonly number[])[] = swaps.map((number) => moves[number] ?? [])
  const image = new Int32Array(all.length)
  for (let i = 0; i < image.length; i++) image[i] = i
  for (const { by, ones } of carried) {
    const own = moves[by] ?? []
    for (let k = 0; k < own.length; k++) image[own[k] ?? 0] = own[k ^ 1] ?? 0
    for (const one of ones) found.push((moves[one] ?? []).map((site) => image[site] ?? site))
    for (const site of own) image[site] = site
  }
  return found
}

function waysOf(moves: readonly (readonly number[])[], size: number): Ways {
  const begin = new Int32Array(size + 1)
  for (const pairs of moves) for (const one of pairs) begin[one + 1] = (begin[one + 1] ?? 0) + 1
  for (let i = 0; i < size; i++) begin[i + 1] = (begin[i + 1] ?? 0) + (begin[i] ?? 0)
  const free = begin.slice()
  const [swap, to] = [new Int32Array(begin[size] ?? 0), new Int32Array(begin[size] ?? 0)]
  moves.forEach((pairs, number) => {
    for (let k = 0; k < pairs.length; k++) {
      const one = pairs[k] ?? 0
      const at = free[one] ?? 0
      free[one] = at + 1
      swap[at] = number
      // The other of the two.
      to[at] = pairs[k ^ 1] ?? 0
    }
  })
  return { count: moves.length, begin, swap, to }
}
