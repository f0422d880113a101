/** After an edit only what it can have changed is asked again, and the answer is that of asking everything. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { printIp } from '../../core/address/ip.ts'
import { finish, readSource } from '../../core/analysis.ts'
import type { Reading } from '../../core/formats/format.ts'
import { compile, traceFlow, type Plane } from '../../core/forwarding/index.ts'
import { addressesOf, reach, reachClasses } from '../../core/reach/index.ts'
import type { ReachPair } from '../../core/reach/pair.ts'
import { isStack } from '../../core/infra/node.ts'
import { realize, type Realised } from '../../core/realize/index.ts'
import { generate } from '../kernel/generate.ts'
import { dice, edited } from './edited.ts'
import { mesh, tunnelled } from './meshes.ts'
import { muddle } from './muddle.ts'
import { reruled, ruled } from './ruled.ts'
import { tablesOf } from './tables.ts'

interface State {
  readonly reading: Reading
  readonly realised: Realised
  readonly plane: Plane
}

function stateOf(text: string, version: number, before?: State): State {
  const reading = readSource({ uri: 'file:///edited.infra.yaml', text, version }, before?.reading)
  if (!reading) throw new Error('no reader')
  const realised = realize(reading.infra, before?.realised)
  return { reading, realised, plane: compile(realised.infra, before?.plane) }
}

const say = ({ from, to, address, verdict, reason, because, pathMtu }: ReachPair): string => `${from} → ${to} ${printIp(address)}: ${verdict} ${reason} ${pathMtu} ${because}`
const all = ({ plane }: State): readonly string[] => finish(reach(plane)).map(say)

/** The same by classes, with how many pairs each stands for. */
const counted = ({ plane }: State): readonly string[] => finish(reachClasses(plane)).map(({ pairs, answer }) => `${pairs} × ${say(answer)}`)

/** Where symmetries are found, which of the pairs stands for the others depends on what was found before: only how many there are does not. */
function totals({ plane }: State): readonly string[] {
  const found = new Map<string, number>()
  for (const { pairs, answer: { verdict, reason, pathMtu } } of finish(reachClasses(plane))) {
    const what = `${verdict} ${reason} ${pathMtu}`
    found.set(what, (found.get(what) ?? 0) + pairs)
  }
  return [...found].map(([what, pairs]) => `${pairs} × ${what}`).sort()
}

/** Whole traces, hop by hop, of flows that a file may ask for: of several protocols and sizes. */
function traces({ plane }: State): readonly string[] {
  const stacks = [...plane.infra.nodes.values()].filter(isStack).slice(0, 5)
  const kinds = [{ proto: 'icmp', size: 84 }, { proto: 'tcp', port: 80, size: 60 }, { proto: 'udp', port: 53, size: 1500 }] as const
  return stacks.flatMap((from) => stacks.flatMap((to) => addressesOf(to).slice(0, 2).flatMap((address) => kinds.map((kind) => {
    const { hops, reply, verdict, because, pathMtu } = traceFlow(plane, { from: from.name, to: address, toNode: to.name, df: kind.proto === 'udp', ...kind })
    const way = [...hops, ...(reply?.hops ?? [])].map(({ node, interface: device, step, detail, table, size }) => `${node} ${device} ${step} ${detail} ${table} ${size}`)
    return [`${from.name} → ${to.name} ${printIp(address)} ${kind.proto}: ${verdict} ${because} ${pathMtu}`, ...way].join('\n')
  }))))
}

