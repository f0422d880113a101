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
      'ip tuntap add dev vm3-eth0 mode tap', 'ip link add name br0 type bridge', 'ip link set dev vm3-eth0 mtu 1462', 'ip link set dev vm3-eth0 master br0',
      'ip address add 30.0.0.1/24 dev eth0', 'ip link set dev eth0 up', 'ip link set dev br0 up', 'ip link set dev vm3-eth0 up', 'ip link set dev lo up',
      'ip route add default via 30.0.0.254 proto static', 'ip link add name vtun0 type gretap local 30.0.0.1 remote 20.0.0.1', 'ip link set dev vtun0 master br0', 'ip link set dev vtun0 up',
    ])
  })
  it('have the routes that a protocol tells', () => {
    const lines = of('infra: 1\nfabrics: { dc: { type: leaf-spine, leaves: 2, spines: 2, hosts: 1 } }\n', 'dc-leaf0')
    expect(lines.filter((line) => line.includes('nexthop')).length).toBeGreaterThan(0)
  })
  it('seal with keys of one\'s own', () => {
    const lines = of('infra: 1\nservers:\n  s: { interfaces: { eth0: { address: 20.0.0.1/24 }, e: { type: esp, local: 20.0.0.1, remote: 20.0.0.2 } } }\n', 's').filter((line) => line.includes('state'))
    expect(lines.map((line) => line.replace(/spi \d+/, 'spi N').replace(/mark \d+/, 'mark M'))).toEqual([
      `ip xfrm state add src 20.0.0.1 dst 20.0.0.2 proto esp spi N mode tunnel mark M flag af-unspec aead 'rfc4106(gcm(aes))' "$KEY" 128`,
      `ip xfrm state add src 20.0.0.2 dst 20.0.0.1 proto esp spi N mode tunnel mark M flag af-unspec aead 'rfc4106(gcm(aes))' "$KEY" 128`,
    ])
  })
  it('keep docker\'s bridges apart', () => {
    const lines = of(`infra: 1
servers:
  s: { hypervisor: docker, interfaces: { a: { type: bridge }, b: { type: bridge } } }
containers:
  c: { host: s, interfaces: { eth0: { attach: a, address: 172.18.0.2/16 } }, ports: ["8080:80"] }
  d: { host: s, interfaces: { eth0: { attach: b, address: 172.19.0.2/16 } } }
`, 's')
    expect(lines).toContain('sysctl -w net.bridge.bridge-nf-call-iptables=1')
    expect(lines).toContain('-A DOCKER-ISOLATION -i b -o a -j DROP')
    expect(lines).toContain('-A PREROUTING -m addrtype --dst-type LOCAL -p tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80')
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
