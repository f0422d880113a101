/** `underlay evacuate`: where every guest of a host, rack or site can go, in what order, how long it takes. */
import { evacuate as evacuationOf } from '../../core/analysis.ts'
import { meansHosts, migrationModes } from '../../core/ask.ts'
import { printSize, printTime, shownEvacuation, type ShownEvacuation, type ShownMove } from '../../core/shown.ts'
import { nearest } from './arguments.ts'
import { drive, printJson, words, type Command } from './command.ts'
import { writeMoved } from './evacuate-write.ts'
import { openFile } from './files.ts'
import { Misuse, paletteOf, table, type Palette } from './streams.ts'

export const evacuate: Command = {
  name: 'evacuate',
  usage: 'FILE HOST|rack:NAME|site:NAME [--mode pre-copy|post-copy|hybrid|cold] [-o OUT.infra.yaml]',
  does: 'where every guest of a host, rack or site can go, in what order, how long it takes',
  flags: { mode: 'value', out: 'value' },
  run(args, streams) {
    const [path = '', host = ''] = words(args, 'FILE', 'HOST')
    const mode = args.oneOf('mode', migrationModes)
    const opened = openFile(path, args, streams)
    const { analysis } = opened
    if (!meansHosts(analysis, host)) {
      const servers = [...analysis.realised.infra.nodes.values()].filter(({ kind }) => kind === 'server').map(({ name }) => name)
      throw new Misuse(`${host} is no server of this file${nearest(host, servers, '')}`)
    }
    const plan = shownEvacuation(drive(evacuationOf(analysis, host, mode), streams))
    writeMoved(opened, plan.moves, args, streams)
    if (args.has('json')) printJson(streams, { version: 1, ...plan })
    else if (args.value('out') !== '-') streams.out(printed(plan, paletteOf(streams.colours)))
    return plan.feasible ? 0 : 1
  },
}

const known = (seconds: number | null): string => (seconds === null ? 'unknown' : printTime(seconds))

function printed({ host, parallel, moves, totalSeconds, paces, feasible, notes }: ShownEvacuation, { green, red, yellow, dim }: Palette): string {
  const going = moves.filter((move) => move.feasible)
  const row = ({ vm, to, wave, startSeconds, totalSeconds: seconds, downtimeSeconds, bandwidth, converged, findings }: ShownMove): readonly string[] => [
    findings.length > 0 || converged === false ? yellow('!') : green('✓'), `wave ${wave ?? ''}`, vm, `→ ${to ?? ''}`, `at ${known(startSeconds)}`,
    converged === false ? 'does not converge' : known(seconds), `down ${known(downtimeSeconds)}`, bandwidth === null ? 'rate unknown' : `${printSize(bandwidth)}/s`,
    dim(findings.map(({ message }) => message).join('; ')),
  ]
  let text = table(going.map(row))
  for (const { vm, from, findings } of moves.filter((move) => !move.feasible)) {
    text += `${red('✗')} ${vm} stays on ${from}${findings.length === 0 ? ': there is no host to ask' : ''}\n`
    text += table(findings.map(({ host: refusing, code, message }) => [`    ${refusing ?? ''}`, code, message]))
  }
  if (paces.length > 1) {
    text += table(paces.map((pace) => [`  ${pace.parallel} at once`, pace.endless > 0 ? red(`${pace.endless} never end`) : known(pace.totalSeconds), `down ${known(pace.worstDowntimeSeconds)} at most`]))
  }
  for (const note of notes) text += `  ${note}\n`
  const stuck = moves.length - going.length
  return `${text}${host}: ${going.length} of ${moves.length} guests, ${parallel === 1 ? 'one after the other' : `${parallel} at once`}: ${known(totalSeconds)}${feasible ? '' : red(`; ${stuck} cannot go`)}\n`
}
