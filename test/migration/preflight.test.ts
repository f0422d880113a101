/** The pre-flight, rule by rule: each must fire where it should, at its place, and be silent elsewhere. */
import { describe, expect, it } from 'vitest'
import { finish, migrate, targets } from '../../core/analysis.ts'
import type { MigrationMode } from '../../core/infra/parts.ts'
import { compareCpus } from '../../core/migration/cpu.ts'
import { catalogueCodes } from '../../core/migration/index.ts'
import type { MigrationReport } from '../../core/migration/report.ts'
import { analyzeText } from '../harness/analyze-text.ts'

/** Two hosts on one segment, a guest on the first; each part can be written otherwise. */
interface Parts {
  readonly s1?: string
  readonly s2?: string
  readonly s2br?: string
  readonly vm?: string
  readonly eth0?: string
  readonly more?: string
}
const text = ({ s1 = '', s2 = '', s2br = '{ type: bridge, address: 10.0.0.12/24 }', vm = '', eth0 = 'attach: br0, address: 10.0.0.1/24', more = '' }: Parts): string => `infra: 1
servers:
  s1:
    cpus: 8
    memory: 16GiB
    interfaces:
      eth0: { bandwidth: 10Gbps, master: br0 }
      br0: { type: bridge, address: 10.0.0.11/24 }
      eth1: {}
${s1}
  s2:
    cpus: 8
    memory: 16GiB
    interfaces:
      eth0: { master: br0 }
      br0: ${s2br}
      eth1: { address: 10.9.0.2/24 }
${s2}
vms:
  vm1:
    host: s1
${vm.includes('memory:') ? '' : '    memory: 4GiB'}
${vm}
    interfaces:
      eth0: { ${eth0} }
switches:
  sw: {}
links:
  - [s1:eth0, sw:p1]
  - [s2:eth0, sw:p2]
${more}
`

const go = (parts: Parts, mode?: MigrationMode): MigrationReport => finish(migrate(analyzeText(text(parts)), 'vm1', 's2', mode))
const notPassed = (report: MigrationReport): readonly string[] =>
  report.preflight.filter(({ status }) => status !== 'pass').map(({ code, status }) => `${status} ${code}`)

const rules: readonly (readonly [name: string, parts: Parts, found: readonly string[], mode?: MigrationMode])[] = [
  ['nothing in the way', {}, []],
  ['memory larger than the host', { vm: '    memory: 32GiB' }, ['block capacity']],
  ['too little memory left', { s2: '    overcommit: { memory: 0.2 }' }, ['block capacity']],
  ['more vcpus than cpus', { vm: '    vcpus: 9' }, ['block capacity']],
  ['vcpus over the ratio', { vm: '    vcpus: 8', s2: '    overcommit: { cpus: 0.5 }' }, ['block capacity']],
  ['an older cpu', { s1: '    cpu-model: Icelake-Server', s2: '    cpu-model: Skylake-Server' }, ['block cpu-model']],
  ['an older cpu, cold', { s1: '    cpu-model: Icelake-Server', s2: '    cpu-model: Skylake-Server' }, ['warn cpu-model'], 'cold'],
  ['a newer cpu', { s1: '    cpu-model: Skylake-Server', s2: '    cpu-model: Icelake-Server' }, []],
  ['a cpu nobody knows', { s1: '    cpu-model: Foo', s2: '    cpu-model: Bar' }, ['warn cpu-model']],
  ['a guest with a modest cpu', { s1: '    cpu-model: Icelake-Server', s2: '    cpu-model: Skylake-Server', vm: '    cpu-model: Haswell' }, []],
  ['another hypervisor', { s1: '    hypervisor: kvm', s2: '    hypervisor: xen' }, ['block hypervisor']],
  ['shared storage', { vm: '    disks: [{ size: 10GiB, on: nas }]', more: 'storage: { nas: { type: shared, servers: [s1, s2] } }' }, []],
  ['storage out of reach', { vm: '    disks: [{ size: 10GiB, on: nas }]', more: 'storage: { nas: { type: shared, servers: [s1] } }' }, ['block storage-shared']],
  ['a local disk', { vm: '    disks: [{ size: 10GiB, on: local }]' }, ['warn storage-shared']],
  ['a passed device', { vm: '    devices: [{ passthrough: "0000:01:00.0" }]' }, ['block passthrough']],
  ['a virtual function', { eth0: 'attach: eth1, type: vf, address: 10.5.0.1/24' }, ['block passthrough', 'warn address-stays']],
  ['a device that another guest has taken over', { eth0: 'attach: eth1, type: macvtap, mode: bridge, address: 10.5.0.1/24', more: "containers: { vm2: { host: s2, interfaces: { eth0: { attach: eth1, type: macvlan, mode: passthru, address: 10.5.0.2/24 } } } }" }, ['block network-present', 'warn address-stays']],
  ['a device that it would take over', { eth0: 'attach: eth1, type: macvtap, mode: passthru, address: 10.5.0.1/24', more: "containers: { vm2: { host: s2, interfaces: { eth0: { attach: eth1, type: macvlan, mode: bridge, address: 10.5.0.2/24 } } } }" }, ['block network-present', 'warn address-stays']],
  ['a device that others share', { eth0: 'attach: eth1, type: macvtap, mode: bridge, address: 10.5.0.1/24', more: "containers: { vm2: { host: s2, interfaces: { eth0: { attach: eth1, type: macvlan, mode: bridge, address: 10.5.0.2/24 } } } }" }, ['warn address-stays']],
  ['no bridge of that name', { eth0: 'attach: br1, address: 10.0.0.1/24', s1: '      br1: { type: bridge }' }, ['block network-present']],
  ['anti-affinity', { vm: '    apart-from: [vm2]', more: 'containers: { vm2: { host: s2 } }' }, ['block anti-affinity']],
  ['anti-affinity of the other', { more: 'containers: { vm2: { host: s2, apart-from: [vm1] } }' }, ['block anti-affinity']],
]

