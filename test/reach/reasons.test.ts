/** Every reason that a packet may be lost by, each in the smallest network that shows it. */
import { describe, expect, it } from 'vitest'
import { dropReasons } from '../../core/forwarding/trace.ts'
import { said } from './say.ts'

const two = (a: string, b: string, more = ''): string => `
infra: 1
servers:
  a: { interfaces: { eth0: ${a} } }
  b: { interfaces: { eth0: ${b} } }
${more}`
const wire = 'links: [[a:eth0, b:eth0]]'

const router = (keys: string): string => `
infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.0.0.1/24, gateway: 10.0.0.254 } } }
  b: { interfaces: { eth0: { address: 10.0.1.1/24, gateway: 10.0.1.254 } } }
routers:
  r: { interfaces: { p0: { address: 10.0.0.254/24 }, p1: { address: 10.0.1.254/24 } }, ${keys} }
links: [[a:eth0, r:p0], [b:eth0, r:p1]]
`

const cases: Readonly<Record<(typeof dropReasons)[number], readonly [string, string]>> = {
  'no-route': [two('{ address: 10.0.0.1/24 }', '{ address: 10.0.1.2/24 }', wire), 'dropped no-route'],
  'neighbour-unreachable': [two('{ address: 10.0.0.1/24, gateway: 10.0.0.9 }', '{ address: 10.0.1.2/24 }', wire), 'dropped neighbour-unreachable'],
  'forwarding-off': [router('forwarding: false'), 'dropped forwarding-off'],
  'filtered': [router('firewall: { forward: { policy: drop } }'), 'dropped filtered'],
  'mtu-exceeded': [two('{ address: 10.0.0.1/24 }', '{ address: 10.0.0.2/24, mtu: 80 }', wire), 'dropped mtu-exceeded'],
  'vlan': [two('{ address: 10.0.0.1/24 }', '{ address: 10.0.0.2/24 }', `
switches: { sw: { vlan-aware: true, ports: { p0: { vlan: 10 }, p1: { vlan: 20 } } } }
links: [[a:eth0, sw:p0], [b:eth0, sw:p1]]`), 'dropped vlan'],
  'no-carrier': [two('{ address: 10.0.0.1/24 }', '{ address: 10.0.0.2/24 }', 'links: [{ ends: [a:eth0, b:eth0], up: false }]'), 'dropped no-carrier'],
  'loop': [two('{ address: 10.0.0.1/24 }', '{ address: 10.0.0.2/24 }', `
switches: { s0: {}, s1: {} }
links: [[a:eth0, s0:p0], [b:eth0, s1:p0], [s0:x, s1:x], [s0:y, s1:y]]`), 'dropped loop'],
  'blackhole': [router('routes: [{ to: 10.0.1.1/32, type: blackhole }]'), 'dropped blackhole'],
  'tunnel': [`
infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.0.0.1/24 }, tun: { type: gre, local: 10.0.0.1, remote: 10.0.0.2, id: 1, address: 172.16.0.1/24 } } }
  b: { interfaces: { eth0: { address: 10.0.0.2/24 }, tun: { type: gre, local: 10.0.0.2, remote: 10.0.0.1, id: 2, address: 172.16.0.2/24 } } }
${wire}`, 'dropped tunnel'],
  // A third machine has the address and is the only one that can be asked for it.
  'not-delivered': [two('{ address: 10.0.0.1/24 }', '{ address: 10.0.0.2/24 }', `
routers: { c: { interfaces: { eth0: { address: 10.0.0.2/24 } } } }
links: [[a:eth0, c:eth0]]`), 'dropped not-delivered'],
  'no-return': [`
infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.0.0.1/24, gateway: 10.0.0.254 } } }
  b: { interfaces: { eth0: { address: 10.0.1.1/24 } } }
routers: { r: { interfaces: { p0: { address: 10.0.0.254/24 }, p1: { address: 10.0.1.254/24 } } } }
links: [[a:eth0, r:p0], [b:eth0, r:p1]]`, 'dropped no-return (no-route)'],
  'unknown-node': [two('{ address: 10.0.0.1/24 }', '{ address: 10.0.0.2/24, type: ovs, flows: ["priority=1,actions=ct(commit),NORMAL"] }').replace('eth0: { address: 10.0.0.2/24', 'p: { master: eth0 }, eth0: { address: 10.0.0.2/24')
    + 'links: [[a:eth0, b:p]]', 'unknown unknown-node'],
}

