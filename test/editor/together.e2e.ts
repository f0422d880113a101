/** Several editors on one file, a history behind it, files that change on disk, a window that is loaded anew: all stay of one mind. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, gitStatus, onDisk, openFile, openWorkbench, runCommand, screenshot, until, type Workbench } from './workbench.ts'

const here = browserPath ? describe : describe.skip

const outer = `infra: 1
include: [part.infra.yaml]
servers:
  s1: { interfaces: { eth0: { address: 10.9.0.1/24 }, br0: { type: bridge } } }
  s2: { interfaces: { eth0: { address: 10.9.0.2/24 }, br0: { type: bridge } } }
vms:
  a: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }
links: [[s1:eth0, s2:eth0]]
`
const part = 'vms:\n  b: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.2/24 } } }\n'

/** Every frame in which this file is drawn. */
async function designers({ page }: Workbench, name: string): Promise<readonly Frame[]> {
  const found: Frame[] = []
  for (const frame of page.frames()) {
    const shows = await frame.locator('h1.unseen', { hasText: name }).count().catch(() => 0)
    const drawn = shows > 0 ? await frame.locator('.react-flow__node').count().catch(() => 0) : 0
    const seen = drawn > 0 && await frame.locator('.canvas').isVisible().catch(() => false)
    if (seen) found.push(frame)
  }
  return found
}

here('one file in several editors', () => {
  let bench: Workbench
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'underlay-together-'))
    writeFileSync(join(folder, 'outer.infra.yaml'), outer)
    writeFileSync(join(folder, 'part.infra.yaml'), part)
    bench = await openWorkbench({ 'files.autoSave': 'off' }, true, folder)
  })
  afterAll(async () => { await bench?.close() })

  const shown = async (count: number, holds: (frame: Frame) => Promise<boolean>): Promise<boolean> => {
    const frames = await designers(bench, 'outer.infra.yaml')
    return frames.length >= count && (await Promise.all(frames.map(holds))).every(Boolean)
  }
  const has = (id: string, text = '') => async (frame: Frame): Promise<boolean> =>
    (await frame.locator(`.react-flow__node[data-id="${id}"]`, { hasText: text }).count()) === 1

  it('two designers follow the text, and what changes on disk', async () => {
    await openFile(bench, 'outer.infra.yaml')
    await runCommand(bench, 'Underlay: Open Designer to the Side')
    await until(bench, 'the picture is drawn, with what is included', () => shown(1, has('b')))
    await runCommand(bench, 'View: Split Editor')
    await until(bench, 'both designers are drawn', () => shown(2, has('b')), 40)
    writeFileSync(join(bench.folder, 'outer.infra.yaml'), outer.replace('10.0.0.1/24', '10.0.0.11/24'))
    await until(bench, 'both show what the disk says', () => shown(2, has('a', '10.0.0.11/24')))
    writeFileSync(join(bench.folder, 'part.infra.yaml'), part.replace('10.0.0.2/24', '10.0.0.12/24'))
    await until(bench, 'both show what the included file says', () => shown(2, has('b', '10.0.0.12/24')))
    await screenshot(bench, 'together')
  })

  it('a gesture in one is seen in the other and in the text, and undone once for all', async () => {
    const [one] = await designers(bench, 'outer.infra.yaml')
    if (!one) throw new Error('no designer')
    await one.locator('.react-flow__node[data-id="s2"]').click({ position: { x: 30, y: 10 } })
    await one.getByRole('button', { name: 'VM', exact: true }).click()
    await until(bench, 'both have the new VM', () => shown(2, has('vm1')))
    await one.locator('.canvas').press('Control+z')
    await until(bench, 'it is gone from both', () => shown(2, async (frame) => !(await has('vm1')(frame))))
  })

  it('what differs from the last commit, included files too, with the history of the editor’s own Git', async () => {
    const [one] = await designers(bench, 'outer.infra.yaml')
    if (!one) throw new Error('no designer')
    await one.locator('.canvas').press('d')
    await one.locator('.parts li').first().waitFor({ timeout: 20_000 })
    const parts = await one.locator('.parts').first().innerText()
    expect(parts).toMatch(/changed\s+a\s+vm[\s\S]*10\.0\.0\.1\/24 → 10\.0\.0\.11\/24/)
    expect(parts).toMatch(/changed\s+b\s+vm[\s\S]*10\.0\.0\.2\/24 → 10\.0\.0\.12\/24/)
    expect(await one.locator('.chooser option').allInnerTexts()).toEqual(['The last commit', expect.stringMatching(/^[0-9a-f]{7} examples · test, /)])
    await screenshot(bench, 'difference')
    await one.locator('.panel vscode-text-field input').fill('no-such-branch')
    await one.locator('.panel vscode-text-field input').press('Enter')
    await one.locator('.problem:has-text("no revision no-such-branch")').waitFor()
    await one.locator('.panel .close').click()
  })

  it('a window that is loaded anew shows what was not saved, and writes nothing', async () => {
    const [one] = await designers(bench, 'outer.infra.yaml')
    if (!one) throw new Error('no designer')
    await one.locator('.react-flow__node[data-id="s2"]').click({ position: { x: 30, y: 10 } })
    await one.getByRole('button', { name: 'VM', exact: true }).click()
    await until(bench, 'the new VM is drawn', () => shown(2, has('vm1')))
    const before = onDisk(bench, 'outer.infra.yaml')
    // What is not saved is backed up a moment later.
    await bench.page.waitForTimeout(2500)
    await bench.page.reload()
    await bench.page.waitForSelector('.monaco-workbench .explorer-folders-view', { timeout: 60_000 })
    await until(bench, 'the designers are back with what was not saved', () => shown(1, has('vm1')), 60)
    expect(onDisk(bench, 'outer.infra.yaml')).toBe(before)
    expect(before).not.toContain('vm1')
    expect(gitStatus(bench.folder)).not.toMatch(/^\?\?/m)
  })
})
