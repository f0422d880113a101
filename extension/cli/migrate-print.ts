/** A migration, its adviser's table and a calibration on a terminal. */
import { sentenceOf } from '../../core/migration-sentence.ts'
import type { ShownMigration } from '../../core/protocol.ts'
import { printSize, printTime, type ShownAdvice, type ShownCalibration } from '../../core/shown.ts'
import { table, type Palette } from './streams.ts'

const known = (seconds: number | null): string => (seconds === null ? 'unknown' : printTime(seconds))

export function printed(report: ShownMigration, { bold, dim, green, red, yellow }: Palette): string {
  const marks = { pass: green('✓'), warn: yellow('!'), block: red('✗') }
  let text = `${bold(`${report.vm}: ${report.from} → ${report.to}`)} ${report.mode} ${report.feasible ? green('feasible') : red('infeasible')}\n`
  text += `${sentenceOf(report)}\n`
  text += table(report.preflight.map(({ code, status, message }) => [`  ${marks[status]}`, code, message]))
  if (report.path.hops.length > 0) {
    const { hops, bandwidth, share, mtu } = report.path
    const rate = bandwidth === null ? 'bandwidth unknown' : `${printSize(bandwidth)}/s${share !== null && share < bandwidth * 0.999 ? `, of which ${printSize(share)}/s are left` : ''}`
    text += `path ${hops.join(' → ')}, ${rate}, MTU ${mtu ?? 'unknown'}\n`
  }
  text += table(report.rounds.map((one) => [`  round ${one.round}`, `sent ${printSize(one.sent)}`, `dirtied ${printSize(one.dirtied)}`, printTime(one.seconds)]))
  const sent = report.transferredBytes === null ? 'unknown' : printSize(report.transferredBytes)
  text += `total ${known(report.totalSeconds)}, downtime ${known(report.downtimeSeconds)}, sent ${sent}${report.converged === false ? red(', does not converge') : ''}\n`
  text += table(report.network.map((one) => [
    `  ${one.peer}`, `${one.before} → ${one.after}`, one.lostSeconds === null ? 'gap unknown' : `gap ${printTime(one.lostSeconds)}`,
    `path MTU ${one.pathMtuBefore ?? '–'} → ${one.pathMtuAfter ?? '–'}`, one.sessions === 'lost' ? red('sessions lost') : `sessions ${one.sessions}`,
    dim([...(one.because === null ? [] : [one.because]), ...(one.ways?.detour ? [`goes round by ${one.ways.detour}`] : []), ...(one.ways?.becomesAsymmetric ? ['answers take another way'] : []),
      ...(one.sessions === 'lost' && one.because === null && one.sessionsBecause !== null ? [one.sessionsBecause] : [])].join('; ')),
  ]))
  for (const note of report.notes) text += `  ${note}\n`
  return text
}

export function printedAdvice({ ways, profiles, because }: ShownAdvice, { bold, red }: Palette): string {
  const row = (one: ShownAdvice['ways'][number]): readonly string[] => [
    `  ${one.name}`, !one.feasible ? red('forbidden') : one.converged === false ? red('never ends') : known(one.totalSeconds), `down ${known(one.downtimeSeconds)}`, `peers ${known(one.gapSeconds)}`,
    one.transferredBytes === null ? 'sent unknown' : `sent ${printSize(one.transferredBytes)}`, one.converged === null ? 'slowdown unknown' : one.slowedSeconds > 0 ? `slowed ${printTime(one.slowedSeconds)}` : 'not slowed',
    (one.feasible ? [one.risk, ...one.risks] : one.risks).join('; '),
  ]
  return `${bold('ways')}\n${table(ways.map(row))}best: ${because}\n${profiles.length > 0 ? `${bold('orchestrators')}\n${table(profiles.map(row))}` : ''}`
}

export function printedCalibration(found: ShownCalibration): string {
  const { measured, predicted } = found
  const miss = (value: number | null): string => (value === null ? '' : `${value >= 0 ? '+' : '−'}${Math.abs(value * 100).toFixed(1)} %`)
  return table([
    ['path', `${printSize(found.bandwidth)}/s`], ['not zero', `${printSize(found.resident)} of ${printSize(found.memory)}`],
    ['working set', printSize(found.workingSet)], ['dirty rate', `${printSize(found.dirtyRate)}/s`],
    ['total', `measured ${printTime(measured.totalSeconds)}, predicted ${printTime(predicted.totalSeconds)} ${miss(found.misses.total)}`],
    ['downtime', `measured ${known(measured.downtimeSeconds)}, predicted ${printTime(predicted.downtimeSeconds)}`],
    ['sent', `measured ${printSize(measured.transferredBytes)}, predicted ${printSize(predicted.transferredBytes)} ${miss(found.misses.transferred)}`],
  ]) + `workload: ${found.workload}\n` + found.notes.map((note) => `  ${note}\n`).join('')
}
