/** A second run keeps the objects that came out the same, and always says what a run from nothing would say. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Infra } from '../../core/infra/infra.ts'
import { isGuest } from '../../core/infra/node.ts'
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
  it('hands out what a written address leaves, and keeps the rosters of networks that nobody joined or left', () => {
    const words = (host: string, own: string): string => `
servers: { s1: {}, s2: {}, s3: {} }
vms:
  a: { host: s1, interfaces: { eth0: { network: net, address: dhcp } } }
  b: { host: s1, interfaces: { eth0: { network: net, address: ${own} } } }
  c: { host: ${host}, interfaces: { eth0: { network: other, address: 10.1.0.1 } } }
networks:
  net: { type: isolated, subnet: 10.0.0.0/24, dhcp: { range: 10.0.0.1-10.0.0.9 } }
  other: { type: isolated, subnet: 10.1.0.0/24 }
`
    const infra = build(words('s2', '10.0.0.5'))
    const first = realize(infra)
    const leased = ({ infra: { nodes } }: Realised): unknown => nodes.get('a')?.interfaces.get('eth0')?.addresses[0]?.value.ip.value
    const after = read(words('s2', '10.0.0.1'), { infra })
    const taken = realize(after, first)
    expect([leased(first), leased(taken)]).toEqual([0x0a000001n, 0x0a000002n])
    const moved = realize(read(words('s3', '10.0.0.1'), { infra: after }), taken)
    expect(moved.memory?.rosters.get('other')?.hosts).toEqual(['s3'])
    expect(moved.memory?.rosters.get('net')).toBe(taken.memory?.rosters.get('net'))
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

describe('a file without contradictions, edited a little', () => {
  const server = fc.record({
    address: fc.nat(3), mtu: fc.constantFrom(undefined, 1400, 9000), second: fc.boolean(), sysctl: fc.boolean(),
    as: fc.constantFrom('servers', 'servers', 'servers', 'servers', 'routers', 'switches'),
  })
  const guest = fc.record({
    on: fc.nat(4), joins: fc.nat(3), fixed: fc.boolean(), seat: fc.nat(7), mtu: fc.constantFrom(undefined, 1300), type: fc.constantFrom('ethernet', 'ethernet', 'macvlan'), bridge: fc.boolean(),
    // Joins a network and attaches as well, which is a contradiction.
    both: fc.nat(80).map((n) => n === 0),
  })
  const network = fc.record({ type: fc.constantFrom('flat', 'vlan', 'vxlan', 'vxlan', 'vxlan', 'gre', 'geneve', 'nat', 'isolated'), dhcp: fc.boolean(), gateway: fc.constantFrom('each', 's0', 's0', undefined, undefined), mtu: fc.constantFrom(undefined, 1450) })
  const plan = fc.record({
    servers: fc.array(fc.option(server, { nil: undefined, freq: 4 }), { minLength: 4, maxLength: 4 }), guests: fc.array(fc.option(guest, { nil: undefined, freq: 6 }), { minLength: 8, maxLength: 8 }),
    networks: fc.array(network, { minLength: 1, maxLength: 3 }), links: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 2 }), fabric: fc.boolean(), up: fc.option(fc.nat(1), { nil: undefined }),
    first: fc.nat(2),
  })
  type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never
  /** Guests 6 and 7 are containers, which may stand on guest 0. */
  const spelled = ({ servers, guests, networks, links, fabric, up, first }: Plan): string => [
    ...['servers', 'routers', 'switches'].flatMap((section) => [
      `${section}:`, ...(section === 'servers' ? ['  dc-leaf0-h0: { interfaces: { p0: { address: 172.16.0.99/24, mtu: 8000 }, br0: { type: bridge } } }'] : []),
      ...servers.flatMap((one, i) => (one?.as !== section ? [] : [
        `  s${i}: { ${section === 'switches' ? 'ports' : 'interfaces'}: { eth0: { address: 172.16.0.${i + 1 + one.address * 10}/24, ${one.mtu ? `mtu: ${one.mtu}` : ''} }${one.second ? ', eth1: {}' : ''}, br0: { type: bridge } }${one.sysctl ? ', sysctl: { br0: { forwarding: true } }' : ''} }`,
      ])), ...(section === 'routers' && up !== undefined ? [`  dc-spine0: { interfaces: { p${up}: { up: false } } }`] : []),
    ]),
    ...['vms', 'containers'].flatMap((section, half) => [`${section}:`, ...[...guests.keys()].map((i) => (i + first) % guests.length).flatMap((i) => {
      const one = guests[i]
      if (!one || (i > 5) !== (half === 1)) return []
      const joins = networks[one.joins] && one.type === 'ethernet' ? `network: n${one.joins}, address: ${networks[one.joins]?.dhcp && !one.fixed ? 'dhcp' : `10.${one.joins}.0.${one.seat + 2}`}${one.both ? ', attach: br0' : ''}` : 'attach: br0, address: 10.9.0.1/24'
      const host = i > 5 && one.on === 4 && guests[0]?.bridge ? 'g0' : one.on === 4 ? 'dc-leaf0-h0' : `s${one.on}`
      return [`  g${i}: { host: ${host}, interfaces: { eth0: { type: ${one.type}, ${joins}${one.mtu ? `, mtu: ${one.mtu}` : ''} }${one.bridge ? ', br0: { type: bridge }' : ''} } }`]
    })]),
    'networks:', ...networks.map(({ type, dhcp, gateway, mtu }, i) => `  n${i}: { type: ${type}, ${['flat', 'nat', 'isolated'].includes(type) ? '' : `id: ${i + 7}, `}${type === 'isolated' ? '' : `uplink: { ${['s0', 's1', 's2', 's3', 'g0'].map((host) => `${host}: ${type === 'flat' ? `eth${i + 1}` : 'eth0'}`).join(', ')}, dc-leaf0-h0: p0 }, `}${mtu ? `mtu: ${mtu}, ` : ''}subnet: 10.${i}.0.0/24${dhcp ? `, dhcp: { range: 10.${i}.0.2-10.${i}.0.9 }` : ''}${type === 'nat' ? `, gateway: 10.${i}.0.254` : (gateway === 's0' && dhcp) || gateway === undefined || type === 'isolated' ? '' : `, gateway: { address: 10.${i}.0.254, on: ${gateway} }`} }`),
    ...(fabric ? ['fabrics: { dc: { type: leaf-spine, leaves: 2, spines: 2, hosts: 2 } }'] : []),
    'links:', ...links.map((n) => `  - { ends: [s${n % 4}:eth${n % 2}, s${(n + 1) % 4}:p${n}]${n % 2 ? `, mtu: ${2000 + n}` : ''} }`), '',
  ].join('\n')
  const mixed = (a: Plan, b: Plan, which: number): Plan => {
    const at = <T>(one: readonly T[], other: readonly T[], n: number): T[] => [...one.slice(0, n), ...other.slice(n, n + 1), ...one.slice(n + 1)]
    switch (which % 15) {
      case 0: return { ...a, links: b.links }
      case 1: return { ...a, fabric: b.fabric }
      case 2: return { ...a, networks: at(a.networks, b.networks, which % 3) }
      case 3: return { ...a, up: b.up }
      case 4: return { ...a, first: b.first }
      case 5: case 6: case 12: return { ...a, servers: at(a.servers, b.servers, which % 4) }
      case 13: case 14: return { ...a, guests: a.guests.map((one, n) => one && { ...one, seat: (n === which % 8 ? b.guests[n] : one)?.seat ?? 0 }) }
      default: return { ...a, guests: at(a.guests, b.guests, which % 8) }
    }
  }
  it('is realised as from nothing', () => {
    let clean = 0
    fc.assert(fc.property(plan, fc.array(fc.tuple(plan, fc.nat(1000)), { minLength: 1, maxLength: 4 }), (start, edits) => {
      let words = start
      let infra = build(spelled(words))
      let realised = realize(infra)
      for (const [other, which] of edits) {
        if (realised.problems.length === 0) clean++
        words = mixed(words, other, which)
        infra = read(spelled(words), { infra })
        realised = realize(infra, realised)
        const fresh = realize(infra)
        expect(show(realised.infra)).toBe(show(fresh.infra))
        expect(show(realised.problems)).toBe(show(fresh.problems))
        for (const [host, guests] of realised.memory?.guests ?? []) {
          expect([...guests].sort()).toEqual([...infra.nodes.values()].flatMap((node) => (isGuest(node) && node.host?.value === host ? [node.name] : [])).sort())
        }
      }
    }), { seed: 11, numRuns: Number(process.env['UNDERLAY_REUSE_RUNS'] ?? 200) })
    expect(clean).toBeGreaterThan(400)
  }, 60_000)
})
