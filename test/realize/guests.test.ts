/** How guests plug into their hosts. */
import { describe, expect, it } from 'vitest'
import { realize } from '../../core/realize/index.ts'
import { build } from './build.ts'
import { shown } from './show.ts'

const host = (guests: string): string => `
servers:
  s1:
    interfaces:
      eth1: { mtu: 9000 }
      br0:  { type: bridge }
      sw:   { type: ovs }
      red:  { type: vrf }
      tap7: { type: tap }
${guests}`

describe('a guest', () => {
  it('gets a tap or veth with its MTU and its port settings', () => {
    expect(shown(host(`
vms:
  vm1: { host: s1, security-groups: [web], interfaces: { eth0: { attach: br0, mtu: 1462, vlan: 10, hairpin: true }, eth1: { attach: sw, trunk: [10, 20] }, eth2: { attach: red } } }
containers:
  c1: { host: s1, interfaces: { eth0: { attach: br0 } } }`))).toEqual([
      's1:eth1 ethernet 9000', 's1:br0 bridge 1462', 's1:sw ovs 1500', 's1:red vrf 65575', 's1:tap7 tap 1500',
      's1:vm1-eth0 tap 1462 master br0 hairpin vlan 10 enforces',
      's1:vm1-eth1 tap 1500 master sw trunk 10,20 enforces',
      's1:vm1-eth2 tap 1500 master red enforces',
      's1:c1-eth0 veth 1500 master br0',
      'vm1:eth0 ethernet 1462 hairpin vlan 10 on s1:vm1-eth0',
      'vm1:eth1 ethernet 1500 trunk 10,20 on s1:vm1-eth1',
      'vm1:eth2 ethernet 1500 on s1:vm1-eth2',
      'c1:eth0 ethernet 1500 on s1:c1-eth0',
    ])
  })

  it('lives on top of the device that it shares, or at the end of a wire that is there', () => {
    expect(shown(host(`
vms:
  a: { host: s1, interfaces: { eth0: { type: macvlan, attach: eth1 } } }
  b: { host: s1, interfaces: { eth0: { attach: eth1 } } }
  c: { host: s1, interfaces: { eth0: { type: passthrough, attach: eth1 } } }
  d: { host: s1, interfaces: { eth0: { attach: tap7, mtu: 1400 } } }
containers:
  e: { host: s1, interfaces: { eth0: { attach: eth1 } } }`), 'a', 'b', 'c', 'd', 'e')).toEqual([
      'a:eth0 macvlan 9000 on s1:eth1', 'b:eth0 macvtap 9000 on s1:eth1', 'c:eth0 passthrough 9000 on s1:eth1',
      'd:eth0 ethernet 1400 on s1:tap7', 'e:eth0 macvlan 9000 on s1:eth1',
    ])
  })

  it('may be a host itself', () => {
    expect(shown(host(`
vms:
  vm1: { host: s1, interfaces: { eth0: { attach: br0 }, docker0: { type: bridge } } }
containers:
  c1: { host: vm1, interfaces: { eth0: { attach: docker0 } } }`), 'vm1', 'c1')).toEqual([
      'vm1:eth0 ethernet 1500 on s1:vm1-eth0', 'vm1:docker0 bridge 1500', 'vm1:c1-eth0 veth 1500 master docker0', 'c1:eth0 ethernet 1500 on vm1:c1-eth0',
    ])
  })

  it('has a host device name of 15 characters at most, and one of its own', () => {
    const { infra } = realize(build(host(`
vms:
  a-very-long-name-1: { host: s1, interfaces: { eth0: { attach: br0 }, eth1: { attach: br0 } } }
  x: { host: s1, interfaces: { y-z: { attach: br0 } } }
  x-y: { host: s1, interfaces: { z: { attach: br0 } } }`)))
    const names = [...infra.nodes.get('s1')?.interfaces.values() ?? []].filter(({ guestSide }) => guestSide).map(({ name }) => name)
    expect(new Set(names).size).toBe(4)
    expect(names.every((name) => name.length <= 15)).toBe(true)
  })

  it.each([
    'vms: { a: { host: nowhere, interfaces: { eth0: { attach: br0 } } } }',
    'vms: { a: { host: s1, interfaces: { eth0: { attach: nothing } } } }',
    'vms: { a: { host: s1, interfaces: { eth0: { network: nothing } } } }',
    'vms: { a: { interfaces: { eth0: { attach: br0 } } } }',
    'containers: { a: { host: a, interfaces: { eth0: { attach: eth0 } } } }',
    'containers: { a: { host: b, interfaces: { eth0: { type: macvlan, attach: eth0 } } }, b: { host: a, interfaces: { eth0: { type: macvlan, attach: eth0 } } } }',
    'switches: { sw1: }\ncontainers: { a: { host: sw1, interfaces: { eth0: { attach: eth0 } } } }',
    'networks: { n: { type: vxlan, id: 1, uplink: eth0, gateway: { address: 1.2.3.4, on: a } } }\ncontainers: { a: { host: a, interfaces: { eth0: { network: n } } } }',
  ])('that makes no sense is left alone: %s', (guests) => {
    expect(() => realize(build(host(guests)))).not.toThrow()
  })
})
