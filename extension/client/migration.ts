/** "Simulate migration" and "Apply migration": choose a VM, see the hosts with their reasons, see the move in the designer. */
import * as vscode from 'vscode'
import type { ShownTarget } from '../../core/protocol.ts'
import type { ModelItem } from '../requests.ts'
import type { Connection } from './connection.ts'
import type { Designers } from './designer.ts'
import { applyChange } from './edits.ts'
import { meantFor } from './files.ts'

export function registerMigration(connection: Connection, designers: Designers): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('underlay.simulateMigration', async (given: unknown, name: unknown) => {
      const meant = await chosenGuest(connection, given, name)
      // The designer's own panel ranks the hosts, shows the rounds, and applies.
      if (meant) await designers.show(meant.uri, { kind: 'do', what: 'migrate', id: meant.vm })
    }),
    vscode.commands.registerCommand('underlay.applyMigration', async (given: unknown, name: unknown, to: unknown) => {
      const meant = await chosenGuest(connection, given, name)
      if (!meant) return
      const host = typeof to === 'string' ? to : await chosenHost(connection, meant.uri, meant.vm)
      if (host === undefined) return
      const document = await vscode.workspace.openTextDocument(meant.uri)
      const refused = await applyChange(connection, document, document.version, { kind: 'move', guest: meant.vm, host }, vscode.l10n.t('Migrate {0} to {1}', meant.vm, host))
      if (refused !== undefined) void vscode.window.showErrorMessage(vscode.l10n.t('{0} cannot be moved: {1}', meant.vm, refused))
    }),
  )
}

interface Meant {
  readonly uri: vscode.Uri
  readonly vm: string
}

/** By lens (uri, name), by tree (its item), or by asking. */
async function chosenGuest(connection: Connection, given: unknown, name: unknown): Promise<Meant | undefined> {
  const item = given as { readonly model?: ModelItem; readonly uri?: vscode.Uri } | undefined
  if (item?.model && item.uri) return { uri: item.uri, vm: item.model.id }
  const uri = await meantFor(given)
  if (!uri) return undefined
  if (typeof name === 'string') return { uri, vm: name }
  const model = await connection.ask('underlay/model', { uri: uri.toString() })
  const vms: (vscode.QuickPickItem & { readonly id: string })[] = []
  const visit = (one: ModelItem, host: string): void => {
    if (one.kind === 'vm' || one.kind === 'container') vms.push({ id: one.id, label: one.name, description: [one.kind, host, one.detail].filter((part) => part !== '').join(' · ') })
    for (const child of one.children) visit(child, one.name)
  }
  for (const one of model?.items ?? []) visit(one, '')
  if (vms.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no VM in this file.'))
    return undefined
  }
  const picked = await vscode.window.showQuickPick(vms, { title: vscode.l10n.t('Which VM is to move?') })
  return picked && { uri, vm: picked.id }
}

async function chosenHost(connection: Connection, uri: vscode.Uri, vm: string): Promise<string | undefined> {
  const answer = await connection.ask('underlay/ask', { uri: uri.toString(), question: { kind: 'targets', vm } })
  if (answer.kind !== 'targets' || answer.targets.length === 0) {
    void vscode.window.showInformationMessage(answer.kind === 'failed' ? answer.why : vscode.l10n.t('There is no other host for {0}.', vm))
    return undefined
  }
  const picked = await vscode.window.showQuickPick(answer.targets.map(hostItem), { title: vscode.l10n.t('Where is {0} to go?', vm), matchOnDetail: true })
  return picked?.host
}

const hostItem = ({ host, feasible, preflight }: ShownTarget): vscode.QuickPickItem & { readonly host: string } => {
  const reasons = preflight.filter(({ status }) => status !== 'pass')
  return {
    host, label: `$(${feasible ? (reasons.length > 0 ? 'warning' : 'check') : 'error'}) ${host}`,
    description: feasible ? (reasons.length > 0 ? vscode.l10n.t('possible, with warnings') : vscode.l10n.t('fits')) : vscode.l10n.t('not possible'),
    detail: reasons.map(({ message }) => message).join(' · '),
  }
}
