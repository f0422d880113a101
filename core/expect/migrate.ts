/** `migrate`: it can be done, within the times, and keeps what it is to keep. */
import { printTime } from '../address/quantity.ts'
import type { Infra } from '../infra/infra.ts'
import { isGuest, type Node } from '../infra/node.ts'
import type { Fix, Problem } from '../infra/problem.ts'
import { catalogueCodes, migrate, targetsFor, type MigrationContext } from '../migration/index.ts'
import type { MigrationReport } from '../migration/report.ts'
import type { Span, Written } from '../text/span.ts'
import { failed, passed, undecided, type Judge, type OfKind, type Outcome } from './expectation.ts'
import { t, valueIn } from '../words.ts'

/** Of so many peers it is told whether their sessions go on; each costs four packets through the model. */
const mostSessions = 64

export const judgeMigrate: Judge<'migrate'> = function* (context, expectation) {
  const { vm, to } = expectation
  const { replan } = context
  if (!replan) return undecided(t('nothing can be moved here'))
  const stranger = [vm, to].find((name) => !context.infra.nodes.has(name.value))
  if (stranger) return undecided(t`${stranger.value} names nobody in this file`)
  // It is there: nobody misses it for a moment. So a move that was foreseen is not a failure once it has been made.
  if (hostOf(context.infra.nodes.get(vm.value)) === to.value) return passed
  const moving: MigrationContext = { written: context.written, infra: context.infra, plane: context.plane, replan }
  const report = yield* migrate(moving, vm.value, to.value, {
    ...(expectation.mode && { mode: expectation.mode.value }), ...(expectation.keep.some(({ value }) => value === 'sessions') && { peersWalked: mostSessions }),
  })
  const outcome = outcomeOf(report, expectation)
  const problems = [...preflightProblems(context.written, report, expectation, () => elsewhere(moving, expectation)), ...tooLong(report, expectation, outcome)]
  return problems.length > 0 ? { ...outcome, problems } : outcome
}

const hostOf = (node: Node | undefined): string | undefined => (node && isGuest(node) ? node.host?.value : undefined)

/** Warnings that are certain whoever else is asked. */
const certain: ReadonlySet<string> = new Set(['not-converging', 'path-mtu', 'peers-lost'])
/** Warnings that are causes where a peer is lost, and of no consequence where none is. */
const causes: ReadonlySet<string> = new Set(['address-stays', 'gateway-reachable', 'published-ports'])

/** The pre-flight findings that block, and the warnings that come true, as problems of the catalogue; each at its cause. */
function preflightProblems(written: Infra, report: MigrationReport, { vm, at: here, mode }: OfKind<'migrate'>, elsewhere: () => readonly Fix[]): readonly Problem[] {
  const lost = report.network.some((peer) => peer.before === 'delivered' && peer.after === 'dropped')
  const because = report.preflight.filter(({ code, status }) => status === 'block' || (status === 'warn' && causes.has(code) && lost))
  const told = report.preflight.filter((finding) => finding.status === 'warn' && certain.has(finding.code) && !(finding.code === 'peers-lost' && because.length > 0))
  return [...because, ...told].flatMap(({ code, status, message, at }): readonly Problem[] => {
    const known = catalogueCodes[code]
    if (known === undefined) return []
    return [{
      code: known, severity: status === 'block' ? 'error' : 'warning', message, at: at ?? here, subject: vm.value,
      fixes: code === 'not-converging' ? otherModes(written, here, mode) : elsewhere(),
      related: at ? [{ message: t('expected to migrate here'), at: here }] : [],
    }]
  })
}

/** The best host to which it can go without a warning. */
function elsewhere(moving: MigrationContext, { vm, to, mode }: OfKind<'migrate'>): readonly Fix[] {
  const [best] = targetsFor(moving, vm.value, mode?.value).filter(({ host, feasible, preflight }) => feasible && host !== to.value && preflight.every(({ status }) => status === 'pass'))
  return best ? [{ title: t`Migrate to ${best.host} instead`, change: { kind: 'correct', at: to.at, value: best.host } }] : []
}

/** A bounded pre-copy and then the rest on demand always comes to an end. */
function otherModes(written: Infra, here: Span, mode: Written<string> | undefined): readonly Fix[] {
  const said = mode ?? written.migration.mode
  return [{
    title: t('Migrate in mode hybrid: pre-copy, then post-copy'),
    change: said ? { kind: 'correct', at: said.at, value: 'hybrid' } : { kind: 'set', part: { kind: 'expectation', at: here }, key: 'mode', value: 'hybrid' },
  }]
}

