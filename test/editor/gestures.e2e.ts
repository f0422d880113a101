/** Editing from the picture in a real VS Code: a gesture is one hunk of the text and one step of undo. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, designerFrame, gitDiff, gitStatus, openFile, openWorkbench, runCommand, screenshot, until, type Workbench } from './workbench.ts'

const here = browserPath ? describe : describe.skip

here('editing from the picture', () => {
  let bench: Workbench
  beforeAll(async () => { bench = await openWorkbench() })
  afterAll(async () => { await bench?.close() })

  it('a VM from the palette is one hunk, and one undo takes it back', async () => {
    await openFile(bench, 'tenant-l2-gre.infra.yaml')
    await runCommand(bench, 'Underlay: Open Designer to the Side')
    const frame = await designerFrame(bench)
    await until(bench, 'the picture is drawn', async () => (await frame.locator('.react-flow__node').count()) >= 9)
    await bench.page.waitForTimeout(600)
    await frame.locator('.react-flow__node[data-id="s2:br0"]').click()
    await frame.getByRole('button', { name: 'VM', exact: true }).click()
    await until(bench, 'the new VM is drawn and chosen', async () => (await frame.locator('.react-flow__node[data-id="vm4"] > .box.chosen').count()) === 1)
    await bench.page.waitForTimeout(400)
    await screenshot(bench, 'gesture-added')
    await bench.page.keyboard.press('Control+S')
    await until(bench, 'the file on disk has changed', () => Promise.resolve(gitDiff(bench.folder) !== ''))
    const diff = gitDiff(bench.folder)
    expect(diff.match(/^@@/gm)).toHaveLength(1)
    expect(diff).toContain('+      eth0: { attach: br0, address: 10.0.0.4/24, gateway: 10.0.0.254, mtu: 1462 }')
    expect(diff.match(/^-[^-]/gm)).toBeNull()
    await frame.locator('.canvas').press('Control+z')
    await until(bench, 'the VM is gone from the picture', async () => (await frame.locator('.react-flow__node[data-id="vm4"]').count()) === 0)
    await bench.page.keyboard.press('Control+S')
    await until(bench, 'the file is what it was', () => Promise.resolve(gitStatus(bench.folder) === ''))
  })

  it('a server deleted with all that hangs on it is one undo, too', async () => {
    const frame = await designerFrame(bench)
    await frame.locator('.react-flow__node[data-id="s2"]').click({ position: { x: 20, y: 8 } })
    await frame.locator('.canvas').press('Delete')
    await frame.getByRole('dialog').getByText('vm3 on it goes, too.').waitFor()
    await screenshot(bench, 'gesture-delete')
    await frame.getByRole('dialog').getByText('Delete', { exact: true }).click()
    await until(bench, 'the server is gone', async () => (await frame.locator('.react-flow__node[data-id="s2"]').count()) === 0)
    await frame.locator('.canvas').press('Control+z')
    await until(bench, 'the server is back', async () => (await frame.locator('.react-flow__node[data-id="vm3"]').count()) === 1)
    await bench.page.keyboard.press('Control+S')
    await until(bench, 'the file is what it was', () => Promise.resolve(gitStatus(bench.folder) === ''))
  })
})
