/** `underlay evacuate`: where every guest of a host can go, in what order, how long it takes. */
import { migrate, targets } from '../../core/analysis.ts'
import { guestsOn, migrationModes } from '../../core/ask.ts'
import { printTime, shownMigration, shownTarget } from '../../core/shown.ts'
import type { ShownFinding } from '../../core/protocol.ts'
import { drive, printJson, words, type Command } from './command.ts'
import { afterChange, openFile, type Opened } from './files.ts'
import { Misuse, paletteOf, table } from './streams.ts'

interface Move {
  readonly vm: string
  readonly to: string | null
  readonly feasible: boolean
  readonly totalSeconds: number | null
  readonly downtimeSeconds: number | null
  /** Of the move where there is one; else of the best host that refused. */
  readonly findings: readonly ShownFinding[]
}

export const evacuate: Command = {
  name: 'evacuate',
  usage: 'FILE HOST [--mode pre-copy|post-copy|hybrid|cold]',
  does: 'where every guest of a host can go, in what order, how long it takes',
  flags: { mode: 'value' },
  run(args, streams) {
    const [path = '', host = ''] = words(args, 'FILE', 'HOST')
    const mode = args.oneOf('mode', migrationModes)
    let opened: Opened = openFile(path, args, streams)
    if (opened.analysis.realised.infra.nodes.get(host)?.kind !== 'server') throw new Misuse(`${host} is no server of this file`)
    // The largest first: what is left over fits more easily.
    const sizeOf = (name: string): number => {
      const node = opened.analysis.realised.infra.nodes.get(name)
      return node?.kind === 'vm' ? node.memory?.value ?? 0 : 0
    }
    const guests = guestsOn(opened.analysis, host).map((name, i) => ({ name, i })).sort((a, b) => sizeOf(b.name) - sizeOf(a.name) || a.i - b.i)
    const moves: Move[] = []
    for (const { name: vm } of guests) {
      const candidates = targets(opened.analysis, vm, mode)
      const best = candidates.find(({ feasible }) => feasible)
      if (!best) {
        const nearest = candidates[0]
        moves.push({ vm, to: null, feasible: false, totalSeconds: null, downtimeSeconds: null, findings: nearest ? shownTarget(nearest).preflight.filter(({ status }) => status === 'block') : [] })
        continue
      }
      const report = shownMigration(drive(migrate(opened.analysis, vm, best.host, mode), streams))
      // The next guest finds the hosts as this move leaves them.
      const next = afterChange(opened, { kind: 'move', guest: vm, host: best.host }, streams)
      const refused = 'refused' in next ? next.refused : undefined
      moves.push({
        vm, to: best.host, feasible: report.feasible && refused === undefined, totalSeconds: report.totalSeconds, downtimeSeconds: report.downtimeSeconds,
        findings: [...report.preflight.filter(({ status }) => status !== 'pass'), ...(refused === undefined ? [] : [{ code: 'edit', status: 'block' as const, message: refused }])],
      })
      if (!('refused' in next)) opened = next
    }
    const feasible = moves.every((move) => move.feasible)
    const totalSeconds = moves.reduce<number | null>((sum, move) => (sum === null || move.totalSeconds === null ? null : sum + move.totalSeconds), 0)
    if (args.has('json')) printJson(streams, { version: 1, host, feasible, totalSeconds, moves })
    else {
      const { green, red } = paletteOf(streams.colours)
      streams.out(table(moves.map(({ vm, to, feasible: can, totalSeconds: seconds, findings }) => [
        can ? green('✓') : red('✗'), vm, to === null ? 'nowhere' : `→ ${to}`, seconds === null ? 'time unknown' : printTime(seconds), findings.map(({ message }) => message).join('; '),
      ])))
      streams.out(`${moves.length} guests, one after the other: ${totalSeconds === null ? 'time unknown' : printTime(totalSeconds)}${feasible ? '' : '; not all of them can go'}\n`)
    }
    return feasible ? 0 : 1
  },
}
