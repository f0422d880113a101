/** `underlay lab`: a bash script that builds the same network from network namespaces on a Linux machine. */
import { lab as scriptOf } from '../../core/analysis.ts'
import { printJson, words, type Command } from './command.ts'
import { openFile } from './files.ts'

export const lab: Command = {
  name: 'lab',
  usage: 'FILE',
  does: 'a bash script (up, down, test) that builds the same network from network namespaces',
  flags: {},
  run(args, streams) {
    const [path = ''] = words(args, 'FILE')
    const script = scriptOf(openFile(path, args, streams).analysis)
    if (args.has('json')) printJson(streams, { version: 1, script })
    else streams.out(script)
    return 0
  },
}
