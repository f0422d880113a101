/** How full links and servers are: figures with their colours in the picture, tables in the panel, flows that are tried out. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, sent, startSite, type Site } from './page.ts'
import { themes, type Theme } from './themes.ts'

const here = canRun ? describe : describe.skip
const text = readFileSync('examples/moving-house.infra.yaml', 'utf8')
const node = (id: string): string => `.react-flow__node[data-id="${id}"]`

here('the load view', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it('shows figures with the colours, in the picture and in tables; tries a flow without writing it', async () => {
    const { tab } = await site.design(text)
    await tab.locator(node('h1')).waitFor()
    await tab.locator('.canvas').press('u')
    await tab.locator('.loads').first().waitFor()
    expect(await tab.locator(`${node('h1')} .details`).first().innerText()).toMatch(/CPU \d+ %[\s·]+mem \d+ %/)
    expect(await tab.locator(node('h1')).getAttribute('aria-label')).toMatch(/CPU: \d+ of \d+/)
    const fields = tab.locator('.try-flow vscode-text-field')
    await fields.nth(0).pressSequentially('h1')
    await fields.nth(1).pressSequentially('h4')
    await tab.keyboard.press('Enter')
    await tab.locator('.try-flow li').waitFor()
    // The narrow link of the fourth host is what it fills.
    await tab.locator('.line.full').first().waitFor()
    await expect.poll(() => tab.locator('.loads').first().innerText()).toMatch(/tor2:p2 → h4:eth0\s+1 Gbps\s+1 Gbps\s+100 %/)
    await tab.locator('.try-flow li vscode-button').click()
    await tab.locator('.try-flow li').waitFor({ state: 'detached' })
    expect((await sent(tab)).some(({ kind }) => kind === 'change')).toBe(false)
    await tab.locator('vscode-text-field').first().pressSequentially('quickly')
    await tab.keyboard.press('Enter')
    await tab.locator('.problem:has-text("quickly is no rate")').waitFor()
    await tab.close()
  })

  it.each(Object.keys(themes) as Theme[])('in the theme %s', async (theme) => {
    const { tab } = await site.design(text, theme)
    await tab.locator('.canvas').press('u')
    await tab.locator('.loads').first().waitFor()
    const fields = tab.locator('.try-flow vscode-text-field')
    await fields.nth(0).pressSequentially('h1')
    await fields.nth(1).pressSequentially('h4')
    await tab.keyboard.press('Enter')
    await tab.locator('.line.full').first().waitFor()
    await tab.waitForTimeout(400)
    await tab.screenshot({ path: join('test', 'artifacts', `load-${theme}.png`) })
    await tab.close()
  })
})
