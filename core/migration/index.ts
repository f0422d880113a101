/** Moving a guest before moving it: the front of the room. */
import { printSize, printTime } from '../address/quantity.ts'
import type { MigrationMode, MigrationProfile } from '../infra/parts.ts'
import type { Infra } from '../infra/infra.ts'
import { isGuest, type GuestNode } from '../infra/node.ts'
import type { Plane } from '../forwarding/index.ts'
import type { Progress } from '../reach/pair.ts'
import { hostOf, type Candidate, type Host } from './candidate.ts'
import { endless } from './endless.ts'
import { effectsOf } from './effects.ts'
import { planJointly } from './joint.ts'
import type { JointReport, PaceKind, Wanted } from './joint-report.ts'
import { planEvacuation } from './evacuate.ts'
import type { MoveOptions } from './options.ts'
import { pathBetween } from './path.ts'
import { moved, noUsage, placementOf } from './placement.ts'
import { isFeasible, preflight } from './preflight.ts'
import { planRebalancing } from './rebalance.ts'
import type { EvacuationReport, Rebalancing } from './plan-report.ts'
import type { MigrationReport, MigrationTarget, PeerEffect, PreflightFinding } from './report.ts'
import type { Advice, Study, Sweep } from './study-report.ts'
import { settingOf, transferOf, type Setting } from './setting.ts'
import { noBandwidth } from './transfer.ts'
import { studyOf, type StudyOptions } from './study.ts'
import { sweep } from './sweep.ts'
import { advise } from './advise.ts'
import { t } from '../words.ts'

export { calibrate } from './calibrate.ts'
export { studyCsv, studyMarkdown, sweepCsv } from './study-text.ts'
export { hostsMeant } from './evacuate.ts'
export { catalogueCodes } from './preflight.ts'
export { bootSeconds, shutdownSeconds } from './transfer.ts'

export interface MigrationContext {
  readonly written: Infra
  readonly infra: Infra
  readonly plane: Plane
  /** Realises and compiles a changed Infra; given from outside, so that this room need not know how. */
  readonly replan: (written: Infra) => { readonly infra: Infra; readonly plane: Plane }
}

/** The guest and what it runs on; or why it cannot move. */
function sourceOf({ infra }: MigrationContext, name: string): { guest: GuestNode; source: Host } | string {
  const guest = infra.nodes.get(name)
  if (!guest) return t`there is no ${name} in this file`
  if (!isGuest(guest)) return t`${name} is a ${guest.kind}, no VM or container`
  if (!guest.host) return t`${name} runs on no host of this file`
  const source = hostOf(infra.nodes.get(guest.host.value))
  return source ? { guest, source } : t`${guest.host.value}, the host of ${name}, is no host of this file`
}

/** A VM goes to servers; a container also to VMs, where it runs on one. */
const canHost = (guest: GuestNode, from: string, infra: Infra, to: string): boolean => {
  const kind = infra.nodes.get(to)?.kind
  return kind === 'server' || (kind === 'vm' && guest.kind === 'container' && infra.nodes.get(from)?.kind === 'vm')
}

/** A container moves cold unless it is asked for an iterative checkpoint. */
const modeFor = (guest: GuestNode, asked: MigrationMode | undefined, byFile: MigrationMode | undefined): MigrationMode =>
  guest.kind === 'container' ? (asked === 'pre-copy' ? 'pre-copy' : 'cold') : asked ?? byFile ?? 'pre-copy'

/** Every host but its own, best first, each with all its reasons. */
export function targetsFor(context: MigrationContext, guestName: string, mode?: MigrationMode, profile?: MigrationProfile): readonly MigrationTarget[] {
  const found = sourceOf(context, guestName)
  if (typeof found === 'string') return []
  const { infra, plane } = context
  const { guest, source } = found
  const placement = placementOf(infra)
  const asked = modeFor(guest, mode, infra.migration.mode?.value)
  const judged: { host: string; feasible: boolean; warnings: number; bandwidth: number; load: number; preflight: readonly PreflightFinding[] }[] = []
  for (const node of infra.nodes.values()) {
    const target = hostOf(node)
    if (!target || node.name === source.name || node.name === guest.name || !canHost(guest, source.name, infra, node.name)) continue
    const findings = preflight({ infra, plane, placement, guest, source, target, mode: asked, live: asked !== 'cold', ...(profile && { profile }) })
    const used = placement.usageOf.get(node.name) ?? noUsage
    judged.push({
      host: node.name, feasible: isFeasible(findings), preflight: findings,
      warnings: findings.filter(({ status }) => status !== 'pass').length,
      bandwidth: pathBetween(plane, source.name, node.name).bandwidth ?? 0,
      load: target.memory ? used.memory / target.memory.value : 0,
    })
  }
  judged.sort((a, b) =>
    Number(b.feasible) - Number(a.feasible) || a.warnings - b.warnings || b.bandwidth - a.bandwidth || a.load - b.load || (a.host < b.host ? -1 : 1))
  return judged.map(({ host, feasible, preflight: findings }, rank) => ({ host, feasible, rank, preflight: findings }))
}

