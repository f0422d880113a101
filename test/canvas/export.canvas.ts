/** Pictures as files, in Chromium: draw.io's XML is well-formed and its cells hang together, PNG is twice as fine, what the view shows is in them. */
import fc from 'fast-check'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Diagram } from '../../core/diagram/diagram.ts'
import { drawioOf } from '../../core/export/drawio.ts'
import { svgOf } from '../../core/export/svg.ts'
import { draw, place } from '../diagrams/drawing.ts'
import { escapeXml } from '../../core/export/paper.ts'
import { folderOf, underlay } from '../cli/run.ts'
import { asked, before, readOff, text, type Asked } from '../export/views.ts'
import { canRun, sent, show, showOf, startSite, switchLayer, type Site } from './page.ts'

const here = canRun ? describe : describe.skip

/** What is wrong with a file, by the rules of draw.io's file format. */
const faultsOf = (tab: Page, xml: string): Promise<{ faults: string[]; labels: string[]; boxes: number; lines: number }> => tab.evaluate((text) => {
  const faults: string[] = []
  const page = new DOMParser().parseFromString(text, 'application/xml')
  const broken = page.querySelector('parsererror')
  if (broken) return { faults: [broken.textContent ?? 'not well-formed'], labels: [], boxes: 0, lines: 0 }
  const root = page.querySelector('mxfile > diagram > mxGraphModel > root')
  if (!root) return { faults: ['no root'], labels: [], boxes: 0, lines: 0 }
  const cells = [...root.querySelectorAll('mxCell')]
  const idOf = (cell: Element): string => cell.getAttribute('id') ?? cell.parentElement?.getAttribute('id') ?? ''
  const byId = new Map(cells.map((cell) => [idOf(cell), cell]))
  if (byId.size !== cells.length || byId.has('')) faults.push('ids are not unique')
  for (const cell of cells) {
    const [id, parent] = [idOf(cell), cell.getAttribute('parent')]
    if (id === '0' ? parent !== null : !byId.has(parent ?? '')) faults.push(`${id} has no parent`)
    const [vertex, edge] = [cell.getAttribute('vertex') === '1', cell.getAttribute('edge') === '1']
    if (vertex && edge) faults.push(`${id} is both`)
    if (!vertex && !edge) {
      if (id !== '0' && parent !== '0') faults.push(`${id} is neither`)
      continue
    }
    const geometry = cell.querySelector(':scope > mxGeometry[as="geometry"]')
    if (!geometry) faults.push(`${id} has no geometry`)
    for (const name of ['x', 'y', 'width', 'height']) {
      const value = geometry?.getAttribute(name) ?? '0'
      if (!Number.isFinite(Number(value))) faults.push(`${id}: ${name} is ${value}`)
    }
    for (let at = parent, depth = 0; at !== null && at !== '0'; at = byId.get(at)?.getAttribute('parent') ?? null) if (depth++ > 50) { faults.push(`${id} hangs in a circle`); break }
    if (edge) {
      if (geometry?.getAttribute('relative') !== '1') faults.push(`${id} is not relative`)
      for (const end of ['source', 'target']) if (byId.get(cell.getAttribute(end) ?? '')?.getAttribute('vertex') !== '1') faults.push(`${id} has no ${end}`)
    }
    if (!/^([A-Za-z]+(=[^;=]*)?;)*$/.test(cell.getAttribute('style') ?? '')) faults.push(`${id}: style ${cell.getAttribute('style') ?? ''}`)
  }
  // What a person reads: the label is HTML, which draw.io shows.
  const labels = [...root.querySelectorAll('object')].map((one) => new DOMParser().parseFromString(one.getAttribute('label') ?? '', 'text/html').body)
  for (const label of labels) if (label.querySelector('script, img, a, iframe, style, svg, [onerror], [onload]')) faults.push(`markup in ${label.innerHTML}`)
  return { faults, labels: labels.map((label) => label.querySelector('b')?.textContent ?? ''), boxes: root.querySelectorAll('object > mxCell[vertex="1"]').length, lines: root.querySelectorAll('mxCell[edge="1"]').length }
}, xml)

