/** Migrations of many guests in a real VS Code: planned, applied as one change, and undone to the identical file. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { twoRacks } from '../canvas/two-racks.ts'
import { browserPath, designerFrame, gitDiff, onDisk, openFile, openWorkbench, runCommand, screenshot, until, type Workbench } from './workbench.ts'

const here = browserPath ? describe : describe.skip
const file = 'lab.infra.yaml'

here('moves of several guests', () => {
  let bench: Workbench
  let frame: Frame
  const node = (id: string) => frame.locator(`.react-flow__node[data-id="${id}"]`)
  /** The text's own editor, in the first group. */
  const focusText = async (): Promise<void> => {
    await bench.page.locator('.editor-group-container').first().locator('.tab.active').click()
    await bench.page.waitForTimeout(250)
  }
  const save = async (): Promise<void> => {
    await focusText()
    await bench.page.keyboard.press('Control+S')
  }
  /** What the changed lines say now; one undo leads back to the very file. */
  const appliedThenUndone = async (what: string, looks: (diff: string) => boolean): Promise<void> => {
    await until(bench, `${what} is written`, async () => {
      await save()
      await bench.page.waitForTimeout(300)
      return looks(gitDiff(bench.folder))
    }, 40)
    await focusText()
    await bench.page.keyboard.press('Control+Z')
    await until(bench, `one undo takes ${what} back`, async () => {
      await save()
      await bench.page.waitForTimeout(300)
      return onDisk(bench, file) === twoRacks
    }, 40)
    await until(bench, 'the picture follows', async () => (await frame.locator('.react-flow__node[data-id="mail"]').count()) === 1)
  }
  const changed = (diff: string): readonly string[] => [...diff.matchAll(/^\+ {2}(\w+): +\{ host: (\w+)/gm)].map(([, vm, host]) => `${vm ?? ''} ${host ?? ''}`).sort()

  beforeAll(async () => {
    const from = mkdtempSync(join(tmpdir(), 'underlay-moves-'))
    writeFileSync(join(from, file), twoRacks)
    bench = await openWorkbench({}, true, from)
    await bench.page.setViewportSize({ width: 2000, height: 1100 })
    await openFile(bench, file)
    await runCommand(bench, 'Underlay: Open Designer to the Side')
    frame = await designerFrame(bench)
    await until(bench, 'the guests are drawn', async () => (await node('mail').count()) === 1)
  })
  afterAll(async () => { await bench?.close() })

  it('two that share a link are seen to stop converging, are told to go one after the other, and are applied as one change', async () => {
    await node('web').click()
    await node('db').click({ modifiers: ['Shift'] })
    await node('db').press('m')
    await frame.locator('.moves tbody tr').first().waitFor()
    await frame.locator('vscode-dropdown[aria-label="All to one host"] vscode-option:has-text("s3")').waitFor({ state: 'attached' })
    await frame.locator('vscode-dropdown[aria-label="All to one host"]').click()
    await frame.locator('vscode-dropdown[aria-label="All to one host"] vscode-option:has-text("s3")').click()
    await until(bench, 'it is said that they do not converge', async () => (await frame.locator('.verdict.maybe').textContent())?.includes('although each ends alone') === true)
    await screenshot(bench, 'moves-shared-editor')
    await frame.locator('.paces button:has-text("one after the other")').click()
    await frame.locator('.verdict.good').waitFor()
    await frame.locator('vscode-button:has-text("Apply all")').click()
    await appliedThenUndone('the plan', (diff) => changed(diff).join() === 'db s3,web s3')
  })

  it('two that swap full hosts are refused with the reason, and nothing is written', async () => {
    // The inspector takes its room first, then everything is brought into sight beside it.
    await node('cache').focus()
    await bench.page.keyboard.press('i')
    await bench.page.waitForTimeout(500)
    await node('cache').press('f')
    await bench.page.waitForTimeout(800)
    await node('cache').click()
    await node('mail').click({ modifiers: ['Shift'] })
    await node('mail').click({ button: 'right' })
    await frame.locator('.menu button:has-text("Simulate swapping their hosts")').click()
    await until(bench, 'the reason is there', async () => (await frame.locator('.verdict.bad').textContent())?.includes('they wait for each other') === true)
    await screenshot(bench, 'moves-crossing-editor')
    expect(onDisk(bench, file)).toBe(twoRacks)
  })

  it.each([['s1', 'db s3,web s3'], ['rack:left', 'cache s3,db s3,web s3']] as const)('emptying %s is one change', async (what, expected) => {
    await node(what).click({ button: 'right', position: { x: 30, y: 8 } })
    await frame.locator('.menu button:has-text("Empty it")').click()
    await until(bench, 'the plan is there', async () => (await frame.locator('.panel .verdict.good').count()) === 1)
    await screenshot(bench, `empty-${what.replace(':', '-')}`)
    await frame.locator('.panel vscode-button:has-text("Apply all")').click()
    await appliedThenUndone(`emptying ${what}`, (diff) => changed(diff).join() === expected)
  })

  it('evening out names its gain and is one change', async () => {
    await frame.locator('.react-flow__pane').click({ button: 'right', position: { x: 120, y: 20 } })
    await frame.locator('.menu button:has-text("Even out the servers")').click()
    await until(bench, 'the gain is named', async () => /The fullest server goes from 75 % to/.test((await frame.locator('.panel').textContent()) ?? ''))
    await screenshot(bench, 'even-out')
    await frame.locator('.panel vscode-button:has-text("Apply all")').click()
    await appliedThenUndone('evening out', (diff) => changed(diff).length >= 2)
  })

  it('an orchestrator is chosen beside the others and written into the file', async () => {
    await node('web').click()
    await node('web').press('m')
    await frame.locator('.targets .target > button:has(strong:text-is("s3"))').click()
    await frame.locator('.orchestrators button:has-text("KubeVirt")').click()
    await frame.locator('vscode-button:has-text("Write KubeVirt into the file")').click()
    await frame.locator('.proposal vscode-button:has-text("Do it")').click()
    await appliedThenUndone('the orchestrator', (diff) => /^\+.*profile: kubevirt/m.test(diff))
  })

  it('by the keyboard alone: a guest is moved and the file comes back', async () => {
    // After a mouse a browser shows no focus, and what shows none is not chosen: a key goes first, as with somebody who has no mouse.
    await node('mail').press('Shift')
    await node('cache').focus()
    await frame.locator('.react-flow__node[data-id="cache"] > .box.chosen').waitFor({ timeout: 5000 })
    const { keyboard } = bench.page
    await keyboard.press('Shift+M')
    // The racks stand beside each other or one below the other, as the window has room.
    const s3 = frame.locator('.react-flow__node[data-id="s3"] > .box.chosen')
    for (let i = 0; i < 12 && (await s3.count()) === 0; i++) {
      await keyboard.press(['ArrowRight', 'ArrowDown', 'ArrowLeft'][i % 3] ?? '')
      await bench.page.waitForTimeout(120)
    }
    await s3.waitFor({ timeout: 5000 })
    await keyboard.press('Enter')
    await until(bench, 'what would happen is said', async () => /takes .* stands still/.test((await frame.locator('.proposal .move-says').textContent()) ?? ''))
    await screenshot(bench, 'moved-by-keys')
    await keyboard.press('Tab')
    await keyboard.press('Enter')
    await appliedThenUndone('the move', (diff) => changed(diff).length === 1)
  })
})
