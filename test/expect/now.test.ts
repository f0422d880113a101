/** What is written from what holds now holds, says nothing twice, and is one edit. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { edit, finish, type Analysis } from '../../core/analysis.ts'
import { writeExpectations } from '../../core/expecting.ts'
import { applyEdits } from '../../core/text/edit.ts'
import { chance, print } from '../faults/plain.ts'
import { modules, network } from '../faults/modules.ts'
import { analyzeText } from '../harness/analyze-text.ts'

function written(analysis: Analysis): { readonly text: string; readonly count: number } {
  const [source] = analysis.readings.map((reading) => reading.source)
  const { change, count } = finish(writeExpectations(analysis))
  if (!source || count === 0) return { text: source?.text ?? '', count }
  const edits = edit(analysis, change)
  if ('refused' in edits) throw new Error(edits.refused)
  return { text: applyEdits(source, edits), count }
}

/** Nothing that was there has changed, all holds, and there is nothing left to say. */
function check(text: string, uri?: string): void {
  const before = analyzeText(text, uri)
  const { text: longer } = written(before)
  const after = analyzeText(longer, uri)
  expect(after.expectations.slice(0, before.expectations.length).map(({ status }) => status)).toEqual(before.expectations.map(({ status }) => status))
  expect(after.expectations.slice(before.expectations.length).filter(({ status }) => status !== 'pass')).toEqual([])
  const loud = (analysis: Analysis): number => analysis.problems.filter(({ severity }) => severity === 'error' || severity === 'warning').length
  expect(loud(after)).toBeLessThanOrEqual(loud(before))
  expect(written(after).count).toBe(0)
}

describe('expectations from what holds now', () => {
  it('name tenants and groups, not every pair', () => {
    const text = `servers:
  s1: { forwarding: true, interfaces: { br1: { type: bridge, address: 10.1.0.254/24 }, br2: { type: bridge, address: 10.2.0.254/24 }, eth0: { address: 203.0.113.2/30, gateway: 203.0.113.1 } }, nat: [{ masquerade: 10.1.0.0/24, out: eth0 }], firewall: { forward: { policy: accept, rules: [{ in: br1, out: br2, action: drop }, { in: br2, action: drop }] } } }
externals: { internet: { interfaces: { p: { address: 203.0.113.1/30 } } } }
vms:
  b1: { host: s1, tenant: blue, interfaces: { eth0: { attach: br1, address: 10.1.0.1/24, gateway: 10.1.0.254 } } }
  b2: { host: s1, tenant: blue, interfaces: { eth0: { attach: br1, address: 10.1.0.2/24, gateway: 10.1.0.254 } } }
  r1: { host: s1, tenant: red, interfaces: { eth0: { attach: br2, address: 10.2.0.1/24, gateway: 10.2.0.254 } } }
links: [[s1:eth0, internet:p]]
`
    expect(written(analyzeText(text)).text.slice(text.length).trim().split('\n')).toEqual([
      'expect:',
      '  - { isolate: [tenant:blue, tenant:red] }',
      '  - { reach: { from: tenant:blue, to: [tenant:blue, s1, internet] } }',
      '  - { reach: { from: tenant:red, to: s1 } }',
      '  - { block: { from: tenant:red, to: internet } }',
      '  - { reach: { from: s1, to: [tenant:blue, tenant:red, internet] } }',
      '  - { reach: { from: internet, to: s1 } }',
      '  - { block: { from: internet, to: [tenant:blue, tenant:red] } }',
    ])
    check(text)
  })

  it.each(readdirSync('examples').filter((name) => name.endsWith('.infra.yaml')))('hold for %s', (name) => check(readFileSync(`examples/${name}`, 'utf8'), name))

  it.each(Object.keys(modules))('hold for generated networks: %s', (name) => {
    for (const seed of [3, 14]) {
      const rnd = chance(seed)
      check(print(network(rnd, name).plan, rnd).text)
    }
  })
})
