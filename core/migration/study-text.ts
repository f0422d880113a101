/** A study on paper, in the person's language: Markdown to be read, CSV for a spreadsheet; JSON is for programs. */
import { printBitRate, printSize, printTime } from '../address/quantity.ts'
import { t } from '../words.ts'
import type { Advice, AdviceRow, Spread, Study, Sweep, SweepPoint } from './study-report.ts'

const time = (seconds: number | null): string => (seconds === null ? t('unknown') : printTime(seconds))
/** A cell of a table: a bar would end it. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ')

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n') + '\n'

/** The whole study; with an advice, the ways and orchestrators beside each other too. */
export function studyMarkdown(study: Study, advice?: Advice): string {
  const { session, phases, agents, distribution } = study
  const limit = session.downtimeLimit === null ? t('rises') : printTime(session.downtimeLimit)
  let text = `# ${t('Migration of {0} from {1} to {2}', session.vm, session.from, session.to)}\n\n`
  text += `${t('Outcome: **{0}**{1}. Total time {2}, downtime {3}.', outcomeWord(study.outcome), study.because === null ? '' : `: ${study.because}`, time(study.totalSeconds), time(study.downtimeSeconds))}\n\n## ${t('Session')}\n\n`
  text += tableOf([t('parameter'), t('value')], [
    [t('mode'), session.mode], [t('profile'), session.profile], [t('memory'), session.memory === null ? t('unknown') : printSize(session.memory)], [t('not zero'), printSize(session.resident)],
    [t('working set'), printSize(session.workingSet)], [t('dirty rate'), `${printSize(session.dirtyRate)}/s`], [t('path'), session.bandwidth === null ? t('unknown') : printBitRate(session.bandwidth * 8)],
    [t('downtime limit'), limit], [t('probes'), t('{0} a second', session.probeRate)], [t('runs'), t('{0}, seed {1}', session.runs, session.seed)],
  ])
  // Names of phases are in the bundles: the designer's timeline has them, too.
  text += `\n## ${t('Phases')}\n\n${tableOf([t('phase'), t('begins'), t('takes')], phases.map(({ name, start, seconds }) => [t(name), printTime(start), printTime(seconds)]))}`
  text += `\n## ${t('Agents')}\n\n${tableOf([t('peer'), t('before'), t('after'), t('lost for'), t('packets lost'), t('delay before'), t('during'), t('after'), t('sessions')], agents.map((agent) => [
    agent.peer, agent.before, agent.after, time(agent.lossSeconds), agent.packetsLost === null ? t('unknown') : String(agent.packetsLost),
    time(agent.delayBefore), time(agent.delayDuring), time(agent.delayAfter), sessionWord(agent.sessions),
  ]))}`
  if (distribution.runs.length > 0) {
    const row = (name: string, spread: Spread | null, print: (value: number) => string): readonly string[] =>
      [name, ...(spread ? [spread.least, spread.p05, spread.median, spread.mean, spread.p95, spread.most].map(print) : ['–', '–', '–', '–', '–', '–'])]
    text += `\n## ${t('Distribution')}\n\n${t('{0} runs, {1} % successful.', distribution.runs.length, Math.round((distribution.successRate ?? 0) * 1000) / 10)}\n\n`
    text += tableOf([t('of'), t('least'), '5 %', t('median'), t('mean'), '95 %', t('most')], [
      row(t('total time'), distribution.totalSeconds, printTime), row(t('downtime'), distribution.downtimeSeconds, printTime), row(t('gap'), distribution.gapSeconds, printTime),
      row(t('bytes sent'), distribution.transferredBytes, printSize), row(t('packets lost'), distribution.packetsLost, (value) => String(Math.round(value * 10) / 10)),
    ])
  }
  if (advice) {
    text += `\n## ${t('Ways')}\n\n${tableOf(adviceHead(), advice.ways.map(adviceCells))}\n${t('Best: {0}.', advice.because)}\n`
    if (advice.profiles.length > 0) text += `\n## ${t('Orchestrators')}\n\n${tableOf(adviceHead(), advice.profiles.map(adviceCells))}`
  }
  return `${text}\n${study.notes.map((note) => `- ${note}\n`).join('')}`
}

const outcomeWord = (outcome: Study['outcome']): string => ({ success: t('success'), failure: t('failure'), unknown: t('unknown') })[outcome]
const sessionWord = (sessions: Study['agents'][number]['sessions']): string => ({ kept: t('kept'), lost: t('lost'), unknown: t('unknown') })[sessions]

const adviceHead = (): readonly string[] => [t('way'), t('total'), t('downtime'), t('gap'), t('sent'), t('guest slowed'), t('risk')]
const adviceCells = (row: AdviceRow): readonly string[] => [
  row.name, !row.feasible ? t('forbidden') : row.converged === false ? t('never ends') : time(row.totalSeconds), time(row.downtimeSeconds), time(row.gapSeconds),
  row.transferredBytes === null ? t('unknown') : printSize(row.transferredBytes), row.slowedSeconds > 0 ? printTime(row.slowedSeconds) : t('no'), [row.risk, ...row.risks].join('; '),
]

/** One line a run; RFC 4180 with LF. Seconds and bytes, empty where it did not end. */
export function studyCsv({ distribution }: Study): string {
  const head = [t('run'), t('outcome'), t('dirty_bytes_per_second'), t('bandwidth_bytes_per_second'), t('total_seconds'), t('downtime_seconds'), t('gap_seconds'), t('sent_bytes'), t('packets_lost')].join(',')
  const number = (value: number | null): string => (value === null ? '' : String(value))
  return [head, ...distribution.runs.map((run) => [
    run.run, outcomeWord(run.outcome), Math.round(run.dirtyRate), Math.round(run.bandwidth), number(run.totalSeconds), number(run.downtimeSeconds), number(run.gapSeconds),
    number(run.transferredBytes), number(run.packetsLost),
  ].join(','))].join('\n') + '\n'
}

/** One line a point of either curve; empty where it does not end. */
export function sweepCsv({ byBandwidth, byDirtyRate }: Sweep): string {
  const line = (by: string) => ({ x, totalSeconds, downtimeSeconds }: SweepPoint): string => [by, Math.round(x), totalSeconds ?? '', downtimeSeconds ?? ''].join(',')
  return [[t('against'), t('bytes_per_second'), t('total_seconds'), t('downtime_seconds')].join(','), ...byBandwidth.map(line(t('bandwidth'))), ...byDirtyRate.map(line(t('dirty rate')))].join('\n') + '\n'
}