const refusal = (vm: string, from: string, to: string, mode: MigrationMode, why: string): MigrationReport => ({
  vm, from, to, mode, feasible: false, preflight: [{ code: 'host', status: 'block', message: why }], path: { hops: [], bandwidth: null, mtu: null, share: null, latency: 0 }, rounds: [], phases: [],
  totalSeconds: null, downtimeSeconds: null, transferredBytes: null, converged: null, slowedSeconds: 0, exposedSeconds: 0, gapSeconds: null, remedies: [], convergence: [], network: [], notes: [why],
})

/** The guest, its host and the other one, judged as far as it goes without the network; or the report that says why not. */
function candidateFor(context: MigrationContext, guestName: string, hostName: string, { mode, profile }: MoveOptions): { candidate: Candidate; wanted: MigrationMode } | { refused: MigrationReport } {
  const { infra, plane } = context
  const wanted = mode ?? infra.migration.mode?.value ?? 'pre-copy'
  const found = sourceOf(context, guestName)
  if (typeof found === 'string') return { refused: refusal(guestName, '', hostName, wanted, found) }
  const { guest, source } = found
  const asked = modeFor(guest, mode, infra.migration.mode?.value)
  const target = hostOf(infra.nodes.get(hostName))
  if (!target || !canHost(guest, source.name, infra, hostName)) return { refused: refusal(guestName, source.name, hostName, asked, t`${hostName} is no server of this file`) }
  if (hostName === source.name) return { refused: refusal(guestName, source.name, hostName, asked, t`${guestName} already runs on ${hostName}`) }
  return { wanted, candidate: { infra, plane, placement: placementOf(infra), guest, source, target, mode: asked, live: asked !== 'cold', ...(profile && { profile }) } }
}

/** Never throws: an unknown guest or host is an infeasible report with its reason. Without a mode, the file's. */
export function* migrate(context: MigrationContext, guestName: string, hostName: string, options: MoveOptions = {}): Generator<Progress, MigrationReport> {
  const found = candidateFor(context, guestName, hostName, options)
  return 'refused' in found ? found.refused : yield* reportOf(context, found.candidate, settingOf(found.candidate, options), found.wanted)
}

export interface Forecast {
  readonly report: MigrationReport
  /** Undefined where the guest or the host is none. */
  readonly advice?: Advice
  readonly sweep?: Sweep
  readonly study?: Study
}

/** A migration with what surrounds it: the ways beside each other, the curves, the study. Never throws. */
export function* forecast(
  context: MigrationContext, guestName: string, hostName: string, options: MoveOptions = {}, studyOptions: StudyOptions = {},
): Generator<Progress, Forecast> {
  const found = candidateFor(context, guestName, hostName, options)
  if ('refused' in found) return { report: found.refused }
  const setting = settingOf(found.candidate, options)
  const report = yield* reportOf(context, found.candidate, setting, found.wanted)
  return { report, advice: yield* advise(setting), sweep: yield* sweep(setting), study: yield* studyOf(setting, report, studyOptions) }
}

