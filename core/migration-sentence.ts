/** What a move would do, in the words of somebody who is asked in passing: can it, how long, how long is it away, who loses what. */
import type { ShownJoint, ShownMigration } from './protocol.ts'
import { t, valueIn } from './words.ts'

type Peer = ShownMigration['network'][number]

/** The longest gap that a peer sees, or what the hypervisor's downtime and what drains come to where nobody looks. */
export function gapOf({ network, gapSeconds }: ShownMigration): number | null {
  const seen = network.filter(({ before }) => before === 'delivered')
  if (seen.length === 0) return gapSeconds
  return seen.reduce<number | null>((most, { lostSeconds }) => (most === null || lostSeconds === null ? most : Math.max(most, lostSeconds)), seen.some(({ lostSeconds }) => lostSeconds !== null) ? 0 : null)
}

/** Two or three digits are what a person keeps in mind. */
const spoken = (seconds: number): string =>
  seconds < 0.0005 ? t('less than a millisecond') : seconds < 1 ? `${Math.round(seconds * 1000)} ms` : seconds < 120 ? `${Number(seconds.toPrecision(seconds < 10 ? 2 : 3))} s` : `${Number((seconds / 60).toPrecision(2))} min`

const few = (peers: readonly Peer[], say: (peer: Peer) => string = ({ peer }) => peer): string =>
  `${peers.slice(0, 3).map(say).join(', ')}${peers.length > 3 ? t` and ${peers.length - 3} more` : ''}`
const why = ({ peer, sessionsBecause }: Peer): string => (sessionsBecause === null ? peer : `${peer} (${sessionsBecause})`)
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

/** Who had it before and what becomes of them. */
function losses({ network }: ShownMigration): string {
  const had = network.filter(({ before }) => before === 'delivered')
  const gone = had.filter(({ after }) => after === 'dropped')
  const ended = had.filter((peer) => peer.sessions === 'lost' && !gone.includes(peer))
  const doubtful = had.filter((peer) => !gone.includes(peer) && !ended.includes(peer) && (peer.after === 'unknown' || peer.sessions === 'unknown'))
  if (had.length === 0) return t('Nobody talks to it.')
  const sameReason = new Set(ended.map(({ sessionsBecause }) => sessionsBecause)).size === 1 ? ended[0]?.sessionsBecause ?? null : null
  const parts = [
    ...(gone.length > 0 ? [t`no longer reached by ${few(gone)}`] : []),
    ...(ended.length > 0 ? [ended.length === had.length ? `${had.length === 1 ? t('all sessions of its one peer end') : t`all ${had.length} peers' sessions end`}${sameReason === null ? '' : `: ${sameReason}`}` : t`the sessions with ${few(ended, why)} end`] : []),
    ...(doubtful.length > 0 ? [doubtful.length === 1 ? t`what ${few(doubtful)} sees is unknown` : t`what ${few(doubtful)} see is unknown`] : []),
  ]
  return parts.length > 0 ? `${capital(parts.join('; '))}.` : had.length === 1 ? t('Its one peer keeps its sessions.') : t`All ${had.length} peers keep their sessions.`
}

/** The line under the verdict. */
export function sentenceOf(report: ShownMigration): string {
  const blocks = report.preflight.filter(({ status }) => status === 'block')
  if (!report.feasible) return `${blocks[0]?.message ?? report.notes[0] ?? t('Nobody says why')}${blocks.length > 2 ? t`, and ${blocks.length - 1} more reasons` : blocks.length === 2 ? t(', and 1 more reason') : ''}.`
  if (report.converged === false) {
    const said = report.preflight.find(({ code }) => code === 'not-converging')?.message ?? report.notes[0] ?? t('it never ends')
    return t`It would go on for ever: ${valueIn(t('does not converge: {0}'), said) ?? said}.`
  }
  const gap = gapOf(report)
  if (report.totalSeconds === null || report.downtimeSeconds === null) return t`How long it takes is unknown. ${losses(report)}`
  if (report.mode === 'cold') return t`It is away for ${spoken(gap ?? report.downtimeSeconds)}. ${losses(report)}`
  const away = gap === null || Math.abs(gap - report.downtimeSeconds) < 0.0005 ? '' : t`, and its peers miss it for ${spoken(gap)}`
  const risk = report.exposedSeconds > 0 ? t` For ${spoken(report.exposedSeconds)} it runs with memory on both hosts: if one is lost, so is the guest.` : ''
  return t`It takes ${spoken(report.totalSeconds)} and stands still for ${spoken(report.downtimeSeconds)}${away}. ${losses(report)}${risk}`
}

/** The same of several moves at once. */
export function sentenceOfMoves({ moves, shared, crossings, paces, pace, totalSeconds }: ShownJoint): string {
  const stays = moves.filter(({ feasible }) => !feasible)
  if (stays.length > 0) return `${stays.slice(0, 2).map(({ vm, because }) => t`${vm} cannot go: ${because ?? t('nobody says why')}`).join('; ')}${stays.length > 2 ? t`; and ${stays.length - 2} more cannot` : ''}.`
  const endless = moves.filter(({ converged }) => converged === false)
  const turns = paces.find((one) => one.pace === 'in-turn')
  const instead = pace !== 'in-turn' && turns && turns.endless === 0 && turns.totalSeconds !== null ? t` One after the other they end in ${spoken(turns.totalSeconds)}.` : ''
  if (endless.length > 0) {
    const alone = endless.filter((move) => move.alone?.converged !== false)
    return t`${endless.map(({ vm }) => vm).join(', ')} would go on for ever${alone.length > 0 ? t`, although ${alone.length === 1 ? t('it ends') : t('each ends')} alone: together they take each other's bandwidth` : ''}.${instead}`
  }
  const meet = shared.length > 0 ? t` They share ${shared.length === 1 ? shared[0]?.name ?? t('a link') : t`${shared.length} links`}, so ${moves.some(({ seconds, alone }) => (seconds ?? 0) > (alone?.seconds ?? Infinity) * 1.01) ? t('each is slower than alone') : t('each has less of it than alone')}.` : ''
  const cross = crossings.length > 0 ? ` ${capital(crossings[0]?.says ?? '')}.` : ''
  if (totalSeconds === null) return t`How long it takes is unknown.${meet}${cross}`
  const worst = moves.reduce<number | null>((most, { downtimeSeconds }) => (most === null || downtimeSeconds === null ? null : Math.max(most, downtimeSeconds)), 0)
  return `${moves.length === 1 ? t('It takes') : t`All ${moves.length} take`} ${spoken(totalSeconds)}${worst === null ? '' : t`; ${moves.length === 1 ? t('it stands') : t('each stands')} still for ${spoken(worst)} at most`}.${meet}${cross}`
}
