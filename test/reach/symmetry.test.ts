/** Pairs counted by the symmetries of the whole network: the tally equals that of every pair asked by itself. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finish, readSource } from '../../core/analysis.ts'
import { compile, reachFlow } from '../../core/forwarding/index.ts'
import type { Reading } from '../../core/formats/format.ts'
import type { Infra } from '../../core/infra/infra.ts'
import { isStack } from '../../core/infra/node.ts'
import { modelOf } from '../../core/reach/classes.ts'
import { addressesOf, countedBySymmetry, type ReachSelection } from '../../core/reach/index.ts'
import { pointsOf } from '../../core/reach/points.ts'
import { symmetriesOf } from '../../core/reach/symmetries.ts'
import { realize, type Realised } from '../../core/realize/index.ts'
import { generate } from '../kernel/generate.ts'
import { realisedOf } from '../traces/plane.ts'

/** Tallies by symmetry and pair by pair, packet by packet; and how many questions the first one asked. */
function compare(text: string, selection: ReachSelection = {}): { readonly asked: number; readonly pairs: number; readonly kinds: number } {
  const infra = realisedOf(text)
  const plane = compile(infra)
  const tally = new Map<string, number>()
  const add = (verdict: string, reason: string | null, pathMtu: number | null, n: number): void => {
    const key = `${verdict} ${reason} ${pathMtu}`
    tally.set(key, (tally.get(key) ?? 0) + n)
  }
  let asked = 0
  const found = finish(countedBySymmetry(plane, selection, (n, { verdict, reason, pathMtu }) => {
    asked++
    add(verdict, reason, pathMtu, n)
  }))
  if (!found) return { asked: 0, pairs: 0, kinds: 0 }
  let pairs = 0
  const kinds = tally.size
  const alone = compile({ ...infra })
  const stacks = [...infra.nodes.values()].filter(isStack)
  const [from, to] = [selection.from && new Set(selection.from), selection.to && new Set(selection.to)]
  for (const sender of stacks) {
    if (from && !from.has(sender.name)) continue
    for (const target of stacks) {
      if (target === sender || (to && !to.has(target.name))) continue
      for (const address of addressesOf(target)) {
        const { verdict, reason, pathMtu } = reachFlow(alone, { from: sender.name, to: address, toNode: target.name, proto: 'icmp', size: 84, df: false })
        add(verdict, reason, pathMtu, -1)
        pairs++
      }
    }
  }
  expect(Object.fromEntries([...tally].filter(([, n]) => n !== 0)), text).toEqual({})
  return { asked, pairs, kinds }
}

const list = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n')

/** Leaves with servers, tenants' overlays over them, uneven guests; each fault makes one of many another. */
const overlay = fc.record({
  leaves: fc.integer({ min: 2, max: 3 }), spines: fc.integer({ min: 1, max: 2 }), guests: fc.array(fc.tuple(fc.nat(5), fc.nat(1)), { minLength: 3, maxLength: 9 }),
  faults: fc.array(fc.tuple(fc.nat(5), fc.constantFrom('vni', 'mtu', 'flood', 'link', 'leaf-mtu', 'uplink', 'port', 'filter', 'off', 'route', 'group', 'local')), { maxLength: 2 }),
})

type Overlay = typeof overlay extends fc.Arbitrary<infer T> ? T : never

