/** `underlay lsp --stdio`: the language server, for editors other than VS Code. */
import type { Command } from './command.ts'
import { Misuse } from './streams.ts'

export const lsp: Command = {
  name: 'lsp',
  usage: '--stdio',
  does: 'the language server, for editors other than VS Code',
  // Whatever the connection's own library reads from the command line.
  flags: { stdio: 'switch', clientProcessId: 'value', 'node-ipc': 'switch', socket: 'value', pipe: 'value' },
  async run(args) {
    if (args.rest.length > 0) throw new Misuse(`too many words: ${args.rest.join(' ')}`)
    if (!['stdio', 'node-ipc', 'socket', 'pipe'].some((flag) => args.has(flag))) throw new Misuse('--stdio is missing')
    const { serve } = await import('../server/server.ts')
    return await serve()
  },
}
