/** Whom a node reaches: boxes in the answer's colours, a list with what is lost first, and the commands of a box. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, startSite, type Site } from './page.ts'

const here = canRun ? describe : describe.skip

here('reach', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it('colours the picture, and leads to a trace', async () => {
    const { tab } = await site.design(readFileSync('examples/vxlan-tenants.infra.yaml', 'utf8'))
    await tab.locator('.react-flow__node[data-id="blue1"]').click()
    await tab.locator('.canvas').press('r')
    await tab.locator('.reach-list li').first().waitFor()
    await tab.locator('.react-flow__node[data-id="blue2"] .box.reached').waitFor()
    expect(await tab.locator('.react-flow__node[data-id="red2"] .box.lost').count()).toBe(1)
    expect(await tab.locator('.react-flow__node[data-id="blue1"] .box.asks').count()).toBe(1)
    // Never by colour alone: a sign and the path MTU stand on the box, and a screen reader says them.
    expect(await tab.locator('.react-flow__node[data-id="blue2"] .box').innerText()).toMatch(/✓[\s\S]*MTU 1450/)
    expect(await tab.locator('.react-flow__node[data-id="red2"]').getAttribute('aria-label')).toContain('not reached')
    expect(await tab.locator('.reach-list li').first().getAttribute('class')).toBe('dropped')
    await tab.screenshot({ path: join('test', 'artifacts', 'reach.png') })
    // Another node is asked by clicking it.
    await tab.locator('.react-flow__node[data-id="red1"]').click()
    await tab.locator('.react-flow__node[data-id="red2"] .box.reached').waitFor()
    await tab.locator('.reach-list button:has-text("blue1")').click()
    await tab.locator('.verdict').waitFor()
    await tab.close()
  })

  it('is asked by its key after a menu was closed: the keyboard goes back to where it was', async () => {
    const { tab } = await site.design(readFileSync('examples/vxlan-tenants.infra.yaml', 'utf8'))
    await tab.locator('.react-flow__node[data-id="blue1"]').click()
    await tab.locator('.react-flow__node[data-id="blue1"]').click({ button: 'right' })
    await tab.locator('.menu').waitFor()
    await tab.keyboard.press('Escape')
    await tab.locator('.menu').waitFor({ state: 'detached' })
    await tab.keyboard.press('r')
    await tab.locator('.reach-list li').first().waitFor()
    await tab.close()
  })

  it('what must be programmed on a box stands in its inspector', async () => {
    const { tab } = await site.design(readFileSync('examples/tenant-l2-gre.infra.yaml', 'utf8'))
    await tab.locator('.react-flow__node[data-id="s1"]').click({ position: { x: 40, y: 14 } })
    await tab.locator('.commands summary').click()
    await tab.locator('.commands pre').waitFor()
    expect(await tab.locator('.commands pre').textContent()).toContain('ip link add name vtun0 type gretap local 20.0.0.1 remote 30.0.0.1')
    await tab.close()
  })
})

here('what if it failed', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it('says which pairs are lost, in the list and in the picture', async () => {
    const { tab } = await site.design(readFileSync('examples/tenant-l2-gre.infra.yaml', 'utf8'))
    await tab.locator('.react-flow__node[data-id="r1"]').click()
    await tab.locator('.canvas').press('x')
    await tab.locator('.panel h3:has-text("Lost")').waitFor()
    await tab.locator('.react-flow__node[data-id="vm3"] .box.lost').waitFor()
    expect(await tab.locator('section[aria-label="Lost"] .reach-list').textContent()).toContain('vm1 → vm3')
    // Its wires go with it.
    expect(await tab.locator('.line.link.gone').count()).toBe(2)
    await tab.screenshot({ path: join('test', 'artifacts', 'failure.png') })
    await tab.close()
  })
})
