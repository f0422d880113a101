/** The measured table of sizes through tunnels: underlay 1500, inner packets with and without DF. */
import { describe, expect, it } from 'vitest'
import { arrives, said } from './say.ts'

/** Two hosts on one wire, a guest on each, their bridges joined by a layer 2 tunnel. */
const bridged = (tunnel: string, hosts = ''): string => `
infra: 1
servers:
  s1:
    interfaces: { eth0: { address: 192.168.0.1/24 }, br0: { type: bridge }, tun: { ${tunnel}, local: 192.168.0.1, remote: 192.168.0.2, master: br0 } }
    ${hosts}
  s2:
    interfaces: { eth0: { address: 192.168.0.2/24 }, br0: { type: bridge }, tun: { ${tunnel}, local: 192.168.0.2, remote: 192.168.0.1, master: br0 } }
    ${hosts}
vms:
  a: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }
  b: { host: s2, interfaces: { eth0: { attach: br0, address: 10.0.0.2/24 } } }
links: [[s1:eth0, s2:eth0]]
`

/** The same with routed guests and a layer 3 tunnel. */
const routed = (tunnel: string): string => `
infra: 1
servers:
  s1:
    forwarding: true
    interfaces: { eth0: { address: 192.168.0.1/24 }, br0: { type: bridge, address: 10.0.1.254/24 }, tun: { ${tunnel}, local: 192.168.0.1, remote: 192.168.0.2 } }
    routes: [{ to: 10.0.2.0/24, dev: tun }]
  s2:
    forwarding: true
    interfaces: { eth0: { address: 192.168.0.2/24 }, br0: { type: bridge, address: 10.0.2.254/24 }, tun: { ${tunnel}, local: 192.168.0.2, remote: 192.168.0.1 } }
    routes: [{ to: 10.0.1.0/24, dev: tun }]
vms:
  a: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.1.1/24, gateway: 10.0.1.254 } } }
  b: { host: s2, interfaces: { eth0: { attach: br0, address: 10.0.2.1/24, gateway: 10.0.2.254 } } }
links: [[s1:eth0, s2:eth0]]
`

describe('path MTU', () => {
  it.each([
    ['gretap', bridged('type: gretap'), 1462], ['gretap with a key', bridged('type: gretap, id: 7'), 1458], ['nvgre', bridged('type: nvgre, id: 6000'), 1458],
    ['vxlan of its own 1500', bridged('type: vxlan, id: 7'), 1450], ['vxlan lowered', bridged('type: vxlan, id: 7, mtu: 1450'), 1450],
    ['geneve', bridged('type: geneve, id: 7'), 1450], ['stt', bridged('type: stt, id: 7'), 1428],
    ['gre', routed('type: gre'), 1476], ['gre with a key', routed('type: gre, id: 7'), 1472], ['gre forced to 1500', routed('type: gre, mtu: 1500'), 1476],
    ['ipip', routed('type: ipip'), 1480], ['wireguard', routed('type: wireguard'), 1420], ['esp', routed('type: esp'), 1446],
  ])('%s', (_name, text, expected) => {
    expect(said(text, 'a', 'b')).toEqual([expect.stringMatching(new RegExp(` delivered ${expected}$`))])
  })

  it.each([
    ['routed gre cuts the inner packet', routed('type: gre'), '10.0.2.1', 'arrives'],
    ['routed gre forced to 1500 loses it', routed('type: gre, mtu: 1500'), '10.0.2.1', 'mtu-exceeded'],
    ['bridged vxlan of 1500 cuts the outer packet', bridged('type: vxlan, id: 7'), '10.0.0.2', 'arrives'],
    ['bridged vxlan of 1500 with df set loses it', bridged('type: vxlan, id: 7, df: set'), '10.0.0.2', 'mtu-exceeded'],
    ['bridged vxlan of 1450 loses it', bridged('type: vxlan, id: 7, mtu: 1450'), '10.0.0.2', 'mtu-exceeded'],
    ['bridged vxlan of 1450 under br_netfilter cuts the inner packet', bridged('type: vxlan, id: 7, mtu: 1450', 'sysctl: { bridge-nf-call-iptables: true }'), '10.0.0.2', 'arrives'],
    ['bridged gretap loses it', bridged('type: gretap'), '10.0.0.2', 'mtu-exceeded'],
  ])('1500 bytes without DF: %s', (_name, text, address, expected) => {
    expect(arrives(text, 'a', 'b', address, 1500, false)).toBe(expected)
  })

  it('with DF 1500 bytes are too long for all of them', () => {
    for (const [text, address] of [[routed('type: gre, mtu: 1500'), '10.0.2.1'], [bridged('type: vxlan, id: 7'), '10.0.0.2'], [bridged('type: gretap'), '10.0.0.2']] as const) {
      expect(arrives(text, 'a', 'b', address, 1500, true)).toBe('mtu-exceeded')
    }
  })

  it('is the largest that a cipher\'s last block holds, where a narrow link is further on', () => {
    // 1346 is the largest inner length whose 54 bytes and padding come to 1400.
    expect(said(`
infra: 1
servers:
  a: { interfaces: { eth0: { address: 20.0.1.1/24, gateway: 20.0.1.99 }, tun: { type: esp, local: 20.0.1.1, remote: 20.0.2.1, address: 10.0.0.1/24 } } }
  b: { interfaces: { eth0: { address: 20.0.2.1/24, gateway: 20.0.2.99 }, tun: { type: esp, local: 20.0.2.1, remote: 20.0.1.1, address: 10.0.0.2/24 } } }
routers: { r: { interfaces: { p0: { address: 20.0.1.99/24 }, p1: { address: 20.0.2.99/24 } } } }
links: [[a:eth0, r:p0], { ends: [b:eth0, r:p1], mtu: 1400 }]
`, 'a', 'b')).toEqual(['a → b 20.0.2.1 delivered 1400', 'a → b 10.0.0.2 delivered 1346'])
  })
})
