/** Emptying hosts: order, targets, who cannot go and why. One host, or all of a rack or site for its maintenance. */
import { isGuest, type GuestNode, type Node } from '../infra/node.ts'
import type { MigrationMode } from '../infra/parts.ts'
import type { Infra } from '../infra/infra.ts'
import type { Plane } from '../forwarding/index.ts'
import type { Progress } from '../reach/pair.ts'
import { hostOf, type Candidate, type Host } from './candidate.ts'
import { appetiteOf, noUsage, placementOf, withMove, type Placement } from './placement.ts'
import { blockedEarly, isFeasible, preflight } from './preflight.ts'
import { pathBetween } from './path.ts'
import { concurrencyOf, settingsOf } from './profile.ts'
import type { EvacuationReport, Pace, Stuck } from './plan-report.ts'
import type { PreflightFinding } from './report.ts'
import { schedule, type Choice } from './schedule.ts'
import { t } from '../words.ts'

/** Reasons are listed for so many hosts; the rest would only repeat them. */
const mostReasons = 20

/** The servers that a word means: one by its name, or `rack:NAME` and `site:NAME`, all that stand there. */
export function hostsMeant(infra: Infra, word: string): readonly Host[] {
  const [, place, name] = /^(rack|site):(.+)$/.exec(word) ?? []
  if (place === undefined || name === undefined) {
    const host = hostOf(infra.nodes.get(word))
    return host ? [host] : []
  }
  const stands = (node: Node): boolean => node.kind === 'server' && (place === 'rack' ? node.rack : node.site)?.value === name
  return [...infra.nodes.values()].flatMap((node) => (stands(node) ? hostOf(node) ?? [] : []))
}

/** Where every guest of the hosts can go, outside of them. Never throws: a host that is none is an infeasible plan with its reason. */
export function* planEvacuation(
  { infra, plane }: { readonly infra: Infra; readonly plane: Plane }, word: string, mode: MigrationMode | undefined,
  canHost: (guest: GuestNode, from: string, to: string) => boolean,
): Generator<Progress, EvacuationReport> {
  const sources = hostsMeant(infra, word)
  if (sources.length === 0) return { version: 1, host: word, feasible: false, parallel: concurrencyOf(infra, null).parallel, moves: [], stuck: [], totalSeconds: null, paces: [], notes: [t`${word} is no host of this file`] }
  const leaving = new Map(sources.map((host) => [host.name, host]))
  const start = placementOf(infra)
  // The largest first: what is left over fits more easily. Ties in file order.
  const guests = sources.flatMap(({ name }) => start.guestsOf.get(name) ?? []).flatMap((name) => {
    const node = infra.nodes.get(name)
    const from = node && isGuest(node) ? leaving.get(node.host?.value ?? '') : undefined
    return node && isGuest(node) && from ? [{ guest: node, from }] : []
  }).sort((a, b) => appetiteOf(b.guest).memory - appetiteOf(a.guest).memory || appetiteOf(b.guest).vcpus - appetiteOf(a.guest).vcpus)
  const hosts = [...infra.nodes.values()].flatMap((node) => (leaving.has(node.name) ? [] : hostOf(node) ?? []))
  // The largest first leaves the fewest holes; where that strands somebody, the smallest first may carry more of them.
  let plan = yield* place(guests)
  if (plan.stuck.length > 0 && guests.length > 1) {
    const other = yield* place([...guests].reverse())
    if (other.stuck.length < plan.stuck.length) plan = other
  }
  const { choices, stuck } = plan
  const rates = choices.map(({ from, to }) => pathBetween(plane, from.name, to.name).bandwidth)
  const concurrency = concurrencyOf(infra, rates.reduce<number | null>((least, rate) => (least === null || rate === null ? rate ?? least : Math.min(least, rate)), null))
  const { moves, totalSeconds, unknown } = schedule(infra, plane, choices, concurrency)
  const paces: Pace[] = []
  for (const parallel of choices.length > 1 ? pacesTried.filter((one) => one / 2 < choices.length) : []) {
    yield { doing: t('trying how many at once'), done: paces.length, of: pacesTried.length }
    paces.push(paceOf(parallel, schedule(infra, plane, choices, { ...concurrency, parallel })))
  }
  return { version: 1, host: word, feasible: stuck.length === 0, parallel: concurrency.parallel, moves, stuck, totalSeconds, paces, notes: [...notesOf(word, guests.length, hosts.length, moves.some(({ converged }) => converged === false)), ...unknown.slice(0, mostReasons)] }

  function* place(order: readonly { readonly guest: GuestNode; readonly from: Host }[]): Generator<Progress, { choices: readonly Choice[]; stuck: readonly Stuck[] }> {
    const choices: Choice[] = []
    const stuck: Stuck[] = []
    let placement: Placement = start
    for (const [done, { guest, from }] of order.entries()) {
      yield { doing: t`placing ${guest.name}`, done, of: order.length }
      const settings = settingsOf(infra, appetiteOf(guest).memory, { ...(guest.kind === 'container' ? { mode: 'cold' as const } : mode && { mode }) })
      const candidate = (target: Host): Candidate => ({ infra, plane, placement, guest, source: from, target, mode: settings.mode, live: settings.mode !== 'cold' })
      // A guest that itself is emptied into nothing hosts nobody.
      const suitable = hosts.filter(({ name }) => name !== guest.name && canHost(guest, from.name, name))
      const best = bestOf(suitable, placement, candidate)
      if (!best) {
        const reasons = suitable.slice(0, mostReasons).flatMap((target) =>
          preflight(candidate(target)).filter(({ status }) => status === 'block').map((finding) => ({ ...finding, host: target.name })))
        stuck.push({ vm: guest.name, from: from.name, reasons })
        continue
      }
      choices.push({ guest, from, to: best.target, settings, findings: best.findings.filter(({ status }) => status === 'warn') })
      placement = withMove(placement, guest, best.target.name)
    }
    return { choices, stuck }
  }
}