function* reportOf(context: MigrationContext, candidate: Candidate, setting: Setting, wanted: MigrationMode): Generator<Progress, MigrationReport> {
  const { guest, source, target, mode: asked } = candidate
  const { path, options, bandwidth } = setting
  yield { doing: 'pre-flight', done: 0, of: 3 }
  const findings = preflight(candidate)
  const went = transferOf(setting, true)
  yield { doing: t('asking the peers'), done: 1, of: 3 }
  const after = context.replan(moved(context.written, guest.name, target.name))
  const effects = yield* effectsOf({
    candidate, after: after.plane, gapSeconds: went.gapSeconds, over: new Set(path.capacities.keys()), ...(options.peersWalked !== undefined && { walked: options.peersWalked }),
  })
  const all = [...findings, ...seenBy(effects.network, findings, guest, target), ...endless(went, guest)]
  return {
    vm: guest.name, from: source.name, to: target.name, mode: asked, feasible: isFeasible(all), preflight: all,
    path: { hops: path.hops, bandwidth: path.bandwidth, mtu: path.mtu, share: bandwidth, latency: path.latency },
    rounds: went.rounds, phases: went.phases, totalSeconds: went.totalSeconds, downtimeSeconds: went.downtimeSeconds,
    transferredBytes: went.transferredBytes, converged: went.converged, slowedSeconds: went.slowedSeconds, exposedSeconds: went.exposedSeconds,
    gapSeconds: went.gapSeconds, remedies: went.remedies, convergence: effects.convergence, network: effects.network,
    notes: [
      ...(path.verdict === 'delivered' ? [] : [path.because ?? t`${source.name} does not reach ${target.name}`]),
      ...(path.streamLimit < Infinity && path.bandwidth === path.streamLimit ? [t`over ${printTime(2 * path.latency)} there and back${path.loss > 0 ? t` with ${round(path.loss * 100)} % lost` : ''} one TCP stream carries ${printSize(path.streamLimit)} a second at most`] : []),
      ...setting.notes,
      ...(wanted !== asked ? [t`${guest.name} is a container: it is checkpointed and restored, so it moves cold`] : []),
      ...(path.verdict === 'delivered' ? went.notes : went.notes.filter((note) => note !== noBandwidth())), ...effects.notes, ...gapNote(went.gapSeconds, went.downtimeSeconds, asked),
    ],
  }
}

const round = (value: number): string => String(Math.round(value * 1000) / 1000)

const gapNote = (gap: number | null, downtime: number | null, mode: MigrationMode): readonly string[] =>
  gap === null || downtime === null || mode === 'cold' || gap - downtime < 0.001
    ? [] : [t`peers miss it for ${printTime(gap)}: the ${printTime(downtime)} of the hypervisor, what is in flight, and the resume`]

/** What only the moved network shows. Warnings: the guest can go, and this is what it costs. */
function seenBy(network: readonly PeerEffect[], findings: readonly PreflightFinding[], guest: GuestNode, target: Host): readonly PreflightFinding[] {
  const found: PreflightFinding[] = []
  const lost = network.filter(({ before, after }) => before === 'delivered' && after === 'dropped')
  const [first] = lost
  const at = [...guest.interfaces.values()].find(({ attach, network: joined }) => attach ?? joined)
  if (first) {
    const who = lost.length > 4 ? t`${lost.slice(0, 4).map(({ peer }) => peer).join(', ')} and ${lost.length - 4} more` : lost.map(({ peer }) => peer).join(', ')
    found.push({ code: 'peers-lost', status: 'warn', message: t`${who} would lose ${guest.name} on ${target.name}${first.because === null ? '' : `: ${first.because}`}`, at: at?.attach?.at ?? at?.network?.at ?? guest.at })
  }
  const narrower = network.filter(({ pathMtuBefore, pathMtuAfter }) => pathMtuBefore !== null && pathMtuAfter !== null && pathMtuAfter < pathMtuBefore)
  const [worst] = [...narrower].sort((a, b) => (a.pathMtuAfter ?? 0) - (b.pathMtuAfter ?? 0))
  if (worst && !findings.some(({ code, status }) => code === 'path-mtu' && status !== 'pass')) {
    const others = narrower.length > 1 ? t`, and for ${narrower.length - 1} more` : ''
    found.push({ code: 'path-mtu', status: 'warn', message: t`the path between ${guest.name} and ${worst.peer} narrows from ${worst.pathMtuBefore ?? 0} to ${worst.pathMtuAfter ?? 0} bytes${others}`, at: at?.mtu?.at ?? guest.at })
  }
  return found
}

/** Where every guest of a host, or of a `rack:NAME` or `site:NAME`, can go, in what order, how long it takes. Never throws. */
export function* evacuate(context: MigrationContext, host: string, mode?: MigrationMode): Generator<Progress, EvacuationReport> {
  return yield* planEvacuation(context, host, mode, (guest, from, to) => canHost(guest, from, context.infra, to))
}

/** Moves that would even out how full the servers are, each with its gain. Never throws. */
export function* rebalance(context: MigrationContext): Generator<Progress, Rebalancing> {
  return yield* planRebalancing(context, (guest, from, to) => canHost(guest, from, context.infra, to))
}

/** Several moves as one plan: who goes when, what they share, who crosses whom. Never throws. */
export function* migrateTogether(context: MigrationContext, wanted: readonly Wanted[], pace: PaceKind = 'at-once', options: Pick<MoveOptions, 'mode' | 'profile'> = {}): Generator<Progress, JointReport> {
  return yield* planJointly(
    context, wanted, pace, ({ vm, to }) => candidateFor(context, vm, to, options),
    ({ vm, to }, why) => refusal(vm, placementOf(context.infra).hostOf.get(vm) ?? '', to, options.mode ?? 'pre-copy', why),
  )
}
