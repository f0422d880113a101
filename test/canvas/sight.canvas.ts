/** What a person looks for, follows or sees whole is in sight: nothing tiny, nothing covered. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateInfra, sizeFor } from '../bench/generate.ts'
import { canRun, showOf, startSite, type Site } from './page.ts'

const here = canRun ? describe : describe.skip
const node = (id: string): string => `.react-flow__node[data-id="${id}"]`
const zoomOf = (tab: Page): Promise<number> => tab.locator('.react-flow__viewport').evaluate((one) => new DOMMatrix(getComputedStyle(one).transform).a)

here('in sight', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it('a box of a large picture that was searched for is so near that its name can be read', async () => {
    const tab = await site.open(showOf(generateInfra(sizeFor(800))))
    await tab.locator('.react-flow__node').first().waitFor()
    await tab.waitForTimeout(400)
    expect(await zoomOf(tab)).toBeLessThan(0.4)
    await tab.locator('.canvas').press('/')
    await tab.locator('.search input').fill('s33')
    await tab.locator('.search li').first().waitFor()
    await tab.locator('.search input').press('Enter')
    await tab.locator(`${node('s33')} > .box.chosen`).waitFor()
    await tab.waitForTimeout(900)
    expect(await zoomOf(tab)).toBeGreaterThan(0.5)
    const [box, canvas] = [await tab.locator(node('s33')).boundingBox(), await tab.locator('.canvas').boundingBox()]
    if (!box || !canvas) throw new Error('not drawn')
    expect(box.x >= canvas.x && box.y >= canvas.y && box.x + box.width <= canvas.x + canvas.width && box.y + box.height <= canvas.y + canvas.height).toBe(true)
    // Going on by arrows changes no zoom.
    const zoom = await zoomOf(tab)
    await tab.locator('.canvas').press('ArrowRight')
    await tab.waitForTimeout(600)
    expect(await zoomOf(tab)).toBeCloseTo(zoom, 5)
    await tab.close()
  }, 60_000)

  it('the map covers nothing of a picture that is seen whole, and is there again from near', async () => {
    const text = readFileSync('examples/vxlan-tenants.infra.yaml', 'utf8')
    const tab = await site.open(showOf(text))
    await tab.locator('.react-flow__node').first().waitFor()
    let hidden = 0
    for (const size of [{ width: 1200, height: 800 }, { width: 1100, height: 560 }, { width: 1300, height: 600 }, { width: 900, height: 760 }]) {
      await tab.setViewportSize(size)
      await tab.locator('.canvas').press('f')
      await tab.waitForTimeout(500)
      const covered = await tab.evaluate(() => {
        const map = document.querySelector('.overview')
        const at = map?.getBoundingClientRect()
        if (!map || !at || getComputedStyle(map).visibility === 'hidden') return []
        return [...document.querySelectorAll('.react-flow__node')].filter((one) => { const box = one.getBoundingClientRect(); return box.right > at.left + 1 && box.bottom > at.top + 1 && box.left < at.right && box.top < at.bottom }).map((one) => one.getAttribute('data-id'))
      })
      expect(covered).toEqual([])
      if (await tab.locator('.overview').evaluate((one) => getComputedStyle(one).visibility === 'hidden')) hidden++
    }
    // One of them fills the page so that the map has no place.
    expect(hidden).toBeGreaterThan(0)
    await tab.setViewportSize({ width: 1200, height: 800 })
    for (let i = 0; i < 4; i++) await tab.locator('.canvas').press('+')
    await tab.waitForTimeout(500)
    expect(await tab.locator('.overview').evaluate((one) => getComputedStyle(one).visibility)).toBe('visible')
    await tab.close()
  })

  it('the lines that a packet has taken are lit, as far as it has come', async () => {
    const page = await site.design(readFileSync('examples/tenant-l2-gre.infra.yaml', 'utf8'))
    const { tab } = page
    await tab.locator(node('vm1')).waitFor()
    await tab.locator('.canvas').press('t')
    await tab.locator(node('vm1')).click({ position: { x: 30, y: 12 } })
    await tab.locator(node('vm3')).click({ position: { x: 30, y: 12 } })
    await tab.locator('.verdict.good').waitFor()
    expect(await tab.locator('.taken-lines path').count()).toBe(0)
    const lit: number[] = []
    for (let i = 0; i < 20; i++) {
      await tab.getByRole('button', { name: 'Step', exact: true }).click()
      lit.push(await tab.locator('.taken-lines path').count())
    }
    expect(lit).toEqual([...lit].sort((a, b) => a - b))
    // The plugs of both guests, two cables, and the tunnel.
    expect(lit.at(-1)).toBeGreaterThanOrEqual(4)
    await tab.close()
  })

  it('a fabric that was seen whole is seen whole beside a panel, its names as large as from afar', async () => {
    const { tab } = await site.design(readFileSync('examples/fat-tree.infra.yaml', 'utf8'))
    await tab.locator(node('dc-c1-1')).waitFor()
    await tab.locator('.canvas').press('f')
    await tab.waitForTimeout(400)
    await tab.locator('.canvas').press('t')
    await tab.locator('.panel').waitFor()
    await tab.waitForTimeout(700)
    expect(await zoomOf(tab)).toBeLessThan(0.55)
    const panel = await tab.locator('.panel').boundingBox()
    const boxes = await tab.locator('.react-flow__node').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right))
    expect(Math.max(...boxes)).toBeLessThanOrEqual(panel?.x ?? 0)
    // Names alone, and no smaller than they can be read.
    expect(await tab.locator('.canvas.far').count()).toBe(1)
    expect(await tab.locator(`${node('dc-c1-1')} .label`).evaluate((one) => one.getBoundingClientRect().height)).toBeGreaterThanOrEqual(7)
    await tab.close()
  })

  it('a guest of a server that is drawn closed is found by its address, before what only has it within', async () => {
    const { tab } = await site.design(generateInfra(sizeFor(1700)))
    await tab.locator('.react-flow__node').first().waitFor({ state: 'attached', timeout: 60_000 })
    expect(await tab.locator(node('vm3-1')).count()).toBe(0)
    await tab.locator('.canvas').press('/')
    await tab.locator('.search input').fill('10.0.3.2')
    await tab.locator('.search li', { hasText: 'vm3-1' }).first().waitFor()
    expect(await tab.locator('.search li b').first().textContent()).toBe('vm3-1')
    await tab.close()
  })
})
