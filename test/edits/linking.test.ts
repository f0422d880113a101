/** Many links at once: by pattern, on free interfaces, one change. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { analyze, edit, finish, readSource, type Analysis } from '../../core/analysis.ts'
import { tryGesture, type TriedPlan } from '../../core/designing.ts'
import { matching, parsePatterns, patternOf } from '../../core/gestures/pattern.ts'
import { applyEdits } from '../../core/text/edit.ts'

const uri = 'file:///x.infra.yaml'
function analysisOf(text: string, at = uri): Analysis {
  const reading = readSource({ uri: at, text, version: 1 })
  if (!reading) throw new Error('not recognised')
  return finish(analyze([reading]))
}
const planOf = (analysis: Analysis, ids: readonly string[], answers: Readonly<Record<string, string>> = {}): TriedPlan => {
  const plan = tryGesture(analysis, { kind: 'link-many', ids, answers })
  if ('refused' in plan) throw new Error(plan.refused)
  return plan
}
function after(text: string, ids: readonly string[], answers: Readonly<Record<string, string>> = {}, at = uri): string {
  const analysis = analysisOf(text, at)
  const edits = edit(analysis, planOf(analysis, ids, answers).change)
  if ('refused' in edits) throw new Error(edits.refused)
  return applyEdits({ uri: at, text, version: 1 }, edits)
}
const linksOf = (text: string, at = uri): readonly string[] => analysisOf(text, at).written.links.map(({ ends: [a, b] }) => `${a.node}:${a.interface} ${b.node}:${b.interface}`)

const fabric = 'routers:\n  leaf1: {}   # in rack 1\n  leaf2: {}\n  leaf3: {}\n  leaf10: {}\n  spine1: {}\n  spine2: {}\nswitches:\n  tor1: {}\n'
const names = ['leaf1', 'leaf2', 'leaf3', 'leaf10', 'spine1', 'spine2', 'tor1', 'a.b', 'ab']

describe('a pattern of names', () => {
  it.each<readonly [string, readonly string[]]>([
    ['leaf[1-3]', ['leaf1', 'leaf2', 'leaf3']], ['leaf*', ['leaf1', 'leaf2', 'leaf3', 'leaf10']], ['leaf?', ['leaf1', 'leaf2', 'leaf3']], ['leaf#', ['leaf1', 'leaf2', 'leaf3', 'leaf10']],
    ['spine2, tor1', ['spine2', 'tor1']], ['{leaf,spine}1', ['leaf1', 'spine1']], ['/^(leaf|spine)1$/', ['leaf1', 'spine1']], ['a.b', ['a.b']], ['[st]*1', ['spine1', 'tor1']], ['leaf[2-10]', ['leaf2', 'leaf3', 'leaf10']], ['nobody*', []],
  ])('%s', (text, expected) => {
    const found = parsePatterns(text)
    expect(typeof found === 'string' ? found : matching(names, found).map(({ name }) => name)).toEqual(expected)
  })

  it.each([['leaf[3-1]', /empty/], ['', /needed/], ['/(/', /no regular/], ['/(a+)+$/', /repeated/], ['[[', /./], ['*'.repeat(9), /open/], ['/a*b*c*d*e*/', /open/]])('%s is refused in words', (text, why) => expect(parsePatterns(text)).toMatch(why))

  it('of chosen names fits them and no others', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.tuple(fc.constantFrom('leaf', 'spine', 'a.b-', 'x'), fc.integer({ min: 0, max: 120 })).map(([stem, n]) => `${stem}${n}`), { minLength: 1, maxLength: 20 }), fc.nat(), (all, n) => {
      const chosen = all.filter((_one, i) => (n >> (i % 16)) % 2 === 0)
      const found = parsePatterns(patternOf(chosen))
      if (chosen.length > 0) expect(typeof found === 'string' ? found : matching(all, found).map(({ name }) => name)).toEqual(all.filter((name) => chosen.includes(name)))
    }))
  })

  it('of any characters ends soon and never throws', () => {
    fc.assert(fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), (text, name) => {
      const found = parsePatterns(text)
      if (typeof found !== 'string') matching([name], found, ['1'])
    }), { numRuns: 2000 })
  })
})

