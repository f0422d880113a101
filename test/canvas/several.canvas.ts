/** Several at once in Chromium: chosen by Shift, a rubber band or Ctrl+A; deleted, copied and pasted as one change. */
import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, startSite, type Designed, type Site } from './page.ts'

const here = canRun ? describe : describe.skip
const text = readFileSync('examples/moving-house.infra.yaml', 'utf8')
const box = (tab: Page, id: string): Locator => tab.locator(`.react-flow__node[data-id="${id}"]`)
const chosen = (tab: Page): Promise<string[]> => tab.locator('.react-flow__node:has(> .box.chosen)').evaluateAll((all) => all.map((node) => node.getAttribute('data-id') ?? '').sort())
const pick = (tab: Page, id: string, modifiers: readonly 'Shift'[] = []): Promise<void> => box(tab, id).click({ position: { x: 40, y: 14 }, modifiers: [...modifiers] })
/** Carries out what is proposed. */
const accept = async (tab: Page, name: string): Promise<void> => { await tab.locator('.proposal').getByRole('button', { name, exact: true }).click() }

here('several at once', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })
  const open = async (): Promise<Designed> => {
    const designed = await site.design(text)
    await box(designed.tab, 'shop').waitFor()
    await designed.tab.waitForTimeout(300)
    return designed
  }

  it('are chosen by Shift and clicks, deleted as one change; Escape lets go', async () => {
    const { tab, after, steps } = await open()
    await pick(tab, 'shop')
    await pick(tab, 'client', ['Shift'])
    await pick(tab, 'big', ['Shift'])
    expect(await chosen(tab)).toEqual(['big', 'client', 'shop'])
    await pick(tab, 'big', ['Shift'])
    expect(await chosen(tab)).toEqual(['client', 'shop'])
    await tab.keyboard.press('Delete')
    await accept(tab, 'Delete')
    const now = await after(1)
    expect(steps).toHaveLength(1)
    expect(now.replace(/#.*/g, '')).not.toMatch(/\b(shop|client)\b/)
    expect(now).toContain('  big:')
    await pick(tab, 'big')
    await pick(tab, 'h1', ['Shift'])
    await tab.keyboard.press('Escape')
    expect(await chosen(tab)).toEqual([])
    await tab.close()
  })

  it('are copied and pasted with names and addresses of their own, in one change', async () => {
    const { tab, after, steps } = await open()
    await pick(tab, 'shop')
    // Pasting what was copied elsewhere, or nothing, says so.
    await tab.keyboard.press('Control+v')
    await tab.locator('.proposal [role=alert]', { hasText: 'Nothing is copied yet' }).waitFor()
    await tab.keyboard.press('Escape')
    await pick(tab, 'big', ['Shift'])
    await tab.keyboard.press('Control+c')
    await tab.keyboard.press('Control+v')
    await accept(tab, 'Do it')
    const now = await after(1)
    expect(steps).toEqual(['Duplicate shop, big as shop2, big2'])
    expect(now).toMatch(/ {2}shop2:[^]*10\.3\.0\.53\/24[^]* {2}big2:[^]*10\.3\.0\.54\/24/)
    await box(tab, 'big2').waitFor()
    await tab.close()
  })

  it('are caught by a rubber band, and all by Ctrl+A, while the picture stays', async () => {
    const { tab } = await open()
    const place = (): Promise<string> => tab.locator('.react-flow__viewport').evaluate((element) => (element as HTMLElement).style.transform)
    const before = await place()
    const ceph = await box(tab, 'ceph').or(box(tab, 'storage:ceph')).boundingBox()
    if (!ceph) throw new Error('not to be seen')
    await tab.keyboard.down('Shift')
    await tab.mouse.move(ceph.x - 20, ceph.y - 20)
    await tab.mouse.down()
    await tab.mouse.move(ceph.x + ceph.width + 20, ceph.y + ceph.height + 20, { steps: 4 })
    expect(await tab.locator('.band').count()).toBe(1)
    await tab.screenshot({ path: 'test/artifacts/band.png' })
    await tab.mouse.up()
    await tab.keyboard.up('Shift')
    expect(await tab.locator('.band').count()).toBe(0)
    expect(await chosen(tab)).toEqual(['storage:ceph'])
    expect(await place()).toBe(before)
    await tab.locator('.canvas').press('Control+a')
    expect(await chosen(tab)).toEqual(expect.arrayContaining(['h1', 'h1:br0', 'shop', 'storage:ceph', 'tor1']))
    expect(await chosen(tab)).not.toContain('rack:rack1')
    await tab.screenshot({ path: 'test/artifacts/several.png' })
    await tab.close()
  })

  it('are linked by pattern: shown before it is done, by the menu of several and by the keyboard alone', async () => {
    const first = 'routers:\n  leaf1: {}\n  leaf2: {}\n  leaf3: {}\n  spine1: {}\n  spine2: {}\n'
    const { tab, after, steps } = await site.design(first)
    await box(tab, 'spine2').waitFor()
    await tab.waitForTimeout(300)
    await pick(tab, 'leaf1')
    await pick(tab, 'leaf2', ['Shift'])
    await pick(tab, 'spine1', ['Shift'])
    await box(tab, 'spine1').click({ button: 'right', position: { x: 40, y: 14 } })
    expect(await tab.getByRole('menuitem').allTextContents()).toEqual(expect.arrayContaining(['Link by pattern…B', 'Duplicate…Ctrl+D', 'CopyCtrl+C', 'Delete…Del']))
    await tab.getByRole('menuitem', { name: /Link by pattern/ }).click()
    const dialog = tab.getByRole('dialog')
    await dialog.getByText('Link 2 with 1: 2 links').waitFor()
    expect(await dialog.locator('.previewed li').allTextContents()).toEqual(['leaf1:eth0 – spine1:eth0', 'leaf2:eth0 – spine1:eth1'])
    expect(await tab.locator('.preview line').count()).toBe(2)
    await tab.screenshot({ path: 'test/artifacts/linking.png' })
    await dialog.getByRole('textbox', { name: 'To' }).fill('spine[1-2]')
    await dialog.getByText('Link 2 with 2: 4 links').waitFor()
    await accept(tab, 'Do it')
    expect((await after(1)).match(/ {2}- \[/g)).toHaveLength(4)
    // The same again from the keyboard: what is wrong with a pattern is said as one types.
    await tab.locator('.canvas').press('Escape')
    await tab.locator('.canvas').press('b')
    const from = dialog.getByRole('textbox', { name: 'From' })
    await from.fill('leaf[3-1]')
    await dialog.getByRole('textbox', { name: 'To' }).fill('spine*')
    await dialog.getByText('[3-1] is empty').waitFor()
    await from.fill('leaf3')
    await dialog.getByText('Link 1 with 2: 2 links').waitFor()
    await from.press('Enter')
    expect((await after(2)).match(/ {2}- \[/g)).toHaveLength(6)
    expect(steps).toEqual(['Link 2 with 2: 4 links', 'Link 1 with 2: 2 links'])
    await tab.close()
  })

  it('on the ground and on a line the menu is another', async () => {
    const { tab } = await open()
    await tab.locator('.react-flow__pane').click({ button: 'right', position: { x: 5, y: 400 } })
    expect(await tab.getByRole('menuitem').allTextContents()).toEqual(expect.arrayContaining(['Add…A', 'Link by pattern…B', 'Show everythingF', 'Lay out againL']))
    await tab.keyboard.press('Escape')
    await tab.locator('.react-flow__edge[data-id^="link:"]').first().focus()
    await tab.keyboard.press('Shift+F10')
    expect(await tab.getByRole('menuitem').allTextContents()).toEqual(expect.arrayContaining(['Show in textO', 'What if it failed?X', 'Rename…F2', 'Delete…Del', 'InspectEnter']))
    await tab.close()
  })
})
