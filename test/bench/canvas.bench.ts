/** The designer in Chromium: message to first picture, and frames while panning, against React Flow and elkjs used plainly; both built for production. */
import { createServer } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { chromium, type Page } from 'playwright-core'
import { analyze, diagram, finish, readSource } from '../../core/analysis.ts'
import { generateInfra, sizeFor } from './generate.ts'

const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))
const out = join('out', 'bench')
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

if (!browserPath) console.log('  needs Chromium')
else {
  await build({ entryPoints: { plain: 'test/bench/plain.tsx', webview: 'webview/main.tsx', 'layout-worker': 'core/layout/worker.ts' }, bundle: true, outdir: out, loader: { '.ttf': 'dataurl', '.svg': 'dataurl' }, format: 'iife', jsx: 'automatic', minify: true, define: { 'process.env.NODE_ENV': '"production"' }, logLevel: 'error' })
  const host = 'window.sent = []; window.acquireVsCodeApi = () => ({ postMessage: (m) => window.sent.push(m), getState: () => undefined, setState: () => {} })'
  const page = (script: string): string => `<!DOCTYPE html><html><head><link rel="stylesheet" href="/${script}.css"></head><body><div id="root" data-worker="/layout-worker.js"></div><script>${host}</script><script src="/${script}.js"></script></body></html>`
  const server = createServer((request, response) => {
    const name = (request.url ?? '/').slice(1)
    response.setHeader('content-type', name.endsWith('.css') ? 'text/css' : name.endsWith('.js') ? 'text/javascript' : 'text/html')
    const file = join(out, name)
    response.end(!name.includes('.') ? page(name) : existsSync(file) ? readFileSync(file) : '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  const address = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}/`
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'] })

  /** Milliseconds to the first painted picture, and between two frames while it is dragged about. */
  const measure = async (script: 'webview' | 'plain', message: object): Promise<{ first: number; frame: number }> => {
    const tab: Page = await browser.newPage({ viewport: { width: 1280, height: 860 } })
    await tab.goto(address + script)
    await tab.waitForTimeout(300)
    const first = await tab.evaluate((data) => new Promise<number>((resolve) => {
      const start = performance.now()
      window.postMessage(data, '*')
      const wait = (): void => void (document.querySelector('.react-flow__node') ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start), 0)) : setTimeout(wait, 4))
      wait()
    }), message)
    await tab.waitForTimeout(600)
    const frames = tab.evaluate(() => new Promise<number[]>((resolve) => {
      const gaps: number[] = []
      let last = performance.now()
      const step = (): void => {
        const now = performance.now()
        gaps.push(now - last)
        last = now
        if (gaps.length < 40) requestAnimationFrame(step)
        else resolve(gaps)
      }
      requestAnimationFrame(step)
    }))
    await tab.mouse.move(1200, 120)
    await tab.mouse.down()
    for (let i = 0; i < 30; i++) await tab.mouse.move(1200 - i * 12, 120 + i * 6)
    await tab.mouse.up()
    const frame = median(await frames)
    await tab.close()
    return { first, frame }
  }

  for (const [nodes, tunnels] of [[100, 0], [1000, 0], [1000, 500], [5000, 500]] as const) {
    const reading = readSource({ uri: 'x.infra.yaml', text: generateInfra(sizeFor(nodes, tunnels)), version: 1 })
    if (!reading) throw new Error('not recognised')
    const drawn = diagram(finish(analyze([reading])), { view: 'physical' })
    const message = { kind: 'show', uri: 'x', version: 1, diagram: drawn, broken: null, problems: [], settings: { direction: 'DOWN', reducedMotion: true } }
    const [ours, plain]: { first: number; frame: number }[][] = [[], []]
    for (let i = 0; i < 3; i++) {
      ours?.push(await measure('webview', message))
      plain?.push(await measure('plain', message))
    }
    const of = (list: typeof ours, key: 'first' | 'frame'): number => median((list ?? []).map((one) => one[key]))
    console.log(`  ${nodes} nodes, ${tunnels} tunnels: ${drawn.boxes.length} boxes, ${drawn.lines.length} lines`)
    for (const [key, title] of [['first', 'message to first picture'], ['frame', 'a frame while panning']] as const) {
      console.log(`    ${title.padEnd(26)} ours ${of(ours, key).toFixed(0).padStart(6)} ms   plain ${of(plain, key).toFixed(0).padStart(6)} ms  ×${(of(plain, key) / of(ours, key)).toFixed(2)}`)
    }
  }
  await browser.close()
  server.close()
}
