/**
 * Ordered pairs by what symmetries make of them. Of each orbit of senders one is kept still; what the symmetries that leave it in
 * its place make of the targets are the kinds of pairs. A symmetry that takes it to another sender takes its kinds along.
 */
import type { Ip } from '../address/ip.ts'
import type { StackNode } from '../infra/node.ts'
import type { Moves, Point, Points } from './seating.ts'
import { sets, type Sets } from './sets.ts'

/** Pairs of one kind, and two who stand for them; of an end system as target all addresses are meant. */
export interface PairKind {
  readonly sender: StackNode
  readonly target: StackNode
  readonly address: Ip | undefined
  readonly pairs: number
}

/** Kinds of pairs of different stacks, orbit of senders by orbit of senders. */
export function* pairKinds(points: Points): Generator<readonly PairKind[], void> {
  const { all, moves } = points
  const orbits = sets(all.length)
  for (let swap = 0; swap < moves.count; swap++) joinAll(orbits, moves, swap)
  const done = new Uint8Array(all.length)
  const sizes = sizesOf(all)
  const even = isEven(sizes, moves)
  const desk = deskFor(points)
  for (let i = 0; i < all.length; i++) {
    const orbit = orbits.root(i)
    if (done[orbit] === 1 || (all[i]?.senders.length ?? 0) === 0) continue
    done[orbit] = 1
    yield kindsFrom(points, sizes, desk, orbit, even) ?? kindsFrom(points, sizes, desk, orbit, false) ?? []
  }
}

function joinAll(classes: Sets, { begin, pairs }: Moves, swap: number): void {
  for (let k = begin[swap] ?? 0; k < (begin[swap + 1] ?? 0); k += 2) classes.join(pairs[k] ?? 0, pairs[k + 1] ?? 0)
}

/** By the number of a point. */
interface Sizes {
  readonly senders: Int32Array
  readonly targets: Int32Array
  /** Whose address a point is; −1 of another. */
  readonly homes: Int32Array
}

function sizesOf(all: readonly Point[]): Sizes {
  const [senders, targets, homes] = [new Int32Array(all.length), new Int32Array(all.length), new Int32Array(all.length)]
  for (let i = 0; i < all.length; i++) {
    const point = all[i]
    senders[i] = point?.senders.length ?? 0
    targets[i] = point?.targets.length ?? 0
    homes[i] = point?.address ? point.home : -1
  }
  return { senders, targets, homes }
}

/** Whether each point is only put for one that as many are at: then everybody in an orbit finds as many of each kind. */
function isEven({ senders, targets }: Sizes, { pairs }: Moves): boolean {
  for (let k = 0; k < pairs.length; k += 2) {
    const a = pairs[k] ?? 0
    const b = pairs[k + 1] ?? 0
    if (senders[a] !== senders[b] || targets[a] !== targets[b]) return false
  }
  return true
}

/** What is written on and wiped for one orbit after the other, each by the number of a point or of its kind. */
interface Desk {
  /** By the number of a symmetry: whether it moves who is kept still. */
  readonly moving: Uint8Array
  readonly classes: Sets
  /** The kind of the pair from the sender that is visited to a point, and how many targets each kind has of it. */
  readonly kinds: Int32Array
  readonly counts: Int32Array
  /** Kinds of which somebody has had targets. */
  readonly isUsed: Uint8Array
  /** So many pairs of a kind were found, and two who stand for them. */
  readonly pairs: Float64Array
  readonly isKnown: Uint8Array
  /** Kinds of what the sender that is kept still is itself. */
  readonly isOwn: Uint8Array
  /** The first point of a kind that has targets. */
  readonly first: Int32Array
  /** Points that were visited. */
  readonly seen: Uint8Array
}

function deskFor({ all: { length }, moves }: Points): Desk {
  const [bytes, numbers] = [(): Uint8Array => new Uint8Array(length), (): Int32Array => new Int32Array(length)]
  return {
    moving: new Uint8Array(moves.count), classes: sets(length), kinds: numbers(), counts: numbers(), isUsed: bytes(), pairs: new Float64Array(length), isKnown: bytes(),
    isOwn: bytes(), first: numbers(), seen: bytes(),
  }
}

function wipe({ moving, classes, counts, isUsed, pairs, isKnown, isOwn, seen }: Desk): void {
  classes.part()
  for (const one of [moving, counts, isUsed, pairs, isKnown, isOwn, seen]) one.fill(0)
}

