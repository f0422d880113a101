/** Plans of many moves: emptying a server, a rack or a site, and evening out the servers. All are applied as one change, or each by itself. */
import { Fragment, useCallback, useEffect, useState, type ReactElement, type ReactNode } from 'react'
import type { Answer, Question, ShownEvacuation, ShownMove } from '../../core/protocol.ts'
import { Button } from '../controls.ts'
import { ask } from '../host.ts'
import { applyOne, applyPlan, planOn, usePlans } from '../plans.ts'
import { useStore } from '../store.ts'
import { seconds } from './words.ts'
import { Title } from './Frame.tsx'
import { t } from '../l10n.ts'

/** Asked when it is opened, and again whenever the text has changed under an open one. */
function useAnswer<K extends Answer['kind']>(question: Question, kind: K, open: boolean): Extract<Answer, { kind: K }> | undefined {
  const version = useStore((state) => state.shown?.version)
  const [found, setFound] = useState<{ readonly of: string; readonly answer: Extract<Answer, { kind: K }> } | undefined>(undefined)
  const key = JSON.stringify(question)
  const of = `${version ?? ''} ${key}`
  useEffect(() => {
    if (!open) return
    let wanted = true
    void ask(JSON.parse(key) as Question).then((answer) => {
      const right = (one: Answer): one is Extract<Answer, { kind: K }> => one.kind === kind
      if (wanted && right(answer)) setFound({ of, answer })
    })
    return () => { wanted = false }
  }, [key, kind, open, of])
  return found?.of === of ? found.answer : undefined
}

const useOpen = (): readonly [boolean, (event: { readonly currentTarget: EventTarget & { readonly open?: boolean } }) => void] => {
  const [open, setOpen] = useState(false)
  return [open, useCallback((event) => setOpen(event.currentTarget.open === true), [])]
}

/** `rack:left` as a person says it. */
const nameOf = (word: string): string => word.replace(/^(rack|site):/, '$1 ')

/** What a move should know, or what forbids it, host by host: the first few. */
const mostReasons = 4
function reasonsOf({ findings }: ShownMove): string {
  const said = findings.map(({ host, message }) => (host === undefined || message.includes(host) ? message : `${host}: ${message}`))
  return `${said.slice(0, mostReasons).join('; ')}${said.length > mostReasons ? t('; and {0} more', said.length - mostReasons) : ''}`
}

