/** Several moves planned as one: which can go at once, what they share, who crosses whom, and what each would have alone. */
import { printSize, printTime } from '../address/quantity.ts'
import type { Infra } from '../infra/infra.ts'
import type { Plane } from '../forwarding/index.ts'
import type { Progress } from '../reach/pair.ts'
import type { Candidate } from './candidate.ts'
import { crossingsOf, stuckBecause } from './crossing.ts'
import { endless } from './endless.ts'
import { paces, type JointMove, type JointPace, type JointReport, type PaceKind, type SharedLink, type Wanted } from './joint-report.ts'
import { wavesOf, type Mover, type Waved } from './joint-waves.ts'
import { loadOf } from './load.ts'
import { pathBetween } from './path.ts'
import { placementOf } from './placement.ts'
import { concurrencyOf, settingsOf } from './profile.ts'
import type { MigrationReport } from './report.ts'
import type { Concurrency } from './schedule.ts'
import { transfer } from './transfer.ts'
import { ride, type Ride } from './wave.ts'
import { t } from '../words.ts'

/** A move that is none: who or where is unknown, or somebody is named twice. */
type Refused = (wanted: Wanted, why: string) => MigrationReport

/** What one wanted move is, or the report that says why it is none. */
export type Candidates = (wanted: Wanted) => { readonly candidate: Candidate } | { readonly refused: MigrationReport }

/** Never throws. A guest that is wanted in two places goes to neither, with that reason. */
export function* planJointly(
  { infra, plane }: { readonly infra: Infra; readonly plane: Plane }, wanted: readonly Wanted[], pace: PaceKind, candidateOf: Candidates, refuse: Refused,
): Generator<Progress, JointReport> {
  const start = placementOf(infra)
  const refused: JointMove[] = []
  const movers: Mover[] = []
  const asked = [...new Map(wanted.map((one) => [`${one.vm}\n${one.to}`, one])).values()]
  for (const one of asked) {
    const others = asked.filter(({ vm }) => vm === one.vm)
    const found = others.length > 1 ? { refused: refuse(one, t`${one.vm} is named twice: it cannot go to ${others.map(({ to }) => to).join(t(' and to '))}`) } : candidateOf(one)
    if ('refused' in found) refused.push(refusedMove(found.refused))
    else movers.push({ guest: found.candidate.guest, source: found.candidate.source, target: found.candidate.target, candidate: (placement) => ({ ...found.candidate, placement }) })
  }
  const tried = new Map<PaceKind, Tried>()
  for (const one of paces) {
    yield { doing: t('trying how many at once'), done: tried.size, of: paces.length }
    const same = [...tried.entries()].find(([, { concurrency }]) => JSON.stringify(concurrency) === JSON.stringify(concurrencyAt(one, infra, plane, movers)))
    tried.set(one, same?.[1] ?? run(infra, plane, movers, wavesOf(movers, start, concurrencyAt(one, infra, plane, movers)), concurrencyAt(one, infra, plane, movers)))
  }
  const chosen = tried.get(pace) ?? run(infra, plane, movers, wavesOf(movers, start, { parallel: Infinity }), { parallel: Infinity })
  const stuck = chosen.waved.stuck.map(({ mover, findings }): JointMove => ({
    ...untimed(mover.guest.name, mover.source.name, mover.target.name, mover.candidate(start).mode), findings: findings.filter(({ status }) => status !== 'pass'), hops: pathBetween(plane, mover.source.name, mover.target.name).hops,
    because: stuckBecause(infra, mover, chosen.waved, start, findings),
  }))
  return {
    version: 1, pace, feasible: refused.length === 0 && stuck.length === 0 && asked.length > 0,
    // As they were asked for: a list that stays where it is while a pace is chosen.
    moves: asked.flatMap(({ vm, to }) => [...chosen.moves, ...stuck, ...refused].find((move) => move.vm === vm && move.to === to) ?? []),
    shared: chosen.shared, crossings: crossingsOf(movers, chosen.waved), paces: paces.map((one) => ({ ...tried.get(one)?.summary ?? chosen.summary, pace: one })),
    totalSeconds: chosen.summary.totalSeconds,
    notes: [
      ...(asked.length === 0 ? [t('nobody is to move')] : asked.length < wanted.length ? [t('a move that is named twice counts once')] : []),
      ...(chosen.waved.waves.length > 1 && pace === 'at-once' ? [t('not all at once: some wait for the room that others leave')] : []),
      ...(chosen.moves.some(({ converged }) => converged === false) ? [t('a move that does not converge leaves the total unknown')] : []),
      ...[...new Set(chosen.unknown)].slice(0, 5),
    ],
  }
}

