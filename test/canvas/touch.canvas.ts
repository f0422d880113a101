/** Fingers, wheels and those who want no motion, in Chromium; and every tool says its key. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, showOf, startSite, type Site } from './page.ts'

const here = canRun ? describe : describe.skip
const text = 'infra: 1\nservers:\n  s1: {}\n  s2: {}\nswitches:\n  sw1: {}\nlinks:\n  - [s1:eth0, sw1:p1]\n  - [s2:eth0, sw1:p2]\n'
const place = (tab: Page): Promise<{ x: number; y: number; zoom: number }> => tab.locator('.react-flow__viewport').evaluate((element) => { const { e, f, a } = new DOMMatrix(getComputedStyle(element).transform); return { x: e, y: f, zoom: a } })

here('the canvas', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })
  const open = async (): Promise<Page> => {
    const tab = await site.open(showOf(text))
    await tab.locator('.react-flow__node[data-id="s1"]').waitFor()
    await tab.waitForTimeout(400)
    await tab.mouse.move(500, 500)
    return tab
  }

  it.each([
    ['a notch', { deltaY: 100 }, false], ['a notch back', { deltaY: -120 }, false], ['three lines', { deltaY: 3, deltaMode: 1 }, false], ['a slow finger', { deltaY: 4 }, true], ['a finger aside', { deltaX: 3, deltaY: 60 }, true],
    ['a fraction', { deltaY: 53.33 }, true], ['a pinch', { deltaY: 2.5, ctrlKey: true }, false],
  ])('tells fingers from a wheel: %s', async (_title, step, fingers) => {
    const tab = await open()
    const before = await place(tab)
    await tab.locator('.react-flow__pane').evaluate((pane, init) => void pane.dispatchEvent(new WheelEvent('wheel', { ...init, clientX: 500, clientY: 500, bubbles: true, cancelable: true })), step)
    await tab.waitForTimeout(250)
    const { zoom, y } = await place(tab)
    expect(Math.abs(zoom - before.zoom) < 1e-6).toBe(fingers)
    if (fingers) expect(y - before.y).toBeCloseTo(-step.deltaY, 0)
    await tab.close()
  })

  it('is moved by two fingers, also where they have become fast, and keeps its zoom', async () => {
    const tab = await open()
    const before = await place(tab)
    await tab.mouse.wheel(12, 8)
    await tab.mouse.wheel(0, 80)
    await tab.waitForTimeout(100)
    const after = await place(tab)
    expect(after.zoom).toBeCloseTo(before.zoom, 5)
    expect(after.x - before.x).toBeCloseTo(-12, 0)
    expect(after.y - before.y).toBeCloseTo(-88, 0)
    await tab.close()
  })

  it('is zoomed by a wheel’s notch and by a pinch, about the pointer', async () => {
    const tab = await open()
    const before = await place(tab)
    await tab.mouse.wheel(0, -100)
    await tab.waitForTimeout(150)
    const nearer = await place(tab)
    expect(nearer.zoom).toBeGreaterThan(before.zoom)
    await tab.waitForTimeout(400)
    await tab.keyboard.down('Control')
    await tab.mouse.wheel(0, 6)
    await tab.keyboard.up('Control')
    await tab.waitForTimeout(150)
    expect((await place(tab)).zoom).toBeLessThan(nearer.zoom)
    await tab.close()
  })

  it('comes to its place at once for those who want no motion', async () => {
    const tab = await site.open({ ...showOf(text), settings: { direction: 'DOWN', reducedMotion: false } })
    await tab.locator('.react-flow__node[data-id="s1"]').waitFor()
    await tab.waitForTimeout(400)
    await tab.emulateMedia({ reducedMotion: 'reduce' })
    await tab.mouse.move(500, 500)
    await tab.mouse.wheel(300, 0)
    await tab.waitForTimeout(300)
    await tab.locator('.canvas').press('f')
    await tab.waitForTimeout(60)
    const soon = await place(tab)
    await tab.waitForTimeout(500)
    expect(await place(tab)).toEqual(soon)
    expect(await tab.locator('.box').first().evaluate((element) => getComputedStyle(element).transitionDuration)).toMatch(/^0s/)
    await tab.close()
  })

  it('has a tool tip on every tool, with its key where it has one, and shows where the focus is', async () => {
    const tab = await open()
    const bare = await tab.locator('.toolbar button, .palette button').evaluateAll((all) => all.filter((one) => !one.getAttribute('title') && !one.getAttribute('aria-haspopup')).map((one) => one.textContent))
    expect(bare).toEqual([])
    await tab.locator('.toolbar button').first().focus()
    for (let i = 0; i < 12; i++) {
      await tab.keyboard.press('Tab')
      const seen = await tab.evaluate(() => { const one = document.activeElement; const style = one && getComputedStyle(one); return one === document.body || (style !== null && (style.outlineStyle !== 'none' || style.boxShadow !== 'none' || style.borderColor !== 'rgba(0, 0, 0, 0)')) ? '' : one?.outerHTML.slice(0, 120) })
      expect(seen).toBe('')
    }
    await tab.close()
  })

  it('speaks German where the page brings the words', async () => {
    const tab = await site.open(showOf(text), 'dark', undefined, true)
    await tab.locator('.react-flow__node[data-id="s1"]').waitFor()
    expect((await tab.locator('.toolbar button').allTextContents()).slice(0, 3)).toEqual(['Physisch', 'Mandanten', 'Ebenen'])
    await tab.locator('.react-flow__node[data-id="s1"]').click({ button: 'right', position: { x: 40, y: 14 } })
    await tab.getByRole('menuitem', { name: /^Umbenennen…/ }).waitFor()
    expect(await tab.getByRole('menuitem', { name: /^Duplizieren…/ }).textContent()).toBe('Duplizieren…Strg+D')
    await tab.close()
  })
})
