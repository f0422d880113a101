/** `underlay migrate`: pre-flight, the transfer round by round, what the peers see, the report. */
import { migrate as migrationOf } from '../../core/analysis.ts'
import { isGuest, migrationModes } from '../../core/ask.ts'
import { migrationProblems, shownMigration } from '../../core/shown.ts'
import { printSize, printTime } from '../../core/shown.ts'
import { drive, printJson, required, words, type Command } from './command.ts'
import { openFile } from './files.ts'
import { nearest } from './arguments.ts'
import { Misuse, paletteOf, table } from './streams.ts'

export const migrate: Command = {
  name: 'migrate',
  usage: 'FILE VM --to HOST [--mode pre-copy|post-copy|hybrid|cold]',
  does: 'pre-flight, the transfer round by round, what the peers see, the report',
  flags: { to: 'value', mode: 'value' },
  run(args, streams) {
    const [path = '', vm = ''] = words(args, 'FILE', 'VM')
    const to = required(args, 'to')
    const mode = args.oneOf('mode', migrationModes)
    const { analysis } = openFile(path, args, streams)
    const { nodes } = analysis.realised.infra
    const guest = nodes.get(vm)
    if (!guest || !isGuest(guest)) throw new Misuse(`${vm} is no VM or container of this file${nearest(vm, [...nodes.values()].filter(isGuest).map(({ name }) => name), '')}`)
    if (!nodes.has(to)) throw new Misuse(`${to} is no server of this file${nearest(to, [...nodes.values()].filter(({ kind }) => kind === 'server').map(({ name }) => name), '')}`)
    const report = drive(migrationOf(analysis, vm, to, mode), streams)
    const code = report.feasible ? 0 : 1
    const shown = shownMigration(report)
    if (args.has('json')) {
      printJson(streams, { version: 1, ...shown, problems: migrationProblems(analysis, report) })
      return code
    }
    const { bold, dim, green, red, yellow } = paletteOf(streams.colours)
    const known = (seconds: number | null): string => (seconds === null ? 'unknown' : printTime(seconds))
    streams.out(`${bold(`${vm}: ${shown.from} → ${shown.to}`)} ${shown.mode} ${shown.feasible ? green('feasible') : red('infeasible')}\n`)
    const marks = { pass: green('✓'), warn: yellow('!'), block: red('✗') }
    streams.out(table(shown.preflight.map(({ code: what, status, message }) => [`  ${marks[status]}`, what, message])))
    if (shown.path.hops.length > 0) {
      const { hops, bandwidth, mtu } = shown.path
      streams.out(`path ${hops.join(' → ')}, ${bandwidth === null ? 'bandwidth unknown' : `${printSize(bandwidth)}/s`}, MTU ${mtu ?? 'unknown'}\n`)
    }
    streams.out(table(shown.rounds.map((one) => [`  round ${one.round}`, `sent ${printSize(one.sent)}`, `dirtied ${printSize(one.dirtied)}`, printTime(one.seconds)])))
    streams.out(`total ${known(shown.totalSeconds)}, downtime ${known(shown.downtimeSeconds)}, sent ${shown.transferredBytes === null ? 'unknown' : printSize(shown.transferredBytes)}${shown.converged === false ? red(', does not converge') : ''}\n`)
    streams.out(table(shown.network.map((one) => [
      `  ${one.peer}`, `${one.before} → ${one.after}`, one.lostSeconds === null ? 'gap unknown' : `gap ${printTime(one.lostSeconds)}`,
      `path MTU ${one.pathMtuBefore ?? '–'} → ${one.pathMtuAfter ?? '–'}`, one.because === null ? '' : dim(one.because),
    ])))
    for (const note of shown.notes) streams.out(`  ${note}\n`)
    return code
  },
}
