/** A person at a real VS Code: opens files, types, runs commands, looks at the designer, takes screenshots. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Frame, type Page } from 'playwright-core'
// The editor's launcher is plain JavaScript, so that npm start needs no build of the tests.
import { installEditor, root, startEditor, unpackExtension } from './editor.mjs'

export const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
]

export const artifacts = join(root, 'test', 'artifacts')

export interface Workbench {
  readonly page: Page
  /** The workspace's folder: a git repository with the examples, committed. */
  readonly folder: string
  close(): Promise<void>
}

const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.invalid', ...args], { cwd: folder, encoding: 'utf8' })

export const gitStatus = (folder: string): string => git(folder, 'status', '--porcelain')
export const gitDiff = (folder: string): string => git(folder, 'diff', '-U0')
export const onDisk = (bench: Workbench, file: string): string => readFileSync(join(bench.folder, file), 'utf8')

/** `from`: what the workspace holds at first. `beside`: puts other extensions beside ours, in a folder. */
export async function openWorkbench(settings: Readonly<Record<string, unknown>> = {}, trust = true, from = join(root, 'examples'), beside: (extensions: string) => void = () => {}): Promise<Workbench> {
  if (!browserPath) throw new Error('no Chromium')
  installEditor(console.log)
  mkdirSync(artifacts, { recursive: true })
  const home = mkdtempSync(join(tmpdir(), 'underlay-e2e-'))
  const folder = join(home, 'workspace')
  cpSync(from, folder, { recursive: true })
  git(folder, 'init', '-q')
  git(folder, 'add', '-A')
  git(folder, 'commit', '-qm', 'examples', '--allow-empty')
  const extensions = join(home, 'extensions')
  unpackExtension(extensions)
  beside(extensions)
  const editor = await startEditor({ workspace: folder, userData: join(home, 'data'), extensions, settings, trust })
  let browser: Browser
  try {
    browser = await chromium.launch({ executablePath: browserPath, args: flags })
  } catch (error) {
    editor.stop()
    throw error
  }
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } })
  await page.goto(editor.url)
  await page.waitForSelector('.monaco-workbench .explorer-folders-view', { timeout: 90_000 })
  return {
    page, folder,
    async close() {
      await browser.close()
      editor.stop()
    },
  }
}

/** Opens a file by its name, as a person does with Ctrl+P. */
export async function openFile({ page }: Workbench, name: string): Promise<void> {
  await page.keyboard.press('Control+P')
  await page.waitForSelector('.quick-input-widget input')
  await page.keyboard.type(name)
  await page.waitForSelector(`.quick-input-list .monaco-list-row:has-text("${name}")`)
  await page.keyboard.press('Enter')
  await page.waitForSelector(`.tab.active:has-text("${name}")`, { timeout: 30_000 })
}

/** Runs a command of the palette by its title. */
export async function runCommand({ page }: Workbench, title: string): Promise<void> {
  // What the palette offers is settled when it opens: a command of a file that has just been opened may come a moment later.
  for (let tries = 0; ; tries++) {
    await page.keyboard.press('F1')
    await page.waitForSelector('.quick-input-widget input')
    await page.keyboard.type(title)
    const row = page.locator(`.quick-input-list .monaco-list-row:has-text("${title}")`).first()
    try {
      await row.waitFor({ timeout: 4000 })
      await row.click()
      return
    } catch (error) {
      if (tries === 4) throw error
      await page.keyboard.press('Escape')
      await page.waitForTimeout(500)
    }
  }
}

/** Puts the cursor at a line and column, counted from 1. */
export async function goTo(bench: Workbench, line: number, column: number): Promise<void> {
  await bench.page.keyboard.press('Control+G')
  await bench.page.waitForSelector('.quick-input-widget input')
  await bench.page.keyboard.type(`${line}:${column}`)
  await bench.page.keyboard.press('Enter')
  await bench.page.waitForTimeout(200)
}

/** The designer's own frame: the one that holds the picture. */
export async function designerFrame({ page }: Workbench): Promise<Frame> {
  for (let i = 0; i < 200; i++) {
    for (const frame of page.frames()) {
      const found = await frame.$('.react-flow__node').catch(() => null)
      if (found) return frame
    }
    await page.waitForTimeout(150)
  }
  throw new Error('the designer shows no picture')
}

export async function screenshot({ page }: Workbench, name: string): Promise<void> {
  await page.screenshot({ path: join(artifacts, `${name}.png`) })
}

/** The messages that the Problems panel would list, through the squiggles' markers. */
export async function problemCount({ page }: Workbench): Promise<string> {
  return (await page.locator('#status\\.problems').first().getAttribute('aria-label')) ?? ''
}

/** Waits until something is so; says what it was when it never came to be so. */
export async function until(bench: Workbench, what: string, holds: () => Promise<boolean>, seconds = 20): Promise<void> {
  for (let i = 0; i < seconds * 5; i++) {
    if (await holds().catch(() => false)) return
    await bench.page.waitForTimeout(200)
  }
  await screenshot(bench, `failed-${what.replace(/\W+/g, '-').slice(0, 40)}`)
  throw new Error(`never came to be: ${what}`)
}
