/** The designer's page as VS Code would hold it, under the same content security policy. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ToWebview } from '../../core/protocol.ts'
import { generateInfra, sizeFor } from '../bench/generate.ts'
import { canRun, sent, show, showOf, startSite, switchLayer, type Site } from './page.ts'

const here = canRun ? describe : describe.skip

here('the designer in Chromium', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })
  const open = (message: ToWebview): Promise<Page> => site.open(message)
  const text = readFileSync('examples/tenant-l2-gre.infra.yaml', 'utf8')

  it('draws nodes and tunnels, and no two boxes of one parent overlap', async () => {
    const tab = await open(showOf(text))
    await tab.waitForSelector('.react-flow__node[data-id="vm3"]')
    expect(await tab.locator('.line.tunnel').count()).toBe(1)
    const rects = await tab.locator('.react-flow__node').evaluateAll((all) => all.map((node) => ({ id: node.getAttribute('data-id') ?? '', ...node.getBoundingClientRect().toJSON() as { x: number; y: number; width: number; height: number } })))
    const inside = (a: (typeof rects)[number], b: (typeof rects)[number]): boolean => a.x >= b.x - 1 && a.y >= b.y - 1 && a.x + a.width <= b.x + b.width + 1 && a.y + a.height <= b.y + b.height + 1
    const apart = (a: (typeof rects)[number], b: (typeof rects)[number]): boolean => a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
    for (const a of rects) for (const b of rects) if (a.id < b.id) expect([a.id, b.id, apart(a, b) || inside(a, b) || inside(b, a)]).toEqual([a.id, b.id, true])
    await tab.close()
  })

  it('selects by mouse and by keyboard, and tells the text', async () => {
    const tab = await open(showOf(text))
    await tab.locator('.react-flow__node[data-id="vm1"]').click()
    await tab.keyboard.press('ArrowRight')
    await tab.waitForFunction(() => (window as unknown as { sent: { kind: string; id?: string }[] }).sent.filter((one) => one.kind === 'reveal').length >= 2)
    const reveals = (await sent(tab)).flatMap((one) => (one.kind === 'reveal' ? [one.id] : []))
    expect(reveals[0]).toBe('vm1')
    expect(reveals[1]).toBe('vm2')
    await tab.keyboard.press('m')
    await tab.waitForFunction(() => (window as unknown as { sent: { kind: string }[] }).sent.some((one) => one.kind === 'ask'))
    await tab.keyboard.press('Escape')
    expect((await sent(tab)).some((one) => one.kind === 'change')).toBe(false)
    await tab.close()
  })

  it('keeps the picture where it is when the inspector opens, and lets go with Escape', async () => {
    const tab = await open(showOf(text))
    const box = tab.locator('.react-flow__node[data-id="vm1"]')
    await box.waitFor()
    const zoom = (): Promise<string> => tab.locator('.react-flow__viewport').evaluate((element) => (element as HTMLElement).style.transform)
    await tab.waitForTimeout(200)
    const before = await zoom()
    await box.click()
    await tab.waitForSelector('.panel')
    await tab.waitForTimeout(300)
    expect(await zoom()).toBe(before)
    await tab.keyboard.press('Escape')
    await tab.waitForSelector('.panel', { state: 'detached' })
    expect(await tab.locator('.box.chosen').count()).toBe(0)
    await tab.close()
  })

  it('saves what is seen as SVG', async () => {
    const tab = await open(showOf(text))
    await tab.waitForSelector('.react-flow__node[data-id="vm3"]')
    await switchLayer(tab, 'tunnels')
    await tab.getByRole('button', { name: 'Save picture…' }).click()
    await tab.getByRole('menuitem', { name: 'SVG' }).click()
    await tab.waitForFunction(() => (window as unknown as { sent: { kind: string }[] }).sent.some((one) => one.kind === 'save'))
    const save = (await sent(tab)).flatMap((one) => (one.kind === 'save' ? [one] : []))[0]
    expect(save?.name).toBe('x.svg')
    expect(save?.content).toMatch(/^<svg [^]*vm3[^]*<\/svg>\n$/)
    expect(save?.content).not.toContain('gretap')
    await tab.close()
  })

  it('does not move what is there when something comes', async () => {
    const tab = await open(showOf(text))
    await tab.waitForSelector('.react-flow__node[data-id="vm3"]')
    await tab.waitForTimeout(200)
    const at = (): Promise<string[]> => tab.locator('.react-flow__node').evaluateAll((all) => all.map((node) => `${node.getAttribute('data-id') ?? ''} ${(node as HTMLElement).style.transform}`))
    const before = await at()
    await show(tab, showOf(text.replace('vms:', 'externals:\n  net: {}\nvms:').replace('links:', 'links:\n  - [net:p, r1:p9]'), null, 2))
    await tab.waitForSelector('.react-flow__node[data-id="net"]')
    const now = new Set(await at())
    expect(before.filter((one) => !now.has(one))).toEqual([])
    await tab.close()
  })

  it('shows markup in a file as text', async () => {
    const tab = await open(showOf('infra: 1\nname: "<img src=x onerror=alert(1)>"\nservers:\n  s1:\n    rack: "<script>alert(1)</script>"\n    interfaces: { eth0: { address: 10.0.0.1/24 } }\n'))
    await tab.waitForSelector('.react-flow__node[data-id="s1"]')
    expect(await tab.locator('.box script, .box img').count()).toBe(0)
    expect(await tab.locator('.box.kind-rack .label').textContent()).toBe('<script>alert(1)</script>')
    await tab.close()
  })

  it('keeps the picture and tells the place while the text is broken', async () => {
    const tab = await open(showOf(text))
    await tab.waitForSelector('.react-flow__node[data-id="vm1"]')
    await show(tab, showOf(text, { message: 'a bracket is open', range: { start: { line: 6, character: 0 }, end: { line: 6, character: 1 } } }))
    await tab.waitForSelector('.banner')
    expect(await tab.locator('.banner').textContent()).toContain('a bracket is open')
    expect(await tab.locator('.react-flow__node[data-id="vm1"]').count()).toBe(1)
    await tab.close()
  })

  it('helps where nothing is described yet', async () => {
    const tab = await open(showOf('infra: 1\n'))
    await tab.waitForSelector('.empty')
    await tab.close()
  })

  it('draws a thousand nodes', async () => {
    const tab = await open(showOf(generateInfra(sizeFor(1000, 100))))
    await tab.waitForSelector('.react-flow__node', { timeout: 30_000 })
    expect(await tab.locator('.outline').textContent()).toContain('elements')
    // From afar machines are closed and count what is in them; nearer, their guests are drawn.
    expect(await tab.locator('.box.closed').count()).toBeGreaterThan(90)
    expect(await tab.locator('.box.kind-vm').count()).toBe(0)
    expect(await tab.locator('.react-flow__node[data-id="s0"] .holds').textContent()).toBe('9')
    await tab.locator('.react-flow__node[data-id="s0"]').hover()
    for (let i = 0; i < 12; i++) await tab.mouse.wheel(0, -400)
    await tab.waitForSelector('.box.kind-vm')
    expect(await tab.locator('.box.closed').count()).toBe(0)
    await tab.close()
  })

  // The UI toolkit tries an empty style element (that hash is of the empty text) before it uses adopted style sheets.
  it('loads nothing that the content security policy refuses', () => expect(site.refused.filter((entry) => !entry.includes('sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='))).toEqual([]))
})
