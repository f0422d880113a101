/** Checks that count: their files are too large to be read with pleasure, so they are made here, at the limit and one below it. */
import { describe, expect, it } from 'vitest'
import { analyzeText } from '../harness/analyze-text.ts'

const found = (text: string, code: string): readonly string[] =>
  analyzeText(text).problems.filter((problem) => problem.code === code).map((problem) => problem.message)

describe('rack-over-density', () => {
  const rack = (count: number): string => `infra: 1\nservers:\n${Array.from({ length: count }, (_, i) => `  s${i}: { rack: r1 }\n`).join('')}`
  it('fires over forty servers, and not at forty', () => {
    expect(found(rack(41), 'rack-over-density')).toEqual(['rack r1 holds 41 servers, and has room for about 40'])
    expect(found(rack(40), 'rack-over-density')).toEqual([])
  })
})

describe('vlan-exhaustion', () => {
  const vlans = (count: number): string =>
    `infra: 1\nnetworks:\n${Array.from({ length: count }, (_, i) => `  n${i}: { type: vlan, id: ${i + 1}, tenant: t${i % 100} }\n`).join('')}`
  it('fires near the end of the numbers, at the last of them, and not before', () => {
    const analysis = analyzeText(vlans(3686))
    const places = analysis.problems.filter(({ code }) => code === 'vlan-exhaustion').map(({ at }) => analysis.locator.locate(at).range)
    expect(places).toEqual([{ start: { line: 3687, character: 17 }, end: { line: 3687, character: 21 } }])
    expect(found(vlans(3700), 'vlan-exhaustion')).toEqual(['3700 of 4094 VLANs are used by 100 tenants; room is left for 10 more tenants of the same size'])
    expect(found(vlans(3685), 'vlan-exhaustion')).toEqual([])
  })
})
