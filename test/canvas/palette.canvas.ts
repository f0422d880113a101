/** Everything in the palette in Chromium, by drag and by keyboard; and what a foreign file's language cannot say. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, showOf, startSite, type Site } from './page.ts'

const here = canRun ? describe : describe.skip
const text = 'infra: 1\nservers:\n  s1:\n    interfaces:\n      eth0: { address: 20.0.0.1/24 }\n      br0: { type: bridge }\n  s2:\n    interfaces:\n      eth0: { address: 20.0.0.2/24 }\n      br0: { type: bridge }\nvms:\n  vm1: { host: s1 }\nlinks:\n  - [s1:eth0, s2:eth0]\n'
const box = (tab: Page, id: string): Locator => tab.locator(`.react-flow__node[data-id="${id}"]`)
const tool = (tab: Page, name: string): Locator => tab.locator('.palette').getByRole('button', { name, exact: true })

here('the palette', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it.each<readonly [string, string, RegExp]>([
    ['Server', 's1', /\n {2}s3:/], ['VM', 's1', /\n {2}vm2:\n {4}host: s1/], ['Container', 's1', /containers:\n {2}c1:\n {4}host: s1/], ['Bridge', 's1', /br1: \{ type: bridge \}/], ['Switch', 's1', /switches:\n {2}sw1:/], ['Router', 's1', /routers:\n {2}r1:/],
    ['External', 's1', /externals:\n {2}internet:/], ['Network', 's1', /networks:\n {2}net1:\n {4}type: vxlan/], ['Storage', 's1', /storage:\n {2}storage1:\n {4}type: shared/], ['Tenant', 'vm1', /tenants:\n {2}tenant1:\n {4}color: "#2f6fde"[^]*vm1: \{ host: s1, tenant: tenant1 \}/],
  ])('adds a %s by drag, and by the keyboard alone', async (name, on, written) => {
    const dragged = await site.design(text)
    await box(dragged.tab, on).waitFor()
    await dragged.tab.waitForTimeout(300)
    await tool(dragged.tab, name).dragTo(box(dragged.tab, on), { targetPosition: { x: 30, y: 12 } })
    expect(await dragged.after(1)).toMatch(written)
    await dragged.tab.close()
    const typed = await site.design(text)
    await box(typed.tab, on).waitFor()
    await typed.tab.evaluate((id) => window.postMessage({ kind: 'select', id, centre: false }, '*'), on)
    await box(typed.tab, on).locator('.box.chosen').waitFor()
    await typed.tab.locator('.canvas').press('a')
    for (let i = 0; i < 14 && !(await tool(typed.tab, name).evaluate((element) => element === document.activeElement)); i++) await typed.tab.keyboard.press('ArrowDown')
    await typed.tab.keyboard.press('Enter')
    expect(await typed.after(1)).toMatch(written)
    await typed.tab.close()
  })

  it('digs a tunnel and lays a cable by drag to one end, and the other is chosen', async () => {
    const { tab, after } = await site.design(text)
    await box(tab, 's2:br0').waitFor()
    await tab.waitForTimeout(300)
    await tool(tab, 'Tunnel').dragTo(box(tab, 's1:br0'), { targetPosition: { x: 30, y: 12 } })
    await tab.getByText('Tunnel s1:br0 to…').waitFor()
    await box(tab, 's2:br0').click({ position: { x: 30, y: 12 } })
    await tab.getByRole('dialog').getByText('Do it').click()
    expect((await after(1)).match(/type: vxlan, id: 5001, local: 20\.0\.0\.\d, remote: 20\.0\.0\.\d, master: br0/g)).toHaveLength(2)
    // From the keyboard with nothing chosen: both ends are looked for.
    await tab.locator('.canvas').press('Escape')
    await tool(tab, 'Cable').focus()
    await tab.keyboard.press('Enter')
    await tab.getByText('Connect what to…').waitFor()
    await box(tab, 's1').click({ position: { x: 30, y: 12 } })
    await tab.getByText('Connect s1 to…').waitFor()
    await box(tab, 's2').click({ position: { x: 30, y: 12 } })
    await tab.getByRole('dialog').getByText('Do it').click()
    expect(await after(2)).toContain('  - [s1:eth1, s2:eth1]')
    await tab.close()
  })

  it('stays inside a picture that is lower than it is, and can be gone through there', async () => {
    const tab = await site.open(showOf(text))
    await tab.setViewportSize({ width: 220, height: 420 })
    await box(tab, 's1').waitFor({ state: 'attached' })
    await tool(tab, 'Links').focus()
    const [palette, canvas] = [await tab.locator('.palette').boundingBox(), await tab.locator('.canvas').boundingBox()]
    if (!palette || !canvas) throw new Error('not to be seen')
    expect(palette.y + palette.height).toBeLessThanOrEqual(canvas.y + canvas.height)
    const last = await tool(tab, 'Links').boundingBox()
    expect(last && last.y + last.height <= canvas.y + canvas.height).toBe(true)
    expect(await tab.evaluate(() => document.documentElement.scrollHeight)).toBe(420)
    await tab.close()
  })

  it('says what a foreign file cannot say before one tries', async () => {
    const tab = await site.open({ ...showOf('infra: 1\nservers:\n  s1: {}\n'), says: { title: 'a compose file', adds: ['container', 'network'], gestures: ['add', 'connect', 'delete', 'rename', 'edit'], interfaces: false, links: 'none' } })
    await box(tab, 's1').waitFor()
    expect(await tab.locator('.palette button[aria-disabled="false"] span').allTextContents()).toEqual(['Container', 'Network', 'Cable'])
    expect(await tool(tab, 'Router').getAttribute('title')).toBe('In a compose file this can only be changed in the text')
    await box(tab, 's1').click({ button: 'right', position: { x: 30, y: 12 } })
    expect(await tab.getByRole('menuitem', { name: /Duplicate/ }).getAttribute('aria-disabled')).toBe('true')
    await tab.close()
  })
})
