/** The "Underlay" view: the active file's model as a tree, with what is wrong counted. */
import * as vscode from 'vscode'
import type { ModelItem } from '../requests.ts'
import type { Connection } from './connection.ts'
import { viewType, type Designers } from './designer.ts'
import { activeUri, rangeOf } from './files.ts'

class Item extends vscode.TreeItem {
  readonly model: ModelItem
  readonly uri: vscode.Uri
  readonly parent: Item | undefined
  constructor(model: ModelItem, uri: vscode.Uri, parent: Item | undefined) {
    super(model.name, model.children.length === 0 ? vscode.TreeItemCollapsibleState.None : parent === undefined ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed)
    this.model = model
    this.uri = uri
    this.parent = parent
    this.id = `${uri.toString()} ${parent?.model.id ?? ''} ${model.id}`
    const faults = [model.errors > 0 ? vscode.l10n.t('{0} errors', model.errors) : '', model.warnings > 0 ? vscode.l10n.t('{0} warnings', model.warnings) : '']
    this.description = [model.detail, ...faults].filter((part) => part !== '').join(' · ')
    this.contextValue = `underlay.${model.kind}`
    this.iconPath = new vscode.ThemeIcon(icons[model.kind] ?? 'circle-outline', color(model))
    this.command = { command: 'underlay.choose', title: vscode.l10n.t('Show in the text'), arguments: [this] }
    this.accessibilityInformation = { label: `${model.kind} ${model.name} ${this.description}` }
  }
}

const icons: Readonly<Record<string, string>> = {
  server: 'server', vm: 'vm', container: 'package', router: 'type-hierarchy', switch: 'list-tree', external: 'globe', network: 'circuit-board', tunnel: 'link', interface: 'plug',
}
const color = ({ errors, warnings }: ModelItem): vscode.ThemeColor | undefined =>
  errors > 0 ? new vscode.ThemeColor('list.errorForeground') : warnings > 0 ? new vscode.ThemeColor('list.warningForeground') : undefined

export function registerTree(connection: Connection, designers: Designers): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>()
  let shown: vscode.Uri | undefined
  const provider: vscode.TreeDataProvider<Item> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: (item) => item,
    getParent: (item) => item.parent,
    async getChildren(item) {
      if (item) return item.model.children.map((child) => new Item(child, item.uri, item))
      const uri = activeUri() ?? shown
      if (!uri) return []
      shown = uri
      const model = await connection.ask('underlay/model', { uri: uri.toString() })
      return (model?.items ?? []).map((one) => new Item(one, uri, undefined))
    },
  }
  const view = vscode.window.createTreeView('underlay.model', { treeDataProvider: provider, showCollapseAll: true })
  const refresh = (): void => {
    if (view.visible) changed.fire(undefined)
  }
  /** In the picture, and in its text: where that is seen, or beside the picture if it is asked for. */
  const show = async ({ uri, model: { id } }: Item, asked: boolean): Promise<void> => {
    const place = await connection.ask('underlay/locate', { uri: uri.toString(), id })
    designers.tell(uri, { kind: 'select', id, centre: true })
    if (!place) return
    const seen = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === place.uri)
    const drawn = vscode.window.tabGroups.all.find(({ activeTab }) => activeTab?.input instanceof vscode.TabInputCustom && activeTab.input.viewType === viewType && activeTab.input.uri.toString() === uri.toString())
    if (drawn && !seen && !asked) return
    const column = seen?.viewColumn ?? (drawn && (drawn.viewColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One))
    await vscode.window.showTextDocument(vscode.Uri.parse(place.uri), { selection: rangeOf(place.range), preserveFocus: !asked, ...(column !== undefined && { viewColumn: column }) })
  }
  return vscode.Disposable.from(
    view, changed,
    view.onDidChangeVisibility(refresh),
    connection.onAnalysed(({ uri }) => {
      if (uri === (activeUri() ?? shown)?.toString()) refresh()
    }),
    vscode.window.tabGroups.onDidChangeTabs(() => {
      const active = activeUri()
      if (active && active.toString() !== shown?.toString()) refresh()
    }),
    // A row that is chosen is chosen wherever the file is looked at, and covers no picture with its text.
    vscode.commands.registerCommand('underlay.choose', (item: Item) => show(item, false)),
    vscode.commands.registerCommand('underlay.reveal', (item: Item) => show(item, true)),
    vscode.commands.registerCommand('underlay.revealInDesigner', (item: Item) => designers.show(item.uri, { kind: 'select', id: item.model.id, centre: true })),
  )
}
