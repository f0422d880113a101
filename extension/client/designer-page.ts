/** The designer's page: nothing is loaded but our own script, style and worker, and nothing is sent anywhere. */
import * as vscode from 'vscode'

const nonceLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const nonceOf = (): string => Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => nonceLetters[byte % nonceLetters.length]).join('')

/** Words of a translation are text, whatever they contain. */
const inAttribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

export function designerPage(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = nonceOf()
  const uri = (name: string): vscode.Uri => webview.asWebviewUri(vscode.Uri.joinPath(dist, name))
  // The worker's text is fetched from our own origin and run from a blob: a webview may not load a worker across origins.
  const policy = [
    `default-src 'none'`, `script-src 'nonce-${nonce}'`, `style-src ${webview.cspSource}`, `font-src ${webview.cspSource} data:`,
    `img-src ${webview.cspSource} data:`, `worker-src blob:`, `connect-src ${webview.cspSource}`,
  ].join('; ')
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<link rel="stylesheet" href="${uri('webview.css')}">
<title>Underlay</title>
</head>
<body>
<div id="root" data-worker="${uri('layout-worker.js')}" data-l10n="${inAttribute(JSON.stringify(vscode.l10n.bundle ?? {}))}"></div>
<script nonce="${nonce}" src="${uri('webview.js')}"></script>
</body>
</html>`
}
