/** The MTU of devices that were given none, and what else every device gets. */
import { describe, expect, it } from 'vitest'
import { printMac } from '../../core/address/mac.ts'
import { realize } from '../../core/realize/index.ts'
import { build } from './build.ts'
import { shown } from './show.ts'

const mtus = (interfaces: string, more = ''): string[] =>
  shown(`servers:\n  s:\n    interfaces:\n${interfaces.trim().split('\n').map((line) => `      ${line.trim()}`).join('\n')}\n${more}`, 's')
    .filter((line) => line.startsWith('s:')).map((line) => line.slice(2).split(' ').filter((_, i) => i !== 1).slice(0, 2).join(' '))

describe('the MTU', () => {
  it('of a device is what Linux gives its type', () => {
    expect(mtus(`
      eth0: { mtu: 9000 }
      eth0.5: { type: vlan, link: eth0, id: 5 }
      mv: { type: macvlan, link: eth0.5 }
      iv: { type: ipvlan, link: eth1 }
      eth1: {}
      d0: { type: dummy }
      red: { type: vrf }
      br0: { type: bridge }
      br1: { type: bridge }
      p1: { mtu: 9000, master: br1 }
      p2: { mtu: 1400, master: br1 }
      bond0: { type: bond, mtu: 9000 }
      m1: { master: bond0 }
      lo: { address: 10.9.9.9/32 }`)).toEqual([
      'eth0 9000', 'eth0.5 9000', 'mv 9000', 'iv 1500', 'eth1 1500', 'd0 1500', 'red 65575', 'br0 1500', 'br1 1400', 'p1 9000', 'p2 1400',
      'bond0 9000', 'm1 9000', 'lo 65536',
    ])
  })

  it('of a tunnel follows the device of the route to its remote', () => {
    expect(mtus(`
      eth0: { address: 20.0.0.1/24, mtu: 9000 }
      eth1: { address: "fd00::1/64", gateway: "fd00::f" }
      near: { type: gretap, remote: 20.0.0.2 }
      far: { type: gre, remote: 30.0.0.2 }
      routed: { type: ipip, remote: 40.0.0.2 }
      six: { type: gre, remote: "2001:db8::1" }
      self: { type: gre, remote: 20.0.0.1 }
      g1: { type: geneve, id: 1, remote: 20.0.0.2 }
      g2: { type: geneve, id: 1, remote: 30.0.0.2 }
      v1: { type: vxlan, id: 1, remote: 20.0.0.2 }
      v2: { type: vxlan, id: 1, remote: 20.0.0.2, link: eth0 }
      v3: { type: vxlan, id: 1, remote: "fd00::2", link: eth1 }
      lost: { type: vxlan, id: 1, link: nothing }
      on: { type: gretap, remote: 30.0.0.2, link: eth0 }
      wg: { type: wireguard }
      e: { type: esp, remote: 30.0.0.2 }
      keyed: { type: gre, remote: 30.0.0.2, id: 5 }`, '    routes: [ { to: 40.0.0.0/24, via: 20.0.0.9 } ]')).toEqual([
      'eth0 9000', 'eth1 1500', 'near 8962', 'far 1476', 'routed 8980', 'six 1448', 'self 65511', 'g1 8950', 'g2 1500', 'v1 1500', 'v2 8950', 'v3 1430',
      'lost 1500', 'on 8962', 'wg 1420', 'e 1446', 'keyed 1472',
    ])
  })

  it('comes to an end where devices lean on each other', () => {
    expect(mtus(`
      a: { type: vlan, link: b, id: 1 }
      b: { type: vlan, link: a, id: 1 }
      br0: { type: bridge, master: br0 }
      t1: { type: gre, address: 10.1.0.1/24, remote: 10.2.0.2 }
      t2: { type: gre, address: 10.2.0.1/24, remote: 10.1.0.2 }`)).toHaveLength(5)
  })

  it('of a link is the default of both its ends, and a switch port takes its switch\'s', () => {
    expect(shown(`
servers: { s1: {}, s2: {} }
switches: { sw: { mtu: 9216 }, plain: }
links:
  - { ends: [s1:eth0, sw:p1], mtu: 4000 }
  - [s2:eth0, sw:p2]
  - [sw:up, plain:up]
`)).toEqual([
      's1:eth0 ethernet 4000', 's2:eth0 ethernet 1500', 'sw:p1 ethernet 4000', 'sw:p2 ethernet 9216', 'sw:up ethernet 9216', 'plain:up ethernet 1500',
    ])
  })
})

describe('every stack', () => {
  const yaml = `
servers: { s1: { interfaces: { eth0: {}, gre1: { type: gre }, tap1: { type: gretap }, down: { up: false } } } }
routers: { r1: }
vms: { v: { host: s1, interfaces: { eth0: { type: ipvlan, attach: eth0 } } } }
switches: { sw: }
`
  const { infra } = realize(build(yaml))
  it('has a loopback device that is up', () => {
    const lo = (name: string): unknown => infra.nodes.get(name)?.interfaces.get('lo')?.type.value
    expect([lo('s1'), lo('r1'), lo('v'), lo('sw')]).toEqual(['loopback', 'loopback', 'loopback', undefined])
    expect(infra.nodes.get('r1')?.interfaces.get('lo')?.up?.value).toBe(true)
  })
  it('forwards only where it is a router', () => {
    expect(['s1', 'r1', 'v'].map((name) => {
      const node = infra.nodes.get(name)
      return node && node.kind !== 'switch' && node.forwarding?.value
    })).toEqual([false, true, false])
  })
  it('has an Ethernet address on every Ethernet device, an ipvlan its parent\'s', () => {
    const mac = (node: string, name: string): string | undefined => {
      const found = infra.nodes.get(node)?.interfaces.get(name)?.mac
      return found && printMac(found.value)
    }
    expect(mac('s1', 'eth0')).toMatch(/^.[26ae]:/)
    expect(mac('v', 'eth0')).toBe(mac('s1', 'eth0'))
    expect([mac('s1', 'gre1'), mac('s1', 'lo')]).toEqual([undefined, undefined])
    expect(mac('s1', 'tap1')).not.toBe(mac('s1', 'eth0'))
  })
})
