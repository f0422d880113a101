/** One broadcast domain lit: from the selection, a key, the menu or the list; the rest is dim. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, startSite, type Site } from './page.ts'
import { themes, type Theme } from './themes.ts'

const here = canRun ? describe : describe.skip
const text = readFileSync('examples/vxlan-tenants.infra.yaml', 'utf8')
const node = (id: string): string => `.react-flow__node[data-id="${id}"]`

here('the network view', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it('lights what hears a broadcast of what is chosen, and dims the rest', async () => {
    const { tab } = await site.design(text)
    await tab.locator(node('blue1')).click()
    await tab.locator('.canvas').press('n')
    await tab.locator(`${node('blue2')} .box.hears`).waitFor()
    expect(await tab.locator(`${node('red1')} .box.dim`).count()).toBe(1)
    expect(await tab.locator(node('blue2')).getAttribute('aria-label')).toContain('hears the broadcast')
    expect(await tab.locator(node('red1')).getAttribute('aria-label')).toContain('not in this network')
    expect(await tab.locator('.line.tunnel.carries').count()).toBeGreaterThan(0)
    expect(await tab.locator('.panel dl').innerText()).toMatch(/vxlan \d+/)
    expect(await tab.locator('.networks button[aria-current="true"]').innerText()).toContain('with blue1')
    // Another element's network by choosing it, another by the list.
    await tab.locator(node('red1')).click()
    await tab.locator(`${node('red2')} .box.hears`).waitFor()
    await tab.locator('.networks button:not([aria-current="true"])').first().click()
    await tab.locator(`${node('red2')} .box.dim`).waitFor()
    expect(site.refused.filter((entry) => !entry.includes('sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='))).toEqual([])
    await tab.close()
  })

  it('from the menu, without a mouse', async () => {
    const { tab } = await site.design(text)
    await tab.locator(node('blue1')).focus()
    await tab.keyboard.press('Shift+F10')
    await tab.locator('.menu button:has-text("Who hears its broadcasts")').press('Enter')
    await tab.locator(`${node('blue2')} .box.hears`).waitFor()
    await tab.close()
  })

  it.each(Object.keys(themes) as Theme[])('in the theme %s', async (theme) => {
    const { tab } = await site.design(text, theme)
    await tab.locator(node('blue1')).click()
    await tab.locator('.canvas').press('n')
    await tab.locator(`${node('blue2')} .box.hears`).waitFor()
    await tab.waitForTimeout(400)
    await tab.screenshot({ path: join('test', 'artifacts', `networks-${theme}.png`) })
    await tab.close()
  })
})
