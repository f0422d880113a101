/** Gestures in Chromium, by mouse and by keyboard: each is one change of the text. */
import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analysisOf, canRun, startSite, type Site } from './page.ts'

const here = canRun ? describe : describe.skip
const example = (name: string): string => readFileSync(`examples/${name}.infra.yaml`, 'utf8')
const box = (tab: Page, id: string): Locator => tab.locator(`.react-flow__node[data-id="${id}"]`)
const centreOf = async (where: Locator): Promise<{ x: number; y: number }> => {
  const at = await where.boundingBox()
  if (!at) throw new Error('not to be seen')
  return { x: at.x + Math.min(at.width, 90) / 2, y: at.y + Math.min(at.height, 40) / 2 }
}
/** Pulls a thread from a box's socket to another box. */
async function join(tab: Page, from: string, to: string): Promise<void> {
  // The first picture is fitted when it is there.
  await tab.waitForTimeout(300)
  const start = await centreOf(box(tab, from))
  await tab.mouse.move(start.x, start.y)
  const socket = tab.locator(`[data-socket="${from}"]`)
  await socket.waitFor()
  await socket.hover()
  await tab.mouse.down()
  const end = await centreOf(box(tab, to))
  await tab.mouse.move(end.x - 5, end.y, { steps: 4 })
  await tab.mouse.move(end.x, end.y)
  await tab.mouse.up()
}
async function pick(tab: Page, id: string): Promise<void> {
  await box(tab, id).click({ position: { x: 30, y: 14 } })
  await tab.waitForSelector(`.react-flow__node[data-id="${id}"] .box.chosen`)
}
const added = (before: string, now: string): string[] => now.split('\n').filter((line) => !before.split('\n').includes(line))

