/** WireGuard peers that nobody wrote an endpoint for: where they are is learned from what they send, also through a translation. */
import { writeFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { analyzeFixture } from '../harness/analyze-fixture.ts'
import { differences } from '../reach/differences.ts'
import { traceFlow } from '../../core/forwarding/index.ts'
import { parseIp } from '../../core/address/ip.ts'
import { planeOf } from './plane.ts'

/** A laptop, a hub with an address of its own, and perhaps a router that translates between them. */
const road = (between: string, hub: string, laptop = 'remote: 203.0.113.10'): string => `
infra: 1
routers:
  cpe:
    interfaces: { lan: { address: 192.168.1.1/24 }, wan: { address: 203.0.113.1/24 } }
${between}servers:
  hub: { forwarding: true, interfaces: { eth0: { address: 203.0.113.10/24 }, wg0: { type: wireguard, address: 10.66.0.1/24, peers: [${hub}] } }, routes: [{ to: 192.168.1.0/24, via: 203.0.113.1 }] }
  laptop: { interfaces: { wlan0: { address: 192.168.1.2/24, gateway: 192.168.1.1 }, wg0: { type: wireguard, address: 10.66.0.3/24, peers: [{ ${laptop}, allowed: [10.66.0.0/24] }] } } }
links: [[laptop:wlan0, cpe:lan], [cpe:wan, hub:eth0]]
`
const translating = '    nat: [{ masquerade: 192.168.1.0/24, out: wan }]\n'
const forwarding = '    nat: [{ masquerade: 192.168.1.0/24, out: wan }, { dnat: 203.0.113.1:51820/udp, to: 192.168.1.2:51820, in: wan }]\n'
const roaming = '{ allowed: [10.66.0.3/32] }'

const codesOf = (text: string): readonly string[] => {
  const path = join(mkdtempSync(join(tmpdir(), 'wireguard-')), 'road.infra.yaml')
  writeFileSync(path, text)
  return analyzeFixture(path).problems.filter(({ severity }) => severity === 'error' || severity === 'warning').map(({ code }) => code)
}
const ask = (text: string, from: string, address: string) => {
  const to = parseIp(address)
  if (!to) throw new Error('address')
  return traceFlow(planeOf(text), { from, to, proto: 'icmp', size: 84, df: false })
}

describe('a peer without an endpoint', () => {
  it.each([
    ['is answered where it was heard from', road('', roaming)],
    ['is answered through the translation that it came by', road(translating, roaming)],
    ['may also be known by where its router forwards a port', road(forwarding, '{ remote: 203.0.113.1, allowed: [10.66.0.3/32] }')],
  ])('%s', (_, text) => {
    expect(ask(text, 'laptop', '10.66.0.1')).toMatchObject({ verdict: 'delivered', reply: { verdict: 'delivered' } })
    expect(codesOf(text)).toEqual([])
    expect(differences(text)).toEqual([])
  })

  it('is not found by who speaks first to it, but a forwarded port is', () => {
    expect(ask(road(translating, roaming), 'hub', '10.66.0.3')).toMatchObject({ verdict: 'dropped', reason: 'tunnel' })
    expect(ask(road(forwarding, '{ remote: 203.0.113.1, allowed: [10.66.0.3/32] }'), 'hub', '10.66.0.3')).toMatchObject({ verdict: 'delivered', reply: { verdict: 'delivered' } })
  })

  it('is no half of a tunnel to whom it is not allowed', () => {
    expect(codesOf(road('', '{ allowed: [10.66.0.9/32] }'))).toEqual(['tunnel-one-sided'])
  })
})
