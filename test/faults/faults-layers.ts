/** Faults of layer 2, MTU, layer 3 and NAT. */
import { fault, type Fault } from './fault.ts'
import { drop, get, push, set, type Plan } from './plain.ts'

const linksOf = (plan: Plan): readonly unknown[] => (plan['links'] as unknown[] | undefined) ?? []
/** Where a link of the plan stands, by one of its ends. */
const linkWith = (plan: Plan, end: string): (string | number)[] => ['links', linksOf(plan).findIndex((link) => JSON.stringify(link).includes(`"${end}"`))]
const toMap = (plan: Plan, path: (string | number)[], more: Plan): (string | number)[] => {
  const link = get(plan, path)
  set(plan, path, Array.isArray(link) ? { ends: link, ...more } : { ...(link as Plan), ...more })
  return path
}
const router = (p: string, i: number, ...rest: string[]): string[] => ['routers', `${p}r${i}`, ...rest]

export const layerFaults: readonly Fault[] = [
  fault('bridge-loop', 'lan', 'a second cable between bridges', ({ plan, p }) => {
    if (get(plan, ['switches', `${p}sw`, 'stp']) === true) return undefined
    set(plan, ['servers', `${p}s1`, 'interfaces', 'eth1'], { master: 'br0' })
    return [push(plan, ['links'], [`${p}s1:eth1`, `${p}sw:p30`])]
  }),
  fault('vlan-mismatch', 'vlans', 'access ports of two VLANs', ({ plan, p }) => [
    set(plan, ['switches', `${p}b`, 'ports', 'x1', 'vlan'], 30), set(plan, ['switches', `${p}a`, 'ports', 'x1', 'vlan'], 10), push(plan, ['links'], [`${p}a:x1`, `${p}b:x1`]),
  ], 'bridge-loop'),
  fault('native-vlan-mismatch', 'vlans', 'two natives on one trunk', ({ plan, p }) => [set(plan, ['switches', `${p}a`, 'ports', 'up', 'native'], 1), set(plan, ['switches', `${p}b`, 'ports', 'up', 'native'], 2)]),
  fault('vlan-not-on-trunk', 'vlans', 'a trunk without a VLAN', ({ plan, p }) => [set(plan, ['switches', `${p}b`, 'ports', 'up', 'trunk'], [10])]),
  fault('vlan-out-of-range', 'vlans', 'VLAN 4095', ({ plan, p }) => [set(plan, ['switches', `${p}a`, 'ports', 'spare', 'vlan'], 4095)]),
  fault('bridge-without-port', 'lan', 'a bridge for nobody', ({ plan, p }) => [set(plan, ['servers', `${p}s1`, 'interfaces', 'br9'], { type: 'bridge' })]),
  fault('address-on-bridge-port', 'lan', 'an address on a port', ({ plan, p }) => [set(plan, ['servers', `${p}s1`, 'interfaces', 'eth0', 'address'], '10.200.0.1/24')]),
  fault('stacked-master', 'lan', 'a bridge in a bridge', ({ plan, p }) => [set(plan, ['servers', `${p}s1`, 'interfaces', 'br8'], { type: 'bridge', master: 'br0' }), ['servers', `${p}s1`, 'interfaces', 'br8', 'master']], 'bridge-without-port'),
  fault('device-duplicate', 'lan', 'one VLAN twice', ({ plan, p }) => [
    set(plan, ['servers', `${p}s1`, 'interfaces', 'v7'], { type: 'vlan', link: 'eth0', id: 7 }), set(plan, ['servers', `${p}s1`, 'interfaces', 'v8'], { type: 'vlan', link: 'eth0', id: 7 }),
    ['servers', `${p}s1`, 'interfaces', 'v8', 'id'],
  ]),
  fault('link-endpoint-reused', 'lan', 'two cables in one socket', ({ plan, p }) => [push(plan, ['links'], [`${p}s1:eth0`, `${p}sw:p31`])]),
  fault('link-down', 'routes', 'a cable pulled', ({ plan, p }) => [toMap(plan, linkWith(plan, `${p}r1:up`), { up: false })], 'no-route', 'next-hop-unreachable'),
  fault('link-down', 'lan', 'an interface down', ({ plan, p }) => [set(plan, ['servers', `${p}s1`, 'interfaces', 'eth0', 'up'], false)], 'gateway-unowned', 'next-hop-unreachable'),
  fault('interface-unconnected', 'routes', 'a card without a cable', ({ plan, p }) => {
    drop(plan, linkWith(plan, `${p}r1:up`))
    return [router(p, 1, 'interfaces', 'up')]
  }, 'next-hop-unreachable'),
  fault('interface-unconnected', 'lan', 'a gateway without a cable', ({ plan, p }) => {
    drop(plan, linkWith(plan, `${p}gw:lan`))
    return [['routers', `${p}gw`, 'interfaces', 'lan']]
  }),
  fault('speed-mismatch', 'cluster', 'two speeds on one cable', ({ plan, p }) => [
    set(plan, ['switches', `${p}tor`, 'ports', 'p1', 'bandwidth'], '1Gbps'), ['servers', `${p}s1`, 'interfaces', 'eth0', 'bandwidth'],
  ]),
  fault('bond-single-member', 'mixed', 'a bond of one', ({ plan, p }) => {
    drop(plan, ['servers', `${p}s`, 'interfaces', 'eth1', 'master'])
    return [['servers', `${p}s`, 'interfaces', 'bond0']]
  }),
  fault('name-too-long', 'lan', 'sixteen characters', ({ plan, p }) => [set(plan, ['servers', `${p}s1`, 'interfaces', 'abcdefghijklmnop'], { type: 'dummy', address: '10.202.0.1/32' })]),
  fault('vepa-without-hairpin', 'children', 'siblings in mode vepa', ({ plan, p }) => [1, 2].map((i) => set(plan, ['containers', `${p}m${i}`, 'interfaces', 'eth0', 'mode'], 'vepa'))),
  fault('macvlan-parent-talk', 'children', 'a child asks its parent', ({ plan, p }) => {
    push(plan, ['expect'], { reach: { from: `${p}m1`, to: `${p}s` } })
    return [['containers', `${p}m1`, 'interfaces', 'eth0', 'mode']]
  }),
  fault('macvlan-passthru-shared', 'children', 'a device taken over and shared', ({ plan, p }) => [set(plan, ['containers', `${p}m1`, 'interfaces', 'eth0', 'mode'], 'passthru'), ...['attach', 'mode', 'type'].map((key) => ['containers', `${p}m2`, 'interfaces', 'eth0', key])], 'vepa-without-hairpin', 'macvlan-parent-talk', 'address-on-bridge-port', 'stacked-master', 'next-hop-unreachable', 'gateway-unowned'),
  fault('bridge-needs-promiscuous', 'lan', 'a bridge inside a guest of ESXi', ({ plan, p, n }) => {
    for (const i of [1, 2]) set(plan, ['servers', `${p}s${i}`, 'hypervisor'], 'esxi')
    set(plan, ['vms', `${p}vm3`, 'interfaces', 'br0'], { type: 'bridge', address: `10.${n}.0.13/24` })
    set(plan, ['vms', `${p}vm3`, 'interfaces', 'eth0'], { attach: 'br0' })
    return [set(plan, ['vms', `${p}vm3`, 'interfaces', 'eth0', 'master'], 'br0')]
  }),

  fault('mtu-tunnel-too-small', 'tunnel', 'a guest that sends 1500', ({ plan, p }) => [set(plan, ['vms', `${p}vm1`, 'interfaces', 'eth0', 'mtu'], 1500)], 'mtu-mismatch-segment'),
  fault('mtu-mismatch-segment', 'lan', 'a member that sends less', ({ plan, p }) => [set(plan, ['vms', `${p}vm1`, 'interfaces', 'eth0', 'mtu'], 1300)]),
  fault('mtu-mismatch-link', 'routes', 'two MTUs on one cable', ({ plan, p }) => [set(plan, router(p, 1, 'interfaces', 'up', 'mtu'), 1400), router(p, 2, 'interfaces', 'up', 'mtu'), router(p, 2, 'interfaces', 'up')], 'mtu-jumbo-partial'),
  fault('mtu-bridge-silent-drop', 'lan', 'a bridge port of 1400', ({ plan, p }) => [
    toMap(plan, linkWith(plan, `${p}s1:eth0`), { mtu: 1400 }), ['servers', `${p}s1`, 'interfaces', 'eth0'],
  ]),
  fault('mtu-below-ipv6-minimum', 'mixed', 'IPv6 over 1200', ({ plan, p }) => [set(plan, ['servers', `${p}o`, 'interfaces', 'eth0', 'mtu'], 1200)], 'mtu-mismatch-segment', 'mtu-mismatch-link'),
  fault('mtu-vlan-over-parent', 'vlans', 'a VLAN larger than its parent', ({ plan, p }) => [set(plan, ['servers', `${p}h4`, 'interfaces', 'v20', 'mtu'], 1600)], 'mtu-mismatch-segment'),
  fault('mtu-jumbo-partial', 'routes', 'jumbo frames but for one cable', ({ plan, p }) => {
    if (get(plan, router(p, 1, 'interfaces', 'up', 'mtu')) !== 9000) return undefined
    for (const i of [1, 2]) drop(plan, router(p, i, 'interfaces', 'up', 'mtu'))
    return [router(p, 1, 'interfaces', 'up'), router(p, 2, 'interfaces', 'up')]
  }),
  fault('mtu-tunnel-over-default', 'mesh', 'a vxlan device that keeps 1500', ({ plan, p, n }) => {
    for (const i of [1, 2]) {
      set(plan, ['servers', `${p}s${i}`, 'interfaces', 'vy'], { type: 'vxlan', id: 99, local: `10.${n}.1.${i}`, remote: `10.${n}.1.${3 - i}`, address: `10.210.${n}.${i}/24`, ...(i === 2 ? { mtu: 1450 } : {}) })
    }
    return [['servers', `${p}s1`, 'interfaces', 'vy', 'type']]
  }, 'mtu-mismatch-segment'),
  fault('mtu-fragmentation', 'mesh', 'a vxlan device told 1500', ({ plan, p, n }) => [1, 2].map((i) =>
    set(plan, ['servers', `${p}s${i}`, 'interfaces', 'vy'], { type: 'vxlan', id: 99, local: `10.${n}.1.${i}`, remote: `10.${n}.1.${3 - i}`, address: `10.210.${n}.${i}/24`, mtu: 1500 })).map((at) => [...at, 'mtu'])),

  fault('forwarding-off', 'routes', 'a router that does not forward', ({ plan, p }) => [set(plan, router(p, 1, 'forwarding'), false), router(p, 1)]),
  fault('no-route', 'routes', 'a router that knows no way', ({ plan, p }) => {
    drop(plan, router(p, 1, 'routes'))
    return [router(p, 1)]
  }),
  fault('no-return-route', 'routes', 'no way back', ({ plan, p }) => {
    drop(plan, ['servers', `${p}h2`, 'interfaces', 'eth0', 'gateway'])
    return [['servers', `${p}h2`]]
  }),
  fault('routing-loop', 'routes', 'back where it came from', ({ plan, p, n }) => [push(plan, router(p, 2, 'routes'), { to: `10.${n}.2.0/25`, via: `10.${n}.0.1` }), [...router(p, 1, 'routes'), 0]]),
  fault('blackhole', 'routes', 'a route that throws away', ({ plan, p, n }) => [push(plan, router(p, 1, 'routes'), { to: `10.${n}.2.0/25`, type: 'blackhole' })]),
  fault('next-hop-unreachable', 'routes', 'a next hop that nobody is', ({ plan, p, n }) => [push(plan, router(p, 1, 'routes'), { to: '10.222.0.0/24', via: `10.${n}.0.77` })]),
  fault('route-shadowed', 'routes', 'the same route twice', ({ plan, p, n }) => [push(plan, router(p, 1, 'routes'), { to: `10.${n}.2.0/24`, via: `10.${n}.0.9` })], 'next-hop-unreachable'),
  fault('next-hop-unreachable', 'routes', 'a next hop on no link', ({ plan, p }) => [push(plan, router(p, 1, 'routes'), { to: '10.223.0.0/24', via: '172.31.255.1' })]),
  fault('asymmetric-path', 'routes', 'a state that never saw the question', ({ plan, p, n }) => {
    // h2 answers by r3, which keeps state and leads to h1 by another way.
    set(plan, ['switches', `${p}x1`], {})
    set(plan, ['switches', `${p}x2`], {})
    for (const i of [1, 2]) {
      const at = linkWith(plan, `${p}h${i}:eth0`)
      set(plan, at, [`${p}h${i}:eth0`, `${p}x${i}:p1`])
      push(plan, ['links'], [`${p}r${i}:lan`, `${p}x${i}:p2`])
      push(plan, ['links'], [`${p}r3:lan${i}`, `${p}x${i}:p3`])
    }
    const mtu = get(plan, router(p, 1, 'interfaces', 'lan', 'mtu'))
    const more: Plan = mtu === 9000 ? { mtu } : {}
    if (mtu === 9000) for (const i of [1, 2]) set(plan, ['switches', `${p}x${i}`], { mtu })
    set(plan, router(p, 3), {
      interfaces: { lan1: { address: `10.${n}.1.253/24`, ...more }, lan2: { address: `10.${n}.2.253/24`, ...more } },
      firewall: { forward: { policy: 'accept', rules: [{ state: ['established'], action: 'accept' }] } },
    })
    set(plan, ['servers', `${p}h2`, 'interfaces', 'eth0', 'gateway'], `10.${n}.2.253`)
    return [router(p, 3)]
  }),
  fault('ecmp-unequal', 'routes', 'two speeds side by side', ({ plan, p, n }) => {
    for (const i of [1, 2]) set(plan, router(p, i, 'interfaces', 'up2'), { address: `10.${n}.200.${i}/24` })
    toMap(plan, linkWith(plan, `${p}r1:up`), { bandwidth: '10Gbps' })
    push(plan, ['links'], { ends: [`${p}r1:up2`, `${p}r2:up2`], bandwidth: '1Gbps' })
    return [set(plan, [...router(p, 1, 'routes'), 0], { to: `10.${n}.2.0/24`, via: [`10.${n}.0.2`, `10.${n}.200.2`] })]
  }, 'mtu-jumbo-partial'),

  fault('nat-without-forwarding', 'services', 'a translator that does not forward', ({ plan, p, n }) => {
    set(plan, ['servers', `${p}nat`], { interfaces: { in: { type: 'dummy', address: `10.${n}.60.1/24` }, out: { type: 'dummy', address: `10.${n}.61.1/24` } } })
    return [push(plan, ['servers', `${p}nat`, 'nat'], { masquerade: `10.${n}.60.0/24`, out: 'out' })]
  }),
  fault('forwarding-off', 'services', 'a translator that somebody needs', ({ plan, p }) => {
    drop(plan, ['servers', `${p}s1`, 'forwarding'])
    return [['servers', `${p}s1`]]
  }),
  fault('nat-covers-nothing', 'lan', 'a range that nobody has', ({ plan, p }) => [push(plan, ['routers', `${p}gw`, 'nat'], { masquerade: '10.240.0.0/24', out: 'wan' })]),
  fault('dnat-target-unreachable', 'services', 'a port for nobody', ({ plan, p, n }) => [push(plan, ['servers', `${p}s1`, 'nat'], { dnat: `198.51.100.${n * 4 + 2}:8443/tcp`, to: `10.${n}.0.77:443`, in: 'out' })]),
  fault('dnat-port-conflict', 'docker', 'one port for two', ({ plan, p }) => [set(plan, ['containers', `${p}c2`, 'ports'], ['8081:80']), ['containers', `${p}c1`, 'ports']]),
  fault('overlapping-nat', 'services', 'two rules for one range', ({ plan, p, n }) => [push(plan, ['servers', `${p}s1`, 'nat'], { masquerade: `10.${n}.0.0/25`, out: 'out' })]),
  fault('nat-hairpin-missing', 'services', 'a neighbour by the outer address', ({ plan, p, n }) => {
    set(plan, ['servers', `${p}s1`, 'nat', '1'], { dnat: `198.51.100.${n * 4 + 2}:443/tcp`, to: `10.${n}.0.11:443` })
    push(plan, ['expect'], { reach: { from: `${p}w2`, to: `198.51.100.${n * 4 + 2}`, port: '443/tcp' } })
    return [['servers', `${p}s1`, 'nat', '1']]
  }),
  fault('published-port-exposed', 'docker', 'a database for everybody', ({ plan, p, n }) => {
    set(plan, ['externals', `${p}net`], { interfaces: { port: { address: `10.${n}.0.9/24` } } })
    set(plan, ['switches', `${p}sw`], {})
    set(plan, linkWith(plan, `${p}s:eth0`), [`${p}s:eth0`, `${p}sw:p1`])
    push(plan, ['links'], [`${p}o:eth0`, `${p}sw:p2`])
    push(plan, ['links'], [`${p}net:port`, `${p}sw:p3`])
    return [set(plan, ['containers', `${p}c1`, 'ports'], ['8081:80', '5432:5432'])]
  }),
]
