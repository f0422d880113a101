/** Broadcast domains: who hears one frame sent to all, over VLANs and tunnels, and what of the picture that lights. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyze, diagram, finish, readSource, type Analysis } from '../../core/analysis.ts'
import { networkOf, networksAt, networksOf } from '../../core/networks.ts'

function analysed(text: string): Analysis {
  const reading = readSource({ uri: 'file:///x.infra.yaml', text, version: 1 })
  if (!reading) throw new Error('no reader')
  return finish(analyze([reading]))
}
const example = (name: string): Analysis => analysed(readFileSync(`examples/${name}.infra.yaml`, 'utf8'))
const detail = (analysis: Analysis, key: string, from?: string, view: 'physical' | 'tenant' = 'physical') => {
  const found = networkOf(analysis, key, diagram(analysis, { view }), from)
  if (!found) throw new Error(`no network ${key}`)
  return found
}
const of = (lit: ReturnType<typeof detail>['lit'], how: string): string[] => Object.entries(lit).filter(([, word]) => word === how).map(([id]) => id).sort()

//  a ── sw ── b     a and c are of VLAN 10, b of VLAN 20; t is a trunk to another switch, on which d is of VLAN 10
const vlans = `infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.0.0.1/24 } } }
  b: { interfaces: { eth0: { address: 10.0.0.2/24 } } }
  c: { interfaces: { eth0: { address: 10.0.0.3/24, mtu: 1400 } } }
  d: { interfaces: { eth0: { address: 10.0.0.4/24 } } }
switches:
  sw: { vlan-aware: true, ports: { p1: { vlan: 10 }, p2: { vlan: 20 }, p3: { vlan: 10 }, t: { trunk: [10, 20] } } }
  sw2: { vlan-aware: true, ports: { t: { trunk: [10, 20] }, p1: { vlan: 10 } } }
links: [[a:eth0, sw:p1], [b:eth0, sw:p2], [c:eth0, sw:p3], [sw:t, sw2:t], [d:eth0, sw2:p1]]
`

describe('one VLAN', () => {
  const analysis = analysed(vlans)
  it('is heard by its members, over the trunk, and by nobody else', () => {
    const { list, vlans: ids, mtu, subnets, lit } = detail(analysis, 'a:eth0')
    expect(list.map(({ node, hears }) => [node, hears])).toEqual([['a', true], ['c', true], ['d', true]])
    expect(ids).toEqual([10])
    expect(mtu).toEqual({ least: 1400, at: 'c:eth0', most: 1500 })
    expect(subnets).toEqual(['10.0.0.0/24'])
    expect(of(lit, 'hears')).toEqual(['a', 'c', 'd'])
    expect(of(lit, 'carries')).toEqual(['link:a:eth0-sw:p1', 'link:c:eth0-sw:p3', 'link:d:eth0-sw2:p1', 'link:sw:t-sw2:t', 'sw', 'sw2'])
    expect(lit['b']).toBeUndefined()
  })
  it('a switch is in each of its VLANs, a link in those that it carries', () => {
    expect(networksAt(analysis, 'sw')).toEqual(['a:eth0', 'b:eth0'])
    expect(networksAt(analysis, 'link:sw:t-sw2:t')).toEqual(['a:eth0', 'b:eth0'])
    expect(networksAt(analysis, 'link:b:eth0-sw:p2')).toEqual(['b:eth0'])
    expect(networksAt(analysis, 'nobody')).toEqual([])
  })
})

describe('over tunnels', () => {
  it('a GRE network of two servers: its bridges and the tunnel carry it, the way below carries it inside', () => {
    const analysis = example('tenant-l2-gre')
    const { lit, ids, mtu, list } = detail(analysis, 'vm1:eth0')
    expect(list.filter(({ hears }) => hears).map(({ node }) => node)).toEqual(expect.arrayContaining(['vm1', 'vm2', 'vm3']))
    expect(ids.map(({ kind }) => kind)).toEqual(['gretap'])
    expect(mtu?.least).toBe(1462)
    expect(of(lit, 'carries').filter((id) => id.startsWith('tunnel:'))).toHaveLength(1)
    expect(of(lit, 'under')).toEqual(expect.arrayContaining(['r1']))
    expect(of(lit, 'under').filter((id) => id.startsWith('link:'))).toHaveLength(2)
  })
  it('two tenants of one pair of servers are two networks with their VNIs', () => {
    const analysis = example('vxlan-tenants')
    const [blue, red] = [detail(analysis, networksAt(analysis, 'blue1')[0] ?? ''), detail(analysis, networksAt(analysis, 'red1')[0] ?? '')]
    expect(blue.key).not.toBe(red.key)
    expect(blue.ids).not.toEqual(red.ids)
    expect(blue.list.map(({ node }) => node)).not.toContain('red2')
    expect(of(blue.lit, 'hears')).toEqual(expect.arrayContaining(['blue1', 'blue2']))
    expect(blue.lit['red1']).toBeUndefined()
  })
  it('the tenant view lights the network itself', () => {
    const analysis = example('vxlan-tenants')
    const [network] = diagram(analysis, { view: 'tenant' }).boxes.filter(({ kind, tenant }) => kind === 'network' && tenant === 'blue')
    expect(networksAt(analysis, network?.id ?? '')).toEqual(networksAt(analysis, 'blue1'))
    expect(detail(analysis, networksAt(analysis, 'blue1')[0] ?? '', undefined, 'tenant').lit[network?.id ?? '']).toBe('carries')
  })
})

describe('who sends matters', () => {
  it('isolated ports do not hear each other, though both are of the network', () => {
    const analysis = analysed(`infra: 1
servers: { s: { interfaces: { br0: { type: bridge, address: 10.0.0.254/24 } } } }
vms:
  a: { host: s, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24, isolated: true } } }
  b: { host: s, interfaces: { eth0: { attach: br0, address: 10.0.0.2/24, isolated: true } } }
`)
    const heard = (from?: string): string[] => detail(analysis, 'a:eth0', from).list.filter(({ hears }) => hears).map(({ node }) => node).sort()
    expect(heard('a')).toEqual(['a', 's'])
    expect(heard()).toEqual(['a', 'b', 's'])
  })
  it('what nobody knows is said to be open', () => {
    const analysis = analysed(readFileSync('examples/broken.infra.yaml', 'utf8'))
    expect(() => networksOf(analysis).map(({ key }) => detail(analysis, key))).not.toThrow()
  })
  it('every network of every example is found again by its key and lights only what is drawn', () => {
    for (const name of ['direct-routing', 'moving-house', 'nat-or-bridge', 'tenant-l3-tunnels', 'web-app-db']) {
      const analysis = example(name)
      for (const { key, members } of networksOf(analysis)) {
        const drawn = diagram(analysis, { view: 'physical' })
        const found = detail(analysis, key)
        expect(found.members).toBe(members)
        const ids = new Set([...drawn.boxes, ...drawn.lines].map(({ id }) => id))
        expect(Object.keys(found.lit).filter((id) => !ids.has(id))).toEqual([])
      }
    }
  })
})
