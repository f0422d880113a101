/** Parts of clean networks, each with names and addresses of its own, so that any of them can stand together. */
import { mapAt, push, set, type Chance, type Plain, type Plan } from './plain.ts'

export interface Here {
  readonly plan: Plan
  /** Before every name. */
  readonly p: string
  /** 10.n.0.0/16 is this part's. */
  readonly n: number
  readonly rnd: Chance
}

export const linkOf = (a: string, b: string, more: Plan = {}): Plain => (Object.keys(more).length === 0 ? [a, b] : { ends: [a, b], ...more })
const wire = ({ plan }: Here, a: string, b: string, more: Plan = {}): void => void push(plan, ['links'], linkOf(a, b, more))
const expecting = ({ plan }: Here, one: Plan): void => void push(plan, ['expect'], one)
const put = ({ plan }: Here, section: string, name: string, value: Plan): void => void set(plan, [section, name], value)

/** Bridged guests behind a router that masquerades, and the Internet. */
function lan(here: Here): void {
  const { p, n, rnd } = here
  const guests = 3 + rnd.below(3)
  for (const i of [1, 2]) {
    put(here, 'servers', `${p}s${i}`, {
      cpus: 16, memory: '64GiB', rack: `${p}r${i}`,
      interfaces: { eth0: { master: 'br0', bandwidth: '10Gbps' }, br0: { type: 'bridge', address: `10.${n}.0.${i}/24`, gateway: `10.${n}.0.254` } },
    })
    wire(here, `${p}s${i}:eth0`, `${p}sw:p${i}`, { bandwidth: '10Gbps' })
  }
  put(here, 'switches', `${p}sw`, { stp: rnd.flip() })
  put(here, 'routers', `${p}gw`, {
    interfaces: { lan: { address: `10.${n}.0.254/24` }, wan: { address: `203.0.113.${n * 4 + 2}/30`, gateway: `203.0.113.${n * 4 + 1}` } },
    nat: [{ masquerade: `10.${n}.0.0/24`, out: 'wan' }],
  })
  put(here, 'externals', `${p}net`, { interfaces: { port: { address: `203.0.113.${n * 4 + 1}/30` } } })
  for (let i = 1; i <= guests; i++) {
    put(here, 'vms', `${p}vm${i}`, {
      host: `${p}s${1 + (i % 2)}`, vcpus: 2, memory: '4GiB',
      interfaces: { eth0: { attach: 'br0', address: `10.${n}.0.${10 + i}/24`, gateway: `10.${n}.0.254` } },
    })
  }
  wire(here, `${p}gw:lan`, `${p}sw:p9`)
  wire(here, `${p}gw:wan`, `${p}net:port`)
  expecting(here, { reach: { from: `${p}vm1`, to: `${p}vm2` } })
  expecting(here, { reach: { from: `${p}vm1`, to: `${p}net` } })
  expecting(here, { block: { from: `${p}net`, to: `${p}vm1` } })
}

/** Two VLAN-aware switches with a trunk, access ports, VLAN devices, and a router on a stick. */
function vlans(here: Here): void {
  const { p, n } = here
  put(here, 'switches', `${p}a`, { 'vlan-aware': true, ports: { up: { trunk: [10, 20] }, h1: { vlan: 10 }, h2: { vlan: 20 }, r: { trunk: [10, 20] } } })
  put(here, 'switches', `${p}b`, { 'vlan-aware': true, ports: { up: { trunk: [10, 20] }, h3: { vlan: 10 }, h4: { trunk: [20], native: 10 } } })
  const host = (name: string, vlan: number, i: number): void =>
    put(here, 'servers', name, { interfaces: { eth0: { address: `10.${n}.${vlan}.${i}/24`, gateway: `10.${n}.${vlan}.254` } } })
  host(`${p}h1`, 10, 1)
  host(`${p}h2`, 20, 2)
  host(`${p}h3`, 10, 3)
  put(here, 'servers', `${p}h4`, { interfaces: { eth0: { address: `10.${n}.10.4/24` }, v20: { type: 'vlan', link: 'eth0', id: 20, address: `10.${n}.20.4/24`, gateway: `10.${n}.20.254` } } })
  put(here, 'routers', `${p}r`, {
    interfaces: { eth0: {}, v10: { type: 'vlan', link: 'eth0', id: 10, address: `10.${n}.10.254/24` }, v20: { type: 'vlan', link: 'eth0', id: 20, address: `10.${n}.20.254/24` } },
  })
  wire(here, `${p}a:up`, `${p}b:up`)
  for (const [name, port] of [['h1', 'a:h1'], ['h2', 'a:h2'], ['h3', 'b:h3'], ['h4', 'b:h4'], ['r', 'a:r']]) wire(here, `${p}${name ?? ''}:eth0`, `${p}${port ?? ''}`)
  expecting(here, { reach: { from: `${p}h1`, to: `${p}h3` } })
  expecting(here, { reach: { from: `${p}h1`, to: `${p}h2` } })
  expecting(here, { reach: { from: `${p}h2`, to: `${p}h4:v20` } })
}

