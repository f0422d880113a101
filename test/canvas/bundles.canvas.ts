/** A line that stands for several is looked at, and changed by nobody who means one of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, startSite, switchLayer, type Site } from './page.ts'

const here = canRun ? describe : describe.skip
const numbers = [1, 2, 3, 4, 5]
const text = `infra: 1\nservers:\n${[1, 2].map((s) => `  s${s}:\n    interfaces:\n      eth0: { address: 20.0.0.${s}/24 }\n${numbers.map((n) => `      br${n}: { type: bridge }\n      vx${n}: { type: vxlan, id: ${100 + n}, local: 20.0.0.${s}, remote: 20.0.0.${3 - s}, master: br${n} }\n`).join('')}`).join('')}links:\n  - [s1:eth0, s2:eth0]\n`

here('a bundle of tunnels', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it('lists what it holds, and is neither deleted nor renamed as if it were the first of them', async () => {
    const page = await site.design(text)
    const { tab } = page
    await tab.locator('.line-label.tunnel', { hasText: '5×' }).click()
    await tab.locator('.panel h2', { hasText: '5 × tunnel' }).waitFor()
    for (const n of numbers) expect(await tab.locator('.panel').getByText(`vxlan ${100 + n}`).count()).toBe(1)
    expect(await tab.locator('.panel .buttons').getByText(/Delete|Rename/).count()).toBe(0)
    for (const key of ['Delete', 'F2']) {
      await tab.locator('.canvas').press(key)
      await tab.locator('.banner', { hasText: '5 lines stand here as one' }).waitFor()
      expect(await tab.getByRole('dialog').count()).toBe(0)
      await tab.locator('.banner button').click()
    }
    expect(page.text()).toBe(text)
    // Apart, each is its own.
    await switchLayer(tab, 'Bundles')
    await tab.locator('.line-label.tunnel', { hasText: 'vxlan 103' }).click()
    await tab.locator('.canvas').press('Delete')
    await tab.getByRole('dialog').getByText('Delete the tunnel s1:vx3').waitFor()
    await tab.close()
  })

  it('menus show keys where there are some, and no empty frame where there are none', async () => {
    const { tab } = await site.design(text)
    await tab.locator('.react-flow__node[data-id="s1"]').waitFor()
    await tab.locator('.react-flow__pane').click({ button: 'right', position: { x: 5, y: 500 } })
    await tab.locator('.menu').waitFor()
    const empty = await tab.locator('.menu kbd').evaluateAll((all) => all.filter((one) => one.textContent === '' && getComputedStyle(one).visibility !== 'hidden').length)
    expect(empty).toBe(0)
    await tab.close()
  })
})
