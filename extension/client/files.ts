/** Which files are ours, in VS Code's words. */
import * as vscode from 'vscode'
import { filePatterns } from '../requests.ts'

/** By pattern, so that yaml stays yaml and json stays json. */
export const selector: vscode.DocumentSelector = filePatterns.map((pattern) => ({ pattern }))

export const isOurs = (document: vscode.TextDocument | undefined): document is vscode.TextDocument =>
  document !== undefined && document.uri.scheme !== 'git' && vscode.languages.match(selector, document) > 0

/** The file that the active editor shows, as text or in the designer. */
export function activeUri(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input
  if (input instanceof vscode.TabInputCustom && input.viewType === 'underlay.designer') return input.uri
  const editor = vscode.window.activeTextEditor
  return isOurs(editor?.document) ? editor.document.uri : undefined
}

/** The file that a command is meant for: what a menu gives, or what is active; tells when there is none. */
export function meantFor(given: unknown): vscode.Uri | undefined {
  const uri = given instanceof vscode.Uri ? given : typeof given === 'string' ? vscode.Uri.parse(given) : activeUri()
  if (!uri) void vscode.window.showInformationMessage(vscode.l10n.t('Open an infrastructure file first (*.infra.yaml, *.clab.yml, compose.yaml).'))
  return uri
}

export const rangeOf = ({ start, end }: { start: { line: number; character: number }; end: { line: number; character: number } }): vscode.Range =>
  new vscode.Range(start.line, start.character, end.line, end.character)
