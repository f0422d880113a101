/** Services with an address of their own: who takes the connection, which backend is asked, and what the client gets back. */
import { describe, expect, it } from 'vitest'
import { parseIp } from '../../core/address/ip.ts'
import { traceFlow } from '../../core/forwarding/index.ts'
import { planeOf } from './plane.ts'

const text = (services: string, more = ''): string => `
infra: 1
routers: { r: { interfaces: { p0: { address: 10.0.0.254/24 }, p1: { address: 10.1.0.254/24 } } } }
servers:
  client: { interfaces: { eth0: { address: 10.0.0.1/24, gateway: 10.0.0.254 } } }
  lb: { interfaces: { eth0: { address: 10.1.0.10/24, gateway: 10.1.0.254 } } }
  web1: { interfaces: { eth0: { address: 10.1.0.11/24 } }${more} }
  web2: { interfaces: { eth0: { address: 10.1.0.12/24 } } }
switches: { sw: {} }
services: { ${services} }
links: [[client:eth0, r:p0], [r:p1, sw:p0], [lb:eth0, sw:p1], [web1:eth0, sw:p2], [web2:eth0, sw:p3]]
`
const ask = (file: string, to: string, port = 80, proto: 'tcp' | 'icmp' = 'tcp') => {
  const ip = parseIp(to)
  if (!ip) throw new Error(to)
  return traceFlow(planeOf(file), { from: 'client', to: ip, proto, ...(proto === 'tcp' && { port }), size: 60, df: false })
}
const balancer = 'web: { type: l4, vip: 10.1.0.100, port: 80, backends: [web1:8080, web2:8080], on: lb }'

describe('a balancer', () => {
  it('opens a connection of its own, so a backend needs no way to the client', () => {
    const trace = ask(text(balancer), '10.1.0.100')
    expect(trace.verdict).toBe('delivered')
    expect(trace.hops.find(({ step }) => step === 'nat')?.detail).toBe('service web takes it at 10.1.0.100 and asks web1 at 10.1.0.11:8080')
    expect(trace.hops.at(-1)).toMatchObject({ node: 'web1', step: 'deliver' })
    expect(trace.reply?.hops.at(-1)).toMatchObject({ node: 'client', step: 'deliver' })
    expect(trace.pathMtu).toBe(1500)
  })
  it('answers for its address itself: ping and other ports end there', () => {
    expect(ask(text(balancer), '10.1.0.100', 0, 'icmp')).toMatchObject({ verdict: 'delivered' })
    expect(ask(text(balancer), '10.1.0.100', 22).hops.at(-1)).toMatchObject({ node: 'lb', step: 'deliver' })
  })
  it('with one backend that refuses leaves it to chance', () => {
    const closed = text(balancer, ', firewall: { input: { policy: drop } }')
    expect(ask(closed, '10.1.0.100')).toMatchObject({ verdict: 'unknown' })
    expect(ask(closed.replace(', web2:8080', ''), '10.1.0.100')).toMatchObject({ verdict: 'dropped', reason: 'filtered' })
  })
  it('that no node is named for is not known', () => {
    expect(ask(text(balancer.replace(', on: lb', '')), '10.1.0.100')).toMatchObject({ verdict: 'unknown' })
  })
  it('is found by its neighbours, of either family, where its address stands on the device', () => {
    const near = (more: string, to: string): string => ask(`
infra: 1
servers:
  client: { interfaces: { e: { addresses: [10.1.0.1/24, 'fd00:1::1/64'] } } }
  lb: { interfaces: { e: { addresses: [10.1.0.10/24, 'fd00:1::10/64'] } }${more} }
services: { four: { type: dns, vip: 10.1.0.100, on: lb, backends: [lb] }, six: { type: dns, vip: 'fd00:1::100', on: lb, backends: [lb] }, apart: { type: dns, vip: 'fd09::1', on: lb, backends: [lb] } }
links: [[client:e, lb:e]]
`.replace('/64\'] } } }', "/64'] } }, routes: [{ to: 'fd09::/64', dev: e }] }"), to, 0, 'icmp').verdict
    expect(near('', 'fd00:1::100')).toBe('delivered')
    expect(near(', sysctl: { arp_ignore: 1 }', '10.1.0.100')).toBe('delivered')
    // On the loopback Linux answers no IPv6 neighbour for it.
    expect(near('', 'fd09::1')).toBe('dropped')
  })
  it('of type dns answers itself', () => {
    expect(ask(text(balancer.replace('l4', 'dns')), '10.1.0.100').hops.at(-1)).toMatchObject({ node: 'lb', step: 'deliver' })
  })
})

it('an anycast address is served by the backend that routing finds', () => {
  const file = text('any: { type: anycast, vip: 10.9.0.1, port: 80, backends: [web1:80, web2:80] }')
    .replace('10.1.0.11/24 }', '10.1.0.11/24, gateway: 10.1.0.254 }, lo: { address: 10.9.0.1/32 }')
    .replace('10.1.0.254/24 } } }', '10.1.0.254/24 } }, routes: [{ to: 10.9.0.1/32, via: 10.1.0.11 }] }')
  expect(ask(file, '10.9.0.1')).toMatchObject({ verdict: 'delivered' })
  expect(ask(file, '10.9.0.1').hops.at(-1)?.node).toBe('web1')
})
