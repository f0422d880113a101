/**
 * Ordered pairs by what symmetries make of them. Of each orbit of senders one is kept still; what the symmetries that leave it in
 * its place make of the targets are the kinds of pairs. A symmetry that takes it to another sender takes its kinds along.
 */
import type { Ip } from '../address/ip.ts'
import type { StackNode } from '../infra/node.ts'
import type { Point, Points } from './points.ts'
import { sets, type Sets } from './sets.ts'

/** Pairs of one kind, and two who stand for them; of an end system as target all addresses are meant. */
export interface PairKind {
  readonly sender: StackNode
  readonly target: StackNode
  readonly address: Ip | undefined
  readonly pairs: number
}

/** Kinds of pairs of different stacks, orbit of senders by orbit of senders. */
export function* pairKinds({ all, moves, ways }: Points): Generator<readonly PairKind[], void> {
  const orbits = sets(all.length)
  for (const list of moves) joinAll(orbits, list)
  const done = new Set<number>()
  const even = isEven(all, moves)
  for (let i = 0; i < all.length; i++) {
    const orbit = orbits.root(i)
    if (done.has(orbit) || (all[i]?.senders.length ?? 0) === 0) continue
    done.add(orbit)
    yield kindsFrom({ all, moves, ways }, orbit, even) ?? kindsFrom({ all, moves, ways }, orbit, false) ?? []
  }
}

function joinAll(classes: Sets, list: readonly number[]): void {
  for (let i = 0; i < list.length; i += 2) classes.join(list[i] ?? 0, list[i + 1] ?? 0)
}

/** Whether each point is only put for one that as many are at: then everybody in an orbit finds as many of each kind. */
function isEven(all: readonly Point[], moves: Points['moves']): boolean {
  const size = Float64Array.from(all, ({ senders, targets }) => senders.length + targets.length / 2 ** 20)
  return moves.every((list) => list.every((point, i) => size[point] === size[list[i ^ 1] ?? point]))
}

/** Undefined where `even` does not do. */
function kindsFrom({ all, moves, ways }: Points, still: number, even: boolean): readonly PairKind[] | undefined {
  const moving = new Set(ways.swap.subarray(ways.begin[still], ways.begin[still + 1]))
  const classes = sets(all.length)
  moves.forEach((list, swap) => {
    if (!moving.has(swap)) joinAll(classes, list)
  })
  /** By the number of a point: the kind of the pair from the sender that is visited, and how many targets each kind has of it. */
  const kinds = Int32Array.from(all, (_, i) => classes.root(i))
  const targets = Float64Array.from(all, (point) => point.targets.length)
  const counts = new Float64Array(all.length)
  const used = new Set<number>()
  kinds.forEach((kind, i) => { counts[kind] = (counts[kind] ?? 0) + (targets[i] ?? 0) })
  counts.forEach((count, kind) => { if (count > 0) used.add(kind) })
  const pairs = new Map<number, { pairs: number; readonly sender: StackNode; readonly target: StackNode; readonly address: Ip | undefined }>()
  const own = ownKinds(all, still, kinds)
  const firstByKind = (): Int32Array => {
    const first = new Int32Array(all.length).fill(-1)
    for (let i = all.length - 1; i >= 0; i--) if ((targets[i] ?? 0) > 0) first[kinds[i] ?? 0] = i
    return first
  }
  const visit = (at: number): boolean => {
    const sender = all[at]
    if (!sender || sender.senders.length === 0) return true
    // Where nothing is alike each visit finds a kind for each target: looking for one after the other would be cubic.
    let first: Int32Array | undefined
    for (const kind of used) {
      const mine = own.has(kind)
      // A stack is not asked for its own addresses; end systems of one point ask each other.
      if ((counts[kind] ?? 0) === 0 || (mine && sender.isItself)) continue
      const found = sender.senders.length * (counts[kind] ?? 0) - (mine ? common(sender) : 0)
      const known = pairs.get(kind)
      if (known) known.pairs += found
      // Kinds are not carried along, so that only the first sender can say who stands for one.
      else if (found > 0 && even && at !== still) return false
      else if (found > 0) {
        const other = all[(first ??= firstByKind())[kind] ?? -1]
        const two = other && apart(sender.senders, other.targets)
        if (two) pairs.set(kind, { pairs: found, sender: two[0], target: two[1], address: other.address })
      }
    }
    return true
  }
  const apply = (swap: number): void => {
    const list = moves[swap] ?? []
    for (let i = 0; i < list.length; i += 2) {
      const [a, b] = [list[i] ?? 0, list[i + 1] ?? 0]
      const [one, other] = [kinds[a] ?? 0, kinds[b] ?? 0]
      if (one === other) continue
      kinds[a] = other
      kinds[b] = one
      const more = (targets[b] ?? 0) - (targets[a] ?? 0)
      if (more === 0) continue
      counts[one] = (counts[one] ?? 0) + more
      counts[other] = (counts[other] ?? 0) - more
      used.add(one).add(other)
    }
  }
  // Depth first, each swap undone on the way back.
  const seen = new Set([still])
  const path: { readonly by: number; readonly at: number; next: number }[] = [{ by: -1, at: still, next: ways.begin[still] ?? 0 }]
  visit(still)
  for (let top = path.at(-1); top; top = path.at(-1)) {
    if (top.next === ways.begin[top.at + 1]) {
      path.pop()
      if (top.by >= 0 && !even) apply(top.by)
      continue
    }
    const way = top.next++
    const [swap, to] = [ways.swap[way] ?? 0, ways.to[way] ?? 0]
    if (seen.has(to)) continue
    seen.add(to)
    if (!even) apply(swap)
    path.push({ by: swap, at: to, next: ways.begin[to] ?? 0 })
    if (!visit(to)) return undefined
  }
  return [...pairs.values()]
}

/** The kinds of what the sender itself is: its addresses, or the point of end systems that it is one of. */
function ownKinds(all: readonly Point[], still: number, kinds: Int32Array): ReadonlySet<number> {
  const self = all[still]
  if (!self?.isItself) return new Set([kinds[still] ?? -1])
  return new Set(all.flatMap((one, i) => (one.address && one.objects[0] === self.objects[0] ? [kinds[i] ?? -1] : [])))
}

function common({ senders, targets }: Point): number {
  const set = new Set(targets)
  return senders.filter((one) => set.has(one)).length
}

function apart(senders: readonly StackNode[], targets: readonly StackNode[]): readonly [StackNode, StackNode] | undefined {
  for (const sender of senders) for (const target of targets) if (target !== sender) return [sender, target]
  return undefined
}
