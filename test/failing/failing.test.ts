/** What breaks when one thing fails: pairs that are lost, and those that find another way. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyze, finish, readSource } from '../../core/analysis.ts'
import { failing } from '../../core/failing.ts'
import { speak } from '../../core/words.ts'
import { wordsOf } from '../../extension/server/locale.ts'

const ask = (text: string, ...ids: readonly string[]) => {
  const reading = readSource({ uri: 'file:///x.infra.yaml', text, version: 1 })
  if (!reading) throw new Error('no reader')
  return finish(failing(finish(analyze([reading])), ...ids))
}
const pairs = (list: readonly { readonly pair: { readonly from: string; readonly to: string } }[] | undefined): string[] => [...new Set((list ?? []).map(({ pair: { from, to } }) => `${from} ${to}`))].sort()

const ring = `infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.1.0.1/24, gateway: 10.1.0.254 } } }
  b: { interfaces: { eth0: { address: 10.2.0.1/24, gateway: 10.2.0.254 } } }
  c: { interfaces: { eth0: { address: 10.3.0.1/24, gateway: 10.3.0.254 } } }
vms:
  g: { host: c, interfaces: { eth0: { attach: eth0, address: 10.3.0.2/24, gateway: 10.3.0.254 } } }
routers:
  r1: { routing: { protocol: ospf }, interfaces: { lan: { address: 10.1.0.254/24 }, n: { address: 10.12.0.1/24 }, w: { address: 10.31.0.2/24, mtu: 1400 } } }
  r2: { routing: { protocol: ospf }, interfaces: { lan: { address: 10.2.0.254/24 }, n: { address: 10.23.0.1/24 }, w: { address: 10.12.0.2/24 } } }
  r3: { routing: { protocol: ospf }, interfaces: { lan: { address: 10.3.0.254/24 }, n: { address: 10.31.0.1/24, mtu: 1400 }, w: { address: 10.23.0.2/24 } } }
links: [[a:eth0, r1:lan], [b:eth0, r2:lan], [c:eth0, r3:lan], [r1:n, r2:w], [r2:n, r3:w], [r3:n, r1:w]]
`

describe('what if it failed', () => {
  it('a link of a ring: nobody is lost, some go round by a narrower way', () => {
    const found = ask(ring, 'link:r1:n-r2:w')
    expect(pairs(found?.lost)).toEqual([])
    expect(pairs(found?.changed)).toContain('a b')
    expect(found?.changed.find(({ pair }) => pair.from === 'a' && pair.to === 'b')).toMatchObject({ before: { pathMtu: 1500 }, after: { pathMtu: 1400 } })
  })
  it('the one link of a host: its pairs are lost', () => {
    const found = ask(ring, 'link:a:eth0-r1:lan')
    expect(pairs(found?.lost)).toEqual(expect.arrayContaining(['a b', 'b a', 'a r1']))
    expect(pairs(found?.lost).every((pair) => pair.split(' ').includes('a'))).toBe(true)
  })
  it('a host takes its guests along, which nobody is blamed for', () => {
    const found = ask(ring, 'c')
    expect(found?.gone).toEqual(['c', 'g'])
    expect(pairs(found?.lost)).toEqual([])
  })
  it('a link of a fabric is one of many at the same place', () => {
    expect(ask('infra: 1\nfabrics: { dc: { type: leaf-spine, leaves: 2, spines: 2, hosts: 1 } }\n', 'link:dc-leaf0-h0:p0-dc-leaf0:p0')?.lost.length).toBeGreaterThan(0)
  })
  it('a guest that forwards for others takes their way with it', () => {
    const found = ask(`infra: 1
servers:
  s: { interfaces: { br1: { type: bridge }, br2: { type: bridge } } }
vms:
  fw: { host: s, forwarding: true, interfaces: { eth0: { attach: br1, address: 10.1.0.254/24 }, eth1: { attach: br2, address: 10.2.0.254/24 } } }
  web: { host: s, interfaces: { eth0: { attach: br1, address: 10.1.0.1/24, gateway: 10.1.0.254 } } }
  db: { host: s, interfaces: { eth0: { attach: br2, address: 10.2.0.1/24, gateway: 10.2.0.254 } } }
`, 'fw')
    expect(found?.label).toBe('vm fw')
    expect(found?.gone).toEqual(['fw'])
    expect(pairs(found?.lost)).toEqual(['db web', 'web db'])
  })
  it('several at once: what is gone with one is gone, whoever else is named', () => {
    const found = ask(ring, 'c', 'g', 'link:r3:w-r2:n')
    expect([found?.label, found?.gone]).toEqual(['server c, vm g, link r2:n – r3:w', ['c', 'g']])
    expect(pairs(ask(ring, 'link:r1:n-r2:w', 'link:r2:n-r3:w')?.lost)).toEqual(expect.arrayContaining(['a b', 'b a', 'b r1', 'r3 b']))
    expect(ask(ring, 'a', 'nobody')).toBeUndefined()
  })
  it('in another language the same link fails', () => {
    speak(wordsOf('de', 'l10n'))
    const found = ask(ring, 'link:a:eth0-r1:lan')
    speak({})
    expect(pairs(found?.lost)).toEqual(expect.arrayContaining(['a b', 'b a']))
    expect(found?.label).not.toContain('link')
  })
  it('tunnels whose underlay fails are told by both directions, those of what is gone are not', () => {
    const gre = readFileSync('examples/tenant-l2-gre.infra.yaml', 'utf8')
    const found = ask(gre, 'r1')
    expect(found?.tunnels.map(({ ends, verdict }) => [...ends, verdict])).toEqual([['s1:vtun0', 's2:vtun0', 'dropped'], ['s2:vtun0', 's1:vtun0', 'dropped']])
    expect(found?.tunnels[0]?.reason).not.toBeNull()
    expect(ask(gre, 's1')?.tunnels).toEqual([])
    expect(ask(gre, 'vm1')?.tunnels).toEqual([])
    // Over a ring they go round.
    const round = `${ring}networks: {}\n`.replace('c: { interfaces: {', 'c: { interfaces: { tun: { type: gretap, local: 10.3.0.1, remote: 10.1.0.1 },').replace('a: { interfaces: {', 'a: { interfaces: { tun: { type: gretap, local: 10.1.0.1, remote: 10.3.0.1 },').replace('networks: {}\n', '')
    expect(ask(round, 'link:r3:n-r1:w')?.tunnels).toEqual([])
    expect(ask(round, 'link:r3:n-r1:w', 'link:r2:n-r3:w')?.tunnels).toHaveLength(2)
  })
  it('a name that nobody has is not something that fails here', () => {
    expect(ask(ring, 'nobody')).toBeUndefined()
  })
})