describe('reach names why a packet is lost', () => {
  for (const reason of dropReasons) {
    it(reason, () => {
      const [text, expected] = cases[reason]
      expect(said(text, 'a', 'b').map((line) => line.replace(/^a → b \S+ /, ''))).toContain(expected)
    })
  }

  it('says unknown where an address has two owners on one segment', () => {
    const text = two('{ address: 10.0.0.1/24 }', '{ address: 10.0.0.2/24 }', `
routers: { c: { interfaces: { eth0: { address: 10.0.0.2/24 } } } }
switches: { sw: {} }
links: [[a:eth0, sw:a], [b:eth0, sw:b], [c:eth0, sw:c]]`)
    expect(said(text, 'a')).toEqual(['a → b 10.0.0.2 unknown', 'a → c 10.0.0.2 unknown'])
  })

  // b has 10.0.0.9 on another device and keeps silent; what a switch does not let out elsewhere has nothing to do with it.
  it.each([
    ['is in another VLAN', 'c: { vlan: 20 }, z: { vlan: 10 }', ''],
    ['has no carrier', 'c: { vlan: 10 }', ', up: false'],
    ['is kept apart', 'c: { vlan: 10, isolated: true }', ''],
  ])('is not what another port of the switch says, which %s', (_, ports, link) => {
    const text = `
infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.0.0.1/24 } } }
  b: { interfaces: { eth0: { address: 10.0.0.2/24 }, d0: { type: dummy, address: 10.0.0.9/32 } }, sysctl: { arp_ignore: 1 } }
  c: { interfaces: { eth0: { address: 10.0.0.3/24 } } }
switches: { sw: { vlan-aware: true, ports: { a: { vlan: 10, isolated: true }, b: { vlan: 10 }, ${ports} } } }
links: [[a:eth0, sw:a], [b:eth0, sw:b], { ends: [c:eth0, sw:c]${link} }]`
    expect(said(text, 'a', 'b')).toEqual(['a → b 10.0.0.2 delivered 1500', 'a → b 10.0.0.9 dropped neighbour-unreachable'])
    expect(said(text, 'a', 'c')).toEqual([`a → c 10.0.0.3 dropped ${ports.includes('20') ? 'vlan' : link ? 'no-carrier' : 'filtered'}`])
  })

  // Of a full mesh copies that others do not pass on are lost by design.
  it.each(['geneve', 'vxlan', 'nvgre'])('is the tunnel of a %s network whose underlay is down, not its split horizon', (type) => {
    const text = `
infra: 1
networks: { n: { type: ${type}, id: 7, uplink: eth0, subnet: 10.0.0.0/24 } }
servers:
  h1: { interfaces: { eth0: { address: 192.168.0.1/24 } } }
  h2: { interfaces: { eth0: { address: 192.168.0.2/24 } } }
  h3: { interfaces: { eth0: { address: 192.168.0.3/24, up: false } } }
vms:
  a: { host: h1, interfaces: { eth0: { network: n, address: 10.0.0.1/24 } } }
  b: { host: h2, interfaces: { eth0: { network: n, address: 10.0.0.2/24 } } }
  c: { host: h3, interfaces: { eth0: { network: n, address: 10.0.0.3/24 } } }
switches: { sw: {} }
links: [[h1:eth0, sw:p1], [h2:eth0, sw:p2], [h3:eth0, sw:p3]]`
    expect(said(text, 'a', 'c')).toEqual(['a → c 10.0.0.3 dropped tunnel'])
    expect(said(text, 'b', 'c')).toEqual(['b → c 10.0.0.3 dropped tunnel'])
  })

  // Only the first, or only the last, of so many neighbours is there.
  it.each([[3, 0], [97, 0], [97, 96], [500, 499], [700, 699]])('says unknown where one of %i next hops leads there, the one at %i', (count, there) => {
    const hops = Array.from({ length: count }, (_, i) => `10.0.${Math.floor(i / 250) + 1}.${i % 250 + 1}`)
    const text = two('{ address: 10.0.0.1/16 }', `{ address: ${hops[there] ?? ''}/16 }, d0: { type: dummy, address: 10.9.0.1/32 }`, wire)
      .replace('/16 } } }', `/16 } }, routes: [{ to: 10.9.0.0/24, via: [${hops.join(', ')}] }] }`)
    expect(said(text, 'a', 'b')).toContain('a → b 10.9.0.1 unknown')
  })
})
