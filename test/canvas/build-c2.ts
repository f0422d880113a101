/** A person draws the textbook's tenant network over GRE (C2) from an empty file: once with the mouse, once with the keyboard alone. */
import type { Frame, Locator, Page } from 'playwright-core'

/** The picture, in a page of its own or in an editor's frame, and the page that has the mouse and the keyboard. */
export interface Drawing {
  readonly page: Page
  readonly frame: Page | Frame
}

const box = ({ frame }: Drawing, id: string): Locator => frame.locator(`.react-flow__node[data-id="${id}"]`)
const chosen = (drawing: Drawing, id: string): Promise<void> => box(drawing, id).locator('> .box.chosen').waitFor({ timeout: 15_000 })
/** What was made is chosen when the text has answered. */
const made = async (drawing: Drawing, id: string): Promise<void> => {
  await chosen(drawing, id)
  await drawing.page.waitForTimeout(150)
}

/** Where a box is once it has stopped moving: what is joined for the first time glides to what it is joined to. */
async function restOf(drawing: Drawing, id: string): Promise<{ x: number; y: number; width: number; height: number }> {
  for (let before = ''; ;) {
    const at = await box(drawing, id).boundingBox()
    if (!at) throw new Error(`${id} is not to be seen`)
    const now = JSON.stringify(at)
    if (now === before) return at
    before = now
    await drawing.page.waitForTimeout(150)
  }
}

/** The middle of a box's name on the screen: of one that holds others its head. */
async function spotOf(drawing: Drawing, id: string): Promise<{ x: number; y: number }> {
  const at = await restOf(drawing, id)
  return { x: at.x + Math.min(at.width, 90) / 2, y: at.y + Math.min(at.height, 36) / 2 }
}

async function answer(drawing: Drawing, values: Readonly<Record<string, string>>): Promise<void> {
  const dialog = drawing.frame.getByRole('dialog')
  await dialog.locator('vscode-button').first().waitFor()
  for (const [label, value] of Object.entries(values)) await dialog.getByRole('textbox', { name: label }).fill(value)
}

/** The router's address follows. */
const cables = [
  ['s1', 'r1', { 'Address of s1:eth0': '20.0.0.1/24' }],
  ['s2', 'r1', { 'Address of s2:eth0': '30.0.0.1/24' }],
] as const
const guests = [['vm1', 's1:br0'], ['vm2', 's1:br0'], ['vm3', 's2:br0']] as const

export async function drawWithMouse(drawing: Drawing): Promise<void> {
  const { page, frame } = drawing
  const part = (name: string): Locator => frame.getByRole('button', { name, exact: true })
  const onto = async (name: string, id: string): Promise<void> => {
    await restOf(drawing, id)
    await part(name).dragTo(box(drawing, id), { targetPosition: { x: 30, y: 14 } })
  }
  const join = async (from: string, to: string): Promise<void> => {
    // The picture comes to rest first.
    await page.waitForTimeout(500)
    const start = await spotOf(drawing, from)
    await page.mouse.move(start.x - 2, start.y)
    await page.mouse.move(start.x, start.y)
    const socket = frame.locator(`[data-socket="${from}"]`)
    await socket.waitFor()
    await socket.hover()
    await page.mouse.down()
    const end = await spotOf(drawing, to)
    await page.mouse.move(end.x - 5, end.y, { steps: 4 })
    await page.mouse.move(end.x, end.y)
    await page.mouse.up()
  }
  await part('Router').dragTo(frame.locator('.react-flow__pane'), { targetPosition: { x: 400, y: 120 } })
  await made(drawing, 'r1')
  for (const [i, server] of ['s1', 's2'].entries()) {
    await part('Server').dragTo(frame.locator('.react-flow__pane'), { targetPosition: { x: 200 + 300 * i, y: 40 } })
    await made(drawing, server)
  }
  for (const [from, to, addresses] of cables) {
    await join(from, to)
    await answer(drawing, addresses)
    await frame.getByRole('dialog').getByText('Do it').click()
    await frame.getByRole('dialog').waitFor({ state: 'detached' })
    await page.waitForTimeout(200)
  }
  for (const server of ['s1', 's2']) {
    await onto('Bridge', server)
    await made(drawing, `${server}:br0`)
  }
  await join('s1:br0', 's2:br0')
  await frame.getByRole('dialog').locator('vscode-dropdown[aria-label="Kind of tunnel"]').click()
  await frame.getByRole('dialog').getByRole('option', { name: 'gretap', exact: true }).click()
  await frame.getByRole('dialog').getByText('Tunnel s1 to s2 (gretap)').waitFor()
  await frame.getByRole('dialog').getByText('Do it').click()
  await frame.locator('.line.tunnel').waitFor({ state: 'attached' })
  for (const [guest, bridge] of guests) {
    await page.waitForTimeout(300)
    await onto('VM', bridge)
    await made(drawing, guest)
  }
}