/** File's or orchestrator's limits count where somebody wants them. */
function concurrencyAt(pace: PaceKind, infra: Infra, plane: Plane, movers: readonly Mover[]): Concurrency {
  if (pace !== 'by-profile') return pace === 'at-once' ? { parallel: Infinity } : { parallel: Infinity, cluster: 1 }
  const rates = movers.map(({ source, target }) => pathBetween(plane, source.name, target.name).bandwidth)
  return concurrencyOf(infra, rates.reduce<number | null>((least, rate) => (least === null || rate === null ? rate ?? least : Math.min(least, rate)), null))
}

interface Tried {
  readonly concurrency: Concurrency
  readonly waved: Waved
  readonly moves: readonly JointMove[]
  readonly shared: readonly SharedLink[]
  readonly summary: Omit<JointPace, 'pace'>
  readonly unknown: readonly string[]
}

const untimed = (vm: string, from: string, to: string, mode: JointMove['mode']): JointMove => ({
  vm, from, to, mode, feasible: false, wave: null, start: null, seconds: null, downtimeSeconds: null, gapSeconds: null, transferredBytes: null, converged: null, bandwidth: null,
  alone: null, because: null, hops: [], findings: [],
})
const refusedMove = ({ vm, from, to, mode, preflight, notes }: MigrationReport): JointMove => ({ ...untimed(vm, from, to, mode), findings: preflight, because: notes[0] ?? preflight[0]?.message ?? null })

function run(infra: Infra, plane: Plane, movers: readonly Mover[], waved: Waved, concurrency: Concurrency): Tried {
  const moves: JointMove[] = []
  const shared: SharedLink[] = []
  const unknown: string[] = []
  let clock: number | null = 0
  for (const [index, wave] of waved.waves.entries()) {
    const riding = wave.map((mover) => {
      const { guest, source, target } = mover
      const { mode, profile } = mover.candidate(placementOf(infra))
      const load = loadOf(infra, guest, source.name, target.name)
      return { mover, load, settings: settingsOf(infra, load.memory ?? 0, { mode, ...(profile && { profile }) }), kind: guest.kind, path: pathBetween(plane, source.name, target.name) }
    })
    const rides = ride(riding)
    const links = sharedBy(riding.map(({ mover, path }, i) => ({ vm: mover.guest.name, path, bandwidth: rides[i]?.bandwidth ?? null })), index + 1)
    shared.push(...links)
    let longest: number | null = 0
    for (const [i, { mover, load, settings, kind, path }] of riding.entries()) {
      const one = rides[i]
      if (!one) continue
      const { went, bandwidth } = one
      const alone = transfer(load, settings, path.verdict === 'delivered' ? path.bandwidth : null, kind, { latency: path.latency })
      if (went.totalSeconds === null && went.converged === null) unknown.push(...went.notes.map((note) => `${mover.guest.name}: ${note}`))
      const beside = links.filter(({ shares }) => shares.some(({ vm }) => vm === mover.guest.name))
      moves.push({
        vm: mover.guest.name, from: mover.source.name, to: mover.target.name, mode: settings.mode, feasible: true, wave: index + 1, start: clock, seconds: went.totalSeconds,
        downtimeSeconds: went.downtimeSeconds, gapSeconds: went.gapSeconds, transferredBytes: went.transferredBytes, converged: went.converged, bandwidth,
        alone: { seconds: alone.totalSeconds, downtimeSeconds: alone.downtimeSeconds, converged: alone.converged, bandwidth: path.bandwidth }, hops: path.hops,
        because: besideOthers(mover.guest.name, one, alone, path.bandwidth, beside),
        findings: [...(waved.findings.get(mover) ?? []).filter(({ status }) => status === 'warn'), ...endless(went, mover.guest)],
      })
      longest = longest === null || went.totalSeconds === null ? null : Math.max(longest, went.totalSeconds)
    }
    clock = clock === null || longest === null ? null : clock + longest
  }
  const worst = moves.reduce<number | null>((most, { downtimeSeconds }) => (most === null || downtimeSeconds === null ? null : Math.max(most, downtimeSeconds)), 0)
  return {
    concurrency, waved, moves, shared, unknown,
    summary: { waves: waved.waves.length, totalSeconds: clock, worstDowntimeSeconds: worst, endless: moves.filter(({ converged }) => converged === false).length, stuck: waved.stuck.length },
  }
}

