/** Settings of the inspector: all that the language has for a part, each set in its own place, with the reader's own words when wrong. */
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { analyze, edit, finish, readSource, type Analysis } from '../../core/analysis.ts'
import { partsOf, settingsOf, tryGesture, type SettingGroup, type SettingRow } from '../../core/designing.ts'
import { parseFlow } from '../../core/gestures/flow-text.ts'
import { applyEdits } from '../../core/text/edit.ts'

const uri = 'file:///x.infra.yaml'
function analysisOf(text: string): Analysis {
  const reading = readSource({ uri, text, version: 1 })
  if (!reading) throw new Error('not recognised')
  return finish(analyze([reading]))
}
const groupsOf = (analysis: Analysis, id: string): readonly SettingGroup[] => {
  const found = settingsOf(analysis, id)
  if ('refused' in found) throw new Error(found.refused)
  return found.groups
}
/** The text after one setting, or why not: a refusal, or what the reader would find wrong. */
function set(text: string, id: string, key: readonly string[], value: string, as: SettingRow['as'] | 'name' | 'item' = 'word'): string {
  const analysis = analysisOf(text)
  const plan = tryGesture(analysis, { kind: 'edit', id, key, value, as })
  if ('refused' in plan) return `refused: ${plan.refused}`
  if (plan.faults.length > 0) return `fault: ${plan.faults.join('; ')}`
  const edits = edit(analysis, plan.change)
  return 'refused' in edits ? `refused: ${edits.refused}` : applyEdits({ uri, text, version: 1 }, edits)
}
const rowsOf = (groups: readonly SettingGroup[]): readonly SettingRow[] => groups.flatMap(({ rows }) => rows)
const keysOf = (groups: readonly SettingGroup[], title: string): readonly string[] => groups.find((group) => group.title === title)?.rows.map(({ name }) => name) ?? []

const all = [
  'infra: 1', 'tenants:', '  blue:', 'servers:', '  s1:', '    memory: 8GiB   # small', '    routes:', '      - { to: default, via: 10.0.0.254 }', '      - to: 10.9.0.0/24   # the lab', '        via: [10.0.0.2, 10.0.0.3]',
  '    firewall: { input: { policy: drop, rules: [{ proto: tcp, action: accept }] } }', '    routing: { protocol: ospf, cost: { eth0: 10 } }', '    interfaces:', '      eth0: { address: 10.0.0.1/24 }', '      br0: { type: bridge }',
  '      vx0: { type: vxlan, id: 5, local: 10.0.0.1, remote: [10.0.0.2, 10.0.0.3], master: br0 }', '  s2: {}', 'switches:', '  sw1: { ports: { p1: { vlan: 10 } } }', 'routers:', '  r1: {}', 'externals:', '  net: {}',
  'vms:', '  vm1: { host: s1, disks: [{ size: 1GiB, on: san }] }', 'containers:', '  c1: { host: s1 }', 'networks:', '  blue-net: { type: vxlan, id: 7, subnet: 10.1.0.0/24, uplink: { s1: eth0 } }', 'links:', '  - [s1:eth0, sw1:p1]',
  'storage:', '  san: { type: shared }', 'security-groups:', '  web: { ingress: [{ from: any, ports: 443/tcp }] }', 'services:', '  shop: { type: l4 }', 'fabrics:', '  dc: { type: leaf-spine, leaves: 2, spines: 1, hosts: 1 }', 'migration:', '  mode: pre-copy', '',
].join('\n')