/** Every key goes to whatever has the keyboard; nothing is clicked. */
export async function drawWithKeyboard(drawing: Drawing): Promise<void> {
  const { page, frame } = drawing
  const press = (...keys: readonly string[]): Promise<void> => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve())
  // The picture has the keyboard as soon as the page has.
  await frame.waitForFunction(() => document.hasFocus() && document.activeElement?.closest('.canvas') !== null)
  const parts = ['Server', 'VM', 'Container', 'Bridge', 'Switch', 'Router']
  /** `A` goes to the palette, the arrows to the part; what is chosen is where it is put. */
  const add = async (name: string, id: string): Promise<void> => {
    await press('a')
    for (let i = 0; i < parts.indexOf(name); i++) await press('ArrowDown')
    await press('Enter')
    await made(drawing, id)
  }
  /** The search finds by name, whatever stands where. */
  const choose = async (id: string): Promise<void> => {
    await press('/')
    await frame.locator('.search vscode-text-field').waitFor()
    await page.waitForTimeout(80)
    await page.keyboard.type(id)
    await frame.locator('.search li').first().waitFor()
    await press('Enter')
    await chosen(drawing, id)
    await page.waitForTimeout(120)
  }
  await add('Router', 'r1')
  await add('Server', 's1')
  await add('Server', 's2')
  for (const [from, to, addresses] of cables) {
    await choose(from)
    await press('c')
    await choose(to)
    await press('Enter')
    await frame.getByRole('dialog').locator('vscode-text-field').first().waitFor()
    await page.waitForTimeout(120)
    for (const value of Object.values(addresses)) {
      await press('Control+A')
      await page.keyboard.type(value)
      await press('Tab')
    }
    await press('Shift+Tab', 'Enter')
    await frame.getByRole('dialog').waitFor({ state: 'detached' })
    await page.waitForTimeout(200)
  }
  for (const server of ['s1', 's2']) {
    await choose(server)
    await add('Bridge', `${server}:br0`)
  }
  await choose('s1:br0')
  await press('Shift+C')
  await choose('s2:br0')
  await press('Enter')
  await frame.getByRole('dialog').locator('vscode-text-field').first().waitFor()
  await page.waitForTimeout(150)
  // From the first field back to the kind, which the arrows change.
  await press('Shift+Tab', 'ArrowDown')
  await frame.getByRole('dialog').getByText('Tunnel s1 to s2 (gretap)').waitFor()
  await press('Tab')
  await page.waitForTimeout(150)
  await press('Enter')
  await frame.locator('.line.tunnel').waitFor({ state: 'attached' })
  for (const [guest, bridge] of guests) {
    await choose(bridge)
    await add('VM', guest)
  }
}

/** What a careful person would have written. */
export const careful = `infra: 1

servers:
  s1:
    cpus: 16
    memory: 64GiB
    interfaces:
      eth0: { address: 20.0.0.1/24, gateway: 20.0.0.254 }
      br0: { type: bridge }
      vtun0: { type: gretap, local: 20.0.0.1, remote: 30.0.0.1, master: br0 }
  s2:
    cpus: 16
    memory: 64GiB
    interfaces:
      eth0: { address: 30.0.0.1/24, gateway: 30.0.0.254 }
      br0: { type: bridge }
      vtun0: { type: gretap, local: 30.0.0.1, remote: 20.0.0.1, master: br0 }

routers:
  r1:
    interfaces:
      eth0: { address: 20.0.0.254/24 }
      eth1: { address: 30.0.0.254/24 }

vms:
  vm1:
    host: s1
    vcpus: 2
    memory: 4GiB
    interfaces:
      eth0: { attach: br0, address: 10.0.0.1/24, mtu: 1462 }
  vm2:
    host: s1
    vcpus: 2
    memory: 4GiB
    interfaces:
      eth0: { attach: br0, address: 10.0.0.2/24, mtu: 1462 }
  vm3:
    host: s2
    vcpus: 2
    memory: 4GiB
    interfaces:
      eth0: { attach: br0, address: 10.0.0.3/24, mtu: 1462 }

links:
  - [s1:eth0, r1:eth0]
  - [s2:eth0, r1:eth1]
`
