/** `underlay explain`: what a diagnostic or a drop reason means, why it matters, how to fix it. */
import { explainedCodes, explanationOf } from '../../core/ask.ts'
import { pageText } from '../server/pages.ts'
import { nearest } from './arguments.ts'
import { printJson, type Command } from './command.ts'
import { Misuse, paletteOf, table } from './streams.ts'

export const explain: Command = {
  name: 'explain',
  usage: 'CODE',
  does: 'what a diagnostic means, why it matters, how to fix it',
  flags: {},
  run(args, streams) {
    const [code, ...more] = args.rest
    if (more.length > 0) throw new Misuse(`too many words: ${more.join(' ')}`)
    if (code === undefined) {
      const all = explainedCodes.flatMap((one) => {
        const known = explanationOf(one)
        return known ? [{ code: one, severity: known.severity, title: known.title }] : []
      })
      if (args.has('json')) printJson(streams, { version: 1, codes: all })
      else streams.out(table(all.map((one) => [one.code, one.severity, one.title])))
      return 0
    }
    const known = explanationOf(code)
    if (!known) throw new Misuse(`there is no code ${code}${nearest(code, explainedCodes, '')}`)
    if (args.has('json')) printJson(streams, { version: 1, code, ...known })
    else streams.out(`${paletteOf(streams.colours).bold(`${code}: ${known.title}`)} (${known.severity})\n\n${(pageText(code) ?? known.text).trimEnd()}\n`)
    return 0
  },
}
