/** Every panel, list, dialog, menu, note and view of the designer: what it is opened on, and how. The checker and whoever looks go through all. */
import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { generateInfra, sizeFor } from '../bench/generate.ts'
import { choose, show, showOf, switchLayer, type Designed, type Show, type Site } from './page.ts'
import type { Theme } from './themes.ts'
import { twoRacks } from './two-racks.ts'

const example = (name: string): string => readFileSync(`examples/${name}`, 'utf8')
const tenant = example('tenant-l2-gre.infra.yaml')
/** Of the same file, a commit ago: a guest elsewhere, one under another name, one that is gone, another address. */
const before = tenant.replace(/(vm2:\n {4}host: )s1/, '$1s2').replace('10.0.0.2/24', '10.0.0.7/24').replace(/\bvm3\b/g, 'guest3').replace('vms:\n', 'vms:\n  vm9: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.9/24, mtu: 1462 } } }\n')
const house = example('moving-house.infra.yaml')

interface File {
  readonly text: string
  readonly committed?: string
  /** The file's name, where it decides the language. */
  readonly at?: string
}
const files = {
  tenant: { text: tenant, committed: before }, house: { text: house }, racks: { text: twoRacks }, l3: { text: example('tenant-l3-tunnels.infra.yaml').replace(/^( {4}forwarding: )true/m, '$1false') }, vxlan: { text: example('vxlan-tenants.infra.yaml') },
  broken: { text: example('broken.infra.yaml') }, tree: { text: example('fat-tree.infra.yaml') }, web: { text: example('web-app-db.infra.yaml') }, nat: { text: example('nat-or-bridge.infra.yaml') },
  sites: { text: twoRacks.replaceAll('rack: ', 'site: home, rack: ') }, empty: { text: 'infra: 1\n' },
  compose: { text: example('containers.compose.yaml'), at: 'file:///containers.compose.yaml' }, clab: { text: example('routed-lab.clab.yml'), at: 'file:///routed-lab.clab.yml' },
} as const satisfies Readonly<Record<string, File>>

export interface Scene {
  readonly on: keyof typeof files
  /** What is chosen first. */
  readonly chosen?: string
  readonly open?: (tab: Page, page: Designed) => Promise<unknown>
}

const node = (tab: Page, id: string): Locator => tab.locator(`.react-flow__node[data-id="${id}"]`)
const first = (tab: Page, selector: string): Promise<void> => tab.locator(selector).first().waitFor()
/** What a panel hides comes out again. */
const fit = (tab: Page): Promise<void> => tab.getByRole('button', { name: 'Fit', exact: true }).click()
/** Clicks, and waits until it is chosen. */
async function click(tab: Page, id: string, also = false): Promise<void> {
  if (also) await fit(tab)
  await place(tab, id)
  await node(tab, id).click({ position: { x: 34, y: 14 }, modifiers: also ? ['Shift'] : [] })
  await node(tab, id).locator('> .box.chosen').waitFor()
  await tab.locator('.panel').waitFor()
}
/** Where it is once it moves no more: a panel that opens makes room for itself. */
async function place(tab: Page, id: string): Promise<{ readonly x: number; readonly y: number; readonly width: number }> {
  for (let before = ''; ;) {
    const at = await node(tab, id).boundingBox()
    if (!at) throw new Error('not drawn')
    if (JSON.stringify(at) === before) return at
    before = JSON.stringify(at)
    await tab.waitForTimeout(100)
  }
}
const press = (tab: Page, ...keys: readonly string[]): Promise<void> => keys.reduce((done, key) => done.then(() => tab.locator('.canvas').press(key)), Promise.resolve())
const menu = (tab: Page, id: string): Promise<void> => node(tab, id).click({ button: 'right', position: { x: 34, y: 14 } })
const item = (tab: Page, name: string): Promise<void> => tab.locator('.menu').getByRole('menuitem', { name }).click()
const menuOfGround = (tab: Page): Promise<void> => tab.locator('.react-flow__pane').click({ button: 'right', position: { x: 5, y: 500 } })
const unfoldAll = (tab: Page): Promise<void> => tab.locator('.panel').evaluate((panel) => { for (const one of panel.querySelectorAll('details')) one.open = true })
const target = (tab: Page, host: string): Promise<void> => tab.locator('.target > button', { has: tab.locator(`strong:text-is("${host}")`) }).click()
/** A guest on its way over a host, not yet dropped. */
async function hold(tab: Page, guest: string, host: string): Promise<void> {
  await fit(tab)
  const [from, to] = [await place(tab, guest), await place(tab, host)]
  await tab.mouse.move(from.x + 34, from.y + 14)
  await tab.mouse.down()
  await tab.mouse.move(to.x + to.width / 2, to.y + 16, { steps: 10 })
}
const both = async (tab: Page): Promise<void> => { await click(tab, 'web'); await click(tab, 'db', true) }
const trace = async (tab: Page, way: string, verdict = '.verdict'): Promise<void> => { await show(tab, { kind: 'do', what: 'trace', id: way }); await first(tab, verdict) }
/** The text says so just now; the picture is of an older one. */
const unreadable: Show['broken'] = { message: 'a mapping key is missing its value', range: { start: { line: 11, character: 4 }, end: { line: 11, character: 9 } } }