here('a gesture in Chromium', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it('adds by dragging from the palette to a place', async () => {
    const text = example('tenant-l2-gre')
    const { tab, after, steps } = await site.design(text)
    await box(tab, 'vm3').waitFor()
    await tab.getByRole('button', { name: 'VM', exact: true }).dragTo(box(tab, 's2:br0'))
    const now = await after(1)
    expect(added(text, now)).toEqual(['  vm4:', '      eth0: { attach: br0, address: 10.0.0.4/24, gateway: 10.0.0.254, mtu: 1462 }'])
    expect(steps).toEqual(['Add VM vm4'])
    await tab.waitForSelector('.react-flow__node[data-id="vm4"] .box.chosen')
    await tab.close()
  })

  it('connects by dragging, with an address of one’s own', async () => {
    const text = example('moving-house').replace('switches:', '  h5: { rack: rack2 }\nswitches:')
    const { tab, after } = await site.design(text)
    await box(tab, 'h5').waitFor()
    await join(tab, 'h5', 'tor2')
    const field = tab.getByRole('textbox', { name: /Address of h5:eth0/ })
    await field.waitFor()
    expect(await field.inputValue()).toBe('10.3.0.5/24')
    await field.fill('10.3.0.9/24')
    // Enter waits for the plan of what was typed last.
    await field.press('Enter')
    expect(added(text, await after(1))).toEqual(['  h5: { rack: rack2, interfaces: { eth0: { address: 10.3.0.9/24 } } }', '  - [h5:eth0, tor2:p3]'])
    await tab.close()
  })

  it('digs a tunnel between two bridges, both halves in one step', async () => {
    const text = example('tenant-l2-gre').replace(/ {6}vtun0.*\n/g, '')
    const { tab, after, steps } = await site.design(text)
    await box(tab, 's2:br0').waitFor()
    await join(tab, 's1:br0', 's2:br0')
    await tab.getByRole('dialog').getByText('Do it').click()
    expect(added(text, await after(1))).toEqual(['      vxlan0: { type: vxlan, id: 5001, local: 20.0.0.1, remote: 30.0.0.1, master: br0 }', '      vxlan0: { type: vxlan, id: 5001, local: 30.0.0.1, remote: 20.0.0.1, master: br0 }'])
    expect(steps).toHaveLength(1)
    await tab.waitForSelector('.line.tunnel')
    await tab.close()
  })

  it('moves a guest by dragging: hosts say what speaks against them, and a person chooses', async () => {
    const text = example('moving-house')
    const { tab, after } = await site.design(text)
    await box(tab, 'shop').waitFor()
    const drag = async (to: string): Promise<void> => {
      // The panel opens and closes around it, and the picture makes room.
      await tab.waitForTimeout(300)
      const start = await centreOf(box(tab, 'shop'))
      const end = await centreOf(box(tab, to))
      await tab.mouse.move(start.x, start.y)
      await tab.mouse.down()
      await tab.mouse.move(start.x + 12, start.y + 12, { steps: 3 })
      await tab.waitForSelector('.box.cannot')
      await tab.mouse.move(end.x, end.y, { steps: 5 })
      await tab.waitForSelector('.drop-reason')
    }
    await drag('h4')
    expect(await tab.locator('.drop-reason.cannot').textContent()).toContain('h4 cannot take shop')
    await tab.mouse.up()
    await tab.getByRole('dialog').getByText('Cancel').click()
    await drag('h2')
    await tab.mouse.up()
    await tab.getByRole('dialog').getByText('Move it', { exact: true }).click()
    expect((await after(1)).split('\n').filter((line, i) => line !== text.split('\n')[i])).toEqual(['    host: h2'])
    await tab.close()
  })

  it('moves a guest with the keyboard alone', async () => {
    const { tab, after } = await site.design(example('moving-house'))
    await box(tab, 'shop').waitFor()
    await pick(tab, 'shop')
    await tab.keyboard.press('Shift+M')
    await tab.waitForSelector('.box.cannot')
    await tab.keyboard.press('/')
    await tab.getByRole('textbox', { name: 'Search' }).pressSequentially('h2')
    await tab.waitForTimeout(80)
    await tab.keyboard.press('Enter')
    await tab.locator('.canvas').focus()
    await tab.keyboard.press('Enter')
    await tab.getByRole('dialog').getByText('Move it', { exact: true }).waitFor()
    await tab.waitForTimeout(100)
    await tab.keyboard.press('Tab')
    await tab.keyboard.press('Enter')
    expect(analysisOf(await after(1)).written.nodes.get('shop')).toMatchObject({ host: { value: 'h2' } })
    await tab.close()
  })

  it('takes a cable away with the keyboard alone', async () => {
    const text = example('direct-routing')
    const { tab, after } = await site.design(text)
    await box(tab, 'spine').waitFor()
    await tab.locator('.react-flow__edge[data-id="link:leaf1:up-spine:p1"]').focus()
    await tab.keyboard.press('Shift+Tab')
    await tab.keyboard.press('Tab')
    await tab.waitForSelector('.line.chosen')
    await tab.keyboard.press('Delete')
    await tab.getByRole('dialog').getByText('Delete', { exact: true }).waitFor()
    await tab.waitForTimeout(100)
    await tab.keyboard.press('Enter')
    expect((await after(1)).split('\n').length).toBe(text.split('\n').length - 1)
    await tab.close()
  })

  it('renames devices, networks, storage and both ends of a tunnel with F2, on the canvas and in the inspector', async () => {
    const text = example('tenant-l2-gre')
    const { tab, after, steps } = await site.design(text)
    await box(tab, 's1:br0').waitFor()
    await pick(tab, 's1:br0')
    await tab.keyboard.press('F2')
    const field = tab.getByRole('dialog').getByRole('textbox', { name: 'New name' })
    await field.fill('lan')
    await field.press('Enter')
    const once = await after(1)
    expect(once.match(/attach: lan/g)).toHaveLength(2)
    expect(once).toMatch(/\n {6}lan: .*type: bridge/)
    await tab.waitForSelector('.react-flow__node[data-id="s1:lan"] .box.chosen')
    await tab.locator('.react-flow__edge[data-id^="tunnel:"]').first().focus()
    await tab.evaluate(() => (document.querySelector('.react-flow__edge[data-id^="tunnel:"]') as unknown as { dispatchEvent: (event: Event) => void }).dispatchEvent(new MouseEvent('click', { bubbles: true })))
    // The inspector's own fields know the key, too.
    await tab.locator('.panel').getByRole('button', { name: 'Rename…' }).focus()
    await tab.keyboard.press('F2')
    await field.fill('gre7')
    await field.press('Enter')
    expect((await after(2)).match(/gre7: \{/g)).toHaveLength(2)
    expect(steps).toEqual(['Rename s1:br0 to lan', 'Rename s1:vtun0 and s2:vtun0 to gre7'])
    await tab.close()
  })

  it('deletes after saying what else goes, renames everywhere, duplicates with a free address', async () => {
    const { tab, after, text } = await site.design(example('tenant-l2-gre'))
    await box(tab, 's2').waitFor()
    await pick(tab, 's2')
    await tab.keyboard.press('Delete')
    const dialog = tab.getByRole('dialog')
    await dialog.getByText('vm3 on it goes, too.').waitFor()
    await tab.keyboard.press('Escape')
    expect(text()).toBe(example('tenant-l2-gre'))
    await pick(tab, 's1')
    await tab.keyboard.press('F2')
    await tab.getByRole('textbox', { name: 'New name' }).fill('alpha')
    await tab.waitForTimeout(200)
    await tab.keyboard.press('Enter')
    const renamed = await after(1)
    expect(renamed).not.toMatch(/\bs1\b(?=:|,|\n|\])(?<!#.*)/)
    expect(analysisOf(renamed).written.nodes.has('alpha')).toBe(true)
    await pick(tab, 'vm1')
    await tab.keyboard.press('Control+d')
    await dialog.getByText('Do it').waitFor()
    await tab.waitForTimeout(100)
    await tab.keyboard.press('Enter')
    await after(2)
    await tab.waitForSelector('.react-flow__node[data-id="vm4"]')
    await pick(tab, 's2')
    await tab.keyboard.press('Delete')
    await dialog.getByText('Delete', { exact: true }).click()
    const left = analysisOf(await after(3)).written
    expect([...left.nodes.keys()]).toEqual(['alpha', 'r1', 'vm1', 'vm4', 'vm2'])
    expect(left.nodes.get('vm4')?.interfaces.get('eth0')?.addresses.map(({ value }) => Number(value.ip.value & 255n))).toEqual([4])
    await tab.close()
  })

  it('edits settings in the inspector, and says what is wrong as one types', async () => {
    const { tab, after, text } = await site.design(example('tenant-l2-gre'))
    await box(tab, 'vm1').waitFor()
    await pick(tab, 'vm1')
    // With free addresses to choose from, once all settings are there.
    const address = tab.getByRole('combobox', { name: 'eth0 address of vm1' })
    await address.fill('10.0.0.400/24')
    await tab.waitForSelector('.setting-fault')
    expect(text()).toBe(example('tenant-l2-gre'))
    await address.fill('10.0.0.40/24')
    await tab.waitForSelector('.setting-fault', { state: 'detached' })
    await address.press('Enter')
    expect(added(example('tenant-l2-gre'), await after(1))).toEqual(['      eth0: { attach: br0, address: 10.0.0.40/24, gateway: 10.0.0.254, mtu: 1462 }'])
    await tab.close()
  })

  it('builds a tenant network over a tunnel from an empty file with the keyboard alone', async () => {
    const { tab, after, steps } = await site.design('infra: 1\n')
    await tab.waitForSelector('.palette')
    const key = (name: string): Promise<void> => tab.keyboard.press(name)
    let made = 0
    /** From the palette, so many rows down, on what is chosen. */
    const add = async (rows: number, id: string): Promise<void> => {
      await tab.locator('.canvas').focus()
      await key('a')
      for (let i = 0; i < rows; i++) await key('ArrowDown')
      await key('Enter')
      await after(++made)
      await tab.waitForSelector(`.react-flow__node[data-id="${id}"] .box.chosen`)
      await key('Escape')
    }
    const go = async (id: string): Promise<void> => {
      await tab.locator('.canvas').focus()
      await key('/')
      const search = tab.getByRole('textbox', { name: 'Search' })
      await search.waitFor()
      await search.pressSequentially(id)
      await tab.waitForTimeout(80)
      await key('Enter')
      await tab.waitForSelector(`.react-flow__node[data-id="${id}"] .box.chosen`)
      await tab.locator('.canvas').focus()
    }
    const connect = async (from: string, to: string, by: 'c' | 'Shift+C' = 'c'): Promise<void> => {
      await go(from)
      await key(by)
      await go(to)
      await key('Enter')
      await tab.getByRole('dialog').getByText('Do it').waitFor()
      await tab.waitForTimeout(80)
      await key('Enter')
      await after(++made)
    }
    await add(0, 's1')
    await add(0, 's2')
    await add(5, 'r1')
    await connect('s1', 'r1')
    await connect('s2', 'r1')
    for (const server of ['s1', 's2']) {
      await go(server)
      await add(3, `${server}:br0`)
    }
    await connect('s1:br0', 's2:br0', 'Shift+C')
    await go('s1:br0')
    await add(1, 'vm1')
    await go('s2:br0')
    await add(1, 'vm2')
    const { written, problems } = analysisOf(await after(made))
    expect(steps).toHaveLength(made)
    expect([...written.nodes.keys()]).toEqual(['s1', 's2', 'r1', 'vm1', 'vm2'])
    expect(written.links).toHaveLength(2)
    expect([...written.nodes.values()].flatMap((node) => [...node.interfaces.values()].filter((item) => item.type.value === 'vxlan')).map((item) => item.master?.value)).toEqual(['br0', 'br0'])
    expect(problems.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual([])
    await tab.close()
  })
})
