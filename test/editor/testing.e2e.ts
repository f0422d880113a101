/** Expectations as tests, in a real VS Code: run above their line, in the Testing view, and on save where that is chosen. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, goTo, onDisk, openFile, openWorkbench, runCommand, screenshot, until, type Workbench } from './workbench.ts'

const here = browserPath ? describe : describe.skip

here('expectations', () => {
  let bench: Workbench
  const file = 'tenant-l2-gre.infra.yaml'
  const rows = (state: 'passed' | 'failed'): Promise<number> => bench.page.locator(`.test-explorer .monaco-list-row .computed-state.codicon-testing-${state}-icon`).count()
  const glyphs = (state: 'passed' | 'failed'): Promise<number> => bench.page.locator(`.glyph-margin-widgets .codicon-testing-${state}-icon, .cgmr.codicon-testing-${state}-icon`).count()

  beforeAll(async () => {
    bench = await openWorkbench()
    await openFile(bench, file)
  })
  afterAll(async () => {
    await bench?.close()
  })

  it('are run above their line', async () => {
    await goTo(bench, 87, 1)
    const lenses = bench.page.locator('.codelens-decoration a:has-text("Run")')
    await until(bench, 'a lens over each expectation', async () => (await lenses.count()) >= 3)
    expect(await lenses.first().textContent()).toContain('✓ Run')
    await lenses.first().click()
    await until(bench, 'the first has passed', async () => (await glyphs('passed')) === 1)
  })

  it('stand in the Testing view, and are run there', async () => {
    await runCommand(bench, 'Testing: Focus on Test Explorer View')
    const row = bench.page.locator('.test-explorer .monaco-list-row')
    await until(bench, 'the file is listed', async () => (await row.filter({ hasText: file }).count()) === 1)
    await row.filter({ hasText: file }).first().click()
    await bench.page.keyboard.press('ArrowRight')
    await until(bench, 'its tests are listed by their words', async () => (await row.filter({ hasText: 'reach: { from: vm1, to: vm3 }' }).count()) === 1)
    await runCommand(bench, 'Test: Run All Tests')
    await until(bench, 'three tests and their file have passed', async () => (await rows('passed')) === 4)
    await screenshot(bench, 'testing')
  })

  it('are run on save where that is chosen', async () => {
    await runCommand(bench, 'Test: Start Continuous Run')
    await bench.page.locator('.editor-group-container .tab.active').first().click()
    const line = onDisk(bench, file).split('\n').findIndex((text) => text.includes('address: 10.0.0.3/24')) + 1
    await goTo(bench, line, (onDisk(bench, file).split('\n')[line - 1] ?? '').indexOf('10.0.0.3') + 9)
    await bench.page.keyboard.press('Backspace')
    await bench.page.keyboard.type('4')
    // Not judged as it is typed.
    await bench.page.waitForTimeout(700)
    expect(await rows('failed')).toBe(0)
    await bench.page.keyboard.press('Control+S')
    await until(bench, 'a change that breaks nothing leaves them passed', async () => (await rows('passed')) === 4 && onDisk(bench, file).includes('10.0.0.4/24'))
    await goTo(bench, line, (onDisk(bench, file).split('\n')[line - 1] ?? '').indexOf('10.0.0.4') + 7)
    await bench.page.keyboard.press('Backspace')
    await bench.page.keyboard.type('7')
    await bench.page.keyboard.press('Control+S')
    await until(bench, 'one that breaks two is seen when it is saved', async () => (await rows('failed')) >= 3)
    await screenshot(bench, 'testing-failed')
  })
})
