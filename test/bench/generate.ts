/** Files of any size for benchmarks and properties: racks of servers, VMs on them, tenants' networks, tunnels between servers. */

export interface Size {
  /** Servers; each carries `guests` VMs. */
  readonly servers: number
  readonly guests: number
  /** Pairs of servers joined by a gretap tunnel. */
  readonly tunnels: number
}

/** About `nodes` nodes: one server for nine VMs, a switch per forty servers, a router. */
export function sizeFor(nodes: number, tunnels = 0): Size {
  const servers = Math.max(2, Math.round(nodes / 10.3))
  return { servers, guests: 9, tunnels }
}

/** The text of an infra file that is clean: every check is silent on it. */
export function generateInfra({ servers, guests, tunnels }: Size): string {
  const racks = Math.ceil(servers / 40)
  const out: string[] = ['infra: 1', `name: Generated, ${servers} servers`, '', 'tenants:']
  const tenants = Math.min(20, Math.max(1, Math.floor(servers / 5)))
  for (let t = 0; t < tenants; t++) out.push(`  t${t}: { color: "#${(0x305090 + t * 0x0b0d07).toString(16).slice(-6)}" }`)
  out.push('', 'servers:')
  const underlay = (s: number): string => `172.16.${Math.floor(s / 200)}.${(s % 200) + 1}`
  const pairs = Array.from({ length: tunnels }, (_, i) => [i % servers, (i * 7 + 1 + Math.floor(i / servers)) % servers] as const).filter(([a, b]) => a !== b)
  const ends = new Map<number, string[]>()
  pairs.forEach(([a, b], i) => {
    for (const [me, you] of [[a, b], [b, a]] as const) {
      const list = ends.get(me) ?? []
      list.push(`      tun${i}: { type: gretap, id: ${i + 1}, local: ${underlay(me)}, remote: ${underlay(you)} }`)
      ends.set(me, list)
    }
  })
  for (let s = 0; s < servers; s++) {
    out.push(`  s${s}:`, '    cpus: 64', '    memory: 256GiB', `    rack: rack${Math.floor(s / 40)}`, '    interfaces:',
      `      eth0: { address: ${underlay(s)}/16, bandwidth: 25Gbps }`,
      `      br0:  { type: bridge, address: 10.${Math.floor(s / 250)}.${s % 250}.254/24 }`, ...(ends.get(s) ?? []),
      '    forwarding: true', '    routes:', '      - { to: default, via: 172.16.255.254 }')
  }
  out.push('', 'switches:')
  for (let r = 0; r < racks; r++) out.push(`  tor${r}: { rack: rack${r} }`)
  out.push('  core: {}', '', 'routers:', '  gw:', '    interfaces:', '      p0: { address: 172.16.255.254/16 }', '    routes:')
  for (let s = 0; s < servers; s++) out.push(`      - { to: 10.${Math.floor(s / 250)}.${s % 250}.0/24, via: ${underlay(s)} }`)
  out.push('', 'vms:')
  for (let s = 0; s < servers; s++) {
    const subnet = `10.${Math.floor(s / 250)}.${s % 250}`
    for (let g = 0; g < guests; g++) {
      out.push(`  vm${s}-${g}:`, `    host: s${s}`, '    vcpus: 2', '    memory: 4GiB', '    interfaces:',
        `      eth0: { attach: br0, address: ${subnet}.${g + 1}/24, gateway: ${subnet}.254 }`)
    }
  }
  out.push('', 'links:')
  for (let s = 0; s < servers; s++) out.push(`  - { ends: [s${s}:eth0, tor${Math.floor(s / 40)}:p${s % 40}], bandwidth: 25Gbps }`)
  for (let r = 0; r < racks; r++) out.push(`  - { ends: [tor${r}:up, core:p${r}], bandwidth: 100Gbps }`)
  out.push('  - [gw:p0, core:gw]', '', 'expect:', '  - reach: { from: vm0-0, to: vm1-0 }', '')
  return out.join('\n')
}

/** Guests, twenty to a server, servers on one switch: all in one segment, or of four tenants on overlays of their own. */
export function crowd(kind: 'flat' | 'overlay', guests: number): string {
  const servers = Math.ceil(guests / 20)
  const list = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n')
  const tenants = ['a', 'b', 'c', 'd']
  const flat = kind === 'flat'
  return `infra: 1
tenants: { a: {}, b: {}, c: {}, d: {} }
servers:
${list(servers, (i) => `  s${i}: { cpus: 64, memory: 256GiB, interfaces: { ${flat ? 'eth0: { master: br0 }, br0: { type: bridge }' : `eth0: { address: 172.16.${i >> 8}.${i & 255}/12 }`} } }`)}
switches: { sw: {} }
${flat ? '' : `networks:\n${tenants.map((name, i) => `  n${name}: { type: vxlan, id: ${100 + i}, tenant: ${name}, uplink: eth0, subnet: 10.${i}.0.0/16 }`).join('\n')}\n`}vms:
${list(guests, (i) => {
    const at = i + 1
    const tenant = tenants[i % 4] ?? 'a'
    return `  v${i}: { host: s${Math.floor(i / 20)}, memory: 1GiB, ${flat ? '' : `tenant: ${tenant}, `}interfaces: { eth0: { ${flat ? `attach: br0, address: 10.0.${at >> 8}.${at & 255}/16` : `network: n${tenant}, address: 10.${i % 4}.${at >> 8}.${at & 255}/16`} } } }`
  })}
links:
${list(servers, (i) => `  - [s${i}:eth0, sw:p${i}]`)}
`
}

/** Tenants' overlays over a routed leaf-spine: thirty servers to a leaf, twenty guests to a server, four VXLAN networks over all. */
export function overlayFabric(guests: number): string {
  const servers = Math.ceil(guests / 20)
  const hosts = 30
  const leaves = Math.ceil(servers / hosts)
  const tenants = ['a', 'b', 'c', 'd']
  return `infra: 1
tenants: { a: {}, b: {}, c: {}, d: {} }
fabrics: { dc: { type: leaf-spine, leaves: ${leaves}, spines: 4, hosts: ${Math.min(hosts, servers)}, base: 172.16.0.0/12, mtu: 9000 } }
networks:
${tenants.map((name, i) => `  n${name}: { type: vxlan, id: ${100 + i}, tenant: ${name}, uplink: p0, subnet: 10.${i}.0.0/16 }`).join('\n')}
vms:
${Array.from({ length: guests }, (_, i) => {
    const server = Math.floor(i / 20)
    const at = i + 1
    const tenant = tenants[i % 4] ?? 'a'
    return `  v${i}: { host: dc-leaf${Math.floor(server / hosts)}-h${server % hosts}, memory: 1GiB, tenant: ${tenant}, interfaces: { eth0: { network: n${tenant}, address: 10.${i % 4}.${at >> 8}.${at & 255}/16 } } }`
  }).join('\n')}
`
}
