/** Where a guest can go and what the move would do: hosts ranked with all their reasons, rounds, downtime, what the peers see. */
import { useCallback, useEffect, type ReactElement } from 'react'
import { migrationModes, migrationProfiles, type MigrationMode } from '../../core/infra/parts.ts'
import { gapOf, sentenceOf } from '../../core/migration-sentence.ts'
import type { ShownFinding, ShownMigration, ShownTarget } from '../../core/protocol.ts'
import { Button, Choice } from '../controls.ts'
import { openMoves } from '../moves.ts'
import { applyMigration, showWay, useStore } from '../store.ts'
import { Forecast } from './migration-advice.tsx'
import { profileNames } from './migration-orchestrators.tsx'
import { moveBy, simulateBy, useProfile } from './migration-ask.ts'
import { FurtherPlans } from './migration-plans.tsx'
import { Timeline } from './Rounds.tsx'
import { bytes, seconds } from './words.ts'
import { Title } from './Frame.tsx'
import { t } from '../l10n.ts'

const marks = { pass: '✓', warn: '!', block: '✕' } as const

const Findings = ({ findings }: { readonly findings: readonly ShownFinding[] }): ReactElement => (
  <ul className="findings">
    {findings.map((finding, i) => <li key={i} className={finding.status}><span className="mark" aria-label={finding.status}>{marks[finding.status]}</span> {finding.message || finding.code}</li>)}
  </ul>
)

/** What speaks against a host, or that nothing does. */
const reasonsOf = ({ preflight }: ShownTarget): readonly ShownFinding[] => preflight.filter(({ status }) => status !== 'pass')

function Target({ target, chosen }: { readonly target: ShownTarget; readonly chosen: boolean }): ReactElement {
  const reasons = reasonsOf(target)
  return (
    <li className={`target ${target.feasible ? (reasons.length > 0 ? 'may' : 'can') : 'cannot'}${chosen ? ' chosen' : ''}`}>
      <button type="button" aria-pressed={chosen} onClick={() => void simulateBy(target.host, useStore.getState().migration?.mode ?? 'pre-copy')}>
        <span className="mark">{target.feasible ? (reasons.length > 0 ? '!' : '✓') : '✕'}</span> <strong>{target.host}</strong>
        <span className="quiet">{target.feasible ? (reasons.length > 0 ? t('{0} to know', reasons.length) : t('nothing speaks against it')) : t('cannot take it')}</span>
      </button>
      {reasons.length > 0 && <Findings findings={reasons} />}
    </li>
  )
}

/** Why it changes, which way it goes round, what ends its sessions. */
const toldOf = ({ because, ways, sessions, sessionsBecause }: ShownMigration['network'][number]): string =>
  [because, ways?.detour ? t`goes round by ${ways.detour}` : null, ways?.becomesAsymmetric ? t('the answers take another way than the questions') : null, sessions === 'kept' ? null : sessionsBecause]
    .flatMap((one) => one ?? []).join('; ')

/** Peers that lose something first; a panel is no place for a thousand rows. */
const mostPeers = 40
function peersShown(network: ShownMigration['network']): ShownMigration['network'] {
  const worse = (peer: ShownMigration['network'][number]): number => (peer.before === 'delivered' && peer.after !== 'delivered' ? 0 : peer.sessions === 'lost' ? 1 : peer.because !== null || peer.ways?.detour ? 2 : 3)
  return network.map((peer, i) => ({ peer, i })).sort((a, b) => worse(a.peer) - worse(b.peer) || a.i - b.i).slice(0, mostPeers).map(({ peer }) => peer)
}

/** What comes first: can it, how long, how long is it away, who loses what; and what would end it. */
function Verdict({ report }: { readonly report: ShownMigration }): ReactElement {
  const unknown = report.feasible && report.converged === null && report.path.bandwidth === null
  return (
    <section aria-label={t('Result')}>
      <div className={`verdict ${report.feasible ? (report.converged === false ? 'maybe' : 'good') : 'bad'}`}>
        {report.feasible ? (report.converged === false ? t('It does not converge') : t('{0} can move to {1}', report.vm, report.to)) : t('{0} cannot move to {1}', report.vm, report.to)}
        <span className="because">{sentenceOf(report)}</span>
      </div>
      {report.remedies.length > 0 && <ul className="findings" aria-label={t('What would end it')}>{report.remedies.map(({ says }, i) => <li key={i} className="warn"><span className="mark">→</span> {says}</li>)}</ul>}
      {report.feasible && report.converged !== false && (
        <div className="figures">
          <div><b>{seconds(report.totalSeconds)}</b><span>{t('total time')}</span></div>
          <div><b>{seconds(report.downtimeSeconds)}</b><span>{t('downtime')}</span></div>
          <div><b>{seconds(gapOf(report))}</b><span>{t('outage as peers see it')}</span></div>
          <div><b>{bytes(report.transferredBytes)}</b><span>{report.rounds.length > 0 ? t('sent in {0} rounds', report.rounds.length) : t('sent')}</span></div>
        </div>
      )}
      {unknown && <p className="hint">{t('No link or device on the way states a bandwidth, so times are unknown.')}</p>}
    </section>
  )
}

