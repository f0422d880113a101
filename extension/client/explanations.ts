/** "Explain a problem": what a code means, as a Markdown preview. */
import * as vscode from 'vscode'
import type { Connection } from './connection.ts'

const scheme = 'underlay-explain'

export function registerExplanations(connection: Connection): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      async provideTextDocumentContent({ path }) {
        const code = path.replace(/^\/|\.md$/g, '')
        const [known] = await connection.ask('underlay/explain', { code })
        return known ? `# ${known.title}\n\n\`${known.code}\`\n\n${known.text}` : vscode.l10n.t('There is no code {0}.', code)
      },
    }),
    vscode.commands.registerCommand('underlay.explain', async (given: unknown) => {
      const code = typeof given === 'string' ? given : await chosen(connection)
      if (code !== undefined) await vscode.commands.executeCommand('markdown.showPreviewToSide', vscode.Uri.from({ scheme, path: `/${code}.md` }))
    }),
  )
}

/** The codes at the cursor first, then all. */
async function chosen(connection: Connection): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor
  const here = editor ? vscode.languages.getDiagnostics(editor.document.uri).filter(({ range, source }) => source === 'underlay' && range.contains(editor.selection.active)).map(({ code }) => String(code)) : []
  if (here.length === 1) return here[0]
  const all = await connection.ask('underlay/explain', {})
  const rank = (code: string): number => (here.includes(code) ? 0 : 1)
  const picked = await vscode.window.showQuickPick(
    [...all].sort((a, b) => rank(a.code) - rank(b.code)).map(({ code, title }) => ({ label: code, description: title })), { title: vscode.l10n.t('Explain which problem?') })
  return picked?.label
}
