/** The rounds of a migration: what each sent against what the guest dirtied meanwhile; and the stop, magnified. */
import type { ReactElement } from 'react'
import type { ShownMigration } from '../../core/protocol.ts'
import { colours, faint, Plot, plotWidth, tipOf } from './migration-plot.tsx'
import { bytes, seconds } from './words.ts'
import { t } from '../l10n.ts'

interface RoundRow {
  readonly round: number
  readonly start: number
  readonly seconds: number
  readonly sent: number
  readonly dirtied: number
}
const isRound = (value: unknown): value is RoundRow => typeof value === 'object' && value !== null && 'dirtied' in value
const RoundTip = tipOf(isRound, ({ round, start, seconds: long, sent, dirtied }) =>
  [`Round ${round}, from ${seconds(start)} on, ${seconds(long)}`, `${bytes(sent)} sent`, `${bytes(dirtied)} dirtied meanwhile`])

/** A sixteenth, a quarter, all: even steps on a root scale. */
const ticksTo = (most: number): number[] => [0, most / 16, most / 4, (most * 9) / 16, most]

export function RoundsPlot({ report }: { readonly report: ShownMigration }): ReactElement | null {
  const { rounds, phases, vm, to } = report
  if (rounds.length === 0) return null
  let clock = phases.find(({ name }) => /^pre-/.test(name))?.start ?? 0
  const rows = rounds.map((round): RoundRow => {
    const start = clock
    clock += round.seconds
    return { ...round, start }
  })
  const first = rows[0]
  const last = rows.at(-1)
  return (
    <Plot
      height={150}
      title={t('Rounds')} file={`${vm}-to-${to}-rounds`} says={`${rounds.length} rounds; the first sends ${bytes(first?.sent ?? 0)} and ${bytes(first?.dirtied ?? 0)} are dirtied meanwhile, the last sends ${bytes(last?.sent ?? 0)}`}
      head={['round', 'begins', 'takes', 'sent', 'dirtied']} rows={rows.map((row) => [String(row.round), seconds(row.start), seconds(row.seconds), bytes(row.sent), bytes(row.dirtied)])}
      caption={<><span className="key blue" />{' '}{t('sent')}{' '}<span className="key yellow" />{' '}{t('dirtied meanwhile (root scale)')}</>}
    >
      {({ Bar, BarChart, CartesianGrid, Tooltip, XAxis, YAxis }) => (
        <BarChart width={plotWidth} height={150} data={rows} margin={{ top: 4, right: 4, bottom: 0, left: 0 }} accessibilityLayer barGap={1}>
          <CartesianGrid stroke={faint} strokeOpacity={0.4} vertical={false} />
          <XAxis dataKey="round" tickLine={false} stroke={faint} interval="preserveStartEnd" />
          <YAxis scale="sqrt" domain={[0, 'dataMax']} ticks={ticksTo(Math.max(...rows.map(({ sent, dirtied }) => Math.max(sent, dirtied))))} width={56} tickFormatter={(value: number) => bytes(value)} tickLine={false} stroke={faint} />
          <Tooltip content={<RoundTip />} cursor={{ fill: faint, fillOpacity: 0.3 }} isAnimationActive={false} />
          <Bar dataKey="sent" fill={colours.blue} isAnimationActive={false} minPointSize={1} />
          <Bar dataKey="dirtied" fill={colours.yellow} isAnimationActive={false} />
        </BarChart>
      )}
    </Plot>
  )
}

interface StopRow {
  readonly name: string
  readonly before: number
  readonly long: number
  readonly colour: string
  readonly says: string
}
const isStop = (value: unknown): value is StopRow => typeof value === 'object' && value !== null && 'says' in value
const StopTip = tipOf(isStop, ({ name, says }) => [name, says])
/** Before the stop there is a sign; a number of seconds has none of its own. */
const sinceStop = (at: number): string => (at < 0 ? `−${seconds(-at)}` : seconds(at))
/** QEMU announces a guest that runs again at these seconds after it does. */
const announced = [0, 0.05, 0.2, 0.45, 0.8]

