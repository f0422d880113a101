/** Which pairs gain, lose or change reachability or path MTU from one answer to another. */
import type { Plane } from '../forwarding/index.ts'
import { isGuest, isStack } from '../infra/node.ts'
import { reach } from '../reach/index.ts'
import type { Progress, ReachPair } from '../reach/pair.ts'
import { t } from '../words.ts'

export interface PairState {
  readonly verdict: string
  readonly reason: string | null
  readonly pathMtu: number | null
}

export interface PairDifference {
  /** As it is afterwards; as it was where it is there no longer. */
  readonly pair: ReachPair
  readonly before: PairState | null
  readonly after: PairState | null
}

export interface PairDifferences {
  readonly gained: readonly PairDifference[]
  readonly lost: readonly PairDifference[]
  /** Still reached, by a narrower or wider way; or not reached for another reason. */
  readonly changed: readonly PairDifference[]
}

const stateOf = (pair: ReachPair | undefined): PairState | null =>
  pair ? { verdict: pair.verdict, reason: pair.reason, pathMtu: pair.pathMtu } : null

interface Lists {
  readonly gained: PairDifference[]
  readonly lost: PairDifference[]
  readonly changed: PairDifference[]
}

/** One pair as it was, undefined where it was not there, and as it is; it is told by the address that it had. */
function compareOne({ gained, lost, changed }: Lists, was: ReachPair | undefined, pair: ReachPair): void {
  const had = was?.verdict === 'delivered'
  const has = pair.verdict === 'delivered'
  const list = has && !had ? gained : had && !has ? lost : was && (was.verdict !== pair.verdict || was.pathMtu !== pair.pathMtu) ? changed : undefined
  list?.push({ pair: was ? { ...pair, address: was.address } : pair, before: stateOf(was), after: stateOf(pair) })
}

/** Address by address; a pair that is not there is not reached. */
export function differences(before: readonly ReachPair[], after: readonly ReachPair[]): PairDifferences {
  const keyOf = ({ from, to, address }: ReachPair): string => `${from} ${to} ${address.family} ${address.value}`
  const old = new Map(before.map((pair) => [keyOf(pair), pair]))
  const seen = new Set<string>()
  const lists: Lists = { gained: [], lost: [], changed: [] }
  for (const pair of after) {
    const key = keyOf(pair)
    seen.add(key)
    compareOne(lists, old.get(key), pair)
  }
  for (const pair of before) {
    if (pair.verdict === 'delivered' && !seen.has(keyOf(pair))) lists.lost.push({ pair, before: stateOf(pair), after: null })
  }
  return lists
}

type Best = ReadonlyMap<string, ReadonlyMap<string, ReachPair>>

/** A node is reached by whichever of its addresses is, and as widely as the widest: an address that goes with its link takes nobody away. */
function byNode(pairs: readonly ReachPair[]): Best {
  const best = new Map<string, Map<string, ReachPair>>()
  for (const pair of pairs) {
    let row = best.get(pair.from)
    if (!row) best.set(pair.from, (row = new Map()))
    const known = row.get(pair.to)
    const better = !known || (pair.verdict === 'delivered' && (known.verdict !== 'delivered' || (pair.pathMtu ?? 0) > (known.pathMtu ?? 0)))
    if (better) row.set(pair.to, pair)
  }
  return best
}

/** Node by node: whichever address it is before and after, it is one pair. */
export function* nodeDifferences(before: readonly ReachPair[], after: readonly ReachPair[]): Generator<Progress, PairDifferences> {
  const was = byNode(before)
  yield { doing: t('comparing pairs'), done: 0, of: 1 }
  const is = byNode(after)
  const lists: Lists = { gained: [], lost: [], changed: [] }
  let done = 0
  for (const [from, row] of is) {
    yield { doing: t('comparing pairs'), done: done++, of: is.size }
    const old = was.get(from)
    for (const [to, pair] of row) compareOne(lists, old?.get(to), pair)
  }
  for (const [from, row] of was) {
    for (const [to, pair] of row) if (pair.verdict === 'delivered' && !is.get(from)?.has(to)) lists.lost.push({ pair, before: stateOf(pair), after: null })
  }
  return lists
}

// All pairs of so many ends are listed twice; of more the guests and those outside are asked.
const mostEnds = 600

/** Stacks whose pairs are worth comparing, in file order: all, or the guests and those outside where all would be too many. */
export function endsToCompare(planes: readonly Plane[], leftOut: ReadonlySet<string> = new Set()): readonly string[] {
  const all = new Map(planes.flatMap(({ infra }) => [...infra.nodes.values()]).filter((node) => isStack(node) && !leftOut.has(node.name)).map((node) => [node.name, node]))
  const chosen = all.size <= mostEnds ? [...all.values()] : [...all.values()].filter((node) => isGuest(node) || node.kind === 'external').slice(0, mostEnds)
  return chosen.map(({ name }) => name)
}

/** Every one of these for every other, before and after. */
export function* comparePairs(before: Plane, after: Plane, names: readonly string[]): Generator<Progress, PairDifferences> {
  const was = yield* half(before, names, 0)
  return yield* nodeDifferences(was, yield* half(after, names, 1))
}

function* half(plane: Plane, names: readonly string[], turn: 0 | 1): Generator<Progress, readonly ReachPair[]> {
  const work = reach(plane, { from: names, to: names })
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    const { done, of } = step.value
    yield { doing: turn === 0 ? t('asking who reached whom') : t('asking who reaches whom'), done: turn * of + done, of: 2 * of }
  }
}
