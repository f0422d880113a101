/** Link-local addresses as sources: what a stack sends from that has nothing else, and how far that goes. Seen in a kernel. */
import { describe, expect, it } from 'vitest'
import { parseIp, printIp } from '../../core/address/ip.ts'
import { reachFlow, traceFlow } from '../../core/forwarding/index.ts'
import { reach } from '../../core/reach/index.ts'
import { finished, planeOf } from './plane.ts'

const six = (address: string, via = 'fe80::ff'): string => `
infra: 1
servers:
  a: { interfaces: { e: { mac: '02:00:00:00:00:01'${address} } }, routes: [{ to: default, via: '${via}', dev: e }] }
  b: { interfaces: { e: { address: '2001:db8:2::1/64', gateway: '2001:db8:2::fe' } } }
routers:
  r:
    interfaces:
      x: { addresses: ['2001:db8:1::fe/64', 'fe80::ff/64'], mac: '02:00:00:00:00:02' }
      y: { addresses: ['2001:db8:2::fe/64', 'fe80::ff/64'] }
links: [[a:e, r:x], [b:e, r:y]]
`
const asked = (file: string, address: string) => {
  const to = parseIp(address)
  if (!to) throw new Error('address')
  return traceFlow(planeOf(file), { from: 'a', to, proto: 'icmp', size: 84, df: false })
}

describe('a stack with nothing but link-local IPv6', () => {
  it.each([
    ['what is written', six(", address: 'fe80::1/64'"), 'fe80::1'], ['what its Ethernet address makes', six(''), 'fe80::ff:fe00:1'],
    ['toward one that the next has made itself', six('', 'fe80::ff:fe00:2'), 'fe80::ff:fe00:1'],
  ])('sends from it to its neighbour and has its answer: %s', (_, file, source) => {
    const found = asked(file, '2001:db8:1::fe')
    expect(found).toMatchObject({ verdict: 'delivered', reply: { verdict: 'delivered' } })
    expect(found.hops[0]?.headers.join()).toContain(`${source}>`)
  })

  it.each([['written', six(", address: 'fe80::1/64'")], ['made', six('')]])('is not forwarded, and is told so: %s', (_, file) => {
    expect(asked(file, '2001:db8:2::1')).toMatchObject({ verdict: 'dropped', reason: 'filtered', error: { verdict: 'delivered', icmp: { name: 'beyond-scope', type: 1, code: 2, from: 'fe80::ff' } } })
  })

  it('is asked about all at once as about one', () => {
    const plane = planeOf(six(", address: 'fe80::1/64'"))
    const pairs = finished(reach(plane, { from: ['a'] }))
    expect(pairs.map(({ to, address, verdict, reason }) => [to, printIp(address), verdict, reason])).toEqual([
      ['b', '2001:db8:2::1', 'dropped', 'filtered'], ['r', '2001:db8:1::fe', 'delivered', null], ['r', '2001:db8:2::fe', 'delivered', null],
    ])
    for (const pair of pairs) expect(reachFlow(plane, { from: 'a', to: pair.address, toNode: pair.to, proto: 'icmp', size: 84, df: false })).toMatchObject({ verdict: pair.verdict, reason: pair.reason })
  })

  it('prefers a wider one on another device', () => {
    const found = asked(six('').replace('interfaces: { e: { mac', "interfaces: { d: { type: dummy, address: '2001:db8:9::1/128' }, e: { mac"), '2001:db8:2::1')
    expect(found.hops[0]?.headers.join()).toContain('2001:db8:9::1>')
  })
})

it('169.254.0.0/16 is a source like any other: inet_select_addr knows no scope that nobody gave', () => {
  const found = asked(`
infra: 1
servers:
  a: { interfaces: { e: { address: 169.254.1.1/16 }, d: { type: dummy, address: 10.0.0.1/32 } }, routes: [{ to: 10.9.0.0/24, dev: e }] }
  b: { interfaces: { e: { addresses: [169.254.1.2/16, 10.9.0.1/32] } } }
links: [[a:e, b:e]]
`, '10.9.0.1')
  expect(found).toMatchObject({ verdict: 'delivered' })
  expect(found.hops[0]?.headers.join()).toContain('169.254.1.1>10.9.0.1')
})