describe('many links', () => {
  it('are offered by what is chosen, counted and shown before they are made', () => {
    const plan = planOf(analysisOf(fabric), ['leaf1', 'leaf2', 'leaf3', 'spine1', 'spine2'])
    expect(plan.fields.map(({ key, value }) => [key, value])).toEqual([['from', 'leaf[1-3]'], ['to', 'spine[1-2]'], ['way', 'every pair'], ['addresses', 'next free']])
    expect(plan.title).toBe('Link 3 with 2: 6 links')
    expect(plan.preview?.map(({ label }) => label)).toEqual(['leaf1:eth0 – spine1:eth0', 'leaf1:eth1 – spine2:eth0', 'leaf2:eth0 – spine1:eth1', 'leaf2:eth1 – spine2:eth1', 'leaf3:eth0 – spine1:eth2', 'leaf3:eth1 – spine2:eth2'])
  })

  it('are written in one change, with a /31 each', () => {
    const now = after(fabric, ['leaf1', 'leaf2', 'spine1'])
    expect(now).toBe('routers:\n  leaf1:   # in rack 1\n    interfaces:\n      eth0: { address: 10.0.0.0/31 }\n  leaf2:\n    interfaces:\n      eth0: { address: 10.0.0.2/31 }\n  leaf3: {}\n  leaf10: {}\n  spine1:\n    interfaces:\n      eth0: { address: 10.0.0.1/31 }\n      eth1: { address: 10.0.0.3/31 }\n  spine2: {}\nswitches:\n  tor1: {}\n\nlinks:\n  - [leaf1:eth0, spine1:eth0]\n  - [leaf2:eth0, spine1:eth1]\n')
    expect(analysisOf(now).problems.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  it('without addresses are lines of links alone', () => expect(after(fabric, [], { from: 'leaf*', to: 'tor1', addresses: 'none' })).toBe(`${fabric}\nlinks:\n  - [leaf1:eth0, tor1:p1]\n  - [leaf2:eth0, tor1:p2]\n  - [leaf3:eth0, tor1:p3]\n  - [leaf10:eth0, tor1:p4]\n`))

  it.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
    ['in turn', { from: 'leaf[1-3]', to: 'spine*', way: 'in turn' }, ['leaf1:eth0 spine1:eth0', 'leaf2:eth0 spine2:eth0', 'leaf3:eth0 spine1:eth1']],
    ['a chain', { from: 'leaf[1-3]', to: 'leaf[1-3]', way: 'chain' }, ['leaf1:eth0 leaf2:eth0', 'leaf2:eth1 leaf3:eth0']],
    ['a ring', { from: 'leaf[1-3]', to: 'leaf[1-3]', way: 'ring' }, ['leaf1:eth0 leaf2:eth0', 'leaf2:eth1 leaf3:eth0', 'leaf3:eth1 leaf1:eth1']],
    ['those with the same number', { from: 'leaf#', to: 'spine$1' }, ['leaf1:eth0 spine1:eth0', 'leaf2:eth0 spine2:eth0']],
    ['every pair of one pattern once', { from: 'spine*, tor1', to: 'spine*, tor1' }, ['spine1:eth0 spine2:eth0', 'spine1:eth1 tor1:p1', 'spine2:eth1 tor1:p2']],
  ])('%s', (_title, answers, expected) => expect(linksOf(after(fabric, [], { ...answers, addresses: 'none' }))).toEqual(expected))

  it('leave linked pairs and hosted guests as they are, and say so', () => {
    const text = 'servers:\n  s1: {}\n  s2: {}\nvms:\n  s3: { host: s1 }\nlinks:\n  - [s1:eth0, s2:eth0]\n'
    const plan = tryGesture(analysisOf(text), { kind: 'link-many', ids: [], answers: { from: 's*', to: 's*' } })
    expect(plan).toMatchObject({ title: 'Nothing to link', preview: [] })
    expect('notes' in plan && plan.notes.slice(0, 2)).toEqual(['One pair is linked already, and left as it is.', 's3 hangs on a host: no cable goes there.'])
  })

  it('of a containerlab file are its own endpoints', () => {
    const text = 'name: lab\ntopology:\n  nodes:\n    l1: { kind: linux }\n    l2: { kind: linux }\n    r1: { kind: linux }\n  links:\n    - endpoints: ["l1:eth1", "l2:eth1"] # first\n'
    const now = after(text, ['l1', 'l2', 'r1'], {}, 'file:///x.clab.yml')
    expect(now.startsWith(text.trimEnd())).toBe(true)
    expect(linksOf(now, 'file:///x.clab.yml')).toHaveLength(3)
    expect(linksOf(now, 'file:///x.clab.yml').join(' ')).not.toContain('eth0')
  })

  it('of any kind change no line that is there but of the machines themselves', () => {
    const texts = [fabric, fabric.replaceAll('\n', '\r\n'), `${fabric}links:\n  # wires\n  - [leaf1:p9, tor1:p9]   # old\n`, `${fabric}links: [[leaf1:p9, tor1:p9]]\n`, fabric.replace('leaf1: {}', "leaf1:\n    # cards\n    interfaces:\n      up0: { mtu: 9000 }")]
    fc.assert(fc.property(fc.constantFrom(...texts), fc.constantFrom('leaf*', '*', 'spine?', 'leaf[1-2], tor1'), fc.constantFrom('spine*', '*', 'tor1', 'leaf*'), fc.constantFrom('every pair', 'in turn', 'chain', 'ring'), fc.constantFrom('next free', 'none'), (text, from, to, way, addresses) => {
      const analysis = analysisOf(text)
      const plan = tryGesture(analysis, { kind: 'link-many', ids: [], answers: { from, to, way, addresses } })
      if ('refused' in plan || plan.preview?.length === 0) return
      const now = after(text, [], { from, to, way, addresses })
      expect(plan.faults).toEqual([])
      expect(parseDocument(now).errors).toEqual([])
      if (text.includes('\r\n')) expect(now).not.toMatch(/[^\r]\n/)
      const kept = new Set(now.split(/\r?\n/).map((line) => line.trim()))
      expect(text.split(/\r?\n/).filter((line) => !kept.has(line.trim()) && !/\{.*\}|links: \[/.test(line))).toEqual([])
      expect(linksOf(now)).toHaveLength(linksOf(text).length + (plan.preview?.length ?? 0))
      const ends = linksOf(now).flatMap((line) => line.split(' '))
      expect(new Set(ends).size).toBe(ends.length)
    }), { numRuns: 150 })
  })
})
