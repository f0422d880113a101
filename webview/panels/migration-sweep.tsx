/** Total time and downtime of a migration, had the path or the guest's writes been others: where the knee is, and how far this one is from it. */
import { useState, type ReactElement } from 'react'
import { sweepCsv } from '../../core/migration/study-text.ts'
import type { ShownForecast } from '../../core/protocol.ts'
import { send } from '../host.ts'
import { colours, faint, Plot, plotWidth, tipOf } from './migration-plot.tsx'
import { bytes, seconds } from './words.ts'
import { t } from '../l10n.ts'

type Sweep = NonNullable<ShownForecast['sweep']>
type Point = Sweep['byBandwidth'][number]

const isPoint = (value: unknown): value is Point => typeof value === 'object' && value !== null && 'totalSeconds' in value
const tellOf = (point: Point): string => (point.converged === false ? t('does not converge') : t`${seconds(point.totalSeconds)} in all, ${seconds(point.downtimeSeconds)} down`)
const BandwidthTip = tipOf(isPoint, (point) => [t`at ${bytes(point.x)}/s of path`, tellOf(point)])
const DirtyTip = tipOf(isPoint, (point) => [t`at ${bytes(point.x)}/s dirtied`, tellOf(point)])

/** The ends and the middle of a logarithmic axis. */
const logTicks = (points: readonly Point[]): number[] => [points[1], points[(points.length - 1) / 2], points[points.length - 2]].flatMap((point) => point?.x ?? [])
/** Two digits are enough for an axis. */
const roundBytes = (value: number): string => bytes(value).replace(/\.\d+(?= )/, '')

/** This migration's own times, where it ends. Seconds. */
interface Mine {
  readonly total: number | null
  readonly down: number | null
}
const ground = 'var(--vscode-sideBar-background, var(--vscode-editor-background))'

export function SweepPlot({ sweep, file, mine }: { readonly sweep: Sweep; readonly file: string; readonly mine: Mine }): ReactElement | null {
  const [by, setBy] = useState<'bandwidth' | 'dirtyRate'>('bandwidth')
  const points = by === 'bandwidth' ? sweep.byBandwidth : sweep.byDirtyRate
  if (sweep.byBandwidth.length === 0) return null
  const here = by === 'bandwidth' ? sweep.bandwidth : sweep.dirtyRate
  const ends = points.filter(({ converged }) => converged !== false)
  const never = points.length - ends.length
  const x = { by, label: by === 'bandwidth' ? 'bandwidth' : 'dirty rate' }
  return (
    <Plot
      height={160}
      title={t('Against the {0}', x.label)} file={`${file}-${x.label.replace(' ', '-')}`}
      says={points.length === 0 ? 'The guest writes nothing.' : `From ${bytes(points[0]?.x ?? 0)} to ${bytes(points.at(-1)?.x ?? 0)} a second: ${points.map((point) => `${bytes(point.x)}: ${tellOf(point)}`).filter((_, i) => i % 6 === 0).join('; ')}`}
      head={[x.label, 'total', 'downtime']} rows={points.map((point) => [`${bytes(point.x)}/s`, point.converged === false ? 'never' : seconds(point.totalSeconds), seconds(point.downtimeSeconds)])}
      tools={[<button key="csv" type="button" onClick={() => send({ kind: 'save', name: `${file}-curves.csv`, content: sweepCsv(sweep) })}>{t('Save as CSV')}</button>, ...(['bandwidth', 'dirtyRate'] as const).map((one) => (
        <button key={one} type="button" aria-pressed={by === one} disabled={one === 'dirtyRate' && sweep.byDirtyRate.length === 0} onClick={() => setBy(one)}>{one === 'bandwidth' ? t('bandwidth') : t('dirty rate')}</button>
      ))]}
      caption={<><span className="key line blue" />{' '}{t('in all (left)')}{' '}<span className="key line red" />{' '}{t('down (right); dashed and dots: this migration')}{never > 0 ? t('; {0} of {1} points do not converge', never, points.length) : ''}</>}
    >
      {({ CartesianGrid, Line, LineChart, ReferenceDot, ReferenceLine, Tooltip, XAxis, YAxis }) => (
        <LineChart width={plotWidth} height={160} data={[...points]} margin={{ top: 4, right: 0, bottom: 0, left: 0 }} accessibilityLayer>
          <CartesianGrid stroke={faint} strokeOpacity={0.4} />
          <XAxis dataKey="x" type="number" scale="log" domain={['dataMin', 'dataMax']} ticks={logTicks(points)} interval={0} tickFormatter={(value: number) => `${roundBytes(value)}/s`} tickLine={false} stroke={faint} minTickGap={24} />
          <YAxis yAxisId="total" width={58} tickFormatter={(value: number) => seconds(value)} tickLine={false} stroke={faint} domain={[0, 'auto']} />
          <YAxis yAxisId="down" orientation="right" width={46} tickFormatter={(value: number) => seconds(value)} tickLine={false} stroke={faint} domain={[0, 'auto']} />
          <Tooltip content={by === 'bandwidth' ? <BandwidthTip /> : <DirtyTip />} cursor={{ stroke: faint }} isAnimationActive={false} />
          {here !== null && here > 0 && <ReferenceLine yAxisId="total" x={here} stroke={colours.purple} strokeDasharray="4 3" />}
          {here !== null && here > 0 && mine.total !== null && <ReferenceDot yAxisId="total" x={here} y={mine.total} r={4.5} fill={colours.blue} stroke={ground} strokeWidth={1.5} />}
          {here !== null && here > 0 && mine.down !== null && <ReferenceDot yAxisId="down" x={here} y={mine.down} r={4.5} fill={colours.red} stroke={ground} strokeWidth={1.5} />}
          <Line yAxisId="total" dataKey="totalSeconds" stroke={colours.blue} strokeWidth={2} dot={false} connectNulls={false} isAnimationActive={false} />
          <Line yAxisId="down" dataKey="downtimeSeconds" stroke={colours.red} strokeWidth={2} dot={false} connectNulls={false} isAnimationActive={false} />
        </LineChart>
      )}
    </Plot>
  )
}