describe('the settings of', () => {
  const analysis = analysisOf(all)
  it.each<readonly [string, string, readonly string[]]>([
    ['a server', 's1', ['site', 'rack', 'cpus', 'memory', 'cpu-model', 'hypervisor', 'forwarding']],
    ['a VM', 'vm1', ['host', 'tenant', 'image', 'security-groups', 'apart-from', 'vcpus', 'memory', 'cpu-model', 'forwarding']],
    ['a container', 'c1', ['host', 'tenant', 'image', 'security-groups', 'apart-from', 'ports', 'forwarding']],
    ['a switch', 'sw1', ['site', 'rack', 'vlan-aware', 'stp', 'mtu']],
    ['a router', 'r1', ['site', 'rack', 'forwarding']],
    ['an external', 'net', ['answers', 'site', 'forwarding']],
    ['a network', 'network:blue-net', ['tenant', 'type', 'id', 'subnet', 'subnets', 'gateway', 'uplink', 'mtu', 'port']],
    ['a link', 'link:s1:eth0-sw1:p1', ['mtu', 'bandwidth', 'latency', 'loss', 'up']],
    ['a storage', 'storage:san', ['type', 'protocol', 'kind', 'tier', 'capacity', 'servers']],
    ['a tenant', 'tenant:blue', ['color']],
    ['a service', 'service:shop', ['type', 'vip', 'port', 'backends', 'persistence', 'ttl', 'on']],
    ['a bridge', 's1:br0', ['type', 'address', 'addresses', 'gateway', 'mac', 'mtu', 'up', 'bandwidth', 'master', 'vlan', 'trunk', 'native', 'hairpin', 'isolated', 'vlan-aware', 'stp', 'ageing']],
    ['migrations', 'section:migration', ['profile', 'mode', 'downtime-limit', 'max-bandwidth', 'auto-converge', 'parallel', 'network']],
  ])('%s are all that the language has', (_title, id, expected) => expect(keysOf(groupsOf(analysis, id), '')).toEqual(expected))

  it('records inside are groups, lists of records one each, and say how more are added', () => {
    const groups = groupsOf(analysis, 's1')
    expect(groups.map(({ title }) => title)).toEqual(['', 'overcommit', 'eth0', 'eth0 fdb', 'eth0 peers', 'eth0 sysctl', 'br0', 'br0 sysctl', 'vx0', 'vx0 fdb', 'vx0 sysctl', 'interfaces', 'routes 1', 'routes 2', 'routes', 'sysctl', 'firewall', 'firewall input', 'firewall input rules 1', 'firewall input rules',
      'firewall forward', 'firewall forward rules', 'firewall output', 'firewall output rules', 'nat', 'routing'].filter((title) => groups.some((group) => group.title === title)))
    expect(groups.find(({ title }) => title === 'routes')?.adds).toEqual({ as: 'item', hint: '{ to: … }' })
    expect(groups.find(({ title }) => title === 'interfaces')?.adds?.as).toBe('name')
    expect(groups.find(({ title }) => title === 'vx0')?.rows.find(({ name }) => name === 'remote')).toMatchObject({ value: '10.0.0.2, 10.0.0.3', as: 'words' })
    expect(keysOf(groups, 'eth0')).not.toContain('remote')
    expect(groups.find(({ title }) => title === 'eth0')?.rows.find(({ name }) => name === 'master')?.suggestions).toContain('br0')
  })

  it('what cannot be changed here says why', () => {
    const text = 'x-common: &card { mtu: 9000 }\nservers:\n  s1:\n    interfaces:\n      eth0: *card\n    nat: &n\n      - { masquerade: 10.0.0.0/24, out: eth0 }\n  s2: { nat: *n }\nnetworks:\n  n1:\n    type: nat\n    uplink:\n      s1: eth0   # this one\n'
    const one = analysisOf(text)
    expect(rowsOf(groupsOf(one, 's1:eth0')).find(({ name }) => name === 'mtu')).toMatchObject({ value: '9000', fixed: 'it comes from an anchor elsewhere in the file; change it there' })
    expect(rowsOf(groupsOf(one, 'network:n1')).find(({ name }) => name === 'uplink')).toMatchObject({ value: '{ s1: eth0 }', fixed: 'it is written over several lines; change it in the text' })
    for (const [id, why] of [['rack:x', /no settings/], ['dc-leaf0', /fabric dc; change it there/], ['s1:br-blue-net', /network blue-net; change it there/], ['tunnel:s1:vx0-10.0.0.2', /two ends/]] as const) {
      const found = settingsOf(analysisOf(all.replace('links:', 'x-l: 1\nlinks:').replace('c1: { host: s1 }', 'c1: { host: s1, interfaces: { eth0: { network: blue-net } } }')), id)
      expect('refused' in found ? found.refused : 'settings').toMatch(why)
    }
  })

  it('names without a box are listed', () => expect(partsOf(analysis).map(({ id }) => id)).toEqual(['tenant:blue', 'network:blue-net', 'storage:san', 'security-group:web', 'service:shop', 'fabric:dc']))
})

