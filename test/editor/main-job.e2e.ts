/** The main job, as a person does it: open, look, type, mend, move, undo; in a real VS Code. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, designerFrame, gitDiff, gitStatus, goTo, onDisk, openFile, openWorkbench, runCommand, screenshot, until, type Workbench } from './workbench.ts'

const here = browserPath ? describe : describe.skip

const squiggles = (bench: Workbench, kind: 'error' | 'warning' = 'error'): Promise<number> => bench.page.locator(`.squiggly-${kind}`).count()
/** The keyboard goes to the text: a click on its tab, in the first group. */
async function focusText(bench: Workbench): Promise<void> {
  await bench.page.locator('.editor-group-container').first().locator('.tab.active').click()
  await bench.page.waitForTimeout(250)
}
const save = (bench: Workbench): Promise<void> => bench.page.keyboard.press('Control+S')

here('in a real VS Code', () => {
  let bench: Workbench

  beforeAll(async () => {
    bench = await openWorkbench()
  })
  afterAll(async () => {
    await bench?.close()
  })

  it('an example opens in the designer, and looking writes nothing', async () => {
    await openFile(bench, 'tenant-l2-gre.infra.yaml')
    await runCommand(bench, 'Underlay: Open Designer to the Side')
    const frame = await designerFrame(bench)
    await until(bench, 'all nodes are drawn', async () => (await frame.locator('.react-flow__node').count()) >= 9)
    for (const name of ['s1', 's2', 'vm1', 'vm2', 'vm3', 'r1']) expect(await frame.locator(`.react-flow__node[data-id="${name}"]`).count()).toBe(1)
    expect(await frame.locator('.line.tunnel').count()).toBe(1)
    await bench.page.waitForTimeout(800)
    await screenshot(bench, 'designer-light')
    await frame.locator('.react-flow__node[data-id="vm1"]').click()
    await until(bench, 'the inspector shows the VM', async () => (await frame.locator('.panel h2').textContent())?.includes('vm1') === true)
    await frame.locator('.toolbar button:text-is("Tenants")').click()
    await until(bench, 'the tenant view is drawn', async () => (await frame.locator('.react-flow__node[data-id="tenant:blue"]').count()) === 1)
    await frame.locator('.toolbar button:has-text("Physical")').click()
    await until(bench, 'the physical view is back', async () => (await frame.locator('.react-flow__node[data-id="s1"]').count()) === 1)
    await frame.locator('.canvas').press('+')
    await frame.locator('.canvas').press('f')
    expect(gitStatus(bench.folder)).toBe('')
  })

  it('selection goes both ways between text and picture', async () => {
    const frame = await designerFrame(bench)
    await frame.locator('.react-flow__node[data-id="vm3"]').click()
    await until(bench, 'the text shows the chosen VM', async () => {
      const line = await bench.page.locator('.editor-group-container .view-line:has-text("vm3:")').first().isVisible()
      return line
    })
    await focusText(bench)
    await goTo(bench, 18, 4)
    await bench.page.keyboard.press('ArrowRight')
    await until(bench, 'the picture shows the chosen server', async () => (await frame.locator('.react-flow__node[data-id="s1"] > .box.chosen').count()) === 1)
  })

  it('a duplicate address is marked as it is typed, and its quick fix takes the mark away', async () => {
    await runCommand(bench, 'View: Close All Editors')
    await openFile(bench, 'tenant-l2-gre.infra.yaml')
    const before = onDisk(bench, 'tenant-l2-gre.infra.yaml')
    const line = before.split('\n').findIndex((text) => text.includes('10.0.0.2/24')) + 1
    const column = (before.split('\n')[line - 1] ?? '').indexOf('10.0.0.2/24') + 1
    await bench.page.waitForTimeout(1500)
    await goTo(bench, line, column + 8)
    await bench.page.keyboard.press('Backspace')
    await bench.page.keyboard.type('1')
    await until(bench, 'the duplicate address is marked', async () => (await squiggles(bench)) > 0)
    await save(bench)
    await until(bench, 'one line differs on disk', () => Promise.resolve(gitDiff(bench.folder).match(/^@@/gm)?.length === 1))
    await screenshot(bench, 'duplicate-address')
    await bench.page.keyboard.press('Control+.')
    await bench.page.waitForSelector('.action-widget .monaco-list-row:has-text("Use 10.0.0.")', { timeout: 15_000 })
    await bench.page.locator('.action-widget .monaco-list-row:has-text("Use 10.0.0.")').first().click()
    await until(bench, 'the mark is gone', async () => (await squiggles(bench)) === 0)
    // The next free address is the one that was there before the slip: the file is whole again.
    await save(bench)
    await until(bench, 'the fix gives the next free address', () => Promise.resolve(onDisk(bench, 'tenant-l2-gre.infra.yaml') === before))
    expect(gitStatus(bench.folder)).toBe('')
  })

  it('a migration is simulated, applied as one hunk, and undone', async () => {
    const file = 'moving-house.infra.yaml'
    await openFile(bench, file)
    const before = onDisk(bench, file)
    await runCommand(bench, 'Underlay: Open Designer to the Side')
    const frame = await designerFrame(bench)
    await until(bench, 'the VM is drawn', async () => (await frame.locator('.react-flow__node[data-id="shop"]').count()) === 1)
    await frame.locator('.react-flow__node[data-id="shop"]').click({ button: 'right' })
    await frame.locator('.menu button:has-text("Simulate migration")').click()
    await until(bench, 'the hosts are ranked', async () => (await frame.locator('.targets .target').count()) === 3)
    expect(await frame.locator('.targets strong').first().textContent()).toBe('h2')
    expect(await frame.locator('.targets .cannot').count()).toBeGreaterThan(0)
    await frame.locator('.targets .target > button:has(strong:text-is("h2"))').click()
    await until(bench, 'the result is shown', async () => (await frame.locator('.figures b').count()) === 4)
    expect(await frame.locator('.verdict').first().textContent()).toContain('can move to h2')
    await bench.page.waitForTimeout(300)
    await screenshot(bench, 'migration')
    await frame.locator('vscode-button:has-text("Apply")').click()
    await focusText(bench)
    await save(bench)
    await until(bench, 'the text has changed', async () => gitDiff(bench.folder) !== '')
    const diff = gitDiff(bench.folder)
    expect(diff.match(/^@@/gm)).toHaveLength(1)
    expect(diff).toContain('+    host: h2')
    expect(diff.match(/^[-+][^-+]/gm)).toHaveLength(2)
    await until(bench, 'the picture follows', async () => {
      const box = await frame.locator('.react-flow__node[data-id="shop"]').boundingBox()
      const host = await frame.locator('.react-flow__node[data-id="h2"]').boundingBox()
      return box !== null && host !== null && box.x >= host.x && box.y >= host.y && box.x <= host.x + host.width
    })
    await focusText(bench)
    await bench.page.keyboard.press('Control+Z')
    await save(bench)
    await until(bench, 'undo gives the identical file', () => Promise.resolve(onDisk(bench, file) === before))
  })

})

