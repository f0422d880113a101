/** The language server: wires LSP and our own requests to the analyses. Whatever fails is logged, never fatal. */
import {
  createConnection, FileChangeType, ProposedFeatures, TextDocuments, TextDocumentSyncKind, type CancellationToken, type Connection, type InitializeParams, type InitializeResult,
} from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { later, t } from '../../core/words.ts'
import type { Requests, ServerSettings } from '../requests.ts'
import { onCodeAction, onCodeLens, mendingKind, onResolveAction, writingKind } from './actions.ts'
import { onCompletion, onDefinition, onHighlight, onHover, onLinks, onPrepareRename, onReferences, onRename, onSymbols } from './language.ts'
import { speakLanguageOf } from './locale.ts'
import { onPlace, onPositions } from './positions.ts'
import { onAsk, onAskDifference, onChange, onElementAt, onExpectations, onExpectationsNow, onExplain, onLocate, onModel, onShow, onValidate } from './questions.ts'
import { onFolding, onInlayHints, onSemanticTokens, tokenLegend } from './reading-aids.ts'
import { defaultSettings, State } from './state.ts'

/** Serves until the client goes; resolves with the exit code. */
export function serve(): Promise<number> {
  const connection = createConnection(ProposedFeatures.all)
  const ended = new Promise<number>((resolve) => connection.onExit(() => resolve(0)))
  start(connection)
  return ended
}

/** An answer that failed, in words; said when it is sent, since nobody knows the language before. */
const wentWrong = later('that went wrong; the log of the language server says how')

export function start(connection: Connection): State {
  const documents = new TextDocuments(TextDocument)
  const state = new State(connection, documents)

  /** One request that fails answers nothing; the server lives on. */
  const guarded = <A extends unknown[], R>(what: string, otherwise: R, handler: (...args: A) => R | Promise<R>) => async (...args: A): Promise<R> => {
    try {
      return await handler(...args)
    } catch (error) {
      // A refusal in words is meant for the person.
      if (error instanceof Error && 'code' in error && typeof error.code === 'number') throw error
      state.log(what, error)
      return otherwise
    }
  }

  connection.onInitialize((params) => {
    speakLanguageOf(params.locale)
    takeCapabilities(state, params)
    takeSettings(state, (params.initializationOptions as { settings?: unknown } | undefined)?.settings)
    state.setFolders(params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri ? [params.rootUri] : []))
    return capabilities
  })
  connection.onInitialized(() => {
    // A client that cannot tell of folders would be asked in vain, and the library says so loudly.
    if (state.can.folders) connection.workspace.onDidChangeWorkspaceFolders?.(() => {
      void connection.workspace.getWorkspaceFolders().then((folders) => {
        state.setFolders((folders ?? []).map(({ uri }) => uri))
        for (const uri of state.analyses.uris()) state.analyses.schedule(uri, 0)
      })
    })
  })
  connection.onDidChangeConfiguration(({ settings }) => {
    takeSettings(state, (settings as { underlay?: unknown } | null)?.underlay)
    for (const uri of state.analyses.uris()) state.publish(uri, state.analyses.latest(uri))
  })
  connection.onDidChangeWatchedFiles(({ changes }) => {
    state.conflicts.relist()
    for (const { uri, type } of changes) {
      for (const one of state.analyses.uris()) if (type !== FileChangeType.Changed || state.conflicts.neighbours(one).has(uri)) state.conflicts.look(one)
      if (type === FileChangeType.Deleted && !documents.get(uri)) void connection.sendDiagnostics({ uri, diagnostics: [] })
      for (const dependent of state.analyses.dependents(uri)) state.analyses.schedule(dependent, state.settings.debounce)
    }
  })

  const opened = new Set<string>()
  documents.onDidOpen(({ document: { uri } }) => {
    opened.add(uri)
    // A client that tells of no files on disk opens what it has made.
    state.conflicts.relist()
  })
  documents.onDidChangeContent(({ document: { uri } }) => {
    // The first text at once, typing after a pause.
    const pause = opened.delete(uri) ? 0 : state.settings.debounce
    state.analyses.schedule(uri, pause)
    for (const dependent of state.analyses.dependents(uri)) state.analyses.schedule(dependent, state.settings.debounce)
  })
  documents.onDidClose(({ document: { uri } }) => {
    opened.delete(uri)
    state.forget(uri)
    for (const dependent of state.analyses.dependents(uri)) state.analyses.schedule(dependent, state.settings.debounce)
  })

  connection.onHover(guarded('hover', null, (params, token: CancellationToken) => onHover(state, params, token)))
  connection.onCompletion(guarded('completion', [], (params) => onCompletion(state, params)))
  connection.onDefinition(guarded('definition', null, (params, token: CancellationToken) => onDefinition(state, params, token)))
  connection.onReferences(guarded('references', [], (params, token: CancellationToken) => onReferences(state, params, token)))
  connection.onDocumentHighlight(guarded('highlight', [], (params, token: CancellationToken) => onHighlight(state, params, token)))
  connection.onPrepareRename(guarded('prepare rename', null, (params, token: CancellationToken) => onPrepareRename(state, params, token)))
  connection.onRenameRequest(guarded('rename', null, (params, token: CancellationToken) => onRename(state, params, token)))
  connection.onDocumentSymbol(guarded('symbols', [], ({ textDocument: { uri } }, token: CancellationToken) => onSymbols(state, uri, token)))
  connection.onDocumentLinks(guarded('links', [], ({ textDocument: { uri } }) => onLinks(state, uri)))
  connection.onCodeAction(guarded('code actions', [], (params, token: CancellationToken) => onCodeAction(state, params, token)))
  connection.onCodeActionResolve(async (action) => {
    try {
      return await onResolveAction(state, action)
    } catch (error) {
      state.log('code action', error)
      return action
    }
  })
  connection.onCodeLens(guarded('code lenses', [], ({ textDocument: { uri } }, token: CancellationToken) => onCodeLens(state, uri, token)))

  connection.languages.inlayHint.on(guarded('inlay hints', [], (params, token: CancellationToken) => onInlayHints(state, params, token)))
  connection.languages.semanticTokens.on(guarded('semantic tokens', { data: [] }, (params, token: CancellationToken) => onSemanticTokens(state, params, token)))
  connection.onFoldingRanges(guarded('folding', [], ({ textDocument: { uri } }) => onFolding(state, uri)))

  const answer = <M extends keyof Requests>(
    method: M, otherwise: Requests[M]['result'], handler: (params: Requests[M]['params'], token: CancellationToken) => Requests[M]['result'] | Promise<Requests[M]['result']>,
  ): void => void connection.onRequest(method, guarded<[Requests[M]['params'], CancellationToken], Requests[M]['result']>(method, otherwise, handler))
  answer('underlay/show', null, (params, token) => onShow(state, params, token))
  answer('underlay/ask', { kind: 'failed', get why() { return t(wentWrong) } }, (params, token) => onAsk(state, params, token))
  answer('underlay/difference', { kind: 'failed', get why() { return t(wentWrong) } }, (params, token) => onAskDifference(state, params, token))
  answer('underlay/change', { get refused() { return t(wentWrong) } }, (params, token) => onChange(state, params, token))
  answer('underlay/positions', { kept: { physical: [], tenant: [] }, faults: [], broken: null }, (params) => onPositions(params))
  answer('underlay/place', { get refused() { return t(wentWrong) } }, (params) => onPlace(params))
  answer('underlay/locate', null, (params, token) => onLocate(state, params, token))
  answer('underlay/elementAt', null, (params, token) => onElementAt(state, params, token))
  answer('underlay/expectations', [], (params, token) => onExpectations(state, params, token))
  answer('underlay/expectationsNow', { get refused() { return t(wentWrong) } }, (params, token) => onExpectationsNow(state, params, token))
  answer('underlay/model', null, (params, token) => onModel(state, params, token))
  answer('underlay/explain', [], (params) => onExplain(params))
  answer('underlay/validate', { files: 0, problems: 0 }, (params, token) => onValidate(state, params, token))

  documents.listen(connection)
  connection.listen()
  return state
}