const pacesTried = [1, 2, 4, 8]

const paceOf = (parallel: number, { moves, totalSeconds }: ReturnType<typeof schedule>): Pace => ({
  parallel, totalSeconds, endless: moves.filter(({ converged }) => converged === false).length,
  worstDowntimeSeconds: moves.reduce<number | null>((worst, { downtimeSeconds }) => (worst === null || downtimeSeconds === null ? null : Math.max(worst, downtimeSeconds)), 0),
})

const notesOf = (word: string, guests: number, hosts: number, endless: boolean): readonly string[] => [
  ...(guests === 0 ? [t`nothing runs on ${word}`] : []),
  ...(hosts === 0 ? [t('there is no other host in this file')] : []),
  ...(endless ? [t('a move that does not converge leaves the total unknown')] : []),
]

/** How full a host is, as a ratio of what it has: its memory, else its processors. */
export const filling = ({ memory, cpus }: Host, used: { readonly memory: number; readonly vcpus: number }): number =>
  memory ? used.memory / memory.value : cpus ? used.vcpus / cpus.value : 1

/** The emptiest host without any warning, so that the load spreads; else the one that warns least. It looks no further than it must. */
export function bestOf(
  hosts: readonly Host[], { usageOf }: Placement, candidate: (target: Host) => Candidate,
): { target: Host; findings: readonly PreflightFinding[] } | undefined {
  const ranked = hosts.filter((target) => !blockedEarly(candidate(target)))
    .map((target, i) => ({ target, i, filled: filling(target, usageOf.get(target.name) ?? noUsage) }))
    .sort((a, b) => a.filled - b.filled || a.i - b.i)
  let best: { target: Host; findings: readonly PreflightFinding[]; warnings: number } | undefined
  let asked = 0
  for (const { target } of ranked) {
    const findings = preflight(candidate(target))
    if (!isFeasible(findings)) continue
    const warnings = findings.filter(({ status }) => status === 'warn').length
    if (!best || warnings < best.warnings) best = { target, findings, warnings }
    if (warnings === 0 || ++asked >= 16) break
  }
  return best
}