describe('pre-flight', () => {
  for (const [name, parts, found, mode] of rules) {
    it(name, () => {
      const report = go(parts, mode)
      expect(notPassed(report).filter((one) => !one.endsWith('peers-lost'))).toEqual(found)
      expect(report.feasible).toBe(!found.some((one) => one.startsWith('block')))
    })
  }

  it('says where each thing that blocks is written', () => {
    for (const [, parts, found, mode] of rules) {
      if (found.length === 0) continue
      for (const { status, at } of go(parts, mode).preflight) if (status !== 'pass') expect(at).toBeDefined()
    }
  })

  it('has a code of the catalogue for every finding', () => {
    for (const { code } of go({}).preflight) expect(catalogueCodes[code]).toMatch(/^migration-/)
  })

  it('sees that the target is on another segment, and what the peers lose', () => {
    const analysis = analyzeText(text({}).replace('  - [s2:eth0, sw:p2]\n', '  - [s2:eth1, sw:p2]\n').replace('eth1: { address: 10.9.0.2/24 }', 'eth1: { address: 10.0.0.99/24 }').replace('address: 10.0.0.12/24', 'address: 10.7.0.1/24'))
    const report = finish(migrate(analysis, 'vm1', 's2'))
    expect(notPassed(report)).toEqual(['warn address-stays', 'warn peers-lost'])
    const s1 = report.network.find(({ peer }) => peer === 's1')
    expect(s1).toMatchObject({ before: 'delivered', after: 'dropped', lostSeconds: null, pathMtuAfter: null })
  })

  it('sees that the address is taken where it would go', () => {
    const analysis = analyzeText(text({ s2br: '{ type: bridge, address: 10.0.0.1/24 }' }).replace('  - [s2:eth0, sw:p2]\n', '  - [s2:eth1, sw:p2]\n').replace('10.9.0.2', '10.0.0.99'))
    expect(notPassed(finish(migrate(analysis, 'vm1', 's2')))).toContain('block duplicate-address')
  })

  it('blocks where there is no way between the hosts, and warns when cold', () => {
    const cut = text({}).replace('  - [s2:eth0, sw:p2]\n', '')
    expect(notPassed(finish(migrate(analyzeText(cut), 'vm1', 's2')))).toContain('block migration-path')
    expect(notPassed(finish(migrate(analyzeText(cut), 'vm1', 's2', 'cold')))).toContain('warn migration-path')
  })

  it('wants the uplink of a network on the target', () => {
    const more = 'networks: { net: { type: vxlan, id: 7, subnet: 10.1.0.0/24, uplink: { s1: br0 } } }'
    expect(notPassed(go({ eth0: 'network: net, address: 10.1.0.1', more }))).toContain('block network-present')
    const both = go({ eth0: 'network: net, address: 10.1.0.1', more: more.replace('{ s1: br0 }', 'br0') })
    expect(notPassed(both)).toEqual([])
  })

  it('judges both directions, and does not mourn the gateway of a network that moves along', () => {
    const report = go({ eth0: 'network: net, address: 10.1.0.2', more: 'networks: { net: { type: nat, subnet: 10.1.0.0/24, gateway: { address: 10.1.0.254, on: each } } }' })
    expect(notPassed(report)).toEqual(['warn address-stays', 'warn peers-lost'])
    // Before, s1 had the guest on its own bridge; afterwards it stands behind the translation of s2.
    expect(report.network.find(({ peer }) => peer === 's1')).toMatchObject({ before: 'delivered', after: 'dropped' })
    expect(report.network.find(({ peer }) => peer === 's1')?.because).toMatch(/^it no longer reaches vm1/)
    expect(report.network.find(({ peer }) => peer === 's2')).toMatchObject({ after: 'delivered' })
  })

  it('names ports that stay behind, and a path that narrows', () => {
    const nat = go({ s1: '    nat: [{ dnat: 10.0.0.11:80/tcp, to: 10.0.0.1:80, in: br0 }]' })
    expect(notPassed(nat)).toEqual(['warn published-ports'])
    const narrow = finish(migrate(analyzeText(text({}).replace('eth0: { master: br0 }', 'eth0: { master: br0, mtu: 1300 }')), 'vm1', 's2'))
    expect(notPassed(narrow)).toEqual(['warn path-mtu'])
    expect(narrow.network.some(({ pathMtuAfter, because }) => pathMtuAfter === 1300 && because !== null)).toBe(true)
  })
})

