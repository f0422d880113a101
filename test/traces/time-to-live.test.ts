/** Where a time to live ends: in a circle, or on a way that is too long for it; and what a router says of a nearer way. */
import { describe, expect, it } from 'vitest'
import { parseIp, type Ip } from '../../core/address/ip.ts'
import { traceFlow } from '../../core/forwarding/index.ts'
import { reach } from '../../core/reach/index.ts'
import { finished, planeOf } from './plane.ts'

const ip = (text: string): Ip => parseIp(text) ?? { family: 4, value: 0n }

/** Routers in a row, a machine at each end. */
function row(routers: number): string {
  const lines = ['infra: 1', 'servers:']
  lines.push('  a: { interfaces: { e: { address: 10.0.0.1/24, gateway: 10.0.0.254 } } }', `  b: { interfaces: { e: { address: 10.0.${routers}.1/24, gateway: 10.0.${routers}.254 } } }`, 'routers:')
  for (let r = 0; r < routers; r++) {
    lines.push(`  r${r}: { interfaces: { l: { address: 10.0.${r}.${r === 0 ? 254 : 2}/24 }, r: { address: 10.0.${r + 1}.${r === routers - 1 ? 254 : 1}/24 } }, routes: [{ to: 10.0.${routers}.0/24, via: 10.0.${r + 1}.2 }, { to: 10.0.0.0/24, via: 10.0.${r}.1 }] }`)
  }
  lines.push('links:', '  - [a:e, r0:l]', `  - [r${routers - 1}:r, b:e]`)
  for (let r = 0; r + 1 < routers; r++) lines.push(`  - [r${r}:r, r${r + 1}:l]`)
  return lines.join('\n')
}

describe('a time to live', () => {
  it('of 64 lets a packet pass 63 routers and no more', () => {
    const trace = (routers: number) => traceFlow(planeOf(row(routers)), { from: 'a', to: ip(`10.0.${routers}.1`), proto: 'icmp', size: 84, df: false })
    expect(trace(63).verdict).toBe('delivered')
    const lost = trace(64)
    expect(lost).toMatchObject({ verdict: 'dropped', reason: 'loop', because: 'its time to live ran out at hop 64: it does not go round in a circle, the way is longer than that' })
    expect(lost.error?.icmp).toMatchObject({ type: 11, code: 0 })
    // All pairs say the same as one trace.
    const pair = finished(reach(planeOf(row(64)))).find(({ from, to, address }) => from === 'a' && to === 'b' && address.value === ip('10.0.64.1').value)
    expect(pair).toMatchObject({ reason: 'loop', because: lost.because })
  })

  it('runs out in a circle: the same packet by the same device', () => {
    const file = `
infra: 1
servers:
  a: { interfaces: { e: { address: 10.0.1.1/24, gateway: 10.0.1.254 } } }
routers:
  r1: { interfaces: { l: { address: 10.0.1.254/24 }, r: { address: 10.0.2.1/24 } }, routes: [{ to: 10.9.0.0/24, via: 10.0.2.2 }] }
  r2: { interfaces: { l: { address: 10.0.2.2/24 } }, routes: [{ to: default, via: 10.0.2.1 }] }
links: [[a:e, r1:l], [r1:r, r2:l]]
`
    expect(traceFlow(planeOf(file), { from: 'a', to: ip('10.9.0.1'), proto: 'icmp', size: 84, df: false })).toMatchObject({ reason: 'loop', because: 'its time to live ran out: it goes round in a circle' })
  })
})

describe('a nearer way', () => {
  const file = (more = ''): string => `
infra: 1
servers:
  a: { interfaces: { e: { address: 10.0.0.1/24, gateway: 10.0.0.254 } } }
  b: { interfaces: { e: { address: 10.0.9.1/24, gateway: 10.0.9.254 } } }
routers:
  r1: { interfaces: { l: { address: 10.0.0.254/24 } }, routes: [{ to: 10.0.9.0/24, via: 10.0.0.253 }]${more} }
  r2: { interfaces: { l: { address: 10.0.0.253/24 }, r: { address: 10.0.9.254/24 } } }
switches: { s: {} }
links: [[a:e, s:1], [r1:l, s:2], [r2:l, s:3], [r2:r, b:e]]
`
  const told = (text: string) => traceFlow(planeOf(text), { from: 'a', to: ip('10.0.9.1'), proto: 'icmp', size: 84, df: false }).hops.flatMap(({ node, table }) => (table?.startsWith('redirect') ? [`${node} ${table}`] : []))
  it('is told by a router that sends a packet back by the device it came in by', () => expect(told(file())).toEqual(['r1 redirect 10.0.0.253']))
  it('is not told where the connection may be translated', () => expect(told(file(', nat: [{ masquerade: 10.1.0.0/24, out: l }]'))).toEqual([]))
})

describe('a packet that is too long', () => {
  const file = `
infra: 1
servers:
  a: { interfaces: { e: { address: 10.0.1.1/24, gateway: 10.0.1.254 } } }
  b: { interfaces: { e: { address: 10.0.2.1/24, gateway: 10.0.2.254, mtu: 1400 } } }
routers:
  r: { interfaces: { l: { address: 10.0.1.254/24 }, r: { address: 10.0.2.254/24, mtu: 1400 } }, firewall: { forward: { policy: drop } } }
links: [[a:e, r:l], [r:r, b:e]]
`
  it('is refused before it is filtered', () => {
    const trace = traceFlow(planeOf(file), { from: 'a', to: ip('10.0.2.1'), proto: 'icmp', size: 1500, df: true })
    expect(trace).toMatchObject({ reason: 'mtu-exceeded', error: { verdict: 'delivered', icmp: { mtu: 1400, from: '10.0.1.254' } } })
  })
})

describe('a VTEP on a bridge', () => {
  const file = (more = ''): string => `
infra: 1
servers:
  s0: { interfaces: { eth0: { address: 192.168.0.1/24 }, br0: { type: bridge, address: 10.0.0.253/24${more} }, t: { type: vxlan, id: 7, local: 192.168.0.1, remote: 192.168.0.2, master: br0 } } }
  s1: { interfaces: { eth0: { address: 192.168.0.2/24 }, br0: { type: bridge }, t: { type: vxlan, id: 7, local: 192.168.0.2, remote: 192.168.0.1, master: br0 } } }
vms:
  g: { host: s0, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }
  h: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.2/24 } } }
links: [[s0:eth0, s1:eth0]]
`
  const error = (from: string) => traceFlow(planeOf(file()), { from, to: ip('10.0.0.2'), proto: 'icmp', size: 1500, df: true }).error
  it('tells a guest in the name of the destination', () => {
    expect(error('g')).toMatchObject({ verdict: 'delivered', icmp: { type: 3, code: 4, mtu: 1450, from: '10.0.0.2' } })
    expect(error('g')?.hops.map(({ node, step }) => `${node} ${step}`)).toEqual(['s0 send', 's0 bridge', 's0 transmit', 'g receive', 'g deliver'])
  })
  it('is not heard by its own host, whose stack takes the message for one of its own', () => expect(error('s0')).toBeUndefined())
})
