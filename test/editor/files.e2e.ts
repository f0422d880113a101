/** What happens to files while they are drawn, in a real VS Code: locked, checked out, renamed, deleted. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPath, gitStatus, onDisk, openWorkbench, runCommand, screenshot, until, type Workbench } from './workbench.ts'

const here = browserPath ? describe : describe.skip

const text = 'infra: 1\nservers:\n  s1: { interfaces: { br0: { type: bridge } } }   # first\n  s2: {}\nvms:\n  a: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }\n'

here('a file that is drawn', () => {
  let bench: Workbench
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'underlay-files-'))
    for (const name of ['locked', 'revised', 'renamed', 'deleted']) writeFileSync(join(folder, `${name}.infra.yaml`), text)
    bench = await openWorkbench({ 'files.autoSave': 'off', 'files.readonlyInclude': { '**/locked.infra.yaml': true } }, true, folder)
  })
  afterAll(async () => { await bench?.close() })

  /** The frame in which a file is drawn just now. */
  const designer = async (name: string): Promise<Frame | undefined> => {
    for (const frame of bench.page.frames()) {
      const shows = await frame.locator('h1.unseen', { hasText: name }).count().catch(() => 0)
      if (shows > 0 && await frame.locator('.canvas').isVisible().catch(() => false) && (await frame.locator('.react-flow__node').count()) > 0) return frame
    }
    return undefined
  }
  const draws = async (name: string, id: string): Promise<boolean> => ((await (await designer(name))?.locator(`.react-flow__node[data-id="${id}"]`).count()) ?? 0) === 1
  const open = async (name: string): Promise<Frame> => {
    await bench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).dblclick()
    await bench.page.waitForSelector(`.tab.active:has-text("${name}")`, { timeout: 60_000 })
    await runCommand(bench, 'Underlay: Open Designer to the Side')
    await until(bench, `${name} is drawn`, () => draws(name, 's2'), 60)
    const frame = await designer(name)
    if (!frame) throw new Error(`${name} is not drawn`)
    return frame
  }
  const addVm = async (frame: Frame): Promise<void> => {
    await frame.locator('.react-flow__node[data-id="s2"]').click({ position: { x: 30, y: 10 } })
    await frame.getByRole('button', { name: 'VM', exact: true }).click()
  }

  it('is left alone where it is read-only, and the designer says so', async () => {
    const name = 'locked.infra.yaml'
    const frame = await open(name)
    await addVm(frame)
    await frame.getByText(`${name} is read-only: nothing was changed.`).waitFor({ timeout: 60_000 })
    await until(bench, 'the picture is as it was', async () => !(await draws(name, 'vm1')) && draws(name, 'a'))
    expect(await bench.page.locator('.tab.dirty').count()).toBe(0)
    await screenshot(bench, 'read-only')
  })

  it('follows another revision that is checked out, and back', async () => {
    const name = 'revised.infra.yaml'
    const git = (...words: string[]): string => execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.invalid', ...words], { cwd: bench.folder, encoding: 'utf8' })
    await open(name)
    writeFileSync(join(bench.folder, name), text.replace('  s2: {}\n', '  s2: {}\n  s3: {}\n'))
    git('commit', '-qam', 'one more')
    await until(bench, 'the new server is drawn', () => draws(name, 's3'))
    git('checkout', '-q', 'HEAD~1')
    await until(bench, 'it is gone', async () => (await draws(name, 's2')) && !(await draws(name, 's3')))
    git('checkout', '-q', '-')
    await until(bench, 'it is back', () => draws(name, 's3'))
    expect(gitStatus(bench.folder)).toBe('')
  })

  // VS Code opens what is renamed while it is unsaved as text; nothing of it is lost, and the picture is one command away.
  it('keeps under another name what was not saved, and is drawn again', async () => {
    await addVm(await open('renamed.infra.yaml'))
    await until(bench, 'the VM is drawn', () => draws('renamed.infra.yaml', 'vm1'))
    await bench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'renamed.infra.yaml' }).click()
    await bench.page.keyboard.press('F2')
    await bench.page.locator('.explorer-folders-view input').waitFor()
    await bench.page.keyboard.press('Control+A')
    await bench.page.keyboard.type('other.infra.yaml')
    await bench.page.keyboard.press('Enter')
    await bench.page.locator('.tab:has-text("other.infra.yaml")').first().click()
    await bench.page.waitForSelector('.tab.active.dirty:has-text("other.infra.yaml")', { timeout: 60_000 })
    if (!(await draws('other.infra.yaml', 'vm1'))) await runCommand(bench, 'Underlay: Open Designer to the Side')
    await until(bench, 'it is drawn under its new name', () => draws('other.infra.yaml', 'vm1'), 60)
    const now = await designer('other.infra.yaml')
    if (now) await addVm(now)
    await until(bench, 'it can be changed', () => draws('other.infra.yaml', 'vm2'))
    await screenshot(bench, 'renamed')
    expect(onDisk(bench, 'other.infra.yaml')).toBe(text)
  })

  it('is still drawn and can be saved again when it was deleted under what is not saved', async () => {
    const name = 'deleted.infra.yaml'
    const frame = await open(name)
    await addVm(frame)
    await until(bench, 'the VM is drawn', () => draws(name, 'vm1'))
    rmSync(join(bench.folder, name))
    await bench.page.waitForTimeout(2500)
    expect(await draws(name, 'vm1')).toBe(true)
    await frame.locator('.canvas').press('Control+z')
    await until(bench, 'undo works as before', async () => (await draws(name, 'a')) && !(await draws(name, 'vm1')))
    await screenshot(bench, 'deleted')
  })
})
