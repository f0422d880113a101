/** What the server knows: open documents, their analyses, the workspace's folders, the person's settings. */
import { randomUUID } from 'node:crypto'
import type { Connection, TextDocuments, WorkDoneProgressServerReporter } from 'vscode-languageserver/node'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { URI } from 'vscode-uri'
import { Pictures } from '../../core/pictures.ts'
import type { Source } from '../../core/text/source.ts'
import { analysedMethod, type ServerSettings } from '../requests.ts'
import { Analyses, type Analysed } from './analyses.ts'
import { Conflicts } from './conflicts.ts'
import { diagnosticsOf } from './diagnostics.ts'
import { realFolder, type Surroundings } from './includes.ts'

export const defaultSettings: ServerSettings = { debounce: 60, severity: {}, hints: { mtu: true, addresses: true } }

export class State {
  readonly connection: Connection
  readonly documents: TextDocuments<TextDocument>
  readonly analyses: Analyses
  readonly conflicts: Conflicts
  readonly pictures = new Pictures(randomUUID())
  settings: ServerSettings = defaultSettings
  /** What was copied last, in the picture of which file: the diagram's ids. */
  copied: { readonly uri: string; readonly ids: readonly string[] } | undefined
  /** What the client can do beyond the least. */
  can = { progress: false, resolveEdits: false, folders: false, refreshLenses: false, refreshHints: false, refreshTokens: false, traces: false }
  private folders: readonly string[] = []
  private readonly memory: Surroundings['memory'] = new Map()
  /** Files beside an open one in which it found something, so that this goes away with it. */
  private readonly beside = new Map<string, readonly string[]>()
  private readonly reports = new Map<string, WorkDoneProgressServerReporter | 'asked'>()

  constructor(connection: Connection, documents: TextDocuments<TextDocument>) {
    this.connection = connection
    this.documents = documents
    this.analyses = new Analyses({
      source: (uri) => this.sourceOf(uri),
      surroundings: () => this.surroundings(),
      carry: (uri, fresh) => this.conflicts.carry(uri, fresh),
      finished: (uri, analysed) => {
        this.publish(uri, analysed)
        for (const one of this.analyses.uris()) if (one === uri || this.conflicts.neighbours(one).has(uri)) this.conflicts.look(one)
      },
      ahead: (uri, version) => void this.connection.sendNotification(analysedMethod, { uri, version, ahead: true }),
      progress: (uri, progress) => this.report(uri, progress && `${progress.doing} ${progress.of > 0 ? `${Math.floor((100 * progress.done) / progress.of)} %` : ''}`),
      failed: (uri, error) => this.log(`analysis of ${uri}`, error),
    })
    this.conflicts = new Conflicts({
      surroundings: () => this.surroundings(),
      open: () => this.analyses.uris(),
      latest: (uri) => this.analyses.latest(uri),
      found: (uri, analysed) => {
        this.analyses.amend(uri, analysed)
        this.publish(uri, analysed)
      },
      failed: (uri, error) => this.log(`conflicts of ${uri}`, error),
    })
  }

  setFolders(uris: readonly string[]): void {
    this.folders = uris.filter((uri) => uri.startsWith('file:')).map((uri) => realFolder(URI.parse(uri).fsPath))
  }

  sourceOf(uri: string): Source | undefined {
    const document = this.documents.get(uri)
    return document && { uri, text: document.getText(), version: document.version }
  }

  surroundings(): Surroundings {
    return { roots: this.folders, open: (uri) => this.sourceOf(uri), memory: this.memory }
  }

  forget(uri: string): void {
    this.analyses.forget(uri)
    this.conflicts.forget(uri)
    this.memory.delete(uri)
    for (const one of [uri, ...(this.beside.get(uri) ?? [])]) void this.connection.sendDiagnostics({ uri: one, diagnostics: [] })
    this.beside.delete(uri)
  }

  publish(uri: string, analysed: Analysed | undefined): void {
    if (!analysed) {
      void this.connection.sendDiagnostics({ uri, diagnostics: [] })
      return
    }
    const byFile = diagnosticsOf(analysed.analysis, analysed.version, this.settings.severity)
    for (const [file, diagnostics] of byFile) {
      // A file that is open itself speaks for itself.
      if (file !== uri && this.documents.get(file)) continue
      void this.connection.sendDiagnostics({ uri: file, diagnostics: [...diagnostics], ...(file === uri && { version: analysed.version }) })
    }
    const beside = [...byFile.keys()].filter((file) => file !== uri)
    for (const gone of this.beside.get(uri) ?? []) if (!byFile.has(gone) && !this.documents.get(gone)) void this.connection.sendDiagnostics({ uri: gone, diagnostics: [] })
    this.beside.set(uri, beside)
    void this.connection.sendNotification(analysedMethod, { uri, version: analysed.version })
    if (this.can.refreshLenses) void this.connection.sendRequest('workspace/codeLens/refresh').catch(() => {})
    if (this.can.refreshHints) void this.connection.sendRequest('workspace/inlayHint/refresh').catch(() => {})
    if (this.can.refreshTokens) void this.connection.sendRequest('workspace/semanticTokens/refresh').catch(() => {})
  }

  log(what: string, error: unknown): void {
    this.connection.console.error(`${what}: ${error instanceof Error ? error.stack ?? error.message : String(error)}`)
  }

  private report(uri: string, message: string | undefined): void {
    const report = this.reports.get(uri)
    if (message === undefined) {
      if (report && report !== 'asked') report.done()
      this.reports.delete(uri)
      return
    }
    if (!this.can.progress) return
    if (report === undefined) {
      this.reports.set(uri, 'asked')
      this.connection.window.createWorkDoneProgress().then((made) => {
        // It may be over by now.
        if (!this.reports.has(uri)) return
        made.begin('Underlay', undefined, message)
        this.reports.set(uri, made)
      }, () => this.reports.delete(uri))
    } else if (report !== 'asked') report.report(message)
  }
}
