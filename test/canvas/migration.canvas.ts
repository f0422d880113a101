/** The migration panel in Chromium: its plots, read by keyboard and saved, and its tables. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Analysis } from '../../core/analysis.ts'
import type { Answer, Question, ToExtension } from '../../core/protocol.ts'
import { tryGesture } from '../../core/designing.ts'
import { migrationAnswer } from './migrating.ts'
import { analysisOf, canRun, choose, sent, show, showOf, startSite, type Site } from './page.ts'

const here = canRun ? describe : describe.skip
const text = readFileSync('examples/moving-house.infra.yaml', 'utf8')

function answerTo(analysis: Analysis, question: Question): Answer {
  if (question.kind === 'plan') {
    const plan = tryGesture(analysis, question.gesture)
    return 'refused' in plan ? { kind: 'failed', why: plan.refused } : { kind: 'plan', plan }
  }
  return migrationAnswer(analysis, question) ?? { kind: 'failed', why: 'not asked in these tests' }
}

/** The changes that were asked for, once there are so many. */
async function changesOf(tab: Page, count: number): Promise<readonly Extract<ToExtension, { kind: 'change' }>[]> {
  await tab.waitForFunction((least) => (window as unknown as { sent: { kind: string }[] }).sent.filter(({ kind }) => kind === 'change').length >= least, count)
  return (await sent(tab)).flatMap((one) => (one.kind === 'change' ? [one] : []))
}

