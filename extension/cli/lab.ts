/** `underlay lab`: a bash script that builds the same network from network namespaces on a Linux machine. */
import { commandsOf, lab as scriptOf } from '../../core/analysis.ts'
import { printJson, words, type Command } from './command.ts'
import { openFile } from './files.ts'
import { Misuse } from './streams.ts'

export const lab: Command = {
  name: 'lab',
  usage: 'FILE [--node NAME]',
  does: 'a bash script (up, down, test) that builds the same network from network namespaces',
  flags: { node: 'value' },
  run(args, streams) {
    const [path = ''] = words(args, 'FILE')
    const { analysis } = openFile(path, args, streams)
    const node = args.value('node')
    if (node !== undefined) {
      const lines = commandsOf(analysis, node)
      if (!analysis.realised.infra.nodes.has(node)) throw new Misuse(`--node: there is no ${node}`)
      if (args.has('json')) printJson(streams, { version: 1, node, commands: lines })
      else streams.out(lines.map((line) => `${line}\n`).join(''))
      return 0
    }
    const script = scriptOf(analysis)
    if (args.has('json')) printJson(streams, { version: 1, script })
    else streams.out(script)
    return 0
  },
}
