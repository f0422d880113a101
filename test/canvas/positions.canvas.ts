/** A person's own positions in Chromium: kept on demand, written one line a drag, taken back, locked, laid out again, drifting and cleaned up. */
import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, sent, startSite, type Designed, type Site } from './page.ts'

const here = canRun ? describe : describe.skip
const text = readFileSync('examples/moving-house.infra.yaml', 'utf8')
const box = (tab: Page, id: string): Locator => tab.locator(`.react-flow__node[data-id="${id}"]`)
const at = async (tab: Page, id: string): Promise<{ x: number; y: number }> => {
  const style = await box(tab, id).evaluate((element) => (element as HTMLElement).style.transform)
  const [, x = '', y = ''] = /translate\((-?[\d.]+)px, ?(-?[\d.]+)px\)/.exec(style) ?? []
  return { x: Number(x), y: Number(y) }
}
const all = async (tab: Page): Promise<Spots> => {
  const ids = await tab.locator('.react-flow__node').evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-id') ?? ''))
  return Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await at(tab, id)] as const)))
}
type Spots = Readonly<Record<string, { readonly x: number; readonly y: number }>>
/** From its holder's corner. */
const within = (spots: Spots, id: string, holder: string): { x: number; y: number } => ({ x: (spots[id]?.x ?? 0) - (spots[holder]?.x ?? 0), y: (spots[id]?.y ?? 0) - (spots[holder]?.y ?? 0) })
const lines = (sidecar: string | null): readonly string[] => (sidecar ?? '').split('\n')
const differing = (a: string | null, b: string | null): readonly string[] => lines(b).filter((line) => !lines(a).includes(line))
async function drag(tab: Page, id: string, dx: number, dy: number, from = { x: 30, y: 12 }, alt = false): Promise<void> {
  const rect = await box(tab, id).boundingBox()
  if (!rect) throw new Error(`${id} is not to be seen`)
  const [x, y] = [rect.x + from.x, rect.y + from.y]
  if (alt) await tab.keyboard.down('Alt')
  await tab.mouse.move(x, y)
  await tab.mouse.down()
  await tab.mouse.move(x + dx / 2, y + dy / 2, { steps: 3 })
  await tab.mouse.move(x + dx, y + dy, { steps: 3 })
  await tab.mouse.up()
  if (alt) await tab.keyboard.up('Alt')
  await tab.waitForTimeout(150)
}

