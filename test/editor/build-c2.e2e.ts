/** The textbook's tenant network over GRE (C2) drawn in a real VS Code from an empty file: with the mouse, and with the keyboard alone. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Frame } from 'playwright-core'
import { careful, drawWithKeyboard, drawWithMouse } from '../canvas/build-c2.ts'
import { browserPath, openFile, openWorkbench, runCommand, screenshot, until, type Workbench } from './workbench.ts'

const here = browserPath ? describe : describe.skip

/** The frame of a file's designer, though nothing is drawn in it yet. */
async function emptyDesigner({ page }: Workbench, name: string): Promise<Frame> {
  for (let i = 0; i < 200; i++) {
    for (const frame of page.frames()) if (await frame.locator('h1.unseen', { hasText: name }).count().catch(() => 0)) return frame
    await page.waitForTimeout(150)
  }
  throw new Error('no designer of an empty file')
}

here('drawing from an empty file', () => {
  let bench: Workbench
  beforeAll(async () => { bench = await openWorkbench() })
  afterAll(async () => { await bench?.close() })

  const start = async (name: string): Promise<Frame> => {
    writeFileSync(join(bench.folder, name), '')
    await openFile(bench, name)
    await runCommand(bench, 'Underlay: Open Designer')
    const frame = await emptyDesigner(bench, name)
    await bench.page.waitForTimeout(500)
    return frame
  }
  const saved = async (name: string): Promise<string> => {
    await bench.page.keyboard.press('Control+S')
    const path = join(bench.folder, name)
    await until(bench, 'the file is written', () => Promise.resolve(existsSync(path) && readFileSync(path, 'utf8').includes('vm3')))
    return readFileSync(path, 'utf8')
  }

  it('with the mouse', async () => {
    const frame = await start('mouse.infra.yaml')
    await drawWithMouse({ page: bench.page, frame })
    await screenshot(bench, 'build-mouse')
    expect(await saved('mouse.infra.yaml')).toBe(careful)
  })

  it('with the keyboard alone', async () => {
    const frame = await start('keyboard.infra.yaml')
    await runCommand(bench, 'View: Focus Active Editor Group')
    await drawWithKeyboard({ page: bench.page, frame })
    await screenshot(bench, 'build-keyboard')
    expect(await saved('keyboard.infra.yaml')).toBe(careful)
  })
})
