/** Taking away, copying, and changes made one after the other: on the examples and on messy files. */
import fc from 'fast-check'
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { edit } from '../../core/formats/infra/edit.ts'
import { read } from '../../core/formats/infra/read.ts'
import type { Change } from '../../core/infra/change.ts'
import { Composed } from '../../core/text/compose.ts'
import { applyEdits, type TextEdit } from '../../core/text/edit.ts'
import type { Source } from '../../core/text/source.ts'

const uri = 'file:///x.infra.yaml'
const source = (text: string): Source => ({ uri, text, version: 1 })
const texts = readdirSync('examples').filter((name) => /\.infra\.ya?ml$/.test(name)).map((name) => readFileSync(`examples/${name}`, 'utf8'))

function change(text: string, one: Change): string {
  const reading = read(source(text))
  const edits = edit(reading.source, one, reading)
  return 'refused' in edits ? `refused: ${edits.refused}` : applyEdits(reading.source, edits)
}
const copy = (from: string, to: string, values: Readonly<Record<string, string>> = {}, without: readonly string[] = []): Change => ({ kind: 'copy-node', from, to, values, without })

const cases: readonly (readonly [string, string, Change, string])[] = [
  ['the last of a section goes with it', 'servers:\n  s1: {}\n\nstorage:\n  ceph: { servers: [s1] }\n', { kind: 'remove-part', part: { kind: 'entry', section: 'storage', name: 'ceph' } }, 'servers:\n  s1: {}\n\n'],
  ['a node goes with all that needs it, and with nothing else', 'servers:\n  s1: {}   # one\n  s2: {}   # two\nlinks:\n  - [s1:a, sw:x]   # kept\n  - [s2:a, sw:y]\nexpect:\n  - reach: { from: s1, to: s2 }\n', { kind: 'remove-node', node: 's2' }, 'servers:\n  s1: {}   # one\nlinks:\n  - [s1:a, sw:x]   # kept\n'],
  ['lists are left whole', 'storage:\n  c: { servers: [a, b, c] }   # x\nservers:\n  a: {}\n  b: {}\n  c: {}\n', { kind: 'remove-node', node: 'b' }, 'storage:\n  c: { servers: [a, c] }   # x\nservers:\n  a: {}\n  c: {}\n'],
  ['links in one line', 'servers:\n  a: {}\n  b: {}\nlinks: [[a:x, b:x], [a:y, b:y], [c:x, d:y]]\n', { kind: 'remove-node', node: 'a' }, 'servers:\n  b: {}\nlinks: [[c:x, d:y]]\n'],
  ['one link of two', 'links:\n  - [a:x, b:x]\n  # second\n  - { ends: [a:y, b:y], mtu: 9000 }\n', { kind: 'remove-link', ends: ['b:y', 'a:y'] }, 'links:\n  - [a:x, b:x]\n  # second\n'],
  ['a copy stands below, with its comments', 'vms:\n  v1:   # first\n    host: s1\n    interfaces:\n      eth0: { attach: br0, address: 10.0.0.1/24, mac: "02:00:00:00:00:01" }   # nic\n  v2: { host: s1 }\n', copy('v1', 'v3', { '10.0.0.1/24': '10.0.0.3/24' }), 'vms:\n  v1:   # first\n    host: s1\n    interfaces:\n      eth0: { attach: br0, address: 10.0.0.1/24, mac: "02:00:00:00:00:01" }   # nic\n  v3:   # first\n    host: s1\n    interfaces:\n      eth0: { attach: br0, address: 10.0.0.3/24 }   # nic\n  v2: { host: s1 }\n'],
  ['a copy leaves devices behind', 'servers:\n  s1:\n    interfaces:\n      eth0: {}\n      vx: { type: vxlan }\n', copy('s1', 's2', {}, ['vx']), 'servers:\n  s1:\n    interfaces:\n      eth0: {}\n      vx: { type: vxlan }\n  s2:\n    interfaces:\n      eth0: {}\n'],
  ['a copy defines no anchor again', 'servers:\n  s1: &s\n    cpus: 4\n  s2: *s\n', copy('s1', 's3'), 'servers:\n  s1: &s\n    cpus: 4\n  s3:\n    cpus: 4\n  s2: *s\n'],
  ['in turn: what is added can be used', 'servers:\n  s1: {}\n', { kind: 'in-turn', home: uri, changes: [{ kind: 'add-interface', node: 's1', name: 'br0', value: { type: 'bridge' } }, { kind: 'set', part: { kind: 'interface', node: 's1', interface: 'br0' }, key: 'address', value: '10.0.0.1/24' }] }, 'servers:\n  s1:\n    interfaces:\n      br0: { type: bridge, address: 10.0.0.1/24 }\n'],
]

