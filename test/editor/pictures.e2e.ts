/** Pictures of a real VS Code's designer: saved as PNG and draw.io where a person says; and how the designer looks in the themes. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, designerFrame, gitStatus, openFile, openWorkbench, runCommand, screenshot, until, type Workbench } from './workbench.ts'

const here = browserPath ? describe : describe.skip

here('saving what is seen', () => {
  let bench: Workbench
  beforeAll(async () => { bench = await openWorkbench({ 'workbench.colorTheme': 'Default Dark Modern' }) })
  afterAll(async () => { await bench?.close() })

  it.each([['PNG', 'tenant-l2-gre.png', (bytes: Buffer) => bytes.toString('latin1', 1, 4) === 'PNG'], ['draw.io', 'tenant-l2-gre.drawio', (bytes: Buffer) => bytes.toString('utf8').includes('<mxGraphModel')]] as const)('as %s', async (format, name, right) => {
    await openFile(bench, 'tenant-l2-gre.infra.yaml')
    await runCommand(bench, 'Underlay: Open Designer')
    // The frame of a page that was hidden is gone, and another comes in its place.
    await until(bench, 'the picture is drawn', async () => (await (await designerFrame(bench)).locator('.react-flow__node').count()) >= 9, 40)
    await bench.page.waitForTimeout(600)
    const frame = await designerFrame(bench)
    await runCommand(bench, 'Underlay: Designer: Save Picture As')
    await frame.getByRole('menuitem', { name: format }).click()
    await bench.page.waitForSelector('.quick-input-widget input')
    await until(bench, 'a name is proposed', async () => (await bench.page.locator('.quick-input-widget input').first().inputValue()).endsWith(name))
    await bench.page.waitForTimeout(400)
    await bench.page.keyboard.press('Enter')
    const path = join(bench.folder, name)
    await until(bench, 'the file is there', () => Promise.resolve(existsSync(path) && readFileSync(path).length > 0))
    expect(right(readFileSync(path))).toBe(true)
    expect(gitStatus(bench.folder).split('\n').filter((line) => line !== '' && !/\.(png|drawio)$/.test(line))).toEqual([])
  })

  it('closed boxes, breadcrumbs and positions can be read in dark and in high contrast', async () => {
    await openFile(bench, 'moving-house.infra.yaml')
    await runCommand(bench, 'Underlay: Open Designer')
    let frame = await designerFrame(bench)
    await until(bench, 'the picture is drawn', async () => (await frame.locator('.react-flow__node[data-id="rack:rack1"]').count()) === 1)
    await bench.page.waitForTimeout(600)
    await frame.getByRole('button', { name: 'Keep my positions' }).click()
    await frame.getByText('every box has its place').waitFor()
    await frame.locator('.react-flow__node[data-id="h3"]').click({ position: { x: 60, y: 12 } })
    await frame.locator('.canvas').press('k')
    await frame.locator('.react-flow__node[data-id="rack:rack1"]').getByRole('button', { name: 'Close rack1' }).click()
    await frame.getByText('1 of them locked').waitFor()
    await bench.page.waitForTimeout(500)
    await screenshot(bench, 'positions-dark')
    for (const [theme, name] of [['Default High Contrast', 'high-contrast'], ['Default High Contrast Light', 'high-contrast-light'], ['Default Light Modern', 'light']] as const) {
      await bench.page.keyboard.press('Control+k')
      await bench.page.keyboard.press('Control+t')
      await bench.page.waitForSelector('.quick-input-widget input')
      await bench.page.keyboard.type(theme.replace('Default ', ''))
      await bench.page.waitForTimeout(500)
      await bench.page.keyboard.press('Enter')
      await bench.page.waitForTimeout(900)
      await screenshot(bench, `positions-${name}`)
    }
    frame = await designerFrame(bench)
    expect(await frame.locator('.box.chosen').count()).toBeGreaterThan(0)
  })
})
