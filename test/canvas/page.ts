/** The designer's page as VS Code would hold it, under the same content security policy; behind it the core, a text and its edits. */
import { createServer, type Server } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { analyze, commandsOf, diagram, edit, finish, reach, readSource, type Analysis } from '../../core/analysis.ts'
import { partsOf, saysOf, settingsOf, tryGesture } from '../../core/designing.ts'
import type { DiagramView } from '../../core/diagram/diagram.ts'
import type { Answer, Question, Show, ToExtension, ToWebview } from '../../core/protocol.ts'
import { traceBetween } from '../../core/ask.ts'
import { failing } from '../../core/failing.ts'
import { findHidden } from '../../core/finding.ts'
import { shownFailure, shownReach, shownTrace, shownWhyNot } from '../../core/shown.ts'
import { placed, positionsOf } from '../../core/placing.ts'
import { applyEdits } from '../../core/text/edit.ts'
import { whyNot } from '../../core/why-not.ts'
import { themes, themeSheet, type Theme } from './themes.ts'
import { migrationAnswer } from './migrating.ts'
import { viewAnswer } from './views.ts'

const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))
const dist = join(import.meta.dirname, '..', '..', 'dist')
export const canRun = browserPath !== undefined && existsSync(join(dist, 'webview.js'))

const german = (): string => readFileSync('l10n/bundle.l10n.de.json', 'utf8').replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
const page = (theme: Theme, inGerman: boolean): string => `<!DOCTYPE html><html lang="en"><head><meta charset="UTF-8"><title>x.infra.yaml</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self' data:; img-src 'self' data:; worker-src blob:; connect-src 'self'">
<link rel="stylesheet" href="/theme/${theme}.css"><link rel="stylesheet" href="/webview.css"></head><body class="vscode-${theme}"><div id="root" data-worker="/layout-worker.js"${inGerman ? ` data-l10n="${german()}"` : ''}></div><script src="/fake-host.js"></script><script src="/webview.js"></script></body></html>`
const host = 'window.sent = []; let state; window.acquireVsCodeApi = () => ({ postMessage: (m) => { window.sent.push(m); window.relay?.(m) }, getState: () => state, setState: (s) => { state = s } })'

export type { Show }
const uri = 'file:///x.infra.yaml'

/** `at`: the file's name decides which language it is read as. */
export function analysisOf(text: string, version = 1, at = uri): Analysis {
  const reading = readSource({ uri: at, text, version })
  if (!reading) throw new Error('not recognised')
  return finish(analyze([reading]))
}

export function showOf(text: string, broken: Show['broken'] = null, version = 1, view: DiagramView = 'physical', tenant?: string, open: readonly string[] = [], at = uri): Show {
  const analysis = analysisOf(text, version, at)
  const says = saysOf(analysis)
  return {
    kind: 'show', uri: at, version, text, ...(says && { says }), diagram: diagram(analysis, { view, open, ...(tenant !== undefined && { tenant }) }), broken, settings: { direction: 'DOWN', reducedMotion: true }, positions: null,
    problems: analysis.problems.map((problem) => ({ ...problem, subject: problem.subject ?? null, ...analysis.locator.locate(problem.at), fixes: [] })),
  }
}

export interface Site {
  readonly refused: string[]
  open(message: ToWebview, theme?: Theme, relay?: undefined, inGerman?: boolean): Promise<Page>
  /** A page with a text behind it: questions are answered, changes are applied, each to a new picture. */
  design(text: string, theme?: Theme, committed?: string, at?: string): Promise<Designed>
  close(): Promise<void>
}

export interface Designed {
  readonly tab: Page
  text(): string
  /** The sidecar's text; null where there is none. */
  sidecar(): string | null
  /** As if somebody else had written it. */
  writeSidecar(text: string | null): Promise<void>
  /** The names of the changes that the text has answered, in order. */
  readonly steps: readonly string[]
  /** The text after the last change, once so many have been made. */
  after(steps: number): Promise<string>
}