here('pictures as files', () => {
  let site: Site
  let tab: Page
  beforeAll(async () => {
    site = await startSite()
    tab = (await site.design(readFileSync('examples/web-app-db.infra.yaml', 'utf8'))).tab
  })
  afterAll(async () => { await site?.close() })

  it.each(readdirSync('examples'))('%s is a drawing for diagrams.net, in both views', async (name) => {
    for (const view of ['physical', 'tenant'] as const) {
      const drawn = draw(readFileSync(`examples/${name}`, 'utf8'), view, name)
      const found = await faultsOf(tab, drawioOf(drawn, await place(drawn)))
      expect(found).toEqual({ faults: [], labels: drawn.boxes.map(({ label }) => label), boxes: drawn.boxes.length, lines: drawn.lines.length })
    }
  })

  it('what a file says is text, whatever it says', async () => {
    const strange = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('<script>alert(1)</script>', '"><img src=x onerror=1>', ']]>&amp;&#0;', 'a;shape=image;image=http://x', '\ud800', '\u0000\u0008', '--><!--'))
    const samples = fc.sample(fc.record({ a: strange, b: strange, detail: strange, line: strange, color: fc.constantFrom('#ff0000', 'red;image=x') }), { numRuns: 60, seed: 20261121 })
    for (const { a, b, detail, line, color } of samples) {
      const box = { kind: 'server' as const, parent: undefined, details: [detail], derived: false, width: 120, height: 60, holds: 0, facts: [], color }
      const drawn: Diagram = {
        title: a, view: 'physical', tenants: [], boxes: [{ ...box, id: 'a', label: a }, { ...box, id: `b${b}`, label: b, badge: { severity: 'error', count: 1, messages: [detail] }, mark: { look: 'added', word: line, said: line } }, { ...box, id: 'c', kind: 'vm', parent: 'a', label: detail }],
        lines: [{ id: 'l', kind: 'tunnel', from: 'c', to: `b${b}`, label: line, broken: false, overlay: true, facts: [] }, { id: 'm', kind: 'link', from: 'a', to: `b${b}`, fromLabel: line, toLabel: a, broken: true, overlay: false, facts: [] }],
      }
      const placed = await place(drawn)
      const { faults, boxes, lines } = await faultsOf(tab, drawioOf(drawn, placed))
      expect([faults, boxes, lines]).toEqual([[], 3, 2])
      expect(await tab.evaluate((text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror, script, img, image')?.textContent ?? null, svgOf(drawn, placed))).toBeNull()
    }
  })

  it('are offered by the toolbar, PNG twice as fine as it is drawn', async () => {
    await tab.locator('.react-flow__node').first().waitFor()
    // Labels that were parsed above had styles in them.
    site.refused.length = 0
    for (const name of ['SVG', 'PNG', 'draw.io']) {
      await tab.getByRole('button', { name: 'Save picture…' }).click()
      if (name === 'SVG') await tab.screenshot({ path: 'test/artifacts/save-picture.png' })
      await tab.getByRole('menuitem', { name }).click()
    }
    await tab.waitForFunction(() => (window as unknown as { sent: { kind: string }[] }).sent.filter(({ kind }) => kind === 'save').length === 3)
    const saved = (await sent(tab)).flatMap((one) => (one.kind === 'save' ? [one] : [])).sort((a, b) => (a.name < b.name ? -1 : 1))
    expect(saved.map(({ name }) => name)).toEqual(['x.drawio', 'x.png', 'x.svg'])
    const [drawio, png, svg] = saved.map(({ content }) => content)
    expect(site.refused).toEqual([])
    expect((await faultsOf(tab, drawio ?? '')).faults).toEqual([])
    const bytes = Buffer.from((png ?? '').replace(/^data:image\/png;base64,/, ''), 'base64')
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg ?? '') ?? []
    expect([bytes.toString('latin1', 1, 4), bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual(['PNG', 2 * Number(width), 2 * Number(height)])
  })

  it('show what the view shows: whom a node reaches, the hops of a trace, layers that are off', async () => {
    const save = async (): Promise<string> => {
      const before = (await sent(tab)).filter(({ kind }) => kind === 'save').length
      await tab.getByRole('button', { name: 'Save picture…' }).click()
      await tab.getByRole('menuitem', { name: 'SVG' }).click()
      await tab.waitForFunction((count) => (window as unknown as { sent: { kind: string }[] }).sent.filter(({ kind }) => kind === 'save').length > count, before)
      const [last] = (await sent(tab)).flatMap((one) => (one.kind === 'save' ? [one] : [])).slice(-1)
      return last?.content ?? ''
    }
    const plain = await save()
    await tab.locator('.react-flow__node[data-id="web"]').or(tab.locator('.react-flow__node').filter({ hasText: 'web' })).first().click({ position: { x: 30, y: 12 } })
    await tab.locator('.canvas').press('r')
    await tab.getByText(/reaches \d+ of/).waitFor()
    const reach = await save()
    expect(reach).not.toBe(plain)
    expect(reach).toMatch(/stroke="#1a7f37" stroke-width="2"/)
    await switchLayer(tab, 'attachments')
    expect((await save()).match(/<path d="M [^"]*" fill="none" stroke="/g)?.length ?? 0).toBeLessThan(reach.match(/<path d="M [^"]*" fill="none" stroke="/g)?.length ?? 0)
    await switchLayer(tab, 'attachments')
  })

  const wait = async (where: Page, what: string): Promise<void> => { await where.locator(what).first().waitFor() }
  const chosen = async (where: Page, id: string, key: string): Promise<void> => {
    await where.locator(`.react-flow__node[data-id="${id}"]`).click({ position: { x: 30, y: 12 } })
    await where.locator('.canvas').press(key)
  }
  /** How a person comes to each view of the same question that the command line is asked. */
  const ways: Readonly<Record<Asked, (where: Page) => Promise<void>>> = {
    physical: () => Promise.resolve(),
    tenant: async (where) => { await show(where, showOf(text, null, 1, 'tenant')); await wait(where, '.react-flow__node[data-id="tenant:red"]') },
    network: async (where) => { await chosen(where, 'db', 'n'); await wait(where, '.react-flow__node[data-id="log"] .box.hears') },
    packet: async (where) => { await show(where, { kind: 'do', what: 'trace', id: 'web log' }); await wait(where, '.verdict') },
    reach: async (where) => { await chosen(where, 'web', 'r'); await wait(where, '.react-flow__node[data-id="log"] .box.lost') },
    utilisation: async (where) => {
      await where.locator('.canvas').press('u')
      await wait(where, '.loads')
      await where.locator('.panel vscode-text-field').first().pressSequentially('800Mbps')
      await where.keyboard.press('Enter')
      await wait(where, '.line.high, .line.middle')
    },
    failures: async (where) => { await chosen(where, 's2', 'x'); await wait(where, '.react-flow__node[data-id="log"] .box.gone') },
    difference: async (where) => { await where.locator('.canvas').press('d'); await wait(where, '.react-flow__node[data-id="was:db"] .box.ghost') },
    networks: async (where) => { await switchLayer(where, 'networks'); await wait(where, '.domains-key li') },
  }
  const folder = folderOf({ 'x.infra.yaml': text, 'before.infra.yaml': before })

  it.each(Object.keys(ways) as Asked[])('%s: what the designer saves has the marks and the legend that the command line draws, in each format', async (view) => {
    const where = (await site.design(text, 'light', before)).tab
    await wait(where, '.react-flow__node[data-id="web"]')
    await ways[view](where)
    const byCommand = await underlay(folder, ['diagram', ...asked[view], '-o', '-'])
    const asTold = (svg: string): ReturnType<typeof readOff> => readOff(svg.replaceAll('before.infra.yaml', 'HEAD'))
    const saves: Record<string, string> = {}
    for (const name of ['SVG', 'draw.io', 'PNG']) {
      await where.getByRole('button', { name: 'Save picture…' }).click()
      await where.getByRole('menuitem', { name }).click()
      await where.waitForFunction((count) => (window as unknown as { sent: { kind: string }[] }).sent.filter(({ kind }) => kind === 'save').length === count, Object.keys(saves).length + 1)
      saves[name] = (await sent(where)).flatMap((one) => (one.kind === 'save' ? [one.content] : [])).at(-1) ?? ''
    }
    const svg = saves['SVG'] ?? ''
    expect(asTold(svg)).toEqual(asTold(byCommand.out))
    // Whatever is marked has a row that explains it.
    expect(asTold(svg).legend.length).toBeGreaterThan(3)
    const { faults } = await faultsOf(where, saves['draw.io'] ?? '')
    expect(faults).toEqual([])
    for (const said of asTold(svg).legend.filter((one) => one.length > 3)) expect(saves['draw.io']).toContain(`value="${escapeXml(escapeXml(said))}"`)
    const bytes = Buffer.from((saves['PNG'] ?? '').replace(/^data:image\/png;base64,/, ''), 'base64')
    writeFileSync(join('test', 'artifacts', `saved-${view}.png`), bytes)
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? []
    expect([bytes.toString('latin1', 1, 4), bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual(['PNG', 2 * Number(width), 2 * Number(height)])
    await where.close()
  })
})