export const scenes: Readonly<Record<string, Scene>> = {
  // The panels, each in every state that looks different.
  'inspector of a guest': { on: 'tenant', chosen: 'vm1', open: async (tab) => { await first(tab, '.panel dl'); await tab.locator('.commands summary').click(); await first(tab, '.commands pre'); await unfoldAll(tab) } },
  'inspector of a server': { on: 'tenant', chosen: 's1', open: (tab) => first(tab, '.panel dl') },
  'inspector of a line': { on: 'tenant', open: async (tab) => { await tab.locator('.react-flow__edge[data-id^="link:"]').first().focus(); await press(tab, 'i'); await first(tab, '.panel dl') } },
  'inspector of several': { on: 'racks', open: async (tab) => { await both(tab); await first(tab, '.panel .buttons') } },
  'inspector with problems': { on: 'broken', open: async (tab) => { await first(tab, '.box .badge.error'); await tab.locator('.react-flow__node:has(.badge.error)').last().click(); await first(tab, '.panel .problem') } },
  'inspector of what is derived': { on: 'vxlan', open: async (tab) => { await click(tab, 's1:br-blue-net'); await first(tab, '.panel dl') } },
  'parts that are named': { on: 'vxlan', open: async (tab) => { await press(tab, 'i'); await first(tab, '.parts li') } },
  'inspector of a named part': { on: 'vxlan', open: async (tab) => { await press(tab, 'i'); await tab.locator('.parts button', { hasText: 'Migrations' }).click(); await first(tab, '.panel .settings summary') } },
  'trace, nobody chosen': { on: 'tenant', open: async (tab) => { await press(tab, 't'); await first(tab, '.panel .row') } },
  'trace that arrives': { on: 'tenant', open: async (tab) => { await trace(tab, 'vm1 vm3', '.verdict.good'); for (let i = 0; i < 6; i++) await tab.getByRole('button', { name: 'Step', exact: true }).click() } },
  'trace that is lost, and why not': { on: 'l3', open: async (tab) => { await trace(tab, 'vm1 vm2', '.verdict.bad'); await tab.getByRole('button', { name: 'What would let it arrive?' }).click(); await first(tab, '.why-not li') } },
  'trace that cannot be': { on: 'tenant', open: async (tab) => { await show(tab, { kind: 'do', what: 'trace', id: 'vm1 nobody' }); await first(tab, '.panel .problem') } },
  'reach, nobody chosen': { on: 'tenant', open: async (tab) => { await tab.locator('.toolbar button', { hasText: 'Reach' }).click(); await first(tab, '.panel .hint') } },
  'reach': { on: 'broken', open: async (tab) => { await tab.locator('.react-flow__node .kind-vm').first().click(); await press(tab, 'r'); await first(tab, '.reach-list li') } },
  'failure of a router': { on: 'tenant', chosen: 'r1', open: async (tab) => { await press(tab, 'x'); await first(tab, '.reach-list li') } },
  'failure of a link': { on: 'house', open: async (tab) => { await tab.locator('.react-flow__edge[data-id^="link:"]').first().focus(); await press(tab, 'x'); await first(tab, '.panel [role=status]') } },
  'networks': { on: 'vxlan', open: async (tab) => { await click(tab, 's1'); await press(tab, 'n'); await first(tab, '.reach-list li') } },
  'load without rates': { on: 'house', chosen: 'h1', open: async (tab) => { await press(tab, 'u'); await first(tab, '.loads') } },
  'load with a flow': {
    on: 'house', open: async (tab) => {
      await press(tab, 'u')
      await first(tab, '.loads')
      const fields = tab.locator('.try-flow vscode-text-field')
      await fields.nth(0).pressSequentially('h1')
      await fields.nth(1).pressSequentially('h4')
      await tab.keyboard.press('Enter')
      await first(tab, '.line.full')
      await unfoldAll(tab)
    },
  },
  'difference': { on: 'tenant', open: async (tab) => { await press(tab, 'd'); await first(tab, '.parts li'); await unfoldAll(tab) } },
  'difference without a history': { on: 'house', open: async (tab) => { await press(tab, 'd'); await first(tab, '.panel .problem') } },
  'hosts of a guest': { on: 'house', chosen: 'shop', open: async (tab) => { await press(tab, 'm'); await first(tab, '.target') } },
  'migration': { on: 'house', chosen: 'shop', open: async (tab) => { await press(tab, 'm'); await first(tab, '.target'); await target(tab, 'h2'); await first(tab, '.orchestrators'); await tab.locator('.peers button.link').first().click(); await unfoldAll(tab); await tab.locator('.panel .plan .verdict').first().waitFor() } },
  'migration that cannot be': { on: 'house', chosen: 'shop', open: async (tab) => { await press(tab, 'm'); await first(tab, '.target'); await target(tab, 'h3'); await first(tab, '.verdict.bad') } },
  'several moves, no hosts': { on: 'racks', open: async (tab) => { await both(tab); await press(tab, 'm'); await first(tab, '.moves tbody tr') } },
  'several moves that share': { on: 'racks', open: async (tab) => { await both(tab); await press(tab, 'm'); await choose(tab, 'All to one host', 's3'); await first(tab, '.moves tbody tr.may'); await first(tab, '.paces') } },
  'several moves that cross': { on: 'racks', open: async (tab) => { await click(tab, 'cache'); await click(tab, 'mail', true); await menu(tab, 'mail'); await item(tab, 'Simulate swapping'); await first(tab, '.moves tbody tr.cannot') } },
  'emptying a server': { on: 'racks', open: async (tab) => { await menu(tab, 's1'); await item(tab, 'Empty it'); await first(tab, '.panel .verdict') } },
  'emptying a rack': { on: 'racks', open: async (tab) => { await menu(tab, 'rack:right'); await item(tab, 'Empty it'); await first(tab, '.panel .verdict') } },
  'emptying a site': { on: 'sites', open: async (tab) => { await menu(tab, 'site:home'); await item(tab, 'Empty it'); await first(tab, '.panel .verdict') } },
  'evening out': { on: 'racks', open: async (tab) => { await menuOfGround(tab); await item(tab, 'Even out'); await tab.locator('.panel [role=status], .panel .verdict, .panel table').last().waitFor() } },
  'positions': {
    on: 'tenant', open: async (tab) => {
      await tab.getByRole('button', { name: 'Keep my positions' }).click()
      await tab.getByText('every box has its place').waitFor()
      await click(tab, 's1')
      await press(tab, 'k')
      await tab.getByText('1 of them locked').waitFor()
      await press(tab, 'z')
      await node(tab, 'vm1').waitFor({ state: 'detached' })
    },
  },
  'positions that no longer fit': {
    on: 'tenant', open: async (tab, { sidecar, writeSidecar }) => {
      await tab.getByRole('button', { name: 'Keep my positions' }).click()
      await tab.getByText('every box has its place').waitFor()
      await writeSidecar((sidecar() ?? '').replace('    "": {}', '    "gone": { "x": 1, "y": 1 },\n    "": {}').replace(/ {4}"storage:images".*\n/, ''))
      await first(tab, '.panel .drift')
    },
  },
  'positions that cannot be read': { on: 'tenant', open: async (tab, { writeSidecar }) => { await tab.getByRole('button', { name: 'Keep my positions' }).click(); await tab.getByText('every box has its place').waitFor(); await writeSidecar('{ "boxes": ['); await first(tab, '.panel .problem') } },

  // What opens over the picture.
  'layers': { on: 'tenant', open: async (tab) => { await tab.getByRole('button', { name: 'Layers' }).click(); await first(tab, '.dropdown .menu') } },
  'formats': { on: 'tenant', open: async (tab) => { await tab.getByRole('button', { name: 'Save picture…' }).click(); await first(tab, '.dropdown .menu') } },
  'search': { on: 'tenant', open: async (tab) => { await press(tab, '/'); await tab.locator('.search vscode-text-field').pressSequentially('vm'); await first(tab, '.search li') } },
  'search in vain': { on: 'tenant', open: async (tab) => { await press(tab, '/'); await tab.locator('.search vscode-text-field').pressSequentially('zzz'); await first(tab, '.search .hint') } },
  'menu of a guest': { on: 'tenant', open: async (tab) => { await menu(tab, 'vm1'); await first(tab, '.menu') } },
  'menu of a server': { on: 'racks', open: async (tab) => { await menu(tab, 's1'); await first(tab, '.menu') } },
  'menu of several': { on: 'racks', open: async (tab) => { await both(tab); await menu(tab, 'db'); await first(tab, '.menu') } },
  'menu of a line': { on: 'tenant', open: async (tab) => { await tab.locator('.react-flow__edge[data-id^="link:"]').first().focus(); await tab.keyboard.press('Shift+F10'); await first(tab, '.menu') } },
  'menu of the ground': { on: 'tenant', open: async (tab) => { await menuOfGround(tab); await first(tab, '.menu') } },
  'menu in a foreign file': { on: 'compose', open: async (tab) => { await menu(tab, 'web'); await first(tab, '.menu') } },
  'palette': { on: 'tenant', open: async (tab) => { await press(tab, 'a'); await first(tab, '.palette button:focus-visible') } },
  'proposal to rename': { on: 'tenant', chosen: 'vm1', open: async (tab) => { await press(tab, 'F2'); await first(tab, '.proposal vscode-button') } },
  'proposal to rename, refused': { on: 'tenant', chosen: 'vm1', open: async (tab) => { await press(tab, 'F2'); await tab.locator('.proposal vscode-text-field').pressSequentially('!'); await first(tab, '.proposal .problem') } },
  'proposal to delete': { on: 'tenant', chosen: 's1', open: async (tab) => { await press(tab, 'Delete'); await first(tab, '.proposal vscode-button') } },
  'proposal of a tunnel': { on: 'vxlan', open: async (tab) => { await click(tab, 's1'); await click(tab, 's2', true); await menu(tab, 's2'); await item(tab, 'Tunnel between'); await first(tab, '.proposal vscode-dropdown') } },
  'proposal of many links': { on: 'racks', open: async (tab) => { await click(tab, 's1'); await click(tab, 's2', true); await click(tab, 'right', true); await press(tab, 'b'); await first(tab, '.proposal .previewed li') } },
  'proposal of a move': { on: 'house', open: async (tab) => { await hold(tab, 'shop', 'h2'); await tab.waitForTimeout(200); await tab.mouse.up(); await first(tab, '.proposal .move-says.can') } },
  'proposal of a move that cannot be': { on: 'house', open: async (tab) => { await hold(tab, 'shop', 'h4'); await tab.waitForTimeout(200); await tab.mouse.up(); await first(tab, '.proposal .move-says.cannot') } },
  'proposal of several moves': { on: 'racks', open: async (tab) => { await both(tab); await tab.waitForTimeout(200); await hold(tab, 'db', 's3'); await tab.waitForTimeout(200); await tab.mouse.up(); await first(tab, '.proposal .move-says.may') } },
  'proposal of expectations': { on: 'racks', open: async (tab) => { await both(tab); await press(tab, 'm'); await choose(tab, 'All to one host', 's3'); await first(tab, '.moves tbody tr.may'); await tab.locator('vscode-button:has-text("Expect them")').click(); await first(tab, '.proposal vscode-button') } },
  'joining': { on: 'tenant', chosen: 's1', open: async (tab) => { await press(tab, 'c'); await first(tab, '.proposal.hinting') } },
  'holding a guest': { on: 'house', open: async (tab) => { await hold(tab, 'shop', 'h4'); await first(tab, '.drop-reason') } },
  'a refusal': { on: 'tenant', open: async (tab) => { await show(tab, { kind: 'refused', why: 'the text has changed meanwhile: look again, and do it once more' }); await first(tab, '.banner') } },

  // The pictures themselves.
  'physical': { on: 'tenant' },
  'physical, crossed': { on: 'house' },
  'chosen, and where it stands': { on: 'racks', chosen: 'web' },
  'entered': { on: 'racks', chosen: 'rack:left', open: async (tab) => { await press(tab, 'e'); await node(tab, 's3').waitFor({ state: 'detached' }) } },
  'tenants': { on: 'vxlan', open: async (tab) => { await press(tab, '2'); await first(tab, '.box.kind-tenant') } },
  'one tenant': { on: 'vxlan', open: async (tab) => { await tab.locator('.tenant-key', { hasText: 'red' }).click(); await node(tab, 's1').waitFor({ state: 'detached' }) } },
  'no tenant': { on: 'empty', open: async (tab) => { await press(tab, '2'); await first(tab, '.empty h2') } },
  'networks as a layer': { on: 'vxlan', open: async (tab) => { await switchLayer(tab, 'Networks'); await first(tab, '.domains-key li') } },
  'a fabric': { on: 'tree' },
  'nothing yet': { on: 'empty', open: (tab) => first(tab, '.empty h2') },
  'a syntax error': { on: 'tenant', open: async (tab) => { await show(tab, { ...showOf(tenant, unreadable) }); await first(tab, '.banner') } },
  'containers': { on: 'compose' },
  'a lab of routers': { on: 'clab' },
  'findings': { on: 'broken' },
  'a service': { on: 'web' },
}