here('the migration panel', () => {
  let site: Site
  let tab: Page
  beforeAll(async () => {
    site = await startSite()
    const analysis = analysisOf(text)
    tab = await site.open(showOf(text))
    await tab.exposeFunction('relay', (message: ToExtension) => {
      if (message.kind === 'ask') void show(tab, { kind: 'answer', number: message.number, answer: answerTo(analysis, message.question) })
    })
    await show(tab, { kind: 'do', what: 'migrate', id: 'shop h2' })
    await tab.waitForSelector('.plot svg.recharts-surface')
    await tab.waitForSelector('.ways tr.best')
  })
  afterAll(async () => { await site?.close() })

  it('draws rounds, the stop, and the curves, under the strict policy', async () => {
    expect(await tab.locator('.plot h3').allTextContents()).toEqual(['Rounds', 'The stop, magnified', 'Against the bandwidth'])
    for (const plot of await tab.locator('.plot svg.recharts-surface').all()) expect(await plot.locator('path, rect').count()).toBeGreaterThan(1)
    // The UI toolkit tries an empty style element before it finds a better way.
    expect(site.refused.filter((entry) => !entry.includes('sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='))).toEqual([])
  })

  it('draws the way of a peer before and after', async () => {
    const peer = tab.locator('table button.link').first()
    await peer.click()
    await tab.locator('.way-lines .after').waitFor({ state: 'attached' })
    const points = async (which: string): Promise<number> => ((await tab.locator(`.way-lines .${which}`).getAttribute('points')) ?? '').trim().split(/\s+/).length
    expect(await points('before')).toBeGreaterThan(1)
    expect(await points('after')).toBeGreaterThan(1)
    expect(await tab.locator('.way-lines .before').getAttribute('points')).not.toBe(await tab.locator('.way-lines .after').getAttribute('points'))
    await tab.screenshot({ path: 'test/artifacts/ways.png' })
    // Both stand in what is saved of the picture.
    const before = (await sent(tab)).length
    for (const format of ['SVG', 'draw.io']) {
      await tab.getByRole('button', { name: 'Save picture…' }).click()
      await tab.getByRole('menuitem', { name: format }).click()
    }
    const [svg, drawio] = (await sent(tab)).slice(before).flatMap((one) => (one.kind === 'save' ? [one.content] : []))
    expect(svg?.match(/<polyline [^>]*>/g)?.map((line) => line.includes('stroke-dasharray'))).toEqual([true, false])
    expect(drawio?.match(/id="way-\d"/g)).toHaveLength(2)
    await peer.click()
    expect(await tab.locator('.way-lines').count()).toBe(0)
  })

  it('is read by keyboard: the arrows go from round to round', async () => {
    const plot = tab.locator('.plot').first()
    await plot.locator('svg.recharts-surface').focus()
    await tab.keyboard.press('ArrowRight')
    const first = await plot.locator('.tip').textContent()
    await tab.keyboard.press('ArrowRight')
    const second = await plot.locator('.tip').textContent()
    expect(first).toMatch(/^Round \d+/)
    expect(second).not.toBe(first)
  })

  it('saves each picture as SVG with its own colours', async () => {
    const before = (await sent(tab)).length
    for (const button of await tab.locator('.plot .tools button', { hasText: 'Save as SVG' }).all()) await button.click()
    const saved = (await sent(tab)).slice(before).flatMap((one) => (one.kind === 'save' ? [one] : []))
    expect(saved.map(({ name }) => name.endsWith('.svg'))).toEqual([true, true, true])
    for (const { content } of saved) {
      expect(content).toMatch(/^<svg[^>]* xmlns="http:\/\/www.w3.org\/2000\/svg"/)
      expect(content).not.toContain('var(')
      expect(await tab.evaluate((svg) => new DOMParser().parseFromString(svg, 'image/svg+xml').querySelector('parsererror') === null, content)).toBe(true)
    }
  })

  it('saves the study as Markdown, CSV and JSON, and the curves as CSV', async () => {
    const before = (await sent(tab)).length
    for (const name of ['Markdown', 'CSV', 'JSON']) await tab.locator(`vscode-button[aria-label="Save the study as ${name}"], vscode-button[title="Save the study as ${name}"]`).first().click()
    await tab.locator('.plot .tools button', { hasText: 'Save as CSV' }).click()
    const saved = (await sent(tab)).slice(before).flatMap((one) => (one.kind === 'save' ? [one] : []))
    expect(saved.map(({ name }) => name)).toEqual(['shop-to-h2-study.md', 'shop-to-h2-study.csv', 'shop-to-h2-study.json', 'shop-to-h2-curves.csv'])
    expect(saved[0]?.content).toMatch(/^# Migration of shop from h1 to h2[\s\S]*## Phases[\s\S]*## Agents[\s\S]*## Ways[\s\S]*## Orchestrators/)
    expect(saved[1]?.content.trimEnd().split('\n')).toHaveLength(21)
    expect(JSON.parse(saved[2]?.content ?? '')).toMatchObject({ session: { vm: 'shop', runs: 20 } })
    expect(saved[3]?.content.split('\n')[0]).toContain('seconds')
  })

  it('shows the ways beside each other; one is chosen by its name', async () => {
    expect(await tab.locator('.ways').first().locator('tbody tr:not(.risk)').count()).toBe(5)
    await tab.locator('.ways button', { hasText: 'post-copy' }).click()
    await tab.waitForFunction(() => (window as unknown as { sent: { kind: string; question?: { kind: string; mode?: string } }[] }).sent.some(({ kind, question }) => kind === 'ask' && question?.kind === 'migrate' && question.mode === 'post-copy'))
  })

  it('asks anew by another orchestrator\'s rules', async () => {
    await choose(tab, 'Orchestrator', 'proxmox')
    await tab.waitForFunction(() => (window as unknown as { sent: { kind: string; question?: { kind: string; profile?: string } }[] }).sent.filter(({ kind, question }) => kind === 'ask' && question?.profile === 'proxmox').length >= 2)
    await tab.waitForSelector('.ways tr.best')
  })

  it('shows every orchestrator side by side; one is chosen, and written into the file as one change', async () => {
    const rows = tab.locator('.orchestrators tbody tr:not(.risk)')
    await rows.first().waitFor()
    expect(await rows.locator('td:first-child').allTextContents()).toEqual(['libvirt / QEMU', 'Xen', 'OpenNebula', 'OpenStack Nova', 'Proxmox VE', 'KubeVirt', 'VMware vSphere'])
    for (const row of await rows.all()) expect((await row.locator('td').allTextContents()).slice(1).every((cell) => /\d (m?s|µs)$/.test(cell))).toBe(true)
    // All of it can be read without scrolling sideways.
    expect(await tab.locator('.orchestrators').evaluate((table) => table.scrollWidth <= (table.parentElement?.clientWidth ?? 0))).toBe(true)
    await rows.locator('button', { hasText: 'KubeVirt' }).click()
    await tab.waitForSelector('.orchestrators tr.best:has-text("KubeVirt")')
    expect(await tab.locator('vscode-dropdown[aria-label="Orchestrator"]').evaluate((element) => (element as unknown as { value: string }).value)).toBe('kubevirt')
    await tab.locator('vscode-button:has-text("Write KubeVirt into the file")').click()
    await tab.locator('.proposal vscode-button:has-text("Do it")').click()
    expect((await changesOf(tab, 1)).at(-1)).toMatchObject({ change: { kind: 'set', part: { kind: 'section', section: 'migration' }, key: ['profile'], value: 'kubevirt' } })
    await tab.evaluate(() => { (window as unknown as { sent: unknown[] }).sent.length = 0 })
  })

  it('plans to empty the host, and applies a move as one change', async () => {
    await tab.locator('.plan summary', { hasText: 'Empty h1' }).click()
    await tab.locator('.plan table').first().waitFor()
    await tab.locator('.plan vscode-button[aria-label^="Apply: shop on"]').first().click()
    expect(await changesOf(tab, 1)).toMatchObject([{ change: { kind: 'move', guest: 'shop', host: 'h2' }, label: 'Move shop to h2' }])
    await tab.locator('.plan summary', { hasText: 'Even out' }).click()
    await tab.locator('.plan', { hasText: 'Even out' }).locator('table').waitFor()
    await tab.locator('.plan', { hasText: 'Even out' }).locator('vscode-button:has-text("Apply all")').click()
    expect(await changesOf(tab, 2)).toMatchObject([{}, { change: { kind: 'move', guest: 'big', host: 'h2' } }])
  })
})
