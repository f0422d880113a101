/** `underlay diagram`: the designer's picture without the editor. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { diagram as draw } from '../../core/analysis.ts'
import { picture } from '../../core/picture.ts'
import { printJson, required, words, type Command } from './command.ts'
import { openFile } from './files.ts'
import { Misuse } from './streams.ts'

export const diagram: Command = {
  name: 'diagram',
  usage: 'FILE -o OUT.svg [--view physical|tenant] [--tenant NAME] [--direction down|right]',
  does: 'the designer’s picture without the editor',
  flags: { out: 'value', view: 'value', tenant: 'value', direction: 'value' },
  async run(args, streams) {
    const [path = ''] = words(args, 'FILE')
    const out = args.has('json') ? args.value('out') : required(args, 'out')
    const view = args.oneOf('view', ['physical', 'tenant'] as const) ?? 'physical'
    const direction = args.oneOf('direction', ['down', 'right'] as const) === 'right' ? 'RIGHT' : 'DOWN'
    const tenant = args.value('tenant')
    const { analysis } = openFile(path, args, streams)
    const drawn = draw(analysis, { view, ...(tenant !== undefined && { tenant }) })
    if (out !== undefined) {
      const svg = await picture(drawn, direction)
      if (out === '-') streams.out(svg)
      else {
        try {
          writeFileSync(resolve(streams.cwd, out), svg)
        } catch (error) {
          throw new Misuse(`${out} cannot be written: ${error instanceof Error ? error.message : 'unknown'}`)
        }
      }
    }
    if (args.has('json')) printJson(streams, { version: 1, ...drawn })
    else if (out !== '-') streams.note(`${drawn.boxes.length} boxes and ${drawn.lines.length} lines in ${out ?? ''}\n`)
    return 0
  },
}
