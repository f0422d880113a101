/** `underlay migrate`: pre-flight, the transfer round by round, what the peers see, the report; the ways beside each other, many runs. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { forecast, migrate as migrationOf, migrateTogether } from '../../core/analysis.ts'
import { calibrate, isGuest, parseTime, studyCsv, studyMarkdown, sweepCsv, type MoveOptions } from '../../core/ask.ts'
import { migrationProblems, shownCalibration, shownJoint, shownMigration, type ShownCalibration } from '../../core/shown.ts'
import { nearest, type Arguments } from './arguments.ts'
import { drive, required, words, type Command } from './command.ts'
import { openFile } from './files.ts'
import { moveFlags, moveOptions, moveUsage } from './migrate-options.ts'
import { printedTogether } from './migrate-together.ts'
import { printed, printedAdvice, printedCalibration } from './migrate-print.ts'
import { Misuse, paletteOf, type Streams } from './streams.ts'

const outputs = ['pretty', 'json', 'markdown', 'csv'] as const

export const migrate: Command = {
  name: 'migrate',
  usage: `FILE VM --to HOST ${moveUsage} [--advise] [--sweep] [--study] [--runs N] [--seed N] [--probe-rate N] [--calibrate query-migrate.json] [--format pretty|json|markdown|csv] [-o OUT]`,
  does: 'pre-flight, the transfer round by round, what the peers see, the report; the ways beside each other, many runs',
  flags: {
    ...moveFlags, 'to': 'value', 'advise': 'switch', 'sweep': 'switch', 'study': 'switch', 'runs': 'value', 'seed': 'value', 'probe-rate': 'value',
    'calibrate': 'value', 'format': 'value', 'out': 'value',
  },
  run(args, streams) {
    const format = args.has('json') ? 'json' : args.oneOf('format', outputs) ?? 'pretty'
    const say = outOf(args, streams)
    const fitted = fitOf(args, streams)
    if (fitted && args.rest.length === 0) {
      say(format === 'json' ? JSON.stringify({ version: 1, calibration: fitted }, undefined, 2) + '\n' : printedCalibration(fitted))
      return 0
    }
    const [path = '', vm = ''] = words(args, 'FILE', 'VM')
    const to = required(args, 'to')
    const { analysis } = openFile(path, args, streams)
    const { nodes } = analysis.realised.infra
    const guest = nodes.get(vm)
    if (!guest || !isGuest(guest)) throw new Misuse(`${vm} is no VM or container of this file${nearest(vm, [...nodes.values()].filter(isGuest).map(({ name }) => name), '')}`)
    if (!nodes.has(to)) throw new Misuse(`${to} is no server of this file${nearest(to, [...nodes.values()].filter(({ kind }) => kind === 'server').map(({ name }) => name), '')}`)
    const options: MoveOptions = {
      ...moveOptions(args, (name) => nodes.has(name)),
      ...(fitted && { workload: { resident: fitted.resident, workingSet: fitted.workingSet, dirtyRate: fitted.dirtyRate } }),
    }
    const curves = args.has('sweep') && format === 'csv'
    const many = args.has('study') || ['runs', 'seed', 'probe-rate'].some((flag) => args.has(flag)) || format === 'markdown' || (format === 'csv' && !curves)
    const runs = many ? args.number('runs') : 0
    const [seed, probeRate] = [args.number('seed'), args.number('probe-rate', 1)]
    const wide = many || args.has('advise') || args.has('sweep')
    const found = wide
      ? drive(forecast(analysis, vm, to, options, { ...(runs !== undefined && { runs }), ...(seed !== undefined && { seed }), ...(probeRate !== undefined && { probeRate }) }), streams)
      : { report: drive(migrationOf(analysis, vm, to, options), streams), advice: undefined, sweep: undefined, study: undefined }
    const { report, advice, sweep, study } = found
    // With others on the way the whole is one plan: who goes when, what they share, who crosses whom.
    const { also = [], mode, profile } = options
    const together = also.length > 0 ? shownJoint(drive(migrateTogether(analysis, [{ vm, to }, ...also], 'at-once', { ...(mode && { mode }), ...(profile && { profile }) }), streams)) : undefined
    const code = report.feasible && together?.feasible !== false ? 0 : 1
    const shown = shownMigration(report)
    if ((format === 'markdown' || format === 'csv') && !study) throw new Misuse(report.notes.join('; '))
    if (format === 'markdown' && study) say(studyMarkdown(study, advice))
    else if (curves && sweep) say(sweepCsv(sweep))
    else if (format === 'csv' && study) say(studyCsv(study))
    else if (format === 'json') {
      say(JSON.stringify({
        version: 1, ...shown, ...(args.has('advise') && advice && { advice }), ...(args.has('sweep') && sweep && { sweep }), ...(many && study && { study }),
        ...(fitted && { calibration: fitted }), ...(together && { together }), problems: migrationProblems(analysis, report),
      }, undefined, 2) + '\n')
    } else {
      const palette = paletteOf(streams.colours)
      say(printed(shown, palette) + (together ? printedTogether(together, palette) : '') + (args.has('advise') && advice ? printedAdvice(advice, palette) : '')
        + (many && study ? `\n${studyMarkdown(study)}` : '') + (fitted ? `\nfitted to ${args.value('calibrate') ?? ''}\n${printedCalibration(fitted)}` : ''))
    }
    return code
  },
}

const outOf = (args: Arguments, streams: Streams): ((text: string) => void) => {
  const out = args.value('out')
  return out === undefined ? streams.out : (text) => streams.write(out, text)
}

/** A real trace fitted; its downtime limit is the one that is told, or QEMU's. */
function fitOf(args: Arguments, streams: Streams): ShownCalibration | undefined {
  const path = args.value('calibrate')
  if (path === undefined) return undefined
  const limit = parseTime(args.value('downtime-limit') ?? '300ms')
  if (limit === undefined) throw new Misuse(`--downtime-limit is a time like 300ms, not ${args.value('downtime-limit') ?? ''}`)
  const found = calibrate(readText(path, streams), limit)
  if ('refused' in found) throw new Misuse(`${path}: ${found.refused}`)
  return shownCalibration(found)
}

function readText(path: string, streams: Streams): string {
  if (path === '-') return streams.input()
  try {
    return readFileSync(resolve(streams.cwd, path), 'utf8')
  } catch {
    throw new Misuse(`${path}: there is no such file that can be read`)
  }
}
