/** Faults of tunnels, tenants, services, capacity, migration and fabrics. */
import { fault, type Fault } from './fault.ts'
import { drop, get, push, set } from './plain.ts'

const tun = (p: string, i: number, ...rest: string[]): string[] => ['servers', `${p}s${i}`, 'interfaces', 'tun0', ...rest]
const vx = (p: string, i: number, ...rest: string[]): string[] => ['servers', `${p}s${i}`, 'interfaces', 'vx', ...rest]
const server = (p: string, i: number, ...rest: string[]): string[] => ['servers', `${p}s${i}`, ...rest]
const vm = (p: string, i: number, ...rest: string[]): string[] => ['vms', `${p}vm${i}`, ...rest]

export const cloudFaults: readonly Fault[] = [
  fault('tunnel-one-sided', 'tunnel', 'no far half', ({ plan, p }) => {
    drop(plan, tun(p, 2))
    return [tun(p, 1, 'remote')]
  }),
  fault('tunnel-id-mismatch', 'tunnel', 'two ids', ({ plan, p }) => {
    if (get(plan, tun(p, 1, 'id')) === undefined) return undefined
    return [set(plan, tun(p, 2, 'id'), 4242), tun(p, 1, 'id')]
  }),
  fault('tunnel-port-mismatch', 'tunnel', 'two UDP ports', ({ plan, p }) => {
    const type = get(plan, tun(p, 1, 'type'))
    if (type !== 'vxlan' && type !== 'geneve') return undefined
    return [set(plan, tun(p, 2, 'port'), 8472), tun(p, 1)]
  }),
  fault('tunnel-endpoint-unreachable', 'tunnel', 'a remote that nobody has', ({ plan, p, n }) => [set(plan, tun(p, 1, 'remote'), `10.${n}.2.99`)], 'tunnel-one-sided'),
  fault('tunnel-local-not-owned', 'tunnel', 'a local that is not its own', ({ plan, p, n }) => [set(plan, tun(p, 1, 'local'), `10.${n}.1.99`)]),
  fault('tunnel-remote-is-self', 'tunnel', 'a tunnel to itself', ({ plan, p, n }) => [set(plan, tun(p, 1, 'remote'), `10.${n}.1.1`)], 'tunnel-one-sided'),
  fault('tunnel-recursion', 'routed', 'a tunnel into itself', ({ plan, p, n }) => {
    if (get(plan, ['routers', `${p}r1`, 'interfaces', 'tun', 'type']) === 'wireguard') return undefined
    return [push(plan, ['routers', `${p}r1`, 'routes'], { to: `10.${n}.92.0/24`, dev: 'tun' })]
  }),
  fault('tunnel-mesh-incomplete', 'mesh', 'a list without one', ({ plan, p, n }) => [set(plan, vx(p, 3, 'remote'), [`10.${n}.1.2`])]),
  fault('tunnel-flood-missing', 'mesh', 'nobody to flood to', ({ plan, p }) => {
    drop(plan, vx(p, 3, 'remote'))
    return [vx(p, 3)]
  }),
  fault('tunnel-id-out-of-range', 'mesh', 'a VNI of 25 bits', ({ plan, p }) => [1, 2, 3].map((i) => set(plan, vx(p, i, 'id'), 16777216))),
  fault('tunnel-id-shared-by-tenants', 'tenants', 'one id for two tenants', ({ plan, p }) => [set(plan, ['networks', `${p}rn`, 'id'], get(plan, ['networks', `${p}bn`, 'id']) ?? 1)], 'tenant-shared-segment', 'tenant-leak', 'subnet-mismatch', 'vlan-mismatch'),
  fault('tunnel-parallel-loop', 'mesh', 'three point-to-point tunnels', ({ plan, p, n }) => {
    for (const i of [1, 2, 3]) {
      drop(plan, vx(p, i))
      for (const j of [1, 2, 3]) if (i !== j) set(plan, server(p, i, 'interfaces', `t${j}`), { type: 'gretap', local: `10.${n}.1.${i}`, remote: `10.${n}.1.${j}`, master: 'br0' })
    }
    return [1, 2, 3].flatMap((i) => [1, 2, 3].map((j) => server(p, i, 'interfaces', `t${j}`, 'remote')))
  }),
  fault('tunnel-unprotected', 'lan', 'in the clear over the Internet', ({ plan, p, n }) => {
    set(plan, ['servers', `${p}far`], { interfaces: { eth0: { address: '192.0.2.2/24', gateway: '192.0.2.1' }, gre1: { type: 'gre', local: '192.0.2.2', remote: `203.0.113.${n * 4 + 2}`, address: '10.230.0.2/24' } } })
    set(plan, ['externals', `${p}net`, 'interfaces', 'far'], { address: '192.0.2.1/24' })
    set(plan, ['externals', `${p}net`, 'forwarding'], true)
    push(plan, ['links'], [`${p}far:eth0`, `${p}net:far`])
    return [set(plan, ['routers', `${p}gw`, 'interfaces', 'gre1'], { type: 'gre', local: `203.0.113.${n * 4 + 2}`, remote: '192.0.2.2', address: '10.230.0.1/24' }), ['routers', `${p}gw`, 'interfaces', 'gre1', 'type']]
  }),
  fault('wireguard-allowed-overlap', 'routed', 'one prefix for two peers', ({ plan, p, n }) => {
    if (get(plan, ['routers', `${p}r1`, 'interfaces', 'tun', 'type']) !== 'wireguard') return undefined
    return [push(plan, ['routers', `${p}r1`, 'interfaces', 'tun', 'peers'], { remote: `10.${n}.91.254`, allowed: [`10.${n}.2.0/24`] })]
  }, 'tunnel-one-sided', 'no-return-route', 'no-route', 'tunnel-endpoint-unreachable'),

  fault('tenant-shared-segment', 'tenants', 'plugged into the other tenant', ({ plan, p }) => [set(plan, ['vms', `${p}red1`, 'interfaces', 'eth0', 'network'], `${p}bn`)], 'address-outside-subnet', 'address-duplicate', 'subnet-mismatch', 'tenant-leak'),
  fault('tenant-leak', 'docker', 'a host that forwards between tenants', ({ plan, p, n }) => {
    set(plan, ['servers', `${p}s`, 'interfaces', 'br1'], { type: 'bridge', address: `10.${n}.2.254/24` })
    // Docker would keep its bridges apart.
    set(plan, ['servers', `${p}s`, 'hypervisor'], 'kvm')
    for (const [name, k] of [['blue', 1], ['red', 2]] as const) {
      set(plan, ['tenants', `${p}${name}`], {})
      set(plan, ['vms', `${p}${name}`], { host: `${p}s`, tenant: `${p}${name}`, memory: '1GiB', interfaces: { eth0: { attach: `br${k - 1}`, address: `10.${n}.${k}.9/24`, gateway: `10.${n}.${k}.254` } } })
    }
    return ['blue', 'red'].map((name) => ['vms', `${p}${name}`, 'interfaces', 'eth0', 'attach'])
  }, 'host-reachable-from-guest'),
  fault('tenant-shared-gateway', 'docker', 'only a group between tenants', ({ plan, p, n }) => {
    set(plan, ['servers', `${p}s`, 'hypervisor'], 'kvm')
    set(plan, ['servers', `${p}s`, 'interfaces', 'br1'], { type: 'bridge', address: `10.${n}.2.254/24` })
    set(plan, ['security-groups', `${p}shut`], { ingress: [] })
    for (const [name, k] of [['blue', 1], ['red', 2]] as const) {
      set(plan, ['tenants', `${p}${name}`], {})
      set(plan, ['vms', `${p}${name}`], { host: `${p}s`, tenant: `${p}${name}`, 'security-groups': [`${p}shut`], memory: '1GiB', interfaces: { eth0: { attach: `br${k - 1}`, address: `10.${n}.${k}.9/24`, gateway: `10.${n}.${k}.254` } } })
    }
    return ['blue', 'red'].map((name) => ['vms', `${p}${name}`, 'interfaces', 'eth0', 'gateway'])
  }),
  fault('tenant-shared-kernel', 'docker', 'containers of two tenants', ({ plan, p }) => ['1', '2'].map((i) => {
    set(plan, ['tenants', `${p}t${i}`], {})
    return set(plan, ['containers', `${p}c${i}`, 'tenant'], `${p}t${i}`)
  }), 'tenant-shared-segment'),
  fault('security-group-open', 'services', 'everything from everywhere', ({ plan, p }) => [set(plan, ['security-groups', `${p}web`, 'ingress'], [{ from: 'any' }]), ['security-groups', `${p}web`, 'ingress', '0']]),
  fault('security-group-unenforced', 'services', 'a virtual function', ({ plan, p }) => {
    set(plan, server(p, 1, 'interfaces', 'eth7'), {})
    set(plan, ['switches', `${p}swx`], {})
    push(plan, ['links'], [`${p}s1:eth7`, `${p}swx:p1`])
    return [set(plan, ['vms', `${p}w1`, 'interfaces', 'eth1'], { type: 'vf', attach: 'eth7', address: '10.231.0.1/24' }), ['vms', `${p}w1`, 'interfaces', 'eth1', 'type']]
  }),
  fault('spoofing-possible', 'services', 'a stranger beside the trusted', ({ plan, p, n }) => {
    set(plan, ['vms', `${p}other`], { host: `${p}s2`, memory: '1GiB', interfaces: { eth0: { attach: 'br0', address: `10.${n}.0.99/24`, gateway: `10.${n}.0.251` } } })
    return [['security-groups', `${p}db`, 'ingress', '0'], ['security-groups', `${p}db`, 'ingress'], ['security-groups', `${p}db`]]
  }),
  fault('internal-network-escapes', 'tenants', 'an isolated network with a way out', ({ plan, p, n }) => {
    set(plan, ['externals', `${p}net`], { interfaces: { port: { address: `10.${n}.0.254/24` } } })
    push(plan, ['links'], [`${p}net:port`, `${p}tor:p40`])
    set(plan, ['servers', `${p}s1`, 'interfaces', 'br-inner'], { type: 'bridge', address: `10.${n}.50.254/24` })
    set(plan, ['servers', `${p}s1`, 'forwarding'], true)
    set(plan, ['servers', `${p}s1`, 'nat'], [{ masquerade: `10.${n}.50.0/24`, out: 'eth0' }])
    set(plan, ['vms', `${p}inner`], { host: `${p}s1`, memory: '1GiB', interfaces: { eth0: { network: 'inner', address: `10.${n}.50.1`, gateway: `10.${n}.50.254` } } })
    return [set(plan, ['networks', 'inner'], { type: 'isolated', subnet: `10.${n}.50.0/24` }), ['networks', 'inner', 'type']]
  }),

  fault('service-backend-unreachable', 'services', 'a backend that lets nobody in', ({ plan, p }) => {
    set(plan, ['security-groups', `${p}shut`], { ingress: [{ from: 'any', ports: ['22/tcp'] }] })
    set(plan, ['vms', `${p}w2`, 'security-groups'], [`${p}shut`])
    return [['services', `${p}site`, 'backends']]
  }),
  fault('service-single-backend', 'services', 'one backend', ({ plan, p }) => {
    set(plan, ['services', `${p}site`, 'backends'], [`${p}w1:443`])
    return [['services', `${p}site`, 'backends'], ['services', `${p}site`]]
  }),
  fault('persistence-lost', 'services', 'a name server that remembers', ({ plan, p }) => {
    set(plan, ['services', `${p}site`, 'type'], 'dns')
    drop(plan, ['services', `${p}site`, 'on'])
    return [set(plan, ['services', `${p}site`, 'persistence'], 'source')]
  }),
  fault('replicas-share-host', 'services', 'all on one host', ({ plan, p }) => [set(plan, ['vms', `${p}w2`, 'host'], `${p}s1`), ['services', `${p}site`], ['vms', `${p}w1`, 'host']]),
  fault('anycast-inconsistent', 'services', 'an anycast address that one lacks', ({ plan, p }) => {
    set(plan, server(p, 1, 'interfaces', 'lo'), { type: 'loopback', address: '10.255.0.53/32' })
    return [set(plan, ['services', `${p}any`], { type: 'anycast', vip: '10.255.0.53', port: '53/udp', backends: [`${p}s1:53`, `${p}s2:53`] }), ['services', `${p}any`, 'backends']]
  }),
  fault('host-overcommitted', 'cluster', 'a guest larger than its host', ({ plan, p }) => [set(plan, vm(p, 1, 'vcpus'), 40)], 'migration-no-capacity'),
  fault('memory-overcommitted', 'cluster', 'more memory than there is', ({ plan, p }) => [set(plan, vm(p, 1, 'memory'), '128GiB')], 'migration-no-capacity', 'migration-downtime-exceeded'),
  fault('storage-over-capacity', 'cluster', 'disks larger than the storage', ({ plan, p }) => [set(plan, ['storage', `${p}ceph`, 'capacity'], '30GiB')]),

  fault('migration-no-capacity', 'cluster', 'no room', ({ plan, p }) => [set(plan, server(p, 3, 'memory'), '2GiB'), vm(p, 1, 'memory')]),
  fault('migration-cpu-model', 'cluster', 'an older processor', ({ plan, p }) => [set(plan, server(p, 3, 'cpu-model'), 'Broadwell')]),
  fault('migration-hypervisor', 'cluster', 'another hypervisor', ({ plan, p }) => [set(plan, server(p, 3, 'hypervisor'), 'xen')]),
  fault('migration-storage-unreachable', 'cluster', 'a disk out of reach', ({ plan, p }) => {
    set(plan, ['storage', `${p}ceph`, 'servers'], [`${p}s1`, `${p}s2`])
    return [vm(p, 1, 'disks'), [...vm(p, 1, 'disks'), '0']]
  }),
  fault('migration-passthrough', 'cluster', 'a card that stays', ({ plan, p }) => [set(plan, vm(p, 1, 'devices'), [{ passthrough: '0000:3b:00.0' }]), [...vm(p, 1, 'devices'), '0']]),
  fault('migration-network-missing', 'cluster', 'no bridge there', ({ plan, p, n }) => {
    set(plan, server(p, 3, 'interfaces'), { eth0: { address: `10.${n}.0.3/24`, bandwidth: '10Gbps' } })
    return [vm(p, 1, 'interfaces', 'eth0', 'attach')]
  }),
  fault('migration-downtime-exceeded', 'cluster', 'a millisecond', ({ plan, p }) => {
    const at = (plan['expect'] as { migrate?: { vm: string } }[]).findIndex(({ migrate }) => migrate?.vm === `${p}vm1`)
    return [set(plan, ['expect', String(at), 'migrate', 'downtime'], '1ms')]
  }),
  fault('migration-not-converging', 'cluster', 'memory faster than the wire', ({ plan, p }) => [set(plan, vm(p, 1, 'workload'), { 'dirty-rate': '20GiB/s', 'working-set': '3GiB' })]),
  fault('fabric-k-odd', 'fabric', 'an odd k', ({ plan, p }) => [set(plan, ['fabrics', `${p}odd`], { type: 'fat-tree', k: 3, base: '10.0.0.0/8' }), ['fabrics', `${p}odd`, 'k']]),
  fault('fabric-address-scheme', 'fabric', 'a base without room', ({ plan, p }) => [set(plan, ['fabrics', `${p}tight`], { type: 'leaf-spine', leaves: 2, spines: 2, hosts: 1, base: '192.168.240.0/24' }), ['fabrics', `${p}tight`, 'base']]),
  fault('fabric-miswired', 'fabric', 'two leaves joined', ({ plan, p }) => {
    const type = get(plan, ['fabrics', `${p}dc`, 'type'])
    if (type !== 'leaf-spine') return undefined
    return [push(plan, ['links'], [`${p}dc-leaf0:x1`, `${p}dc-leaf1:x1`])]
  }, 'bridge-loop'),
  fault('expectation-failed', 'lan', 'what is forbidden happens', ({ plan, p }) => [push(plan, ['expect'], { block: { from: `${p}vm1`, to: `${p}vm2` } })]),
]
