/** Several guests planned together in the designer: by the mouse, by the keyboard alone, in every theme; plans of whole hosts and racks. */
import { writeFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, choose, sent, startSite, type Designed, type Site } from './page.ts'
import { themes, type Theme } from './themes.ts'
import { twoRacks as lab } from './two-racks.ts'

const here = canRun ? describe : describe.skip

const node = (tab: Page, id: string) => tab.locator(`.react-flow__node[data-id="${id}"]`)
const hostsIn = (text: string): Readonly<Record<string, string>> => Object.fromEntries([...text.matchAll(/^ {2}(\w+): +\{ host: (\w+)/gm)].map(([, vm, host]) => [vm ?? '', host ?? '']))
async function drag(tab: Page, guest: string, host: string): Promise<void> {
  const [from, to] = [await node(tab, guest).boundingBox(), await node(tab, host).boundingBox()]
  if (!from || !to) throw new Error('not drawn')
  await tab.mouse.move(from.x + from.width / 2, from.y + 14)
  await tab.mouse.down()
  await tab.mouse.move(to.x + to.width / 2, to.y + 16, { steps: 10 })
  await tab.waitForTimeout(150)
  await tab.mouse.up()
}

here('several guests at once', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  const start = async (theme?: Theme): Promise<Designed> => {
    const at = await site.design(lab, theme)
    await at.tab.setViewportSize({ width: 1400, height: 900 })
    await node(at.tab, 'web').waitFor()
    return at
  }

  it('two that are dragged as one share a link and stop converging: said before, and where', async () => {
    const { tab, after, text } = await start()
    await node(tab, 'web').click()
    await node(tab, 'db').click({ modifiers: ['Shift'] })
    await tab.waitForTimeout(300)
    await drag(tab, 'db', 's3')
    await tab.locator('.move-says.may').waitFor()
    expect(await tab.locator('.proposal').textContent()).toMatch(/Move web and db to s3.*would go on for ever, although each ends alone: together they take each other's bandwidth\. One after the other they end in/)
    expect(text()).toBe(lab)
    await tab.locator('.proposal vscode-button:has-text("See the whole plan")').click()
    await tab.locator('.moves tbody tr.may').first().waitFor()
    expect(await tab.locator('.moves tbody tr.risk').first().textContent()).toMatch(/it shares the link from left:up to right:up with db: .* so it does not converge; alone it ends in/)
    // The link that they share is marked on the picture, and each has its way.
    await tab.locator('.way-lines polyline.first').waitFor({ state: 'attached' })
    expect(await tab.locator('.way-lines polyline').count()).toBe(2)
    expect(await tab.locator('.canvas').textContent()).toContain('shared by 2')
    await tab.screenshot({ path: 'test/artifacts/moves-shared.png' })
    // One after the other they end; applied as one change.
    await tab.locator('.ways button', { hasText: 'one after the other' }).click()
    await tab.locator('.verdict.good').waitFor()
    await tab.locator('vscode-button:has-text("Apply all")').click()
    expect(hostsIn(await after(1))).toMatchObject({ web: 's3', db: 's3', cache: 's2' })
    expect((await after(1)).split('\n').filter((line, i) => line !== lab.split('\n')[i])).toHaveLength(2)
    await tab.close()
  })

  it('two that swap full hosts wait for each other, with the reason and a way round; a third host, and it goes', async () => {
    const { tab } = await start()
    await node(tab, 'cache').click()
    await node(tab, 'mail').click({ modifiers: ['Shift'] })
    await node(tab, 'mail').click({ button: 'right' })
    await tab.locator('.menu button:has-text("Simulate swapping their hosts")').click()
    await tab.locator('.moves tbody tr.cannot').first().waitFor()
    expect(await tab.locator('.verdict.bad').textContent()).toMatch(/cache cannot go: it waits for mail to leave s4, and they wait for each other .* could wait on s3 meanwhile/)
    expect(await tab.locator('[aria-label="Where they meet"]').textContent()).toContain('cache and mail swap s2 and s4: none of them can go')
    expect(await tab.locator('vscode-button:has-text("Apply all")').getAttribute('disabled')).not.toBeNull()
    await tab.screenshot({ path: 'test/artifacts/moves-crossing.png' })
    await choose(tab, 'Host for mail', 's3')
    await tab.locator('.verdict.good').waitFor()
    // A drop on the canvas aims anew while the plan is open.
    await drag(tab, 'mail', 's1')
    await tab.waitForFunction(() => document.querySelector<HTMLInputElement>('vscode-dropdown[aria-label="Host for mail"]')?.value === 's1')
    await tab.close()
  })

  it('goes by the keyboard alone', async () => {
    const { tab, after } = await start()
    await node(tab, 'web').focus()
    await tab.keyboard.press('m')
    await tab.locator('.targets .target').first().waitFor()
    const press = async (name: RegExp, key = 'Tab'): Promise<void> => {
      for (let i = 0; i < 40; i++) {
        await tab.keyboard.press(key)
        if (name.test(await tab.evaluate(() => { const at = document.activeElement; return at?.closest('button, vscode-button, vscode-dropdown') ? `${at.getAttribute('aria-label') ?? ''} ${at.textContent ?? ''}` : '' }))) return
      }
      throw new Error(`the keyboard does not come to ${String(name)}`)
    }
    await press(/^ .{0,2}s3/)
    await tab.keyboard.press('Enter')
    await tab.locator('.figures').waitFor()
    await press(/Plan with others/, 'Shift+Tab')
    await tab.keyboard.press('Enter')
    await tab.locator('.moves tbody tr').first().waitFor()
    await press(/^Add a guest /)
    await tab.keyboard.press('Enter')
    for (let i = 0; i < 2; i++) await tab.keyboard.press('ArrowDown')
    await tab.keyboard.press('Enter')
    await tab.locator('vscode-dropdown[aria-label="Host for cache"] vscode-option:has-text("s3")').waitFor({ state: 'attached' })
    await tab.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Host for cache')
    await tab.keyboard.press('Enter')
    for (let i = 0; i < 8; i++) {
      if (await tab.evaluate(() => document.activeElement?.shadowRoot !== null && (document.activeElement as HTMLInputElement | null)?.value === 's3')) break
      await tab.keyboard.press('ArrowDown')
    }
    await tab.keyboard.press('Enter')
    await tab.locator('.moves tbody tr td .key.second').waitFor()
    await tab.locator('.verdict:has-text("All can go")').waitFor()
    await press(/Apply all/)
    await tab.keyboard.press('Enter')
    expect(hostsIn(await after(1))).toMatchObject({ web: 's3', cache: 's3', db: 's1' })
    await tab.close()
  })

  it('writes a plan down as expectations, one for each', async () => {
    const { tab, after } = await start()
    await node(tab, 'cache').click()
    await node(tab, 'web').click({ modifiers: ['Shift'] })
    await node(tab, 'web').press('m')
    await choose(tab, 'All to one host', 's3')
    await tab.locator('.verdict:has-text("All can go")').waitFor()
    await tab.locator('vscode-button:has-text("Expect them")').click()
    await tab.locator('.proposal vscode-button:has-text("Do it")').click()
    expect((await after(1)).slice(lab.length)).toBe('\nexpect:\n  - { migrate: { vm: cache, to: s3 } }\n  - { migrate: { vm: web, to: s3 } }\n')
    await tab.close()
  })

  it('empties a host and a rack as one change each, and says who stays and why', async () => {
    const { tab, after } = await start()
    await node(tab, 's1').click({ button: 'right', position: { x: 40, y: 10 } })
    await tab.locator('.menu button:has-text("Empty it")').click()
    await tab.locator('.verdict:has-text("All 2 guests can go")').waitFor()
    await tab.screenshot({ path: 'test/artifacts/evacuation.png' })
    await tab.locator('.panel vscode-button:has-text("Apply all")').click()
    expect(hostsIn(await after(1))).toMatchObject({ web: 's3', db: 's3' })
    await node(tab, 'rack:right').click({ button: 'right', position: { x: 40, y: 10 } })
    await tab.locator('.menu button:has-text("Empty it")').click()
    await tab.locator('.panel h2:has-text("Empty rack right")').waitFor()
    await tab.locator('.verdict').waitFor()
    await tab.screenshot({ path: 'test/artifacts/maintenance.png' })
    expect(await tab.locator('.panel').textContent()).toMatch(/guests can/)
    await tab.close()
  })

  it('stands in the exported pictures: ways, shared links, words', async () => {
    const { tab } = await start()
    await node(tab, 'web').click()
    await node(tab, 'db').click({ modifiers: ['Shift'] })
    await node(tab, 'db').press('m')
    await choose(tab, 'All to one host', 's3')
    await tab.locator('.way-lines polyline.second').waitFor({ state: 'attached' })
    for (const format of ['SVG', 'draw.io']) {
      await tab.getByRole('button', { name: 'Save picture…' }).click()
      await tab.getByRole('menuitem', { name: format }).click()
    }
    await tab.waitForFunction(() => (window as unknown as { sent: { kind: string }[] }).sent.filter(({ kind }) => kind === 'save').length === 2)
    const [svg, drawio] = (await sent(tab)).flatMap((one) => (one.kind === 'save' ? [one] : []))
    expect([svg?.name, drawio?.name]).toEqual(['x-moves.svg', 'x-moves.drawio'])
    expect(svg?.content.match(/<polyline /g)).toHaveLength(2)
    expect(svg?.content).toContain('<title>web moves from s1 to s3</title>')
    expect(svg?.content).toContain('shared by 2')
    expect(drawio?.content).toContain('value="Ways"')
    expect(drawio?.content.match(/id="way-\d"/g)).toHaveLength(2)
    for (const one of [svg, drawio]) expect(await tab.evaluate((xml) => new DOMParser().parseFromString(xml, 'text/xml').querySelector('parsererror') === null, one?.content ?? '')).toBe(true)
    writeFileSync('test/artifacts/moves.svg', svg?.content ?? '')
    await tab.close()
  })

  it.each(Object.keys(themes) as Theme[])('can be read in %s', async (theme) => {
    const { tab } = await start(theme)
    await node(tab, 'web').click()
    await node(tab, 'db').click({ modifiers: ['Shift'] })
    await node(tab, 'db').press('m')
    await choose(tab, 'All to one host', 's3')
    await tab.locator('.moves tbody tr.may').first().waitFor()
    await tab.waitForTimeout(300)
    await tab.screenshot({ path: `test/artifacts/moves-${theme}.png` })
    // Nothing is cut off: the table is as wide as the panel at most.
    expect(await tab.locator('.moves').evaluate((table) => table.scrollWidth <= (table.parentElement?.clientWidth ?? 0) + 1)).toBe(true)
    await tab.close()
  })
})
