/**
 * A person's own positions, in the file beside the file. It is written at once, as VS Code's settings are when they are set
 * in their own editor: no document of it stays unsaved that nobody opened. Where somebody has it open and has changed it,
 * it is edited there, and saving is left to them.
 */
import * as vscode from 'vscode'
import { sidecarOf, type ShownPositions, type SpotsChange } from '../../core/positions.ts'
import type { Connection } from './connection.ts'
import { rangeOf } from './files.ts'

export interface Positions extends vscode.Disposable {
  /** What is kept; null where there is no such file. */
  current(): Promise<ShownPositions | null>
  /** Why it was refused, or undefined when the file has answered. `begin`: the file may be made. */
  apply(change: SpotsChange, begin: boolean): Promise<string | undefined>
}

const nobody: ShownPositions['kept'] = { physical: [], tenant: [] }

/** `changed` is called whenever the file says something else, whoever wrote it. */
export function createPositions(document: vscode.Uri, connection: Connection, changed: () => void): Positions {
  const uri = document.with({ path: sidecarOf(document.path) })
  const name = uri.path.split('/').at(-1) ?? ''
  let known: Promise<ShownPositions | null> | undefined
  let writing: Promise<unknown> = Promise.resolve()
  const opened = (): vscode.TextDocument | undefined => vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString() && !one.isClosed)

  /** The text as an editor has it or as it is stored; null where there is none. */
  const text = async (): Promise<string | null> => {
    const open = opened()
    if (open) return open.getText()
    let bytes: Uint8Array
    try {
      bytes = await vscode.workspace.fs.readFile(uri)
    } catch (error) {
      if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return null
      throw error
    }
    // A mark of the byte order is part of the text, and stays.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  }

  const read = async (): Promise<ShownPositions | null> => {
    if (document.scheme === 'untitled') return null
    try {
      const now = await text()
      return now === null ? null : { name, uri: uri.toString(), ...(await connection.ask('underlay/positions', { text: now })) }
    } catch (error) {
      const start = { line: 0, character: 0 }
      return { name, uri: uri.toString(), kept: nobody, faults: [], broken: { message: error instanceof Error ? error.message : String(error), range: { start, end: start } } }
    }
  }
  const anew = (): void => {
    known = undefined
    changed()
  }

  const write = async (change: SpotsChange, begin: boolean): Promise<string | undefined> => {
    if (document.scheme === 'untitled') return vscode.l10n.t('Save the file first: positions are kept in a file beside it.')
    const before = await text()
    if (before === null && !begin) return vscode.l10n.t('{0} is gone: positions are no longer kept.', name)
    const answer = await connection.ask('underlay/place', { text: before, change })
    if ('refused' in answer) return vscode.l10n.t('{0} is left as it is: {1}', name, answer.refused)
    if (answer.text === before) return undefined
    const open = opened()
    if (open?.isDirty) {
      if (open.getText() !== before) return vscode.l10n.t('The text has changed meanwhile. Try again.')
      const edit = new vscode.WorkspaceEdit()
      for (const { range, newText } of answer.edits) edit.replace(uri, rangeOf(range), newText)
      return (await vscode.workspace.applyEdit(edit)) ? undefined : vscode.l10n.t('The edit could not be applied.')
    }
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(answer.text))
    return undefined
  }

  const listeners = [
    vscode.workspace.onDidChangeTextDocument((event) => { if (event.document.uri.toString() === uri.toString()) anew() }),
    vscode.workspace.onDidCloseTextDocument((closed) => { if (closed.uri.toString() === uri.toString()) anew() }),
  ]
  if (document.scheme !== 'untitled') {
    // By its ending: a name may hold what a pattern takes for more than a name.
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*.layout.json'))
    const own = (one: vscode.Uri): void => { if (one.toString() === uri.toString()) anew() }
    listeners.push(watcher, watcher.onDidChange(own), watcher.onDidCreate(own), watcher.onDidDelete(own))
  }
  return {
    current: () => (known ??= read()),
    apply(change, begin) {
      // One after the other: each is an edit of what the one before left.
      const turn = writing.then(() => write(change, begin)).catch((error: unknown) => (error instanceof Error ? error.message : String(error))).finally(anew)
      writing = turn
      return turn
    },
    dispose() {
      for (const listener of listeners) listener.dispose()
    },
  }
}