function follow(text: string, seed: number, edits: number, traced = seed % 3 === 0, compiled = seed % 4 === 0, change = edited): number {
  const roll = dice(seed)
  let state = stateOf(text, 1)
  let kept = 0
  all(state)
  for (let i = 0; i < edits; i++) {
    const next = change(text, roll)
    if (next === text) continue
    const before = state
    state = stateOf(next, i + 2, before)
    if (compiled) {
      const fresh = stateOf(next, 1)
      expect(tablesOf(state.plane), `tables, seed ${seed}, edit ${i} of\n${text}\nto\n${next}`).toEqual(tablesOf(fresh.plane))
      if (roll(3) === 0) expect(tablesOf(before.plane)).toEqual(tablesOf(stateOf(text, 1).plane))
    }
    // Of many kinds symmetries are looked for.
    const counts = /fat-tree|type: gre, id: 5/.test(text) ? totals : counted
    // Sometimes nobody asks between two edits.
    if (roll(4) > 0) {
      const fresh = stateOf(next, 1)
      const whole = all(fresh)
      const after = all(state)
      const wrong = after.flatMap((line, at) => (line === whole[at] ? [] : [`${line}\n  and not ${whole[at] ?? 'there'}`]))
      expect(wrong, `seed ${seed}, edit ${i} of\n${text}\nto\n${next}`).toEqual([])
      expect(after.length).toBe(whole.length)
      expect(counts(state), `counted, seed ${seed}, edit ${i} of\n${text}\nto\n${next}`).toEqual(counts(fresh))
      if (traced) expect(traces(state), `seed ${seed}, edit ${i} of\n${text}\nto\n${next}`).toEqual(traces(fresh))
      // The older plane answers as it did.
      if (roll(3) === 0) expect(all(before)).toEqual(all(stateOf(text, 1)))
      kept += whole.length
    }
    // A text that lost its nodes is no good for further edits.
    if (state.realised.infra.nodes.size > 1) text = next
    else state = before
  }
  return kept
}

// UNDERLAY_EDITS_FIRST tries other seeds.
const start = Number(process.env['UNDERLAY_EDITS_FIRST'] ?? 1)

const routers = (protocol: 'ospf' | 'bgp'): string => {
  const routing = (i: number): string => (protocol === 'ospf' ? `{ protocol: ospf, cost: { p0: ${i + 1} } }` : `{ protocol: bgp, as: ${65000 + i} }`)
  return `
infra: 1
servers:
  s0: { interfaces: { p0: { address: 10.1.0.1/24, gateway: 10.1.0.254 } } }
  s1: { interfaces: { p0: { address: 10.2.0.1/24, gateway: 10.2.0.254 } } }
  s2: { forwarding: true, interfaces: { p0: { address: 10.3.0.1/24, gateway: 10.3.0.254 }, br0: { type: bridge, stp: true, address: 10.4.0.254/24 } } }
routers:
  a: { routing: ${routing(0)}, interfaces: { p0: { address: 172.16.0.1/31 }, p1: { address: 172.16.0.5/31 }, down: { address: 10.1.0.254/24 }, tun: { type: gretap, id: 3, local: 172.16.0.1, remote: 172.16.0.3, address: 172.18.0.1/30 } } }
  b: { routing: ${routing(1)}, interfaces: { p0: { address: 172.16.0.0/31 }, p1: { address: 172.16.0.2/31 }, down: { address: 10.2.0.254/24 } } }
  c: { routing: ${routing(2)}, interfaces: { p0: { address: 172.16.0.3/31 }, p1: { address: 172.16.0.4/31 }, q: { address: 172.17.0.1/24 } } }
  d: { routing: ${routing(3)}, interfaces: { q: { address: 172.17.0.2/24 }, down: { address: 10.3.0.254/24 } }, routes: [{ to: 10.4.0.0/24, via: 10.3.0.1 }] }
switches: { sw: { stp: true }, t0: { stp: true }, t1: {} }
vms:
  v0: { host: s2, interfaces: { eth0: { attach: br0, address: 10.4.0.1/24, gateway: 10.4.0.254 } } }
  v1: { host: s2, interfaces: { eth0: { type: macvlan, attach: p0, address: 10.3.0.2/24, gateway: 10.3.0.254 } } }
links: [ [a:p0, b:p0], [b:p1, c:p0], [c:p1, a:p1], [c:q, sw:p0], [d:q, sw:p1], [s0:p0, a:down], [s1:p0, b:down], [s2:p0, d:down], [sw:u0, t0:p0], [t0:p1, t1:p0], [t1:p1, sw:u1] ]
`
}

/** A port goes down or up again, or its cost changes: ways come and go far from where somebody typed. */
function rewired(text: string, roll: (below: number) => number, pattern = /up: (?:true|false)|(?<=p\d+: )\d+(?=[, ])/g): string {
  const all = [...text.matchAll(pattern)]
  const at = all[roll(Math.max(1, all.length))]
  const word = at?.[0].startsWith('up') ? (at[0] === 'up: true' ? 'up: false' : 'up: true') : String([1, 4, 10, 35][roll(4)] ?? 1)
  return at?.index === undefined ? text : text.slice(0, at.index) + word + text.slice(at.index + at[0].length)
}

