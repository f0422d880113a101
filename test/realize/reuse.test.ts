/** A second run keeps the objects that came out the same, and always says what a run from nothing would say. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Infra } from '../../core/infra/infra.ts'
import { realize, type Realised } from '../../core/realize/index.ts'
import { build } from './build.ts'

/** The new infra with the old objects where an entry's words did not change, as a format's incremental read gives them. */
function read(yaml: string, before?: { infra: Infra }): Infra {
  const infra = build(yaml)
  if (!before) return infra
  const keep = <T>(now: ReadonlyMap<string, T>, old: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...now].map(([name, part]) => {
      const other = old.get(name)
      return [name, other !== undefined && show(other) === show(part) ? other : part]
    }))
  return { ...infra, nodes: keep(infra.nodes, before.infra.nodes), networks: keep(infra.networks, before.infra.networks), fabrics: keep(infra.fabrics, before.infra.fabrics) }
}
const show = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part instanceof Map ? [...part] : part))

const yaml = (mtu: number): string => `
servers:
  s1: { interfaces: { eth0: { address: 172.16.0.1/24, mtu: ${mtu} } } }
  s2: { interfaces: { eth0: { address: 172.16.0.2/24 } } }
  s3: { interfaces: { eth0: { address: 172.16.0.3/24 }, br0: { type: bridge } } }
vms:
  a: { host: s1, interfaces: { eth0: { network: net, address: dhcp } } }
  b: { host: s2, interfaces: { eth0: { network: net, address: dhcp } } }
  c: { host: s3, interfaces: { eth0: { attach: br0 } } }
networks: { net: { type: vxlan, id: 7, uplink: eth0, subnet: 10.0.0.0/24, dhcp: { range: 10.0.0.1-10.0.0.9 }, gateway: { address: 10.0.0.254, on: s2 } } }
fabrics: { dc: { type: leaf-spine, leaves: 2, spines: 2, hosts: 2 } }
links: [ [s1:eth0, s2:eth0] ]
`
const changed = (before: Realised, after: Realised): string[] =>
  [...after.infra.nodes].filter(([name, node]) => before.infra.nodes.get(name) !== node).map(([name]) => name)

describe('a second run', () => {
  it('of the same infra is the first', () => {
    const infra = build(yaml(1500))
    const first = realize(infra)
    expect(realize(infra, first)).toBe(first)
  })
  it('makes anew only the nodes that something changed for', () => {
    const infra = build(yaml(1500))
    const first = realize(infra)
    const again = realize({ ...infra }, first)
    expect(changed(first, again)).toEqual([])
    expect(again.infra.nodes === first.infra.nodes && again.infra.links === first.infra.links).toBe(true)
    expect(changed(first, realize(read(yaml(9000), { infra }), first))).toEqual(['s1'])
    const moved = realize(read(yaml(1500).replace('c: { host: s3', 'c: { host: s3, rack: r'), { infra }), first)
    // The tap on s3 points at the guest's entry.
    expect(changed(first, moved)).toEqual(['s3', 'c'])
    const gone = realize(read(yaml(1500).replace(/ {2}b: .*\n/, ''), { infra }), first)
    expect(changed(first, gone)).toEqual(['s2'])
  })
})

describe('whatever is written', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'eth0', 'br0')
  const address = fc.constantFrom('10.0.0.1/24', '10.0.0.2', 'dhcp', '"fd00::1/64"')
  const device = fc.record({
    type: fc.constantFrom('ethernet', 'bridge', 'vlan', 'macvlan', 'ipvlan', 'gretap', 'vxlan', 'bond', 'passthrough', 'tap', 'vrf'),
    address, attach: name, network: name, master: name, link: name, remote: fc.constantFrom('10.0.0.1', '10.0.0.9'), mtu: fc.integer({ min: 0, max: 9000 }), id: fc.nat(5000),
  }, { requiredKeys: ['type'] })
  const interfaces = fc.dictionary(name, device, { maxKeys: 3 })
  const stack = fc.record({ interfaces, host: name }, { requiredKeys: [] })
  const network = fc.record({
    type: fc.constantFrom('flat', 'vlan', 'vxlan', 'gre', 'geneve', 'routed', 'nat', 'isolated'), uplink: name, id: fc.nat(5000), subnet: fc.constant('10.0.0.0/24'),
    gateway: fc.record({ address: fc.constant('10.0.0.254'), on: fc.oneof(name, fc.constant('each')) }), dhcp: fc.constant({ range: '10.0.0.1-10.0.0.2' }),
  }, { requiredKeys: ['type'] })
  const words = fc.record({
    servers: fc.dictionary(name, stack, { maxKeys: 3 }), vms: fc.dictionary(fc.constantFrom('d', 'e'), stack), containers: fc.dictionary(fc.constantFrom('f', 'g'), stack),
    networks: fc.dictionary(name, network, { maxKeys: 3 }), links: fc.array(fc.tuple(name, name, name, name).map(([a, x, b, y]) => [`${a}:${x}`, `${b}:${y}`]), { maxLength: 3 }),
  }).map((file) => JSON.stringify(file).replace(/"\\"(.*?)\\""/g, '"$1"'))

  it('realises without a throw, and from an older run as from nothing', () => {
    fc.assert(fc.property(words, words, (one, other) => {
      const before = build(one)
      const first = realize(before)
      const after = read(other, { infra: before })
      const second = realize(after, first)
      const fresh = realize(after)
      expect(show(second.infra)).toBe(show(fresh.infra))
      expect(show(second.problems)).toBe(show(fresh.problems))
      const third = realize({ ...after }, second)
      expect([...third.infra.nodes.values()].every((node) => second.infra.nodes.get(node.name) === node)).toBe(true)
    }), { seed: 7, numRuns: 400 })
  })
})