const capabilities: InitializeResult = {
  capabilities: {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    hoverProvider: true, completionProvider: { triggerCharacters: [':', ' ', '.', '/'] }, definitionProvider: true, referencesProvider: true,
    documentHighlightProvider: true, documentSymbolProvider: true, documentLinkProvider: {}, renameProvider: { prepareProvider: true },
    codeActionProvider: { codeActionKinds: ['quickfix', mendingKind, writingKind], resolveProvider: true }, codeLensProvider: {}, inlayHintProvider: true, foldingRangeProvider: true,
    semanticTokensProvider: { legend: tokenLegend, full: true },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  },
  serverInfo: { name: 'underlay' },
}

function takeCapabilities(state: State, { capabilities: { window, textDocument, workspace }, initializationOptions }: InitializeParams): void {
  state.can = {
    progress: window?.workDoneProgress === true,
    resolveEdits: textDocument?.codeAction?.resolveSupport?.properties.includes('edit') === true && textDocument.codeAction.dataSupport === true,
    folders: workspace?.workspaceFolders === true,
    refreshLenses: workspace?.codeLens?.refreshSupport === true,
    refreshHints: workspace?.inlayHint?.refreshSupport === true,
    refreshTokens: workspace?.semanticTokens?.refreshSupport === true,
    // Whoever has a player for packets says so.
    traces: (initializationOptions as { traces?: unknown } | undefined)?.traces === true,
  }
}

/** Settings as an editor sends them: unknown shapes are ignored. */
function takeSettings(state: State, settings: unknown): void {
  if (typeof settings !== 'object' || settings === null) return
  const { debounce, checks, severity, hints } = settings as { debounce?: unknown; checks?: { severity?: unknown }; severity?: unknown; hints?: { mtu?: unknown; addresses?: unknown } | null }
  const chosen = checks?.severity ?? severity
  const taken: ServerSettings = {
    debounce: typeof debounce === 'number' && debounce >= 0 ? Math.min(debounce, 5000) : defaultSettings.debounce,
    severity: typeof chosen === 'object' && chosen !== null ? Object.fromEntries(Object.entries(chosen).filter((entry): entry is [string, string] => typeof entry[1] === 'string')) : {},
    hints: { mtu: hints?.mtu !== false, addresses: hints?.addresses !== false },
  }
  state.settings = taken
}
