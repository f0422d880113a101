/** Every kind of change on every example: what comes out is YAML, keeps its line breaks, and means what was asked. */
import fc from 'fast-check'
import { readFileSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { edit } from '../../core/formats/infra/edit.ts'
import { read } from '../../core/formats/infra/read.ts'
import type { Change } from '../../core/infra/change.ts'
import type { Infra } from '../../core/infra/infra.ts'
import type { Node } from '../../core/infra/node.ts'
import type { Source } from '../../core/text/source.ts'
import { applyEdits } from '../../core/text/edit.ts'

const seed = 20260105
const source = (text: string): Source => ({ uri: 'file:///x.infra.yaml', text, version: 1 })
const texts = readdirSync('examples').filter((name) => /\.infra\.ya?ml$/.test(name)).map((name) => readFileSync(`examples/${name}`, 'utf8'))

interface Wish {
  readonly change: Change
  readonly met: (after: Infra, before: Infra) => boolean
}
const part = (node: Node): { readonly kind: 'node'; readonly node: string } => ({ kind: 'node', node: node.name })
const wishes: readonly ((node: Node, infra: Infra, n: number) => Wish | undefined)[] = [
  (node) => ({ change: { kind: 'rename-node', from: node.name, to: 'zz9' }, met: (after, before) => after.nodes.has('zz9') && !after.nodes.has(node.name) && after.nodes.size === before.nodes.size }),
  (node) => ({ change: { kind: 'remove', at: node.body }, met: (after, before) => !after.nodes.has(node.name) && after.nodes.size === before.nodes.size - 1 }),
  (node) => node.kind === 'switch' ? undefined : { change: { kind: 'add-interface', node: node.name, name: 'nn0', value: { type: 'bridge' } }, met: (after) => after.nodes.get(node.name)?.interfaces.get('nn0')?.type.value === 'bridge' },
  (node) => node.kind === 'switch' ? undefined : { change: { kind: 'append', part: part(node), key: 'routes', value: { to: '9.0.0.0/8', via: '1.1.1.1' } }, met: (after) => {
    const changed = after.nodes.get(node.name)
    return changed !== undefined && changed.kind !== 'switch' && changed.routes.length === node.routes.length + 1
  } },
  (node) => node.kind === 'switch' ? undefined : { change: { kind: 'set', part: part(node), key: ['firewall', 'forward', 'policy'], value: 'drop' }, met: (after) => {
    const changed = after.nodes.get(node.name)
    return changed !== undefined && changed.kind !== 'switch' && changed.firewall?.forward?.policy.value === 'drop'
  } },
  () => ({ change: { kind: 'add-link', ends: ['a:b', 'c:d'] }, met: (after, before) => after.links.length === before.links.length + 1 }),
  (_node, infra, n) => {
    const link = infra.links[n % Math.max(1, infra.links.length)]
    return link && { change: { kind: 'remove', at: link.at }, met: (after, before) => after.links.length === before.links.length - 1 }
  },
  () => ({ change: { kind: 'add-entry', section: 'networks', name: 'nn', value: { type: 'flat', dhcp: { range: '1.1.1.1-1.1.1.2' } } }, met: (after) => after.networks.get('nn')?.dhcp !== undefined }),
  () => ({ change: { kind: 'add-expectation', value: { reach: { from: 'a', to: 'b' } } }, met: (after, before) => after.expectations.length === before.expectations.length + 1 }),
  () => ({ change: { kind: 'add-node', node: 'vm', name: 'zz9', value: { host: 's1', interfaces: { eth0: { attach: 'br0' } } } }, met: (after) => after.nodes.get('zz9')?.kind === 'vm' }),
]

it('gives a text that means what was asked', () => {
  let made = 0
  fc.assert(fc.property(fc.constantFrom(...texts), fc.nat(), fc.constantFrom(...wishes), fc.boolean(), (example, n, make, crlf) => {
    const text = crlf ? example.replaceAll('\n', '\r\n') : example
    const before = read(source(text))
    const nodes = [...before.infra.nodes.values()]
    const node = nodes[n % Math.max(1, nodes.length)]
    const wish = node && make(node, before.infra, n)
    const edits = wish && edit(before.source, wish.change, before)
    if (!wish || !edits || 'refused' in edits) return
    const after = applyEdits(before.source, edits)
    made++
    expect(parseDocument(after, { uniqueKeys: true }).errors).toEqual([])
    if (crlf) expect(after).not.toMatch(/[^\r]\n/)
    expect(wish.met(read(source(after)).infra, before.infra)).toBe(true)
  }), { seed, numRuns: 250 })
  expect(made).toBeGreaterThan(150)
})
