/** A Change as one edit of the text: one step of undo, refused when the text has moved on. */
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
  for (const { uri, range, newText } of answer.edits) {
    edit.replace(vscode.Uri.parse(uri), rangeOf(range), newText, { needsConfirmation: false, label })
  }
  return (await vscode.workspace.applyEdit(edit)) ? undefined : vscode.l10n.t('The edit could not be applied.')
}
