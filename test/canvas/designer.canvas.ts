/** The designer's page as VS Code would hold it, under the same content security policy. */
import { createServer, type Server } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analyze, diagram, finish, readSource } from '../../core/analysis.ts'
import type { ToExtension, ToWebview } from '../../core/protocol.ts'
import { generateInfra, sizeFor } from '../bench/generate.ts'

const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))
const dist = join(import.meta.dirname, '..', '..', 'dist')
const page = `<!DOCTYPE html><html><head><meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self' data:; img-src 'self' data:; worker-src blob:; connect-src 'self'">
<link rel="stylesheet" href="/webview.css"></head><body class="vscode-light"><div id="root" data-worker="/layout-worker.js"></div><script src="/fake-host.js"></script><script src="/webview.js"></script></body></html>`
const host = 'window.sent = []; let state; window.acquireVsCodeApi = () => ({ postMessage: (m) => window.sent.push(m), getState: () => state, setState: (s) => { state = s } })'

function showOf(text: string, broken: Extract<ToWebview, { kind: 'show' }>['broken'] = null): ToWebview {
  const reading = readSource({ uri: 'x.infra.yaml', text, version: 1 })
  if (!reading) throw new Error('not recognised')
  const analysis = finish(analyze([reading]))
  return {
    kind: 'show', uri: 'x.infra.yaml', version: 1, diagram: diagram(analysis, { view: 'physical' }), broken, settings: { direction: 'DOWN', reducedMotion: true },
    problems: analysis.problems.map((problem) => ({ ...problem, subject: problem.subject ?? null, ...analysis.locator.locate(problem.at), fixes: [] })),
  }
}

const here = browserPath && existsSync(join(dist, 'webview.js')) ? describe : describe.skip

here('the designer in Chromium', () => {
  let server: Server
  let browser: Browser
  let address = ''
  const refused: string[] = []

  beforeAll(async () => {
    server = createServer((request, response) => {
      const name = (request.url ?? '/').slice(1)
      const type = name.endsWith('.css') ? 'text/css' : name.endsWith('.js') ? 'text/javascript' : 'text/html'
      response.setHeader('content-type', type)
      response.end(name === '' ? page : name === 'fake-host.js' ? host : existsSync(join(dist, name)) ? readFileSync(join(dist, name)) : '')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const bound = server.address()
    address = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}/`
    browser = await chromium.launch({ executablePath: browserPath ?? '', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  async function open(message: ToWebview): Promise<Page> {
    const tab = await browser.newPage({ viewport: { width: 1200, height: 800 } })
    tab.on('console', (entry) => { if (entry.type() === 'error' && /Content Security Policy/.test(entry.text())) refused.push(entry.text()) })
    await tab.goto(address)
    await tab.waitForFunction(() => (window as unknown as { sent: { kind: string }[] }).sent.some((one) => one.kind === 'ready'))
    await show(tab, message)
    return tab
  }
  const show = (tab: Page, message: ToWebview): Promise<void> => tab.evaluate((data) => window.postMessage(data, '*'), message as never)
  const sent = (tab: Page): Promise<ToExtension[]> => tab.evaluate(() => (window as unknown as { sent: ToExtension[] }).sent)
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
    await tab.close()
  })

  // The UI toolkit tries an empty style element (that hash is of the empty text) before it uses adopted style sheets.
  it('loads nothing that the content security policy refuses', () => expect(refused.filter((entry) => !entry.includes('sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='))).toEqual([]))
})
