/** What the peers see: reach and path MTU before and after, and how long the gap is. */
import { isStack } from '../infra/node.ts'
import type { Verdict } from '../forwarding/trace.ts'
import type { Plane } from '../forwarding/index.ts'
import { reach } from '../reach/index.ts'
import type { Progress, ReachPair } from '../reach/pair.ts'
import type { Candidate } from './candidate.ts'
import { convergenceOf } from './convergence.ts'
import type { Convergence, PeerEffect, PeerWays } from './report.ts'
import { detourOf, isAsymmetric, walkOf, type Walk } from './walks.ts'
import { t } from '../words.ts'

/** The ways of so many peers are walked; each costs four packets through the model. */
export const peersWalked = 16

/** Both directions between the guest and everyone else, by peer, in file order. */
function* pairsOf(plane: Plane, guest: string): Generator<Progress, ReadonlyMap<string, readonly ReachPair[]>> {
  const byPeer = new Map<string, ReachPair[]>()
  const out = yield* reach(plane, { from: [guest] })
  const back = yield* reach(plane, { to: [guest] })
  for (const pair of [...out, ...back]) {
    const peer = pair.from === guest ? pair.to : pair.from
    if (peer === guest) continue
    const list = byPeer.get(peer)
    if (list) list.push(pair)
    else byPeer.set(peer, [pair])
  }
  return byPeer
}

const keyOf = ({ from, to, address }: ReachPair): string => `${from}\n${to}\n${address.family} ${address.value}`
const leastMtu = (pairs: readonly ReachPair[]): number | null =>
  pairs.reduce<number | null>((least, { pathMtu }) => (pathMtu === null ? least : Math.min(least ?? Infinity, pathMtu)), null)

/**
 * Delivered only where everything that arrived before still arrives. An address that is no longer there is no loss while others
 * are: the gateway that a host played for a network goes when its last member goes.
 */
function verdictAfter(before: readonly ReachPair[], after: ReadonlyMap<string, ReachPair>): { verdict: Verdict; lost: ReachPair | undefined; gone: boolean } {
  let verdict: Verdict = 'delivered'
  let lost: ReachPair | undefined
  const gone = before.length > 0 && before.every((pair) => !after.has(keyOf(pair)))
  for (const pair of before) {
    const now = after.get(keyOf(pair))
    if (now?.verdict === 'delivered' || (!now && !gone)) continue
    if (now?.verdict === 'unknown' && verdict === 'delivered') [verdict, lost] = ['unknown', now]
    else if (now?.verdict !== 'unknown' && verdict !== 'dropped') [verdict, lost] = ['dropped', now ?? pair]
  }
  return { verdict, lost, gone }
}

export interface EffectInput {
  readonly candidate: Candidate
  readonly after: Plane
  /** From the last instruction here to the first there, with what drains; null where unknown. */
  readonly gapSeconds: number | null
  /** What the migration fills, by name and direction. */
  readonly over: ReadonlySet<string>
  /** How many peers' ways are walked. */
  readonly walked?: number
}

export interface Effects {
  readonly network: readonly PeerEffect[]
  readonly convergence: readonly Convergence[]
  readonly notes: readonly string[]
}

