/** The phases of a migration on one time line, its rounds, and its stop magnified. */
import type { ReactElement } from 'react'
import type { ShownMigration } from '../../core/protocol.ts'
import { RoundsPlot, StopPlot } from './migration-rounds.tsx'
import { seconds } from './words.ts'
import { t, word } from '../l10n.ts'

const width = 320

export function Phases({ report }: { readonly report: ShownMigration }): ReactElement | null {
  const total = report.totalSeconds
  if (total === null || total <= 0 || report.phases.length === 0) return null
  // A downtime of milliseconds in a minute would be invisible: every phase has at least this share.
  const least = 0.05
  const raw = report.phases.map((phase) => Math.max(least, phase.seconds / total))
  const sum = raw.reduce((a, b) => a + b, 0)
  let x = 0
  return (
    <figure>
      <svg viewBox={`0 0 ${width} 34`} role="img" aria-label={report.phases.map((phase) => `${word(phase.name)} ${seconds(phase.seconds)}`).join(', ')}>
        {report.phases.map((phase, i) => {
          const w = ((raw[i] ?? 0) / sum) * width
          const at = x
          x += w
          return (
            <g key={i}>
              <title>{`${word(phase.name)}: ${seconds(phase.seconds)}`}</title>
              <rect className={`phase ${/down|stop|blackout/i.test(phase.name) ? 'down' : ''} n${i % 3}`} x={at} y={2} width={Math.max(1, w - 1)} height={14} />
            </g>
          )
        })}
      </svg>
      <figcaption>{report.phases.map((phase, i) => <span key={i} className="phase-name"><span className={`key phase ${/down|stop|blackout/i.test(phase.name) ? 'down' : ''} n${i % 3}`} /> {word(phase.name)} {seconds(phase.seconds)}</span>)}{' '}{t('(short phases are drawn wider)')}</figcaption>
    </figure>
  )
}

export function Timeline({ report }: { readonly report: ShownMigration }): ReactElement {
  return (
    <>
      <Phases report={report} />
      <RoundsPlot report={report} />
      <StopPlot report={report} />
    </>
  )
}
