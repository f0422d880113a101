/** The status bar's item: what the active file holds, and a click to its designer. */
import * as vscode from 'vscode'
import type { Connection } from './connection.ts'
import { activeUri } from './files.ts'

const serversOf = (count: number): string => (count === 1 ? vscode.l10n.t('1 server') : vscode.l10n.t('{0} servers', count))
const guestsOf = (count: number): string => (count === 1 ? vscode.l10n.t('1 guest') : vscode.l10n.t('{0} guests', count))

export function registerStatus(connection: Connection): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('underlay.status', vscode.StatusBarAlignment.Right, 90)
  item.name = 'Underlay'
  item.command = 'underlay.openDesignerToSide'
  let turn = 0
  const refresh = async (): Promise<void> => {
    const mine = ++turn
    const uri = activeUri()
    if (!uri) {
      item.hide()
      return
    }
    const model = await connection.ask('underlay/model', { uri: uri.toString() })
    if (mine !== turn) return
    if (!model) {
      item.hide()
      return
    }
    const { servers, guests, tunnels, errors, warnings } = model.counts
    item.text = `$(type-hierarchy) ${serversOf(servers)}, ${guestsOf(guests)}${errors + warnings > 0 ? ` $(${errors > 0 ? 'error' : 'warning'}) ${errors + warnings}` : ''}`
    item.tooltip = vscode.l10n.t('{0} servers, {1} guests, {2} tunnels; {3} errors, {4} warnings. Click to open the designer.', servers, guests, tunnels, errors, warnings)
    item.accessibilityInformation = { label: item.tooltip, role: 'button' }
    item.show()
  }
  const quietly = (): void => void refresh().catch(() => item.hide())
  quietly()
  return vscode.Disposable.from(
    item,
    vscode.window.tabGroups.onDidChangeTabs(quietly),
    vscode.window.onDidChangeActiveTextEditor(quietly),
    connection.onAnalysed(({ uri }) => {
      if (uri === activeUri()?.toString()) quietly()
    }),
  )
}
