/** Gestures on a file in braces, JSON or YAML's flow style: it stays what it is; and edits keep to the first document and to comments. */
import { describe, expect, it } from 'vitest'
import { analyze, edit, finish, readSource, type Analysis } from '../../core/analysis.ts'
import { tryGesture, type Gesture } from '../../core/designing.ts'
import { applyEdits } from '../../core/text/edit.ts'

function analysisOf(text: string, uri: string): Analysis {
  const reading = readSource({ uri, text, version: 1 })
  if (!reading) throw new Error('not recognised')
  return finish(analyze([reading]))
}
/** One gesture after the other, each on what the one before left. */
function after(text: string, uri: string, gestures: readonly Gesture[]): string {
  return gestures.reduce((now, gesture) => {
    const analysis = analysisOf(now, uri)
    const plan = tryGesture(analysis, gesture)
    if ('refused' in plan) throw new Error(plan.refused)
    const edits = edit(analysis, plan.change)
    if ('refused' in edits) throw new Error(edits.refused)
    return applyEdits({ uri, text: now, version: 1 }, edits)
  }, text)
}
const json = 'file:///x.infra.json'
const yaml = 'file:///x.infra.yaml'
const cable = 'link:s1:eth0-s2:eth0'
const gestures: readonly Gesture[] = [
  { kind: 'add', what: 'server' }, { kind: 'connect', from: 's1', to: 's2' }, { kind: 'add', what: 'bridge', on: 's1' }, { kind: 'add', what: 'vm', on: 's1:br0' }, { kind: 'duplicate', id: 'vm1' },
  { kind: 'edit', id: cable, key: ['mtu'], value: '9000' }, { kind: 'edit', id: 's1', key: ['cpus'], value: '4' }, { kind: 'edit', id: 's1', key: ['cpus'], value: '4x', as: 'word' },
  { kind: 'edit', id: 'section:migration', key: ['mode'], value: 'cold' }, { kind: 'rename', id: 's1', answers: { name: 'host' } }, { kind: 'move', guest: 'vm2', host: 's2' }, { kind: 'delete', id: 'vm1' },
]
const wanted = {
  infra: 1, servers: { host: { memory: '4GiB', interfaces: { eth0: { address: '10.0.0.1/24' }, br0: { type: 'bridge' } }, cpus: '4x' }, s2: { memory: '4GiB', interfaces: { eth0: { address: '10.0.0.2/24' } } } },
  vms: { vm2: { host: 's2', vcpus: 2, memory: '4GiB', interfaces: { eth0: { attach: 'br0', address: '10.0.1.2/24' } } } }, links: [{ ends: ['host:eth0', 's2:eth0'], mtu: 9000 }], migration: { mode: 'cold' },
}

describe('in a file of JSON', () => {
  it('on one line', () => expect(JSON.parse(after('{"infra": 1, "servers": {"s1": {"memory": "4GiB"}}}', json, gestures))).toEqual(wanted))
  it('on several lines, each entry on its own', () => {
    const now = after('{\n  "infra": 1,\n  "servers": {\n    "s1": {\n      "memory": "4GiB"\n    }\n  }\n}\n', json, gestures)
    expect(JSON.parse(now)).toEqual(wanted)
    expect(now.split('\n')).toContain('    "s2": { "memory": "4GiB", "interfaces": { "eth0": { "address": "10.0.0.2/24" } } }')
    expect(now.split('\n')).toContain('  "migration": { "mode": "cold" }')
  })
  it('that is empty', () => expect(JSON.parse(after('{}', json, [{ kind: 'add', what: 'server' }, { kind: 'add', what: 'switch' }]))).toEqual({ servers: { s1: { cpus: 16, memory: '64GiB' } }, switches: { sw1: {} } }))
})

it('in YAML in braces nothing is quoted', () => expect(after('{infra: 1, servers: {s1: {memory: 4GiB}}}', yaml, gestures.slice(0, 2))).toBe(
  '{infra: 1, servers: {s1: {memory: 4GiB, interfaces: { eth0: { address: 10.0.0.1/24 } }}, s2: { memory: 4GiB, interfaces: { eth0: { address: 10.0.0.2/24 } } }}, links: [[s1:eth0, s2:eth0]]}'))

it.each(['...\n', '---\ninfra: 1\nservers: {}\n', '--- # another\n'])('a new section stands in the first document, before %j', (rest) =>
  expect(after(`---\ninfra: 1\nservers:\n  s1: {}\n${rest}`, yaml, [{ kind: 'add', what: 'switch' }])).toBe(`---\ninfra: 1\nservers:\n  s1: {}\n\nswitches:\n  sw1: {}\n${rest}`))

it('a section that somebody has commented stays when the last thing in it goes', () => {
  const text = 'infra: 1\nservers:\n  s1: {}\nvms:   # guests of ours\n  # the first\n  a: { host: s1 }   # a remark\nlinks:   # cables\n  - [s1:eth0, r1:p1]\nrouters:\n  r1: {}\n'
  expect(after(text, yaml, [{ kind: 'delete', id: 'a' }, { kind: 'delete', id: 'r1' }])).toBe('infra: 1\nservers:\n  s1: {}\nvms:   # guests of ours\n  # the first\nlinks:   # cables\n')
})

it('a line break in a value is written as one line, however the old one was quoted', () => {
  for (const rack of ["'r 1'", '"r 1"', 'r1']) expect(after(`servers:\n  s1: { rack: ${rack} }\n`, yaml, [{ kind: 'edit', id: 's1', key: ['rack'], value: 'a\nb', as: 'word' }])).toBe('servers:\n  s1: { rack: "a\\nb" }\n')
})
