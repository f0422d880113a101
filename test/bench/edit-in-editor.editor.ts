/**
 * A key in a real VS Code, to the frame in which the designer beside the text shows what it changed: wall clock, since a person
 * waits by it, and no layout changes. Beside it, in the same run: the frame in which the text shows the key, and the least that any
 * extension could take, a page that is told each change of an equal text and writes it down. The embedded editor draws its pages on
 * the workbench's own thread, which VS Code on a desktop does not. Run by `npm run bench -- edit-in-editor`;
 * EDIT_NODES=1000+500 takes one size, EDIT_RUNS so many keys, EDIT_REST so many milliseconds around each.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame } from 'playwright-core'
import { designerFrame, goTo, openFile, openWorkbench, runCommand, until, type Workbench } from '../editor/workbench.ts'
import { generateInfra, sizeFor } from './generate.ts'
import { asksFor, noted, watchPage, watchText, type Noted } from './keys.ts'

const runs = Number(process.env['EDIT_RUNS'] ?? 15)
const wanted = process.env['EDIT_NODES']?.split(',')
/** Whatever the editor puts off after an edit is done by then. */
const rest = Number(process.env['EDIT_REST'] ?? 1500)

const floor = {
  'package.json': JSON.stringify({ name: 'floor', publisher: 'bench', version: '1.0.0', engines: { vscode: '^1.80.0' }, main: './main.js', activationEvents: ['onCommand:floor.open'], contributes: { commands: [{ command: 'floor.open', title: 'Floor: Open' }] } }),
  'main.js': `const vscode = require('vscode')
exports.activate = (context) => context.subscriptions.push(vscode.commands.registerCommand('floor.open', () => {
  const panel = vscode.window.createWebviewPanel('floor', 'Floor', vscode.ViewColumn.Beside, { enableScripts: true })
  panel.webview.html = '<p class="floor">nothing</p><script>addEventListener("message", ({ data }) => { if (data.kind === "show") document.querySelector("p").textContent = data.line })</script>'
  vscode.workspace.onDidChangeTextDocument(({ document, contentChanges: [change] }) => { if (change) void panel.webview.postMessage({ kind: 'show', line: document.lineAt(change.range.start.line).text }) })
}))`,
}

/** Types one key over the character before the cursor, and waits until the page has painted what it should say. */
async function press(bench: Workbench, frame: Frame, key: string, said: string): Promise<Noted> {
  await bench.page.keyboard.press('Shift+ArrowLeft')
  await bench.page.waitForTimeout(rest / 2)
  await asksFor(frame, said)
  await bench.page.keyboard.press(key)
  await bench.page.waitForTimeout(rest)
  let found: Noted | undefined
  await until(bench, `the page says ${said}`, async () => (found = await noted(bench.page, frame)) !== undefined, 30)
  if (!found) throw new Error('nothing was noted')
  return found
}

async function measure(bench: Workbench, frame: Frame, where: string, at: { readonly line: number; readonly column: number }, says: (digit: string) => string): Promise<readonly Noted[]> {
  await watchText(bench.page)
  await watchPage(frame, where)
  await bench.page.locator('.editor-instance .view-lines').first().click()
  await goTo(bench, at.line, at.column)
  const all: Noted[] = []
  // The first keys warm up what they run through.
  for (let i = -3; i < runs; i++) {
    const digit = String((i + 8) % 9 + 1)
    const one = await press(bench, frame, digit, says(digit))
    if (i >= 0) all.push(one)
  }
  return all
}

/** Line and column, counted from 1, behind the first `what` after `from`. */
function behind(text: string, from: string, what: string): { readonly line: number; readonly column: number } {
  const start = text.indexOf(from)
  const end = text.indexOf(what, start) + what.length
  if (start < 0 || end < what.length) throw new Error(`${what} is not there`)
  const before = text.slice(0, end).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
const widths = [36, 14, 14, 14, 16, 9, 9, 14]
const line = (cells: readonly string[]): void => console.log(`    ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('')}`)

function row(title: string, all: readonly Noted[], least?: readonly Noted[]): void {
  const cell = (of: (one: Noted) => number): string => `${middle(all.map(of)).toFixed(0)} (${Math.min(...all.map(of)).toFixed(0)})`
  const whole = middle(all.map(({ painted }) => painted))
  const ratio = (base: readonly Noted[], of: (one: Noted) => number): string => `×${(whole / middle(base.map(of))).toFixed(1)}`
  line([
    title, cell(({ text }) => text), cell(({ heard }) => heard), cell(({ heard, painted }) => painted - heard), cell(({ painted }) => painted),
    ratio(all, ({ text }) => text), least ? ratio(least, ({ painted }) => painted) : '', `${(middle(all.map(({ characters }) => characters)) / 1024).toFixed(1)} Ki`,
  ])
}

/** The plain page beside an equal text, which our server does not know. */
async function plainly(bench: Workbench, at: { readonly line: number; readonly column: number }): Promise<readonly Noted[]> {
  await openFile(bench, 'plain.txt')
  await runCommand(bench, 'Floor: Open')
  let page: Frame | undefined
  await until(bench, 'the plain page is there', async () => {
    for (const frame of bench.page.frames()) if (await frame.$('p.floor').catch(() => null)) page = frame
    return page !== undefined
  })
  if (!page) throw new Error('no page')
  const all = await measure(bench, page, 'p.floor', at, (digit) => `cpus: 6${digit}`)
  await bench.page.keyboard.press('Control+S')
  await runCommand(bench, 'View: Close All Editors')
  return all
}

for (const [nodes, tunnels] of [[100, 0], [1000, 0], [1000, 500], [5000, 500]] as const) {
  if (wanted && !wanted.includes(`${nodes}+${tunnels}`)) continue
  const size = sizeFor(nodes, tunnels)
  const text = generateInfra(size)
  const folder = mkdtempSync(join(tmpdir(), 'underlay-edit-'))
  writeFileSync(join(folder, 'large.infra.yaml'), text)
  writeFileSync(join(folder, 'plain.txt'), text)
  const bench = await openWorkbench({ 'workbench.colorTheme': 'Default Dark Modern' }, true, folder, (extensions) => {
    mkdirSync(join(extensions, 'bench.floor-1.0.0'), { recursive: true })
    for (const [name, content] of Object.entries(floor)) writeFileSync(join(extensions, 'bench.floor-1.0.0', name), content)
  })
  const server = Math.floor(size.servers / 2)
  const at = behind(text, `\n  s${server}:`, 'cpus: 64')
  console.log(`  ${nodes} nodes, ${tunnels} tunnels: ${runs} keys each; load ${loadavg().map((load) => load.toFixed(1)).join(' ')} of ${cpus().length}`)
  line(['milliseconds: middle (least)', 'key to text', 'to message', 'to frame', 'key to picture', 'by text', 'by plain', 'characters'])
  const least = await plainly(bench, at)
  row('a page that writes each change down', least)

  await openFile(bench, 'large.infra.yaml')
  await runCommand(bench, 'Underlay: Open Designer to the Side')
  await designerFrame(bench)
  // Layout, checks and whatever the editor does with a text that it has just opened.
  await bench.page.waitForTimeout(3000 + nodes)
  row('processors of a server', await measure(bench, await designerFrame(bench), `.react-flow__node[data-id="s${server}"]`, at, (digit) => `6${digit} CPU`), least)
  console.log(`    load ${loadavg().map((load) => load.toFixed(1)).join(' ')}`)
  await bench.close()
}
process.exit(0)
