/** Routes worked out once for all pairs say what packets say that are followed one by one. */
import { describe, expect, it } from 'vitest'
import { compile, reachEcho, traceFlow } from '../../core/forwarding/index.ts'
import { newSlots } from '../../core/forwarding/touched.ts'
import { walkerOf } from '../../core/forwarding/walk.ts'
import { generate } from '../kernel/generate.ts'
import { realisedOf } from '../traces/plane.ts'
import { differences } from './differences.ts'
import { mesh, tunnelled } from './meshes.ts'
import { muddle } from './muddle.ts'
import { ruled } from './ruled.ts'

describe('walking routes and following packets agree', () => {
  it('on generated networks', () => {
    for (let seed = 1; seed <= 150; seed++) expect(differences(generate(seed)), `seed ${seed}`).toEqual([])
  })

  it('on tunnels over many ways', () => {
    for (let seed = 1; seed <= 12; seed++) expect(differences(tunnelled(seed)), `seed ${seed}`).toEqual([])
  }, 60_000)

  it('on tunnels in tunnels, however deep', () => {
    for (let depth = 1; depth <= 11; depth++) {
      const site = (n: number): string => `{ interfaces: { eth0: { address: 10.0.0.${n}/24 }, ${Array.from({ length: depth }, (_, i) =>
        `t${i}: { type: ${depth % 2 === 0 ? 'gre' : 'ipip'}, local: 10.${i}.0.${n}, remote: 10.${i}.0.${3 - n}, address: 10.${i + 1}.0.${n}/24 }`).join(', ')} } }`
      expect(differences(`infra: 1\nservers:\n  a: ${site(1)}\n  b: ${site(2)}\nlinks: [[a:eth0, b:eth0]]\n`), `${depth} deep`).toEqual([])
    }
  })

  it('on a fat tree', () => {
    expect(differences('infra: 1\nfabrics: { dc: { type: fat-tree, k: 4, base: 87.0.0.0/8 } }')).toEqual([])
  })

  it('on a fat tree whose ends have rules of their own', () => {
    const rules = [
      'p0-e0-h0: { firewall: { input: { policy: accept, rules: [{ from: 87.0.0.0/16, action: drop }] } } }',
      'p1-e0-h1: { firewall: { input: { policy: drop, rules: [{ state: [established], action: accept }] } } }',
      'p1-e1-h0: { firewall: { output: { policy: accept, rules: [{ to: 87.0.1.0/24, proto: icmp, action: drop }] } } }',
      'p2-e0-h0: { firewall: { output: { policy: accept, rules: [{ state: [established], action: drop }] } } }',
      'p2-e1-h1: { firewall: { input: { policy: accept, rules: [{ in: eth9, action: drop }] } } }',
      'p3-e1-h0: { firewall: { input: { policy: accept, rules: [{ proto: tcp, action: drop }] }, output: { policy: accept } } }',
    ]
    const servers = rules.map((rule) => `  dc-${rule}`).join('\n')
    const routers = '  dc-p0-e1: { firewall: { input: { policy: drop, rules: [{ from: 87.0.0.0/14, action: accept }] } } }\n  dc-p3-a0: { firewall: { forward: { policy: accept, rules: [{ from: 87.0.0.0/16, action: drop }] } } }'
    expect(differences(`infra: 1\nfabrics: { dc: { type: fat-tree, k: 4, base: 87.0.0.0/8 } }\nservers:\n${servers}\nrouters:\n${routers}`)).toEqual([])
  })

  it('where stacks on the way have rules about what they forward', () => {
    for (let seed = 1; seed <= 60; seed++) expect(differences(ruled(mesh(seed), seed)), `mesh, seed ${seed}`).toEqual([])
    for (let seed = 1; seed <= 120; seed++) expect(differences(ruled(muddle(seed), seed)), `seed ${seed}`).toEqual([])
    for (let seed = 1; seed <= 6; seed++) expect(differences(ruled(tunnelled(seed), seed)), `tunnels, seed ${seed}`).toEqual([])
  }, 120_000)

  // Two ways between two gateways; by which a packet goes is chance where routes name both.
  const diamond = (there: string, back: string, x: string, y: string): string => `
infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.0.0.1/24, gateway: 10.0.0.254 } } }
  b: { interfaces: { eth0: { address: 10.9.0.1/24, gateway: 10.9.0.254 } } }
routers:
  r: { interfaces: { p0: { address: 10.0.0.254/24 }, p1: { address: 10.1.0.1/24 }, p2: { address: 10.2.0.1/24 } }, routes: [{ to: 10.9.0.0/24, via: ${there} }] }
  s: { interfaces: { p0: { address: 10.9.0.254/24 }, p1: { address: 10.3.0.1/24 }, p2: { address: 10.4.0.1/24 } }, routes: [{ to: 10.0.0.0/24, via: ${back} }] }
  x: { ${x}interfaces: { p0: { address: 10.1.0.2/24 }, p1: { address: 10.3.0.2/24 } }, routes: [{ to: 10.0.0.0/24, via: 10.1.0.1 }, { to: 10.9.0.0/24, via: 10.3.0.1 }] }
  y: { ${y}interfaces: { p0: { address: 10.2.0.2/24 }, p1: { address: 10.4.0.2/24 } }, routes: [{ to: 10.0.0.0/24, via: 10.2.0.1 }, { to: 10.9.0.0/24, via: 10.4.0.1 }] }
links: [[a:eth0, r:p0], [b:eth0, s:p0], [r:p1, x:p0], [r:p2, y:p0], [s:p1, x:p1], [s:p2, y:p1]]
`
  const [byX, byY, byBoth] = [['10.1.0.2', '10.3.0.2'], ['10.2.0.2', '10.4.0.2'], ['[10.1.0.2, 10.2.0.2]', '[10.3.0.2, 10.4.0.2]']] as const
  const forward = (policy: string, rules: string): string => `firewall: { forward: { policy: ${policy}, rules: [${rules}] } }, `
  const toB = { family: 4, value: 0x0a090001n } as const

  it('an answer is invalid to whom the question has not passed', () => {
    const stateful = forward('drop', '{ state: [established], action: accept }, { from: 10.0.0.0/24, action: accept }')
    const onlyNew = forward('accept', '{ state: [established], action: drop }')
    const ways = [byX, byY, byBoth].flatMap((there) => [byX, byY, byBoth].map((back) => [there[0], back[1]] as const))
    const verdicts = ways.flatMap(([there, back]) => [stateful, onlyNew].flatMap((rules) => [[rules, ''], ['', rules], [rules, rules]].map(([x = '', y = '']) => {
      const text = diamond(there, back, x, y)
      expect(differences(text), text).toEqual([])
      return reachEcho(compile(realisedOf(text)), 'a', 'b', toB).verdict
    })))
    expect(new Set(verdicts)).toEqual(new Set(['delivered', 'dropped', 'unknown']))
  })

  it('an echo is decided by routes where all rules on its way let it pass', () => {
    const walked = (there: string, back: string, x: string, y: string, from = 'a'): unknown => {
      const { world } = compile(realisedOf(diamond(there, back, x, y)))
      const [a, b] = [world.stacks.get(from), world.stacks.get('b')]
      return a && b && walkerOf(world, newSlots()).echo(a, b, toB)?.verdict
    }
    const lets = forward('drop', '{ state: [established], action: accept }, { from: 10.0.0.0/24, action: accept }')
    const refuses = forward('accept', '{ from: 10.0.0.0/30, action: drop }')
    expect(walked(byX[0], byX[1], lets, refuses)).toBe('delivered')
    expect(walked(byBoth[0], byX[1], refuses.replace('/30', '/32').replace('10.0.0.0', '10.0.0.3'), '')).toBe('delivered')
    expect(walked(byBoth[0], byX[1], refuses, '')).toBeUndefined()
    // What a stack sends itself its forward chain is not asked about.
    expect(walked(byX[0], byX[1], forward('drop', ''), '', 'x')).toBe('delivered')
    // By which device it comes is not asked here.
    expect(walked(byX[0], byX[1], forward('accept', '{ in: p7, action: drop }'), '')).toBeUndefined()
    expect(walked(byX[0], byX[1], 'firewall: { input: { policy: drop } }, ', '')).toBe('delivered')
  })

  it('rules may take an echo and not what else is sent', () => {
    for (const dropping of [0, 1]) {
      const [x = '', y = ''] = [0, 1].map((at) => (at === dropping ? forward('accept', '{ ports: [80/tcp], action: drop }') : ''))
      const plane = compile(realisedOf(diamond(byBoth[0], byX[1], x, y)))
      expect(reachEcho(plane, 'a', 'b', toB).verdict).toBe('delivered')
      expect(traceFlow(plane, { from: 'a', to: toB, toNode: 'b', proto: 'tcp', port: 80, size: 60, df: false }).verdict).toBe('unknown')
      expect(traceFlow(plane, { from: 'a', to: toB, toNode: 'b', proto: 'icmp', size: 84, df: false }).verdict).toBe('delivered')
    }
  })

  it('where equal paths differ nobody knows', () => {
    const text = `
infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.0.0.1/24, gateway: 10.0.0.254 } } }
  b: { interfaces: { eth0: { address: 10.9.0.1/24, gateway: 10.9.0.254 }, eth1: { address: 10.9.1.1/24 } } }
routers:
  r:
    interfaces: { p0: { address: 10.0.0.254/24 }, p1: { address: 10.1.0.1/24 }, p2: { address: 10.2.0.1/24 } }
    routes: [{ to: 10.9.0.0/24, via: [10.1.0.2, 10.2.0.2] }]
  x: { interfaces: { p0: { address: 10.1.0.2/24 }, p1: { address: 10.9.0.254/24 } }, routes: [{ to: 10.0.0.0/24, via: 10.1.0.1 }] }
  y: { interfaces: { p0: { address: 10.2.0.2/24 } } }
links: [[a:eth0, r:p0], [r:p1, x:p0], [r:p2, y:p0], [x:p1, b:eth0]]
`
    expect(differences(text)).toEqual([])
    const plane = compile(realisedOf(text))
    expect(reachEcho(plane, 'a', 'b', { family: 4, value: 0x0a090001n })).toMatchObject({ verdict: 'unknown', pathMtu: null })
  })

  it('what WireGuard allows is a matter of both inner addresses', () => {
    // u takes from its peer 10.99.0.1 alone, so that an answer from 20.0.0.1 is lost where one from 10.99.0.1 arrives; and by one
    // gateway address there are two peers.
    const text = `
infra: 1
servers:
  s:
    interfaces:
      eth0: { address: 20.0.0.1/24 }
      wg0: { type: wireguard, local: 20.0.0.1, address: 10.99.0.1/24, peers: [{ remote: 20.0.0.2, allowed: [10.99.0.2/32, 10.2.0.0/24] }, { remote: 20.0.0.3, allowed: [10.3.0.0/24] }] }
    routes: [{ to: 10.0.0.0/14, via: 10.99.0.2 }]
  u:
    interfaces: { eth0: { address: 20.0.0.2/24 }, wg0: { type: wireguard, local: 20.0.0.2, address: 10.99.0.2/24, peers: [{ remote: 20.0.0.1, allowed: [10.99.0.1/32] }] }, eth1: { address: 10.2.0.254/24 } }
    forwarding: true
  w:
    interfaces: { eth0: { address: 20.0.0.3/24 }, wg0: { type: wireguard, local: 20.0.0.3, address: 10.3.0.1/24, peers: [{ remote: 20.0.0.1, allowed: [10.99.0.1/32] }] } }
    routes: [{ to: 10.99.0.0/24, dev: wg0 }]
  b: { interfaces: { eth0: { address: 10.2.0.1/24, gateway: 10.2.0.254 } } }
switches: { sw: {} }
links: [[s:eth0, sw:a], [u:eth0, sw:b], [w:eth0, sw:c], [u:eth1, b:eth0]]
`
    expect(differences(text)).toEqual([])
    const plane = compile(realisedOf(text))
    expect(reachEcho(plane, 'b', 's', { family: 4, value: 0x14000001n })).toMatchObject({ verdict: 'dropped', reason: 'no-return', because: 'tunnel' })
    expect(reachEcho(plane, 'b', 's', { family: 4, value: 0x0a630001n })).toMatchObject({ verdict: 'delivered', pathMtu: 1420 })
    expect(reachEcho(plane, 's', 'w', { family: 4, value: 0x0a030001n })).toMatchObject({ verdict: 'delivered', pathMtu: 1420 })
  })
})
