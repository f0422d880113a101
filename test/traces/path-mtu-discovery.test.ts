/** The ICMP error of a packet that is too long: it goes back as a packet of its own, or does not, and then the path is a black hole. */
import { describe, expect, it } from 'vitest'
import { parseIp } from '../../core/address/ip.ts'
import { traceFlow } from '../../core/forwarding/index.ts'
import { planeOf } from './plane.ts'

const text = (near: string, far = ''): string => `
infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.0.1.1/24, gateway: 10.0.1.254 } } }
  b: { interfaces: { eth0: { address: 10.0.2.1/24, gateway: 10.0.2.254 } } }
routers:
  r1: { interfaces: { p1: { address: 10.0.1.254/24 }, p2: { address: 192.168.0.1/24 } }, routes: [{ to: 10.0.2.0/24, via: 192.168.0.2 }]${near} }
  r2: { interfaces: { p1: { address: 192.168.0.2/24 }, p2: { address: 10.0.2.254/24, mtu: 1400 } }, routes: [{ to: 10.0.1.0/24, via: 192.168.0.1 }]${far} }
links: [[a:eth0, r1:p1], [r1:p2, r2:p1], [r2:p2, b:eth0]]
`
const ask = (file: string, size = 1500) => {
  const to = parseIp('10.0.2.1')
  if (!to) throw new Error('address')
  return traceFlow(planeOf(file), { from: 'a', to, toNode: 'b', proto: 'icmp', size, df: true })
}

describe('a packet that is too long for a link on the way', () => {
  it('is told so to its sender', () => {
    const trace = ask(text(''))
    expect(trace).toMatchObject({ verdict: 'dropped', reason: 'mtu-exceeded', error: { verdict: 'delivered' } })
    expect(trace.because).toMatch(/the message reaches a$/)
    expect(trace.error?.hops.map(({ node }) => node).filter((node, i, all) => node !== all[i - 1])).toEqual(['r2', 'r1', 'a'])
    expect(trace.error?.hops[0]?.headers).toEqual(['ipv4 192.168.0.2>10.0.1.1', 'icmp fragmentation-needed'])
  })
  it('by a message that its connection lets pass a filter, as related', () => {
    const state = (states: string): string => `, firewall: { forward: { policy: drop, rules: [{ from: 10.0.1.0/24, action: accept }, { state: [${states}], action: accept }] } }`
    expect(ask(text(state('established, related'))).error).toMatchObject({ verdict: 'delivered' })
    const lost = ask(text(state('established')))
    expect(lost.error).toMatchObject({ verdict: 'dropped', reason: 'filtered' })
    expect(lost.because).toMatch(/longer packets vanish without a word$/)
  })
  it('through a translation, undone for the error as for an answer', () => {
    const trace = ask(text(', nat: [{ masquerade: 10.0.1.0/24, out: p2 }]'))
    expect(trace.error).toMatchObject({ verdict: 'delivered' })
    expect(trace.error?.hops.find(({ step }) => step === 'nat')?.detail).toBe('the error goes back to 10.0.1.1')
  })
  it('not where the router has no way back', () => {
    const trace = ask(text('').replace(', routes: [{ to: 10.0.1.0/24, via: 192.168.0.1 }]', ''))
    expect(trace.error).toMatchObject({ verdict: 'dropped', reason: 'no-route' })
  })
  it('by nobody where the sender itself has the link', () => {
    expect(ask(text(''), 1600)).toMatchObject({ verdict: 'dropped', reason: 'mtu-exceeded' })
    expect(ask(text(''), 1600).error).toBeUndefined()
  })
})

it('gives the path MTU of packets with DF, however long the one without was that arrived in pieces', () => {
  const to = parseIp('10.0.2.1')
  if (!to) throw new Error('address')
  for (const size of [84, 1400, 1401, 3000, 65535]) {
    expect(traceFlow(planeOf(text('').replace('eth0: { address: 10.0.2.1/24,', 'eth0: { mtu: 1400, address: 10.0.2.1/24,')), { from: 'a', to, toNode: 'b', proto: 'icmp', size, df: false })).toMatchObject({ verdict: 'delivered', pathMtu: 1400 })
  }
})