describe('bad input', () => {
  it('is an outcome with its reason', () => {
    const analysis = analyzeText(text({}))
    for (const [vm, to] of [['nobody', 's2'], ['vm1', 'nowhere'], ['vm1', 's1'], ['s1', 's2'], ['vm1', 'sw'], ['vm1', 'vm1']] as const) {
      const report = finish(migrate(analysis, vm, to))
      expect(report.feasible).toBe(false)
      expect(report.notes).toHaveLength(1)
    }
    expect(targets(analysis, 'nobody')).toEqual([])
    expect(finish(migrate(analyzeText('infra: 1\nvms: { vm1: { } }\nservers: { s1: {} }\n'), 'vm1', 's1')).feasible).toBe(false)
    expect(finish(migrate(analyzeText('infra: 1\nvms: { vm1: { host: vm1 } }\nservers: { s1: {} }\n'), 'vm1', 's1')).vm).toBe('vm1')
  })

  it('never throws on what is half written', () => {
    for (const vm of ['', '    disks: [{}]', '    disks: [{ on: nothing }]', '    workload: {}', '    workload: { dirty-rate: 1TiB }', '    vcpus: many', '    apart-from: [vm1]', '    security-groups: [nothing]']) {
      expect(go({ vm }).vm).toBe('vm1')
    }
  })
})

describe('processors', () => {
  it.each([
    ['Skylake-Server', 'Icelake-Server', 'newer'], ['Haswell-noTSX', 'Haswell', 'same'], ['EPYC-Rome', 'EPYC', 'older'], ['EPYC', 'Skylake-Server', 'other'],
    ['qemu64', 'EPYC-Milan', 'newer'], ['x86-64-v3', 'SandyBridge', 'older'], ['Foo', 'Foo', 'same'], ['Foo', 'Haswell', 'unknown'], ['Skylake-Server-v4', 'Cascadelake-Server', 'newer'],
  ] as const)('%s to %s: %s', (needed, has, order) => expect(compareCpus(needed, has)).toBe(order))
})

describe('a bridge of several VLANs at the target', () => {
  /** Three hosts on one trunk; what the second one's bridge takes of it, and what the switch sends it, can be written otherwise. */
  const trunk = (takes: string, sends: string, bridge = 'vlan-aware: true'): string => `infra: 1
servers:
  s1: { cpus: 8, memory: 16GiB, interfaces: { eth0: { bandwidth: 10Gbps, master: br0, trunk: [10, 20], native: 1 }, br0: { type: bridge, vlan-aware: true, address: 192.0.2.1/24 } } }
  s2: { cpus: 8, memory: 16GiB, interfaces: { eth0: { bandwidth: 10Gbps, master: br0, ${takes} }, br0: { type: bridge, ${bridge}, address: 192.0.2.2/24 } } }
vms:
  vm1: { host: s1, memory: 1GiB, interfaces: { eth0: { attach: br0, vlan: 10, address: 10.0.0.1/24 } } }
switches: { sw: { vlan-aware: true, ports: { p1: { trunk: [10, 20], native: 1 }, p2: { ${sends} } } } }
links: [[s1:eth0, sw:p1], [s2:eth0, sw:p2]]
`
  const found = (takes: string, sends: string, bridge?: string): readonly string[] => notPassed(finish(migrate(analyzeText(trunk(takes, sends, bridge)), 'vm1', 's2')))

  it('takes the guest\'s VLAN', () => {
    expect(found('trunk: [10], native: 1', 'trunk: [10, 20], native: 1')).toEqual([])
  })
  it('lacks it', () => {
    expect(found('trunk: [20], native: 1', 'trunk: [10, 20], native: 1')).toEqual(['block network-present', 'warn address-stays'])
  })
  it('takes it, but the switch before it does not send it', () => {
    expect(found('trunk: [10], native: 1', 'trunk: [20], native: 1')).toEqual(['warn address-stays'])
  })
  it('has it by another number', () => {
    expect(found('trunk: [10, 30], native: 1', 'vlan: 10')).toEqual(['warn address-stays', 'block migration-path'])
  })
  it('looks at no tags, so that the guest does not hear what comes tagged', () => {
    expect(found('up: true', 'trunk: [10], native: 1', 'stp: false')).toEqual(['block network-present', 'warn address-stays'])
    expect(found('up: true', 'trunk: [1], native: 10', 'stp: false')).toEqual(['block migration-path'])
  })
})
