/** Every panel, list, dialog and menu by the keyboard alone: opened, gone into, seen where one is, closed, and the keyboard is back where it came from. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, startSite, type Designed, type Site } from './page.ts'
import { twoRacks } from './two-racks.ts'

const here = canRun ? describe : describe.skip
const house = readFileSync('examples/moving-house.infra.yaml', 'utf8')

/** Who has the keyboard: a box by its id, else what it is called. */
const who = (tab: Page): Promise<string> => tab.evaluate(() => {
  const at = document.activeElement
  return at?.getAttribute('data-id') ?? at?.getAttribute('data-panel') ?? at?.getAttribute('aria-label') ?? at?.textContent ?? ''
})
const inside = (tab: Page, area: string): Promise<boolean> => tab.evaluate((selector) => document.activeElement?.closest(selector) instanceof Element, area)
/** A line around it; the toolkit's own draws it within. */
const isSeen = (tab: Page): Promise<boolean> => tab.evaluate(() => {
  const at = document.activeElement
  const inner = at?.shadowRoot?.activeElement
  if (inner) return inner.matches(':focus-visible')
  if (!at?.matches(':focus-visible')) return false
  const { outlineStyle, outlineWidth, borderColor } = getComputedStyle(at)
  return (outlineStyle !== 'none' && outlineWidth !== '0px') || (at.matches('.setting') && borderColor !== 'rgba(0, 0, 0, 0)')
})
const press = async (tab: Page, ...keys: readonly string[]): Promise<void> => { for (const key of keys) await tab.keyboard.press(key) }
/** Presses a key until somebody of this name has the keyboard. */
async function go(tab: Page, name: RegExp, key: string): Promise<void> {
  for (let i = 0; i < 40 && !name.test(await who(tab)); i++) await tab.keyboard.press(key)
  await expect.poll(() => who(tab)).toMatch(name)
}

here('by the keyboard alone', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  const start = async (text: string, on: string, committed?: string): Promise<Designed> => {
    const page = await site.design(text, 'light', committed)
    await page.tab.locator(`.react-flow__node[data-id="${on}"]`).focus()
    await page.tab.waitForTimeout(300)
    return page
  }

  it.each<readonly [panel: string, on: string, keys: readonly string[]]>([
    ['inspector', 'shop', ['Enter']], ['trace', 'shop', ['t']], ['reach', 'shop', ['r']], ['failure', 'shop', ['x']], ['networks', 'shop', ['n']], ['load', 'shop', ['u']], ['difference', 'shop', ['d']], ['migration', 'shop', ['m']],
  ])('the panel %s', async (panel, on, keys) => {
    const { tab } = await start(house, on, house)
    await press(tab, ...keys)
    await tab.locator(`.panel[data-panel="${panel}"]`).waitFor()
    await press(tab, 'F6')
    await expect.poll(() => who(tab)).toBe(panel)
    expect(await isSeen(tab)).toBe(true)
    // A screen reader says its name.
    expect(await tab.locator('.panel').evaluate((element) => document.getElementById(element.getAttribute('aria-labelledby') ?? '')?.textContent ?? '')).not.toBe('')
    for (let i = 0; i < 3; i++) {
      await press(tab, 'Tab')
      if (!(await inside(tab, '.panel'))) break
      expect([await who(tab), await isSeen(tab)]).toEqual([expect.anything(), true])
    }
    await press(tab, 'F6', 'Shift+F6')
    await expect.poll(() => who(tab)).toBe(on)
    await press(tab, 'F6', 'Escape')
    await tab.locator('.panel').waitFor({ state: 'detached' })
    await expect.poll(() => who(tab)).toBe(on)
    await tab.close()
  })

  it('the panels of plans, from the menu; of several, from the keyboard', async () => {
    const { tab } = await start(twoRacks, 's1')
    await press(tab, 'Shift+F10')
    await go(tab, /Empty it/, 'ArrowDown')
    await press(tab, 'Enter')
    await tab.locator('.panel .verdict').waitFor()
    await press(tab, 'F6', 'Tab', 'Tab')
    expect([await who(tab), await isSeen(tab)]).toEqual(['Apply all', true])
    await go(tab, /Change the plan/, 'Tab')
    await press(tab, 'Enter')
    await tab.locator('.panel[data-panel="moves"] .verdict').waitFor()
    await go(tab, /^moves$/, 'F6')
    await press(tab, 'Escape')
    await expect.poll(() => who(tab)).toBe('s1')
    await tab.close()
  })

  it('menus and lists, which give the keyboard back', async () => {
    const { tab } = await start(house, 'shop')
    await press(tab, 'Shift+F10')
    expect(await inside(tab, '.menu')).toBe(true)
    await press(tab, 'Escape')
    await expect.poll(() => who(tab)).toBe('shop')
    for (const name of ['Layers', 'Save picture…']) {
      await tab.locator('.toolbar').getByRole('button', { name }).focus()
      await press(tab, 'Enter')
      expect(await inside(tab, '.dropdown .menu')).toBe(true)
      await press(tab, 'ArrowDown', 'Escape')
      await expect.poll(() => who(tab)).toMatch(name)
    }
    // What was chosen gives it back as well.
    await press(tab, 'Enter', 'Enter')
    await expect.poll(() => who(tab)).toMatch('Save picture…')
    await tab.close()
  })

  it('dialogs and the search, which give it back', async () => {
    const { tab } = await start(house, 'shop')
    for (const [key, area] of [['F2', '.proposal'], ['Delete', '.proposal'], ['/', '.search']] as const) {
      await press(tab, key)
      await tab.locator(area).waitFor()
      await tab.waitForFunction((selector) => document.activeElement?.closest(selector) instanceof Element, area)
      expect(await isSeen(tab)).toBe(true)
      await press(tab, 'Escape')
      await tab.locator(area).waitFor({ state: 'detached' })
      await tab.waitForFunction(() => document.activeElement !== document.body)
      expect([key, await who(tab)]).toEqual([key, 'shop'])
    }
    // What is found has it.
    await press(tab, '/')
    await tab.waitForFunction(() => document.activeElement?.closest('.search') instanceof Element)
    await tab.keyboard.type('client')
    await press(tab, 'Enter')
    await tab.locator('.react-flow__node[data-id="client"] > .box.chosen').waitFor()
    await tab.waitForFunction(() => document.activeElement !== document.body)
    expect(await inside(tab, '.canvas')).toBe(true)
    await tab.close()
  })

  it('what moves stands still for who wants less of it', async () => {
    const { tab } = await start(house, 'shop')
    await tab.emulateMedia({ reducedMotion: 'reduce' })
    expect(await tab.evaluate(() => [...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).transitionProperty !== 'none' && parseFloat(getComputedStyle(one).transitionDuration) > 0).map((one) => one.className))).toEqual([])
    await tab.close()
  })
})
