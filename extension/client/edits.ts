/** A Change as one edit of the text: one step of undo, refused when the text has moved on or must not be changed. */
import * as vscode from 'vscode'
import type { Change } from '../../core/infra/change.ts'
import type { Connection } from './connection.ts'
import { rangeOf } from './files.ts'

/** Why it was refused, or undefined when the text has answered. */
export async function applyChange(connection: Connection, document: vscode.TextDocument, version: number, change: Change, label: string): Promise<string | undefined> {
  if (document.version !== version) return vscode.l10n.t('The text has changed meanwhile. Try again.')
  const answer = await connection.ask('underlay/change', { uri: document.uri.toString(), version, change })
  if ('refused' in answer) return answer.refused
  if (document.version !== version) return vscode.l10n.t('The text has changed meanwhile. Try again.')
  const edit = new vscode.WorkspaceEdit()
  const own: { readonly start: number; readonly end: number; readonly newText: string; readonly oldText: string }[] = []
  for (const { uri, range, newText } of answer.edits) {
    edit.replace(vscode.Uri.parse(uri), rangeOf(range), newText, { needsConfirmation: false, label })
    const [start, end] = [document.offsetAt(rangeOf(range).start), document.offsetAt(rangeOf(range).end)]
    if (uri === document.uri.toString()) own.push({ start, end, newText, oldText: document.getText(rangeOf(range)) })
  }
  let saved = false
  const watch = vscode.workspace.onDidSaveTextDocument((one) => { if (one === document) saved = true })
  try {
    if (!(await vscode.workspace.applyEdit(edit))) return vscode.l10n.t('The edit could not be applied.')
    // VS Code tells nobody that a file is read-only here, and lets its text be edited: what is neither unsaved nor saved then can never be saved.
    const settled = (): boolean => document.version === version || document.isDirty || saved || document.uri.scheme === 'untitled'
    if (settled()) return undefined
    const now = document.version
    // Whether it is unsaved may be told a moment later.
    await new Promise((resolve) => setTimeout(resolve, 400))
    if (settled() || document.version !== now) return undefined
  } finally {
    watch.dispose()
  }
  await takeBack(document, own)
  return vscode.l10n.t('{0} is read-only: nothing was changed.', vscode.workspace.asRelativePath(document.uri))
}

/** Puts back what stood there before. */
async function takeBack(document: vscode.TextDocument, edits: readonly { readonly start: number; readonly end: number; readonly newText: string; readonly oldText: string }[]): Promise<void> {
  const back = new vscode.WorkspaceEdit()
  let shift = 0
  for (const { start, end, newText, oldText } of [...edits].sort((a, b) => a.start - b.start)) {
    const from = start + shift
    shift += newText.length - (end - start)
    back.replace(document.uri, new vscode.Range(document.positionAt(from), document.positionAt(from + newText.length)), oldText)
  }
  await vscode.workspace.applyEdit(back)
}
