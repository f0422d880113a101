/** A study on paper: Markdown for people, CSV for a spreadsheet. */
import { printBitRate, printSize, printTime } from '../address/quantity.ts'
import type { Advice, AdviceRow, Spread, Study, Sweep, SweepPoint } from './study-report.ts'

const time = (seconds: number | null): string => (seconds === null ? 'unknown' : printTime(seconds))
const rate = (bytes: number | null): string => (bytes === null ? 'unknown' : `${printSize(bytes)}/s`)
/** A cell of a table: a bar would end it. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ')

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n') + '\n'

/** The whole study; with an advice, the ways and orchestrators beside each other too. */
export function studyMarkdown(study: Study, advice?: Advice): string {
  const { session, phases, agents, distribution } = study
  const limit = session.downtimeLimit === null ? 'rises' : printTime(session.downtimeLimit)
  let text = `# Migration of ${session.vm} from ${session.from} to ${session.to}\n\n`
  text += `Outcome: **${study.outcome}**${study.because === null ? '' : `: ${study.because}`}. Total time ${time(study.totalSeconds)}, downtime ${time(study.downtimeSeconds)}.\n\n## Session\n\n`
  text += tableOf(['parameter', 'value'], [
    ['mode', session.mode], ['profile', session.profile], ['memory', session.memory === null ? 'unknown' : printSize(session.memory)], ['not zero', printSize(session.resident)],
    ['working set', printSize(session.workingSet)], ['dirty rate', `${printSize(session.dirtyRate)}/s`], ['path', session.bandwidth === null ? 'unknown' : printBitRate(session.bandwidth * 8)],
    ['downtime limit', limit], ['probes', `${session.probeRate} a second`], ['runs', `${session.runs}, seed ${session.seed}`],
  ])
  text += `\n## Phases\n\n${tableOf(['phase', 'begins', 'takes'], phases.map(({ name, start, seconds }) => [name, printTime(start), printTime(seconds)]))}`
  text += `\n## Agents\n\n${tableOf(['peer', 'before', 'after', 'lost for', 'packets lost', 'delay before', 'during', 'after', 'sessions'], agents.map((agent) => [
    agent.peer, agent.before, agent.after, time(agent.lossSeconds), agent.packetsLost === null ? 'unknown' : String(agent.packetsLost),
    time(agent.delayBefore), time(agent.delayDuring), time(agent.delayAfter), agent.sessions,
  ]))}`
  if (distribution.runs.length > 0) {
    const row = (name: string, spread: Spread | null, print: (value: number) => string): readonly string[] =>
      [name, ...(spread ? [spread.least, spread.p05, spread.median, spread.mean, spread.p95, spread.most].map(print) : ['–', '–', '–', '–', '–', '–'])]
    text += `\n## Distribution\n\n${distribution.runs.length} runs, ${Math.round((distribution.successRate ?? 0) * 1000) / 10} % successful.\n\n`
    text += tableOf(['of', 'least', '5 %', 'median', 'mean', '95 %', 'most'], [
      row('total time', distribution.totalSeconds, printTime), row('downtime', distribution.downtimeSeconds, printTime), row('gap', distribution.gapSeconds, printTime),
      row('bytes sent', distribution.transferredBytes, printSize), row('packets lost', distribution.packetsLost, (value) => String(Math.round(value * 10) / 10)),
    ])
  }
  if (advice) {
    text += `\n## Ways\n\n${tableOf(adviceHead, advice.ways.map(adviceCells))}\nBest: ${advice.because}.\n`
    if (advice.profiles.length > 0) text += `\n## Orchestrators\n\n${tableOf(adviceHead, advice.profiles.map(adviceCells))}`
  }
  return `${text}\n${study.notes.map((note) => `- ${note}\n`).join('')}`
}

const adviceHead: readonly string[] = ['way', 'total', 'downtime', 'gap', 'sent', 'guest slowed', 'risk']
const adviceCells = (row: AdviceRow): readonly string[] => [
  row.name, !row.feasible ? 'forbidden' : row.converged === false ? 'never ends' : time(row.totalSeconds), time(row.downtimeSeconds), time(row.gapSeconds),
  row.transferredBytes === null ? 'unknown' : printSize(row.transferredBytes), row.slowedSeconds > 0 ? printTime(row.slowedSeconds) : 'no', [row.risk, ...row.risks].join('; '),
]

/** One line a run; RFC 4180 with LF. Seconds and bytes, empty where it did not end. */
export function studyCsv({ distribution }: Study): string {
  const head = 'run,outcome,dirty_bytes_per_second,bandwidth_bytes_per_second,total_seconds,downtime_seconds,gap_seconds,sent_bytes,packets_lost'
  const number = (value: number | null): string => (value === null ? '' : String(value))
  return [head, ...distribution.runs.map((run) => [
    run.run, run.outcome, Math.round(run.dirtyRate), Math.round(run.bandwidth), number(run.totalSeconds), number(run.downtimeSeconds), number(run.gapSeconds),
    number(run.transferredBytes), number(run.packetsLost),
  ].join(','))].join('\n') + '\n'
}

/** One line a point of either curve; empty where it does not end. */
export function sweepCsv({ byBandwidth, byDirtyRate }: Sweep): string {
  const line = (by: string) => ({ x, totalSeconds, downtimeSeconds }: SweepPoint): string => [by, Math.round(x), totalSeconds ?? '', downtimeSeconds ?? ''].join(',')
  return ['against,bytes_per_second,total_seconds,downtime_seconds', ...byBandwidth.map(line('bandwidth')), ...byDirtyRate.map(line('dirty rate'))].join('\n') + '\n'
}

export { adviceCells, adviceHead, rate as printRate }
