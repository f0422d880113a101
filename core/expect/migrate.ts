/** `migrate`: it can be done, within the times, and keeps what it is to keep. */
import { printTime } from '../address/quantity.ts'
import type { Problem } from '../infra/problem.ts'
import { catalogueCodes, migrate } from '../migration/index.ts'
import type { MigrationReport, PreflightFinding } from '../migration/report.ts'
import { failed, passed, undecided, type Judge, type OfKind, type Outcome } from './expectation.ts'

export const judgeMigrate: Judge<'migrate'> = function* (context, expectation) {
  const { vm, to } = expectation
  const { replan } = context
  if (!replan) return undecided('nothing can be moved here')
  const stranger = [vm, to].find((name) => !context.infra.nodes.has(name.value))
  if (stranger) return undecided(`${stranger.value} names nobody in this file`)
  const report = yield* migrate({ written: context.written, infra: context.infra, plane: context.plane, replan }, vm.value, to.value, expectation.mode?.value ?? context.infra.migration.mode?.value)
  const problems = report.preflight.flatMap((finding) => problemOf(finding, expectation))
  const outcome = outcomeOf(report, expectation)
  return problems.length > 0 ? { ...outcome, problems } : outcome
}

/** A pre-flight finding that blocks, as a problem of the catalogue. */
function problemOf({ code, status, message, at }: PreflightFinding, { vm, at: here }: OfKind<'migrate'>): readonly Problem[] {
  const known = status === 'block' ? catalogueCodes[code] : undefined
  if (known === undefined) return []
  return [{
    code: known, severity: 'error', message, at: at ?? here, subject: vm.value, fixes: [],
    related: at ? [{ message: 'expected to migrate here', at: here }] : [],
  }]
}

function outcomeOf(report: MigrationReport, { vm, to, downtime, total, keep }: OfKind<'migrate'>): Outcome {
  const label = `${vm.value} to ${to.value}`
  const blocks = report.preflight.filter((finding) => finding.status === 'block')
  if (!report.feasible) {
    const why = blocks.map((finding) => finding.message).join('; ') || report.notes.join('; ') || 'the migration is not feasible'
    return failed(`${label}: ${why}`)
  }
  if (report.converged === false && (downtime ?? total)) return failed(`${label}: memory is dirtied faster than it is sent, so it does not come to an end`)
  const lost = report.network.filter((peer) => peer.before === 'delivered' && peer.after === 'dropped')
  const kept = new Set(keep.map((one) => one.value))
  if (kept.has('sessions') || kept.has('address')) {
    const [first] = lost
    if (first) return failed(`${label}: ${lost.map((peer) => peer.peer).join(', ')} cannot reach it any more${first.because === null ? '' : ` (${first.because})`}`, { from: first.peer, to: vm.value, proto: 'icmp' })
    const moved = report.preflight.find((finding) => /address/.test(finding.code) && finding.status === 'warn')
    if (moved) return failed(`${label}: ${moved.message}`)
  }
  if (kept.has('sessions') && report.mode === 'cold') return failed(`${label}: a cold migration boots the guest anew, so sessions end`)
  if (downtime) {
    const gaps = report.network.flatMap((peer) => (peer.before === 'delivered' ? [peer.lostSeconds] : []))
    if (report.downtimeSeconds === null) return undecided(`${label}: the downtime is unknown, because no link or device on the way states a bandwidth`)
    const worst = Math.max(report.downtimeSeconds, ...gaps.flatMap((gap) => gap ?? []))
    if (worst > downtime.value) return failed(`${label}: it is away for ${printTime(worst)}, ${printTime(downtime.value)} are allowed`)
    if (gaps.includes(null)) return undecided(`${label}: what its peers see is unknown`)
  }
  if (total) {
    if (report.totalSeconds === null) return undecided(`${label}: the total time is unknown, because no link or device on the way states a bandwidth`)
    if (report.totalSeconds > total.value) return failed(`${label}: it takes ${printTime(report.totalSeconds)}, ${printTime(total.value)} are allowed`)
  }
  if (kept.has('sessions') && report.network.some((peer) => peer.before === 'delivered' && peer.after === 'unknown')) {
    return undecided(`${label}: what its peers see afterwards is unknown`)
  }
  return passed
}
