/** Boxes closed and opened by hand in Chromium: what is in them is counted, nothing else moves, and opened again all stands where it stood. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, sent, show, showOf, startSite, switchLayer, type Site } from './page.ts'

const here = canRun ? describe : describe.skip
const text = readFileSync('examples/moving-house.infra.yaml', 'utf8')
const all = (tab: Page): Promise<Readonly<Record<string, string>>> => tab.locator('.react-flow__node').evaluateAll((nodes) => Object.fromEntries(nodes.map((node) => [node.getAttribute('data-id') ?? '', (node as HTMLElement).style.transform])))

here('closed boxes', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it('count what they hold; nothing else moves, and opened all is as it was', async () => {
    const { tab } = await site.design(text)
    await tab.locator('.react-flow__node[data-id="shop"]').waitFor()
    await tab.waitForTimeout(300)
    const before = await all(tab)
    await tab.locator('.react-flow__node[data-id="rack:rack1"]').getByRole('button', { name: 'Close rack1' }).click()
    await tab.locator('.react-flow__node[data-id="h1"]').waitFor({ state: 'detached' })
    const closed = await all(tab)
    for (const [id, place] of Object.entries(closed)) expect([id, place]).toEqual([id, before[id]])
    const words = await tab.locator('.react-flow__node[data-id="rack:rack1"]').innerText()
    for (const said of ['2 servers, 2 VMs', '5 of 48 CPU', '10 GiB of 192 GiB']) expect(words).toContain(said)
    await tab.screenshot({ path: 'test/artifacts/closed.png' })
    await tab.locator('.react-flow__node[data-id="rack:rack1"]').click({ position: { x: 60, y: 14 } })
    await tab.locator('.canvas').press('z')
    await tab.locator('.react-flow__node[data-id="shop"]').waitFor()
    expect(await all(tab)).toEqual(before)
    await tab.close()
  })

  it('are opened by what is looked for', async () => {
    const { tab } = await site.design(text)
    await tab.locator('.react-flow__node[data-id="shop"]').waitFor()
    await tab.locator('.canvas').press('Shift+Z')
    await tab.locator('.react-flow__node[data-id="shop"]').waitFor({ state: 'detached' })
    await tab.locator('.canvas').press('/')
    await tab.locator('.search input').fill('shop')
    await tab.locator('.search input').press('Enter')
    await tab.locator('.react-flow__node[data-id="shop"] > .box.chosen').waitFor()
    expect(await tab.locator('.react-flow__node[data-id="client"]').count()).toBe(0)
    await tab.close()
  })

  it('of a very large network are asked for, and closed again here', async () => {
    const many = `infra: 1\nservers:\n${Array.from({ length: 30 }, (_, i) => `  s${i}: { cpus: 64, interfaces: { br0: { type: bridge } } }\n`).join('')}vms:\n${Array.from({ length: 1500 }, (_, i) => `  v${i}: { host: s${i % 30}, vcpus: 1, interfaces: { eth0: { attach: br0 } } }\n`).join('')}`
    const first = showOf(many)
    const tab = await site.open(first)
    await tab.locator('.react-flow__node[data-id="s3"]').waitFor()
    expect(await tab.locator('.react-flow__node').count()).toBe(30)
    await tab.locator('.react-flow__node[data-id="s3"]').getByRole('button', { name: 'Open s3' }).click()
    expect((await sent(tab)).at(-1)).toEqual({ kind: 'view', view: 'physical', open: ['s3'] })
    const { diagram } = showOf(many, null, 1, 'physical', undefined, ['s3'])
    await show(tab, { ...first, diagram })
    await tab.locator('.react-flow__node[data-id="s3:br0"]').waitFor({ state: 'attached' })
    await tab.screenshot({ path: 'test/artifacts/opened.png' })
    await tab.locator('.react-flow__node[data-id="s3"]').getByRole('button', { name: 'Close s3' }).click()
    await tab.locator('.react-flow__node[data-id="s3:br0"]').waitFor({ state: 'detached' })
    await tab.close()
  })

  it('and overlays: tunnels between two machines are bundled, tenants are coloured, as the layers say', async () => {
    const side = (n: number): string => Array.from({ length: 6 }, (_, i) => `      br${i}: { type: bridge }\n      t${i}: { type: vxlan, id: ${100 + i}, local: 10.0.0.${n}, remote: 10.0.0.${3 - n}, master: br${i} }\n`).join('')
    const { tab } = await site.design(`infra: 1\ntenants: { red: { color: "#ff0000" } }\nservers:\n  s1:\n    interfaces:\n      eth0: { address: 10.0.0.1/24 }\n${side(1)}  s2:\n    interfaces:\n      eth0: { address: 10.0.0.2/24 }\n${side(2)}vms:\n  v: { host: s1, tenant: red, interfaces: { e: { attach: br0 } } }\nlinks: [[s1:eth0, s2:eth0]]\n`)
    await tab.locator('.react-flow__node[data-id="v"]').waitFor()
    const tunnels = tab.locator('.line.tunnel')
    expect(await tunnels.count()).toBe(1)
    expect(await tab.locator('.line-label.tunnel').innerText()).toBe('6×')
    const before = await all(tab)
    await tab.screenshot({ path: 'test/artifacts/bundles.png' })
    await switchLayer(tab, 'bundles')
    await tab.waitForFunction(() => document.querySelectorAll('.line.tunnel').length === 6)
    expect(await all(tab)).toEqual(before)
    const color = (): Promise<string> => tab.locator('.react-flow__node[data-id="v"] .box').evaluate((element) => getComputedStyle(element).borderLeftColor)
    expect(await color()).toBe('rgb(255, 0, 0)')
    await switchLayer(tab, 'tenants')
    await tab.waitForTimeout(200)
    expect(await color()).not.toBe('rgb(255, 0, 0)')
    await tab.close()
  })
})
