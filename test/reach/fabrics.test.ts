/** A routed fabric with faults in it: ways worked out for all senders at once say what packets say that are followed one by one. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finish, readSource } from '../../core/analysis.ts'
import { compile, reachFlow, type Plane } from '../../core/forwarding/index.ts'
import { addressesOf, reach, reachCounted } from '../../core/reach/index.ts'
import type { ReachPair } from '../../core/reach/pair.ts'
import { isStack } from '../../core/infra/node.ts'
import { printIp } from '../../core/address/ip.ts'
import { realize } from '../../core/realize/index.ts'

const routers = ['dc-p0-e0', 'dc-p0-e1', 'dc-p0-a0', 'dc-p1-a1', 'dc-p2-e1', 'dc-p3-a0', 'dc-c1-1', 'dc-c2-1']

/** Each router has one fault at most; a port of an edge that faces servers is among those that may go down. */
const fault = fc.tuple(fc.constantFrom(...routers), fc.constantFrom(
  'routes: [{ to: 10.1.0.0/24, type: blackhole }]', 'routes: [{ to: 10.0.0.2/32, type: unreachable }]', 'forwarding: false', 'sysctl: { rp_filter: 1 }',
  'firewall: { forward: { policy: accept, rules: [{ from: 10.0.0.0/24, action: drop }] } }', 'interfaces: { p1: { mtu: 1400 } }', 'interfaces: { p3: { up: false } }',
  'interfaces: { p2: { up: false } }', 'interfaces: { p0: { mtu: 1300 } }', 'routes: [{ to: 10.2.1.0/24, via: 10.0.0.1 }]', 'sysctl: { arp_ignore: 2 }',
))

const textOf = (faults: readonly (readonly [string, string])[], server: string): string => `
infra: 1
fabrics: { dc: { type: fat-tree, k: 4 } }
routers:
  other: {}
${[...new Map(faults)].map(([name, what]) => `  ${name}: { ${what} }`).join('\n')}
servers: { dc-p0-e0-h0: { ${server} } }
`

const planeOf = (text: string, previous?: Plane): Plane => {
  const reading = readSource({ uri: 'file:///fabric.infra.yaml', text, version: 1 })
  if (!reading) throw new Error('no reader')
  return compile(realize(reading.infra).infra, previous)
}

const say = ({ from, to, address, verdict, reason, pathMtu }: ReachPair): string => `${from} → ${to} ${printIp(address)}: ${verdict} ${reason} ${pathMtu}`

describe('reach in a fat tree with faults', () => {
  it('is what single packets say, also after one more fault', () => {
    let lost = 0
    let before: Plane | undefined
    fc.assert(fc.property(fc.array(fault, { maxLength: 3 }), fc.constantFrom('', 'interfaces: { p0: { mtu: 1200 } }', 'interfaces: { p0: { up: false } }'), fc.nat(1000), (faults, server, seed) => {
      const text = textOf(faults, server)
      const plane = planeOf(text, before)
      const all = finish(reach(plane))
      const fresh = planeOf(text)
      expect(all.map(say)).toEqual(finish(reach(fresh)).map(say))
      all.forEach((pair, i) => {
        if ((i * 7919 + seed) % 23 !== 0) return
        const { verdict, reason, pathMtu } = reachFlow(fresh, { from: pair.from, to: pair.address, toNode: pair.to, proto: 'icmp', size: 84, df: false })
        expect(say(pair)).toBe(say({ ...pair, verdict, reason, pathMtu }))
        if (verdict !== 'delivered') lost++
      })
      const counts = new Map<string, number>()
      const count = ({ verdict, reason, pathMtu }: ReachPair, pairs: number): void => void counts.set(`${verdict} ${reason} ${pathMtu}`, (counts.get(`${verdict} ${reason} ${pathMtu}`) ?? 0) + pairs)
      finish(reachCounted(plane, {}, (pairs, answer) => count(answer, pairs)))
      for (const pair of all) count(pair, -1)
      expect([...counts.values()].every((left) => left === 0)).toBe(true)
      before = plane
    }), { seed: 20261121, numRuns: 15 })
    expect(lost).toBeGreaterThan(20)
  }, 120_000)

  it('counts a large one without listing it', () => {
    const plane = planeOf('infra: 1\nfabrics: { dc: { type: fat-tree, k: 8 } }\n')
    const stacks = [...plane.infra.nodes.values()].filter(isStack)
    let pairs = 0
    finish(reachCounted(plane, {}, (n, { verdict }) => { if (verdict === 'delivered') pairs += n }))
    expect(pairs).toBe(stacks.length * stacks.reduce((sum, node) => sum + addressesOf(node).length, 0) - stacks.reduce((sum, node) => sum + addressesOf(node).length, 0))
  }, 60_000)
})
