/** What must be programmed on one box: commands that a person could type there, and nothing of the lab's own. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyze, commandsOf, finish, readSource } from '../../core/analysis.ts'

const of = (text: string, node: string): readonly string[] => {
  const reading = readSource({ uri: 'file:///x.infra.yaml', text, version: 1 })
  if (!reading) throw new Error('no reader')
  return commandsOf(finish(analyze([reading])), node)
}

describe('the commands of a box', () => {
  it('make its devices, addresses, routes and filters in order', () => {
    expect(of(readFileSync('examples/tenant-l2-gre.infra.yaml', 'utf8'), 's2')).toEqual([
      'ip tuntap add dev vm3-eth0 mode tap', 'ip link add name br0 type bridge vlan_filtering 0', 'ip link set dev vm3-eth0 mtu 1462', 'ip link set dev vm3-eth0 master br0',
      'ip address add 30.0.0.1/24 dev eth0', 'ip link set dev eth0 up', 'ip link set dev br0 up', 'ip link set dev vm3-eth0 up', 'ip link set dev lo up',
      'ip route add default via 30.0.0.254 proto static', 'ip link add name vtun0 type gretap local 30.0.0.1 remote 20.0.0.1', 'ip link set dev vtun0 master br0', 'ip link set dev vtun0 up',
    ])
  })
  it('have the routes that a protocol tells', () => {
    const lines = of('infra: 1\nfabrics: { dc: { type: leaf-spine, leaves: 2, spines: 2, hosts: 1 } }\n', 'dc-leaf0')
    expect(lines.filter((line) => line.includes('nexthop')).length).toBeGreaterThan(0)
  })
  it('name nothing of the lab, on every example', () => {
    for (const name of readdirSync('examples').filter((one) => one.endsWith('.infra.yaml'))) {
      const text = readFileSync(`examples/${name}`, 'utf8')
      const reading = readSource({ uri: 'file:///x.infra.yaml', text, version: 1 })
      if (!reading) continue
      const analysis = finish(analyze([reading]))
      for (const node of analysis.realised.infra.nodes.keys()) expect(commandsOf(analysis, node).filter((line) => /\bul\d|\$\{P\}/.test(line))).toEqual([])
    }
  })
  it('are none for a name that nobody has', () => {
    expect(of('infra: 1\n', 'nobody')).toEqual([])
  })
})
