/** Plans of many moves beside one: emptying the guest's host, and evening out the hosts. Each move is applied by itself and undone by itself. */
import { useCallback, useEffect, useState, type ReactElement } from 'react'
import type { Answer, Question } from '../../core/protocol.ts'
import { Button } from '../controls.ts'
import { ask, send } from '../host.ts'
import { useStore } from '../store.ts'
import { seconds } from './words.ts'
import { t } from '../l10n.ts'

/** Asked when it is opened, and again whenever the text has changed under an open one. */
function useAnswer<K extends Answer['kind']>(question: Question, kind: K, open: boolean): Extract<Answer, { kind: K }> | undefined {
  const version = useStore((state) => state.shown?.version)
  const [found, setFound] = useState<{ readonly of: number | undefined; readonly answer: Extract<Answer, { kind: K }> } | undefined>(undefined)
  const key = JSON.stringify(question)
  useEffect(() => {
    if (!open) return
    let wanted = true
    void ask(JSON.parse(key) as Question).then((answer) => {
      const right = (one: Answer): one is Extract<Answer, { kind: K }> => one.kind === kind
      if (wanted && right(answer)) setFound({ of: version, answer })
    })
    return () => { wanted = false }
  }, [key, kind, open, version])
  return found?.of === version ? found?.answer : undefined
}

/** One change of the text, as a drop on the canvas would make it. */
function apply(guest: string, host: string): void {
  const { shown } = useStore.getState()
  if (shown) send({ kind: 'change', version: shown.version, change: { kind: 'move', guest, host }, label: `Move ${guest} to ${host}` })
}

const useOpen = (): readonly [boolean, (event: { readonly currentTarget: EventTarget & { readonly open?: boolean } }) => void] => {
  const [open, setOpen] = useState(false)
  return [open, useCallback((event) => setOpen(event.currentTarget.open === true), [])]
}

export function Evacuation({ host }: { readonly host: string }): ReactElement {
  const [open, toggle] = useOpen()
  const plan = useAnswer({ kind: 'evacuate', host }, 'evacuate', open)?.plan
  return (
    <details className="plan" onToggle={toggle}>
      <summary>{t('Empty {0} altogether', host)}</summary>
      {open && !plan && <p className="hint" role="status">{t('Placing its guests…')}</p>}
      {open && plan && (
        <>
          <p className="quiet">{plan.moves.length}{' '}{t('guests,')}{' '}{plan.parallel === 1 ? t('one after the other') : t('{0} at once', plan.parallel)}: {seconds(plan.totalSeconds)}{plan.feasible ? '' : t('; {0} cannot go', plan.moves.filter(({ feasible }) => !feasible).length)}</p>
          <div className="scroll">
            <table className="ways">
              <thead><tr><th>{t('wave')}</th><th>{t('guest')}</th><th>{t('to')}</th><th>{t('takes')}</th><th>{t('down')}</th><th /></tr></thead>
              <tbody>
                {plan.moves.map((move) => (
                  <tr key={move.vm} title={move.findings.map(({ host: refusing, message }) => (refusing === undefined ? message : `${refusing}: ${message}`)).join('; ')}>
                    <td>{move.wave ?? '–'}</td><td>{move.vm}</td><td>{move.to ?? <span className="quiet">{t('nowhere: {0}', move.findings[0]?.message ?? 'there is no other host')}</span>}</td>
                    <td>{move.converged === false ? t('never ends') : seconds(move.totalSeconds)}</td><td>{seconds(move.downtimeSeconds)}</td>
                    <td>{move.to !== null && <Button label={t('Move {0} to {1}', move.vm, move.to)} onClick={() => apply(move.vm, move.to ?? '')}>{t('Apply')}</Button>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {plan.paces.length > 1 && <p className="quiet">{plan.paces.map((pace) => `${pace.parallel} at once: ${pace.endless > 0 ? `${pace.endless} never end` : `${seconds(pace.totalSeconds)}, down ${seconds(pace.worstDowntimeSeconds)} at most`}`).join('; ')}</p>}
          {plan.notes.map((note) => <p key={note} className="quiet">{note}</p>)}
        </>
      )}
    </details>
  )
}

const percent = (ratio: number): string => `${Math.round(ratio * 1000) / 10} %`

export function Balance(): ReactElement {
  const [open, toggle] = useOpen()
  const plan = useAnswer({ kind: 'rebalance' }, 'rebalance', open)?.plan
  return (
    <details className="plan" onToggle={toggle}>
      <summary>{t('Even out the servers')}</summary>
      {open && !plan && <p className="hint" role="status">{t('Weighing the servers…')}</p>}
      {open && plan && (
        <>
          <p className="quiet">{t('The fullest server goes from {0} to {1}, in {2}.', percent(plan.fullestBefore), percent(plan.fullestAfter), seconds(plan.totalSeconds))}</p>
          <div className="scroll">
            <table className="ways">
              <thead><tr><th>{t('guest')}</th><th>{t('from')}</th><th>{t('to')}</th><th>{t('gains')}</th><th /></tr></thead>
              <tbody>
                {plan.moves.map((move) => (
                  <tr key={move.vm} title={`${move.from} ${percent(move.fromBefore)} → ${percent(move.fromAfter)}, ${move.to} ${percent(move.toBefore)} → ${percent(move.toAfter)}`}>
                    <td>{move.vm}</td><td>{move.from}</td><td>{move.to}</td><td>{percent(move.gain)}</td>
                    <td><Button label={t('Move {0} to {1}', move.vm, move.to)} onClick={() => apply(move.vm, move.to)}>{t('Apply')}</Button></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {plan.notes.map((note) => <p key={note} className="quiet">{note}</p>)}
        </>
      )}
    </details>
  )
}
