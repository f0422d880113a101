/** Contradictory models end with a verdict and a reason: circles of devices, owners at odds, thousands of routes to one place. */
import { describe, expect, it } from 'vitest'
import { parseIp } from '../../core/address/ip.ts'
import { compile, segmentsOf, traceFlow, tunnelEdgesOf } from '../../core/forwarding/index.ts'
import { infraFormat } from '../../core/formats/infra/index.ts'
import { reach } from '../../core/reach/index.ts'
import { realize } from '../../core/realize/index.ts'
import { finished } from './plane.ts'

/** All pairs as lines, whatever errors the file has. */
function answers(text: string): readonly string[] {
  const plane = compile(realize(infraFormat.read({ uri: 'file:///bad.infra.yaml', text, version: 1 }).infra).infra)
  segmentsOf(plane)
  tunnelEdgesOf(plane)
  const pairs = finished(reach(plane))
  for (const { from, to, address, verdict } of pairs) {
    const trace = traceFlow(plane, { from, to: address, toNode: to, proto: 'icmp', size: 84, df: false })
    expect([from, to, trace.verdict]).toEqual([from, to, verdict])
  }
  return pairs.map(({ from, to, verdict, reason, pathMtu }) => `${from} ${to} ${verdict} ${reason ?? '-'} ${pathMtu ?? '-'}`)
}

const two = (a: string, b: string, more = 'links: [[a:eth0, b:eth0]]'): string => `
infra: 1
servers:
  a: ${a}
  b: ${b}
${more}
`
const plain = (n: number): string => `{ interfaces: { eth0: { address: 10.0.0.${n}/24 } } }`

