/** The designer: a custom text editor beside the text. It holds nothing; it relays between the server's pictures and the webview. */
import * as vscode from 'vscode'
import { isStep } from '../../core/pictures.ts'
import type { DesignerSettings, ToExtension, ToWebview } from '../../core/protocol.ts'
import type { ShowWithoutSettings } from '../requests.ts'
import { createAsking } from './asking.ts'
import type { Connection } from './connection.ts'
import { designerPage } from './designer-page.ts'
import { applyChange } from './edits.ts'
import { rangeOf } from './files.ts'
import { createPositions } from './positions.ts'

export const viewType = 'underlay.designer'

/** An open designer, as commands see it. */
interface Panel {
  readonly uri: string
  send(message: ToWebview): void
  /** Sends when the webview listens, however long its script takes. */
  whenReady(message: ToWebview): void
  reveal(): void
}

export interface Designers extends vscode.Disposable {
  /** The designer of a file, opened beside the text where there is none. */
  show(uri: vscode.Uri, message?: ToWebview): Promise<void>
  /** Only where one is open. */
  tell(uri: vscode.Uri, message: ToWebview): boolean
}

export function createDesigners(context: vscode.ExtensionContext, connection: Connection): Designers {
  const panels = new Set<Panel>()
  const waiting = new Map<string, ToWebview[]>()
  const dist = vscode.Uri.joinPath(context.extensionUri, 'dist')
  const openPanel = (uri: vscode.Uri): Panel | undefined => [...panels].reverse().find((panel) => panel.uri === uri.toString())

  const provider: vscode.CustomTextEditorProvider = {
    resolveCustomTextEditor(document, view) {
      view.webview.options = { enableScripts: true, localResourceRoots: [dist] }
      const panel = attach(document, view, connection)
      panels.add(panel)
      for (const message of waiting.get(panel.uri) ?? []) panel.whenReady(message)
      waiting.delete(panel.uri)
      view.onDidDispose(() => panels.delete(panel))
      view.webview.html = designerPage(view.webview, dist)
    },
  }
  const registration = vscode.window.registerCustomEditorProvider(viewType, provider, {
    supportsMultipleEditorsPerDocument: true, webviewOptions: { retainContextWhenHidden: false, enableFindWidget: false },
  })

  return {
    async show(uri, message) {
      const open = openPanel(uri)
      if (open) {
        open.reveal()
        if (message) open.whenReady(message)
        return
      }
      if (message) waiting.set(uri.toString(), [...(waiting.get(uri.toString()) ?? []), message])
      await vscode.commands.executeCommand('vscode.openWith', uri, viewType, vscode.ViewColumn.Beside)
    },
    tell(uri, message) {
      const open = openPanel(uri)
      open?.whenReady(message)
      return open !== undefined
    },
    dispose: () => void registration.dispose(),
  }
}

function settingsOf(uri: vscode.Uri): DesignerSettings {
  const direction = vscode.workspace.getConfiguration('underlay', uri).get<string>('designer.direction')
  const motion = vscode.workspace.getConfiguration('workbench').get<string>('reduceMotion')
  return { direction: direction === 'RIGHT' ? 'RIGHT' : 'DOWN', reducedMotion: motion === 'on' }
}