function EvacuationTable({ plan }: { readonly plan: ShownEvacuation }): ReactElement {
  const going = plan.moves.flatMap(({ vm, to, feasible }) => (feasible && to !== null ? [{ vm, to }] : []))
  const stuck = plan.moves.length - going.length
  return (
    <>
      <div className={`verdict ${plan.moves.length === 0 ? '' : stuck > 0 ? 'bad' : plan.moves.some(({ converged }) => converged === false) ? 'maybe' : 'good'}`} role="status">
        {plan.moves.length === 0 ? t('Nothing runs there') : stuck > 0 ? t('{0} of {1} guests cannot go', stuck, plan.moves.length) : plan.moves.length === 1 ? t('Its one guest can go') : t('All {0} guests can go', plan.moves.length)}
        {going.length > 0 && <span className="because">{plan.parallel === 1 ? t('One at a time out of each host: {0}.', seconds(plan.totalSeconds)) : t('{0} at once out of each host: {1}.', plan.parallel, seconds(plan.totalSeconds))}</span>}
      </div>
      {going.length > 0 && (
        <div className="buttons">
          <Button primary onClick={() => void applyPlan(going)} title={t('Writes all new hosts into the text, as one change that can be undone')}>{stuck > 0 ? t('Apply the {0} that can go', going.length) : t('Apply all')}</Button>
          <Button onClick={() => planOn(going)} title={t('Hosts for each, what they share, who crosses whom')}>{t('Change the plan…')}</Button>
        </div>
      )}
      {plan.moves.length > 0 && (
        <div className="scroll">
          <table className="ways">
            <thead><tr><th>{t('wave')}</th><th>{t('guest')}</th><th>{t('to')}</th><th>{t('takes')}</th><th>{t('down')}</th><th><span className="unseen">{t('Apply')}</span></th></tr></thead>
            <tbody>
              {plan.moves.map((move) => (
                <Fragment key={move.vm}>
                  <tr className={move.to === null ? 'cannot' : ''}>
                    <td>{move.wave ?? '–'}</td><td>{move.vm}</td><td>{move.to ?? t('stays')}</td>
                    <td>{move.to === null ? '' : move.converged === false ? t('never ends') : seconds(move.totalSeconds)}</td><td>{move.to === null ? '' : seconds(move.downtimeSeconds)}</td>
                    <td>{move.to !== null && <Button label={t('Apply: {0} on {1}', move.vm, move.to)} onClick={() => void applyOne(move.vm, move.to ?? '')}>{t('Apply')}</Button>}</td>
                  </tr>
                  {(move.findings.length > 0 || move.to === null) && <tr className="risk"><td colSpan={6}>{move.findings.length === 0 ? t('there is no other host') : reasonsOf(move)}</td></tr>}
                </Fragment>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {plan.paces.length > 1 && <p className="quiet">{plan.paces.map((pace) => (pace.endless > 0 ? t('{0} at once: {1} never end', pace.parallel, pace.endless) : t('{0} at once: {1}, down {2} at most', pace.parallel, seconds(pace.totalSeconds), seconds(pace.worstDowntimeSeconds)))).join('; ')}</p>}
      {plan.notes.map((note) => <p key={note} className="quiet">{note}</p>)}
    </>
  )
}

function EvacuationOf({ word, open }: { readonly word: string; readonly open: boolean }): ReactElement | null {
  const plan = useAnswer({ kind: 'evacuate', host: word }, 'evacuate', open)?.plan
  if (!open) return null
  return plan ? <EvacuationTable plan={plan} /> : <p className="hint" role="status">{t('Placing its guests…')}</p>
}

const percent = (ratio: number): string => `${Math.round(ratio * 1000) / 10} %`

function BalanceOf({ open }: { readonly open: boolean }): ReactElement | null {
  const plan = useAnswer({ kind: 'rebalance' }, 'rebalance', open)?.plan
  if (!open) return null
  if (!plan) return <p className="hint" role="status">{t('Weighing the servers…')}</p>
  return (
    <>
      {plan.moves.length > 0 && (
        <>
          <p className="quiet">{t('The fullest server goes from {0} to {1}, in {2}.', percent(plan.fullestBefore), percent(plan.fullestAfter), seconds(plan.totalSeconds))}</p>
          <div className="buttons">
            <Button primary onClick={() => void applyPlan(plan.moves)} title={t('Writes all new hosts into the text, as one change that can be undone')}>{t('Apply all')}</Button>
            <Button onClick={() => planOn(plan.moves)} title={t('Hosts for each, what they share, who crosses whom')}>{t('Change the plan…')}</Button>
          </div>
          <div className="scroll">
            <table className="ways">
              <thead><tr><th>{t('guest')}</th><th>{t('from')}</th><th>{t('to')}</th><th>{t('gains')}</th><th><span className="unseen">{t('Apply')}</span></th></tr></thead>
              <tbody>
                {plan.moves.map((move) => (
                  <Fragment key={move.vm}>
                    <tr>
                      <td>{move.vm}</td><td>{move.from}</td><td>{move.to}</td><td>{percent(move.gain)}</td>
                      <td><Button label={t('Apply: {0} on {1}', move.vm, move.to)} onClick={() => void applyOne(move.vm, move.to)}>{t('Apply')}</Button></td>
                    </tr>
                    <tr className="risk"><td colSpan={5}>{`${move.from} ${percent(move.fromBefore)} → ${percent(move.fromAfter)}, ${move.to} ${percent(move.toBefore)} → ${percent(move.toAfter)}`}</td></tr>
                  </Fragment>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {plan.notes.map((note) => <p key={note} className="quiet">{note}</p>)}
    </>
  )
}

function Folded({ summary, children }: { readonly summary: string; readonly children: (open: boolean) => ReactNode }): ReactElement {
  const [open, toggle] = useOpen()
  return <details className="plan" onToggle={toggle}><summary>{summary}</summary>{children(open)}</details>
}

/** Folded away below a migration: the guest's host altogether, and the rack it stands in. */
export function FurtherPlans({ host }: { readonly host: string }): ReactElement {
  const boxes = useStore((state) => state.shown?.diagram.boxes)
  const around = boxes?.find(({ id }) => id === boxes.find((box) => box.id === host)?.parent)
  const words = [host, ...(around && (around.kind === 'rack' || around.kind === 'site') ? [around.id] : [])]
  return (
    <>
      {words.map((word) => <Folded key={word} summary={t('Empty {0} altogether', nameOf(word))}>{(open) => <EvacuationOf word={word} open={open} />}</Folded>)}
      <Folded summary={t('Even out the servers')}>{(open) => <BalanceOf open={open} />}</Folded>
    </>
  )
}

/** The same as a panel of its own. */
export function Plans(): ReactElement {
  const word = usePlans((state) => state.word)
  return word === undefined
    ? <><Title>{t('Even out the servers')}</Title><BalanceOf open /></>
    : <><Title>{t('Empty {0}', nameOf(word))}</Title><EvacuationOf key={word} word={word} open /></>
}
