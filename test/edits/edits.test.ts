/** Edits change only the bytes they must: comments, quotes, anchors, blank lines and CRLF stay, and what is read back is what was asked. */
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { edit } from '../../core/formats/infra/edit.ts'
import { read } from '../../core/formats/infra/read.ts'
import type { Change } from '../../core/infra/change.ts'
import { applyEdits } from '../../core/text/edit.ts'

const seed = 20260104
const source = (text: string): { uri: string; text: string; version: number } => ({ uri: 'file:///x.infra.yaml', text, version: 1 })

function change(text: string, one: Change): string | { refused: string } {
  const reading = read(source(text))
  const edits = edit(reading.source, one, reading)
  return 'refused' in edits ? edits : applyEdits(reading.source, edits)
}

/** before | change | the lines that differ, as a diff would show them. */
const cases: readonly (readonly [string, string, Change, string])[] = [
  ['a value keeps its quotes and comment', 'vms:\n  vm1:\n    host: "s1"   # here\n', { kind: 'move', guest: 'vm1', host: 's2' }, 'vms:\n  vm1:\n    host: "s2"   # here\n'],
  ['a single quoted one too', "vms:\n  vm1: { host: 's1' }\n", { kind: 'move', guest: 'vm1', host: 's2' }, "vms:\n  vm1: { host: 's2' }\n"],
  ['a missing key is put in its place', 'vms:\n  vm1:\n    host: s1\n    interfaces:\n      eth0: {}\n', { kind: 'set', part: { kind: 'node', node: 'vm1' }, key: 'memory', value: '4GiB' }, 'vms:\n  vm1:\n    host: s1\n    memory: 4GiB\n    interfaces:\n      eth0: {}\n'],
  ['in braces as well', 'vms:\n  vm1: { host: s1, image: x }\n', { kind: 'set', part: { kind: 'node', node: 'vm1' }, key: 'tenant', value: 'blue' }, 'vms:\n  vm1: { host: s1, tenant: blue, image: x }\n'],
  ['an empty entry is filled', 'servers:\n  s1:\n  s2:\n', { kind: 'set', part: { kind: 'node', node: 's1' }, key: 'cpus', value: 4 }, 'servers:\n  s1:\n    cpus: 4\n  s2:\n'],
  ['CRLF stays', 'servers:\r\n  s1:\r\n    cpus: 4\r\n', { kind: 'set', part: { kind: 'node', node: 's1' }, key: 'memory', value: '8GiB' }, 'servers:\r\n  s1:\r\n    cpus: 4\r\n    memory: 8GiB\r\n'],
  ['a scalar becomes a list', 'servers:\n  s1:\n    interfaces:\n      vx: { type: vxlan, remote: 10.0.0.1 }\n', { kind: 'append', part: { kind: 'interface', node: 's1', interface: 'vx' }, key: 'remote', value: '10.0.0.2' }, 'servers:\n  s1:\n    interfaces:\n      vx: { type: vxlan, remote: [10.0.0.1, 10.0.0.2] }\n'],
  ['a list grows by a line', 'servers:\n  s1:\n    routes:\n      - { to: default, via: 10.0.0.1 }  # out\n', { kind: 'append', part: { kind: 'node', node: 's1' }, key: 'routes', value: { to: '10.1.0.0/16', via: '10.0.0.2' } }, 'servers:\n  s1:\n    routes:\n      - { to: default, via: 10.0.0.1 }  # out\n      - { to: 10.1.0.0/16, via: 10.0.0.2 }\n'],
  ['a key goes with its line', 'servers:\n  s1:\n    cpus: 4\n    # kept\n    memory: 8GiB\n', { kind: 'unset', part: { kind: 'node', node: 's1' }, key: 'cpus' }, 'servers:\n  s1:\n    # kept\n    memory: 8GiB\n'],
  ['a short link opens', 'links:\n  - [a:x, b:y]\n', { kind: 'set', part: { kind: 'link', link: 0 }, key: 'mtu', value: 9000 }, 'links:\n  - { ends: [a:x, b:y], mtu: 9000 }\n'],
  ['a short link on lines of its own opens there', 'links: # all\n  - - a:x # one\n    - b:y # other\n  # next\n  -\n    - c:x\n    - d:y\nname: n\n', { kind: 'set', part: { kind: 'link', link: 0 }, key: 'mtu', value: 9000 }, 'links: # all\n  - ends:\n    - a:x # one\n    - b:y # other\n    mtu: 9000\n  # next\n  -\n    - c:x\n    - d:y\nname: n\n'],
  ['so does one below its dash', 'links:\n  -\n    - c:x\n    - d:y\nname: n\n', { kind: 'set', part: { kind: 'link', link: 0 }, key: 'mtu', value: 9000 }, 'links:\n  -\n    ends:\n    - c:x\n    - d:y\n    mtu: 9000\nname: n\n'],
  ['a name is changed everywhere', 'servers:\n  s1:\n  s10:\nvms:\n  vm1: { host: s1 }\n  vm2: { host: s10 }\nlinks:\n  - [s1:eth0, s10:eth0]\n', { kind: 'rename-node', from: 's1', to: 'alpha' }, 'servers:\n  alpha:\n  s10:\nvms:\n  vm1: { host: alpha }\n  vm2: { host: s10 }\nlinks:\n  - [alpha:eth0, s10:eth0]\n'],
  ['a block scalar is replaced as a whole', 'vms:\n  vm1:\n    image: |\n      foo\n    tenant: b\n', { kind: 'set', part: { kind: 'node', node: 'vm1' }, key: 'image', value: 'bar' }, 'vms:\n  vm1:\n    image: bar\n    tenant: b\n'],
  ['a list keeps its last comma and its comment', 'vms:\n  vm1:\n    apart-from: [a, b, ] # c\n', { kind: 'append', part: { kind: 'node', node: 'vm1' }, key: 'apart-from', value: 'c' }, 'vms:\n  vm1:\n    apart-from: [a, b, c, ] # c\n'],
  ['what a merge key brings is overridden where it is merged', 'x-b: &b\n  host: s1\nvms:\n  vm1:\n    <<: *b\n    memory: 1GiB\n', { kind: 'move', guest: 'vm1', host: 's2' }, 'x-b: &b\n  host: s1\nvms:\n  vm1:\n    <<: *b\n    host: s2\n    memory: 1GiB\n'],
  ['a section is made where it belongs', 'servers:\n  s1: {}\n', { kind: 'add-link', ends: ['s1:eth0', 's2:eth0'] }, 'servers:\n  s1: {}\n\nlinks:\n  - [s1:eth0, s2:eth0]\n'],
]

