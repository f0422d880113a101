/** Builds the extension's parts and registers them; no logic. */
import * as vscode from 'vscode'
import { registerCommands } from './client/commands.ts'
import { createConnection } from './client/connection.ts'
import { createDesigners } from './client/designer.ts'
import { registerExpectations } from './client/expectations.ts'
import { registerExplanations } from './client/explanations.ts'
import { registerFirstSave } from './client/first-save.ts'
import { registerMigration } from './client/migration.ts'
import { registerNewFile } from './client/new-file.ts'
import { registerStatus } from './client/status.ts'
import { registerTests } from './client/testing.ts'
import { registerTracing } from './client/tracing.ts'
import { registerTree } from './client/tree.ts'
import { showAtStart } from './client/show-at-start.ts'
import { speak } from '../core/words.ts'

export function activate(context: vscode.ExtensionContext): void {
  speak(vscode.l10n.bundle ?? {})
  const connection = createConnection(context)
  const designers = createDesigners(context, connection)
  context.subscriptions.push(
    connection, designers,
    registerCommands(connection, designers),
    registerNewFile(),
    registerFirstSave(),
    registerMigration(connection, designers),
    registerTracing(connection, designers),
    registerTests(connection),
    registerExpectations(connection),
    registerTree(connection, designers),
    registerStatus(connection),
    registerExplanations(connection),
  )
  showAtStart(process.env['UNDERLAY_SHOW'], vscode.commands.executeCommand)
}
