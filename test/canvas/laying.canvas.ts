/** A layout that takes its time, in Chromium: it is told after a second, stopped by a person, ended by the deadline, overtaken by a newer text. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, show, showOf, startSite, type Site } from './page.ts'

const here = canRun ? describe : describe.skip

/** Routers in a tangle: nothing that a textbook seats, so that the search for few crossings takes long. */
function tangle(nodes: number, links: number): string {
  let seed = 7
  const any = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed % below
  }
  const wires = Array.from({ length: links }, (_, i) => [i < nodes - 1 ? i + 1 : any(nodes), i < nodes - 1 ? any(i + 1) : any(nodes)]).filter(([a, b]) => a !== b)
  return `routers:\n${Array.from({ length: nodes }, (_, i) => `  r${i}: {}\n`).join('')}links:\n${wires.map(([a, b], i) => `  - [r${a}:e${i}, r${b}:f${i}]\n`).join('')}`
}

here('a layout that takes its time', () => {
  let site: Site
  let slow: ReturnType<typeof showOf>
  beforeAll(async () => {
    site = await startSite()
    slow = showOf(tangle(1400, 2800))
  })
  afterAll(async () => { await site?.close() })
  const drawn = (tab: Page): Promise<unknown> => tab.locator('.react-flow__node').first().waitFor({ state: 'attached' })

  it('is told, and can be stopped: rows take its place at once', async () => {
    const tab = await site.open(slow)
    await tab.locator('.laying').waitFor({ timeout: 10_000 })
    expect(await tab.locator('.laying').innerText()).toContain('Laying out…')
    expect(await tab.locator('.react-flow__node').count()).toBe(0)
    await tab.screenshot({ path: 'test/artifacts/laying.png' })
    await tab.getByText('Stop', { exact: true }).click()
    await drawn(tab)
    expect(await tab.locator('.laying').count()).toBe(0)
    await tab.close()
  })

  it('ends at its deadline', async () => {
    const tab = await site.open(showOf('routers: {}\n'))
    await tab.clock.install()
    await show(tab, slow)
    await tab.waitForTimeout(300)
    await tab.clock.runFor(1500)
    await tab.locator('.laying').waitFor()
    await tab.clock.runFor(30_000)
    await drawn(tab)
    await tab.close()
  })

  it('gives way to a newer text', async () => {
    const tab = await site.open(slow)
    await tab.locator('.laying').waitFor({ timeout: 10_000 })
    await show(tab, showOf('routers:\n  alone: {}\n', null, 2))
    await tab.locator('.react-flow__node[data-id="alone"]').waitFor({ timeout: 5000 })
    expect(await tab.locator('.laying').count()).toBe(0)
    await tab.close()
  })
})
