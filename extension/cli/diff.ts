/** `underlay diff`: which pairs gain, lose or change reachability or path MTU from one file to another. */
import { reach } from '../../core/analysis.ts'
import { differences, type PairDifference } from '../../core/ask.ts'
import { pairJson } from '../../core/shown.ts'
import { drive, printJson, words, type Command } from './command.ts'
import { openFile } from './files.ts'
import { Misuse, paletteOf } from './streams.ts'

export const diff: Command = {
  name: 'diff',
  usage: 'OLD NEW',
  does: 'which pairs gain, lose or change reachability or path MTU',
  flags: {},
  run(args, streams) {
    const [before = '', after = ''] = words(args, 'OLD', 'NEW')
    if (before === '-' && after === '-') throw new Misuse('only one of the two can be standard input')
    const pairs = [before, after].map((path) => drive(reach(openFile(path, args, streams).analysis), streams))
    const found = differences(pairs[0] ?? [], pairs[1] ?? [])
    const json = (one: PairDifference) => ({ ...pairJson(one.pair), before: one.before, after: one.after })
    if (args.has('json')) {
      printJson(streams, { version: 1, gained: found.gained.map(json), lost: found.lost.map(json), changed: found.changed.map(json) })
      return 0
    }
    const { green, red, yellow } = paletteOf(streams.colours)
    const state = (one: PairDifference['before']): string =>
      one === null ? 'not there' : `${one.verdict}${one.reason === null ? '' : ` (${one.reason})`}${one.pathMtu === null ? '' : ` ${one.pathMtu}`}`
    for (const [mark, list] of [[green('+'), found.gained], [red('-'), found.lost], [yellow('~'), found.changed]] as const) {
      for (const one of list) {
        const { from, to, address } = pairJson(one.pair)
        streams.out(`${mark} ${from} → ${to} ${address}: ${state(one.before)} → ${state(one.after)}\n`)
      }
    }
    streams.out(`${found.gained.length} gained, ${found.lost.length} lost, ${found.changed.length} changed\n`)
    return 0
  },
}
