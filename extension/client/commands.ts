/** Commands that open things: the designer, the text, the workspace's problems. */
import * as vscode from 'vscode'
import { filePatterns } from '../requests.ts'
import type { Connection } from './connection.ts'
import { viewType, type Designers } from './designer.ts'
import { meantFor } from './files.ts'

export function registerCommands(connection: Connection, designers: Designers): vscode.Disposable {
  const openWith = async (given: unknown, type: string, column: vscode.ViewColumn): Promise<unknown> => {
    const uri = await meantFor(given)
    return uri && vscode.commands.executeCommand('vscode.openWith', uri, type, column)
  }
  return vscode.Disposable.from(
    vscode.commands.registerCommand('underlay.openDesigner', (given: unknown) => openWith(given, viewType, vscode.ViewColumn.Active)),
    vscode.commands.registerCommand('underlay.openDesignerToSide', (given: unknown) => openWith(given, viewType, vscode.ViewColumn.Beside)),
    vscode.commands.registerCommand('underlay.openText', (given: unknown) => openWith(given, 'default', vscode.ViewColumn.Active)),
    vscode.commands.registerCommand('underlay.fit', async (given: unknown) => {
      const uri = await meantFor(given)
      if (uri) designers.tell(uri, { kind: 'do', what: 'fit' })
    }),
    vscode.commands.registerCommand('underlay.search', async (given: unknown) => {
      const uri = await meantFor(given)
      if (uri) designers.tell(uri, { kind: 'do', what: 'search' })
    }),
    vscode.commands.registerCommand('underlay.link', async (given: unknown) => {
      const uri = await meantFor(given)
      if (uri) designers.tell(uri, { kind: 'do', what: 'link' })
    }),
    ...([['keepPositions', 'positions'], ['layOutAgain', 'lay-out'], ['savePicture', 'save']] as const).map(([name, what]) => vscode.commands.registerCommand(`underlay.${name}`, async (given: unknown) => {
      const uri = await meantFor(given)
      if (uri) designers.tell(uri, { kind: 'do', what })
    })),
    ...([['underlay.showNetworks', 'networks'], ['underlay.showLoad', 'load'], ['underlay.showDifference', 'difference']] as const).map(([command, what]) =>
      vscode.commands.registerCommand(command, async (given: unknown) => {
        const uri = await meantFor(given)
        if (uri) await designers.show(uri, { kind: 'do', what })
      })),
    vscode.commands.registerCommand('underlay.validateWorkspace', () => validateWorkspace(connection)),
  )
}

async function validateWorkspace(connection: Connection): Promise<void> {
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Checking infrastructure files'), cancellable: true }, async (_progress, token) => {
    const found = await Promise.all(filePatterns.map((pattern) => vscode.workspace.findFiles(pattern, '**/node_modules/**', 2000, token)))
    const uris = [...new Set(found.flat().map((uri) => uri.toString()))].sort()
    const { files, problems } = await connection.ask('underlay/validate', { uris }, token)
    if (problems > 0) await vscode.commands.executeCommand('workbench.actions.view.problems')
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} files checked, {1} problems.', files, problems))
  })
}