/** Undefined where `even` does not do. Loops here make no lists, as there are as many turns as pairs of points. */
function kindsFrom({ all, moves, ways }: Points, { targets, homes }: Sizes, desk: Desk, still: number, even: boolean): readonly PairKind[] | undefined {
  wipe(desk)
  const { moving, classes, kinds, counts, isUsed, pairs, isKnown, isOwn, seen } = desk
  for (let way = ways.begin[still] ?? 0; way < (ways.begin[still + 1] ?? 0); way++) moving[ways.swap[way] ?? 0] = 1
  for (let swap = 0; swap < moves.count; swap++) if (moving[swap] === 0) joinAll(classes, moves, swap)
  for (let i = 0; i < kinds.length; i++) {
    const kind = classes.root(i)
    kinds[i] = kind
    counts[kind] = (counts[kind] ?? 0) + (targets[i] ?? 0)
  }
  const used: number[] = []
  const use = (kind: number): void => {
    if (isUsed[kind] === 1) return
    isUsed[kind] = 1
    used.push(kind)
  }
  for (let kind = 0; kind < counts.length; kind++) if ((counts[kind] ?? 0) > 0) use(kind)
  const found: (Omit<PairKind, 'pairs'> & { readonly kind: number })[] = []
  markOwn(isOwn, all, homes, still, kinds)
  const firstByKind = (): Int32Array => {
    const first = desk.first.fill(-1)
    for (let i = all.length - 1; i >= 0; i--) if ((targets[i] ?? 0) > 0) first[kinds[i] ?? 0] = i
    return first
  }
  const visit = (at: number): boolean => {
    const sender = all[at]
    if (!sender || sender.senders.length === 0) return true
    // Where nothing is alike each visit finds a kind for each target: looking for one after the other would be cubic.
    let first: Int32Array | undefined
    for (let i = 0; i < used.length; i++) {
      const kind = used[i] ?? 0
      const count = counts[kind] ?? 0
      if (count === 0) continue
      const mine = isOwn[kind] === 1
      // A stack is not asked for its own addresses; end systems of one point ask each other.
      if (mine && sender.isItself) continue
      const more = sender.senders.length * count - (mine ? common(sender) : 0)
      if (more === 0) continue
      if (isKnown[kind] === 1) {
        pairs[kind] = (pairs[kind] ?? 0) + more
        continue
      }
      // Kinds are not carried along, so that only the first sender can say who stands for one.
      if (even && at !== still) return false
      const other = all[(first ??= firstByKind())[kind] ?? -1]
      const two = other && apart(sender.senders, other.targets)
      if (!two) continue
      isKnown[kind] = 1
      found.push({ kind, sender: two[0], target: two[1], address: other.address })
      pairs[kind] = more
    }
    return true
  }
  const apply = (swap: number): void => {
    for (let k = moves.begin[swap] ?? 0; k < (moves.begin[swap + 1] ?? 0); k += 2) {
      const a = moves.pairs[k] ?? 0
      const b = moves.pairs[k + 1] ?? 0
      const one = kinds[a] ?? 0
      const other = kinds[b] ?? 0
      if (one === other) continue
      kinds[a] = other
      kinds[b] = one
      const more = (targets[b] ?? 0) - (targets[a] ?? 0)
      if (more === 0) continue
      counts[one] = (counts[one] ?? 0) + more
      counts[other] = (counts[other] ?? 0) - more
      use(one)
      use(other)
    }
  }
  // Depth first, each swap undone on the way back.
  seen[still] = 1
  const path: { readonly by: number; readonly at: number; next: number }[] = [{ by: -1, at: still, next: ways.begin[still] ?? 0 }]
  visit(still)
  for (let top = path.at(-1); top; top = path.at(-1)) {
    if (top.next === ways.begin[top.at + 1]) {
      path.pop()
      if (top.by >= 0 && !even) apply(top.by)
      continue
    }
    const way = top.next++
    const to = ways.to[way] ?? 0
    if (seen[to] === 1) continue
    seen[to] = 1
    const by = ways.swap[way] ?? 0
    if (!even) apply(by)
    path.push({ by, at: to, next: ways.begin[to] ?? 0 })
    if (!visit(to)) return undefined
  }
  return found.map(({ kind, sender, target, address }) => ({ sender, target, address, pairs: pairs[kind] ?? 0 }))
}

/** The kinds of what the sender itself is: its addresses, or the point of end systems that it is one of. */
function markOwn(own: Uint8Array, all: readonly Point[], homes: Int32Array, still: number, kinds: Int32Array): void {
  const self = all[still]
  if (self?.isItself) {
    for (let i = 0; i < homes.length; i++) if (homes[i] === self.home) own[kinds[i] ?? 0] = 1
  } else own[kinds[still] ?? 0] = 1
}

function common({ senders, targets }: Point): number {
  if (isSame(senders, targets)) return senders.length
  const set = new Set(targets)
  return senders.filter((one) => set.has(one)).length
}

/** Whoever asks is mostly asked, too. */
function isSame(some: readonly StackNode[], others: readonly StackNode[]): boolean {
  if (some.length !== others.length) return false
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false
  return true
}

function apart(senders: readonly StackNode[], targets: readonly StackNode[]): readonly [StackNode, StackNode] | undefined {
  for (const sender of senders) for (const target of targets) if (target !== sender) return [sender, target]
  return undefined
}
