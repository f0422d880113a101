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

/**
 * The file that a command is meant for: what a menu gives, or what is active. Where that is none of ours (a welcome page, say):
 * the one that is open, else the one that is chosen from the workspace. Tells when there is none.
 */
export async function meantFor(given: unknown): Promise<vscode.Uri | undefined> {
  const uri = given instanceof vscode.Uri ? given : typeof given === 'string' ? vscode.Uri.parse(given) : activeUri()
  if (uri) return uri
  const open = openUris()
  if (open.length === 1) return open[0]
  const found = await Promise.all(filePatterns.map((pattern) => vscode.workspace.findFiles(pattern, '**/node_modules/**', 200)))
  const all = new Map([...open, ...found.flat().sort((a, b) => a.path.localeCompare(b.path))].map((one) => [one.toString(), one]))
  if (all.size === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Open an infrastructure file first (*.infra.yaml, *.clab.yml, compose.yaml).'))
    return undefined
  }
  const picked = await vscode.window.showQuickPick([...all.values()].map((one) => ({ label: vscode.workspace.asRelativePath(one), uri: one })), { title: vscode.l10n.t('Which infrastructure file?') })
  return picked?.uri
}

/** Our files in any tab, as text or in the designer, each once. */
function openUris(): readonly vscode.Uri[] {
  const uris = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.flatMap(({ input }) => {
    if (input instanceof vscode.TabInputCustom && input.viewType === 'underlay.designer') return [input.uri]
    // The document of a tab that was never shown is not loaded: its name must do.
    return input instanceof vscode.TabInputText && ourName.test(input.uri.path) ? [input.uri] : []
  }))
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()]
}

/** What we read by name alone: a path or an address. */
export const isOurName = (path: string): boolean => ourName.test(path)

const ourName = /\.infra\.(ya?ml|json)$|\.clab\.ya?ml$|\/(docker-)?compose(\.[^/]*)?\.ya?ml$|\.(compose|docker-compose)\.ya?ml$/

export const rangeOf = ({ start, end }: { start: { line: number; character: number }; end: { line: number; character: number } }): vscode.Range =>
  new vscode.Range(start.line, start.character, end.line, end.character)
