/** Networks as a layer: switched on by keyboard, in the picture, in the outline and in what is saved; nothing moves for it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, sent, startSite, switchLayer, type Site } from './page.ts'
import { themes, type Theme } from './themes.ts'

const here = canRun ? describe : describe.skip
const text = readFileSync('examples/vxlan-tenants.infra.yaml', 'utf8')
const node = (id: string): string => `.react-flow__node[data-id="${id}"]`
const places = (tab: Page): Promise<readonly string[]> => tab.locator('.react-flow__node').evaluateAll((all) => all.map((one) => `${one.getAttribute('data-id') ?? ''} ${(one as unknown as { style: { transform: string } }).style.transform}`))

/** The layer, without a mouse. */
async function switchOn(tab: Page): Promise<void> {
  await tab.getByRole('button', { name: 'Layers' }).press('Enter')
  await tab.getByRole('menuitemcheckbox', { name: 'networks' }).press('Enter')
  await tab.keyboard.press('Escape')
  await tab.locator('.domains-key li').first().waitFor()
}

here('the layer of networks', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it('numbers each network on its boxes and under its lines, says it aloud, and is saved', async () => {
    const { tab } = await site.design(text)
    await tab.locator(node('blue1')).waitFor()
    expect(await tab.locator('.domains-key').count()).toBe(0)
    const before = await places(tab)
    await switchOn(tab)
    expect(await places(tab)).toEqual(before)
    const says = async (id: string): Promise<string> => /networks (.*)$/.exec(await tab.locator(node(id)).getAttribute('aria-label') ?? '')?.[1] ?? ''
    const [blue, alsoBlue, red] = [await says('blue1'), await says('blue2'), await says('red1')]
    expect(blue).toMatch(/^\d+ /)
    expect(alsoBlue).toBe(blue)
    expect(red).not.toBe(blue)
    // Two ends of one network bear the same number in the same colour; the key says its name.
    const number = blue.split(' ')[0] ?? ''
    expect(await tab.locator('.react-flow__viewport .domain-chips text').filter({ hasText: new RegExp(`^${number}$`) }).count()).toBeGreaterThan(1)
    expect(await tab.locator('.domain-bands path').count()).toBeGreaterThan(2)
    expect(await tab.locator('.domains-key li').nth(Number(number) - 1).innerText()).toContain(blue.slice(number.length + 1))
    // As the outline has it.
    expect(await tab.locator('.outline button').filter({ hasText: 'blue1' }).first().textContent()).toContain(blue)
    // Tunnels stay beside it.
    expect(await tab.locator('.line.tunnel').count()).toBeGreaterThan(0)
    await tab.getByRole('button', { name: 'Save picture…' }).click()
    await tab.getByRole('menuitem', { name: /SVG/ }).click()
    const saved = (await sent(tab)).find((message) => message.kind === 'save')
    expect(saved?.kind === 'save' ? saved.content : '').toContain(`<title>${blue.slice(number.length + 1)}</title><circle`)
    // One of them alone, from its key.
    await tab.locator('.domains-key button').nth(Number(number) - 1).press('Enter')
    await tab.locator(`${node('blue2')} .box.hears`).waitFor()
    expect(site.refused.filter((entry) => !entry.includes('sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='))).toEqual([])
    await tab.close()
  })

  it('numbers cover no name of a port, and a long key is opened by whoever wants it', async () => {
    for (const file of ['direct-routing', 'fat-tree']) {
      const { tab } = await site.design(readFileSync(`examples/${file}.infra.yaml`, 'utf8'))
      await tab.locator('.react-flow__node').first().waitFor()
      await switchLayer(tab, 'Networks')
      await tab.locator('.domain-chips text').first().waitFor()
      const covered = (): Promise<(string | null)[]> => tab.evaluate(() => {
        const chips = [...document.querySelectorAll('.react-flow__viewport .domain-chips circle')].map((one) => one.getBoundingClientRect())
        return [...document.querySelectorAll('.line .end')].filter((name) => { const { left, right, top, bottom } = name.getBoundingClientRect(); return chips.some((chip) => chip.right > left + 2 && chip.left < right - 2 && chip.bottom > top + 3 && chip.top < bottom - 3) }).map((name) => name.textContent)
      })
      await expect.poll(covered).toEqual([])
      const long = file === 'fat-tree'
      expect(await tab.locator('.domains-key li').count() > 0).toBe(!long)
      if (long) {
        await tab.locator('.domains-key .key-fold').click()
        await expect.poll(() => tab.locator('.domains-key li').count()).toBeGreaterThan(8)
      }
      await tab.close()
    }
  })

  it.each(Object.keys(themes) as Theme[])('in the theme %s', async (theme) => {
    const { tab } = await site.design(text, theme)
    await switchOn(tab)
    await tab.waitForTimeout(300)
    await tab.screenshot({ path: join('test', 'artifacts', `domains-${theme}.png`) })
    await tab.close()
  })
})
