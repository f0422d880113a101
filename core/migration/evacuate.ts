/** Emptying a host: order, targets, waves that share the links, and who cannot go. Bytes and seconds. */
import { isGuest, type GuestNode } from '../infra/node.ts'
import type { MigrationMode } from '../infra/parts.ts'
import type { Infra } from '../infra/infra.ts'
import type { Plane } from '../forwarding/index.ts'
import type { Progress } from '../reach/pair.ts'
import { fairShares } from '../traffic/index.ts'
import { hostOf, type Candidate, type Host } from './candidate.ts'
import { loadOf } from './load.ts'
import { pathBetween } from './path.ts'
import { appetiteOf, noUsage, placementOf, withMove, type Placement } from './placement.ts'
import { blockedEarly, isFeasible, preflight } from './preflight.ts'
import { settingsOf, type Settings } from './profile.ts'
import type { EvacuationMove, EvacuationReport, PreflightFinding, Stuck } from './report.ts'
import { transfer } from './transfer.ts'

interface Choice {
  readonly guest: GuestNode
  readonly to: Host
  readonly settings: Settings
  readonly findings: readonly PreflightFinding[]
}

/** Reasons are listed for so many hosts; the rest would only repeat them. */
const mostReasons = 20

export function* planEvacuation(
  { infra, plane }: { readonly infra: Infra; readonly plane: Plane }, host: string, mode: MigrationMode | undefined,
  canHost: (guest: GuestNode, to: string) => boolean,
): Generator<Progress, EvacuationReport> {
  const source = hostOf(infra.nodes.get(host))
  const parallel = settingsOf(infra, 0, mode).parallel
  if (!source) return { version: 1, host, feasible: false, parallel, moves: [], stuck: [], totalSeconds: null, notes: [`${host} is no host of this file`] }
  const start = placementOf(infra)
  // The largest first: what is left over fits more easily. Ties in file order.
  const guests = (start.guestsOf.get(host) ?? []).flatMap((name) => {
    const node = infra.nodes.get(name)
    return node && isGuest(node) ? [node] : []
  }).sort((a, b) => appetiteOf(b).memory - appetiteOf(a).memory || appetiteOf(b).vcpus - appetiteOf(a).vcpus)
  const hosts = [...infra.nodes.values()].flatMap((node) => (node.name === host ? [] : hostOf(node) ?? []))
  const choices: Choice[] = []
  const stuck: Stuck[] = []
  let placement: Placement = start
  for (const [done, guest] of guests.entries()) {
    yield { doing: `placing ${guest.name}`, done, of: guests.length }
    const load = appetiteOf(guest)
    const settings = settingsOf(infra, load.memory, guest.kind === 'container' ? 'cold' : mode)
    const candidate = (target: Host): Candidate => ({ infra, plane, placement, guest, source, target, mode: settings.mode, live: settings.mode !== 'cold' })
    const suitable = hosts.filter(({ name }) => name !== guest.name && canHost(guest, name))
    const usedBy = placement.usageOf
    // The emptiest first, so that the load spreads.
    const ranked = suitable.filter((target) => !blockedEarly(candidate(target)))
      .map((target, i) => ({ target, i, filled: filling(target, usedBy.get(target.name) ?? noUsage) }))
      .sort((a, b) => a.filled - b.filled || a.i - b.i)
    const best = chooseFrom(ranked.map(({ target }) => target), candidate)
    if (!best) {
      const reasons = suitable.slice(0, mostReasons).flatMap((target) =>
        preflight(candidate(target)).filter(({ status }) => status === 'block').map((finding) => ({ ...finding, host: target.name })))
      stuck.push({ vm: guest.name, reasons })
      continue
    }
    choices.push({ guest, to: best.target, settings, findings: best.findings.filter(({ status }) => status === 'warn') })
    placement = withMove(placement, guest, best.target.name)
  }
  const { moves, totalSeconds } = schedule(infra, plane, source, choices, parallel)
  const notes = [
    ...(guests.length === 0 ? [`nothing runs on ${host}`] : []),
    ...(suitableNote(hosts)),
    ...(moves.some(({ converged }) => converged === false) ? ['a move that does not converge leaves the total unknown'] : []),
  ]
  return { version: 1, host, feasible: stuck.length === 0, parallel, moves, stuck, totalSeconds, notes }
}

const suitableNote = (hosts: readonly Host[]): readonly string[] => (hosts.length === 0 ? ['there is no other host in this file'] : [])

const filling = ({ memory, cpus }: Host, used: { readonly memory: number; readonly vcpus: number }): number =>
  memory ? used.memory / memory.value : cpus ? used.vcpus / cpus.value : 1

/** The first host without any warning; else the one that warns least. It looks no further than it must. */
function chooseFrom(targets: readonly Host[], candidate: (target: Host) => Candidate): { target: Host; findings: readonly PreflightFinding[] } | undefined {
  let best: { target: Host; findings: readonly PreflightFinding[]; warnings: number } | undefined
  let asked = 0
  for (const target of targets) {
    const findings = preflight(candidate(target))
    if (!isFeasible(findings)) continue
    const warnings = findings.filter(({ status }) => status === 'warn').length
    if (!best || warnings < best.warnings) best = { target, findings, warnings }
    if (warnings === 0 || ++asked >= 16) break
  }
  return best
}

/** Waves of `parallel` moves; within one, every move gets its max-min fair share of what its path crosses. */
function schedule(infra: Infra, plane: Plane, source: Host, choices: readonly Choice[], parallel: number): { moves: readonly EvacuationMove[]; totalSeconds: number | null } {
  const moves: EvacuationMove[] = []
  let clock: number | null = 0
  for (let first = 0, wave = 1; first < choices.length; first += parallel, wave++) {
    const group = choices.slice(first, first + parallel)
    const paths = group.map(({ to }) => pathBetween(plane, source.name, to.name))
    const capacities = new Map(paths.flatMap((path) => [...path.capacities]))
    const shares = fairShares(paths.map((path) => ({ over: [...path.capacities.keys()] })), capacities)
    let longest: number | null = 0
    for (const [i, { guest, to, settings, findings }] of group.entries()) {
      const share = paths[i]?.bandwidth === null || paths[i] === undefined ? null : shares[i] ?? null
      const bandwidth = share === Infinity ? null : share
      const went = transfer(loadOf(infra, guest, source.name, to.name), settings, bandwidth, guest.kind)
      moves.push({
        vm: guest.name, to: to.name, mode: settings.mode, wave, start: clock, seconds: went.totalSeconds, downtimeSeconds: went.downtimeSeconds,
        transferredBytes: went.transferredBytes, converged: went.converged, bandwidth, findings,
      })
      longest = longest === null || went.totalSeconds === null ? null : Math.max(longest, went.totalSeconds)
    }
    clock = clock === null || longest === null ? null : clock + longest
  }
  return { moves, totalSeconds: clock }
}
