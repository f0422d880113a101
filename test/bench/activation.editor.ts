/**
 * Activation in a real VS Code, by its own "Startup Performance": an empty window comes to rest, then one of our files opens,
 * then a JSON file, whose built-in language support is the peer. Run by `npm run bench -- activation`.
 */
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFile, openWorkbench, runCommand } from '../editor/workbench.ts'

const rest = 12_000
const bench = await openWorkbench({}, true, mkdtempSync(join(tmpdir(), 'underlay-empty-')))
await bench.page.waitForTimeout(rest)
cpSync('examples/tenant-l2-gre.infra.yaml', join(bench.folder, 'tenant-l2-gre.infra.yaml'))
writeFileSync(join(bench.folder, 'peer.json'), '{}\n')
await bench.page.waitForTimeout(2000)
await openFile(bench, 'tenant-l2-gre.infra.yaml')
await bench.page.waitForTimeout(rest / 2)
await openFile(bench, 'peer.json')
await bench.page.waitForTimeout(rest / 2)
await runCommand(bench, 'Developer: Startup Performance')
await bench.page.waitForSelector('.tab.active:has-text("Startup Performance")')
await bench.page.waitForTimeout(3000)
// The editor draws only the lines that it shows: look for ours, and read the rows around it.
const rows = new Map<string, readonly string[]>()
for (const name of ['underlay.underlay', 'vscode.json-language-features']) {
  await bench.page.keyboard.press('Control+F')
  await bench.page.waitForTimeout(300)
  await bench.page.keyboard.press('Control+A')
  await bench.page.keyboard.type(`| ${name}`)
  await bench.page.waitForTimeout(700)
  for (const line of await bench.page.locator('.editor-instance .view-line').allTextContents()) {
    const cells = line.replaceAll('\u00a0', ' ').split('|').map((cell) => cell.trim())
    if (cells[1] === name) rows.set(name, cells)
  }
  await bench.page.keyboard.press('Escape')
}
let ours: number | undefined
for (const [name, cells] of rows) {
  const [load = NaN, call = NaN] = [Number(cells[3]), Number(cells[4])]
  ours ??= load + call
  console.log(`    ${name.padEnd(34)} load ${load} ms, activate ${call} ms, together ×${((load + call) / ours).toFixed(2)}`)
}
await bench.close()
process.exit(rows.size === 2 ? 0 : 1)