const fatTree = `
infra: 1
fabrics: { dc: { type: fat-tree, k: 4 } }
routers: { dc-p0-a0: { interfaces: { p0: { up: true }, p2: { up: true } } }, dc-p1-e0: { routing: { protocol: ospf, cost: { p2: 10 } } } }
servers: { dc-p2-e0-h0: { interfaces: { p0: { mtu: 1400 } } } }
`

const fabric = `
infra: 1
fabrics: { dc: { type: leaf-spine, leaves: 3, spines: 2, hosts: 2 } }
servers: { dc-leaf0-h0: { interfaces: { p0: { mtu: 1400 } } }, dc-leaf1-h0: { rack: r } }
routers: { dc-spine0: { interfaces: { p0: { mtu: 1450 }, p1: { up: true } } }, dc-leaf2: { sysctl: { rp-filter: 0 } } }
`

const cloud = `
infra: 1
tenants: { t0: {}, t1: {} }
servers:
  s0: { forwarding: true, interfaces: { eth0: { address: 172.16.0.1/24 } }, routes: [{ to: default, via: 172.16.0.9 }] }
  s1: { forwarding: true, interfaces: { eth0: { address: 172.16.0.2/24 } }, routes: [{ to: default, via: 172.16.0.9 }] }
  s2: { hypervisor: docker, forwarding: true, interfaces: { eth0: { address: 172.16.0.3/24 }, br9: { type: bridge, address: 10.9.0.254/24 } }, nat: [{ masquerade: 10.9.0.0/24, out: eth0 }] }
routers: { r: { interfaces: { p0: { address: 172.16.0.9/24 }, p1: { address: 172.17.0.9/24 } }, firewall: { forward: { policy: accept, rules: [ { from: 10.0.0.0/30, action: drop } ] } } } }
externals: { net: { interfaces: { e0: { address: 172.17.0.1/24 } }, answers: [0.0.0.0/0], routes: [{ to: 172.16.0.0/24, via: 172.17.0.9 }] } }
switches: { sw: {} }
networks:
  n: { type: vxlan, id: 7, uplink: eth0, subnet: 10.0.0.0/24 }
  m: { type: vxlan, id: 8, uplink: eth0, subnet: 10.1.0.0/24, gateway: { address: 10.1.0.254, on: s1 } }
security-groups:
  inner: { ingress: [ { from: group:inner }, { from: 10.0.0.0/30, proto: icmp } ] }
  outer: { ingress: [ { from: tenant:t0 }, { from: 0.0.0.0/0, ports: [80/tcp] } ] }
services: { web: { vip: 10.0.0.100, on: v0, port: 80/tcp, type: l4, backends: [v1, v2] } }
vms:
  v0: { host: s0, tenant: t0, security-groups: [inner], interfaces: { eth0: { network: n, address: 10.0.0.1/24 } } }
  v1: { host: s0, tenant: t0, security-groups: [outer], interfaces: { eth0: { network: n, address: 10.0.0.2/24 } } }
  v2: { host: s1, tenant: t1, security-groups: [inner], interfaces: { eth0: { network: n, address: 10.0.0.3/24 } } }
  v3: { host: s1, tenant: t1, interfaces: { eth0: { network: n, address: 10.0.0.4/24 } } }
  v4: { host: s0, tenant: t1, interfaces: { eth0: { network: m, address: 10.1.0.1/24, gateway: 10.1.0.254 } } }
containers:
  c0: { host: s2, interfaces: { eth0: { attach: br9, address: 10.9.0.1/24, gateway: 10.9.0.254 } }, ports: [ "8080:80/tcp" ] }
  c1: { host: s2, interfaces: { eth0: { attach: br9, address: 10.9.0.2/24, gateway: 10.9.0.254 } } }
links: [ [s0:eth0, sw:p0], [s1:eth0, sw:p1], [s2:eth0, sw:p2], [r:p0, sw:p3], [net:e0, r:p1] ]
expect: [ { reach: { from: v0, to: v2 } } ]
`

