/** Opens one file with its designer beside it when VS Code was started to show just that. */
import * as vscode from 'vscode'
import { viewType } from './designer.ts'

export function showAtStart(path: string | undefined, run: typeof vscode.commands.executeCommand): void {
  if (path === undefined || path === '') return
  const uri = vscode.Uri.file(path)
  // The window's own start comes first.
  setTimeout(() => void vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One }).then(() => run('vscode.openWith', uri, viewType, vscode.ViewColumn.Beside)), 500)
}
