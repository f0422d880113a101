/** The ways to move a guest beside each other, what every orchestrator would do with it, and what many runs come to. */
import { Fragment, useEffect, useState, type ReactElement } from 'react'
import { migrationModes } from '../../core/infra/parts.ts'
import { studyCsv, studyMarkdown } from '../../core/migration/study-text.ts'
import type { ShownForecast, ShownMigration } from '../../core/protocol.ts'
import { Button } from '../controls.ts'
import { ask, send } from '../host.ts'
import { simulateBy, useProfile } from './migration-ask.ts'
import { Orchestrators } from './migration-orchestrators.tsx'
import { SweepPlot } from './migration-sweep.tsx'
import { bytes, seconds } from './words.ts'
import { t } from '../l10n.ts'

type Row = NonNullable<ShownForecast['advice']>['ways'][number]

/** The mode that a way is chosen by; auto-converge is a setting of the file, not a mode. */
const modeOf = (name: string): (typeof migrationModes)[number] | undefined => migrationModes.find((mode) => mode === name)

function Rows({ caption, rows, best, choose }: { readonly caption: string; readonly rows: readonly Row[]; readonly best: string | null; readonly choose?: (name: string) => void }): ReactElement {
  return (
    <div className="scroll">
      <table className="ways advice">
        <caption>{caption}</caption>
        <thead><tr><th>{t('way')}</th><th>{t('in all')}</th><th>{t('down')}</th><th>{t('peers')}</th><th>{t('guest slowed')}</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <Fragment key={row.name}>
            <tr className={row.name === best ? 'best' : ''}>
              <td>{choose && modeOf(row.name) ? <button type="button" title={t('Simulate {0}', row.name)} onClick={() => choose(row.name)}>{row.name}</button> : row.name}{row.name === best ? ' ★' : ''}</td>
              <td>{!row.feasible ? t('forbidden') : row.converged === false ? t('never') : seconds(row.totalSeconds)}</td><td>{seconds(row.downtimeSeconds)}</td><td>{seconds(row.gapSeconds)}</td>
              <td>{row.converged === null ? t('unknown') : row.slowedSeconds > 0 ? seconds(row.slowedSeconds) : row.exposedSeconds > 0 ? t('pulls for {0}', seconds(row.exposedSeconds)) : t('no')}</td>
            </tr>
            <tr className="risk"><td colSpan={5}>{(row.feasible ? [row.risk, ...row.risks] : row.risks).join('; ')}</td></tr>
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  )
}

type Study = NonNullable<ShownForecast['study']>

function Runs({ study, advice, file }: { readonly study: Study; readonly advice: ShownForecast['advice']; readonly file: string }): ReactElement | null {
  const { distribution, session } = study
  if (distribution.runs.length === 0) return null
  const rows = [
    [t('in all'), distribution.totalSeconds, seconds], [t('down'), distribution.downtimeSeconds, seconds], [t('peers'), distribution.gapSeconds, seconds],
    [t('sent'), distribution.transferredBytes, bytes], [t('lost of {0} packets/s', session.probeRate), distribution.packetsLost, (value: number | null) => (value === null ? t('unknown') : String(value))],
  ] as const
  return (
    <>
      <div className="scroll">
        <table className="ways">
          <caption>{t('{0} runs with varied writes, path and moment: {1} % end', distribution.runs.length, Math.round((distribution.successRate ?? 0) * 100))}</caption>
          <thead><tr><td /><th>5 %</th><th>{t('median')}</th><th>95 %</th></tr></thead>
          <tbody>{rows.map(([name, spread, print]) => <tr key={name}><td>{name}</td>{[spread?.p05, spread?.median, spread?.p95].map((value, i) => <td key={i}>{print(value ?? null)}</td>)}</tr>)}</tbody>
        </table>
      </div>
      <div className="buttons">
        {([['Markdown', 'md', () => studyMarkdown(study, advice)], ['CSV', 'csv', () => studyCsv(study)], ['JSON', 'json', () => `${JSON.stringify(study, undefined, 2)}\n`]] as const).map(([name, ending, content]) => (
          <Button key={ending} title={t('Save the study as {0}', name)} onClick={() => send({ kind: 'save', name: `${file}-study.${ending}`, content: content() })}>{t('Study as {0}', name)}</Button>
        ))}
      </div>
    </>
  )
}

/** Asked after the report is shown, so that nobody waits for it. */
export function Forecast({ report }: { readonly report: ShownMigration }): ReactElement | null {
  const [found, setFound] = useState<{ readonly of: ShownMigration; readonly forecast: ShownForecast } | undefined>(undefined)
  const profile = useProfile((state) => state.profile)
  useEffect(() => {
    let wanted = true
    void ask({ kind: 'forecast', vm: report.vm, to: report.to, mode: report.mode, ...(profile && { profile }) }).then((answer) => {
      if (wanted && answer.kind === 'forecast') setFound({ of: report, forecast: answer.forecast })
    })
    return () => { wanted = false }
  }, [report, profile])
  if (!found || found.of !== report) return report.feasible ? <p className="hint" role="status">{t('Comparing the ways to do it…')}</p> : null
  const { advice, sweep, study } = found.forecast
  const file = `${report.vm}-to-${report.to}`
  const choose = (name: string): void => {
    const mode = modeOf(name)
    if (mode) void simulateBy(report.to, mode)
  }
  return (
    <>
      {advice && <Rows caption={`Ways beside each other; best: ${advice.because}`} rows={advice.ways} best={advice.best} choose={choose} />}
      {sweep && report.feasible && <SweepPlot sweep={sweep} file={file} mine={{ total: report.totalSeconds, down: report.downtimeSeconds }} />}
      {study && <Runs study={study} advice={advice} file={file} />}
      {advice && advice.profiles.length > 0 && <Orchestrators rows={advice.profiles} />}
    </>
  )
}
