/** Traces read like a walk through the network, hop by hop. */
import { describe, expect, it } from 'vitest'
import { parseIp } from '../../core/address/ip.ts'
import { compile, segmentsOf, traceFlow, tunnelEdgesOf } from '../../core/forwarding/index.ts'
import type { Flow } from '../../core/forwarding/flow.ts'
import type { Hop } from '../../core/forwarding/trace.ts'
import { isStack } from '../../core/infra/node.ts'
import { addressesOf } from '../../core/reach/index.ts'
import { generate } from '../kernel/generate.ts'
import { planeOf, realisedOf } from './plane.ts'

/*
 *   vm1 ── br0 s1 vtun0 ═══════ gretap ═══════ vtun0 s2 br0 ── vm3
 *             eth0 20.0.0.1 ── r1 ── 30.0.0.1 eth0
 */
const overGre = `
infra: 1
servers:
  s1:
    interfaces: { eth0: { address: 20.0.0.1/24, gateway: 20.0.0.254 }, br0: { type: bridge }, vtun0: { type: gretap, local: 20.0.0.1, remote: 30.0.0.1, master: br0 } }
  s2:
    interfaces: { eth0: { address: 30.0.0.1/24, gateway: 30.0.0.254 }, br0: { type: bridge }, vtun0: { type: gretap, local: 30.0.0.1, remote: 20.0.0.1, master: br0 } }
routers:
  r1: { interfaces: { p1: { address: 20.0.0.254/24 }, p2: { address: 30.0.0.254/24 } } }
vms:
  vm1: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24, mtu: 1462 } } }
  vm3: { host: s2, interfaces: { eth0: { attach: br0, address: 10.0.0.3/24, mtu: 1462 } } }
links: [[s1:eth0, r1:p1], [s2:eth0, r1:p2]]
`

const flow = (from: string, to: string, more: Partial<Flow> = {}): Flow => {
  const ip = parseIp(to)
  if (!ip) throw new Error(to)
  return { from, to: ip, proto: 'icmp', size: 84, df: false, ...more }
}
const brief = ({ node, interface: device, step, size }: Hop): string => `${node}${device === null ? '' : `:${device}`} ${step} ${size}`

