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

  /** An example in the designer, with the trace between two of its nodes that were clicked. */
  async function traced(example: string, from: string, to: string, verdict: 'good' | 'bad'): Promise<Page> {
    const { tab } = await site.design(readFileSync(`examples/${example}.infra.yaml`, 'utf8'))
    await tab.locator(node(from)).waitFor()
    await tab.locator('.canvas').press('t')
    for (const id of [from, to]) await tab.locator(node(id)).click({ position: { x: 30, y: 12 } })
    await tab.locator(`.verdict.${verdict}`).waitFor()
    return tab
  }

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
    const tab = await traced('tenant-l2-gre', 'vm1', 'vm3', 'good')
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

  it('the bridge that decides is lit in its server, and where that is closed the server alone', async () => {
    const tab = await traced('tenant-l2-gre', 'vm1', 'vm3', 'good')
    /** Names of the boxes that stand where something is lit. */
    const lit = (what: string): Promise<string[]> => tab.evaluate((sign) => {
      const around = (one: Element): number[] => { const { left, top, width, height } = one.getBoundingClientRect(); return [left + width / 2, top + height / 2, width, height] }
      const rings = [...document.querySelectorAll(sign)].map(around)
      return [...document.querySelectorAll('.react-flow__node')].filter((box) => rings.some((ring) => around(box).every((value, i) => Math.abs(value - (ring[i] ?? 0)) < 12))).map((box) => box.getAttribute('data-id') ?? '').sort()
    }, what)
    await tab.locator('.hops button:has-text("bridge")').first().click()
    await tab.waitForTimeout(300)
    await expect.poll(() => lit('.passed.now')).toEqual(['s1:br0'])
    await expect.poll(() => lit('.passed')).toEqual(['s1', 's1:br0', 'vm1'])
    await tab.locator('.hops button:has-text("encapsulate")').first().click()
    await tab.waitForTimeout(300)
    await expect.poll(() => lit('.passed.now')).toEqual(['s1'])
    await tab.locator(`${node('s1')} button.fold`).first().click()
    await tab.locator(node('s1:br0')).waitFor({ state: 'detached' })
    await tab.locator('.hops button:has-text("bridge")').first().click()
    await tab.waitForTimeout(500)
    await expect.poll(() => lit('.passed')).toEqual(['s1'])
    await expect.poll(() => lit('.passed.now')).toEqual(['s1'])
    // Its rack closed, too, stands for all of it.
    await tab.locator(`${node('rack:r1')} button.fold`).first().click()
    await tab.locator(node('s1')).waitFor({ state: 'detached' })
    await tab.waitForTimeout(500)
    await expect.poll(() => lit('.passed.now')).toEqual(['rack:r1'])
    await tab.close()
  })

  it('the hop that is shown is in sight of its list, whatever takes the room, and a packet that is lost ends as lost', async () => {
    const tab = await traced('nat-or-bridge', 'bridged', 'hidden', 'bad')
    const inSight = (): Promise<boolean> => tab.evaluate(() => {
      const [row, list, player] = ['.hops .now', '.hops', '.player'].map((one) => document.querySelector(one)?.getBoundingClientRect())
      return !!row && !!list && !!player && player.bottom <= window.innerHeight && row.top >= list.top - 1 && row.bottom <= list.bottom + 1 && row.bottom <= window.innerHeight
    })
    const shown = (): Promise<number> => tab.evaluate(() => [...document.querySelectorAll('.hops *')].findIndex((one) => one.classList.contains('now')))
    for (const size of [{ width: 1200, height: 800 }, { width: 700, height: 800 }]) {
      await tab.setViewportSize(size)
      const first = tab.locator('.hops button').first()
      await first.click()
      await tab.locator('.hops li.now:first-child').waitFor()
      for (let i = 0; i < 20; i++) {
        const step = tab.getByRole('button', { name: 'Step', exact: true })
        if (await step.isDisabled()) break
        const before = await shown()
        await step.click()
        await expect.poll(shown).not.toBe(before)
        await expect.poll(inSight).toBe(true)
      }
      await tab.setViewportSize({ width: size.height, height: size.width })
      await expect.poll(() => tab.evaluate(() => { const [row, list] = ['.hops .now', '.hops'].map((one) => document.querySelector(one)?.getBoundingClientRect()); return !!row && !!list && row.bottom <= list.bottom + 1 && row.top >= list.top - 1 })).toBe(true)
    }
    await expect.poll(() => tab.locator('.packet').innerText()).toBe('✕')
    await tab.close()
  })

  it('a tunnel whose underlay fails is broken, in a closed server as well, and the panel says so', async () => {
    for (const theme of ['light', 'dark', 'high-contrast', 'high-contrast-light'] as const) {
      const { tab } = await site.design(readFileSync('examples/tenant-l2-gre.infra.yaml', 'utf8'), theme)
      await tab.locator(node('r1')).click({ position: { x: 30, y: 12 } })
      await tab.locator('.canvas').press('x')
      const tunnel = tab.locator('.react-flow__edge.tunnel')
      await tab.locator('.react-flow__edge.tunnel.lost').waitFor()
      const differing = async (): Promise<boolean> => {
        const [stroke, gone] = await Promise.all([tunnel, tab.locator('.react-flow__edge.link').first()].map((one) => one.locator('.react-flow__edge-path').evaluate((path) => getComputedStyle(path).stroke)))
        return stroke !== gone
      }
      await expect.poll(differing).toBe(false)
      expect(await tunnel.locator('.react-flow__edge-path').evaluate((path) => getComputedStyle(path).strokeDasharray)).not.toBe('none')
      expect(await tab.locator('.line-label.tunnel').innerText()).toContain('✕')
      expect(await tab.locator('section[aria-label^="Tunnels"] li').innerText()).toContain('s1:vtun0 ↔ s2:vtun0')
      await tab.screenshot({ path: `test/artifacts/tunnel-lost-${theme}.png` })
      if (theme === 'dark') {
        await tab.locator(`${node('s1')} button.fold`).first().click()
        await tab.locator(node('s1:br0')).waitFor({ state: 'detached' })
        await tab.locator('.react-flow__edge.tunnel.lost').waitFor()
        await tab.screenshot({ path: 'test/artifacts/tunnel-lost-closed.png' })
      }
      await tab.close()
    }
  })

  it('no rim is so thin that the screen leaves it out, from afar as well, and the fields of a trace stay in their column', async () => {
    for (const theme of ['light', 'high-contrast-light'] as const) {
      const { tab } = await site.design(readFileSync('examples/moving-house.infra.yaml', 'utf8'), theme)
      await tab.locator(node('shop')).waitFor()
      for (let i = 0; i < 4; i++) {
        const zoom = await zoomOf(tab)
        const thin = await tab.locator('.react-flow__node > .box').evaluateAll((all) => all.map((one) => getComputedStyle(one)).flatMap(({ borderTopWidth, borderRightWidth, borderBottomWidth, borderLeftWidth }) => [borderTopWidth, borderRightWidth, borderBottomWidth, borderLeftWidth].map(parseFloat)))
        expect(Math.min(...thin) * zoom).toBeGreaterThanOrEqual(theme === 'light' ? 0.69 : 0.94)
        await tab.locator('.canvas').press('-')
        await tab.waitForTimeout(300)
      }
      if (theme === 'light') {
        await tab.setViewportSize({ width: 420, height: 700 })
        await tab.locator('.canvas').press('f')
        await tab.locator('.canvas').press('t')
        await tab.locator('.panel').waitFor()
        const over = await tab.evaluate(() => { const [first, panel] = ['.row.wide', '.panel'].map((one) => document.querySelector(one)?.getBoundingClientRect()); return [...document.querySelectorAll('.row.wide .field')].some((one) => one.getBoundingClientRect().right > (first?.right ?? 0) + 1 || one.getBoundingClientRect().right > (panel?.right ?? 0)) })
        expect(over).toBe(false)
      }
      await tab.close()
    }
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