describe('a setting', () => {
  it.each<readonly [string, string, readonly string[], string, SettingRow['as'] | 'name' | 'item', string, string]>([
    ['of a route in flow', 's1', ['routes', '0', 'metric'], '20', 'word', '- { to: default, via: 10.0.0.254 }', '- { to: default, via: 10.0.0.254, metric: 20 }'],
    ['of a route in lines', 's1', ['routes', '1', 'via'], '10.0.0.7', 'words', '        via: [10.0.0.2, 10.0.0.3]', '        via: 10.0.0.7'],
    ['one route more', 's1', ['routes'], '{ to: 10.8.0.0/24, via: 10.0.0.9 }', 'item', '        via: [10.0.0.2, 10.0.0.3]', '        via: [10.0.0.2, 10.0.0.3]\n      - { to: 10.8.0.0/24, via: 10.0.0.9 }'],
    ['one route less', 's1', ['routes', '0'], '', 'flow', '      - { to: default, via: 10.0.0.254 }\n', ''],
    ['of a firewall rule', 's1', ['firewall', 'input', 'rules', '0', 'ports'], '22, 80', 'words', 'rules: [{ proto: tcp, action: accept }]', 'rules: [{ proto: tcp, action: accept, ports: [22, 80] }]'],
    ['of costs', 's1', ['routing', 'cost'], '{ eth0: 10, br0: 5 }', 'flow', 'cost: { eth0: 10 }', 'cost: { eth0: 10, br0: 5 }'],
    ['an interface more', 'r1', ['interfaces'], 'p1', 'name', '  r1: {}', '  r1:\n    interfaces:\n      p1: {}'],
    ['of a link in short', 'link:s1:eth0-sw1:p1', ['loss'], '0.1%', 'word', '- [s1:eth0, sw1:p1]', '- { ends: [s1:eth0, sw1:p1], loss: 0.1% }'],
    ['of a tenant', 'tenant:blue', ['color'], '#ff0000', 'word', '  blue:', '  blue:\n    color: "#ff0000"'],
    ['of a group’s rule', 'security-group:web', ['ingress', '0', 'from'], 'tenant:blue', 'word', 'from: any', 'from: tenant:blue'],
    ['of a service', 'service:shop', ['backends'], 'vm1:80, c1:80', 'words', '{ type: l4 }', '{ type: l4, backends: [vm1:80, c1:80] }'],
    ['of a fabric', 'fabric:dc', ['server', 'cpus'], '8', 'word', 'hosts: 1 }', 'hosts: 1, server: { cpus: 8 } }'],
    ['of migrations', 'section:migration', ['downtime-limit'], '300ms', 'word', '  mode: pre-copy', '  mode: pre-copy\n  downtime-limit: 300ms'],
    ['of a gateway, as a map', 'network:blue-net', ['gateway'], '{ address: 10.1.0.254, on: each }', 'flow', 'subnet: 10.1.0.0/24,', 'subnet: 10.1.0.0/24, gateway: { address: 10.1.0.254, on: each },'],
  ])('%s', (_title, id, key, value, as, before, now) => expect(set(all, id, key, value, as)).toBe(all.replace(before, () => now)))

  it('of a tenant that only its guests name makes its entry', () => {
    const text = 'vms:\n  vm1: { tenant: red }\n'
    expect(set(text, 'tenant:red', ['color'], '#ff0000')).toContain('tenants:\n  red:\n    color: "#ff0000"')
  })

  it.each<readonly [string, readonly string[], string, SettingRow['as'], RegExp]>([
    ['s1', ['memory'], 'a lot', 'word', /a lot is not a size like 64GiB/], ['s1:eth0', ['address'], '10.0.0.999/24', 'words', /is not/], ['s1', ['routes', '0', 'type'], 'blackhol', 'word', /blackhol/], ['section:migration', ['mode'], 'warp', 'word', /warp/],
    ['s1', ['routing', 'cost'], '{ eth0: 10', 'flow', /do not match/],
  ])('of %s that is wrong is said in the reader’s words', (id, key, value, as, why) => expect(set(all, id, key, value, as)).toMatch(why))

  it('of any part of any example, set to what it is, changes nothing; taken away and set again it is read as before', () => {
    const texts = ['tenant-l2-gre', 'moving-house', 'vxlan-tenants', 'web-app-db', 'direct-routing'].map((name) => readFileSync(`examples/${name}.infra.yaml`, 'utf8'))
    const known = [...texts, all].flatMap((text) => [text, text.replaceAll('\n', '\r\n')]).map((text) => {
      const one = analysisOf(text)
      const ids = [...one.written.nodes.keys(), ...partsOf(one).map(({ id }) => id), ...one.written.links.map(({ ends: [a, b] }) => `link:${a.node}:${a.interface}-${b.node}:${b.interface}`)]
      return { text, written: ids.flatMap((id) => rowsOf(groupsOf(one, id)).filter(({ value, fixed }) => value !== '' && fixed === undefined).map((row) => ({ id, row }))) }
    })
    let made = 0
    fc.assert(fc.property(fc.constantFrom(...known), fc.nat(), ({ text, written }, n) => {
      const one = written[n % written.length]
      if (!one) return
      const { id, row } = one
      const analysis = analysisOf(text)
      const same = tryGesture(analysis, { kind: 'edit', id, key: row.key, value: row.value, as: row.as })
      // What a merge key brings in is written out; a list of one may become a word.
      if (!text.includes('<<:') && row.as !== 'words') expect('refused' in same ? same.refused : `changed ${id} ${row.key.join('.')}: ${row.value}`).toBe('nothing here answers to that')
      const without = set(text, id, row.key, '')
      if (/^(refused|fault)/.test(without)) return
      made++
      expect(parseDocument(without).errors).toEqual([])
      const notes = [...text.matchAll(/#[^\r\n]*/g)].map(([note]) => note)
      expect(notes.filter((note) => !without.includes(note)).length).toBeLessThanOrEqual(1)
      const again = set(without, id, row.key, row.value, row.as)
      if (!/^(refused|fault)/.test(again)) expect(rowsOf(groupsOf(analysisOf(again), id)).find(({ key }) => key.join() === row.key.join())?.value).toBe(row.value)
    }), { numRuns: 120 })
    expect(made).toBeGreaterThan(40)
  })

  it('in flow style of any characters is a value or nothing, and no throw', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => void parseFlow(text)), { numRuns: 2000 })
    expect(parseFlow('{ to: default, via: [10.0.0.1, fd00::1], src: "a, b", deep: { x: true } }')).toEqual({ to: 'default', via: ['10.0.0.1', 'fd00::1'], src: 'a, b', deep: { x: true } })
    for (const wrong of ['{ a: 1', '[1, 2', '{ a }', '[1] 2', '{ "a: 1 }']) expect(parseFlow(wrong)).toBeUndefined()
  })
})
