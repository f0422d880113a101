/**
 * The first save of a document that was no file yet. The editor puts the file, as text, in the place of whichever tab was saved;
 * a designer that was saved is gone then, and one beside a text that was saved goes on showing what is no file. Here the designer
 * follows: it stands where it stood, of the file, and the text where the text stood.
 */
import * as vscode from 'vscode'
import { viewType } from './designer.ts'

/** Milliseconds that the editor may take to put the file in its place. */
const patience = 3000

const isDesigner = ({ input }: vscode.Tab, uri: string): boolean => input instanceof vscode.TabInputCustom && input.viewType === viewType && input.uri.toString() === uri
const isText = ({ input }: vscode.Tab, uri: string): boolean => input instanceof vscode.TabInputText && input.uri.toString() === uri
const tabsWhere = (holds: (tab: vscode.Tab) => boolean): readonly vscode.Tab[] => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(holds))

/** The document that became this file: it is drawn, is no file, and has its path; or its text, where no tab shows the file yet, so that it is not merely a copy of it. */
function becoming(file: vscode.TextDocument): string | undefined {
  const drawn = tabsWhere(({ input }) => input instanceof vscode.TabInputCustom && input.viewType === viewType && input.uri.scheme === 'untitled')
  if (drawn.length === 0) return undefined
  const open = tabsWhere((tab) => isText(tab, file.uri.toString()) || isDesigner(tab, file.uri.toString())).length > 0
  return drawn.flatMap(({ input }) => {
    const { uri } = input as vscode.TabInputCustom
    const text = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString())?.getText()
    return uri.path === file.uri.path || (!open && text !== undefined && text !== '' && text === file.getText()) ? [uri.toString()] : []
  })[0]
}

export function registerFirstSave(): vscode.Disposable {
  return vscode.workspace.onDidSaveTextDocument((document) => {
    const before = document.uri.scheme === 'untitled' ? undefined : becoming(document)
    if (before !== undefined) void follow(before, document).catch((error: unknown) => console.error(error))
  })
}

async function follow(before: string, { uri }: vscode.TextDocument): Promise<void> {
  const file = uri.toString()
  const [designers, texts] = [tabsWhere((tab) => isDesigner(tab, before)), tabsWhere((tab) => isText(tab, before))]
  const columns = (tabs: readonly vscode.Tab[]): readonly vscode.ViewColumn[] => tabs.map(({ group }) => group.viewColumn)
  const [drawnIn, writtenIn] = [columns(designers), new Set([...columns(texts), ...columns(tabsWhere((tab) => isText(tab, file)))])]
  const inDesigner = designers.some(({ isActive, group }) => isActive && group.isActive)
  // At once, so that no group of editors is empty and closed meanwhile.
  for (const viewColumn of columns(texts)) await vscode.window.showTextDocument(uri, { viewColumn, preserveFocus: true, preview: false })
  for (const viewColumn of drawnIn) await draw(uri, viewColumn, true)
  await replaced(() => tabsWhere((tab) => isText(tab, before)).length === 0 && (texts.length > 0 || tabsWhere((tab) => isDesigner(tab, before)).length === 0))
  // What shows no file any more, and the text in the designer's place. What was typed meanwhile is nobody's to close.
  const idle = tabsWhere((tab) => !tab.isDirty && (isDesigner(tab, before) || (isText(tab, file) && drawnIn.includes(tab.group.viewColumn) && !writtenIn.has(tab.group.viewColumn))))
  if (idle.length > 0) await vscode.window.tabGroups.close(idle, true)
  for (const viewColumn of drawnIn) if (!writtenIn.has(viewColumn)) await draw(uri, viewColumn, true)
  const [column, text] = [drawnIn[0], columns(texts)[0]]
  if (inDesigner && column !== undefined) await draw(uri, column, false)
  else if (!inDesigner && text !== undefined) await vscode.window.showTextDocument(uri, { viewColumn: text, preview: false })
}

const draw = (uri: vscode.Uri, viewColumn: vscode.ViewColumn, preserveFocus: boolean): Thenable<unknown> =>
  vscode.commands.executeCommand('vscode.openWith', uri, viewType, { viewColumn, preserveFocus, preview: false })

/** Until it holds of the tabs, or the editor has had its time. */
const replaced = (holds: () => boolean): Promise<void> => new Promise((resolve) => {
  const end = (): void => {
    clearTimeout(timer)
    listener.dispose()
    resolve()
  }
  const timer = setTimeout(end, patience)
  const listener = vscode.window.tabGroups.onDidChangeTabs(() => { if (holds()) end() })
  if (holds()) end()
})
