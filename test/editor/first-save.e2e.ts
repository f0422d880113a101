/** A document that is not a file yet, open in the designer, in a real VS Code: after its first save the designer draws the file, where it stood. */
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, onDisk, openWorkbench, runCommand, until, type Workbench } from './workbench.ts'

const here = browserPath ? describe : describe.skip

/** Opens what is no file yet, as other extensions and `code name` do. */
const starter = {
  'package.json': JSON.stringify({ name: 'starter', publisher: 'test', version: '1.0.0', engines: { vscode: '^1.80.0' }, main: './main.js', contributes: { commands: [{ command: 'starter.begin', title: 'Starter: Begin' }] } }),
  'main.js': `const vscode = require('vscode')
let number = 0
exports.activate = (context) => context.subscriptions.push(vscode.commands.registerCommand('starter.begin', async () => {
  const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, 'fresh' + ++number + '.infra.yaml').with({ scheme: 'untitled' })
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri))
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'infra: 1\\nservers:\\n  s1: {}\\n'))
}))`,
}

here('a document that is not a file yet', () => {
  let bench: Workbench
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'underlay-first-'))
    writeFileSync(join(folder, 'notes.txt'), 'nothing of ours\n')
    bench = await openWorkbench({}, true, folder, (extensions) => {
      mkdirSync(join(extensions, 'test.starter-1.0.0'), { recursive: true })
      for (const [name, content] of Object.entries(starter)) writeFileSync(join(extensions, 'test.starter-1.0.0', name), content)
    })
  })
  afterAll(async () => { await bench?.close() })

  const drawn = async (box: string): Promise<Frame> => {
    let found: Frame | undefined
    await until(bench, `${box} is drawn`, async () => {
      for (const frame of bench.page.frames()) if (await frame.locator(`.react-flow__node[data-id="${box}"]`).count().catch(() => 0)) found = frame
      return found !== undefined
    }, 30)
    if (!found) throw new Error('no designer')
    return found
  }
  /** The tabs of each group of editors. */
  const groups = (): Promise<readonly number[]> => bench.page.locator('.editor-group-container').evaluateAll((all) => all.map((group) => group.querySelectorAll('.tab').length))
  const text = (): ReturnType<typeof bench.page.locator> => bench.page.locator('.editor-instance .view-line').first()

  it.each([
    ['the text is saved', 'text'],
    ['the designer is saved', 'designer'],
    ['the text is saved under another name', 'as'],
  ] as const)('where %s', async (_title, from) => {
    await runCommand(bench, 'Starter: Begin')
    await until(bench, 'the text is there', async () => (await bench.page.locator('.view-line').allTextContents()).some((one) => one.includes('s1')))
    const begun = /fresh\d+/.exec((await bench.page.locator('.tab.active').first().textContent()) ?? '')?.[0] ?? ''
    const name = from === 'as' ? `other-${begun}` : begun
    await runCommand(bench, 'Underlay: Open Designer to the Side')
    const before = await drawn('s1')
    expect(await groups()).toEqual([1, 1])
    if (from === 'designer') await before.locator('.react-flow__pane').click()
    else await text().click()
    if (from === 'as') {
      await runCommand(bench, 'File: Save As...')
      const path = bench.page.locator('.quick-input-widget input[type="text"]')
      await until(bench, 'it is asked where', async () => (await path.inputValue()).endsWith('.infra.yaml'))
      await path.fill(join(bench.folder, `${name}.infra.yaml`))
      await bench.page.waitForTimeout(500)
      await bench.page.keyboard.press('Enter')
    } else await bench.page.keyboard.press('Control+S')
    await until(bench, 'it is a file', () => Promise.resolve(existsSync(join(bench.folder, `${name}.infra.yaml`))))
    await until(bench, 'text and picture stand beside each other', async () => (await groups()).join() === '1,1')
    // Longer than the designer takes to follow.
    await bench.page.waitForTimeout(3500)
    expect(await groups()).toEqual([1, 1])
    const frame = await drawn('s1')
    await frame.getByRole('button', { name: 'Server', exact: true }).click()
    await drawn('s2')
    expect((await text().page().locator('.view-line').allTextContents()).join()).toContain('s2')
    await runCommand(bench, 'File: Save All')
    // What is drawn and what is written are the file.
    await until(bench, 'the file has it', () => Promise.resolve(onDisk(bench, `${name}.infra.yaml`).includes('  s2:')))
    await runCommand(bench, 'View: Close All Editors')
    await until(bench, 'nothing is left to be saved', async () => (await bench.page.locator('.tab').count()) === 0 && !(await bench.page.locator('.monaco-dialog-box').isVisible()))
  })
})