here('in a window of its own', () => {
  let bench: Workbench

  beforeAll(async () => {
    bench = await openWorkbench()
  })
  afterAll(async () => {
    await bench?.close()
  })

  it('a packet is traced from one element to another', async () => {
    await openFile(bench, 'tenant-l2-gre.infra.yaml')
    await runCommand(bench, 'Underlay: Open Designer to the Side')
    const frame = await designerFrame(bench)
    await frame.locator('.toolbar button:has-text("Trace")').click()
    await frame.locator('.react-flow__node[data-id="vm1"]').click()
    await frame.locator('.react-flow__node[data-id="vm3"]').click()
    await until(bench, 'the verdict is shown', async () => (await frame.locator('.verdict.good').textContent())?.includes('path MTU 1462') === true)
    expect(await frame.locator('.hops li').count()).toBeGreaterThan(10)
    await frame.locator('.hops button:has-text("encapsulate")').first().click()
    await bench.page.waitForTimeout(600)
    await screenshot(bench, 'trace')
  })

  it('the last good picture stays while the text is broken', async () => {
    const frame = await designerFrame(bench)
    await focusText(bench)
    await goTo(bench, 20, 17)
    await bench.page.keyboard.press('End')
    await bench.page.keyboard.type(': x')
    await until(bench, 'the banner tells of the broken text', async () => (await frame.locator('.banner').count()) === 1)
    expect(await frame.locator('.react-flow__node[data-id="vm1"]').count()).toBe(1)
    await screenshot(bench, 'broken-text')
    for (let i = 0; i < 4; i++) await bench.page.keyboard.press('Control+Z')
    await until(bench, 'the banner goes', async () => (await frame.locator('.banner').count()) === 0)
    await save(bench)
    await until(bench, 'the file is as it was', () => Promise.resolve(gitStatus(bench.folder) === ''))
  })
})

here('in every theme and in Restricted Mode', () => {
  it.each([['Default Dark Modern', 'dark', true], ['Default High Contrast', 'high-contrast', true], ['Default Light Modern', 'restricted', false]] as const)('%s', async (theme, name, trust) => {
    const bench = await openWorkbench({ 'workbench.colorTheme': theme, 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' }, trust)
    try {
      await openFile(bench, 'vxlan-tenants.infra.yaml')
      await runCommand(bench, 'Underlay: Open Designer to the Side')
      const frame = await designerFrame(bench)
      await until(bench, 'the tunnels are drawn', async () => (await frame.locator('.line.tunnel').count()) >= 3)
      await bench.page.waitForTimeout(800)
      await screenshot(bench, `designer-${name}`)
      expect(await frame.locator('.react-flow__node').count()).toBeGreaterThan(10)
    } finally {
      await bench.close()
    }
  })
})
