/** What a sender is told of a packet that was dropped: which ICMP error, from whom, with which MTU, and when nobody says a word. */
import { describe, expect, it } from 'vitest'
import { parseIp } from '../../core/address/ip.ts'
import { traceFlow } from '../../core/forwarding/index.ts'
import { planeOf } from './plane.ts'

const chain = (first: string, second = ''): string => `
infra: 1
servers:
  a: { interfaces: { eth0: { addresses: [10.0.1.1/24, fd00:1::1/64], gateway: 10.0.1.254 } }, routes: [{ to: '::/0', via: fd00:1::fe }] }
  b: { interfaces: { eth0: { addresses: [10.0.2.1/24, fd00:2::1/64], gateway: 10.0.2.254 } }, routes: [{ to: '::/0', via: fd00:2::fe }] }
routers:
  r1: { interfaces: { p1: { addresses: [10.0.1.254/24, fd00:1::fe/64] }, p2: { addresses: [192.168.0.1/24, fd00:9::1/64] } }, routes: [${first}] }
  r2: { interfaces: { p1: { addresses: [192.168.0.2/24, fd00:9::2/64] }, p2: { addresses: [10.0.2.254/24, fd00:2::fe/64] } }, routes: [{ to: 10.0.1.0/24, via: 192.168.0.1 }, { to: 'fd00:1::/64', via: fd00:9::1 }]${second} }
links: [[a:eth0, r1:p1], [r1:p2, r2:p1], [r2:p2, b:eth0]]
`
const errorOf = (file: string, address: string, size = 84) => {
  const to = parseIp(address)
  if (!to) throw new Error('address')
  return traceFlow(planeOf(file), { from: 'a', to, proto: 'icmp', size, df: size > 84 }).error
}
const both = "{ to: 10.0.2.0/24, via: 192.168.0.2 }, { to: 'fd00:2::/64', via: fd00:9::2 }"

describe('the sender is told', () => {
  it.each([
    ['of no route', chain(''), '10.0.2.1', { name: 'net-unreachable', type: 3, code: 0, mtu: null, from: '10.0.1.254' }],
    ['of no route, in IPv6', chain(''), 'fd00:2::1', { name: 'no-route', type: 1, code: 0, mtu: null, from: 'fd00:1::fe' }],
    ['of a route that says unreachable', chain('{ to: 10.0.2.0/24, type: unreachable }'), '10.0.2.1', { name: 'host-unreachable', type: 3, code: 1, mtu: null, from: '10.0.1.254' }],
    ['of the same in IPv6 as of none', chain("{ to: 'fd00:2::/64', type: unreachable }"), 'fd00:2::1', { name: 'no-route', type: 1, code: 0, mtu: null, from: 'fd00:1::fe' }],
    ['of a silent neighbour', chain(both), '10.0.2.7', { name: 'host-unreachable', type: 3, code: 1, mtu: null, from: '192.168.0.2' }],
    ['of a silent neighbour in IPv6', chain(both), 'fd00:2::7', { name: 'address-unreachable', type: 1, code: 3, mtu: null, from: 'fd00:9::2' }],
    ['of a circle, by whoever held it last', chain('{ to: 10.0.3.0/24, via: 192.168.0.2 }', '').replace("{ to: 10.0.1.0/24,", "{ to: 10.0.3.0/24, via: 192.168.0.1 }, { to: 10.0.1.0/24,"), '10.0.3.1', { name: 'time-exceeded', type: 11, code: 0, mtu: null, from: '192.168.0.2' }],
  ] as const)('%s', (_, file, address, icmp) => expect(errorOf(file, address)).toMatchObject({ verdict: 'delivered', icmp }))

  it('with the MTU that would fit, in IPv6 never below 1280', () => {
    const narrow = (mtu: number): string => chain(both).replace('p2: { addresses: [10.0.2.254/24, fd00:2::fe/64] }', `p2: { addresses: [10.0.2.254/24, fd00:2::fe/64], mtu: ${mtu} }`)
    expect(errorOf(narrow(1400), '10.0.2.1', 1500)).toMatchObject({ icmp: { type: 3, code: 4, mtu: 1400, from: '192.168.0.2' } })
    expect(errorOf(narrow(1400), 'fd00:2::1', 1500)).toMatchObject({ icmp: { type: 2, code: 0, mtu: 1400, from: 'fd00:9::2' } })
  })
})

describe('nobody says a word', () => {
  it.each([
    ['of a blackhole', chain('{ to: 10.0.2.0/24, type: blackhole }')], ['where nothing is forwarded', chain(both).replace('r1: {', 'r1: { forwarding: false,')],
    ['where a filter drops', chain(both, ', firewall: { forward: { policy: drop } }')],
  ])('%s', (_, file) => expect(errorOf(file, '10.0.2.1')).toBeUndefined())
})

describe('through a tunnel', () => {
  it('the tunnel’s host is told of its outer packet, and tells the inner sender what is left', () => {
    const error = errorOf(`
infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.0.1.1/24, gateway: 10.0.1.254 } } }
  b: { interfaces: { eth0: { address: 10.0.2.1/24, gateway: 10.0.2.254 } } }
routers:
  t1: { interfaces: { p: { address: 10.0.1.254/24 }, w: { address: 20.0.0.1/24, gateway: 20.0.0.254 }, g: { type: gre, local: 20.0.0.1, remote: 30.0.0.1 } }, routes: [{ to: 10.0.2.0/24, dev: g }] }
  core: { interfaces: { p1: { address: 20.0.0.254/24 }, p2: { address: 30.0.0.254/24, mtu: 1400 } } }
  t2: { interfaces: { p: { address: 10.0.2.254/24 }, w: { address: 30.0.0.1/24, gateway: 30.0.0.254, mtu: 1400 }, g: { type: gre, local: 30.0.0.1, remote: 20.0.0.1 } }, routes: [{ to: 10.0.1.0/24, dev: g }] }
links: [[a:eth0, t1:p], [t1:w, core:p1], [core:p2, t2:w], [t2:p, b:eth0]]
`, '10.0.2.1', 1476)
    expect(error).toMatchObject({ verdict: 'delivered', icmp: { name: 'fragmentation-needed', mtu: 1376, from: '10.0.1.254' } })
    expect(error?.hops.map(({ node }) => node).filter((node, i, all) => node !== all[i - 1])).toEqual(['core', 't1', 'a'])
  })
})