describe('a model that contradicts itself', () => {
  const cases: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    'a bridge that is a port of itself': [two('{ interfaces: { eth0: { type: bridge, master: eth0, address: 10.0.0.1/24 } } }', plain(2), ''), ['a b dropped no-carrier -', 'b a dropped no-carrier -']],
    'bridges that are ports of each other': [two('{ interfaces: { x: { type: bridge, master: y, address: 10.0.0.1/24 }, y: { type: bridge, master: x }, eth0: { master: x } } }', plain(2)), ['a b *', 'b a *']],
    'vlan devices that stand on each other': [two('{ interfaces: { x: { type: vlan, id: 1, link: y, address: 10.0.0.1/24 }, y: { type: vlan, id: 2, link: x } } }', plain(2), ''), ['a b dropped no-carrier -', 'b a dropped no-carrier -']],
    'a vlan device on itself': [two('{ interfaces: { x: { type: vlan, id: 1, link: x, address: 10.0.0.1/24 } } }', plain(2), ''), ['a b dropped no-route -', 'b a dropped no-carrier -']],
    'a bond in itself': [two('{ interfaces: { x: { type: bond, master: x, address: 10.0.0.1/24 } } }', plain(2), ''), ['a b dropped no-carrier -', 'b a dropped no-carrier -']],
    'macvlans on each other': [two('{ interfaces: { x: { type: macvlan, link: y, address: 10.0.0.1/24 }, y: { type: macvlan, link: x } } }', plain(2), ''), ['a b dropped no-carrier -', 'b a dropped no-carrier -']],
    'a link from an interface to itself': [two(plain(1), plain(2), 'links: [[a:eth0, a:eth0]]'), ['a b dropped no-carrier -', 'b a dropped no-carrier -']],
    'three links at one interface': [two(plain(1), plain(2), 'links: [[a:eth0, b:eth0], [a:eth0, b:eth1], [a:eth0, a:eth2]]'), ['a b delivered - 1500', 'b a delivered - 1500']],
    'a tunnel to itself': [two('{ interfaces: { eth0: { address: 10.0.0.1/24 }, t: { type: gre, local: 10.0.0.1, remote: 10.0.0.1, address: 10.9.0.1/24 } } }', '{ interfaces: { eth0: { address: 10.0.0.2/24 }, t: { type: gre, local: 10.0.0.2, remote: 10.9.0.1, address: 10.9.0.2/24 } } }'), ['a b *', 'a b *', 'b a *', 'b a *']],
    'a route whose gateway is its own': [two('{ interfaces: { eth0: { address: 10.0.0.1/24, gateway: 10.0.0.1 } } }', '{ interfaces: { eth0: { address: 10.0.1.2/24 } } }'), ['a b dropped *', 'b a dropped no-route -']],
    'two owners of an address': [two(plain(1), plain(1)), ['a b dropped not-delivered -', 'b a dropped not-delivered -']],
    'two owners of an Ethernet address': [two('{ interfaces: { eth0: { address: 10.0.0.1/24, mac: "02:00:00:00:00:01" } } }', '{ interfaces: { eth0: { address: 10.0.0.2/24, mac: "02:00:00:00:00:01" } } }'), ['a b delivered - 1500', 'b a delivered - 1500']],
  }
  for (const [name, [text, lines]] of Object.entries(cases)) {
    it(`ends: ${name}`, () => {
      const found = answers(text)
      expect(found.length).toBe(lines.length)
      for (const [i, line] of lines.entries()) expect(found[i]).toMatch(new RegExp(`^${line.replace('*', '.*')}$`))
    })
  }

  it('ends: guests that host each other', () => {
    expect(answers(`
infra: 1
vms:
  a: { host: b, interfaces: { br0: { type: bridge }, eth0: { attach: br0, address: 10.0.0.1/24 } } }
  b: { host: a, interfaces: { br0: { type: bridge }, eth0: { attach: br0, address: 10.0.0.2/24 } } }
`).length).toBe(2)
  })

  it('ends: tunnels over tunnels over each other', () => {
    const site = (n: number): string => `{ interfaces: { eth0: { address: 10.0.0.${n}/24 }, ${Array.from({ length: 12 }, (_, i) =>
      `t${i}: { type: gre, local: 10.${i}.0.${n}, remote: 10.${i}.0.${3 - n}, address: 10.${i + 1}.0.${n}/24 }`).join(', ')} } }`
    const found = answers(two(site(1), site(2)))
    // Twelve tunnels in a row: the kernel nests no more than some, and each takes its bytes.
    expect(found[0]).toBe('a b delivered - 1500')
    expect(found[1]).toBe('a b delivered - 1476')
    expect(found.filter((line) => line.includes('dropped loop')).length).toBeGreaterThan(0)
  })

  it('10,000 routes to one prefix: the first of the least metric counts', () => {
    const routes = Array.from({ length: 10_000 }, (_, n) => `{ to: 10.9.0.0/24, via: 10.0.0.${n === 7777 ? 2 : 3}, metric: ${n === 7777 ? 1 : n + 2} }`)
    expect(answers(two(`{ interfaces: { eth0: { address: 10.0.0.1/24 } }, routes: [${routes.join(', ')}] }`, '{ interfaces: { eth0: { address: 10.0.0.2/24 }, lo: { address: 10.9.0.1/32 } } }'))).toEqual([
      'a b delivered - 1500', 'a b delivered - 1500', 'b a delivered - 1500',
    ])
    expect(answers(two(`{ interfaces: { eth0: { address: 10.0.0.1/24 } }, routes: [{ to: 10.9.0.0/24, via: [${Array.from({ length: 10_000 }, () => '10.0.0.2').join(', ')}] }] }`, plain(2))).length).toBe(2)
  })

  it('a circle of routers says loop, before the hops run out', () => {
    const count = 70
    const names = Array.from({ length: count }, (_, n) => n)
    const text = `
infra: 1
routers:
${names.map((n) => `  r${n}: { interfaces: { up: { address: 10.1.${n}.1/30 }, down: { address: 10.1.${(n + count - 1) % count}.2/30 } }, routes: [{ to: 10.9.0.0/24, via: 10.1.${n}.2 }] }`).join('\n')}
links:
${names.map((n) => `  - [r${n}:up, r${(n + 1) % count}:down]`).join('\n')}
`
    const plane = compile(realize(infraFormat.read({ uri: 'file:///bad.infra.yaml', text, version: 1 }).infra).infra)
    const to = parseIp('10.9.0.1')
    if (!to) throw new Error('no address')
    const trace = traceFlow(plane, { from: 'r0', to, proto: 'icmp', size: 84, df: false })
    expect([trace.verdict, trace.reason]).toEqual(['dropped', 'loop'])
    expect(trace.hops.at(-1)?.step).toBe('drop')
  })
})
