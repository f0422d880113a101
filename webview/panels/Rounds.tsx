/** The rounds of a pre-copy as bars: what was sent, and what the guest dirtied meanwhile; and the phases on one time line. */
import type { ReactElement } from 'react'
import type { ShownMigration } from '../../core/protocol.ts'
import { bytes, seconds } from './words.ts'

const width = 320
const height = 110

export function Rounds({ rounds }: { readonly rounds: ShownMigration['rounds'] }): ReactElement | null {
  if (rounds.length === 0) return null
  const most = Math.max(...rounds.map((round) => Math.max(round.sent, round.dirtied)), 1)
  const step = width / rounds.length
  const bar = Math.max(1, Math.min(18, step / 2 - 2))
  // Later rounds are small beside the first: roots keep them in sight, and the numbers are in the tooltip and in the list.
  const tall = (value: number): number => (value <= 0 ? 0 : Math.max(1.5, Math.sqrt(value / most) * (height - 22)))
  return (
    <figure>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${rounds.length} rounds; the first sends ${bytes(rounds[0]?.sent ?? 0)}, the last ${bytes(rounds.at(-1)?.sent ?? 0)}`}>
        <line x1={0} x2={width} y1={height - 16} y2={height - 16} className="axis" />
        {rounds.map((round, i) => (
          <g key={round.round}>
            <title>{`Round ${round.round}: ${bytes(round.sent)} sent in ${seconds(round.seconds)}, ${bytes(round.dirtied)} dirtied`}</title>
            <rect className="sent" x={i * step + step / 2 - bar - 1} y={height - 16 - tall(round.sent)} width={bar} height={tall(round.sent)} />
            <rect className="dirtied" x={i * step + step / 2 + 1} y={height - 16 - tall(round.dirtied)} width={bar} height={tall(round.dirtied)} />
            {(rounds.length <= 14 || i % Math.ceil(rounds.length / 12) === 0) && <text x={i * step + step / 2} y={height - 4} textAnchor="middle">{round.round}</text>}
          </g>
        ))}
      </svg>
      <figcaption><span className="key sent" /> sent <span className="key dirtied" /> dirtied, per round (root scale)</figcaption>
    </figure>
  )
}

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
      <svg viewBox={`0 0 ${width} 34`} role="img" aria-label={report.phases.map((phase) => `${phase.name} ${seconds(phase.seconds)}`).join(', ')}>
        {report.phases.map((phase, i) => {
          const w = ((raw[i] ?? 0) / sum) * width
          const at = x
          x += w
          return (
            <g key={i}>
              <title>{`${phase.name}: ${seconds(phase.seconds)}`}</title>
              <rect className={`phase ${/down|stop|blackout/i.test(phase.name) ? 'down' : ''} n${i % 3}`} x={at} y={2} width={Math.max(1, w - 1)} height={14} />
            </g>
          )
        })}
      </svg>
      <figcaption>{report.phases.map((phase, i) => <span key={i} className="phase-name"><span className={`key phase ${/down|stop|blackout/i.test(phase.name) ? 'down' : ''} n${i % 3}`} /> {phase.name} {seconds(phase.seconds)}</span>)} (short phases are drawn wider)</figcaption>
    </figure>
  )
}