export const overheads: Readonly<Record<string, number>> = { gretap: 38, nvgre: 42, geneve: 50, vxlan: 50 }

/** One layer 2 tunnel between two servers with a router between them. */
function tunnel(here: Here): void {
  const { p, n, rnd } = here
  const type = rnd.pick(['gretap', 'vxlan', 'geneve', 'nvgre'])
  const mtu = 1500 - (overheads[type] ?? 0)
  for (const [i, far] of [[1, 2], [2, 1]] as const) {
    put(here, 'servers', `${p}s${i}`, {
      cpus: 16, memory: '64GiB',
      interfaces: {
        eth0: { address: `10.${n}.${i}.1/24`, gateway: `10.${n}.${i}.254` }, br0: { type: 'bridge' },
        tun0: { type, ...(type === 'gretap' ? {} : { id: 7000 + n }), local: `10.${n}.${i}.1`, remote: `10.${n}.${far}.1`, ...(type === 'vxlan' ? { link: 'eth0' } : {}), master: 'br0' },
      },
    })
    put(here, 'vms', `${p}vm${i}`, { host: `${p}s${i}`, memory: '2GiB', interfaces: { eth0: { attach: 'br0', address: `192.168.${n}.${i}/24`, mtu } } })
    wire(here, `${p}s${i}:eth0`, `${p}r:p${i}`)
  }
  put(here, 'routers', `${p}r`, { interfaces: { p1: { address: `10.${n}.1.254/24` }, p2: { address: `10.${n}.2.254/24` } } })
  expecting(here, { reach: { from: `${p}vm1`, to: `${p}vm2` } })
  expecting(here, { mtu: { from: `${p}vm1`, to: `${p}vm2`, 'at-least': mtu } })
}

/** Three VTEPs with head-end lists on one switch. */
function mesh(here: Here): void {
  const { p, n } = here
  for (const i of [1, 2, 3]) {
    put(here, 'servers', `${p}s${i}`, {
      interfaces: {
        eth0: { address: `10.${n}.1.${i}/24` }, br0: { type: 'bridge', address: `192.168.${n}.${i}/24` },
        vx: { type: 'vxlan', id: 8000 + n, local: `10.${n}.1.${i}`, remote: [1, 2, 3].filter((other) => other !== i).map((other) => `10.${n}.1.${other}`), link: 'eth0', master: 'br0' },
      },
    })
    wire(here, `${p}s${i}:eth0`, `${p}sw:p${i}`)
  }
  put(here, 'switches', `${p}sw`, {})
  expecting(here, { reach: { from: `${p}s1:br0`, to: `192.168.${n}.3` } })
}