/** Written out, so that every part may have a fault: leaves are routers, servers have a network each with their leaf. */
function overlayOf({ leaves, spines, guests, faults }: Overlay): string {
  const servers = leaves * 2
  const is = (i: number, what: string): boolean => faults.some(([at, kind]) => kind === what && at % servers === i)
  const address = (i: number): string => `10.${Math.floor(i / 2)}.${i % 2}.2`
  const others = (i: number, t: number): string => Array.from({ length: servers }, (_, j) => j).filter((j) => j !== i && !(t === 0 && is(i, 'flood') && j === (i + 1) % servers)).map(address).join(', ')
  return `
infra: 1
tenants: { t0: {}, t1: {} }
security-groups: { g: { ingress: [{ from: 192.168.0.0/30 }] } }
servers:
${list(servers, (i) => `  s${i}:
    interfaces:
      eth0: { address: ${address(i)}/24, gateway: 10.${Math.floor(i / 2)}.${i % 2}.1${is(i, 'mtu') ? ', mtu: 1400' : ''} }
${[0, 1].map((t) => `      x${t}: { type: vxlan, id: ${100 + t + (t === 0 && is(i, 'vni') ? 7 : 0)}, local: ${t === 1 && is(i, 'local') ? '10.9.9.9' : address(i)}, remote: [${others(i, t)}], master: b${t}${t === 0 && is(i, 'port') ? ', port: 8472' : ''} }
      b${t}: { type: bridge }`).join('\n')}${is(i, 'filter') ? '\n    firewall: { input: { policy: accept, rules: [{ from: 10.0.0.0/16, action: drop }] } }' : ''}${is(i, 'route') ? '\n    routes: [{ to: 10.1.0.0/24, type: blackhole }]' : ''}`)}
routers:
${list(leaves, (i) => `  leaf${i}: { interfaces: { lo: { address: 10.255.0.${i}/32 }, ${[0, 1].map((j) => `h${j}: { address: 10.${i}.${j}.1/24${is(i * 2 + j, 'leaf-mtu') ? ', mtu: 1450' : ''} }`).join(', ')}, ${Array.from({ length: spines }, (_, j) => `u${j}: { ${is(i * 2, 'uplink') && j === 0 ? 'up: false' : ''} }`).join(', ')} }, routing: { protocol: ospf }${is(i * 2 + 1, 'off') ? ', forwarding: false' : ''} }`)}
${list(spines, (i) => `  spine${i}: { interfaces: { lo: { address: 10.255.1.${i}/32 }, ${Array.from({ length: leaves }, (_, j) => `d${j}: {}`).join(', ')} }, routing: { protocol: ospf } }`)}
vms:
${list(guests.length, (i) => {
    const [at, t] = guests[i] ?? [0, 0]
    return `  v${i}: { host: s${at % servers}, tenant: t${t}, interfaces: { eth0: { attach: b${t}, address: 192.168.${t}.${i + 1}/24 } }${is(i, 'group') ? ', security-groups: [g]' : ''} }`
  })}
links:
${list(servers, (i) => `  - { ends: [s${i}:eth0, leaf${Math.floor(i / 2)}:h${i % 2}]${is(i, 'link') ? ', up: false' : ''} }`)}
${list(leaves * spines, (i) => `  - [leaf${Math.floor(i / spines)}:u${i % spines}, spine${i % spines}:d${Math.floor(i / spines)}]`)}
`
}

/** Racks of servers with a network each, a gateway that knows them all; tunnels between pairs of servers. */
const racks = fc.record({
  servers: fc.integer({ min: 4, max: 7 }), rack: fc.integer({ min: 2, max: 3 }), guests: fc.integer({ min: 1, max: 2 }), tunnels: fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { maxLength: 2 }),
  faults: fc.array(fc.tuple(fc.nat(6), fc.constantFrom('mtu', 'off', 'missing', 'wrong', 'twice', 'dnat', 'empty', 'down', 'metric', 'proxy', 'rp', 'arp', 'stray')), { maxLength: 2 }),
})

type Racks = typeof racks extends fc.Arbitrary<infer T> ? T : never

function racksOf({ servers, rack, guests, tunnels, faults }: Racks): string {
  const is = (i: number, what: string): boolean => faults.some(([at, kind]) => kind === what && at % servers === i)
  const pairs = tunnels.map(([a, b]) => [a % servers, b % servers] as const).filter(([a, b]) => a !== b)
  const ends = (i: number): string => pairs.flatMap(([a, b], n) => (a === i ? [[n, b]] : b === i ? [[n, a]] : [])).map(([n, far]) => `, g${n}: { type: gretap, id: ${n}, local: 172.16.0.${i + 1}, remote: 172.16.0.${(far ?? 0) + 1}, master: br0 }`).join('')
  return `
infra: 1
servers:
${list(servers, (i) => `  s${i}:
    forwarding: ${!is(i, 'off')}
    interfaces: { eth0: { address: 172.16.0.${is(i, 'twice') ? 1 : i + 1}/24${is(i, 'mtu') ? ', mtu: 1300' : ''} }, br0: { type: bridge, address: 10.0.${i}.254/24 }${ends(i)} }
    routes: [{ to: default, via: 172.16.0.254 }${is(i, 'metric') ? ', { to: 10.0.1.0/24, via: 172.16.0.2, metric: 5 }' : ''}]${is(i, 'dnat') ? '\n    nat: [{ masquerade: 10.0.1.0/24 }]' : ''}${is(i, 'proxy') ? '\n    sysctl: { proxy_arp: 1 }' : is(i, 'rp') ? '\n    sysctl: { rp_filter: 1 }' : is(i, 'arp') ? '\n    sysctl: { arp_ignore: 2 }' : ''}`)}
switches:
${list(Math.ceil(servers / rack), (i) => `  tor${i}: {}`)}
  core: {}
routers:
  gw:
    interfaces: { p0: { address: 172.16.0.254/24 } }
    routes:
${list(servers, (i) => (is(i, 'missing') ? '' : `      - { to: 10.0.${i}.0/24, via: 172.16.0.${is(i, 'wrong') ? (i + 1) % servers + 1 : i + 1} }`))}
vms:
${list(servers * guests, (i) => `  v${i}: { host: s${is(i % servers, 'stray') ? (i + 2) % servers : Math.floor(i / guests)}, interfaces: { eth0: { attach: br0, address: 10.0.${Math.floor(i / guests)}.${i % guests + 1}/24, gateway: 10.0.${Math.floor(i / guests)}.254${is(i % servers, 'down') ? ', up: false' : ''} } } }`)}
links:
${list(servers, (i) => `  - [s${i}:eth0, tor${Math.floor(i / rack)}:p${i % rack}]`)}
${list(Math.ceil(servers / rack), (i) => `  - [tor${i}:up, core:p${i}]`)}
  - [gw:p0, core:gw]
`
}

