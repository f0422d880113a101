/** Where the chosen box stands, in Chromium: steps from the outside in, by mouse and keyboard; a box that is entered is drawn by itself. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, sent, startSite, type Site } from './page.ts'

const here = canRun ? describe : describe.skip
const text = readFileSync('examples/moving-house.infra.yaml', 'utf8')
const steps = (tab: Page): Promise<string[]> => tab.getByRole('navigation', { name: 'Where it stands' }).locator('li').allInnerTexts()
const drawn = (tab: Page): Promise<string[]> => tab.locator('.react-flow__node').evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-id') ?? '').sort())

here('breadcrumbs', () => {
  let site: Site
  let tab: Page
  beforeAll(async () => {
    site = await startSite()
    tab = (await site.design(text)).tab
    await tab.locator('.react-flow__node[data-id="shop"]').waitFor()
  })
  afterAll(async () => { await site?.close() })

  it('say where the chosen box stands, and each step can be chosen', async () => {
    expect(await steps(tab)).toHaveLength(1)
    const before = await tab.locator('.canvas').boundingBox()
    await tab.locator('.react-flow__node[data-id="shop"]').click({ position: { x: 40, y: 14 } })
    expect((await steps(tab)).slice(1)).toEqual(['rack1', 'h1', 'shop'])
    // The picture stays where it is under the pointer.
    expect((await tab.locator('.canvas').boundingBox())?.y).toBe(before?.y)
    expect(await tab.getByRole('button', { name: 'vm shop', exact: true }).getAttribute('aria-current')).toBe('location')
    await tab.locator('.crumbs').getByRole('button', { name: 'server h1', exact: true }).focus()
    await tab.keyboard.press('Enter')
    expect((await steps(tab)).slice(1)).toEqual(['rack1', 'h1'])
    await tab.screenshot({ path: 'test/artifacts/crumbs.png' })
  })

  it('a box that is entered is drawn by itself, saved by itself, and left again', async () => {
    const all = await drawn(tab)
    await tab.getByRole('button', { name: 'Enter', exact: true }).click()
    expect(await drawn(tab)).toEqual(['h1', 'h1:br0', 'shop'])
    await tab.getByText('2 lines lead out of it').waitFor()
    await tab.waitForTimeout(400)
    await tab.screenshot({ path: 'test/artifacts/entered.png' })
    await tab.getByRole('button', { name: 'Save picture…' }).click()
    await tab.getByRole('menuitem', { name: 'draw.io' }).click()
    const [saved] = (await sent(tab)).flatMap((one) => (one.kind === 'save' ? [one.content] : []))
    expect(saved?.match(/<object /g)).toHaveLength(3)
    await tab.locator('.canvas').press('e')
    expect(await drawn(tab)).toEqual(all)
    await tab.locator('.react-flow__node[data-id="rack:rack2"]').click({ position: { x: 40, y: 14 } })
    await tab.locator('.canvas').press('e')
    expect(await drawn(tab)).toContain('h3')
    expect(await drawn(tab)).not.toContain('h1')
    await tab.locator('.crumbs li button').first().click()
    expect(await drawn(tab)).toEqual(all)
  })

  it('keys that are the editor’s own, with Ctrl, do nothing here', async () => {
    await tab.locator('.react-flow__node[data-id="h1"]').click({ position: { x: 60, y: 12 } })
    for (const key of 'tkrle') await tab.locator('.canvas').dispatchEvent('keydown', { key, ctrlKey: true, bubbles: true })
    expect(await tab.getByText('Trace a packet').count()).toBe(0)
    expect(await drawn(tab)).toContain('h3')
    await tab.locator('.canvas').press('t')
    await tab.getByText('Trace a packet').waitFor()
  })
})
