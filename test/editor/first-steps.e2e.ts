/** What a newcomer sees first: the walkthrough with its three steps, each with its picture, and a step that opens the designer. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, designerFrame, openFile, openWorkbench, runCommand, screenshot, type Workbench } from './workbench.ts'

const here = browserPath ? describe : describe.skip

here('first steps', () => {
  let bench: Workbench
  beforeAll(async () => {
    bench = await openWorkbench()
  })
  afterAll(async () => {
    await bench?.close()
  })

  it('the walkthrough has three steps, and the first opens the designer', async () => {
    const { page } = bench
    await openFile(bench, 'tenant-l2-gre.infra.yaml')
    await runCommand(bench, 'Welcome: Open Walkthrough')
    await page.keyboard.type('Underlay')
    await page.waitForTimeout(500)
    await page.keyboard.press('Enter')
    const steps = page.locator('.getting-started-step')
    await steps.first().waitFor({ timeout: 20_000 })
    expect(await steps.count()).toBe(3)
    for (const n of [0, 1, 2]) {
      await steps.nth(n).locator('.step-title').click()
      await page.waitForTimeout(900)
      await screenshot(bench, `walkthrough-${n + 1}`)
    }
    await steps.first().locator('.step-title').click()
    await steps.first().locator('a, .monaco-button').first().click()
    await designerFrame(bench)
  })
})
