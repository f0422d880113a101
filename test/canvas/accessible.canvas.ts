/** The page and every panel through axe-core, in each of VS Code's kinds of theme. */
import axe from 'axe-core'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, show, startSite, type Site } from './page.ts'
import { themes, type Theme } from './themes.ts'

const here = canRun ? describe : describe.skip
const example = (name: string): string => readFileSync(`examples/${name}.infra.yaml`, 'utf8')

/** What axe finds wrong: the rule, the place and why, a line each. */
async function wrong(tab: Page): Promise<readonly string[]> {
  await tab.waitForTimeout(250)
  await tab.evaluate(axe.source)
  return tab.evaluate(async () => {
    const { axe: runner } = window as unknown as { axe: typeof axe }
    const { violations } = await runner.run(document, { resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, any, all, none }) => `${id}: ${target.join(' ')}: ${[...any, ...all, ...none].map(({ message }) => message).join('; ')}`))
  })
}

const click = (tab: Page, id: string): Promise<void> => tab.locator(`.react-flow__node[data-id="${id}"]`).click({ position: { x: 30, y: 14 } })

/** How each panel is opened, on a page where vm1 is chosen. */
const panels: Readonly<Record<string, (tab: Page) => Promise<void>>> = {
  inspector: (tab) => tab.locator('.panel dl').first().waitFor(),
  trace: async (tab) => { await show(tab, { kind: 'do', what: 'trace', id: 'vm1 vm3' }); await tab.locator('.hops li').first().waitFor() },
  reach: async (tab) => { await tab.locator('.canvas').press('r'); await tab.locator('.reach-list li').first().waitFor() },
  failure: async (tab) => { await click(tab, 'r1'); await tab.locator('.canvas').press('x'); await tab.locator('.reach-list li').first().waitFor() },
  networks: async (tab) => { await tab.locator('.canvas').press('n'); await tab.locator('.reach-list li').first().waitFor() },
  load: async (tab) => { await tab.locator('.canvas').press('u'); await tab.locator('.loads').first().waitFor() },
  difference: async (tab) => { await tab.locator('.canvas').press('d'); await tab.locator('.parts li').first().waitFor() },
  migration: async (tab) => { await tab.locator('.canvas').press('m'); await tab.locator('.target').first().waitFor() },
  positions: async (tab) => {
    await tab.getByRole('button', { name: 'Keep my positions' }).click()
    await tab.getByText('every box has its place').waitFor()
    await click(tab, 's1')
    await tab.locator('.canvas').press('k')
    await tab.getByText('1 of them locked').waitFor()
    await tab.locator('.canvas').press('z')
    await tab.locator('.react-flow__node[data-id="vm1"]').waitFor({ state: 'detached' })
  },
  formats: async (tab) => { await tab.getByRole('button', { name: 'Save picture…' }).click(); await tab.locator('.dropdown .menu').waitFor() },
  search: async (tab) => { await tab.locator('.canvas').press('/'); await tab.locator('.search vscode-text-field').pressSequentially('vm'); await tab.locator('.search li').first().waitFor() },
  proposal: async (tab) => { await tab.locator('.canvas').press('F2'); await tab.locator('.proposal vscode-button').first().waitFor() },
  menu: async (tab) => { await tab.locator('.react-flow__node[data-id="vm1"]').click({ button: 'right' }); await tab.locator('.menu').waitFor() },
}

here.each(Object.keys(themes) as Theme[])('in the theme %s', (theme) => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it.each(Object.keys(panels))('the page with its %s is for everyone', async (panel) => {
    const text = example('tenant-l2-gre')
    const { tab } = await site.design(text, theme, text.replace(/(vm2:\n {4}host: )s1/, '$1s2').replace('10.0.0.2/24', '10.0.0.7/24'))
    await tab.locator('.react-flow__node[data-id="vm3"]').waitFor()
    await tab.waitForTimeout(200)
    await click(tab, 'vm1')
    await panels[panel]?.(tab)
    await tab.screenshot({ path: `test/artifacts/theme-${panel}-${theme}.png` })
    expect(await wrong(tab)).toEqual([])
    await tab.close()
  })

  it('a file with findings is for everyone', async () => {
    const { tab } = await site.design(example('broken'), theme)
    await tab.locator('.box .badge.error').first().waitFor()
    await tab.waitForTimeout(200)
    await tab.locator('.react-flow__node:has(.badge.error)').last().click()
    await tab.locator('.panel .problem').first().waitFor()
    expect(await wrong(tab)).toEqual([])
    await tab.close()
  })

  it('says a name once where lines cross it', async () => {
    const { tab } = await site.design(example('moving-house'), theme)
    await tab.locator('.box-words').first().waitFor()
    const below = await tab.locator('.box.words-above > .head').evaluateAll((all) => all.map((head) => [head.textContent, getComputedStyle(head).opacity]))
    const above = await tab.locator('.box-words .head').allTextContents()
    expect(below.map(([name]) => name).sort()).toEqual([...above].sort())
    expect(below.every(([, opacity]) => opacity === '0')).toBe(true)
    await tab.screenshot({ path: `test/artifacts/heads-${theme}.png` })
    await tab.close()
  })
})
