/** `underlay lsp --stdio`: the language server, for editors other than VS Code. */
import type { Command } from './command.ts'

export const lsp: Command = {
  name: 'lsp',
  usage: '--stdio',
  does: 'the language server, for editors other than VS Code',
  // Whatever the connection's own library reads from the command line.
  flags: { stdio: 'switch', clientProcessId: 'value', 'node-ipc': 'switch', socket: 'value', pipe: 'value' },
  async run() {
    const { serve } = await import('../server/server.ts')
    return await serve()
  },
}
