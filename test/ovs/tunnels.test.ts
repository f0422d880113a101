/** Tunnels as ports of an Open vSwitch bridge: one port a peer, told apart by the addresses at both ends (tnl_find), where Linux has one device a number. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseIp } from '../../core/address/ip.ts'
import { traceFlow } from '../../core/forwarding/index.ts'
import { analyzeFixture } from '../harness/analyze-fixture.ts'
import { differences } from '../reach/differences.ts'
import { planeOf } from '../traces/plane.ts'

const hosts = [1, 2, 3]
/** Three hosts, each with a port to each other one. */
const mesh = (type: string, more = ''): string => `
infra: 1
servers:
${hosts.map((n) => `  h${n}:
    interfaces:
      eth0: { address: 192.0.2.${n}/24 }
      br-int: { type: ovs }
${hosts.filter((m) => m !== n).map((m) => `      t${m}: { type: ${type}, id: 5001, local: 192.0.2.${n}, remote: 192.0.2.${m}, master: br-int, isolated: true }`).join('\n')}
`).join('')}${more}switches: { sw: {} }
vms:
${hosts.map((n) => `  vm${n}: { host: h${n}, interfaces: { eth0: { attach: br-int, address: 10.0.0.${n}/24, mtu: 1400 } } }`).join('\n')}
links: [${hosts.map((n) => `[h${n}:eth0, sw:p${n}]`).join(', ')}]
`
const codesOf = (text: string): readonly string[] => {
  const path = join(mkdtempSync(join(tmpdir(), 'ovs-')), 'mesh.infra.yaml')
  writeFileSync(path, text)
  return analyzeFixture(path).problems.filter(({ severity }) => severity === 'error' || severity === 'warning').map(({ code }) => code)
}

describe('a port for each peer', () => {
  it.each(['vxlan', 'geneve', 'gretap', 'nvgre'])('of %s carries between all', (type) => {
    const text = mesh(type)
    expect(codesOf(text)).toEqual([])
    const plane = planeOf(text)
    for (const from of hosts) {
      for (const to of hosts.filter((one) => one !== from)) {
        const address = parseIp(`10.0.0.${to}`)
        expect(address && traceFlow(plane, { from: `vm${from}`, to: address, proto: 'icmp', size: 84, df: false }), `${from} to ${to}`).toMatchObject({ verdict: 'delivered', reply: { verdict: 'delivered' } })
      }
    }
    expect(differences(text)).toEqual([])
  })

  it('takes from its own peer only', () => {
    const text = mesh('vxlan').replace('t1: { type: vxlan, id: 5001, local: 192.0.2.2, remote: 192.0.2.1', 't1: { type: vxlan, id: 5001, local: 192.0.2.2, remote: 192.0.2.9')
    const to = parseIp('10.0.0.2')
    expect(to && traceFlow(planeOf(text), { from: 'vm1', to, proto: 'icmp', size: 84, df: false })).toMatchObject({ verdict: 'dropped' })
  })

  it('is made once for one peer', () => {
    const again = mesh('vxlan').replace('      t2: {', '      again: { type: vxlan, id: 5001, local: 192.0.2.1, remote: 192.0.2.2, master: br-int, isolated: true }\n      t2: {')
    expect(codesOf(again)).toContain('device-duplicate')
  })

  it('is what a Linux bridge cannot have', () => {
    expect(codesOf(mesh('vxlan').replaceAll('type: ovs', 'type: bridge'))).toContain('device-duplicate')
  })
})