/** One entry for everyone that reaches the guest, or that it reaches, before or after. */
export function* effectsOf({ candidate, after, gapSeconds, over, walked = peersWalked }: EffectInput): Generator<Progress, Effects> {
  const { plane, guest, source, target, live } = candidate
  const old = yield* pairsOf(plane, guest.name)
  const now = yield* pairsOf(after, guest.name)
  const convergence = convergenceOf(candidate, after)
  const slowestOf = (some: readonly Convergence[]): number | null => some.reduce<number | null>((most, { seconds }) => (most === null || seconds === null ? null : Math.max(most, seconds)), 0)
  const slowest = { heard: slowestOf(convergence.filter(({ by }) => by !== 'neighbour')), asked: slowestOf(convergence) }
  let walks = 0
  const network: PeerEffect[] = []
  for (const node of plane.infra.nodes.values()) {
    if (!isStack(node) || node.name === guest.name) continue
    const [before, later] = [old.get(node.name) ?? [], now.get(node.name) ?? []]
    const had = before.filter(({ verdict }) => verdict === 'delivered')
    const has = later.filter(({ verdict }) => verdict === 'delivered')
    const doubtful = before.some(({ verdict }) => verdict === 'unknown')
    if (had.length === 0 && has.length === 0 && !doubtful) continue
    const { verdict, lost, gone } = verdictAfter(had, new Map(later.map((pair) => [keyOf(pair), pair])))
    const state = (pairs: readonly ReachPair[], some: boolean): Verdict => (some ? 'delivered' : pairs.some((pair) => pair.verdict === 'unknown') ? 'unknown' : 'dropped')
    const beforeVerdict = state(before, had.length > 0)
    const afterVerdict = had.length > 0 ? verdict : state(later, has.length > 0)
    const [mtuBefore, mtuAfter] = [leastMtu(had), leastMtu(has)]
    const seen = had.length > 0 && afterVerdict !== 'unknown' && walks < walked ? waysOf(had, has) : undefined
    if (seen) walks++
    const [sessions, sessionsBecause] = sessionsOf(seen)
    // What comes in makes the gateway ask for the guest, which learns of it by that.
    const wait = has.some(({ to }) => to === guest.name) ? slowest.heard : slowest.asked
    network.push({
      peer: node.name, before: beforeVerdict, after: afterVerdict,
      lostSeconds: afterVerdict === 'delivered' && gapSeconds !== null && wait !== null ? gapSeconds + wait : null,
      pathMtuBefore: mtuBefore, pathMtuAfter: afterVerdict === 'dropped' ? null : mtuAfter,
      because: reasonOf(), sessions, sessionsBecause, ways: seen ? seen.ways : null,
    })

    /** Where the guest can begin, it does: who is translated cannot be begun with. */
    function waysOf(old: readonly ReachPair[], fresh: readonly ReachPair[]): { before: Walk; after: Walk | undefined; ways: PeerWays } | undefined {
      const pair = old.find(({ from }) => from === guest.name) ?? old[0]
      const first = pair && walkOf(plane, pair, guest.name)
      if (!pair || !first) return undefined
      const still = fresh.find((one) => keyOf(one) === keyOf(pair))
      const then = still && walkOf(after, still, guest.name)
      const homes = new Set([node.name, ...('host' in node && node.host ? [node.host.value] : [])])
      const plain = ({ out, back, seconds }: Walk): PeerWays['before'] => ({ out, back, seconds })
      return {
        before: first, after: then,
        ways: {
          before: plain(first), after: then ? plain(then) : null, becomesAsymmetric: then !== undefined && isAsymmetric(then) && !isAsymmetric(first),
          detour: (then && detourOf(then, first, source.name, homes)) ?? null, shared: [...first.over].some((name) => over.has(name)),
        },
      }
    }

    function sessionsOf(walked: { before: Walk; after: Walk | undefined } | undefined): readonly [PeerEffect['sessions'], string | null] {
      if (beforeVerdict !== 'delivered') return ['unknown', null]
      if (afterVerdict === 'dropped') return ['lost', t('it no longer arrives')]
      if (!live && guest.kind === 'vm') return ['lost', t`${guest.name} boots anew`]
      if (afterVerdict === 'unknown' || !walked) return ['unknown', walked ? null : t('its way was not walked')]
      const gone = walked.before.translators.find((one) => !walked.after?.translators.includes(one))
      if (gone !== undefined) return ['lost', t`${gone} translated them, and its states do not move along`]
      return ['kept', null]
    }

    function reasonOf(): string | null {
      if (beforeVerdict === 'delivered' && lost) {
        const why = gone ? t('the address it was reached by is no longer there') : lost.because ?? lost.reason ?? t('it cannot be told')
        return lost.from === guest.name ? t`${guest.name} no longer reaches it: ${why}` : t`it no longer reaches ${guest.name}: ${why}`
      }
      if (beforeVerdict === 'dropped' && afterVerdict === 'delivered') return t`from ${target.name} there is a way that ${source.name} has not`
      if (mtuBefore !== null && mtuAfter !== null && mtuBefore !== mtuAfter) return mtuAfter < mtuBefore ? t`the path narrows from ${mtuBefore} to ${mtuAfter} bytes` : t`the path widens from ${mtuBefore} to ${mtuAfter} bytes`
      return null
    }
  }
  const rounds = new Map<string, string[]>()
  for (const { peer, ways } of network) if (ways?.detour) rounds.set(ways.detour, [...(rounds.get(ways.detour) ?? []), peer])
  const asymmetric = network.filter(({ ways }) => ways?.becomesAsymmetric)
  const unwalked = network.filter(({ ways, before, after: then }) => ways === null && before === 'delivered' && then === 'delivered').length
  return {
    network, convergence,
    notes: [
      ...(network.length > 0 ? convergence.filter(({ by }) => live || by === 'ospf' || by === 'bgp').map(({ by, because }) => by === 'announcement' ? t`${guest.name} is ${because}` : `${guest.name} ${because}`) : []),
      ...[...rounds].map(([node, peers]) => t`what goes between it and ${someOf(peers)} goes round by ${node}${node === source.name ? t(', the host that it left') : ''}`),
      ...(asymmetric.length > 0 ? [t`the answers of ${someOf(asymmetric.map(({ peer }) => peer))} take another way than the questions`] : []),
      ...(unwalked > 0 ? [t`the ways of ${unwalked} peers were not walked, so whether their sessions are kept is unknown`] : []),
    ],
  }
}

const someOf = (names: readonly string[]): string => (names.length > 4 ? t`${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', '))
