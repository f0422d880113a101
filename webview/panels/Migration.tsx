/** Where a guest can go and what the move would do: hosts ranked with all their reasons, rounds, downtime, what the peers see. */
import { useCallback, useEffect, type ReactElement } from 'react'
import { migrationModes, migrationProfiles, type MigrationMode } from '../../core/infra/parts.ts'
import { gapOf, sentenceOf } from '../../core/migration-sentence.ts'
import type { ShownFinding, ShownMigration, ShownTarget } from '../../core/protocol.ts'
import { Button, Choice } from '../controls.ts'
import { applyMigration, showWay, useStore } from '../store.ts'
import { Forecast } from './migration-advice.tsx'
import { moveBy, simulateBy, useProfile } from './migration-ask.ts'
import { Balance, Evacuation } from './migration-plans.tsx'
import { Timeline } from './Rounds.tsx'
import { bytes, seconds } from './words.ts'

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
        <span className="quiet">{target.feasible ? (reasons.length > 0 ? `${reasons.length} to know` : 'nothing speaks against it') : 'cannot take it'}</span>
      </button>
      {reasons.length > 0 && <Findings findings={reasons} />}
    </li>
  )
}

/** Why it changes, which way it goes round, what ends its sessions. */
const toldOf = ({ because, ways, sessions, sessionsBecause }: ShownMigration['network'][number]): string =>
  [because, ways?.detour ? `goes round by ${ways.detour}` : null, ways?.becomesAsymmetric ? 'the answers take another way than the questions' : null, sessions === 'kept' ? null : sessionsBecause]
    .flatMap((one) => one ?? []).join('; ')

/** Peers that lose something first; a panel is no place for a thousand rows. */
const mostPeers = 40
function peersShown(network: ShownMigration['network']): ShownMigration['network'] {
  const worse = (peer: ShownMigration['network'][number]): number => (peer.before === 'delivered' && peer.after !== 'delivered' ? 0 : peer.sessions === 'lost' ? 1 : peer.because !== null || peer.ways?.detour ? 2 : 3)
  return network.map((peer, i) => ({ peer, i })).sort((a, b) => worse(a.peer) - worse(b.peer) || a.i - b.i).slice(0, mostPeers).map(({ peer }) => peer)
}

function Report({ report }: { readonly report: ShownMigration }): ReactElement {
  const drawn = useStore((state) => state.migration?.peer)
  const unknown = report.feasible && report.converged === null && report.path.bandwidth === null
  return (
    <section aria-label="Result">
      <div className={`verdict ${report.feasible ? (report.converged === false ? 'maybe' : 'good') : 'bad'}`}>
        {report.feasible ? (report.converged === false ? 'It does not converge' : `${report.vm} can move to ${report.to}`) : `${report.vm} cannot move to ${report.to}`}
        <span className="because">{sentenceOf(report)}</span>
      </div>
      {report.remedies.length > 0 && <ul className="findings" aria-label="What would end it">{report.remedies.map(({ says }, i) => <li key={i} className="warn"><span className="mark">→</span> {says}</li>)}</ul>}
      {report.feasible && report.converged !== false && (
        <div className="figures">
          <div><b>{seconds(report.totalSeconds)}</b><span>in all</span></div>
          <div><b>{seconds(report.downtimeSeconds)}</b><span>standing still</span></div>
          <div><b>{seconds(gapOf(report))}</b><span>away, as peers see it</span></div>
          <div><b>{bytes(report.transferredBytes)}</b><span>sent{report.rounds.length > 0 ? ` in ${report.rounds.length} rounds` : ''}</span></div>
        </div>
      )}
      {unknown && <p className="hint">No link or device on the way states a bandwidth, so times are unknown.</p>}
      <Timeline report={report} />
      {report.path.hops.length > 0 && <p className="quiet">by {report.path.hops.join(' → ')}{report.path.bandwidth === null ? '' : `, ${bytes(report.path.bandwidth)}/s`}{report.path.mtu === null ? '' : `, MTU ${report.path.mtu}`}</p>}
      <Findings findings={report.preflight.filter(({ status }) => status !== 'pass')} />
      <details><summary>{report.preflight.filter(({ status }) => status === 'pass').length} rules pass</summary><Findings findings={report.preflight.filter(({ status }) => status === 'pass')} /></details>
      {report.network.length > 0 && (
        <table>
          <caption>What its peers see{report.network.length > mostPeers ? ` (${mostPeers} of ${report.network.length}, those that lose something first)` : ''}</caption>
          <thead><tr><th>peer</th><th>before</th><th>after</th><th>gap</th><th>path MTU</th><th>sessions</th></tr></thead>
          <tbody>
            {peersShown(report.network).map((peer) => (
              <tr key={peer.peer} className={peer.before === 'delivered' && peer.after !== 'delivered' ? 'lost' : ''} title={toldOf(peer)}>
                <td>{peer.ways ? <button type="button" className="link" aria-pressed={drawn === peer.peer} title={`Draw the way to ${peer.peer} before and after`} onClick={() => showWay(peer.peer)}>{peer.peer}</button> : peer.peer}</td><td>{peer.before}</td><td>{peer.after}</td><td>{seconds(peer.lostSeconds)}</td>
                <td>{peer.pathMtuBefore ?? '–'}{peer.pathMtuAfter === peer.pathMtuBefore ? '' : ` → ${peer.pathMtuAfter ?? '–'}`}</td>
                <td>{peer.sessions}{peer.ways?.detour ? <span className="quiet"> by {peer.ways.detour}</span> : null}</td>
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

const orchestrators: readonly (readonly [string, string])[] = [['', 'as the file says'], ...migrationProfiles.map((name): readonly [string, string] => [name, `by ${name}`])]

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
  const options: readonly (readonly [MigrationMode, string])[] = [['pre-copy', 'pre-copy (live)'], ['post-copy', 'post-copy (live)'], ['hybrid', 'hybrid (live)'], ['cold', 'cold (shut down)']]
  return (
    <>
      <h2>Migrate {vm}</h2>
      <div className="row"><Choice label="Mode" value={mode} options={options} onChange={setMode} /><Choice label="Orchestrator" value={profile ?? ''} options={orchestrators} onChange={setProfile} /></div>
      {failed !== undefined && <p className="problem error">{failed}</p>}
      {targets === undefined ? <p className="hint" role="status">Asking every host…</p>
        : targets.length === 0 && failed === undefined ? <p className="hint">There is no other host in this file.</p>
          : <ul className="targets" aria-label="Hosts, best first">{targets.map((target) => <Target key={target.host} target={target} chosen={target.host === to} />)}</ul>}
      {to !== undefined && simulating && !report && failed === undefined && <p className="hint" role="status">Simulating the move to {to}…</p>}
      {report && <Report report={report} />}
      {report && report.from !== '' && <Evacuation host={report.from} />}
      {report && <Balance />}
      <div className="buttons">
        {report && <Button primary onClick={applyMigration} disabled={!report.feasible} title="Writes the new host into the text, as one change that can be undone">Apply: {vm} on {report.to}</Button>}
        <Button onClick={() => useStore.setState({ panel: 'inspector', migration: undefined, selected: vm })}>Close</Button>
      </div>
    </>
  )
}
