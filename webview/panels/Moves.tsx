/** Several guests on their way at once: hosts for each, what they share, who crosses whom; applied as one change. */
import { Fragment, useCallback, useEffect, type ReactElement } from 'react'
import { sentenceOfMoves } from '../../core/migration-sentence.ts'
import type { PaceKind, ShownJoint, ShownJointMove, ShownTarget } from '../../core/protocol.ts'
import { Button, Choice } from '../controls.ts'
import { aim, aimAll, applyMoves, askMoves, expectMoves, guestsAmong, leaveOut, setPace, useMoves, type Planned } from '../moves.ts'
import { bringIntoSight, openMigration, useStore } from '../store.ts'
import { lookOfMove } from '../trails.ts'
import { rateOf, seconds } from './words.ts'
import { Title } from './Frame.tsx'
import { t } from '../l10n.ts'

const paceWords: Readonly<Record<PaceKind, string>> = { 'at-once': t('all at once'), 'in-turn': t('one after the other'), 'by-profile': t('as the orchestrator lets') }
const marks = { can: '✓', may: '!', cannot: '✕' } as const

const judged = ({ host, feasible, preflight }: ShownTarget): readonly [string, string] => [host, `${host} ${feasible ? (preflight.some(({ status }) => status === 'warn') ? '!' : '✓') : '✕'}`]

function Row({ planned: { vm, to }, move, targets, look }: { readonly planned: Planned; readonly move: ShownJointMove | undefined; readonly targets: readonly ShownTarget[] | undefined; readonly look: string }): ReactElement {
  const choose = useCallback((host: string) => aim(vm, host === '' ? undefined : host), [vm])
  const state = !move ? undefined : !move.feasible ? 'cannot' : move.converged === false || move.because !== null || move.findings.some(({ status }) => status === 'warn') ? 'may' : 'can'
  // What blocks is in the reason already.
  const more = move?.findings.filter(({ status, code }) => status === 'warn' && !(code === 'not-converging' && move.because !== null)).map(({ message }) => message) ?? []
  const says = [...(move?.because ? [move.because] : []), ...more].join('; ')
  return (
    <Fragment>
      <tr className={state ?? ''}>
        <td><span className={`key line way ${look}`} aria-hidden="true" />{' '}<button type="button" onClick={() => bringIntoSight(vm)}>{vm}</button></td>
        <td><Choice label={t('Host for {0}', vm)} value={to ?? ''} options={[['', t('choose…')], ...(targets ?? []).map(judged)]} onChange={choose} /></td>
        <td>{move && <span className="mark">{state && marks[state]}</span>} {!move ? '' : !move.feasible ? t('stays') : move.converged === false ? t('never ends') : seconds(move.seconds)}</td>
        <td>{move?.feasible && move.converged !== false ? seconds(move.downtimeSeconds) : ''}</td>
        <td>{move?.alone ? (move.alone.converged === false ? t('never ends') : seconds(move.alone.seconds)) : ''}</td>
        <td><button type="button" className="plain" aria-label={t('Take {0} out of the plan', vm)} title={t('Take {0} out of the plan', vm)} onClick={() => leaveOut(vm)}>✕</button></td>
      </tr>
      {(says !== '' || (move?.wave ?? 1) > 1) && <tr className="risk"><td colSpan={6}>{[...((move?.wave ?? 1) > 1 && move ? [move.start === null ? t('begins when the others have ended') : t('begins after {0}', seconds(move.start))] : []), ...(says === '' ? [] : [says])].join('; ')}</td></tr>}
    </Fragment>
  )
}