describe('reach after an edit', () => {
  it('is that of the whole, on generated networks', () => {
    let compared = 0
    for (let seed = start; seed < start + 100; seed++) compared += follow(generate(seed), seed, 8)
    expect(compared).toBeGreaterThan(1000)
  }, 240_000)

  it('is that of the whole, where groups, tenants, services and translations look at who sends', () => {
    for (let seed = start; seed < start + 20; seed++) follow(cloud, seed, 8, seed % 2 === 0)
  }, 240_000)

  it('has the tables of the whole, where ports of a switch come and go, up and down', () => {
    const between = (ports: string, ...links: readonly number[]): string => `infra: 1
switches: { sw: { ports: { ${ports} } } }
servers:
  a: { interfaces: { eth0: { address: 10.0.0.1/24 } } }
  b: { interfaces: { eth0: { master: br0 }, br0: { type: bridge, address: 10.0.0.2/24 }, eth0.5: { type: vlan, link: eth0, id: 5, address: 10.5.0.2/24 } } }
vms: { v: { host: b, interfaces: { eth0: { attach: br0, address: 10.0.0.3/24 } } } }
links: [ ${['[a:eth0, sw:p0]', '[b:eth0, sw:p1]'].filter((_, i) => links.includes(i)).join(', ')} ]
`
    const texts = [between('', 0, 1), between('p1: { up: false }', 0, 1), between('p0: { up: false }', 0, 1), between('p0: { up: true }', 0, 1), between('', 0), between('p1: { up: false }', 0, 1), between('', 1), between('', 0, 1)]
    let state: State | undefined
    for (const [i, text] of texts.entries()) {
      state = stateOf(text, i + 1, state)
      expect(tablesOf(state.plane), text).toEqual(tablesOf(stateOf(text, 1).plane))
      expect(all(state), text).toEqual(all(stateOf(text, 1)))
    }
  })

  it('is that of the whole, where packets go round and come back', () => {
    let asked = 0
    for (let seed = 1; seed <= 40; seed++) asked += follow(muddle(seed), seed, 8)
    expect(asked).toBeGreaterThan(2000)
  }, 120_000)

  it('is that of the whole, where routers tell each other their networks', () => {
    for (let seed = start; seed < start + 16; seed++) follow([routers('ospf'), routers('bgp'), fabric, routers('ospf').replace(/, tun: \{.*?\}/, '')][seed % 4] ?? fabric, seed, 8, false, true)
  }, 240_000)

  it('is that of the whole, where routers choose among many ways', () => {
    for (let seed = start; seed < start + 16; seed++) follow(seed % 6 === 0 ? fatTree : mesh(seed), seed, 12, false, seed % 3 === 0, seed % 2 === 0 ? edited : rewired)
  }, 240_000)

  it('is that of the whole, where rules about what is forwarded come and go', () => {
    const change = (text: string, roll: (below: number) => number): string => (roll(3) > 0 ? reruled : roll(4) > 0 ? rewired : edited)(text, roll)
    for (let seed = start; seed < start + 15; seed++) follow(ruled(seed % 7 === 0 ? tunnelled(seed) : seed % 2 === 0 ? mesh(seed) : muddle(seed), seed), seed, 12, seed % 4 === 0, seed % 8 === 0, change)
  }, 240_000)

  it('is that of the whole, where tunnels are carried by what changes', () => {
    for (let seed = start; seed < start + 14; seed++) follow(tunnelled(seed), seed, 12, seed % 5 === 0, seed % 4 === 0, seed % 3 === 0 ? edited : rewired)
  }, 240_000)

  it('is that of the whole, where tunnels were forgotten that nobody asked for through many edits', () => {
    for (let seed = start; seed < start + 24; seed++) {
      const roll = dice(seed)
      let text = tunnelled(seed)
      let state = stateOf(text, 1)
      all(state)
      const [from = '', to = ''] = [...state.plane.infra.nodes.values()].filter(isStack).map(({ name }) => name)
      for (let i = 0; i < 16; i++) {
        const next = rewired(text, roll)
        state = stateOf(next, i + 2, state)
        finish(reach(state.plane, { from: [from], to: [to] }))
        if (i === 15) expect(all(state), `seed ${seed}, edit ${i} of\n${text}\nto\n${next}`).toEqual(all(stateOf(next, 1)))
        text = next
      }
    }
  }, 240_000)

  it('is that of the whole, where not everybody was asked on whom it leans', () => {
    for (let seed = start; seed < start + 40; seed++) {
      const roll = dice(seed)
      let text = mesh(seed, 14)
      let state = stateOf(text, 1)
      const asked = (one: State): readonly string[] => finish(reach(one.plane, { from: ['s0'], to: ['s2', 's4'] })).map(say)
      asked(state)
      for (let i = 0; i < 10; i++) {
        const next = rewired(text, roll)
        state = stateOf(next, i + 2, state)
        if (roll(4) > 0) expect(asked(state), `seed ${seed}, edit ${i} of\n${text}\nto\n${next}`).toEqual(asked(stateOf(next, 1)))
        text = next
      }
    }
  }, 240_000)

  it('is that of the whole, where destinations are asked for again after several edits', () => {
    for (let seed = start; seed < start + 16; seed++) {
      const roll = dice(seed)
      let text = mesh(seed, 8)
      let state = stateOf(text, 1)
      const asked = (one: State, from: string, to: string): readonly string[] => finish(reach(one.plane, { from: [from], to: [to] })).map(say)
      all(state)
      const ends = [...text.matchAll(/ {2}(s\d+): /g)].map(([, name]) => name ?? '')
      for (let i = 0; i < 24; i++) {
        // Now and then a router no longer speaks, or does again.
        const silent = text.replace('routing: { protocol: ospf', 'routing: { protocol: bgp')
        const next = roll(12) === 0 ? (silent === text ? text.replace('protocol: bgp', 'protocol: ospf') : silent) : rewired(text, roll, /(?<=p\d+: )\d+(?=[, ])/g)
        state = stateOf(next, i + 2, state)
        const [from = '', to = ''] = [ends[roll(ends.length)], ends[roll(ends.length)]]
        expect(asked(state, from, to), `seed ${seed}, edit ${i} of\n${text}\nto\n${next}`).toEqual(asked(stateOf(next, 1), from, to))
        text = next
      }
    }
  }, 240_000)

  it('gives a loss the reason that it has now, to those before it, too', () => {
    const text = (route: string): string => `
infra: 1
servers:
  a: { interfaces: { e: { address: 10.1.0.2/24, gateway: 10.1.0.1 } } }
  b: { interfaces: { e: { address: 10.9.0.2/24 } } }
routers:
  r1: { interfaces: { l: { address: 10.1.0.1/24 }, r: { address: 10.2.0.1/24 } }, routes: [{ to: default, via: 10.2.0.2 }] }
  r2: { interfaces: { l: { address: 10.2.0.2/24 }, r: { up: false } }, routes: [{ to: 10.1.0.0/24, via: 10.2.0.1 }${route}] }
links: [[a:e, r1:l], [r1:r, r2:l], [r2:r, b:e]]
`
    const routes = ['', ', { to: 10.9.0.0/24, via: 1.2.3.4 }', ', { to: 10.8.0.0/24, via: 1.2.3.5 }', ', { to: 10.9.0.0/24, type: unreachable }', ', { to: 10.9.0.0/24, type: blackhole }', ', { to: 10.9.0.0/24, via: 10.2.0.9 }', ', { to: 10.9.0.0/24, via: 10.2.0.8 }', '']
    let state = stateOf(text(''), 1)
    const told = new Set<string>()
    for (const [i, route] of routes.entries()) {
      state = stateOf(text(route), i + 2, state)
      const after = all(state)
      expect(after, route).toEqual(all(stateOf(text(route), 1)))
      for (const line of after) if (line.startsWith('a → b')) told.add(line)
    }
    expect(told.size).toBeGreaterThan(5)
  })

  it('is that of the whole, on the examples', () => {
    const folder = new URL('../../examples/', import.meta.url)
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.infra.yaml'))) {
      const text = readFileSync(new URL(name, folder), 'utf8')
      if (stateOf(text, 1).realised.infra.nodes.size <= 60) follow(text, name.length, 6)
    }
  }, 240_000)
})