/** The gap that is longer than what is allowed, at the number that allows it. */
function tooLong({ downtimeSeconds, network }: MigrationReport, { vm, to, downtime, at }: OfKind<'migrate'>, outcome: Outcome): readonly Problem[] {
  if (!downtime || outcome.status !== 'fail' || downtimeSeconds === null) return []
  const gaps = network.flatMap((peer) => (peer.before === 'delivered' && peer.lostSeconds !== null ? [{ who: peer.peer, seconds: peer.lostSeconds }] : []))
  const worst = gaps.reduce((most, one) => (one.seconds > most.seconds ? one : most), { who: '', seconds: downtimeSeconds })
  if (worst.seconds <= downtime.value) return []
  const spelled = spelledTime(worst.seconds)
  return [{
    code: 'migration-downtime-exceeded', severity: 'error', at: downtime.at, subject: vm.value,
    message: worst.who === '' ? t`${vm.value} is away for ${printTime(worst.seconds)} when it goes to ${to.value}, ${printTime(downtime.value)} are allowed` : t`${vm.value} is away for ${printTime(worst.seconds)} as ${worst.who} sees it when it goes to ${to.value}, ${printTime(downtime.value)} are allowed`,
    related: [{ message: t('expected here'), at }],
    fixes: [{ title: t`Allow ${spelled}`, change: { kind: 'correct', at: downtime.at, value: spelled } }],
  }]
}

/** Rounded up, as the language spells times. */
const spelledTime = (seconds: number): string => (seconds < 10 ? `${Math.ceil(seconds * 1000)}ms` : `${Math.ceil(seconds)}s`)

/** The report's own reason why it knows no times. */
const unknownBecause = ({ notes }: MigrationReport, what: string): string => {
  const [why] = notes.flatMap((note) => valueIn('{0}, so times are unknown', note) ?? [])
  return why === undefined ? t`${what} is unknown` : t`${what} is unknown, because ${why}`
}

function outcomeOf(report: MigrationReport, { vm, to, downtime, total, keep }: OfKind<'migrate'>): Outcome {
  const label = t`${vm.value} to ${to.value}`
  const blocks = report.preflight.filter((finding) => finding.status === 'block')
  if (!report.feasible) {
    const why = blocks.map((finding) => finding.message).join('; ') || report.notes.join('; ') || t('the migration is not feasible')
    return failed(`${label}: ${why}`)
  }
  if (report.converged === false && (downtime ?? total)) return failed(`${label}: ${report.preflight.find(({ code }) => code === 'not-converging')?.message ?? t('it does not come to an end')}`)
  const lost = report.network.filter((peer) => peer.before === 'delivered' && peer.after === 'dropped')
  const kept = new Set(keep.map((one) => one.value))
  if (kept.has('sessions') || kept.has('address')) {
    const [first] = lost
    if (first) return failed(t`${label}: ${lost.map((peer) => peer.peer).join(', ')} cannot reach it any more${first.because === null ? '' : ` (${first.because})`}`, { from: first.peer, to: vm.value, proto: 'icmp' })
    const moved = report.preflight.find((finding) => /address/.test(finding.code) && finding.status === 'warn')
    if (moved) return failed(`${label}: ${moved.message}`)
  }
  if (kept.has('sessions') && report.mode === 'cold') return failed(t`${label}: a cold migration boots the guest anew, so sessions end`)
  const ended = kept.has('sessions') ? report.network.find((peer) => peer.before === 'delivered' && peer.sessions === 'lost') : undefined
  if (ended) return failed(t`${label}: the sessions with ${ended.peer} end${ended.sessionsBecause === null ? '' : `: ${ended.sessionsBecause}`}`, { from: vm.value, to: ended.peer, proto: 'icmp' })
  if (downtime) {
    const gaps = report.network.flatMap((peer) => (peer.before === 'delivered' ? [peer.lostSeconds] : []))
    if (report.downtimeSeconds === null) return undecided(`${label}: ${unknownBecause(report, t('the downtime'))}`)
    const worst = Math.max(report.downtimeSeconds, ...gaps.flatMap((gap) => gap ?? []))
    if (worst > downtime.value) return failed(t`${label}: it is away for ${printTime(worst)}, ${printTime(downtime.value)} are allowed`)
    if (gaps.includes(null)) return undecided(t`${label}: what its peers see is unknown`)
  }
  if (total) {
    if (report.totalSeconds === null) return undecided(`${label}: ${unknownBecause(report, t('the total time'))}`)
    if (report.totalSeconds > total.value) return failed(t`${label}: it takes ${printTime(report.totalSeconds)}, ${printTime(total.value)} are allowed`)
  }
  if (kept.has('sessions') && report.network.some((peer) => peer.before === 'delivered' && peer.after === 'unknown')) {
    return undecided(t`${label}: what its peers see afterwards is unknown`)
  }
  return passed
}