function Report({ report }: { readonly report: ShownMigration }): ReactElement {
  const drawn = useStore((state) => state.migration?.peer)
  return (
    <section aria-label={t('The move in detail')}>
      {report.feasible ? <Timeline report={report} /> : <details><summary>{t('How it would go if nothing spoke against it')}</summary><Timeline report={report} /></details>}
      {report.path.hops.length > 0 && <p className="quiet">{t('by {0}{1}{2}', report.path.hops.join(' → '), report.path.bandwidth === null ? '' : `, ${bytes(report.path.bandwidth)}/s`, report.path.mtu === null ? '' : `, MTU ${report.path.mtu}`)}</p>}
      <Findings findings={report.preflight.filter(({ status }) => status !== 'pass')} />
      <details><summary>{report.preflight.filter(({ status }) => status === 'pass').length}{' '}{t('rules pass')}</summary><Findings findings={report.preflight.filter(({ status }) => status === 'pass')} /></details>
      {report.network.length > 0 && (
        <table className="peers">
          <caption>{t('What its peers see{0}', report.network.length > mostPeers ? t` (${mostPeers} of ${report.network.length}, those that lose something first)` : '')}</caption>
          <thead><tr><th>{t('peer')}</th><th>{t('reached')}</th><th>{t('gap')}</th><th>{t('path MTU')}</th><th>{t('sessions')}</th></tr></thead>
          <tbody>
            {peersShown(report.network).map((peer) => (
              <tr key={peer.peer} className={peer.before === 'delivered' && peer.after !== 'delivered' ? 'lost' : ''} title={toldOf(peer)}>
                <td>{peer.ways ? <button type="button" className="link" aria-pressed={drawn === peer.peer} title={t('Draw the way to {0} before and after', peer.peer)} onClick={() => showWay(peer.peer)}>{peer.peer}</button> : peer.peer}</td><td className="long">{peer.before === peer.after ? peer.after : `${peer.before} → ${peer.after}`}</td><td>{seconds(peer.lostSeconds)}</td>
                <td>{peer.pathMtuBefore ?? '–'}{peer.pathMtuAfter === peer.pathMtuBefore ? '' : ` → ${peer.pathMtuAfter ?? '–'}`}</td>
                <td>{peer.sessions}{peer.ways?.detour ? <span className="quiet">{t('by {0}', peer.ways.detour)}</span> : null}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Forecast report={report} />
      {report.notes.map((note, i) => <p key={i} className="quiet">{note}</p>)}
    </section>
  )
}

const orchestrators: readonly (readonly [string, string])[] = [['', t('as the file says')], ...migrationProfiles.map((name): readonly [string, string] => [name, profileNames[name]])]

export function Migration(): ReactElement | null {
  const migration = useStore((state) => state.migration)
  const setMode = useCallback((value: string) => {
    const mode = migrationModes.find((one) => one === value) ?? 'pre-copy'
    const to = useStore.getState().migration?.to
    if (to !== undefined) void simulateBy(to, mode)
    else useStore.setState((state) => (state.migration ? { migration: { ...state.migration, mode } } : {}))
  }, [])
  const profile = useProfile((state) => state.profile)
  const setProfile = useCallback((value: string) => void moveBy(migrationProfiles.find((one) => one === value)), [])
  const chosen = migration?.vm
  // Another guest begins with the file's own orchestrator again.
  useEffect(() => () => useProfile.setState({ profile: undefined }), [chosen])
  if (!migration) return null
  const { vm, to, mode, targets, report, failed, simulating } = migration
  const close = (): void => useStore.setState({ panel: 'inspector', migration: undefined, selected: vm })
  const options: readonly (readonly [MigrationMode, string])[] = [['pre-copy', 'pre-copy (live)'], ['post-copy', 'post-copy (live)'], ['hybrid', 'hybrid (live)'], ['cold', t('cold (shut down)')]]
  return (
    <>
      <Title>{t('Migrate {0}', vm)}</Title>
      <div className="row named"><label><span>{t('Mode')}</span><Choice label={t('Mode')} value={mode} options={options} onChange={setMode} /></label><label><span>{t('Orchestrator')}</span><Choice label={t('Orchestrator')} value={profile ?? ''} options={orchestrators} onChange={setProfile} /></label></div>
      {failed !== undefined && <p className="problem error">{failed}</p>}
      {report && <Verdict report={report} />}
      {report && (
        <div className="buttons">
          <Button primary onClick={applyMigration} disabled={!report.feasible} title={t('Writes the new host into the text, as one change that can be undone')}>{t('Apply: {0} on {1}', vm, report.to)}</Button>
          <Button onClick={() => openMoves([{ vm, to: report.to }])} title={t('Other guests on their way at the same time: what they share, who crosses whom')}>{t('Plan with others…')}</Button>
          <Button onClick={close}>{t('Close')}</Button>
        </div>
      )}
      {targets === undefined ? <p className="hint" role="status">{t('Asking every host…')}</p>
        : targets.length === 0 && failed === undefined ? <p className="hint">{t('There is no other host in this file.')}</p>
          : <ul className="targets" aria-label={t('Hosts, best first')}>{targets.map((target) => <Target key={target.host} target={target} chosen={target.host === to} />)}</ul>}
      {to !== undefined && simulating && !report && failed === undefined && <p className="hint" role="status">{t('Simulating the move to {0}…', to)}</p>}
      {report && <Report report={report} />}
      {report && report.from !== '' && <FurtherPlans host={report.from} />}
      {!report && <div className="buttons"><Button onClick={close}>{t('Close')}</Button></div>}
    </>
  )
}
