/** Names, addresses, ports and wiring of generated parts. */
import { describe, expect, it } from 'vitest'
import { expandFabric } from '../../core/fabric/index.ts'
import { realize } from '../../core/realize/index.ts'
import { build, readFabric } from '../realize/build.ts'
import { shown } from '../realize/show.ts'

const wires = (words: Record<string, unknown>): string[] =>
  expandFabric(readFabric('dc', words)).links.map(({ ends }) => ends.map((end) => `${end.node}:${end.interface}`).join(' '))

describe('a fat tree', () => {
  const yaml = 'fabrics: { dc: { type: fat-tree, k: 4, base: 87.0.0.0/8, mtu: 9000, server: { cpus: 16 } } }'
  it('has base.pod.switch.1 on its pod switches, base.k.j.i on its cores, base.pod.switch.(n+2) on its servers', () => {
    expect(shown(yaml, 'dc-p1-e0', 'dc-p1-a1', 'dc-c1-2', 'dc-p1-e0-h1', 'dc-p3-e1-h0')).toEqual([
      'dc-p1-e0:br0 bridge 9000 87.1.0.1/24',
      'dc-p1-e0:p0 ethernet 9000 master br0', 'dc-p1-e0:p1 ethernet 9000 master br0', 'dc-p1-e0:p2 ethernet 9000', 'dc-p1-e0:p3 ethernet 9000',
      'dc-p1-a1:lo loopback 65536 87.1.3.1/32',
      'dc-p1-a1:p0 ethernet 9000', 'dc-p1-a1:p1 ethernet 9000', 'dc-p1-a1:p2 ethernet 9000', 'dc-p1-a1:p3 ethernet 9000',
      'dc-c1-2:lo loopback 65536 87.4.2.1/32',
      'dc-c1-2:p0 ethernet 9000', 'dc-c1-2:p1 ethernet 9000', 'dc-c1-2:p2 ethernet 9000', 'dc-c1-2:p3 ethernet 9000',
      'dc-p1-e0-h1:p0 ethernet 9000 87.1.0.3/24 gw 87.1.0.1',
      'dc-p3-e1-h0:p0 ethernet 9000 87.3.1.2/24 gw 87.3.1.1',
    ])
  })
  it('wires core i-j to aggregation i-1 of every pod', () => {
    expect(wires({ type: 'fat-tree', k: 4 }).filter((wire) => wire.includes('dc-c2-1:'))).toEqual([
      'dc-p0-a1:p2 dc-c2-1:p0', 'dc-p1-a1:p2 dc-c2-1:p1', 'dc-p2-a1:p2 dc-c2-1:p2', 'dc-p3-a1:p2 dc-c2-1:p3',
    ])
  })
  it('takes 10.0.0.0/8 when no base is written, and is made the same every time', () => {
    const one = readFabric('dc', { type: 'fat-tree', k: 4 })
    expect(expandFabric(one)).toEqual(expandFabric(one))
    expect(shown('fabrics: { dc: { type: fat-tree, k: 4 } }', 'dc-p0-e0-h0')).toEqual(['dc-p0-e0-h0:p0 ethernet 1500 10.0.0.2/24 gw 10.0.0.1'])
  })
  it('bridges where it is layer 2, all servers on one segment', () => {
    const { infra } = realize(build('fabrics: { dc: { type: fat-tree, k: 4, layer: 2 } }'))
    const edge = infra.nodes.get('dc-p0-e0')
    expect(edge?.kind === 'switch' && edge.stp?.value).toBe(true)
    expect(shown('fabrics: { dc: { type: fat-tree, k: 4, layer: 2 } }', 'dc-p2-e1-h1')).toEqual(['dc-p2-e1-h1:p0 ethernet 1500 10.2.1.3/8'])
  })
})

