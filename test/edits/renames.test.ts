/** A rename from the picture: every place that says the name, in every file, and nothing else. */
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyze, edit, finish, readSource, type Analysis } from '../../core/analysis.ts'
import { tryGesture, type Gesture } from '../../core/designing.ts'
import { mentionsOf, type Mention } from '../../core/infra/mentions.ts'
import { applyEdits } from '../../core/text/edit.ts'

const analysisOf = (files: Readonly<Record<string, string>>): Analysis => finish(analyze(Object.entries(files).map(([uri, text]) => {
  const reading = readSource({ uri, text, version: 1 })
  if (!reading) throw new Error('not recognised')
  return reading
})))

/** Every file after a gesture, or why there is none. */
function after(files: Readonly<Record<string, string>>, gesture: Gesture): Readonly<Record<string, string>> | string {
  const analysis = analysisOf(files)
  const plan = tryGesture(analysis, gesture)
  if ('refused' in plan) return plan.refused
  const edits = edit(analysis, plan.change)
  if ('refused' in edits) return edits.refused
  return Object.fromEntries(Object.entries(files).map(([uri, text]) => [uri, applyEdits({ uri, text, version: 1 }, edits)]))
}
const one = 'file:///a.infra.yaml'
const two = 'file:///b.infra.yaml'
const rename = (id: string, name: string, more: Readonly<Record<string, string>> = {}): Gesture => ({ kind: 'rename', id, answers: { name, ...more } })

const site = [
  'infra: 1', 'include: b.infra.yaml', 'tenants:', '  blue: { color: "#2f6fde" }   # ours', 'servers:',
  '  s1:', '    site: "ams"', '    rack: r1', '    routing: { protocol: ospf, cost: { eth0: 10 }, passive: [eth0] }', '    sysctl: { eth0: { rp_filter: 1 } }',
  '    interfaces:', "      eth0: { address: 10.0.0.1/24, master: 'br0' }", '      br0:  { type: bridge }', '    routes:', '      - { to: default, via: 10.0.0.2, dev: br0 }',
  '    nat:', '      - { masquerade: 10.9.0.0/24, out: eth0 }', '  s2: { site: ams, rack: r1, interfaces: { eth0: { address: 10.0.0.2/24 } } }',
  'networks:', '  blue-net: { tenant: blue, type: vxlan, id: 7, subnet: 10.1.0.0/24, uplink: eth0 }',
  'links:', '  - [s1:eth0, "s2:eth0"]',
  'storage:', '  san: { type: shared, servers: [s1] }',
  'security-groups:', '  web: { ingress: [{ from: "tenant:blue" }, { from: group:web }] }',
  'services:', '  shop: { type: l4, vip: 10.1.0.9, port: 80, backends: ["vm1:80"] }',
  'expect:', '  - isolate: [blue, red]', '  - reach: { from: "tenant:blue", to: network:blue-net }', '',
].join('\n')
const guests = [
  'infra: 1', 'vms:', '  vm1: { host: s1, tenant: blue, security-groups: [web], disks: [{ size: 1GiB, on: san }], interfaces: { eth0: { network: blue-net } } }',
  '  vm2: { host: s1, tenant: red, interfaces: { eth0: { attach: br0 } } }', '',
].join('\n')
const both = { [one]: site, [two]: guests }

/** The words that stand where others stood: old to new, line by line. */
function changed(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>> | string): readonly string[] {
  if (typeof now === 'string') return [now]
  return Object.entries(before).flatMap(([uri, text]) => {
    const lines = (now[uri] ?? '').split('\n')
    return text.split('\n').flatMap((line, i) => (line === lines[i] ? [] : [lines[i]?.trim() ?? '']))
  })
}

