/** Another size of the window: the whole stays whole until somebody moves the picture; from then on its middle stays. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, showOf, startSite, type Site } from './page.ts'

const here = canRun ? describe : describe.skip
const text = readFileSync('examples/vxlan-tenants.infra.yaml', 'utf8')

interface Seen {
  readonly zoom: number
  /** The unit of the picture in the middle of the canvas. */
  readonly middle: readonly [number, number]
  readonly whole: boolean
}
const seen = (tab: Page): Promise<Seen> => tab.evaluate(() => {
  const area = document.querySelector('.canvas')?.getBoundingClientRect() ?? new DOMRect()
  const { a: zoom, e: x, f: y } = new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport') ?? document.body).transform)
  const rects = [...document.querySelectorAll('.react-flow__node')].map((node) => node.getBoundingClientRect())
  return {
    zoom, middle: [(area.width / 2 - x) / zoom, (area.height / 2 - y) / zoom] as const,
    whole: rects.every(({ left, right, top, bottom }) => left >= area.left && right <= area.right && top >= area.top && bottom <= area.bottom),
  }
})
async function resize(tab: Page, width: number, height: number): Promise<Seen> {
  await tab.setViewportSize({ width, height })
  await tab.waitForTimeout(400)
  return seen(tab)
}

here('a window of another size', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it('shows the whole again to whoever saw the whole, smaller and larger, also with a panel', async () => {
    const tab = await site.open(showOf(text))
    await tab.locator('.react-flow__node[data-id="blue1"]').waitFor()
    await tab.waitForTimeout(300)
    const first = await seen(tab)
    expect(first.whole).toBe(true)
    const smaller = await resize(tab, 820, 560)
    expect(smaller.whole).toBe(true)
    expect(smaller.zoom).toBeLessThan(first.zoom)
    const larger = await resize(tab, 1400, 900)
    expect(larger.whole).toBe(true)
    expect(larger.zoom).toBeGreaterThan(first.zoom)
    await tab.locator('.react-flow__node[data-id="blue1"]').click()
    await tab.locator('.panel').waitFor()
    await tab.waitForTimeout(200)
    expect((await resize(tab, 1200, 800)).whole).toBe(true)
    await tab.close()
  })

  it('keeps the middle once somebody has moved the picture', async () => {
    const tab = await site.open(showOf(text))
    await tab.locator('.react-flow__node[data-id="blue1"]').waitFor()
    await tab.waitForTimeout(300)
    await tab.mouse.move(700, 120)
    await tab.mouse.down()
    await tab.mouse.move(500, 320, { steps: 4 })
    await tab.mouse.up()
    await tab.waitForTimeout(300)
    const before = await seen(tab)
    const after = await resize(tab, 900, 620)
    expect(after.zoom).toBeCloseTo(before.zoom, 5)
    expect(Math.hypot(after.middle[0] - before.middle[0], after.middle[1] - before.middle[1])).toBeLessThan(3)
    await tab.close()
  })
})
