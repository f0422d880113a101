/** `underlay rebalance`: moves that would even out how full the servers are, each with its gain. */
import { rebalance as rebalancingOf } from '../../core/analysis.ts'
import { printTime } from '../../core/shown.ts'
import { drive, printJson, words, type Command } from './command.ts'
import { writeMoved } from './evacuate-write.ts'
import { openFile } from './files.ts'
import { table } from './streams.ts'

const percent = (ratio: number): string => `${Math.round(ratio * 1000) / 10} %`

export const rebalance: Command = {
  name: 'rebalance',
  usage: 'FILE [-o OUT.infra.yaml]',
  does: 'moves that would even out how full the servers are, each with its gain',
  flags: { out: 'value' },
  run(args, streams) {
    const [path = ''] = words(args, 'FILE')
    const opened = openFile(path, args, streams)
    const { analysis } = opened
    const found = drive(rebalancingOf(analysis), streams)
    writeMoved(opened, found.moves, args, streams)
    if (args.value('out') === '-') return 0
    if (args.has('json')) {
      printJson(streams, found)
      return 0
    }
    streams.out(table(found.moves.map((move) => [
      `  ${move.vm}`, `${move.from} → ${move.to}`, `gains ${percent(move.gain)}`, `${move.from} ${percent(move.fromBefore)} → ${percent(move.fromAfter)}`,
      `${move.to} ${percent(move.toBefore)} → ${percent(move.toAfter)}`, move.seconds === null ? 'time unknown' : `${printTime(move.seconds)}, down ${move.downtimeSeconds === null ? 'unknown' : printTime(move.downtimeSeconds)}`,
    ])))
    for (const note of found.notes) streams.out(`  ${note}\n`)
    streams.out(`the fullest server ${percent(found.fullestBefore)} → ${percent(found.fullestAfter)}, deviation ${percent(found.deviationBefore)} → ${percent(found.deviationAfter)}, ${found.totalSeconds === null ? 'time unknown' : printTime(found.totalSeconds)}\n`)
    return 0
  },
}
