/** Every type of logical network, and the devices that stand for it. */
import { describe, expect, it } from 'vitest'
import { shown } from './show.ts'

//   a on s1 ── eth0 ┐
//   b on s2 ── eth0 ┼ underlay
//   c on s3 ── eth0 ┘
const three = (network: string, guest = ''): string => `
servers:
  s1: { interfaces: { eth0: { address: 172.16.0.1/24, gateway: 172.16.0.254 } }, routes: [ { to: 192.168.0.0/16, via: 172.16.0.9, dev: eth0 } ] }
  s2: { interfaces: { eth0: { address: 172.16.0.2/24 } } }
  s3: { interfaces: { eth0: { address: 172.16.0.3/24 } } }
vms:
  a: { host: s1, interfaces: { eth0: { network: net, address: 10.0.0.1${guest} } } }
  b: { host: s2, interfaces: { eth0: { network: net, address: dhcp } } }
  c: { host: s3, interfaces: { eth0: { network: net, address: dhcp } } }
networks:
  net: { subnet: 10.0.0.0/24, dhcp: { range: 10.0.0.1-10.0.0.9 }, ${network} }
`

describe('a logical network', () => {
  it('flat: bridges the uplink and moves its addresses and routes', () => {
    expect(shown(three('type: flat, uplink: eth0'), 's1', 's2', 'a', 'b', 'c')).toEqual([
      's1:eth0 ethernet 1500 master br-net',
      's1:br-net bridge 1500 172.16.0.1/24 gw 172.16.0.254',
      's1:a-eth0 tap 1500 master br-net',
      's1 route 192.168.0.0/16 dev br-net',
      's2:eth0 ethernet 1500 master br-net',
      's2:br-net bridge 1500 172.16.0.2/24',
      's2:b-eth0 tap 1500 master br-net',
      'a:eth0 ethernet 1500 10.0.0.1/24 on s1:a-eth0',
      'b:eth0 ethernet 1500 10.0.0.2/24 on s2:b-eth0',
      'c:eth0 ethernet 1500 10.0.0.3/24 on s3:c-eth0',
    ])
  })

  it('vlan: bridges a tagged sub-interface', () => {
    expect(shown(three('type: vlan, id: 100, uplink: eth0, gateway: 10.0.0.254'), 's1', 'a')).toEqual([
      's1:eth0 ethernet 1500 172.16.0.1/24 gw 172.16.0.254',
      's1:br-net bridge 1500',
      's1:net-up vlan 1500 link eth0 id 100 master br-net',
      's1:a-eth0 tap 1500 master br-net',
      's1 route 192.168.0.0/16 dev eth0',
      'a:eth0 ethernet 1500 10.0.0.1/24 gw 10.0.0.254 on s1:a-eth0',
    ])
  })

  it('vxlan: one device with a head-end list', () => {
    expect(shown(three('type: vxlan, id: 5001, uplink: eth0, gateway: { address: 10.0.0.254, on: s2 }'), 's1', 's2', 'a', 'b')).toEqual([
      's1:eth0 ethernet 1500 172.16.0.1/24 gw 172.16.0.254',
      's1:br-net bridge 1450',
      's1:net-tun vxlan 1450 link eth0 id 5001 local 172.16.0.1 remote 172.16.0.2 172.16.0.3 master br-net',
      's1:a-eth0 tap 1500 master br-net',
      's1 route 192.168.0.0/16 dev eth0',
      's2:eth0 ethernet 1500 172.16.0.2/24',
      's2:br-net bridge 1450 10.0.0.254/24',
      's2:net-tun vxlan 1450 link eth0 id 5001 local 172.16.0.2 remote 172.16.0.1 172.16.0.3 master br-net',
      's2:b-eth0 tap 1500 master br-net',
      'a:eth0 ethernet 1500 10.0.0.1/24 gw 10.0.0.254 on s1:a-eth0',
      'b:eth0 ethernet 1500 10.0.0.2/24 gw 10.0.0.254 on s2:b-eth0',
    ])
  })

  it.each([
    ['gre', 'gretap', 1458], ['nvgre', 'nvgre', 1458], ['stt', 'stt', 1428], ['geneve', 'geneve', 1450],
  ])('%s: a device a peer, each an isolated port', (type, device, mtu) => {
    expect(shown(three(`type: ${type}, id: 5001, uplink: eth0`), 's2')).toEqual([
      's2:eth0 ethernet 1500 172.16.0.2/24',
      `s2:br-net bridge ${mtu}`,
      `s2:net-tun0 ${device} ${mtu} id 5001 local 172.16.0.2 remote 172.16.0.1 master br-net isolated`,
      `s2:net-tun1 ${device} ${mtu} id 5001 local 172.16.0.2 remote 172.16.0.3 master br-net isolated`,
      's2:b-eth0 tap 1500 master br-net',
    ])
  })

  it('its mtu is that of all its devices, the members included', () => {
    expect(shown(three('type: vxlan, id: 5001, uplink: eth0, mtu: 1400', ', mtu: 1300'), 's1', 's2', 'a', 'b').map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      's1:eth0 ethernet 1500', 's1:br-net bridge 1400', 's1:net-tun vxlan 1400', 's1:a-eth0 tap 1300', 's1 route 192.168.0.0/16',
      's2:eth0 ethernet 1500', 's2:br-net bridge 1400', 's2:net-tun vxlan 1400', 's2:b-eth0 tap 1400', 'a:eth0 ethernet 1300', 'b:eth0 ethernet 1400',
    ])
  })

  it.each(['routed', 'nat'])('%s: the gateway stands on each host', (type) => {
    expect(shown(three(`type: ${type}, gateway: 10.0.0.254, uplink: eth0`), 's2', 'b')).toEqual([
      's2:eth0 ethernet 1500 172.16.0.2/24',
      's2:br-net bridge 1500 10.0.0.254/24',
      's2:b-eth0 tap 1500 master br-net',
      ...(type === 'nat' ? ['s2 masquerade 10.0.0.0/24 out eth0'] : []),
      's2 forwards',
      'b:eth0 ethernet 1500 10.0.0.2/24 gw 10.0.0.254 on s2:b-eth0',
    ])
  })

  it('isolated: neither uplink nor gateway', () => {
    expect(shown(three('type: isolated, uplink: eth0, gateway: { address: 10.0.0.254, on: each }'), 's2', 'b')).toEqual([
      's2:eth0 ethernet 1500 172.16.0.2/24',
      's2:br-net bridge 1500',
      's2:b-eth0 tap 1500 master br-net',
      'b:eth0 ethernet 1500 10.0.0.2/24 on s2:b-eth0',
      '! wrong-type: network net is isolated and has no uplink',
      '! wrong-type: network net is isolated and has no gateway',
    ])
  })

  it('a gateway on a router gives the router the bridge and its tunnel', () => {
    const yaml = three('type: geneve, id: 7, uplink: { s1: eth0, s2: eth0, s3: eth0, r: p1 }, gateway: { address: 10.0.0.254, on: r }')
    expect(shown(yaml + 'routers:\n  r: { interfaces: { p1: { address: 172.16.0.254/24 } } }\n', 'r')).toEqual([
      'r:p1 ethernet 1500 172.16.0.254/24',
      'r:br-net bridge 1450 10.0.0.254/24',
      'r:net-tun0 geneve 1450 id 7 local 172.16.0.254 remote 172.16.0.1 master br-net isolated',
      'r:net-tun1 geneve 1450 id 7 local 172.16.0.254 remote 172.16.0.2 master br-net isolated',
      'r:net-tun2 geneve 1450 id 7 local 172.16.0.254 remote 172.16.0.3 master br-net isolated',
    ])
  })

  it('tunnels run over the bridge that a flat network made of the uplink', () => {
    const yaml = three('type: vxlan, id: 9, uplink: eth0') + '  out: { type: flat, uplink: eth0 }\n'
    const more = yaml.replace('vms:', 'vms:\n  x: { host: s1, interfaces: { eth0: { network: out } } }')
    expect(shown(more, 's1').filter((line) => /net-tun|br-out|eth0 eth/.test(line))).toEqual([
      's1:eth0 ethernet 1500 master br-out',
      's1:br-out bridge 1500 172.16.0.1/24 gw 172.16.0.254',
      's1:net-tun vxlan 1450 link br-out id 9 local 172.16.0.1 remote 172.16.0.2 172.16.0.3 master br-net',
      's1:x-eth0 tap 1500 master br-out',
      's1 route 192.168.0.0/16 dev br-out',
    ])
  })

  it('may stand on another: containers on guests with leased addresses', () => {
    expect(shown(`
servers: { s1: { interfaces: { br0: { type: bridge } } }, s2: { interfaces: { eth0: {} } } }
vms:
  v1: { host: s1, interfaces: { eth0: { network: low, address: dhcp } } }
  v2: { host: s1, interfaces: { eth0: { network: low, address: dhcp } } }
containers:
  c1: { host: v1, interfaces: { eth0: { network: high, address: 10.1.0.1 } } }
  c2: { host: v2, interfaces: { eth0: { network: high, address: 10.1.0.2 } } }
networks:
  high: { type: geneve, id: 3, subnet: 10.1.0.0/24, uplink: eth0 }
  low: { type: isolated, subnet: 10.0.0.0/24, dhcp: { range: 10.0.0.5-10.0.0.9 }, mtu: 1450 }`, 'v1', 'c1')).toEqual([
      'v1:eth0 ethernet 1450 10.0.0.5/24 on s1:v1-eth0',
      'v1:br-high bridge 1400',
      'v1:high-tun0 geneve 1400 id 3 local 10.0.0.5 remote 10.0.0.6 master br-high isolated',
      'v1:c1-eth0 veth 1500 master br-high',
      'c1:eth0 ethernet 1500 10.1.0.1/24 on v1:c1-eth0',
    ])
  })

  it('a device that is written out keeps the keys written there', () => {
    const yaml = three('type: vxlan, id: 5001, uplink: eth0').replace('s2: { interfaces: {', 's2: { interfaces: { br-net: { address: 10.0.0.77/24 }, net-tun: { mtu: 1200 },')
    expect(shown(yaml, 's2').slice(0, 3)).toEqual([
      's2:br-net bridge 1200 10.0.0.77/24',
      's2:net-tun vxlan 1200 link eth0 id 5001 local 172.16.0.2 remote 172.16.0.1 172.16.0.3 master br-net',
      's2:eth0 ethernet 1500 172.16.0.2/24',
    ])
  })

  it.each([
    ['type: vlan, uplink: eth0', '! missing-key: network net is vlan and needs an id, its VLAN id'],
    ['type: vxlan, id: 5', '! missing-key: network net is vxlan and needs an uplink, the underlay device on the servers'],
    ['type: flat, uplink: eth0, id: 5', '! wrong-type: network net is flat and has no id'],
    ['type: flat, uplink: { s1: eth0, s2: eth0 }', '! missing-key: network net needs a device on s3, and its uplink names none there'],
    ['type: nat', '! missing-key: network net is nat and needs a gateway, the address its hosts answer to'],
    ['type: nat, gateway: { address: 10.0.0.254, on: s1 }', '! wrong-type: network net is nat, which puts its gateway on each host, not on s1 alone'],
  ])('%s is told', (network, problem) => {
    expect(shown(three(network)).filter((line) => line.startsWith('!'))).toEqual([problem])
  })

  it('leases skip what is written, and stop at the end of the range', () => {
    const yaml = three('type: isolated').replace('10.0.0.1-10.0.0.9', '10.0.0.1-10.0.0.2')
    expect(shown(yaml, 'b', 'c')).toEqual(['b:eth0 ethernet 1500 10.0.0.2/24 on s2:b-eth0', 'c:eth0 ethernet 1500 on s3:c-eth0'])
  })

  it('a guest of two networks takes the gateway of its first interface, in whatever order the networks stand', () => {
    const nets = ['n0: { type: nat, subnet: 10.0.0.0/24, gateway: { address: 10.0.0.254, on: each } }', 'n1: { type: nat, subnet: 10.1.0.0/24, gateway: { address: 10.1.0.254, on: each }, dhcp: { range: 10.1.0.5-10.1.0.9 } }']
    for (const order of [nets, nets.toReversed()]) {
      for (const [first, second, gateway] of [['network: n1, address: dhcp', 'network: n0, address: 10.0.0.4', 'gw 10.1.0.254'], ['network: n0, address: 10.0.0.4', 'network: n1, address: 10.1.0.4', 'gw 10.0.0.254']] as const) {
        const lines = shown(`
servers: { s1: { interfaces: { eth0: { address: 172.16.0.1/24 } } } }
vms: { a: { host: s1, interfaces: { eth0: { ${first} }, eth1: { ${second} } } } }
networks: { ${order.join(', ')} }
`, 'a')
        expect(lines.filter((line) => line.includes('gw'))).toEqual([expect.stringMatching(new RegExp(`^a:eth0 .*${gateway} on`))])
      }
    }
  })

  it('dual stack takes the lengths and gateways of both families', () => {
    const yaml = three('type: nat, gateway: { address: [10.0.0.254, "fd00::1"], on: each }')
      .replace('subnet: 10.0.0.0/24', 'subnets: [10.0.0.0/24, "fd00::/64"]').replace('address: 10.0.0.1 ', 'addresses: [10.0.0.1, "fd00::a"] ')
    expect(shown(yaml, 'a')).toEqual(['a:eth0 ethernet 1500 10.0.0.1/24 fd00::a/64 gw 10.0.0.254 gw fd00::1 on s1:a-eth0'])
  })
})