describe('a trace', () => {
  it('walks a tenant network over GRE', () => {
    const { verdict, hops, reply, pathMtu } = traceFlow(planeOf(overGre), flow('vm1', '10.0.0.3', { toNode: 'vm3' }))
    expect({ verdict, pathMtu, reply: reply?.verdict }).toEqual({ verdict: 'delivered', pathMtu: 1462, reply: 'delivered' })
    expect(hops.map(brief)).toEqual([
      'vm1 send 84', 'vm1:eth0 route 84', 'vm1:eth0 arp 84', 'vm1:eth0 transmit 84', 's1:vm1-eth0 receive 84', 's1:vtun0 bridge 84', 's1:vtun0 encapsulate 122',
      's1:eth0 route 122', 's1:eth0 arp 122', 's1:eth0 transmit 122', 'r1:p1 receive 122', 'r1:p1 route 122', 'r1:p2 forward 122', 'r1:p2 arp 122', 'r1:p2 transmit 122',
      's2:eth0 receive 122', 's2:vtun0 decapsulate 84', 's2:vm3-eth0 bridge 84', 's2:vm3-eth0 transmit 84', 'vm3:eth0 receive 84', 'vm3:eth0 deliver 84',
    ])
    expect(hops[9]?.headers).toEqual(['eth', 'ipv4 20.0.0.1>30.0.0.1', 'gre', 'eth', 'ipv4 10.0.0.1>10.0.0.3', 'icmp echo'])
    expect(hops[7]?.table).toBe('route default via 20.0.0.254 dev eth0')
  })

  it('undoes a translation on the way back', () => {
    const { hops, reply } = traceFlow(planeOf(`
infra: 1
servers: { a: { interfaces: { eth0: { address: 10.0.0.1/24, gateway: 10.0.0.254 } } }, out: { interfaces: { eth0: { address: 203.0.113.9/24 } } } }
routers: { gw: { interfaces: { lan: { address: 10.0.0.254/24 }, wan: { address: 203.0.113.1/24 } }, nat: [{ masquerade: 10.0.0.0/24, out: wan }] } }
links: [[a:eth0, gw:lan], [gw:wan, out:eth0]]`), flow('a', '203.0.113.9'))
    expect(hops.filter(({ step }) => step === 'nat').map(({ node, detail }) => `${node}: ${detail}`)).toEqual(['gw: source becomes 203.0.113.1'])
    expect(reply?.hops.filter(({ step }) => step === 'nat').map(({ node, detail }) => `${node}: ${detail}`)).toEqual(['gw: the answer goes back to 10.0.0.1'])
  })

  it('says where a packet ends, in the network of every seed', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const infra = realisedOf(generate(seed))
      const plane = compile(infra)
      const stacks = [...infra.nodes.values()].filter(isStack)
      for (const from of stacks) {
        for (const to of stacks) {
          for (const ip of from === to ? [] : addressesOf(to)) {
            const trace = traceFlow(plane, { from: from.name, to: ip, toNode: to.name, proto: 'icmp', size: 84, df: false })
            const way = trace.reason === 'no-return' ? trace.reply : trace
            const last = way?.hops.at(-1)
            const label = `seed ${seed}: ${from.name} → ${to.name}: ${trace.verdict} ${trace.reason}`
            expect(last, label).toBeDefined()
            if (trace.verdict === 'delivered') expect(last?.step, label).toBe('deliver')
            else if (trace.verdict === 'dropped' && way?.reason !== 'not-delivered') expect(last?.step, label).toBe('drop')
            for (const hop of trace.hops) expect(hop.interface === null || infra.nodes.get(hop.node)?.interfaces.has(hop.interface), label).toBe(true)
          }
        }
      }
    }
  })

  it('ends for tunnels that lead into each other', () => {
    const { verdict, reason } = traceFlow(planeOf(`
infra: 1
servers:
  a:
    interfaces:
      eth0: { address: 10.0.0.1/24 }
      t1: { type: gre, local: 10.0.0.1, remote: 10.8.0.1, address: 10.9.0.2/24 }
      t2: { type: gre, local: 10.0.0.1, remote: 10.9.0.1, address: 10.8.0.2/24 }
  b: { interfaces: { eth0: { address: 10.0.0.2/24 } } }
links: [[a:eth0, b:eth0]]`), flow('a', '10.9.0.1'))
    expect({ verdict, reason }).toEqual({ verdict: 'dropped', reason: 'loop' })
  })
})

describe('segments and tunnel edges', () => {
  it('a tunnel joins two bridges to one broadcast domain', () => {
    const [first, second, third, ...rest] = segmentsOf(planeOf(overGre))
    expect(rest).toEqual([])
    const members = (one: typeof first): string | undefined => one?.members.map(({ node, interface: device }) => `${node}:${device}`).join(' ')
    expect([members(first), members(second), members(third)]).toEqual(['s1:eth0 r1:p1', 's1:br0 s2:br0 vm1:eth0 vm3:eth0', 's2:eth0 r1:p2'])
    expect(second?.carriers).toEqual(['s1:br0', 's1:vtun0', 's2:br0', 's2:vtun0'])
  })

  it('each direction of a tunnel knows its far end and what remains of the MTU', () => {
    expect(tunnelEdgesOf(planeOf(overGre))).toEqual([
      { node: 's1', interface: 'vtun0', remote: '30.0.0.1', to: { node: 's2', interface: 'vtun0' }, verdict: 'delivered', reason: null, outerMtu: 1500, innerMtu: 1462 },
      { node: 's2', interface: 'vtun0', remote: '20.0.0.1', to: { node: 's1', interface: 'vtun0' }, verdict: 'delivered', reason: null, outerMtu: 1500, innerMtu: 1462 },
    ])
  })

  it('two keys that differ are told in words', () => {
    const [edge] = tunnelEdgesOf(planeOf(overGre.replace('type: gretap,', 'type: gretap, id: 7,')))
    expect(edge).toMatchObject({ verdict: 'dropped', to: undefined, reason: 'key 7 here, none there' })
  })
})