describe('an edit', () => {
  it.each(cases)('%s', (_title, before, one, after) => expect(change(before, one)).toBe(after))

  it('of what stands under an anchor is refused rather than made elsewhere', () => {
    const text = 'x-home: &home s1\nvms:\n  vm1: { host: *home }\n'
    expect(change(text, { kind: 'move', guest: 'vm1', host: 's2' })).toHaveProperty('refused')
  })

  it.each<readonly [string, string, Change]>([
    ['a whole entry', 'x-b: &b\n  host: s1\nvms:\n  vm1: *b\n', { kind: 'move', guest: 'vm1', host: 's2' }],
    ['an inner map', 'x-b: &b { eth0: {} }\nvms:\n  vm1:\n    interfaces: *b\n', { kind: 'unset', part: { kind: 'interface', node: 'vm1', interface: 'eth0' }, key: 'mtu' }],
    ['a link', 'x-l: &l [a:x, b:y]\nlinks:\n  - [c:x, d:y]\n  - *l\n', { kind: 'set', part: { kind: 'link', link: 1 }, key: 'mtu', value: 9000 }],
    ['the last of a list', 'x-l: &l [a:x, b:y]\nlinks:\n  - [c:x, d:y]\n  - *l\n', { kind: 'add-link', ends: ['e:x', 'f:y'] }],
    ['a merged key, taken away', 'x-b: &b\n  host: s1\nvms:\n  vm1:\n    <<: *b\n', { kind: 'unset', part: { kind: 'node', node: 'vm1' }, key: 'host' }],
  ])('of %s that an alias stands for leaves the anchor alone', (_title, text, one) => {
    const after = change(text, one)
    if (typeof after === 'string') expect(after).toBe(text)
    else expect(after.refused).toContain('anchor')
  })

  const texts = ['tenant-l2-gre', 'moving-house', 'vxlan-tenants', 'web-app-db'].flatMap((name) => {
    const text = readFileSync(`examples/${name}.infra.yaml`, 'utf8')
    return [text, text.replaceAll('\n', '\r\n')]
  })
  it('touches only lines that it is about, and is read back', () => {
    fc.assert(fc.property(fc.constantFrom(...texts), fc.nat(), fc.integer({ min: 576, max: 9000 }), (text, n, mtu) => {
      const nodes = [...read(source(text)).infra.nodes.values()].filter((node) => node.kind !== 'switch' && node.interfaces.size > 0)
      const node = nodes[n % nodes.length]
      const name = [...(node?.interfaces.keys() ?? [])][n % (node?.interfaces.size ?? 1)]
      if (!node || name === undefined) return
      const after = change(text, { kind: 'set', part: { kind: 'interface', node: node.name, interface: name }, key: 'mtu', value: mtu })
      if (typeof after !== 'string') return
      const again = read(source(after))
      expect(again.infra.nodes.get(node.name)?.interfaces.get(name)?.mtu?.value).toBe(mtu)
      const [a, b] = [text.split('\n'), after.split('\n')]
      const same = a.filter((line) => b.includes(line)).length
      expect(a.length - same).toBeLessThanOrEqual(1)
      expect(b.length - a.length).toBeLessThanOrEqual(1)
      expect(change(after, { kind: 'set', part: { kind: 'interface', node: node.name, interface: name }, key: 'mtu', value: mtu })).toBe(after)
    }), { seed, numRuns: 300 })
  })
})
