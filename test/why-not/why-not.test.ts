/** Why a pair does not talk: the fewest settings that mend it, at their places, tried before they are told. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseIp, printIp } from '../../core/address/ip.ts'
import { analyze, finish, reach, readSource, trace } from '../../core/analysis.ts'
import { applyEdits } from '../../core/text/edit.ts'
import { whyNot } from '../../core/why-not.ts'
import { generate } from '../kernel/generate.ts'

const uri = 'file:///why.infra.yaml'
const analysed = (text: string) => {
  const reading = readSource({ uri, text, version: 1 })
  if (!reading) throw new Error('no reader')
  return finish(analyze([reading]))
}

function ask(text: string, from: string, to: string, ip: string) {
  const address = parseIp(ip)
  if (!address) throw new Error(ip)
  const analysis = analysed(text)
  const flow = { from, to: address, toNode: to, proto: 'icmp' as const, size: 84, df: false }
  const found = finish(whyNot(analysis, flow))
  const source = { uri, text, version: 1 }
  // Whatever is proposed is tried once more on the text as a person would get it.
  const after = found.steps && found.steps.length > 0 ? trace(analysed(applyEdits(source, found.edits)), flow).verdict : undefined
  return { steps: found.steps?.map(({ title, start, end }) => `${title} @ ${text.slice(start, end).split('\n')[0]?.slice(0, 40)}`), after, text: applyEdits(source, found.edits) }
}

const routed = (r: string, a = '', b = ''): string => `infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.0.1.1/24${a} } } }
  b: { interfaces: { eth0: { address: 10.0.2.1/24${b} } } }
routers:
  r: { ${r}interfaces: { p1: { address: 10.0.1.254/24 }, p2: { address: 10.0.2.254/24 } } }
links:
  - [a:eth0, r:p1]
  - [b:eth0, r:p2]
`
const gateways = [', gateway: 10.0.1.254', ', gateway: 10.0.2.254'] as const

describe('why not', () => {
  it('says nothing where the pair talks', () => {
    expect(ask(routed('', ...gateways), 'a', 'b', '10.0.2.1').steps).toEqual([])
  })
  it('finds one setting', () => {
    const { steps, after } = ask(routed('forwarding: false, ', ...gateways), 'a', 'b', '10.0.2.1')
    expect(steps).toEqual(['Turn forwarding on at r @ false'])
    expect(after).toBe('delivered')
  })
  it('finds three settings, and no more', () => {
    const { steps, after, text } = ask(routed('forwarding: false, '), 'a', 'b', '10.0.2.1')
    expect(steps).toHaveLength(3)
    expect(after).toBe('delivered')
    expect(text).toContain('gateway: 10.0.1.254')
    expect(text).toContain('gateway: 10.0.2.254')
    expect(text).toContain('forwarding: true')
  })
  it('takes the rule away that drops, or lets the pair pass a policy', () => {
    const rule = ask(routed('firewall: { forward: { policy: accept, rules: [{ to: 10.0.2.0/24, action: drop }] } }, ', ...gateways), 'a', 'b', '10.0.2.1')
    expect(rule.steps).toHaveLength(1)
    expect(rule.after).toBe('delivered')
    const policy = ask(routed('firewall: { forward: { policy: drop, rules: [{ state: [established], action: accept }] } }, ', ...gateways), 'a', 'b', '10.0.2.1')
    expect(policy.steps).toEqual(['Accept 10.0.1.1 → 10.0.2.1 in forward at r @ drop'])
    expect(policy.after).toBe('delivered')
  })
  it('sets links and devices up', () => {
    const { steps, after } = ask(routed('', ', up: false, gateway: 10.0.1.254', ', gateway: 10.0.2.254').replace('[b:eth0, r:p2]', '{ ends: [b:eth0, r:p2], up: false }'), 'b', 'a', '10.0.1.1')
    expect(steps?.length).toBe(2)
    expect(after).toBe('delivered')
  })
  it('says so where it knows no way', () => {
    expect(ask(`infra: 1\nservers:\n  a: { interfaces: { eth0: { address: 10.0.1.1/24 } } }\n  b: { interfaces: { eth0: { address: 10.9.2.1/24 } } }\n`, 'a', 'b', '10.9.2.1').steps).toBeUndefined()
  })
  it('mends faults of an example', () => {
    const text = readFileSync('examples/tenant-l2-gre.infra.yaml', 'utf8').replace(/^ {6}vtun0: .*remote: 20.*\n/m, '')
    expect(text).not.toBe(readFileSync('examples/tenant-l2-gre.infra.yaml', 'utf8'))
    const { steps, after } = ask(text, 'vm1', 'vm3', '10.0.0.3')
    expect(steps?.length).toBeGreaterThan(0)
    expect(after).toBe('delivered')
  })

  it('mends what a tunnel\'s outer packet met: a filter, a router that does not forward, no route', () => {
    const tunnelled = (b: string, r = '', gateway = ', gateway: 192.0.2.254'): string => `infra: 1
servers:
  a: { interfaces: { eth0: { address: 192.0.2.1/24${gateway} }, g: { type: gre, local: 192.0.2.1, remote: 198.51.100.1, address: 10.0.0.1/30 } } }
  b: { ${b}interfaces: { eth0: { address: 198.51.100.1/24, gateway: 198.51.100.254 }, g: { type: gre, local: 198.51.100.1, remote: 192.0.2.1, address: 10.0.0.2/30 } } }
routers:
  r: { ${r}interfaces: { p1: { address: 192.0.2.254/24 }, p2: { address: 198.51.100.254/24 } } }
links: [[a:eth0, r:p1], [b:eth0, r:p2]]
`
    const policy = ask(tunnelled('firewall: { input: { policy: drop, rules: [{ in: g, action: accept }] } }, '), 'a', 'b', '10.0.0.2')
    expect(policy.steps).toEqual(['Accept 192.0.2.1 → 198.51.100.1 in input at b @ drop'])
    expect(policy.after).toBe('delivered')
    const off = ask(tunnelled('', 'forwarding: false, '), 'a', 'b', '10.0.0.2')
    expect(off.steps).toEqual(['Turn forwarding on at r @ false'])
    expect(off.after).toBe('delivered')
    const lost = ask(tunnelled('', '', ''), 'a', 'b', '10.0.0.2')
    expect(lost.steps).toHaveLength(1)
    expect(lost.after).toBe('delivered')
  })

  it('takes a route away that says unreachable', () => {
    const { steps, after } = ask(routed('routes: [{ to: 10.0.2.0/29, type: unreachable }], ', ...gateways), 'a', 'b', '10.0.2.1')
    expect(steps).toEqual(['Take the unreachable route away from r @ { to: 10.0.2.0/29, type: unreachable }'])
    expect(after).toBe('delivered')
  })
  it('lets peers have and send what WireGuard does not allow, each at its peer', () => {
    const secret = (s: string, u: string): string => `infra: 1
servers:
  s: { interfaces: { eth0: { address: 20.0.0.1/24 }, wg0: { type: wireguard, local: 20.0.0.1, address: 10.99.0.1/24, peers: [{ remote: 20.0.0.3, allowed: [10.3.0.0/24] }, { remote: 20.0.0.2, allowed: ${s} }] } } }
  u:
    interfaces:
      eth0: { address: 20.0.0.2/24 }
      wg0:
        type: wireguard
        local: 20.0.0.2
        address: 10.99.0.2/24
        peers:
          - remote: 20.0.0.1
            allowed:
              ${u}
links: [[s:eth0, u:eth0]]
`
    const sent = ask(secret('[10.4.0.0/24]', '- 10.99.0.1/32'), 's', 'u', '10.99.0.2')
    expect(sent.steps).toEqual(['Allow 10.99.0.2 to the peer 20.0.0.2 of s:wg0 @ { remote: 20.0.0.2, allowed: [10.4.0.0/2'])
    expect(sent.after).toBe('delivered')
    expect(sent.text).toContain('allowed: [10.4.0.0/24, 10.99.0.2/32]')
    const taken = ask(secret('10.99.0.2/32', '- 10.5.0.0/16  # a branch'), 's', 'u', '10.99.0.2')
    expect(taken.steps).toHaveLength(1)
    expect(taken.after).toBe('delivered')
    expect(taken.text).toContain('- 10.5.0.0/16  # a branch\n              - 10.99.0.1/32')
    const both = ask(secret('[10.4.0.0/24]', '- 10.5.0.0/16'), 's', 'u', '10.99.0.2')
    expect(both.steps).toHaveLength(2)
    expect(both.after).toBe('delivered')
  })

  it('never proposes what does not work, on generated networks', () => {
    let mended = 0
    for (let seed = 1; seed <= 25; seed++) {
      const text = generate(seed)
      const analysis = analysed(text)
      for (const { from, to, address } of finish(reach(analysis)).filter(({ verdict }) => verdict === 'dropped').slice(0, 2)) {
        const { steps, after } = ask(text, from, to, printIp(address))
        if (!steps) continue
        expect({ seed, from, to, steps, after }).toEqual({ seed, from, to, steps, after: 'delivered' })
        mended++
      }
    }
    expect(mended).toBeGreaterThan(5)
  }, 240_000)
})
