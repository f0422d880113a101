/** Moves that would even out how full the hosts are, each with what it gains. Ratios of what a host has. */
import { isGuest, type GuestNode } from '../infra/node.ts'
import type { Infra } from '../infra/infra.ts'
import type { Plane } from '../forwarding/index.ts'
import type { Progress } from '../reach/pair.ts'
import { hostOf, type Candidate, type Host } from './candidate.ts'
import { filling } from './evacuate.ts'
import { appetiteOf, noUsage, placementOf, withMove, type Placement } from './placement.ts'
import { blockedEarly, isFeasible, preflight } from './preflight.ts'
import { concurrencyOf, settingsOf } from './profile.ts'
import type { Rebalancing, RebalancingMove } from './plan-report.ts'
import { schedule, type Choice } from './schedule.ts'
import { t } from '../words.ts'

/** A move that gains less than this is not worth its while. */
const leastGain = 0.02
const mostMoves = 20
/** Of the fullest host, its guests from the largest on; and the emptiest hosts: the others gain less. */
const mostGuests = 40
const mostTargets = 20

const spread = (fills: readonly number[]): number => {
  const mean = fills.reduce((sum, fill) => sum + fill, 0) / Math.max(1, fills.length)
  return Math.sqrt(fills.reduce((sum, fill) => sum + (fill - mean) ** 2, 0) / Math.max(1, fills.length))
}

/** Greedy: from the fullest host to the emptiest that can take it, as long as the fullest of the two gets less full. Never throws. */
export function* planRebalancing(
  { infra, plane }: { readonly infra: Infra; readonly plane: Plane }, canHost: (guest: GuestNode, from: string, to: string) => boolean,
): Generator<Progress, Rebalancing> {
  const hosts = [...infra.nodes.values()].flatMap((node) => {
    const host = node.kind === 'server' ? hostOf(node) : undefined
    return host && (host.memory || host.cpus) ? [host] : []
  })
  let placement: Placement = placementOf(infra)
  const fill = (host: Host, where: Placement): number => filling(host, where.usageOf.get(host.name) ?? noUsage)
  const fills = (where: Placement): readonly number[] => hosts.map((host) => fill(host, where))
  const before = fills(placement)
  const moves: Omit<RebalancingMove, 'seconds' | 'downtimeSeconds'>[] = []
  const choices: Choice[] = []
  for (let i = 0; i < mostMoves; i++) {
    yield { doing: t('weighing the hosts'), done: i, of: mostMoves }
    const found = bestMove(placement)
    if (!found) break
    choices.push(found.choice)
    moves.push(found.move)
    placement = withMove(placement, found.choice.guest, found.choice.to.name)
  }
  const { moves: timed, totalSeconds } = schedule(infra, plane, choices, concurrencyOf(infra, null))
  const after = fills(placement)
  const most = (values: readonly number[]): number => values.reduce((largest, value) => Math.max(largest, value), 0)
  return {
    version: 1, totalSeconds,
    moves: moves.map((move) => {
      const found = timed.find(({ vm, to }) => vm === move.vm && to === move.to)
      return { ...move, seconds: found?.seconds ?? null, downtimeSeconds: found?.downtimeSeconds ?? null }
    }),
    fullestBefore: most(before), fullestAfter: most(after), deviationBefore: spread(before), deviationAfter: spread(after),
    notes: hosts.length < 2 ? [t('fewer than two servers state what they have: there is nothing to weigh')] : moves.length === 0 ? [t`no move would make the fuller of two hosts emptier by ${leastGain * 100} % of what it has`] : [],
  }

  function bestMove(where: Placement): { choice: Choice; move: Omit<RebalancingMove, 'seconds' | 'downtimeSeconds'> } | undefined {
    const byFill = [...hosts].sort((a, b) => fill(b, where) - fill(a, where))
    for (const from of byFill.slice(0, 5)) {
      const guests = (where.guestsOf.get(from.name) ?? []).flatMap((name) => {
        const node = infra.nodes.get(name)
        return node && isGuest(node) && !choices.some(({ guest }) => guest.name === name) ? [node] : []
      }).sort((a, b) => appetiteOf(b).memory - appetiteOf(a).memory).slice(0, mostGuests)
      const offers = guests.flatMap((guest) => [...byFill].reverse().slice(0, mostTargets).flatMap((to) => {
        if (to.name === from.name || !canHost(guest, from.name, to.name)) return []
        const then = withMove(where, guest, to.name)
        const gain = Math.max(fill(from, where), fill(to, where)) - Math.max(fill(from, then), fill(to, then))
        return gain >= leastGain ? [{ guest, to, gain }] : []
      })).sort((a, b) => b.gain - a.gain)
      for (const { guest, to, gain } of offers) {
        const settings = settingsOf(infra, appetiteOf(guest).memory, guest.kind === 'container' ? { mode: 'cold' } : {})
        const candidate: Candidate = { infra, plane, placement: where, guest, source: from, target: to, mode: settings.mode, live: settings.mode !== 'cold' }
        if (blockedEarly(candidate)) continue
        const findings = preflight(candidate)
        // A proposal is for a quiet day: a move that costs the guest something is none.
        if (!isFeasible(findings) || findings.some(({ code, status }) => status === 'warn' && code !== 'security-groups')) continue
        const then = withMove(where, guest, to.name)
        return {
          choice: { guest, from, to, settings, findings },
          move: {
            vm: guest.name, from: from.name, to: to.name, gain, fromBefore: fill(from, where), fromAfter: fill(from, then), toBefore: fill(to, where), toAfter: fill(to, then),
          },
        }
      }
    }
    return undefined
  }
}
