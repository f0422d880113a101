/** The tree in the side bar beside a picture, by mouse and by keyboard, in a real VS Code. */
import type { Frame } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, designerFrame, gitStatus, openFile, openWorkbench, runCommand, screenshot, until, type Workbench } from './workbench.ts'

const here = browserPath ? describe : describe.skip

here('the tree', () => {
  let bench: Workbench
  beforeAll(async () => { bench = await openWorkbench() })
  afterAll(async () => { await bench?.close() })

  const row = (text: string): ReturnType<Workbench['page']['locator']> => bench.page.locator('.pane-body .monaco-list-row', { hasText: text }).first()
  const chosen = (frame: Frame, id: string): Promise<boolean> => frame.locator(`.react-flow__node[data-id="${id}"] > .box.chosen`).isVisible()

  it('chooses in the picture and does not cover it with the text; which is opened beside it when it is asked for', async () => {
    const { page } = bench
    await openFile(bench, 'vxlan-tenants.infra.yaml')
    await runCommand(bench, 'Underlay: Open Designer')
    const frame = await designerFrame(bench)
    await runCommand(bench, 'View: Show Underlay')
    await row('tor2').waitFor({ timeout: 30_000 })
    await row('tor2').click()
    await until(bench, 'the switch is chosen', () => chosen(frame, 'tor2'))
    await page.keyboard.press('Home')
    await page.keyboard.press('Enter')
    await until(bench, 'the first server is chosen by the keyboard', () => chosen(frame, 's1'))
    expect(await page.locator('.editor-group-container').count()).toBe(1)
    expect(await page.locator('.editor-group-container .monaco-editor .view-line').count()).toBe(0)
    await screenshot(bench, 'tree')
    await row('tor2').click({ button: 'right' })
    await page.locator('.monaco-menu .action-item', { hasText: 'Show in the Text' }).click()
    await until(bench, 'the text stands beside the picture', async () => (await page.locator('.editor-group-container').count()) === 2 && (await page.locator('.editor-group-container .view-line', { hasText: 'tor2:' }).first().isVisible()) && chosen(frame, 'tor2'))
    expect(gitStatus(bench.folder)).toBe('')
  })
})
