/** What would let a lost packet arrive: asked in the trace panel, set by one click, and the next packet arrives. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, startSite, type Site } from './page.ts'

const here = canRun ? describe : describe.skip

here('a lost packet', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it('is told what would let it arrive, and arrives once that is set', async () => {
    const whole = readFileSync('examples/tenant-l3-tunnels.infra.yaml', 'utf8')
    const text = whole.replace(/^( {4}forwarding: )true/m, '$1false')
    expect(text).not.toBe(whole)
    const { tab, after, steps } = await site.design(text)
    await tab.locator('.react-flow__node[data-id="vm1"]').waitFor()
    await tab.locator('.toolbar button:has-text("Trace")').click()
    await tab.locator('.react-flow__node[data-id="vm1"]').click()
    await tab.locator('.react-flow__node[data-id="vm2"]').click()
    await tab.locator('.verdict.bad').waitFor()
    await tab.getByRole('button', { name: 'What would let it arrive?' }).click()
    await tab.locator('.why-not li').first().waitFor()
    expect(await tab.locator('.why-not li').allTextContents()).toEqual(['Turn forwarding on at s1'])
    await tab.screenshot({ path: join('test', 'artifacts', 'why-not.png') })
    await tab.locator('.why-not').getByRole('button', { name: 'Change it' }).click()
    expect(await after(1)).toBe(whole)
    expect(steps).toEqual(['Turn forwarding on at s1'])
    await tab.getByRole('button', { name: 'Send', exact: true }).click()
    await tab.locator('.verdict.good').waitFor()
    expect(await tab.locator('.why-not').count()).toBe(0)
    await tab.close()
  })
})
