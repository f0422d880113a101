/** What one tenant may see: its networks and guests, and nothing of the machines that they run on. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, startSite, type Site } from './page.ts'
import { themes, type Theme } from './themes.ts'

const here = canRun ? describe : describe.skip
const text = readFileSync('examples/vxlan-tenants.infra.yaml', 'utf8')
const node = (id: string): string => `.react-flow__node[data-id="${id}"]`

here('the tenant view', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it.each(Object.keys(themes) as Theme[])('of one tenant, in the theme %s', async (theme) => {
    const { tab } = await site.design(text, theme)
    await tab.getByRole('button', { name: 'Tenants', exact: true }).click()
    await tab.locator(node('network:red-net')).waitFor()
    await tab.waitForTimeout(400)
    await tab.screenshot({ path: join('test', 'artifacts', `tenants-${theme}.png`) })
    await tab.locator('.tenant-key:has-text("blue")').click()
    await tab.locator(node('network:red-net')).waitFor({ state: 'detached' })
    expect(await tab.locator(node('red1')).count()).toBe(0)
    await tab.locator(node('blue1')).click()
    const facts = await tab.locator('.panel dl').innerText()
    expect(facts).toContain('10.0.0.1/24')
    expect(facts).not.toMatch(/\bs1\b|br-blue|5001/)
    await tab.locator('.tenant-key:has-text("blue")').click()
    await tab.locator(node('red1')).waitFor()
    await tab.close()
  })
})
