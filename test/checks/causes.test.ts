/** A failed expectation names what makes it fail, and so the two are read as one. */
import { expect, it } from 'vitest'
import { analyzeText } from '../harness/analyze-text.ts'

it('stands beside its cause', () => {
  const { problems, locator } = analyzeText(`servers:
  s1:
    interfaces:
      br1: { type: bridge, address: 10.1.0.254/24 }
      br2: { type: bridge, address: 10.2.0.254/24 }
vms:
  vm1: { host: s1, interfaces: { eth0: { attach: br1, address: 10.1.0.1/24, gateway: 10.1.0.254 } } }
  vm2: { host: s1, interfaces: { eth0: { attach: br2, address: 10.2.0.1/24, gateway: 10.2.0.254 } } }
expect:
  - reach: { from: vm1, to: vm2 }
  - reach: { from: vm1, to: 10.1.0.254 }
`)
  expect(problems.map(({ code, related }) => [code, related.map(({ message, at }) => `${locator.locate(at).range.start.line + 1} ${message}`)])).toEqual([
    ['forwarding-off', ['10 vm1 → vm2 (10.2.0.1) is expected here']],
    ['expectation-failed', ['2 because of forwarding-off: s1 is asked to forward and does not: vm1 → vm2 (10.2.0.1)']],
  ])
})
