/** "Trace a packet": from and to by name, or the packet that a finding shows; played hop by hop in the designer. */
import * as vscode from 'vscode'
import type { PacketQuestion } from '../../core/protocol.ts'
import type { ModelItem } from '../requests.ts'
import type { Connection } from './connection.ts'
import type { Designers } from './designer.ts'
import { meantFor } from './files.ts'

export function registerTracing(connection: Connection, designers: Designers): vscode.Disposable {
  return vscode.commands.registerCommand('underlay.trace', async (given: unknown) => {
    const item = given as { readonly model?: ModelItem; readonly uri?: vscode.Uri | string; readonly packet?: PacketQuestion } | undefined
    const uri = typeof item?.uri === 'string' ? vscode.Uri.parse(item.uri) : item?.uri instanceof vscode.Uri ? item.uri : await meantFor(given)
    if (!uri) return
    const model = await connection.ask('underlay/model', { uri: uri.toString() })
    const stacks: vscode.QuickPickItem[] = []
    const visit = (one: ModelItem): void => {
      if (['server', 'vm', 'container', 'router', 'external'].includes(one.kind)) stacks.push({ label: one.name, description: one.kind })
      one.children.forEach(visit)
    }
    model?.items.forEach(visit)
    if (item?.packet) return show(connection, designers, uri, item.packet)
    const from = item?.model?.id ?? (await vscode.window.showQuickPick(stacks, { title: vscode.l10n.t('Trace from which node?') }))?.label
    if (from === undefined) return
    const to = (await vscode.window.showQuickPick(stacks.filter(({ label }) => label !== from), { title: vscode.l10n.t('Trace from {0} to which node?', from) }))?.label
    if (to === undefined) return
    await show(connection, designers, uri, { from, to, proto: 'icmp', size: 84, df: false })
  })
}

/** Asks what becomes of the packet, plays it in the designer, and says how it ends. */
async function show(connection: Connection, designers: Designers, uri: vscode.Uri, packet: PacketQuestion): Promise<void> {
  const { from, to, ...rest } = packet
  const answer = await connection.ask('underlay/ask', { uri: uri.toString(), question: { kind: 'trace', ...packet } })
  if (answer.kind === 'failed') {
    void vscode.window.showErrorMessage(answer.why)
    return
  }
  if (answer.kind !== 'trace') return
  const { trace } = answer
  await designers.show(uri, { kind: 'do', what: 'trace', id: `${from} ${to}`, packet: rest })
  void vscode.window.showInformationMessage(trace.verdict === 'delivered'
    ? vscode.l10n.t('{0} → {1}: delivered, path MTU {2}', from, to, trace.pathMtu ?? '?')
    : vscode.l10n.t('{0} → {1}: {2}', from, to, [trace.verdict, trace.reason, trace.because].filter((part) => part !== null).join(', ')))
}
