/** "Write expectations from what holds now": who reaches whom, as entries of `expect`, in one step of undo. */
import * as vscode from 'vscode'
import type { Connection } from './connection.ts'
import { meantFor, rangeOf } from './files.ts'

export function registerExpectations(connection: Connection): vscode.Disposable {
  return vscode.commands.registerCommand('underlay.writeExpectations', async (given: unknown) => {
    const uri = await meantFor(given)
    if (!uri) return
    const document = await vscode.workspace.openTextDocument(uri)
    const answer = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Judging what holds') }, () => connection.ask('underlay/expectationsNow', { uri: uri.toString() }))
    if ('refused' in answer) {
      void vscode.window.showWarningMessage(answer.refused)
      return
    }
    if (document.version !== answer.version) {
      void vscode.window.showWarningMessage(vscode.l10n.t('The text has changed meanwhile. Try again.'))
      return
    }
    if (answer.count === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('The file says all that can be said of whole groups already.'))
      return
    }
    const edit = new vscode.WorkspaceEdit()
    for (const { uri: file, range, newText } of answer.edits) edit.replace(vscode.Uri.parse(file), rangeOf(range), newText)
    await vscode.workspace.applyEdit(edit)
    await vscode.window.showTextDocument(document, { preview: false })
  })
}