/** Two LANs joined by a layer 3 tunnel of their routers. */
function routed(here: Here): void {
  const { p, n, rnd } = here
  const type = rnd.pick(['gre', 'ipip', 'wireguard'])
  for (const [i, far] of [[1, 2], [2, 1]] as const) {
    const remote = `10.${n}.9${far}.1`
    put(here, 'routers', `${p}r${i}`, {
      interfaces: {
        lan: { address: `10.${n}.${i}.254/24` }, wan: { address: `10.${n}.9${i}.1/24`, gateway: `10.${n}.9${i}.254` },
        tun: type === 'wireguard'
          ? { type, address: `10.${n}.100.${i}/24`, peers: [{ remote, allowed: [`10.${n}.100.${far}/32`, `10.${n}.${far}.0/24`] }] }
          : { type, local: `10.${n}.9${i}.1`, remote, address: `10.${n}.100.${i}/24` },
      },
      routes: [{ to: `10.${n}.${far}.0/24`, via: `10.${n}.100.${far}` }],
    })
    put(here, 'servers', `${p}h${i}`, { interfaces: { eth0: { address: `10.${n}.${i}.1/24`, gateway: `10.${n}.${i}.254` } } })
    wire(here, `${p}h${i}:eth0`, `${p}r${i}:lan`)
    wire(here, `${p}r${i}:wan`, `${p}mid:p${i}`)
  }
  put(here, 'routers', `${p}mid`, { interfaces: { p1: { address: `10.${n}.91.254/24` }, p2: { address: `10.${n}.92.254/24` } } })
  expecting(here, { reach: { from: `${p}h1`, to: `${p}h2` } })
}

/** Two hosts and two routers with static routes. */
function routes(here: Here): void {
  const { p, n } = here
  const jumbo: Plan = here.rnd.flip() ? { mtu: 9000 } : {}
  for (const [i, far] of [[1, 2], [2, 1]] as const) {
    put(here, 'routers', `${p}r${i}`, {
      interfaces: { lan: { address: `10.${n}.${i}.254/24`, ...jumbo }, up: { address: `10.${n}.0.${i}/24`, ...jumbo } },
      routes: [{ to: `10.${n}.${far}.0/24`, via: `10.${n}.0.${far}` }],
    })
    put(here, 'servers', `${p}h${i}`, { interfaces: { eth0: { address: `10.${n}.${i}.1/24`, gateway: `10.${n}.${i}.254`, ...jumbo } } })
    wire(here, `${p}h${i}:eth0`, `${p}r${i}:lan`)
  }
  wire(here, `${p}r1:up`, `${p}r2:up`)
  expecting(here, { reach: { from: `${p}h1`, to: `${p}h2` } })
  expecting(here, { path: { from: `${p}h1`, to: `${p}h2`, through: `${p}r2` } })
}

/** A triangle that runs OSPF, or a chain of autonomous systems. */
function protocols(here: Here): void {
  const { p, n, rnd } = here
  const bgp = rnd.flip()
  for (const i of [1, 2, 3]) {
    put(here, 'routers', `${p}r${i}`, {
      interfaces: { lan: { address: `10.${n}.${i}.254/24` } },
      routing: bgp ? { protocol: 'bgp', as: 65000 + i } : { protocol: 'ospf' },
    })
    put(here, 'servers', `${p}h${i}`, { interfaces: { eth0: { address: `10.${n}.${i}.1/24`, gateway: `10.${n}.${i}.254` } } })
    wire(here, `${p}h${i}:eth0`, `${p}r${i}:lan`)
  }
  for (const [a, b] of bgp ? [[1, 2], [2, 3]] as const : [[1, 2], [2, 3], [1, 3]] as const) {
    set(here.plan, ['routers', `${p}r${a}`, 'interfaces', `to${b}`], { address: `10.${n}.${a}${b}.1/30` })
    set(here.plan, ['routers', `${p}r${b}`, 'interfaces', `to${a}`], { address: `10.${n}.${a}${b}.2/30` })
    wire(here, `${p}r${a}:to${b}`, `${p}r${b}:to${a}`)
  }
  expecting(here, { reach: { from: `${p}h1`, to: [`${p}h2`, `${p}h3`] } })
  if (!bgp) expecting(here, { survive: { any: 'link', keep: { reach: { from: `${p}r1`, to: `${p}r3` } } } })
}

