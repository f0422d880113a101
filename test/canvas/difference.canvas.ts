/** What differs from an older text: ghosts and colours in the picture, parts and pairs in the panel. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, startSite, type Site } from './page.ts'
import { themes, type Theme } from './themes.ts'

const here = canRun ? describe : describe.skip
const committed = readFileSync('examples/tenant-l2-gre.infra.yaml', 'utf8')
/** vm2 goes to the other server, vm3 is gone, vm9 is new. */
const edited = committed.replace(/(vm2:\s*\n\s*host: )s1/, '$1s2').replace(/^ {2}vm3:[\s\S]*?(?=^ {2}\w|^\w|^#|^\n\w)/m, '')
  .replace(/^vms:\n/m, 'vms:\n  vm9:\n    host: s1\n    interfaces:\n      eth0: { attach: br0, address: 10.0.0.9/24, mtu: 1462 }\n')

const node = (id: string): string => `.react-flow__node[data-id="${id}"]`

here('the difference view', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it('shows what came, went and moved, and which pairs that gave and took', async () => {
    const { tab } = await site.design(edited, 'light', committed)
    await tab.locator('.react-flow__node[data-id="vm9"]').waitFor()
    await tab.locator('.canvas').press('d')
    await tab.locator('.parts').first().waitFor()
    await tab.locator(`${node('vm9')} .box.added`).waitFor()
    expect(await tab.locator(`${node('vm2')} .box.moved`).count()).toBe(1)
    expect(await tab.locator(`${node('was:vm2')} .box.ghost`).count()).toBe(1)
    expect(await tab.locator(node('vm9')).getAttribute('aria-label')).toContain('added')
    expect(await tab.locator(node('was:vm2')).getAttribute('aria-label')).toContain('where it was before')
    const parts = await tab.locator('.parts').first().locator('> li').allInnerTexts()
    expect(parts.map((text) => text.split('\n')[0])).toEqual(expect.arrayContaining([expect.stringMatching(/added\s+vm9/), expect.stringMatching(/moved\s+vm2\s+vm from s1 to s2/)]))
    expect(await tab.locator('.panel').innerText()).toMatch(/pairs with|\d+ with vm9, which is new/)
    // A revision's words are words.
    expect(await tab.locator('.panel b').count()).toBe(0)
    // Nothing is left of it when the panel is closed.
    await tab.locator('.panel .close').click()
    await tab.locator(node('was:vm2')).waitFor({ state: 'detached' })
    expect(site.refused.filter((entry) => !entry.includes('sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='))).toEqual([])
    await tab.close()
  })

  it('leads from a lost pair to its trace, and back', async () => {
    const broken = committed.replace('remote: 30.0.0.1', 'remote: 30.0.0.9')
    const { tab } = await site.design(broken, 'light', committed)
    await tab.locator('.react-flow__node[data-id="vm1"]').waitFor()
    await tab.locator('.toolbar button:has-text("Difference")').click()
    await tab.locator('.reach-list .dropped button').first().click()
    await tab.locator('.verdict.bad').waitFor()
    await tab.locator('.panel .back').click()
    await tab.locator('.reach-list .dropped').first().waitFor()
    await tab.close()
  })

  it('a closed box shows what became of those inside', async () => {
    const { tab } = await site.design(edited, 'light', committed)
    await tab.locator(node('vm9')).waitFor()
    await tab.locator(node('s1')).click({ position: { x: 60, y: 14 } })
    await tab.locator('.canvas').press('z')
    await tab.locator(node('vm9')).waitFor({ state: 'detached' })
    await tab.locator('.canvas').press('d')
    // One came, one left a ghost: both are inside.
    await tab.locator(`${node('s1')} .mark-word`).waitFor()
    expect(await tab.locator(node('s1')).getAttribute('aria-label')).toMatch(/\d × (added|moved|removed|where it was before)/)
    await tab.close()
  })

  it('says in words that there is no history, or no such revision', async () => {
    const { tab } = await site.design(edited)
    await tab.locator('.react-flow__node[data-id="vm9"]').waitFor()
    await tab.locator('.canvas').press('d')
    await tab.locator('.panel .problem:has-text("in no Git repository")').waitFor()
    await tab.close()
    const other = await site.design(edited, 'light', committed)
    await other.tab.locator('.canvas').press('d')
    await other.tab.locator('.parts').first().waitFor()
    await other.tab.locator('.panel vscode-text-field').pressSequentially('nowhere')
    await other.tab.keyboard.press('Enter')
    await other.tab.locator('.panel .problem:has-text("no revision nowhere")').waitFor()
    await other.tab.close()
  })

  it.each(Object.keys(themes) as Theme[])('in the theme %s', async (theme) => {
    const { tab } = await site.design(edited, theme, committed)
    await tab.locator('.react-flow__node[data-id="vm9"]').waitFor()
    await tab.locator('.canvas').press('d')
    await tab.locator('.box.ghost').first().waitFor()
    await tab.waitForTimeout(300)
    await tab.screenshot({ path: join('test', 'artifacts', `difference-${theme}.png`) })
    await tab.close()
  })
})
