/** A new infrastructure file: asks where, and opens it with its picture beside the text. */
import * as vscode from 'vscode'
import { viewType } from './designer.ts'
import { isOurName } from './files.ts'

/** The least that says which language it is: the picture has something to stand on, and the text goes on from here. */
const beginning = 'infra: 1\n'

const exists = (uri: vscode.Uri): Promise<boolean> => Promise.resolve(vscode.workspace.fs.stat(uri)).then(() => true, () => false)

/** A name in the workspace that no file has. */
async function proposed(): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri
  for (let number = 1; folder && number < 100; number++) {
    const uri = vscode.Uri.joinPath(folder, `network${number === 1 ? '' : `-${number}`}.infra.yaml`)
    if (!await exists(uri)) return uri
  }
  return folder
}

/** By its name a file is known as ours: `lab` and `lab.yaml` become `lab.infra.yaml`. */
export const named = (uri: vscode.Uri): vscode.Uri => (isOurName(uri.path) ? uri : uri.with({ path: `${uri.path.replace(/(\.infra)?(\.(ya?ml|json))?$/, '')}.infra.yaml` }))

export function registerNewFile(): vscode.Disposable {
  return vscode.commands.registerCommand('underlay.newFile', async () => {
    const defaultUri = await proposed()
    const chosen = await vscode.window.showSaveDialog({ title: vscode.l10n.t('New infrastructure file'), saveLabel: vscode.l10n.t('Create'), ...(defaultUri && { defaultUri }), filters: { [vscode.l10n.t('Infrastructure')]: ['infra.yaml', 'yaml'] } })
    if (!chosen) return
    const uri = named(chosen)
    // What is there already is opened, never emptied: the dialog asked about another name, or about a file of no meaning to it.
    if (!await exists(uri)) await vscode.workspace.fs.writeFile(uri, Buffer.from(beginning, 'utf8'))
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Active, preview: false })
    await vscode.commands.executeCommand('vscode.openWith', uri, viewType, vscode.ViewColumn.Beside)
  })
}
