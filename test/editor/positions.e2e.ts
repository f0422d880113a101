/** A person's own positions in a real VS Code: nothing is written before it is asked for, a drag is one line of the sidecar, and Ctrl+Z takes it back. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, designerFrame, gitDiff, gitStatus, onDisk, openFile, openWorkbench, runCommand, screenshot, until, type Workbench } from './workbench.ts'
import { execFileSync } from 'node:child_process'

const here = browserPath ? describe : describe.skip
const name = 'moving-house.infra.layout.json'

here('positions of a person’s own', () => {
  let bench: Workbench
  beforeAll(async () => { bench = await openWorkbench() })
  afterAll(async () => { await bench?.close() })

  it('are written when asked for, one line a drag, and taken back', async () => {
    await openFile(bench, 'moving-house.infra.yaml')
    await runCommand(bench, 'Underlay: Open Designer')
    const frame = await designerFrame(bench)
    await until(bench, 'the picture is drawn', async () => (await frame.locator('.react-flow__node').count()) >= 12)
    await bench.page.waitForTimeout(600)
    const drag = async (dx: number, dy: number): Promise<void> => {
      const rect = await frame.locator('.react-flow__node[data-id="rack:rack2"]').boundingBox()
      if (!rect) throw new Error('rack2 is not to be seen')
      await bench.page.mouse.move(rect.x + 40, rect.y + 14)
      await bench.page.mouse.down()
      await bench.page.mouse.move(rect.x + 40 + dx, rect.y + 14 + dy, { steps: 5 })
      await bench.page.mouse.up()
      await bench.page.waitForTimeout(400)
    }
    await drag(60, 60)
    expect(gitStatus(bench.folder)).toBe('')
    await runCommand(bench, 'Underlay: Designer: Keep My Positions')
    await until(bench, 'the sidecar is there', () => Promise.resolve(existsSync(join(bench.folder, name))))
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', 'add', '-A'], { cwd: bench.folder })
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', 'commit', '-qm', 'places'], { cwd: bench.folder })
    const before = onDisk(bench, name)
    await frame.getByRole('button', { name: 'Close panel' }).click()
    await bench.page.waitForTimeout(400)
    await drag(30, 80)
    await until(bench, 'a line has changed', () => Promise.resolve(onDisk(bench, name) !== before))
    expect(gitDiff(bench.folder).match(/^[-+] .*/gm)).toEqual([expect.stringMatching(/^- {4}"rack:rack2": /), expect.stringMatching(/^\+ {4}"rack:rack2": /)])
    await screenshot(bench, 'positions-dragged')
    // No document of the sidecar was opened, and none is unsaved.
    expect(await bench.page.locator('.tab').count()).toBe(await bench.page.locator('.tab[aria-label*="moving-house.infra.yaml"]').count())
    await frame.locator('.canvas').press('Control+z')
    await until(bench, 'the line is as it was', () => Promise.resolve(onDisk(bench, name) === before))
    expect(gitStatus(bench.folder)).toBe('')
  })

  it('are taken back after the edits of the text that came later', async () => {
    const frame = await designerFrame(bench)
    const infra = 'moving-house.infra.yaml'
    const [before, text] = [onDisk(bench, name), onDisk(bench, infra)]
    const rect = await frame.locator('.react-flow__node[data-id="rack:rack2"]').boundingBox()
    if (!rect) throw new Error('rack2 is not to be seen')
    await bench.page.mouse.move(rect.x + 40, rect.y + 14)
    await bench.page.mouse.down()
    await bench.page.mouse.move(rect.x + 60, rect.y + 80, { steps: 5 })
    await bench.page.mouse.up()
    await until(bench, 'a line has changed', () => Promise.resolve(onDisk(bench, name) !== before))
    const dragged = onDisk(bench, name)
    // An edit of the text.
    const count = await frame.locator('.react-flow__node').count()
    await frame.getByRole('button', { name: 'Router', exact: true }).click()
    await until(bench, 'a router is drawn', async () => (await frame.locator('.react-flow__node').count()) > count)
    await bench.page.waitForTimeout(600)
    await frame.locator('.canvas').press('Control+z')
    await until(bench, 'it is gone, and the place is kept', async () => (await frame.locator('.react-flow__node').count()) === count && onDisk(bench, name) === dragged)
    await bench.page.waitForTimeout(600)
    await frame.locator('.canvas').press('Control+z')
    await until(bench, 'the place is the old one', () => Promise.resolve(onDisk(bench, name) === before))
    expect(onDisk(bench, infra)).toBe(text)
  })

  it('go into the sidecar’s own editor where somebody is changing it there, and saving is left to them', async () => {
    await openFile(bench, name)
    const stored = onDisk(bench, name)
    // The page that had the focus may keep it for a moment.
    await bench.page.locator('.editor-instance .view-lines').first().click()
    await bench.page.keyboard.press('Control+End')
    await bench.page.keyboard.press('Enter')
    await until(bench, 'the sidecar is unsaved', async () => (await bench.page.locator('.tab.dirty', { hasText: name }).count()) === 1)
    await bench.page.locator('.tab', { hasText: 'moving-house.infra.yaml' }).nth(1).click()
    const frame = await designerFrame(bench)
    await bench.page.waitForTimeout(600)
    await frame.locator('.react-flow__node[data-id="rack:rack2"] .label').first().click()
    await frame.locator('.canvas').press('Alt+ArrowDown')
    await bench.page.waitForTimeout(1000)
    // On disk nothing has happened; in the editor the line has.
    expect(onDisk(bench, name)).toBe(stored)
    await bench.page.locator('.tab', { hasText: name }).click()
    await bench.page.keyboard.press('Control+S')
    await until(bench, 'both are saved', () => Promise.resolve(onDisk(bench, name) !== stored))
    const saved = onDisk(bench, name)
    expect(saved.split('\n').filter((line) => !stored.includes(line))).toEqual([expect.stringMatching(/^ {4}"rack:rack2": /)])
    expect(saved.endsWith('\n\n')).toBe(true)
    await screenshot(bench, 'positions-unsaved')
    await bench.page.locator('.tab', { hasText: 'moving-house.infra.yaml' }).nth(1).click()
  })

  it('follow the file when somebody else writes it', async () => {
    const frame = await designerFrame(bench)
    const place = async (): Promise<string> => frame.locator('.react-flow__node[data-id="rack:rack2"]').evaluate((element) => (element as HTMLElement).style.transform)
    const was = await place()
    writeFileSync(join(bench.folder, name), onDisk(bench, name).replace('"rack:rack2": { "x": ', '"rack:rack2": { "x": 1'))
    await until(bench, 'the box has moved', async () => (await place()) !== was, 40)
  })
})
