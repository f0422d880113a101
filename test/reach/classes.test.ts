/** One pair of two classes of endpoints speaks for all their pairs: the whole answer equals every pair asked by itself. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finish } from '../../core/analysis.ts'
import { printIp } from '../../core/address/ip.ts'
import { compile } from '../../core/forwarding/index.ts'
import { classesOf } from '../../core/reach/classes.ts'
import { reach, reachClasses, reachOne } from '../../core/reach/index.ts'
import type { ReachPair } from '../../core/reach/pair.ts'
import { generate } from '../kernel/generate.ts'
import { realisedOf } from '../traces/plane.ts'

const say = ({ from, to, address, verdict, reason, because, pathMtu }: ReachPair): string => `${from} → ${to} ${printIp(address)}: ${verdict} ${reason} ${pathMtu} ${because}`

function check(text: string): { pairs: number; classes: number; blocks: number } {
  const plane = compile(realisedOf(text))
  const all = finish(reach(plane))
  for (const pair of all) expect(say(pair)).toBe(say(reachOne(plane, pair.from, pair.to, pair.address)))
  const counted = finish(reachClasses(plane))
  const tally = (rows: readonly { readonly n: number; readonly pair: ReachPair }[]): Record<string, number> => {
    const sums: Record<string, number> = {}
    for (const { n, pair: { verdict, reason, pathMtu } } of rows) sums[`${verdict} ${reason} ${pathMtu}`] = (sums[`${verdict} ${reason} ${pathMtu}`] ?? 0) + n
    return sums
  }
  expect(tally(counted.map(({ pairs, answer }) => ({ n: pairs, pair: answer })))).toEqual(tally(all.map((pair) => ({ n: 1, pair }))))
  const classes = classesOf(plane)
  const stacks = classes.stacks.flatMap(({ name }) => classes.of(name) ?? [])
  const blocks = new Set(stacks.flatMap(({ block }) => block ?? []))
  return { pairs: all.length, classes: new Set(stacks.map(({ number }) => number)).size, blocks: new Set([...blocks].map((name) => classes.of(name)?.number)).size < blocks.size ? 1 : 0 }
}

/** Hosts with many guests that are almost alike: each oddity takes some of them out of their class. */
const crowd = fc.record({
  guests: fc.integer({ min: 2, max: 4 }), network: fc.constantFrom('vxlan', 'flat', 'routed', 'nat'), tenants: fc.boolean(),
  odd: fc.array(fc.tuple(fc.nat(11), fc.constantFrom('mtu', 'down', 'group', 'route', 'gateway', 'twice', 'isolated', 'rule', 'dhcp', 'fdb', 'other', 'mac')), { maxLength: 4 }),
  hosts: fc.array(fc.tuple(fc.nat(3), fc.constantFrom('mtu', 'off', 'address', 'empty', 'down', 'cable')), { maxLength: 2 }),
  gateway: fc.boolean(), filter: fc.constantFrom('', '10.0.0.1', '10.0.0.0/30', '10.0.0.2/31'), bridge: fc.boolean(),
})

type Crowd = typeof crowd extends fc.Arbitrary<infer T> ? T : never

function written({ guests, network, tenants, odd, hosts, gateway, filter, bridge }: Crowd): string {
  const hostIs = (i: number, what: string): boolean => hosts.some(([at, kind]) => at === i && kind === what)
  const all = Array.from({ length: guests * 3 }, (_, i) => i)
  const is = (i: number, what: string): boolean => odd.some(([at, kind]) => at === i && kind === what)
  const guest = (i: number): string => {
    const address = is(i, 'dhcp') ? '' : `address: 10.0.0.${is(i, 'twice') ? 1 : i + 1}/24, `
    const settings = [
      bridge ? 'attach: br0' : 'network: n', is(i, 'mtu') ? 'mtu: 1300' : '', is(i, 'down') ? 'up: false' : '', is(i, 'isolated') && bridge ? 'isolated: true' : '',
      is(i, 'gateway') ? 'gateway: 10.0.0.250' : gateway ? 'gateway: 10.0.0.254' : '', is(i, 'mac') ? `mac: "02:00:00:00:00:0${i % 10}"` : '',
    ].filter((one) => one !== '').join(', ')
    const rest = [
      tenants ? `tenant: t${i % 2}` : '', is(i, 'group') ? 'security-groups: [g]' : '', is(i, 'route') ? 'routes: [{ to: 10.9.0.0/16, via: 10.0.0.253 }]' : '',
      is(i, 'rule') ? 'firewall: { input: { policy: drop } }' : '',
    ].filter((one) => one !== '').map((one) => `, ${one}`).join('')
    const second = is(i, 'other') ? ', eth1: { type: dummy, address: 10.7.0.1/24 }' : ''
    return `  v${i}: { host: s${hostIs(i % 4, 'empty') ? 0 : i % 4}, interfaces: { eth0: { ${address}${settings} }${second} }${rest} }`
  }
  return `
infra: 1
tenants: { t0: {}, t1: {} }
servers:
${[0, 1, 2, 3].map((i) => `  s${i}:
    forwarding: ${!hostIs(i, 'off')}
    interfaces: { eth0: { ${hostIs(i, 'mtu') ? 'mtu: 1400, ' : ''}${hostIs(i, 'down') ? 'up: false, ' : ''}address: 172.16.0.${hostIs(i, 'address') ? 77 : i + 1}/24${bridge ? ', master: br0' : ''} }${bridge ? ', br0: { type: bridge }' : ''} }${filter !== '' && i === 1 ? `
    firewall: { forward: { policy: accept, rules: [ { from: ${filter}, action: drop } ] } }` : ''}`).join('\n')}
switches: { sw: {} }
networks: { n: { type: ${network}, id: 7, uplink: eth0, subnet: 10.0.0.0/24${gateway ? ', gateway: { address: 10.0.0.254, on: s1 }' : ''}, dhcp: { range: 10.0.0.100-10.0.0.120 } } }
security-groups: { g: { ingress: [ { from: 10.0.0.0/30 } ] } }
vms:
${all.map(guest).join('\n')}
links: [ ${[0, 1, 2, 3].map((i) => `{ ends: [s${i}:eth0, sw:p${i}]${hostIs(i, 'cable') ? ', up: false' : ''} }`).join(', ')} ]
`
}

describe('classes of endpoints', () => {
  it('answer for every pair, on crowds of guests', () => {
    let saved = 0
    let swapped = 0
    fc.assert(fc.property(crowd, (one) => {
      const { classes, blocks } = check(written(one))
      swapped += blocks
      if (classes < one.guests * 3 + 4) saved++
    }), { seed: 20261121, numRuns: 200 })
    // Nothing is proved where nobody was alike.
    expect(saved).toBeGreaterThan(40)
    expect(swapped).toBeGreaterThan(20)
  }, 240_000)

  it('answer for every pair, on generated networks', () => {
    for (let seed = 1; seed <= 60; seed++) check(generate(seed))
  }, 240_000)

  it('are few in a fabric', () => {
    const { classes } = check('infra: 1\nfabrics: { dc: { type: fat-tree, k: 4, base: 87.0.0.0/8 } }')
    // 20 switching elements, and the two hosts at each of eight edges.
    expect(classes).toBe(28)
  }, 240_000)
})