describe('a rename from the picture', () => {
  it.each<readonly [string, Gesture, readonly string[]]>([
    ['a tenant', rename('tenant:blue', 'azure'), [
      'azure: { color: "#2f6fde" }   # ours', 'blue-net: { tenant: azure, type: vxlan, id: 7, subnet: 10.1.0.0/24, uplink: eth0 }', 'web: { ingress: [{ from: "tenant:azure" }, { from: group:web }] }',
      '- isolate: [azure, red]', '- reach: { from: "tenant:azure", to: network:blue-net }',
      'vm1: { host: s1, tenant: azure, security-groups: [web], disks: [{ size: 1GiB, on: san }], interfaces: { eth0: { network: blue-net } } }',
    ]],
    ['a tenant that only its guests name', rename('tenant:red', 'pink'), ['- isolate: [blue, pink]', 'vm2: { host: s1, tenant: pink, interfaces: { eth0: { attach: br0 } } }']],
    ['a network', rename('network:blue-net', 'net2'), [
      'net2: { tenant: blue, type: vxlan, id: 7, subnet: 10.1.0.0/24, uplink: eth0 }', '- reach: { from: "tenant:blue", to: network:net2 }',
      'vm1: { host: s1, tenant: blue, security-groups: [web], disks: [{ size: 1GiB, on: san }], interfaces: { eth0: { network: net2 } } }',
    ]],
    ['a storage', rename('storage:san', 'nas'), ['nas: { type: shared, servers: [s1] }', 'vm1: { host: s1, tenant: blue, security-groups: [web], disks: [{ size: 1GiB, on: nas }], interfaces: { eth0: { network: blue-net } } }']],
    ['a security group', rename('security-group:web', 'www'), [
      'www: { ingress: [{ from: "tenant:blue" }, { from: group:www }] }',
      'vm1: { host: s1, tenant: blue, security-groups: [www], disks: [{ size: 1GiB, on: san }], interfaces: { eth0: { network: blue-net } } }',
    ]],
    ['a service', rename('service:shop', 'till'), ['till: { type: l4, vip: 10.1.0.9, port: 80, backends: ["vm1:80"] }']],
    ['a bridge, with the plugs and ports in it', rename('s1:br0', 'lan'), ["eth0: { address: 10.0.0.1/24, master: 'lan' }", 'lan:  { type: bridge }', '- { to: default, via: 10.0.0.2, dev: lan }', 'vm2: { host: s1, tenant: red, interfaces: { eth0: { attach: lan } } }']],
    ['a card, with its cable, costs and the uplink that was the same for all', rename('s1:eth0', 'wan0'), [
      'routing: { protocol: ospf, cost: { wan0: 10 }, passive: [wan0] }', 'sysctl: { wan0: { rp_filter: 1 } }', "wan0: { address: 10.0.0.1/24, master: 'br0' }", '- { masquerade: 10.9.0.0/24, out: wan0 }',
      'blue-net: { tenant: blue, type: vxlan, id: 7, subnet: 10.1.0.0/24, uplink: { s1: wan0, s2: eth0 } }', '- [s1:wan0, "s2:eth0"]',
    ]],
    ['both ends of a cable', rename('link:s1:eth0-s2:eth0', 'p9'), [
      'routing: { protocol: ospf, cost: { p9: 10 }, passive: [p9] }', 'sysctl: { p9: { rp_filter: 1 } }', "p9: { address: 10.0.0.1/24, master: 'br0' }", '- { masquerade: 10.9.0.0/24, out: p9 }',
      's2: { site: ams, rack: r1, interfaces: { p9: { address: 10.0.0.2/24 } } }', 'blue-net: { tenant: blue, type: vxlan, id: 7, subnet: 10.1.0.0/24, uplink: p9 }', '- [s1:p9, "s2:p9"]',
    ]],
    ['a guest’s plug', rename('attach:vm2:eth0', 'net0'), ['vm2: { host: s1, tenant: red, interfaces: { net0: { attach: br0 } } }']],
    ['a site, each as it was quoted', rename('site:ams', 'New York'), ['site: "New York"', 's2: { site: New York, rack: r1, interfaces: { eth0: { address: 10.0.0.2/24 } } }']],
    ['a rack', rename('rack:r1', 'r7'), ['rack: r7', 's2: { site: ams, rack: r7, interfaces: { eth0: { address: 10.0.0.2/24 } } }']],
    ['a machine', rename('s1', 'host1'), ['host1:', '- [host1:eth0, "s2:eth0"]', 'san: { type: shared, servers: [host1] }', 'vm1: { host: host1, tenant: blue, security-groups: [web], disks: [{ size: 1GiB, on: san }], interfaces: { eth0: { network: blue-net } } }', 'vm2: { host: host1, tenant: red, interfaces: { eth0: { attach: br0 } } }']],
  ])('of %s', (_title, gesture, expected) => expect([...changed(both, after(both, gesture))].sort()).toEqual([...expected].sort()))

  it('gives the halves of a tunnel one name where they had one, and takes one each where not', () => {
    const gre = readFileSync('examples/tenant-l2-gre.infra.yaml', 'utf8')
    const now = after({ [one]: gre }, rename('tunnel:s1:vtun0-s2:vtun0', 'gre7'))
    expect(changed({ [one]: gre }, now)).toEqual(['gre7: { type: gretap, local: 20.0.0.1, remote: 30.0.0.1, master: br0 }', 'gre7: { type: gretap, local: 30.0.0.1, remote: 20.0.0.1, master: br0 }'].map((line) => line))
    const odd = gre.replace('vtun0: { type: gretap, local: 30', 'other: { type: gretap, local: 30')
    const plan = tryGesture(analysisOf({ [one]: odd }), { kind: 'rename', id: 'tunnel:s1:vtun0-s2:other', answers: { 'name 2': 'vtun0' } })
    expect('fields' in plan && plan.fields.map(({ key, value }) => [key, value])).toEqual([['name 1', 'vtun0'], ['name 2', 'vtun0']])
    expect(plan).toMatchObject({ selects: 'tunnel:s1:vtun0-s2:vtun0' })
  })

  it('of a fabric renames what the file says of its parts', () => {
    const text = 'fabrics:\n  dc: { type: leaf-spine, leaves: 2, spines: 1, hosts: 1 }\nservers:\n  dc-leaf0-h0: { memory: 8GiB }\nvms:\n  vm1: { host: dc-leaf1-h0 }\nexpect:\n  - reach: { from: dc-leaf0-h0, to: dc-leaf1-h0 }\n'
    expect(after({ [one]: text }, rename('fabric:dc', 'pod'))).toEqual({ [one]: text.replaceAll('dc', 'pod') })
  })

  it.each<readonly [string, Gesture, RegExp]>([
    ['a name that another has', rename('tenant:blue', 'red'), /already there/],
    ['a number', rename('network:blue-net', '12'), /YAML reads it as a value/],
    ['a name with a blank', rename('storage:san', 'a b'), /not a name/],
    ['a device with too long a name', rename('s1:br0', 'a-very-long-bridge'), /15 characters/],
    ['a device that is there', rename('s1:br0', 'eth0'), /already/],
    ['what a network stands for', rename('s1:br-blue-net', 'x'), /stands for the network blue-net/],
  ])('is refused: %s', (_title, gesture, why) => expect(after(both, gesture)).toMatch(why))

  it('there and back again is the very same text, for every name of every example', () => {
    const texts = ['tenant-l2-gre', 'moving-house', 'vxlan-tenants', 'web-app-db', 'direct-routing'].map((name) => readFileSync(`examples/${name}.infra.yaml`, 'utf8'))
    const known = texts.flatMap((text) => [text, text.replaceAll('\n', '\r\n')]).map((text) => ({ text, names: mentionsOf(analysisOf({ [one]: text }).written).filter(({ defines }) => defines) }))
    const idOf = ({ kind, symbol }: Mention): string => (kind === 'node' || kind === 'interface' ? symbol.slice(kind.length + 1) : `${kind}:${symbol.slice(kind.length + 1)}`)
    let made = 0
    fc.assert(fc.property(fc.constantFrom(...known), fc.nat(), ({ text, names }, n) => {
      const mention = names[n % names.length]
      const first = mention && after({ [one]: text }, rename(idOf(mention), 'zz9'))
      if (!mention || first === undefined || typeof first === 'string') return
      made++
      const now = first[one] ?? ''
      // Only lines that said the name are others, and nobody says it any more.
      const old = text.split('\n')
      expect(now.split('\n').filter((line, i) => line !== old[i] && !old[i]?.includes(mention.name) && !old[i]?.includes('uplink'))).toEqual([])
      expect(mentionsOf(analysisOf(first).written).filter(({ symbol }) => symbol === mention.symbol)).toEqual([])
      const to = mention.kind === 'interface' ? `${mention.symbol.slice('interface '.length).split(':')[0]}:zz9` : mention.kind === 'node' ? 'zz9' : `${mention.kind}:zz9`
      const back = after(first, rename(to, mention.name))
      if (!/uplink: [a-z]/.test(text)) expect(back).toEqual({ [one]: text })
      else expect(typeof back).toBe('object')
    }), { numRuns: 200 })
    expect(made).toBeGreaterThan(80)
  })
})
