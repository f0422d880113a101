/** Files that are named together: conflicts where they describe one estate, silence where they are labs of their own. */
import { describe, expect, it } from 'vitest'
import type { FileJson } from '../../core/shown.ts'
import { folderOf, underlay } from './run.ts'

const wan = 'infra: 1\nswitches: { wan: { ports: { p9: {} } } }\n'
/** A site: one server with one guest, on the switch that all sites share. */
const site = (n: number, more: { readonly top?: string; readonly port?: string; readonly address?: string; readonly guest?: string; readonly mac?: string; readonly above?: string } = {}): string => `infra: 1
${more.top ?? ''}include: [wan.infra.yaml]
servers:
  s${n}:
    interfaces:
      br0: { type: bridge }
      eth0: { master: br0 }
vms:
  ${more.guest ?? `vm${n}`}:
    host: s${n}
    interfaces:
${more.above ?? ''}      eth0: { attach: br0, address: ${more.address ?? `10.0.0.${n}`}/24${more.mac === undefined ? '' : `, mac: "${more.mac}"`} }
links:
  - [s${n}:eth0, wan:${more.port ?? `p${n}`}]
`
interface Found { readonly path: string; readonly problems: readonly string[]; readonly fixes: readonly string[] }
const check = async (files: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<readonly Found[]> => {
  const { out } = await underlay(folderOf(files), ['check', ...(argv.length > 0 ? argv : ['.']), '--json'])
  return (JSON.parse(out) as { files: FileJson[] }).files.map(({ path, problems }) => ({
    path, fixes: problems.flatMap(({ fixes }) => fixes.map(({ title }) => title)),
    problems: problems.filter(({ severity }) => severity === 'error' || severity === 'warning')
      .map(({ code, message, range, related }) => `${range.start.line + 1} ${code}: ${message} → ${related.map(({ uri, range: there }) => `${uri?.split('/').at(-1) ?? 'here'}:${there.start.line + 1}`).join(' ')}`),
  }))
}
const clean = ['wan.infra.yaml', 'a.infra.yaml', 'b.infra.yaml']

describe('files that include the same network', () => {
  it('are silent without a conflict', async () => {
    expect((await check({ 'wan.infra.yaml': wan, 'a.infra.yaml': site(1), 'b.infra.yaml': site(2) })).flatMap(({ problems }) => problems)).toEqual([])
  })

  it('name each other where both use an address', async () => {
    const [a, b] = await check({ 'wan.infra.yaml': wan, 'a.infra.yaml': site(1), 'b.infra.yaml': site(2, { address: '10.0.0.1' }) })
    expect(a?.problems).toEqual(['12 address-duplicate: 10.0.0.1 is used by vm1:eth0 and vm2:eth0 on the same segment (the other is in b.infra.yaml) → b.infra.yaml:12'])
    expect(b?.problems).toEqual(['12 address-duplicate: 10.0.0.1 is used by vm1:eth0 and vm2:eth0 on the same segment (the other is in a.infra.yaml) → a.infra.yaml:12'])
    expect(b?.fixes).toContain('Use 10.0.0.2/24')
  })

  it('name each other where both use an Ethernet address, a port or a name', async () => {
    const mac = '02:00:00:00:00:01'
    const [a, b] = await check({ 'wan.infra.yaml': wan, 'a.infra.yaml': site(1, { mac }), 'b.infra.yaml': site(2, { mac }) })
    expect([...a?.problems ?? [], ...b?.problems ?? []].map((one) => one.replace(/:.*→/, ' →'))).toEqual(['12 mac-duplicate → b.infra.yaml:12', '12 mac-duplicate → a.infra.yaml:12'])
    const ports = await check({ 'wan.infra.yaml': wan, 'a.infra.yaml': site(1, { port: 'p5' }), 'b.infra.yaml': site(2, { port: 'p5' }) })
    expect(ports.flatMap(({ problems }) => problems.map((one) => one.replace(/:.*→/, ' →')))).toEqual(['14 link-endpoint-reused → b.infra.yaml:14', '14 link-endpoint-reused → a.infra.yaml:14'])
    const names = await check({ 'wan.infra.yaml': wan, 'a.infra.yaml': site(1), 'b.infra.yaml': site(2, { guest: 'vm1', address: '10.0.0.9' }) })
    expect(names.flatMap(({ problems }) => problems)).toEqual(['9 duplicate-name: node vm1 is already defined in b.infra.yaml → b.infra.yaml:9', '9 duplicate-name: node vm1 is already defined in a.infra.yaml → a.infra.yaml:9'])
  })

  it('are different plans where they call themselves so, or where most names are the same', async () => {
    const apart = await check({ 'wan.infra.yaml': wan, 'a.infra.yaml': site(1, { top: 'name: Exercise 1\n' }), 'b.infra.yaml': site(2, { top: 'name: Exercise 2\n', address: '10.0.0.1' }) })
    expect(apart.flatMap(({ problems }) => problems)).toEqual([])
    const versions = await check({ 'wan.infra.yaml': wan, 'today.infra.yaml': site(1), 'tomorrow.infra.yaml': site(1, { address: '10.0.0.1', mac: '02:00:00:00:00:01' }) })
    expect(versions.flatMap(({ problems }) => problems)).toEqual([])
  })

  it('keep a conflict quiet by a comment', async () => {
    const found = await check({ 'wan.infra.yaml': wan, 'a.infra.yaml': site(1), 'b.infra.yaml': site(2, { address: '10.0.0.1', above: '      # underlay-disable-next-line address-duplicate -- moves next week\n' }) })
    expect(found.flatMap(({ problems }) => problems)).toEqual([])
  })
})

describe('files of one name', () => {
  const networks = (name: string, net: string, id: number): string => `infra: 1\nname: ${name}\ntenants: { t-${net}: }\nnetworks:\n  ${net}: { type: vxlan, id: ${id}, tenant: t-${net}, subnet: 10.0.0.0/24 }\n`
  it('describe one infrastructure', async () => {
    const found = await check({ 'a.infra.yaml': networks('Campus', 'blue', 5001), 'b.infra.yaml': networks('Campus', 'red', 5001) })
    expect(found.flatMap(({ problems }) => problems.filter((one) => one.includes('tunnel-id')).map((one) => one.replace(/^\d+ /, '')))).toEqual([
      'tunnel-id-shared-by-tenants: networks blue of tenant t-blue and red of tenant t-red share the vxlan VNI 5001 (the other is in b.infra.yaml) → b.infra.yaml:5',
      'tunnel-id-shared-by-tenants: networks blue of tenant t-blue and red of tenant t-red share the vxlan VNI 5001 (the other is in a.infra.yaml) → a.infra.yaml:5',
    ])
  })

  it('are labs of their own under two names, or under none', async () => {
    for (const other of ['Lab', '']) {
      const found = await check({ 'a.infra.yaml': networks('Campus', 'blue', 5001), 'b.infra.yaml': networks(other, 'red', 5001).replace('name: \n', '') })
      expect(found.flatMap(({ problems }) => problems.filter((one) => one.includes('tunnel-id')))).toEqual([])
    }
  })

  it('are one estate when the command line says so', async () => {
    const found = await check({ 'a.infra.yaml': networks('Campus', 'blue', 5001), 'b.infra.yaml': networks('Lab', 'red', 5001) }, 'a.infra.yaml', 'b.infra.yaml', '--together')
    expect(found.flatMap(({ problems }) => problems.filter((one) => one.includes('tunnel-id'))).length).toBe(2)
  })
})

describe('files that a third includes', () => {
  it('are one estate', async () => {
    const part = (n: number): string => site(n, { address: '10.0.0.7' }).replace('include: [wan.infra.yaml]\n', '')
    const found = await check({ 'wan.infra.yaml': wan, 'a.infra.yaml': part(1), 'b.infra.yaml': part(2), 'all.infra.yaml': 'infra: 1\ninclude: [wan.infra.yaml, a.infra.yaml, b.infra.yaml]\n' })
    for (const path of clean.slice(1)) expect(found.find((one) => one.path === path)?.problems.filter((one) => one.includes('address-duplicate')).length, path).toBe(1)
  })
})

it('the examples are labs of their own', async () => {
  const { out } = await underlay(process.cwd(), ['check', 'examples', '--json'])
  const alone = (JSON.parse(out) as { files: FileJson[] }).files
  for (const { path, problems } of alone) {
    const single = JSON.parse((await underlay(process.cwd(), ['check', path, '--json'])).out) as { files: FileJson[] }
    expect(problems.length, path).toBe(single.files[0]?.problems.length)
  }
})
