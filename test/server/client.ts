/** A small LSP client: starts the bundled server as a process, opens texts, asks, and keeps what is published. */
import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { createProtocolConnection, type Diagnostic, type InitializeResult, type ProtocolConnection, type PublishDiagnosticsParams } from 'vscode-languageserver/node.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Bundles an entry of the project the way the build does, and says where. */
export async function bundle(entry: string): Promise<string> {
  const outfile = join(mkdtempSync(join(tmpdir(), 'underlay-test-')), 'bundle.cjs')
  await build({ entryPoints: [join(root, entry)], outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20', mainFields: ['module', 'main'], logLevel: 'error' })
  return outfile
}

export interface Client {
  readonly connection: ProtocolConnection
  /** The workspace's folder. */
  readonly folder: string
  /** What the server says that it can do. */
  readonly capabilities: InitializeResult['capabilities']
  write(name: string, text: string): string
  open(name: string, text: string): string
  change(uri: string, version: number, text: string): void
  /** The diagnostics of a file once they are those of this version. */
  diagnostics(uri: string, version?: number): Promise<readonly Diagnostic[]>
  request<T>(method: string, params: unknown): Promise<T>
  stop(): Promise<number | null>
}

export async function startServer(command: readonly string[], capabilities: object = {}, options: object = {}): Promise<Client> {
  const folder = mkdtempSync(join(tmpdir(), 'underlay-lsp-'))
  const child = spawn(process.execPath, [...command], { stdio: ['pipe', 'pipe', 'inherit'] })
  const connection = createProtocolConnection(child.stdout, child.stdin, console)
  const published = new Map<string, PublishDiagnosticsParams>()
  const waiting = new Set<() => void>()
  connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    published.set(params.uri, params)
    for (const look of [...waiting]) look()
  })
  connection.listen()
  const { capabilities: able } = await connection.sendRequest<InitializeResult>('initialize', {
    processId: process.pid, rootUri: pathToFileURL(folder).href, workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'test' }],
    capabilities: { textDocument: { codeAction: { dataSupport: true, resolveSupport: { properties: ['edit'] } } }, ...capabilities },
    initializationOptions: { settings: { debounce: 5 }, ...options },
  })
  await connection.sendNotification('initialized', {})
  const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href
  return {
    connection, folder, capabilities: able,
    write(name, text) {
      writeFileSync(join(folder, name), text)
      return uriOf(name)
    },
    open(name, text) {
      const uri = uriOf(name)
      void connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } })
      return uri
    },
    change: (uri, version, text) => void connection.sendNotification('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] }),
    diagnostics: (uri, version = 1) => new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no diagnostics for ${uri}`)), 20_000)
      const look = (): void => {
        const found = published.get(uri)
        if (!found || (found.version !== undefined && found.version < version)) return
        clearTimeout(late)
        waiting.delete(look)
        resolve(found.diagnostics)
      }
      waiting.add(look)
      look()
    }),
    request: <T>(method: string, params: unknown) => connection.sendRequest<T>(method, params),
    async stop() {
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
      await connection.sendRequest('shutdown')
      await connection.sendNotification('exit')
      return ended
    },
  }
}

/** The position of the first (or n-th) occurrence of a word, moved right by some characters. */
export function positionOf(text: string, word: string, shift = 0, nth = 0): { line: number; character: number } {
  let offset = -1
  for (let i = 0; i <= nth; i++) offset = text.indexOf(word, offset + 1)
  if (offset < 0) throw new Error(`${word} is not in the text`)
  const before = text.slice(0, offset + shift).split('\n')
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
}

/** A text after LSP edits. */
export function edited(text: string, edits: readonly { readonly range: { readonly start: { line: number; character: number }; readonly end: { line: number; character: number } }; readonly newText: string }[]): string {
  const starts = [0]
  for (let i = 0; i < text.length; i++) if (text[i] === '\n') starts.push(i + 1)
  const offset = ({ line, character }: { line: number; character: number }): number => (starts[line] ?? text.length) + character
  return [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce((result, { range, newText }) => result.slice(0, offset(range.start)) + newText + result.slice(offset(range.end)), text)
}