/** A page with the scene on it, come to rest. */
export async function stage(site: Site, { on, chosen, open }: Scene, theme: Theme): Promise<Page> {
  const { text, committed, at }: File = files[on]
  const page = await site.design(text, theme, committed, at)
  const { tab } = page
  await (on === 'empty' ? tab.locator('.empty h2') : tab.locator('.react-flow__node').first()).waitFor()
  await tab.waitForTimeout(250)
  if (chosen !== undefined) await click(tab, chosen)
  await open?.(tab, page)
  await tab.waitForTimeout(300)
  return tab
}

/** Five thousand nodes: servers begin closed. Its page answers nothing. */
export async function crowded(site: Site, theme: Theme): Promise<Page> {
  const tab = await site.open(showOf(generateInfra(sizeFor(5000))), theme)
  await tab.locator('.react-flow__node').first().waitFor({ state: 'attached', timeout: 60_000 })
  await tab.waitForTimeout(800)
  return tab
}

/** Another theme on the same page, as VS Code changes it: new values, and the body's class. */
export async function dress(tab: Page, theme: Theme): Promise<void> {
  await tab.evaluate(async (name) => {
    const sheet = document.querySelector<HTMLLinkElement>('link[href^="/theme/"]')
    if (!sheet || sheet.getAttribute('href') === `/theme/${name}.css`) return
    await new Promise((resolve) => {
      sheet.addEventListener('load', resolve, { once: true })
      sheet.href = `/theme/${name}.css`
    })
    document.body.className = document.body.className.split(' ').filter((one) => !one.startsWith('vscode-') || one.startsWith('vscode-reduce')).concat(`vscode-${name}`).join(' ')
  }, theme)
  await tab.waitForTimeout(200)
}
