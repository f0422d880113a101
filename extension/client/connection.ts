/** The language server's other end: started with the first file of ours, asked by type. */
import * as vscode from 'vscode'
import type { LanguageClient, ServerOptions } from 'vscode-languageclient/node'
import { analysedMethod, filePatterns, progressedMethod, type Analysed, type Progressed, type Requests } from '../requests.ts'
import { isOurs } from './files.ts'

export interface Connection extends vscode.Disposable {
  /** Starts the server where it does not run yet. */
  ask<M extends keyof Requests>(method: M, params: Requests[M]['params'], token?: vscode.CancellationToken): Promise<Requests[M]['result']>
  /**
   * Makes the editor ask for the text's code lenses once more. It waits a moment before it asks, and drops the question
   * when the focus leaves the text within that moment: so whoever takes the focus from a text says so here.
   */
  askLensesAgain(document: vscode.TextDocument): void
  /** The server has analysed a text. */
  readonly onAnalysed: vscode.Event<Analysed>
  /** A text that takes long to check can be drawn already. */
  readonly onAhead: vscode.Event<Analysed>
  /** A name for a question under which the server tells how far its answer has come. */
  ticket(): string
  /** A long answer has come so far. */
  readonly onProgressed: vscode.Event<Progressed>
}

export function createConnection(context: vscode.ExtensionContext): Connection {
  const analysed = new vscode.EventEmitter<Analysed>()
  const ahead = new vscode.EventEmitter<Analysed>()
  const progressed = new vscode.EventEmitter<Progressed>()
  let client: LanguageClient | undefined
  let running: Promise<LanguageClient> | undefined
  let tickets = 0

  const start = (): Promise<LanguageClient> => {
    running ??= (async () => {
      // The library is loaded with the first file of ours, so that activation costs next to nothing.
      const { LanguageClient: Client, State, TransportKind } = await import('vscode-languageclient/node.js')
      const module = context.asAbsolutePath('dist/server.cjs')
      const options: ServerOptions = {
        run: { module, transport: TransportKind.ipc }, debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6019'] } },
      }
      const made = new Client('underlay', 'Underlay', options, {
        documentSelector: filePatterns.map((pattern) => ({ pattern })),
        synchronize: { configurationSection: 'underlay', fileEvents: vscode.workspace.createFileSystemWatcher('**/*.{yaml,yml,json}') },
        initializationOptions: { settings: vscode.workspace.getConfiguration('underlay'), traces: true },
        // An analysis is never worth a restart loop's noise; the client restarts a crashed server a few times by itself.
        connectionOptions: { maxRestartCount: 3 },
        traceOutputChannel: vscode.window.createOutputChannel('Underlay Trace', { log: true }),
      })
      client = made
      made.onNotification(analysedMethod, (one: Analysed) => (one.ahead ? ahead : analysed).fire(one))
      made.onNotification(progressedMethod, (one: Progressed) => progressed.fire(one))
      made.onDidChangeState(({ newState }) => {
        // Whatever waits for an answer is told by the request's own failure; a later one starts anew.
        if (newState === State.Stopped) running = undefined
      })
      await made.start()
      return made
    })()
    return running
  }

  const watch = vscode.workspace.onDidOpenTextDocument((document) => {
    if (isOurs(document)) void start()
  })
  if (vscode.workspace.textDocuments.some(isOurs)) void start()

  return {
    askLensesAgain: (document) => client?.getFeature('textDocument/codeLens').getProvider(document)?.onDidChangeCodeLensEmitter.fire(),
    onAnalysed: analysed.event, onAhead: ahead.event, onProgressed: progressed.event,
    ticket: () => String(++tickets),
    async ask(method, params, token) {
      const ready = await start()
      // The library takes a missing token for a second parameter and sends it as null.
      return token ? ready.sendRequest(method, params, token) : ready.sendRequest(method, params)
    },
    dispose() {
      watch.dispose()
      analysed.dispose()
      progressed.dispose()
      void client?.stop()
    },
  }
}
