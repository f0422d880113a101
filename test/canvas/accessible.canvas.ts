/** The page, every panel, list, dialog and menu on it, and every view through axe-core, in each of VS Code's kinds of theme. */
import axe from 'axe-core'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, startSite, type Site } from './page.ts'
import { crowded, dress, scenes, stage } from './scenes.ts'
import { themes, type Theme } from './themes.ts'

const here = canRun ? describe : describe.skip
/** Every panel there is, by the page's own list. */
const panels = [...(/type Panel = (.*)/.exec(readFileSync('webview/store.ts', 'utf8'))?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, name]) => name)
const everyTheme = Object.keys(themes) as Theme[]

/** What axe finds wrong: the rule, the place and why, a line each; `rules`: by these alone. */
async function wrong(tab: Page, rules: readonly string[]): Promise<readonly string[]> {
  return tab.evaluate(async (values) => {
    const { axe: runner } = window as unknown as { axe: typeof axe }
    const { violations } = await runner.run(document, { resultTypes: ['violations'], ...(values.length > 0 && { runOnly: { type: 'rule', values: [...values] } }) })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, any, all, none }) => `${id}: ${target.join(' ')}: ${[...any, ...all, ...none].map(({ message }) => message).join('; ')}`))
  }, rules)
}

// A theme changes colours alone: these rules look at them, every other one finds the same in all.
const ofColours = ['color-contrast', 'link-in-text-block']

/** In all four themes, one after the other on the same page; each leaves a picture. */
async function wrongInAny(tab: Page, name: string): Promise<readonly string[]> {
  await tab.evaluate(axe.source)
  const found: string[] = []
  for (const [i, theme] of everyTheme.entries()) {
    await dress(tab, theme)
    await tab.screenshot({ path: `test/artifacts/scenes/${name.replaceAll(/[^a-z0-9]+/g, '-')}-${theme}.png` })
    found.push(...(await wrong(tab, i === 0 ? [] : ofColours)).map((fault) => `${theme}: ${fault}`))
  }
  return found
}

here('for everyone', () => {
  let site: Site
  const seen = new Set<string | undefined>()
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it.each(Object.keys(scenes))('%s', async (name) => {
    const scene = scenes[name]
    if (!scene) return
    const tab = await stage(site, scene, 'light')
    seen.add(await tab.evaluate(() => document.querySelector<HTMLElement>('.panel')?.dataset['panel']))
    expect(await wrongInAny(tab, name)).toEqual([])
    await tab.close()
  })

  it('and no panel is left out', () => expect(panels.filter((name) => !seen.has(name))).toEqual([]))

  it('five thousand nodes', async () => {
    const tab = await crowded(site, 'light')
    expect(await wrongInAny(tab, 'five-thousand')).toEqual([])
    await tab.close()
  }, 120_000)

  it.each(everyTheme)('says a name once where lines cross it, in %s', async (theme) => {
    const { tab } = await site.design(readFileSync('examples/moving-house.infra.yaml', 'utf8'), theme)
    await tab.locator('.box-words').first().waitFor()
    const below = await tab.locator('.box.words-above > .head').evaluateAll((all) => all.map((head) => [head.textContent, getComputedStyle(head).opacity]))
    const above = await tab.locator('.box-words .head').allTextContents()
    expect(below.map(([name]) => name).sort()).toEqual([...above].sort())
    expect(below.every(([, opacity]) => opacity === '0')).toBe(true)
    await tab.close()
  })
})
