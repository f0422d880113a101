/** Kernel settings that a node gives its interfaces by name, whoever declares them. */
import { expect, it } from 'vitest'
import { analyzeText } from '../harness/analyze-text.ts'

const settingsOf = (text: string, node: string): unknown => {
  const analysis = analyzeText(text)
  expect(analysis.problems.filter(({ severity }) => severity === 'error' || severity === 'warning').map(({ code, message }) => `${code}: ${message}`)).toEqual([])
  return [...analysis.realised.infra.nodes.get(node)?.interfaces.values() ?? []]
    .flatMap(({ name, sysctl }) => (sysctl ? [[name, Object.fromEntries(Object.entries(sysctl).map(([key, one]) => [key, (one as { value: unknown }).value]))]] : []))
}

it('reach an interface that only a link declares', () => {
  const text = `routers:
  r1:
    interfaces: { p1: { address: 10.0.0.1/24 } }
    sysctl: { rp_filter: 1, eth0: { rp_filter: 2, proxy_arp: 1 }, p1: { arp_ignore: 1 } }
  r2: { interfaces: { p1: { address: 10.0.0.2/24 } } }
  r3: {}
links:
  - [r1:p1, r2:p1]
  - [r1:eth0, r3:eth0]
`
  expect(settingsOf(text, 'r1')).toEqual([['p1', { arpIgnore: 1 }], ['eth0', { rpFilter: 2, proxyArp: true }]])
})

it('reach the devices of a logical network and of a fabric', () => {
  expect(settingsOf(`servers:
  s1:
    interfaces: { eth0: { address: 20.0.0.1/24 } }
    sysctl: { br-blue: { arp_ignore: 1 } }
networks: { blue: { type: isolated, subnet: 10.0.0.0/24 } }
vms: { vm1: { host: s1, interfaces: { eth0: { network: blue, address: 10.0.0.1 } } } }
`, 's1')).toEqual([['br-blue', { arpIgnore: 1 }]])
  expect(settingsOf(`fabrics: { dc: { type: leaf-spine, leaves: 2, spines: 2, hosts: 1 } }
routers: { dc-leaf0: { sysctl: { p1: { rp_filter: 2 } } } }
`, 'dc-leaf0')).toEqual([['p1', { rpFilter: 2 }]])
})

it('of a name that nothing has are told, with the nearest name', () => {
  const { problems } = analyzeText('routers: { r1: { interfaces: { eth0: { address: 10.0.0.1/24 } }, sysctl: { eht0: { rp_filter: 1 } } } }\n')
  expect(problems.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code}: ${message}`)).toEqual(['unknown-reference: there is no interface eht0 of r1; eth0 is the nearest name'])
})