/** A few hundred milliseconds around the stop: the hypervisor's downtime, what drains, the window in which peers lose packets. */
export function StopPlot({ report }: { readonly report: ShownMigration }): ReactElement | null {
  const { downtimeSeconds: down, gapSeconds: gap, network, vm, to, mode, phases } = report
  if (down === null || gap === null || down <= 0) return null
  const lost = network.flatMap(({ lostSeconds }) => lostSeconds ?? [])
  const window = lost.length > 0 ? Math.max(...lost) : null
  const live = mode !== 'cold'
  const before = live ? Math.max(0.02, gap * 0.15) : gap * 0.02
  const end = Math.max(gap * 1.15, window ?? 0, live ? gap + 0.85 : 0) + before
  const stopAt = phases.find(({ name }) => /^(stop|checkpoint|shut)/.test(name))?.start
  const rows: StopRow[] = [
    { name: 'runs here', before: 0, long: before, colour: colours.green, says: 'the guest still runs where it was' },
    { name: 'stopped', before, long: down, colour: colours.red, says: `${seconds(down)}: the hypervisor's downtime` },
    ...(gap > down ? [{ name: 'in flight', before: before + down, long: gap - down, colour: colours.yellow, says: `${seconds(gap - down)}: what is on its way arrives, the devices are loaded` }] : []),
    ...(window === null ? [] : [{ name: 'peers lose', before, long: window, colour: colours.purple, says: `${seconds(window)}: packets to and from it are lost` }]),
    { name: 'runs there', before: before + gap, long: Math.max(0, end - before - gap), colour: colours.green, says: 'it runs at its new place' },
  ]
  return (
    <Plot
      height={30 + 24 * rows.length}
      title={t('The stop, magnified')} file={`${vm}-to-${to}-stop`} says={`The hypervisor counts ${seconds(down)}, the guest is away for ${seconds(gap)}${window === null ? '' : `, its peers lose packets for ${seconds(window)}`}`}
      head={['what', 'begins', 'takes']} rows={rows.map((row) => [row.name, sinceStop(row.before - before), seconds(row.long)])}
      caption={<>{stopAt === undefined ? '' : t('Zero is {0} after the start. ', seconds(stopAt))}{live && <>{t('Dashed: announcements,')}{' '}{announced.map((at) => Math.round(at * 1000)).join(', ')}{' '}{t('ms after it runs again.')}</>}</>}
    >
      {({ Bar, BarChart, ReferenceLine, Tooltip, XAxis, YAxis }) => (
        <BarChart width={plotWidth} height={30 + 24 * rows.length} data={rows} layout="vertical" margin={{ top: 4, right: 22, bottom: 0, left: 0 }} accessibilityLayer barSize={12}>
          <XAxis type="number" domain={[0, end]} ticks={[before, before + gap, ...(end > before + gap + 0.5 ? [end] : [])]} interval={0} tickFormatter={(value: number) => seconds(Math.round((value - before) * 1e3) / 1e3)} tickLine={false} stroke={faint} />
          <YAxis type="category" dataKey="name" width={70} tickLine={false} stroke={faint} />
          <Tooltip content={<StopTip />} cursor={{ fill: faint, fillOpacity: 0.3 }} isAnimationActive={false} />
          {live && announced.map((at) => <ReferenceLine key={at} x={before + gap + at} stroke={faint} strokeDasharray="3 3" />)}
          <Bar dataKey="before" stackId="time" fill="transparent" isAnimationActive={false} />
          <Bar dataKey="long" stackId="time" isAnimationActive={false} minPointSize={2} shape={StopBar} />
        </BarChart>
      )}
    </Plot>
  )
}

interface BarShape {
  readonly x?: number
  readonly y?: number
  readonly width?: number
  readonly height?: number
  readonly payload?: unknown
}
/** A row in its own colour. */
function StopBar({ x = 0, y = 0, width = 0, height = 0, payload }: BarShape): ReactElement {
  return <rect x={x} y={y} width={Math.max(0, width)} height={Math.max(0, height)} fill={isStop(payload) ? payload.colour : 'transparent'} />
}
