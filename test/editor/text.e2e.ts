/** Beside the text, in a real VS Code: hints, and expectations written from what holds now, in one step of undo. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, designerFrame, gitDiff, onDisk, openFile, openWorkbench, runCommand, until, type Workbench } from './workbench.ts'

const here = browserPath ? describe : describe.skip

here('the text', () => {
  let bench: Workbench
  const file = 'tenant-l2-gre.infra.yaml'

  beforeAll(async () => {
    bench = await openWorkbench()
  })
  afterAll(async () => {
    await bench?.close()
  })

  it('has its lenses though the focus leaves it before they have come', async () => {
    await openFile(bench, 'moving-house.infra.yaml')
    await runCommand(bench, 'Underlay: Open Designer to the Side')
    const designer = await designerFrame(bench)
    const lenses = (): Promise<number> => bench.page.locator('.codelens-decoration').count()
    await until(bench, 'a lens over each guest and each expectation', async () => (await lenses()) === 5)
    await bench.page.locator('.tab:has-text("moving-house")').first().click()
    await bench.page.locator('.editor-instance .view-line').first().click()
    await bench.page.keyboard.press('Control+A')
    await bench.page.keyboard.press('Control+X')
    await until(bench, 'an empty text without lenses', async () => (await lenses()) === 0)
    await bench.page.keyboard.press('Control+Z')
    // Analysed by now; the editor asks for lenses a quarter of a second later, and drops that when the focus goes.
    await bench.page.waitForTimeout(200)
    await designer.locator('.react-flow__pane').click()
    await until(bench, 'the lenses are back', async () => (await lenses()) === 5)
    expect(gitDiff(bench.folder)).toBe('')
    await runCommand(bench, 'View: Close All Editors')
  })

  it('shows what Linux derives beside it', async () => {
    await openFile(bench, file)
    // The editor spaces its lines with no-break spaces.
    await until(bench, 'the tunnel has its MTU beside it', async () => (await bench.page.locator('.view-line').allTextContents())
      .map((line) => line.replaceAll('\u00a0', ' ')).some((line) => line.includes('type: gretap') && line.includes('MTU 1462')))
    expect(onDisk(bench, file)).not.toContain('MTU 1462')
  })

  it('takes expectations from what holds now, and gives them back in one undo', async () => {
    const before = onDisk(bench, file)
    await runCommand(bench, 'Underlay: Write Expectations from What Holds Now')
    await until(bench, 'the file has been changed', async () => (await bench.page.locator('.tab.active.dirty').count()) === 1)
    await bench.page.keyboard.press('Control+S')
    await until(bench, 'the entries are on disk', () => Promise.resolve(onDisk(bench, file) !== before))
    expect(onDisk(bench, file).startsWith(before.trimEnd())).toBe(true)
    expect(onDisk(bench, file).slice(before.trimEnd().length)).toContain('  - { reach: { from: tenant:blue, to: [tenant:blue')
    expect(gitDiff(bench.folder).split('\n').filter((line) => /^-[^-]/.test(line))).toEqual([])
    await bench.page.locator('.tab.active').first().click()
    await bench.page.keyboard.press('Control+Z')
    await bench.page.keyboard.press('Control+S')
    await until(bench, 'one undo has taken all back', () => Promise.resolve(onDisk(bench, file) === before))
  })
})