/** Two tenants' logical networks over shared servers. */
function tenants(here: Here): void {
  const { p, n, rnd } = here
  const type = rnd.pick(['vxlan', 'geneve', 'gre', 'vlan'])
  const mtu = type === 'vlan' ? 1500 : type === 'gre' ? 1458 : 1450
  for (const i of [1, 2, 3]) {
    put(here, 'servers', `${p}s${i}`, { cpus: 32, memory: '128GiB', interfaces: { eth0: { address: `10.${n}.0.${i}/24` } } })
    wire(here, `${p}s${i}:eth0`, `${p}tor:p${i}`)
  }
  put(here, 'switches', `${p}tor`, {})
  for (const [k, name] of ['blue', 'red'].entries()) {
    put(here, 'tenants', `${p}${name}`, {})
    put(here, 'networks', `${p}${name[0] ?? ''}n`, {
      tenant: `${p}${name}`, type, id: n * 10 + k + 1, subnet: `10.${n}.${100 + k}.0/24`, uplink: 'eth0', dhcp: { range: `10.${n}.${100 + k}.100-10.${n}.${100 + k}.120` }, mtu,
    })
    for (const i of [1, 2, 3]) {
      put(here, 'vms', `${p}${name}${i}`, {
        host: `${p}s${i}`, tenant: `${p}${name}`, memory: '2GiB', vcpus: 1,
        interfaces: { eth0: { network: `${p}${name[0] ?? ''}n`, address: i === 3 ? 'dhcp' : `10.${n}.${100 + k}.${i}`, mtu } },
      })
    }
  }
  expecting(here, { reach: { from: `${p}blue1`, to: `${p}blue2` } })
  expecting(here, { reach: { from: `${p}red1`, to: `${p}red3` } })
  expecting(here, { isolate: [`tenant:${p}blue`, `tenant:${p}red`] })
}

/** Guests on a host's own device: macvlan in mode bridge and ipvlan. */
function children(here: Here): void {
  const { p, n } = here
  put(here, 'servers', `${p}s`, { interfaces: { eth0: { address: `10.${n}.0.1/24` }, eth1: {} } })
  put(here, 'servers', `${p}o`, { interfaces: { eth0: { address: `10.${n}.0.2/24` }, eth1: { address: `10.${n}.1.2/24` } } })
  put(here, 'switches', `${p}sw`, {})
  put(here, 'switches', `${p}sx`, {})
  for (const i of [1, 2]) put(here, 'containers', `${p}m${i}`, { host: `${p}s`, interfaces: { eth0: { type: 'macvlan', attach: 'eth0', mode: 'bridge', address: `10.${n}.0.1${i}/24` } } })
  for (const i of [1, 2]) put(here, 'containers', `${p}i${i}`, { host: `${p}s`, interfaces: { eth0: { type: 'ipvlan', attach: 'eth1', mode: 'l2', address: `10.${n}.1.1${i}/24` } } })
  wire(here, `${p}s:eth0`, `${p}sw:p1`)
  wire(here, `${p}o:eth0`, `${p}sw:p2`)
  wire(here, `${p}s:eth1`, `${p}sx:p1`)
  wire(here, `${p}o:eth1`, `${p}sx:p2`)
  expecting(here, { reach: { from: `${p}m1`, to: `${p}m2` } })
  expecting(here, { reach: { from: `${p}m1`, to: `${p}o` } })
  expecting(here, { reach: { from: `${p}i1`, to: `${p}i2` } })
}