describe('a fabric', () => {
  it('cuts its base into /24s in name order where its kind has no scheme', () => {
    expect(shown('fabrics: { dc: { type: leaf-spine, leaves: 2, spines: 1, hosts: 1, base: 172.16.0.0/16 } }')).toEqual([
      'dc-leaf0:br0 bridge 1500 172.16.0.1/24', 'dc-leaf0:p0 ethernet 1500 master br0', 'dc-leaf0:p1 ethernet 1500',
      'dc-leaf1:br0 bridge 1500 172.16.1.1/24', 'dc-leaf1:p0 ethernet 1500 master br0', 'dc-leaf1:p1 ethernet 1500',
      'dc-spine0:lo loopback 65536 172.16.2.1/32', 'dc-spine0:p0 ethernet 1500', 'dc-spine0:p1 ethernet 1500',
      'dc-leaf0-h0:p0 ethernet 1500 172.16.0.2/24 gw 172.16.0.1', 'dc-leaf1-h0:p0 ethernet 1500 172.16.1.2/24 gw 172.16.1.1',
    ])
  })
  it.each([
    [{ type: 'hypercube', size: 4 }, ['dc-n0:p0 dc-n1:p0', 'dc-n2:p0 dc-n3:p0', 'dc-n0:p1 dc-n2:p1', 'dc-n1:p1 dc-n3:p1']],
    [{ type: 'torus', size: 3, dimensions: 1 }, ['dc-n0:p0 dc-n1:p0', 'dc-n1:p1 dc-n2:p0', 'dc-n2:p1 dc-n0:p1']],
    [{ type: 'mesh', dimensions: [2, 2] }, ['dc-n0:p0 dc-n1:p0', 'dc-n0:p1 dc-n2:p0', 'dc-n1:p1 dc-n3:p0', 'dc-n2:p1 dc-n3:p1']],
    [{ type: 'butterfly', size: 4 }, [
      'dc-n0:p0 dc-s0-0:p0', 'dc-n1:p0 dc-s0-0:p1', 'dc-n2:p0 dc-s0-1:p0', 'dc-n3:p0 dc-s0-1:p1',
      'dc-n0:p1 dc-s1-0:p0', 'dc-n1:p1 dc-s1-0:p1', 'dc-n2:p1 dc-s1-1:p0', 'dc-n3:p1 dc-s1-1:p1',
      'dc-s0-0:p2 dc-s1-0:p2', 'dc-s0-0:p3 dc-s1-1:p2', 'dc-s0-1:p2 dc-s1-1:p3', 'dc-s0-1:p3 dc-s1-0:p3',
    ]],
    [{ type: 'three-tier', access: 2, distribution: 2, core: 1 }, [
      'dc-access0:p0 dc-distribution0:p0', 'dc-access0:p1 dc-distribution1:p0', 'dc-access1:p0 dc-distribution0:p1', 'dc-access1:p1 dc-distribution1:p1',
      'dc-distribution0:p2 dc-core0:p0', 'dc-distribution1:p2 dc-core0:p1',
    ]],
    [{ type: 'clos', size: 2, hosts: 1, spines: 1 }, [
      'dc-n0:p0 dc-s0-0:p0', 'dc-n1:p0 dc-s0-1:p0', 'dc-n0:p1 dc-s2-0:p0', 'dc-n1:p1 dc-s2-1:p0',
      'dc-s0-0:p1 dc-s1-0:p0', 'dc-s0-1:p1 dc-s1-0:p1', 'dc-s2-0:p1 dc-s1-0:p2', 'dc-s2-1:p1 dc-s1-0:p3',
    ]],
  ])('is wired: %j', (words, expected) => expect(wires(words)).toEqual(expected))

  it('leaves the keys that are written, and fills in the rest', () => {
    const { infra, problems } = realize(build(`
fabrics: { dc: { type: fat-tree, k: 4 } }
servers: { dc-p0-e0-h0: { rack: r0, interfaces: { p0: { mtu: 9000 }, br0: { type: bridge } } }, dc-c1-1: { rack: r1 } }
vms: { vm1: { host: dc-p0-e0-h0, interfaces: { eth0: { attach: br0 } } } }
switches: { dc-p0-e1: }`))
    const server = infra.nodes.get('dc-p0-e0-h0')
    expect([...server?.interfaces.keys() ?? []]).toEqual(['p0', 'br0', 'vm1-eth0', 'lo'])
    expect([server?.rack?.value, server?.origin.by, server?.interfaces.get('p0')?.mtu?.value, server?.interfaces.get('p0')?.addresses.length]).toEqual(['r0', 'text', 9000, 1])
    const core = infra.nodes.get('dc-c1-1')
    expect(core?.kind === 'server' && [core.forwarding?.value, core.routing?.protocol.value]).toEqual([true, 'ospf'])
    expect(problems.map(({ message }) => message)).toEqual(['dc-p0-e1 is a switch here and a router of fabric dc'])
  })

  it('keeps its order, whatever is written of one part', () => {
    const names = (yaml: string): string[] => [...realize(build(`fabrics: { dc: { type: leaf-spine, leaves: 2, spines: 2, hosts: 2 } }\nvms: { v: { host: dc-leaf1-h0 } }\n${yaml}`)).infra.nodes.keys()]
    expect(names('servers: { dc-leaf1-h0: { rack: r }, dc-leaf0-h1: { rack: r } }')).toEqual(names(''))
  })
})