function Shared({ plan }: { readonly plan: ShownJoint }): ReactElement | null {
  const lines = useStore((state) => state.shown?.diagram.lines)
  if (plan.shared.length === 0 && plan.crossings.length === 0) return null
  return (
    <section aria-label={t('Where they meet')}>
      <h3>{t('Where they meet')}</h3>
      <ul className="findings">
        {plan.crossings.map(({ says }, i) => <li key={i}><span className="mark">⇄</span> {says}</li>)}
        {plan.shared.map(({ name, ends, capacity, shares, wave }) => {
          const line = ends && lines?.find(({ id }) => id === `link:${ends[0]}-${ends[1]}` || id === `link:${ends[1]}-${ends[0]}`)
          return (
            <li key={`${name} ${wave}`}>
              <span className="mark">=</span> {line ? <button type="button" className="link linked" onClick={() => bringIntoSight(line.id)}>{name}</button> : name}{`, ${rateOf(capacity)}: ${shares.map(({ vm, bandwidth }) => `${vm} ${rateOf(bandwidth)}`).join(', ')}`}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

const Paces = ({ plan }: { readonly plan: ShownJoint }): ReactElement => (
  <div className="scroll">
    <table className="ways paces">
      <caption>{t('At another pace')}</caption>
      <thead><tr><th>{t('pace')}</th><th>{t('in all')}</th><th>{t('down, at most')}</th><th>{t('waves')}</th></tr></thead>
      <tbody>
        {plan.paces.map(({ pace, totalSeconds, worstDowntimeSeconds, endless, stuck, waves }) => (
          <tr key={pace} className={pace === plan.pace ? 'best' : ''}>
            <td><button type="button" aria-pressed={pace === plan.pace} onClick={() => setPace(pace)}>{paceWords[pace]}</button></td>
            <td>{stuck > 0 ? t('{0} cannot go', stuck) : endless > 0 ? t('{0} never end', endless) : seconds(totalSeconds)}</td><td>{endless > 0 || stuck > 0 ? '' : seconds(worstDowntimeSeconds)}</td><td>{waves}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

/** Hosts that every guest of the plan was judged for. */
const commonHosts = (planned: readonly Planned[], targets: ReadonlyMap<string, readonly ShownTarget[]>): readonly string[] =>
  [...new Set(planned.flatMap(({ vm }) => (targets.get(vm) ?? []).map(({ host }) => host)))]

export function Moves(): ReactElement {
  const { planned, plan, failed, asking, targets } = useMoves()
  const shown = useStore((state) => state.shown)
  const version = shown?.version
  // Another text, other hosts, other times.
  useEffect(() => void askMoves(true), [version])
  const others = guestsAmong((shown?.diagram.boxes ?? []).map(({ id }) => id)).filter((id) => !planned.some(({ vm }) => vm === id))
  const add = useCallback((vm: string) => {
    if (vm === '') return
    aim(vm, undefined)
    // Its host is what is asked for next.
    setTimeout(() => document.querySelector<HTMLElement>(`vscode-dropdown[aria-label="${CSS.escape(t('Host for {0}', vm))}"]`)?.focus(), 60)
  }, [])
  const all = useCallback((host: string) => { if (host !== '') aimAll(host) }, [])
  const close = (): void => useStore.setState({ panel: 'inspector', selected: planned.at(-1)?.vm })
  const complete = planned.length > 0 && planned.every(({ to }) => to !== undefined)
  const [only] = planned
  return (
    <>
      <Title>{t('Move several guests')}</Title>
      {plan && planned.length > 0 && (
        <div className={`verdict ${!plan.feasible ? 'bad' : plan.moves.some(({ converged }) => converged === false) ? 'maybe' : 'good'}`} role="status">
          {!plan.feasible ? t('Not all can go') : plan.moves.some(({ converged }) => converged === false) ? t('It does not converge') : complete ? t('All can go') : t('Those with a host can go')}
          <span className="because">{sentenceOfMoves(plan)}</span>
        </div>
      )}
      {failed !== undefined && <p className="problem error">{failed}</p>}
      {asking && !plan && <p className="hint" role="status">{t('Simulating the moves…')}</p>}
      {planned.length > 0 && (
        <div className="buttons">
          <Button primary onClick={applyMoves} disabled={!complete || plan?.feasible !== true} title={t('Writes all new hosts into the text, as one change that can be undone')}>{t('Apply all')}</Button>
          <Button onClick={() => void expectMoves()} disabled={!complete} title={t('Writes a migrate expectation for each, so that it is checked from now on')}>{t('Expect them…')}</Button>
          <Button onClick={close}>{t('Close')}</Button>
        </div>
      )}
      {planned.length > 0 && (
        <div className="scroll">
          <table className="ways moves">
            <thead><tr><th>{t('guest')}</th><th>{t('to')}</th><th>{t('takes')}</th><th>{t('down')}</th><th>{t('alone')}</th><th><span className="unseen">{t('out')}</span></th></tr></thead>
            <tbody>{planned.map((one, i) => <Row key={one.vm} planned={one} targets={targets.get(one.vm)} move={plan?.moves.find(({ vm, to }) => vm === one.vm && to === one.to)} look={lookOfMove(plan ? Math.max(0, plan.moves.findIndex(({ vm }) => vm === one.vm)) : i)} />)}</tbody>
          </table>
        </div>
      )}
      <div className="row">
        {others.length > 0 && <Choice label={t('Add a guest')} value="" options={[['', t('Add a guest…')], ...others.map((id) => [id, id] as const)]} onChange={add} />}
        {planned.length > 1 && <Choice label={t('All to one host')} value="" options={[['', t('All to one host…')], ...commonHosts(planned, targets).map((host) => [host, host] as const)]} onChange={all} />}
      </div>
      <p className="hint">{t('A guest that is dragged onto a host now joins the plan. Nothing is written before it is applied.')}</p>
      {plan && planned.length > 0 && <Shared plan={plan} />}
      {plan && planned.length > 1 && <Paces plan={plan} />}
      {plan?.notes.map((note) => <p key={note} className="quiet">{note}</p>)}
      {plan && planned.length === 1 && only?.to !== undefined && <div className="buttons"><Button onClick={() => void openMigration(only.vm, only.to)}>{t('See the whole migration')}</Button></div>}
    </>
  )
}