/** A fat tree or a leaf-spine by the fabric's own word, with tenants' overlays and one part that is unlike the others. */
const fabric = fc.record({
  shape: fc.constantFrom('type: fat-tree, k: 4', 'type: leaf-spine, leaves: 3, spines: 2, hosts: 2', 'type: three-tier, core: 2, distribution: 4, access: 4, hosts: 1', 'type: hypercube, size: 8'),
  faults: fc.array(fc.tuple(fc.nat(200), fc.constantFrom('interfaces: { p0: { mtu: 1400 } }', 'interfaces: { p1: { up: false } }', 'forwarding: false', 'routes: [{ to: 10.0.0.0/24, type: blackhole }]', 'sysctl: { rp_filter: 1 }')), { maxLength: 1 }),
})

describe('pairs by symmetry', () => {
  it('equal next hops of an end system are a set', () => {
    // In each order that they could be written in they were another place: with thirty of them the count never ended.
    const all = (net: number, n: number): string => Array.from({ length: n }, (_, i) => `10.${net}.0.${i + 10}`).join(', ')
    const text = (n: number, more: string): string => `
infra: 1
switches: { s1: {}, s2: {} }
servers:
  a: { interfaces: { e: { address: 10.1.200.1/16 } }, routes: [{ to: 10.2.0.0/16, via: [${all(1, n)}] }] }
  b: { interfaces: { e: { address: 10.2.200.1/16 } }, routes: [{ to: 10.1.0.0/16, via: [${all(2, n)}] }] }
routers:
${list(n, (i) => `  r${i}: { interfaces: { x: { address: 10.1.0.${i + 10}/16 }, y: { address: 10.2.0.${i + 10}/16 } }${i === 3 ? more : ''} }`)}
links: [[a:e, s1:a], [b:e, s2:b], ${Array.from({ length: n }, (_, i) => `[r${i}:x, s1:p${i}], [r${i}:y, s2:p${i}]`).join(', ')}]
`
    expect(compare(text(30, '')).asked).toBeLessThan(20)
    expect(compare(text(8, ', forwarding: false')).asked).toBeLessThan(40)
  })

  it('are what every pair says, on overlays over leaves and spines with odd ones out', () => {
    let saved = 0
    fc.assert(fc.property(overlay, (one) => {
      const { asked, pairs } = compare(overlayOf(one))
      if (asked < pairs * 0.6) saved++
    }), { seed: 20261121, numRuns: 40 })
    expect(saved).toBeGreaterThan(15)
  }, 120_000)

  it('are what every pair says, on racks behind a gateway', () => {
    let saved = 0
    fc.assert(fc.property(racks, (one) => {
      const { asked, pairs } = compare(racksOf(one))
      if (asked < pairs * 0.6) saved++
    }), { seed: 20261121, numRuns: 80 })
    expect(saved).toBeGreaterThan(20)
  }, 120_000)

  it('are what every pair says where some guests are far from their network, without a point for each place that they could be at', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.nat(19), { minLength: 1, maxLength: 12 }), fc.nat(9), fc.constantFrom('24', '16'), (strays, by, length) => {
      // With the longer prefix they ask for their network's gateway, with the shorter one for whoever is on the same bridge.
      const text = racksOf({ servers: 10, rack: 2, guests: 2, tunnels: [], faults: [] })
        .replace(/(address: 10\.0\.\d+\.\d+)\/24(?=, gateway)/g, `$1/${length}`)
        .replace(/( v(\d+): \{ host: s)(\d+)/g, (line, start: string, i: string, host: string) => (strays.includes(Number(i)) ? `${start}${(Number(host) + 1 + by) % 10}` : line))
      compare(text)
      const model = modelOf(realisedOf(text))
      const symmetries = symmetriesOf(model)
      const points = symmetries && pointsOf({ sends: () => true, isSentTo: () => true }, addressesOf, symmetries, model.all)
      if (strays.length <= 4) expect(points?.all.length).toBeLessThan(90)
    }), { seed: 20261122, numRuns: 30 })
  }, 120_000)

  it('are what every pair says, in fabrics with a fault', () => {
    let saved = 0
    fc.assert(fc.property(fabric, ({ shape, faults }) => {
      const text = `infra: 1\nfabrics: { dc: { ${shape} } }\n`
      const names = [...realisedOf(text).nodes.values()].filter(isStack)
      const broken = faults.map(([at, what]) => {
        const node = names[at % names.length]
        return node ? `${node.kind}s: { ${node.name}: { ${what} } }\n` : ''
      }).join('')
      const { asked, pairs } = compare(text + broken)
      if (asked < pairs * 0.6) saved++
    }), { seed: 20261121, numRuns: 12 })
    expect(saved).toBeGreaterThan(6)
  }, 120_000)

  it('tell a gateway that an end system holds from one that nobody has', () => {
    const { kinds } = compare(`
infra: 1
routers:
${[1, 2].map((i) => `  r${i}: { interfaces: { a: { address: 10.${i}.0.1/24 }, b: { address: 10.9.0.${i}/24 } }, routes: [{ to: default, via: 10.9.0.1${i} }] }`).join('\n')}
switches: { sw: {}, w1: {}, w2: {} }
servers:
  v: { interfaces: { eth0: { address: 10.9.0.11/24 } } }
${[1, 2].map((i) => `  h${i}: { interfaces: { eth0: { address: 10.${i}.0.5/24, gateway: 10.${i}.0.1 } } }`).join('\n')}
  t: { interfaces: { eth0: { address: 192.168.7.7/24 } } }
links: [${[1, 2].map((i) => `[r${i}:a, w${i}:p1], [h${i}:eth0, w${i}:p2], [r${i}:b, sw:p${i}]`).join(', ')}, [v:eth0, sw:p3], [t:eth0, sw:p4]]
`)
    expect(kinds).toBeGreaterThan(2)
  })

  it('are what every pair says, on generated networks', () => {
    for (let seed = 1; seed <= 60; seed++) compare(generate(seed))
  }, 120_000)

  it('are the same after an edit as from nothing', () => {
    let kept = 0
    fc.assert(fc.property(racks, fc.array(fc.tuple(fc.nat(20), fc.constantFrom('10.0.0.77/24', '10.0.1.9/25', '172.16.0.254/24', 'mtu', 'down', 'gateway', 'host')), { minLength: 1, maxLength: 3 }), (one, edits) => {
      let text = racksOf(one)
      let reading = readSource({ uri: 'file:///x.infra.yaml', text, version: 0 })
      let realised = reading && realize(reading.infra)
      for (const [at, what] of edits) {
        if (!reading || !realised) throw new Error('no reader')
        const before = symmetriesOf(modelOf(realised.infra))
        const line = new RegExp(`(  v${at % (one.servers * one.guests)}: .*?address: )[0-9./]+(, gateway: )[0-9.]+(?:, mtu: 1400)?(?:, up: false)?`)
        if (what === 'host') text = text.replace(new RegExp(`(  v${at % (one.servers * one.guests)}: \\{ host: s)\\d+`), `$1${(at + 3) % one.servers}`)
        else text = text.replace(line, (whole, start: string, then: string) => {
          const [address = '', gateway = ''] = whole.slice(start.length).replace(/, (mtu|up).*/, '').split(then)
          return what === 'mtu' ? `${start}${address}${then}${gateway}, mtu: 1400` : what === 'down' ? `${start}${address}${then}${gateway}, up: false` : what === 'gateway' ? `${start}${address}${then}10.0.0.200` : `${start}${what}${then}${gateway}`
        })
        reading = readSource({ uri: 'file:///x.infra.yaml', text, version: 1 }, reading)
        if (!reading) throw new Error('no reader')
        realised = realize(reading.infra, realised)
        const after = symmetriesOf(modelOf(realised.infra))
        if (before && before.sayings === after?.sayings) kept++
        expect(tally(realised.infra), text).toEqual(tally(realisedOf(text)))
      }
    }), { seed: 20261121, numRuns: 40 })
    expect(kept).toBeGreaterThan(8)
  }, 120_000)

  const tally = (infra: Infra): Record<string, number> => {
    const sums: Record<string, number> = {}
    const found = finish(countedBySymmetry(compile(infra), {}, (n, { verdict, reason, pathMtu }) => { sums[`${verdict} ${reason} ${pathMtu}`] = (sums[`${verdict} ${reason} ${pathMtu}`] ?? 0) + n }))
    return found ? sums : { none: 1 }
  }

  /** Texts one after the other, each read with the one before at hand; how often nothing had to be found anew. */
  function follow(texts: readonly string[]): number {
    let reading: Reading | undefined
    let realised: Realised | undefined
    let sayings: object | undefined
    let kept = 0
    for (const [version, text] of texts.entries()) {
      reading = readSource({ uri: 'file:///x.infra.yaml', text, version }, reading)
      if (!reading) throw new Error('no reader')
      realised = realize(reading.infra, realised)
      const now = symmetriesOf(modelOf(realised.infra))?.sayings
      if (now && now === sayings) kept++
      sayings = now
      const [mine, fresh] = [tally(realised.infra), tally(realisedOf(text))]
      // Only one of both may have found none.
      if (!('none' in mine) && !('none' in fresh)) expect(mine, texts.slice(0, version + 1).join('\n---\n')).toEqual(fresh)
    }
    return kept
  }

  /** A network without faults, then with some, then with others. */
  function come<Shape extends { readonly faults: readonly unknown[] }>(shapes: fc.Arbitrary<Shape>, textOf: (shape: Shape) => string, numRuns: number): void {
    let kept = 0
    fc.assert(fc.property(shapes, fc.array(shapes, { minLength: 2, maxLength: 4 }), (one, several) => {
      kept += follow([textOf({ ...one, faults: [] }), ...several.map(({ faults }) => textOf({ ...one, faults }))])
    }), { seed: 20261121, numRuns })
    expect(kept).toBeGreaterThan(30)
  }

  it('are the same after faults came and went as from nothing', () => come(overlay, overlayOf, 30), 240_000)

  it('are the same in racks after faults came and went as from nothing', () => come(racks, racksOf, 60), 240_000)

  it('are the same in fabrics after parts of it were changed and changed back as from nothing', () => {
    let kept = 0
    const filter = (from: string): string => `firewall: { input: { policy: accept, rules: [{ from: ${from}, action: drop }] } }`
    const change = fc.tuple(fc.nat(200), fc.oneof(fabric.map(({ faults: [one] }) => one?.[1] ?? 'forwarding: false'), fc.constantFrom('10.0.0.1/32', '10.0.0.2/32', '10.0.1.0/24', '10.0.0.0/9', '10.255.0.0/16', '10.0.0.0/23').map(filter)))
    fc.assert(fc.property(fc.constantFrom('type: fat-tree, k: 4', 'type: leaf-spine, leaves: 3, spines: 2, hosts: 3', 'type: clos, n: 2, m: 2, r: 3', 'type: torus, dims: [3, 3]'), fc.array(fc.array(change, { maxLength: 2 }), { minLength: 2, maxLength: 4 }), (shape, steps) => {
      const text = `infra: 1\nfabrics: { dc: { ${shape} } }\n`
      const names = [...realisedOf(text).nodes.values()].filter(isStack)
      if (names.length === 0) return
      kept += follow([text, ...steps.map((changes) => {
        const parts = new Map<string, Map<string, string>>()
        for (const [at, what] of changes) {
          const node = names[at % names.length]
          if (!node) continue
          const section = parts.get(`${node.kind}s`) ?? new Map<string, string>()
          parts.set(`${node.kind}s`, section.set(node.name, what))
        }
        return text + [...parts].map(([section, nodes]) => `${section}: { ${[...nodes].map(([name, what]) => `${name}: { ${what} }`).join(', ')} }\n`).join('')
      })])
    }), { seed: 20261121, numRuns: 30 })
    expect(kept).toBeGreaterThan(20)
  }, 240_000)

  it('are counted of a choice of senders and targets', () => {
    fc.assert(fc.property(racks, fc.array(fc.nat(30)), fc.array(fc.nat(30)), (one, from, to) => {
      const text = racksOf(one)
      const names = [...realisedOf(text).nodes.values()].filter(isStack).map(({ name }) => name)
      const some = (list: readonly number[]): readonly string[] => [...new Set(list.map((i) => names[i % names.length] ?? ''))]
      compare(text, { from: some(from), to: some(to) })
    }), { seed: 20261121, numRuns: 25 })
  }, 120_000)
})
