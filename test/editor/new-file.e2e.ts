/** A new infrastructure file in a real VS Code, and files whose names are awkward in an address. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, gitStatus, onDisk, openWorkbench, runCommand, until, type Workbench } from './workbench.ts'

const here = browserPath ? describe : describe.skip

const text = 'infra: 1\nservers:\n  s1: {}   # first\n'
const awkward = 'my lab #1 100% äöü 网络?.infra.yaml'

here('a file', () => {
  let bench: Workbench
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'underlay-new-'))
    writeFileSync(join(folder, 'there.infra.yaml'), text)
    writeFileSync(join(folder, awkward), text)
    bench = await openWorkbench({}, true, folder)
  })
  afterAll(async () => { await bench?.close() })

  const designer = async (name: string): Promise<Frame> => {
    for (let i = 0; i < 200; i++) {
      for (const frame of bench.page.frames()) if (await frame.locator('h1.unseen', { hasText: name }).count().catch(() => 0)) return frame
      await bench.page.waitForTimeout(150)
    }
    throw new Error(`no designer of ${name}`)
  }
  const create = async (name: string): Promise<void> => {
    await runCommand(bench, 'Underlay: New Infrastructure File')
    const path = bench.page.locator('.quick-input-widget input[type="text"]')
    await until(bench, 'it is asked where', async () => (await path.inputValue()).endsWith('.infra.yaml'))
    await path.fill(join(bench.folder, name))
    await bench.page.waitForTimeout(500)
    await bench.page.keyboard.press('Enter')
  }

  it('is made by a command, named as ours, and drawn on at once', async () => {
    await create('fresh')
    const frame = await designer('fresh.infra.yaml')
    expect(onDisk(bench, 'fresh.infra.yaml')).toBe('infra: 1\n')
    await frame.getByRole('button', { name: 'Server', exact: true }).click()
    await frame.locator('.react-flow__node[data-id="s1"]').waitFor()
    expect(onDisk(bench, 'fresh.infra.yaml')).toBe('infra: 1\n')
    await runCommand(bench, 'File: Save All')
    await until(bench, 'it is saved', () => Promise.resolve(onDisk(bench, 'fresh.infra.yaml').includes('s1:')))
  })

  it('that is there already is opened and keeps what it says', async () => {
    await create('there')
    // The dialog completes the name, finds the file, and asks once more.
    await bench.page.waitForTimeout(800)
    if (await bench.page.locator('.quick-input-widget').isVisible()) await bench.page.keyboard.press('Enter')
    await (await designer('there.infra.yaml')).locator('.react-flow__node[data-id="s1"]').waitFor()
    expect(onDisk(bench, 'there.infra.yaml')).toBe(text)
  })

  it('with spaces, umlauts, #, % and ? in its name is drawn and changed', async () => {
    await bench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'my lab' }).dblclick()
    await bench.page.waitForSelector('.tab.active:has-text("my lab")')
    await runCommand(bench, 'Underlay: Open Designer to the Side')
    const frame = await designer(awkward)
    await frame.locator('.react-flow__node[data-id="s1"]').waitFor()
    await frame.getByRole('button', { name: 'Server', exact: true }).click()
    await frame.locator('.react-flow__node[data-id="s2"]').waitFor()
    await bench.page.keyboard.press('Control+S')
    await until(bench, 'it is saved', () => Promise.resolve(onDisk(bench, awkward).includes('  s2:')))
    expect(gitStatus(bench.folder)).toContain('my lab')
  })
})
