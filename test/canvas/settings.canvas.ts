/** The inspector in Chromium: settings of every kind of part, set where they are read; what cannot be says why. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canRun, startSite, type Site } from './page.ts'

const here = canRun ? describe : describe.skip
const text = [
  'infra: 1', 'tenants:', '  blue: { color: "#2f6fde" }', 'servers:', '  s1:', '    memory: 8GiB   # small', '    interfaces:', '      eth0: { address: 10.0.0.1/24 }', '      br0: { type: bridge }', '    routes:', '      - { to: default, via: 10.0.0.254 }',
  'switches:', '  sw1: {}', 'routers:', '  r1: {}', 'externals:', '  net: {}', 'vms:', '  vm1: { host: s1, tenant: blue }', 'containers:', '  c1: { host: s1 }', 'networks:', '  n1: { type: isolated, subnet: 10.1.0.0/24 }',
  'links:', '  - [s1:eth0, sw1:p1]', 'storage:', '  san: { type: shared, servers: [s1] }', 'security-groups:', '  web: { ingress: [{ from: any }] }', 'services:', '  shop: { type: l4 }', 'fabrics:', '  dc: { type: leaf-spine, leaves: 1, spines: 1, hosts: 0 }', '',
].join('\n')
const choose = (tab: Page, id: string): Promise<void> => tab.evaluate((one) => window.postMessage({ kind: 'select', id: one, centre: true }, '*'), id)

const open = (tab: Page): Promise<void> => tab.locator('.settings details').evaluateAll((all) => { for (const one of all) (one as HTMLDetailsElement).open = true })

here('the inspector in Chromium', () => {
  let site: Site
  beforeAll(async () => { site = await startSite() })
  afterAll(async () => { await site?.close() })

  it('sets what is not written yet, of every kind', async () => {
    const { tab, after, steps } = await site.design(text)
    await tab.locator('.react-flow__node[data-id="s1"]').waitFor()
    await tab.locator('.canvas').press('i')
    const panel = tab.locator('.panel')
    let made = 0
    for (const [id, name, value, line] of [
      ['s1', 'hypervisor', 'kvm', '    hypervisor: kvm'], ['s1', 'routes 1 metric', '20', '      - { to: default, via: 10.0.0.254, metric: 20 }'], ['s1:br0', 'ageing', '300s', '      br0: { type: bridge, ageing: 300s }'], ['vm1', 'image', 'debian', '  vm1: { host: s1, tenant: blue, image: debian }'],
      ['c1', 'tenant', 'blue', '  c1: { host: s1, tenant: blue }'], ['sw1', 'mtu', '9000', '  sw1: { mtu: 9000 }'], ['r1', 'site', 'ams', '  r1: { site: ams }'], ['net', 'answers', '192.0.2.0/24', '  net: { answers: 192.0.2.0/24 }'],
      ['link:s1:eth0-sw1:p1', 'loss', '0.1%', '  - { ends: [s1:eth0, sw1:p1], loss: 0.1% }'], ['storage:san', 'capacity', '2TiB', '  san: { type: shared, capacity: 2TiB, servers: [s1] }'], ['network:n1', 'mtu', '1400', '  n1: { type: isolated, subnet: 10.1.0.0/24, mtu: 1400 }'],
      ['tenant:blue', 'color', '#ff0000', '  blue: { color: "#ff0000" }'], ['security-group:web', 'ingress 1 ports', '443/tcp', '  web: { ingress: [{ from: any, ports: 443/tcp }] }'], ['service:shop', 'vip', '10.1.0.9', '  shop: { type: l4, vip: 10.1.0.9 }'],
      ['fabric:dc', 'bandwidth', '10Gbps', 'bandwidth: 10Gbps'], ['section:migration', 'downtime-limit', '300ms', '  downtime-limit: 300ms'],
    ] as const) {
      await choose(tab, id)
      const field = panel.locator(`[aria-label="${name} of ${id}"]`)
      await panel.locator(`.settings[data-of="${id}"]`).waitFor()
      await field.waitFor({ state: 'attached' })
      await open(tab)
      // Of a few words one is chosen; everything else is typed.
      if (await field.evaluate((element) => element instanceof HTMLSelectElement)) await field.selectOption(value)
      else {
        await field.fill(value)
        await field.press('Enter')
      }
      expect((await after(++made)).split('\n').some((one) => one.includes(line)), `${id} ${name}: ${steps.at(-1) ?? ''}`).toBe(true)
    }
    await tab.close()
  })

  it('offers words and names, says what is wrong, adds and takes away, and says what cannot be changed', async () => {
    const { tab, after } = await site.design(text.replace('servers: [s1] }', 'servers: [s1] }\nx-a: &card { mtu: 9000 }').replace('c1: { host: s1 }', 'c1:\n    host: s1\n    interfaces: { eth0: *card }').replace('x-a: &card { mtu: 9000 }\n', '').replace('infra: 1\n', 'infra: 1\nx-a: &card { mtu: 9000 }\n'))
    await tab.locator('.react-flow__node[data-id="s1"]').waitFor()
    await tab.locator('.canvas').press('i')
    const panel = tab.locator('.panel')
    await panel.getByRole('region', { name: 'Security groups' }).getByRole('button', { name: 'web' }).waitFor()
    await choose(tab, 'c1')
    await panel.getByText('it comes from an anchor elsewhere in the file; change it there').first().waitFor()
    await choose(tab, 's1')
    await panel.locator('[aria-label="Add to routes of s1"]').waitFor({ state: 'attached' })
    await open(tab)
    expect(await panel.locator('[aria-label="hypervisor of s1"] option[value="kvm"]').count()).toBeGreaterThan(0)
    const memory = panel.getByRole('textbox', { name: 'memory of s1', exact: true })
    await memory.fill('a lot')
    await panel.getByText('a lot is not a size like 64GiB').waitFor()
    await memory.press('Escape')
    const routes = panel.getByRole('textbox', { name: 'Add to routes of s1' })
    await routes.fill('{ to: 10.9.0.0/24, vai: 10.0.0.2 ')
    await panel.getByText('do not match').waitFor()
    await routes.fill('{ to: 10.9.0.0/24, via: 10.0.0.2 }')
    await routes.press('Enter')
    expect(await after(1)).toContain('      - { to: 10.9.0.0/24, via: 10.0.0.2 }')
    await panel.getByRole('button', { name: 'Take routes 1 away' }).click()
    expect(await after(2)).not.toContain('to: default')
    await choose(tab, 'rack:none')
    await tab.screenshot({ path: 'test/artifacts/settings.png' })
    await choose(tab, 's1')
    await panel.getByRole('textbox', { name: 'memory of s1', exact: true }).waitFor()
    await tab.screenshot({ path: 'test/artifacts/settings.png' })
    await tab.close()
  })
})
