/** The designer and its peer in Chromium, both built for production, with the drawing of frames recorded by the browser itself. */
import { createServer } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { chromium, type Browser, type Page } from 'playwright-core'
import { themeSheet } from '../canvas/themes.ts'

export const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))
const out = join('out', 'bench')

/** `plain`: React Flow as its examples have it, everything rendered; `plain?visible`: with its own culling. */
export type Subject = 'webview' | 'plain' | 'plain?visible'

export interface Stage {
  readonly browser: Browser
  open(subject: Subject): Promise<Page>
  close(): Promise<void>
}

export async function stage(): Promise<Stage> {
  await build({ entryPoints: { plain: 'test/bench/plain.tsx', webview: 'webview/main.tsx', 'layout-worker': 'core/layout/worker.ts' }, bundle: true, outdir: out, loader: { '.ttf': 'dataurl', '.svg': 'dataurl' }, format: 'iife', jsx: 'automatic', minify: true, define: { 'process.env.NODE_ENV': '"production"' }, logLevel: 'error' })
  const host = 'window.sent = []; window.acquireVsCodeApi = () => ({ postMessage: (m) => window.sent.push(m), getState: () => undefined, setState: () => {} })'
  const page = (script: string): string => `<!DOCTYPE html><html><head><style>${themeSheet('dark')}</style><link rel="stylesheet" href="/${script}.css"></head><body class="vscode-dark"><div id="root" data-worker="/layout-worker.js"></div><script>${host}</script><script src="/${script}.js"></script></body></html>`
  const server = createServer((request, response) => {
    const name = (request.url ?? '/').slice(1).replace(/\?.*/, '')
    response.setHeader('content-type', name.endsWith('.css') ? 'text/css' : name.endsWith('.js') ? 'text/javascript' : 'text/html')
    const file = join(out, name)
    response.end(!name.includes('.') ? page(name) : existsSync(file) ? readFileSync(file) : '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  const address = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}/`
  const browser = await chromium.launch({ executablePath: browserPath ?? '', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'] })
  return {
    browser,
    async open(subject) {
      const tab = await browser.newPage({ viewport: { width: 1280, height: 860 } })
      await tab.goto(address + subject)
      await tab.waitForTimeout(300)
      return tab
    },
    async close() {
      await browser.close()
      server.close()
    },
  }
}

/** How many boxes can be seen at least in part. */
export const boxesSeen = (tab: Page): Promise<number> => tab.evaluate(() => {
  const area = document.querySelector('.react-flow')?.getBoundingClientRect()
  return area === undefined ? 0 : [...document.querySelectorAll('.react-flow__node')].filter((node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect()
    return right > area.left && left < area.right && bottom > area.top && top < area.bottom
  }).length
})

/** Elements of the picture, drawn or not. */
export const elementsOf = (tab: Page): Promise<number> => tab.evaluate(() => document.querySelectorAll('.react-flow *').length)

/** Brings a message into the page before it is sent: what that costs is the benchmark's, not the page's. */
export const bring = (tab: Page, message: object): Promise<void> => tab.evaluate((data) => { (window as unknown as { brought: object }).brought = data }, message)

/** Milliseconds from sending what was brought to the frame that was painted after `when` holds in the page; both are marked. */
export const untilPainted = (tab: Page, when: string): Promise<number> => tab.evaluate((holds) => new Promise<number>((resolve) => {
  const met = new Function(`return ${holds}`) as () => boolean
  // A task of its own behind the frame: by then it has been painted.
  const painted = new MessageChannel()
  const start = performance.now()
  painted.port1.onmessage = () => {
    performance.mark('work-ends')
    resolve(performance.now() - start)
  }
  const look = (): void => void requestAnimationFrame(() => (met() ? painted.port2.postMessage(0) : look()))
  performance.mark('work-begins')
  window.postMessage((window as unknown as { brought: object }).brought, '*')
  look()
}), when)