export async function startSite(): Promise<Site> {
  const server: Server = createServer((request, response) => {
    const name = (request.url ?? '/').slice(1)
    response.setHeader('content-type', name.endsWith('.css') ? 'text/css' : name.endsWith('.js') ? 'text/javascript' : 'text/html')
    const asked = (Object.keys(themes) as Theme[]).find((theme) => name === `theme/${theme}.css` || name === `?${theme}` || name === `?${theme}&de`) ?? 'light'
    response.end(name === '' || name.startsWith('?') ? page(asked, name.endsWith('&de')) : name.startsWith('theme/') ? themeSheet(asked) : name === 'fake-host.js' ? host : existsSync(join(dist, name)) ? readFileSync(join(dist, name)) : '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  const address = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}/`
  const browser: Browser = await chromium.launch({ executablePath: browserPath ?? '', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
  const refused: string[] = []
  const open = async (message: ToWebview, theme: Theme = 'light', relay?: (message: ToExtension, tab: Page) => void, inGerman = false): Promise<Page> => {
    const tab = await browser.newPage({ viewport: { width: 1200, height: 800 } })
    tab.on('console', (entry) => { if (entry.type() === 'error' && /Content Security Policy/.test(entry.text())) refused.push(entry.text()) })
    // A page that is closed waits for no answer.
    if (relay) await tab.exposeFunction('relay', (sent: ToExtension) => { if (!tab.isClosed()) relay(sent, tab) })
    await tab.goto(`${address}?${theme}${inGerman ? '&de' : ''}`)
    await tab.waitForFunction(() => (window as unknown as { sent: { kind: string }[] }).sent.some((one) => one.kind === 'ready'))
    await show(tab, message)
    return tab
  }
  return {
    refused, open,
    async design(first, theme, committed, at = uri) {
      let text = first
      let version = 1
      let sidecar: string | null = null
      const steps: string[] = []
      const showNow = (): Show => ({ ...showOf(text, null, version, 'physical', undefined, [], at), positions: sidecar === null ? null : { name: 'x.infra.layout.json', uri: 'file:///x.infra.layout.json', ...positionsOf(sidecar) } })
      const receive = (message: ToExtension, tab: Page): void => {
        if (message.kind === 'view') void show(tab, showOf(text, null, version, message.view, message.tenant, [], at))
        if (message.kind === 'ask') void show(tab, { kind: 'answer', number: message.number, answer: viewAnswer(analysisOf(text, version, at), message.question, committed) ?? answerTo(analysisOf(text, version, at), message.question) })
        if (message.kind === 'positions') {
          const answer = sidecar === null && message.begin !== true ? { refused: 'gone' } : placed(sidecar, message.change)
          if ('refused' in answer) void show(tab, { kind: 'refused', why: answer.refused })
          else sidecar = answer.text
          return void show(tab, showNow())
        }
        if (message.kind !== 'change') return
        const edits = edit(analysisOf(text, version, at), message.change)
        if ('refused' in edits || message.version !== version) return void show(tab, { kind: 'refused', why: 'refused' in edits ? edits.refused : 'the text has changed' })
        text = applyEdits({ uri: at, text, version }, edits)
        version++
        steps.push(message.label)
        void show(tab, showNow())
      }
      const tab = await open(showNow(), theme, receive)
      return {
        tab, steps, text: () => text, sidecar: () => sidecar,
        async writeSidecar(now) {
          sidecar = now
          await show(tab, showNow())
        },
        async after(count) {
          for (let i = 0; i < 200 && steps.length < count; i++) await tab.waitForTimeout(50)
          if (steps.length < count) throw new Error(`only ${steps.length} changes were made: ${steps.join('; ')}`)
          await tab.waitForTimeout(120)
          return text
        },
      }
    },
    async close() {
      await browser.close()
      server.close()
    },
  }
}

function answerTo(analysis: Analysis, question: Question): Answer {
  if (question.kind === 'copied') return { kind: 'copied' }
  if (question.kind === 'plan') {
    const plan = tryGesture(analysis, question.gesture)
    return 'refused' in plan ? { kind: 'failed', why: plan.refused } : { kind: 'plan', plan, version: analysis.readings[0]?.source.version ?? 0 }
  }
  if (question.kind === 'settings') {
    const found = settingsOf(analysis, question.id)
    return 'refused' in found ? { kind: 'failed', why: found.refused } : { kind: 'settings', ...found }
  }
  if (question.kind === 'parts') return { kind: 'parts', parts: partsOf(analysis) }
  const moved = migrationAnswer(analysis, question)
  if (moved) return moved
  if (question.kind === 'trace' || question.kind === 'why-not') {
    const found = traceBetween(analysis, question)
    if ('refused' in found) return { kind: 'failed', why: found.refused }
    return question.kind === 'trace' ? { kind: 'trace', trace: shownTrace(analysis, found) } : { kind: 'why-not', whyNot: shownWhyNot(analysis, finish(whyNot(analysis, found.flow))) }
  }
  if (question.kind === 'reach') return { kind: 'reach', reach: shownReach(question.from, finish(reach(analysis, { from: [question.from] }))) }
  if (question.kind === 'failure') {
    const failure = finish(failing(analysis, question.id))
    return failure ? { kind: 'failure', failure: shownFailure(question.id, failure) } : { kind: 'failed', why: 'it cannot fail' }
  }
  if (question.kind === 'find') return { kind: 'found', found: findHidden(analysis, question.words) }
  if (question.kind === 'commands') return { kind: 'commands', lines: commandsOf(analysis, question.node) }
  return { kind: 'failed', why: 'not asked in these tests' }
}

/** A list takes a value only once it knows its options, which is a turn after it is there. */
export async function choose(tab: Page, label: string, value: string): Promise<void> {
  await tab.waitForFunction(([name, wanted]) => {
    const list = document.querySelector(`vscode-dropdown[aria-label="${name}"]`)
    if (!list) return false
    if ((Object.assign(list, { value: wanted }) as Element & { value: string }).value !== wanted) return false
    list.dispatchEvent(new Event('change'))
    return true
  }, [label, value] as const)
}

export const show = (tab: Page, message: ToWebview): Promise<void> => tab.evaluate((data) => window.postMessage(data, '*'), message as never).catch((error: unknown) => { if (!tab.isClosed()) throw error })
export const sent = (tab: Page): Promise<ToExtension[]> => tab.evaluate(() => (window as unknown as { sent: ToExtension[] }).sent)

/** Shows or hides a layer, as a person does. */
export async function switchLayer(tab: Page, name: string): Promise<void> {
  await tab.getByRole('button', { name: 'Layers' }).click()
  await tab.getByRole('menuitemcheckbox', { name }).click()
  await tab.keyboard.press('Escape')
}
