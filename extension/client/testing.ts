/** The Testing view: every expectation of every known file is a test at its line. */
import * as vscode from 'vscode'
import type { ShownExpectation } from '../requests.ts'
import type { Connection } from './connection.ts'
import { isOurs, rangeOf } from './files.ts'

export function registerTests(connection: Connection): vscode.Disposable {
  const controller = vscode.tests.createTestController('underlay', vscode.l10n.t('Underlay expectations'))
  const fileItem = (uri: vscode.Uri): vscode.TestItem => {
    const id = uri.toString()
    let item = controller.items.get(id)
    if (!item) {
      item = controller.createTestItem(id, vscode.workspace.asRelativePath(uri), uri)
      item.canResolveChildren = true
      controller.items.add(item)
    }
    return item
  }
  /** Expectations have no names: they are told apart by their order, and shown by their words. */
  const refresh = async (uri: vscode.Uri, token?: vscode.CancellationToken): Promise<readonly ShownExpectation[]> => {
    const found = await connection.ask('underlay/expectations', { uri: uri.toString() }, token)
    if (found.length === 0) {
      controller.items.delete(uri.toString())
      return found
    }
    const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString())
    fileItem(uri).children.replace(found.map((one, i) => {
      const text = document?.getText(rangeOf(one.range)).replace(/\s+/g, ' ').replace(/^-\s*/, '').slice(0, 120)
      const item = controller.createTestItem(`${uri.toString()}#${i}`, text !== undefined && text !== '' ? text : `${i + 1} ${one.kind}`, vscode.Uri.parse(one.uri))
      item.range = rangeOf(one.range)
      return item
    }))
    return found
  }
  controller.resolveHandler = async (item) => {
    if (item?.uri) await refresh(item.uri)
  }
  const runOnce = async (request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> => {
    const run = controller.createTestRun(request)
    const wanted = new Map<string, { uri: vscode.Uri; only: Set<string> | undefined }>()
    const want = (item: vscode.TestItem): void => {
      const [file = ''] = item.id.split('#')
      const known = wanted.get(file)
      if (!item.id.includes('#')) wanted.set(file, { uri: vscode.Uri.parse(file), only: undefined })
      else if (!known) wanted.set(file, { uri: vscode.Uri.parse(file), only: new Set([item.id]) })
      else known.only?.add(item.id)
    }
    if (request.include) request.include.forEach(want)
    else controller.items.forEach(want)
    for (const { uri, only } of wanted.values()) {
      if (token.isCancellationRequested) break
      const results = await refresh(uri, token)
      for (const [i, result] of results.entries()) {
        const id = `${uri.toString()}#${i}`
        const item = controller.items.get(uri.toString())?.children.get(id)
        if (!item || (only && !only.has(id)) || request.exclude?.some((one) => one.id === id)) continue
        run.started(item)
        if (result.status === 'pass') run.passed(item)
        else if (result.status === 'undecided') {
          run.appendOutput(`${item.label}: ${result.message}\r\n`, undefined, item)
          run.skipped(item)
        } else {
          const message = new vscode.TestMessage(result.message)
          message.location = new vscode.Location(vscode.Uri.parse(result.uri), rangeOf(result.range))
          run.failed(item, message)
        }
      }
    }
    run.end()
  }
  /** The eye in the Testing view: from then on what was chosen is judged whenever its file is saved. */
  const runOnSave = (request: vscode.TestRunRequest, token: vscode.CancellationToken): void => {
    const watch = vscode.workspace.onDidSaveTextDocument((document) => {
      const file = document.uri.toString()
      const chosen = (request.include ?? []).filter((item) => item.id === file || item.id.startsWith(`${file}#`))
      const all = controller.items.get(file)
      const include = request.include ? chosen : all ? [all] : []
      if (isOurs(document) && include.length > 0) void runOnce(new vscode.TestRunRequest(include, request.exclude, profile), token)
    })
    token.onCancellationRequested(() => watch.dispose())
  }
  const profile = controller.createRunProfile(vscode.l10n.t('Run'), vscode.TestRunProfileKind.Run, async (request, token) => {
    if (request.continuous) runOnSave(request, token)
    else await runOnce(request, token)
  }, true, undefined, true)
  const runIn = async (uri: vscode.Uri, line: number | undefined): Promise<void> => {
    await refresh(uri)
    const include: vscode.TestItem[] = []
    controller.items.get(uri.toString())?.children.forEach((item) => {
      if (line === undefined || item.range?.start.line === line) include.push(item)
    })
    const source = new vscode.CancellationTokenSource()
    if (include.length > 0) await profile.runHandler(new vscode.TestRunRequest(include, undefined, profile), source.token)
    source.dispose()
  }
  return vscode.Disposable.from(
    controller, profile,
    connection.onAnalysed(({ uri }) => void refresh(vscode.Uri.parse(uri)).catch(() => {})),
    vscode.workspace.onDidCloseTextDocument((document) => {
      if (isOurs(document)) controller.items.delete(document.uri.toString())
    }),
    vscode.commands.registerCommand('underlay.runExpectation', (uri: string, line: number) => runIn(vscode.Uri.parse(uri), line)),
    vscode.commands.registerCommand('underlay.runExpectations', async () => {
      const uri = vscode.window.activeTextEditor?.document.uri
      if (uri) await runIn(uri, undefined)
      await vscode.commands.executeCommand('workbench.view.testing.focus')
    }),
  )
}