/** A balancer, backends, groups, shared storage, and a forwarded port. */
function services(here: Here): void {
  const { p, n } = here
  for (const i of [1, 2]) {
    put(here, 'servers', `${p}s${i}`, {
      cpus: 8, memory: '32GiB', hypervisor: 'kvm', ...(i === 1 ? { forwarding: true } : {}),
      interfaces: { eth0: { master: 'br0' }, br0: { type: 'bridge', address: `10.${n}.0.${250 + i}/24` }, ...(i === 1 ? { out: { address: `198.51.100.${n * 4 + 2}/30`, gateway: `198.51.100.${n * 4 + 1}` } } : {}) },
      ...(i === 1 ? { nat: [{ masquerade: `10.${n}.0.0/24`, out: 'out' }, { dnat: `198.51.100.${n * 4 + 2}:443/tcp`, to: `10.${n}.0.11:443`, in: 'out' }] } : {}),
    })
    wire(here, `${p}s${i}:eth0`, `${p}sw:p${i}`)
  }
  put(here, 'switches', `${p}sw`, {})
  put(here, 'externals', `${p}wan`, { interfaces: { port: { address: `198.51.100.${n * 4 + 1}/30` } } })
  wire(here, `${p}s1:out`, `${p}wan:port`)
  put(here, 'storage', `${p}nas`, { type: 'shared', capacity: '2TiB', servers: [`${p}s1`, `${p}s2`] })
  put(here, 'security-groups', `${p}web`, { ingress: [{ from: 'any', ports: ['443/tcp', '80/tcp'] }, { from: `10.${n}.0.0/24`, proto: 'icmp' }] })
  put(here, 'security-groups', `${p}db`, { ingress: [{ from: `group:${p}web`, ports: ['5432/tcp'] }] })
  const guest = (name: string, host: number, i: number, group: string): void => put(here, 'vms', `${p}${name}`, {
    host: `${p}s${host}`, vcpus: 1, memory: '2GiB', 'security-groups': [`${p}${group}`], disks: [{ size: '20GiB', on: `${p}nas` }],
    interfaces: { eth0: { attach: 'br0', address: `10.${n}.0.${i}/24`, gateway: `10.${n}.0.251` } },
  })
  guest('lb', 1, 1, 'web')
  guest('w1', 1, 11, 'web')
  guest('w2', 2, 12, 'web')
  guest('db', 2, 21, 'db')
  put(here, 'services', `${p}site`, { type: 'l4', vip: `10.${n}.0.100`, port: 443, backends: [`${p}w1:443`, `${p}w2:443`], on: `${p}lb` })
  expecting(here, { reach: { from: `${p}w1`, to: `${p}db`, port: '5432/tcp' } })
  expecting(here, { block: { from: `${p}wan`, to: `${p}db` } })
  expecting(here, { reach: { from: `${p}wan`, to: `198.51.100.${n * 4 + 2}`, port: '443/tcp' } })
}

/** A cluster that guests can move about in. */
function cluster(here: Here): void {
  const { p, n } = here
  for (const i of [1, 2, 3]) {
    put(here, 'servers', `${p}s${i}`, {
      cpus: 16, memory: '64GiB', 'cpu-model': 'Skylake-Server', hypervisor: 'kvm',
      interfaces: { eth0: { master: 'br0', bandwidth: '10Gbps' }, br0: { type: 'bridge', address: `10.${n}.0.${i}/24` } },
    })
    wire(here, `${p}s${i}:eth0`, `${p}tor:p${i}`, { bandwidth: '10Gbps', latency: '20us' })
  }
  put(here, 'switches', `${p}tor`, {})
  put(here, 'storage', `${p}ceph`, { type: 'shared', protocol: 'ceph', capacity: '10TiB', servers: [`${p}s1`, `${p}s2`, `${p}s3`] })
  for (const i of [1, 2]) {
    put(here, 'vms', `${p}vm${i}`, {
      host: `${p}s${i}`, vcpus: 2, memory: '4GiB', disks: [{ size: '20GiB', on: `${p}ceph` }], workload: { 'dirty-rate': '20MiB/s', 'working-set': '256MiB' },
      interfaces: { eth0: { attach: 'br0', address: `10.${n}.0.1${i}/24` } },
    })
  }
  expecting(here, { migrate: { vm: `${p}vm1`, to: `${p}s3`, downtime: '1s', keep: ['address', 'sessions'] } })
}