function attach(document: vscode.TextDocument, view: vscode.WebviewPanel, connection: Connection): Panel {
  const uri = document.uri.toString()
  let shown: { view: 'physical' | 'tenant'; tenant?: string; open?: readonly string[] } = { view: 'physical' }
  let ready = false
  let queue: ToWebview[] = []
  let turn = 0
  let missed = 0
  let again: NodeJS.Timeout | undefined
  /** Pictures that are on their way, and the version of the text that the last one was asked of. */
  let underWay = 0
  let asked = -1
  /** Something has changed since they were asked for. */
  let changed = false
  let selected: string | null = null
  let pictured: ShowWithoutSettings | undefined
  /** The picture that the webview has. */
  let has: string | undefined
  const send = (message: ToWebview): void => void view.webview.postMessage(message)
  const asking = createAsking(document.uri, connection, (number, answer) => send({ kind: 'answer', number, answer }))

  /** The last picture, with what only this side knows of it. */
  const present = async (): Promise<void> => {
    const positions = await kept.current()
    if (!pictured) return
    // What the webview has already is not told again.
    const diagram = pictured.picture !== undefined && pictured.picture === has ? { since: has } : pictured.diagram
    // A step from something else is of no use to it: it was overtaken, or the webview begins anew and has asked for the whole.
    if (isStep(diagram) && diagram.since !== has) return has === undefined ? undefined : refresh()
    has = pictured.picture
    send({ ...pictured, diagram, settings: settingsOf(document.uri), positions })
  }
  const kept = createPositions(document.uri, connection, () => void present().catch(() => {}))

  /** The newest picture; one that was overtaken is not shown. */
  const refresh = async (): Promise<void> => {
    const mine = ++turn
    clearTimeout(again)
    if (!ready) return
    changed = false
    asked = document.version
    underWay++
    try {
      const picture = await connection.ask('underlay/show', { uri, ...shown, ...(has !== undefined && { since: has }) })
      if (mine !== turn) return
      if (picture) {
        missed = 0
        // The server may not have been told of the newest text yet.
        asked = picture.version
        pictured = picture
        await present()
      } else if (missed++ < 20) {
        // The webview may be quicker than the server is told of the document.
        again = setTimeout(() => void refresh(), 150)
        return
      } else send({ kind: 'refused', why: vscode.l10n.t('There is no picture of this file: Underlay does not read files like this one, or something went wrong. Its output says what.') })
    } catch (error) {
      if (mine === turn && !isCancelled(error)) send({ kind: 'refused', why: messageOf(error) })
    } finally {
      underWay--
      if (changed && underWay === 0) void refresh()
    }
    for (const message of queue) send(message)
    queue = []
  }
  /** One at a time: whoever types faster than pictures are made sees each that is made, and the last one at the end. */
  const soon = (): void => {
    changed = true
    // The server is told of a change before it is asked for its picture.
    if (underWay === 0) setImmediate(() => { if (changed && underWay === 0) void refresh() })
  }

  const receive = async (message: ToExtension): Promise<void> => {
    switch (message.kind) {
      case 'ready':
        ready = true
        has = undefined
        connection.askLensesAgain(document)
        return refresh()
      case 'view':
        shown = { view: message.view, ...(message.tenant !== undefined && { tenant: message.tenant }), ...(message.open && { open: message.open }) }
        return refresh()
      case 'ask':
        return asking.ask(message.number, message.question)
      case 'change': {
        const refused = await applyChange(connection, document, message.version, message.change, message.label).catch(messageOf)
        if (refused !== undefined) send({ kind: 'refused', why: refused })
        return
      }
      case 'positions': {
        const refused = await kept.apply(message.change, message.begin === true)
        if (refused !== undefined) send({ kind: 'refused', why: refused })
        return
      }
      case 'reveal': {
        selected = message.id
        const place = await connection.ask('underlay/locate', { uri, id: message.id })
        if (place) await revealText(vscode.Uri.parse(place.uri), rangeOf(place.range), view, message.focus)
        return
      }
      case 'reveal-range':
        return revealText(vscode.Uri.parse(message.uri), rangeOf(message.range), view, true)
      case 'save':
        return savePicture(document.uri, message.name, message.content)
    }
  }

  const follow = async (editor: vscode.TextEditor): Promise<void> => {
    const position = editor.selection.active
    const id = await connection.ask('underlay/elementAt', { uri, position: { line: position.line, character: position.character } })
    if (id === selected) return
    selected = id
    send({ kind: 'select', id, centre: false })
  }

  let pause: NodeJS.Timeout | undefined
  const listeners = [
    view.webview.onDidReceiveMessage((message: ToExtension) => {
      receive(message).catch((error: unknown) => send({ kind: 'refused', why: messageOf(error) }))
    }),
    // Nobody waits to hear that there is something to be drawn: what was typed is asked for at once.
    vscode.workspace.onDidChangeTextDocument(({ document: { uri: one }, contentChanges }) => {
      if (contentChanges.length > 0 && view.visible && one.toString() === uri) soon()
    }),
    connection.onAnalysed((analysed) => { if (analysed.uri === uri) soon() }),
    connection.onAhead((ahead) => { if (ahead.uri === uri && ahead.version > asked) soon() }),
    view.onDidChangeViewState(() => {
      if (view.active) connection.askLensesAgain(document)
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('underlay') || event.affectsConfiguration('workbench.reduceMotion')) void refresh()
    }),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
      // Only what a person does with keys or mouse; our own reveals are not followed.
      if (textEditor.document.uri.toString() !== uri || kind === undefined || kind === vscode.TextEditorSelectionChangeKind.Command) return
      clearTimeout(pause)
      pause = setTimeout(() => void follow(textEditor).catch(() => {}), 120)
    }),
  ]
  view.onDidDispose(() => {
    turn++
    clearTimeout(pause)
    clearTimeout(again)
    asking.dispose()
    kept.dispose()
    for (const listener of listeners) listener.dispose()
  })

  return {
    uri, send,
    whenReady(message) {
      // A hidden webview is gone; it begins anew and says `ready` again.
      if (ready && view.visible) send(message)
      else queue.push(message)
    },
    reveal: () => view.reveal(view.viewColumn, false),
  }
}

/** The text beside the designer, at a place. */
async function revealText(uri: vscode.Uri, range: vscode.Range, designer: vscode.WebviewPanel, focus: boolean): Promise<void> {
  const visible = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString())
  // Nothing is opened because something was selected; only where a person asks for the text.
  if (!visible && !focus) return
  const column = visible?.viewColumn ?? (designer.viewColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One)
  const editor = visible && !focus ? visible : await vscode.window.showTextDocument(uri, { viewColumn: column, preserveFocus: !focus })
  editor.selection = new vscode.Selection(range.start, range.start)
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport)
}

async function savePicture(uri: vscode.Uri, name: string, content: string): Promise<void> {
  const folder = vscode.Uri.joinPath(uri, '..')
  const target = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.joinPath(folder, name), filters: { [vscode.l10n.t('Picture')]: [name.split('.').at(-1) ?? 'svg'] } })
  if (!target) return
  const data = /^data:[^,]*;base64,/.exec(content)
  await vscode.workspace.fs.writeFile(target, data ? Buffer.from(content.slice(data[0].length), 'base64') : Buffer.from(content, 'utf8'))
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
/** -32800: the request was cancelled; another one is under way. */
const isCancelled = (error: unknown): boolean => error instanceof Error && 'code' in error && (error.code === -32800 || error.code === -32802)