describe('a removal, a copy', () => {
  it.each(cases)('%s', (_title, before, one, after) => expect(change(before, one)).toBe(after))

  it('of any node of any example leaves no name behind, and every other line', () => {
    fc.assert(fc.property(fc.constantFrom(...texts), fc.nat(), fc.boolean(), (example, n, crlf) => {
      const text = crlf ? example.replaceAll('\n', '\r\n') : example
      const nodes = [...read(source(text)).infra.nodes.keys()]
      const name = nodes[n % Math.max(1, nodes.length)]
      if (name === undefined) return
      const after = change(text, { kind: 'remove-node', node: name })
      if (after.startsWith('refused')) return
      expect(parseDocument(after).errors).toEqual([])
      const { infra } = read(source(after))
      expect(infra.nodes.has(name)).toBe(false)
      expect(infra.links.some(({ ends }) => ends.some(({ node }) => node === name))).toBe(false)
      expect([...infra.storage.values()].some(({ servers }) => servers.some(({ value }) => value === name))).toBe(false)
      // Every line that is left was there, in its order.
      const lines = text.split('\n')
      let at = 0
      for (const line of after.split('\n')) {
        const found = lines.findIndex((old, i) => i >= at && (old === line || (old.length > line.length && old.includes(name))))
        expect([line, found >= 0]).toEqual([line, true])
        at = found + 1
      }
    }), { numRuns: 150 })
  })

  it('of any node, copied, gives one node more that reads the same', () => {
    fc.assert(fc.property(fc.constantFrom(...texts), fc.nat(), fc.boolean(), (example, n, crlf) => {
      const text = crlf ? example.replaceAll('\n', '\r\n') : example
      const before = read(source(text)).infra
      const node = [...before.nodes.values()][n % Math.max(1, before.nodes.size)]
      if (!node) return
      const after = change(text, copy(node.name, 'zz9'))
      if (after.startsWith('refused')) return
      expect(parseDocument(after, { uniqueKeys: true }).errors).toEqual([])
      if (crlf) expect(after).not.toMatch(/[^\r]\n/)
      const twin = read(source(after)).infra.nodes.get('zz9')
      expect([twin?.kind, [...(twin?.interfaces.keys() ?? [])]]).toEqual([node.kind, [...node.interfaces.keys()]])
    }), { numRuns: 150 })
  })
})

it('edits in turn come out as the edits of the first text', () => {
  const step = fc.array(fc.tuple(fc.nat(), fc.nat(6), fc.string({ maxLength: 4 })), { maxLength: 3 })
  fc.assert(fc.property(fc.string({ maxLength: 40 }), fc.array(step, { maxLength: 6 }), (text, steps) => {
    const composed = new Composed(text.length)
    let now = text
    for (const wishes of steps) {
      let from = 0
      const edits: TextEdit[] = []
      for (const [gap, length, newText] of wishes) {
        const start = Math.min(now.length, from + (gap % 7))
        const end = Math.min(now.length, start + length)
        edits.push({ uri, start, end, newText })
        from = end + 1
        if (from > now.length) break
      }
      composed.step(edits)
      now = applyEdits(source(now), edits)
    }
    const edits = composed.edits(uri)
    expect(applyEdits(source(text), edits)).toBe(now)
    edits.forEach((edit, i) => expect(i === 0 || (edits[i - 1]?.end ?? 0) < edit.start).toBe(true))
  }), { numRuns: 500 })
})