here('positions of a person’s own', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })
  const open = async (keep = true): Promise<Designed> => {
    const designed = await site.design(text)
    await box(designed.tab, 'shop').waitFor()
    await designed.tab.waitForTimeout(300)
    if (keep) {
      await designed.tab.getByRole('button', { name: 'Keep my positions' }).first().click()
      await designed.tab.getByText('every box has its place').waitFor()
      await designed.tab.getByRole('button', { name: 'Close panel' }).click()
      await designed.tab.waitForTimeout(200)
    }
    return designed
  }

  it('are written when a person asks for it, and not before; nothing moves', async () => {
    const { tab, sidecar } = await open(false)
    const before = await all(tab)
    await drag(tab, 'tor1', 60, 40)
    expect(sidecar()).toBeNull()
    expect((await sent(tab)).filter(({ kind }) => kind === 'positions')).toEqual([])
    expect(await all(tab)).toEqual(before)
    await tab.getByRole('button', { name: 'Keep my positions' }).first().click()
    await tab.getByText('every box has its place').waitFor()
    expect(await all(tab)).toEqual(before)
    expect(lines(sidecar())).toEqual(expect.arrayContaining([`    "h1": { "in": "rack:rack1", "x": ${within(before, 'h1', 'rack:rack1').x}, "y": ${within(before, 'h1', 'rack:rack1').y} },`, '    "": {}']))
    expect(sidecar()).not.toMatch(/"(shop|h1:br0)"/)
    await tab.screenshot({ path: 'test/artifacts/positions.png' })
    await tab.close()
  })

  it('follow a drag: one line is written, nobody else moves; Ctrl+Z and Ctrl+Y go back and forth', async () => {
    const { tab, sidecar, steps } = await open()
    const [before, file] = [await all(tab), sidecar()]
    await drag(tab, 'rack:rack2', 160, 70)
    const now = await all(tab)
    expect(now['rack:rack2']).not.toEqual(before['rack:rack2'])
    for (const id of Object.keys(before)) if (!['rack:rack2', 'tor2', 'h3', 'h4', 'big'].includes(id) && !/^h[34]:/.test(id)) expect([id, now[id]]).toEqual([id, before[id]])
    expect(within(now, 'h3', 'rack:rack2')).toEqual(within(before, 'h3', 'rack:rack2'))
    expect(differing(file, sidecar())).toEqual([`    "rack:rack2": { "x": ${now['rack:rack2']?.x}, "y": ${now['rack:rack2']?.y} },`])
    await tab.locator('.canvas').press('Control+z')
    await tab.waitForTimeout(150)
    expect([sidecar(), await all(tab)]).toEqual([file, before])
    await tab.locator('.canvas').press('Control+y')
    await tab.waitForTimeout(150)
    expect(await all(tab)).toEqual(now)
    expect(steps).toEqual([])
    await tab.close()
  })

  it('are not covered: a box that is dropped on another stands beside it', async () => {
    const { tab } = await open()
    const rects = await Promise.all(['h1', 'h2'].map((id) => box(tab, id).boundingBox()))
    await drag(tab, 'h1', (rects[1]?.x ?? 0) - (rects[0]?.x ?? 0) + 15, (rects[1]?.y ?? 0) - (rects[0]?.y ?? 0) + 10)
    const [a, b] = await Promise.all(['h1', 'h2'].map((id) => box(tab, id).boundingBox()))
    expect(a && b && a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height).toBe(false)
    await tab.close()
  })

  it('leave guests to migrate, but with Alt', async () => {
    const { tab, sidecar } = await open()
    const file = sidecar()
    await drag(tab, 'shop', 0, 40)
    expect(sidecar()).toBe(file)
    await tab.keyboard.press('Escape')
    await drag(tab, 'shop', 60, 60, { x: 30, y: 12 }, true)
    expect(differing(file, sidecar())).toHaveLength(1)
    expect(differing(file, sidecar())[0]).toMatch(/^ {4}"shop": \{ "in": "h\d", "x"/)
    await tab.close()
  })

  it('go by the keyboard, too; what is locked stays, whatever is laid out again', async () => {
    const { tab, sidecar } = await open()
    await box(tab, 'tor1').click()
    await tab.waitForTimeout(200)
    const start = await at(tab, 'tor1')
    await tab.keyboard.press('Alt+ArrowRight')
    await tab.keyboard.press('Alt+Shift+ArrowDown')
    await tab.waitForTimeout(150)
    expect(await at(tab, 'tor1')).toEqual({ x: start.x + 10, y: start.y + 50 })
    await tab.keyboard.press('k')
    await tab.waitForTimeout(150)
    expect(sidecar()).toMatch(/"tor1": .*"locked": true/)
    await drag(tab, 'tor1', 80, 0)
    await tab.keyboard.press('Alt+ArrowRight')
    expect(await at(tab, 'tor1')).toEqual({ x: start.x + 10, y: start.y + 50 })
    const h1 = await at(tab, 'h1')
    await drag(tab, 'h1', 300, 200)
    await tab.locator('.canvas').press('l')
    await tab.waitForTimeout(600)
    expect(await at(tab, 'tor1')).toEqual({ x: start.x + 10, y: start.y + 50 })
    expect(await at(tab, 'h1')).not.toEqual(h1)
    const { x, y } = within(await all(tab), 'h1', 'rack:rack1')
    expect(sidecar()).toContain(`    "h1": { "in": "rack:rack1", "x": ${x}, "y": ${y} },`)
    await tab.close()
  })

  it('of what is chosen are found anew, and only those', async () => {
    const { tab } = await open()
    await drag(tab, 'rack:rack2', 400, 300)
    const before = await all(tab)
    await box(tab, 'rack:rack2').click({ position: { x: 30, y: 12 } })
    await tab.locator('.canvas').press('Shift+L')
    await tab.waitForTimeout(500)
    const after = await all(tab)
    expect(after['rack:rack2']).not.toEqual(before['rack:rack2'])
    for (const id of ['rack:rack1', 'storage:ceph', 'tor1', 'h1']) expect([id, after[id]]).toEqual([id, before[id]])
    await tab.close()
  })

  it('drift with the file, are listed and cleaned up; a name takes its place along', async () => {
    const { tab, sidecar, writeSidecar, after } = await open()
    await writeSidecar((sidecar() ?? '').replace('    "": {}', '    "zzz<b>": { "x": 1, "y": 1 },\n    "": {}').replace(/ {4}"storage:ceph".*\n/, ''))
    await tab.getByRole('button', { name: 'Positions' }).click()
    await tab.getByText('No longer in the file').waitFor()
    expect(await tab.locator('.drift').allInnerTexts()).toEqual([expect.stringContaining('zzz<b>'), expect.stringContaining('storage:ceph')])
    await tab.screenshot({ path: 'test/artifacts/positions-drift.png' })
    await tab.getByRole('button', { name: 'Clean up' }).click()
    await tab.getByText('every box has its place').waitFor()
    expect(sidecar()).not.toContain('zzz')
    expect(sidecar()).toContain('    "storage:ceph": {')
    const was = within(await all(tab), 'h1', 'rack:rack1')
    await box(tab, 'h1').click({ position: { x: 30, y: 12 } })
    await tab.locator('.canvas').press('F2')
    await tab.locator('.proposal vscode-text-field input').first().fill('big-one')
    await tab.locator('.proposal vscode-text-field input').first().press('Enter')
    await after(1)
    expect(within(await all(tab), 'big-one', 'rack:rack1')).toEqual(was)
    expect(sidecar()).toContain(`    "big-one": { "in": "rack:rack1", "x": ${was.x}, "y": ${was.y} },`)
    expect(sidecar()).not.toContain('"h1"')
    await tab.close()
  })

  it('of a file that is broken count for nothing, and it is left alone', async () => {
    const { tab, sidecar, writeSidecar } = await open()
    const broken = `<<<<<<< ours\n${sidecar() ?? ''}`
    await writeSidecar(broken)
    await tab.getByRole('button', { name: 'Positions' }).click()
    await tab.getByText('a merge has left its marks here').waitFor()
    await drag(tab, 'rack:rack2', 100, 0)
    expect(sidecar()).toBe(broken)
    await tab.close()
  })
})