/** A bonded server, a VRF, and IPv6 beside IPv4. */
function mixed(here: Here): void {
  const { p, n } = here
  put(here, 'servers', `${p}s`, {
    interfaces: {
      eth0: { master: 'bond0' }, eth1: { master: 'bond0' }, bond0: { type: 'bond', mode: 'active-backup', addresses: [`10.${n}.0.1/24`, `fd00:${n}::1/64`] },
      red: { type: 'vrf', table: 10 }, eth2: { master: 'red', address: `10.${n}.5.1/24` },
    },
  })
  put(here, 'servers', `${p}o`, { interfaces: { eth0: { addresses: [`10.${n}.0.2/24`, `fd00:${n}::2/64`] }, eth1: { address: `10.${n}.5.2/24` } } })
  put(here, 'switches', `${p}sw`, {})
  wire(here, `${p}s:eth0`, `${p}sw:p1`)
  wire(here, `${p}s:eth1`, `${p}sw:p2`)
  wire(here, `${p}o:eth0`, `${p}sw:p3`)
  wire(here, `${p}s:eth2`, `${p}o:eth1`)
  expecting(here, { reach: { from: `${p}s`, to: `fd00:${n}::2` } })
  expecting(here, { reach: { from: `${p}s:bond0`, to: `10.${n}.0.2` } })
}

/** A generated topology. */
function fabric(here: Here): void {
  const { p, n, rnd } = here
  const name = `${p}dc`
  const kind = rnd.below(3)
  put(here, 'fabrics', name, kind === 0 ? { type: 'leaf-spine', leaves: 3, spines: 2, hosts: 2, base: `10.${n}.0.0/16` }
    : kind === 1 ? { type: 'leaf-spine', leaves: 2, spines: 2, hosts: 1, layer: 2, base: `10.${n}.0.0/16` } : { type: 'three-tier', access: 4, distribution: 2, core: 1, hosts: 1, base: `10.${n}.0.0/16` })
  if (kind < 2) expecting(here, { reach: { from: `${name}-leaf0-h0`, to: `${name}-leaf1-h0` } })
}

/** Docker's way: published ports on a host. */
function docker(here: Here): void {
  const { p, n } = here
  put(here, 'servers', `${p}s`, { hypervisor: 'docker', cpus: 8, memory: '16GiB', forwarding: true, interfaces: { eth0: { address: `10.${n}.0.1/24` }, br0: { type: 'bridge', address: `10.${n}.1.254/24` } }, nat: [{ masquerade: `10.${n}.1.0/24`, out: 'eth0' }] })
  put(here, 'servers', `${p}o`, { interfaces: { eth0: { address: `10.${n}.0.2/24` } } })
  wire(here, `${p}s:eth0`, `${p}o:eth0`)
  for (const i of [1, 2]) put(here, 'containers', `${p}c${i}`, { host: `${p}s`, image: 'nginx', limits: { cpus: 1, memory: '256MiB' }, ports: [`808${i}:80`], interfaces: { eth0: { attach: 'br0', address: `10.${n}.1.${i}/24`, gateway: `10.${n}.1.254` } } })
  expecting(here, { reach: { from: `${p}o`, to: `10.${n}.0.1`, port: '8081/tcp' } })
}

export const modules: Readonly<Record<string, (here: Here) => void>> = {
  lan, vlans, tunnel, mesh, routed, routes, protocols, tenants, children, services, cluster, mixed, fabric, docker,
}

/** A clean network of the named part and a few others, each in its own addresses. */
export function network(rnd: Chance, needed: string | undefined): { plan: Plan; here: Here | undefined } {
  const plan: Plan = { infra: 1 }
  for (const section of ['tenants', 'servers', 'switches', 'routers', 'externals', 'fabrics', 'networks', 'storage', 'security-groups', 'services', 'vms', 'containers']) mapAt(plan, [section])
  const names = Object.keys(modules)
  const wanted: string[] = []
  for (let i = rnd.below(3) + (needed === undefined ? 1 : 0); i > 0; i--) wanted.push(rnd.pick(names))
  if (needed !== undefined) wanted.splice(rnd.below(wanted.length + 1), 0, needed)
  let here: Here | undefined
  for (const [i, name] of wanted.entries()) {
    const own: Here = { plan, p: `${'abcdefgh'[i] ?? 'z'}-`, n: i + 1, rnd }
    modules[name]?.(own)
    if (name === needed) here = own
  }
  for (const [section, value] of Object.entries(plan)) if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) delete plan[section]
  return { plan, here }
}
