/** After an edit every expectation is judged as from nothing, with the same words. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyze, finish, readSource, type Analysis } from '../../core/analysis.ts'

const choice = (...lines: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...lines)

// vm1 – br1 – s1 – br2 – vm2, and a container behind a port of s1
const server = choice('{}', '{ firewall: { forward: { policy: accept, rules: [{ from: 10.1.0.1/32, action: drop }] } } }',
  '{ firewall: { forward: { policy: drop, rules: [{ ports: [22/tcp], action: accept }] } } }', '{ nat: [{ dnat: "10.1.0.254:8080/tcp", to: "10.2.0.1:80" }] }',
  '{ firewall: { input: { policy: accept, rules: [{ ports: [5353/udp], action: drop }] } } }')
const published = choice('', 'ports: ["8080:80"], ', 'ports: ["9090:80/udp"], ')
const guest = (name: string, bridge: string): fc.Arbitrary<string> => fc.tuple(choice('1', '2', '3'), choice('', 'mtu: 1300, '), choice('true', 'false'))
  .map(([last, mtu, up]) => `  ${name}: { host: s1, interfaces: { eth0: { ${mtu}attach: br${bridge}, up: ${up}, address: 10.${bridge}.0.${last}/24, gateway: 10.${bridge}.0.254 } } }`)

const text = fc.record({ more: server, first: guest('vm1', '1'), second: guest('vm2', '2'), third: guest('vm3', '1'), published, turned: fc.boolean() }).map(({ more, first, second, third, published, turned }) => {
  const vms = turned ? [third, second, first] : [first, second]
  return `
servers:
  s1:
    <<: ${more}
    forwarding: true
    interfaces: { br1: { type: bridge, address: 10.1.0.254/24 }, br2: { type: bridge, address: 10.2.0.254/24 } }
vms:
${vms.join('\n')}
containers:
  c: { host: s1, ${published}interfaces: { eth0: { attach: br2, address: 10.2.0.9/24, gateway: 10.2.0.254 } } }
expect:
  - reach: { from: vm1, to: vm2 }
  - reach: { from: [vm1, vm2], to: c, port: 80/tcp }
  - block: { from: vm1, to: vm2 }
  - block: { from: vm2, to: c }
  - block: { from: vm1, to: c, port: 22/tcp }
`
})

const judged = (text: string, version: number, before?: Analysis): Analysis => {
  const reading = readSource({ uri: 'file:///x.infra.yaml', text, version }, before?.readings[0])
  if (!reading) throw new Error('no reader')
  return finish(analyze([reading], before))
}
const said = ({ expectations }: Analysis): unknown => expectations.map(({ kind, status, message, counterexample }) => ({ kind, status, message, counterexample }))

describe('expectations after an edit', () => {
  it('are judged as from nothing', () => {
    const ends = new Set<string>()
    fc.assert(fc.property(fc.array(text, { minLength: 2, maxLength: 4 }), (texts) => {
      let before: Analysis | undefined
      for (const [version, one] of texts.entries()) {
        const after = judged(one, version, before)
        expect(said(after)).toEqual(said(judged(one, version)))
        after.expectations.forEach(({ status }, i) => ends.add(`${i} ${status}`))
        before = after
      }
    }), { numRuns: 60 })
    // Each of them holds here and fails there.
    expect([...ends].filter((one) => !one.endsWith('undecided')).sort()).toEqual([0, 1, 2, 3, 4].flatMap((i) => [`${i} fail`, `${i} pass`]))
  })
})