/** What binds two or more of a wave; of links that the same moves cross, the narrowest says it all. */
function sharedBy(riders: readonly { readonly vm: string; readonly path: { readonly capacities: ReadonlyMap<string, number> }; readonly bandwidth: number | null }[], wave: number): readonly SharedLink[] {
  const narrowest = new Map<string, SharedLink>()
  for (const [name, capacity] of new Map(riders.flatMap(({ path }) => [...path.capacities]))) {
    const shares = riders.flatMap(({ vm, path, bandwidth }) => (path.capacities.has(name) && bandwidth !== null ? [{ vm, bandwidth }] : []))
    // Where the moves together ask for less than there is, nobody waits for anybody.
    if (shares.length < 2 || shares.reduce((sum, { bandwidth }) => sum + bandwidth, 0) < capacity * 0.999) continue
    const key = shares.map(({ vm }) => vm).join('\n')
    const known = narrowest.get(key)
    const ends = /^link from (\S+) to (\S+)$/.exec(name)
    const link: SharedLink = { name, ends: ends ? [ends[1] ?? '', ends[2] ?? ''] : null, wave, capacity, shares }
    if (!known || capacity < known.capacity || (capacity === known.capacity && known.ends === null && ends !== null)) narrowest.set(key, link)
  }
  return [...narrowest.values()]
}

/** A link by its name in the report, or what goes through a device. */
function wordsOf(name: string): string {
  const [, from, to] = /^link from (\S+) to (\S+)$/.exec(name) ?? []
  if (from !== undefined && to !== undefined) return t`the link from ${from} to ${to}`
  return name.startsWith('out of ') ? t`what goes out of ${name.slice('out of '.length)}` : t`what comes into ${name.slice('into '.length)}`
}

function besideOthers(vm: string, { went, bandwidth }: Ride, alone: { readonly totalSeconds: number | null; readonly converged: boolean | null }, path: number | null, links: readonly SharedLink[]): string | null {
  if (bandwidth === null || path === null || links.length === 0 || bandwidth >= path * 0.999) return null
  const others = [...new Set(links.flatMap(({ shares }) => shares.map((one) => one.vm)))].filter((one) => one !== vm)
  const shares = t`it shares ${links.map(({ name }) => wordsOf(name)).join(t(' and '))} with ${others.join(', ')}: ${printSize(bandwidth)} a second instead of ${printSize(path)}`
  if (went.converged === false && alone.converged !== false) return t`${shares}, so it does not converge; alone it ends in ${printTime(alone.totalSeconds ?? 0)}`
  return shares
}
