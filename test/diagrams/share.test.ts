/** A picture after an edit shares what is equal with the one before, and says the same as if it shared nothing. */
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyze, diagram, finish, readSource } from '../../core/analysis.ts'
import type { Diagram } from '../../core/diagram/diagram.ts'
import { sameData, shareDiagram } from '../../core/diagram/share.ts'

function drawn(text: string): Diagram {
  const reading = readSource({ uri: 'x.infra.yaml', text, version: 1 })
  if (!reading) throw new Error('not recognised')
  return structuredClone(diagram(finish(analyze([reading])), { view: 'physical' }))
}
const text = readFileSync('examples/vxlan-tenants.infra.yaml', 'utf8')

describe('shared pictures', () => {
  it('are the same object where nothing has changed', () => {
    const before = drawn(text)
    expect(shareDiagram(before, drawn(text))).toBe(before)
  })

  it('have one new box where one has other words', () => {
    const before = drawn(text)
    const [box] = before.boxes
    const next = structuredClone({ ...before, boxes: before.boxes.map((one) => (one === box ? { ...one, details: ['other'] } : one)) })
    const shared = shareDiagram(before, next)
    expect(shared).toEqual(next)
    expect(shared.lines).toBe(before.lines)
    expect(shared.boxes.filter((one, i) => one !== before.boxes[i]).map(({ id }) => id)).toEqual([box?.id])
  })

  it('say what they would say unshared, whatever is taken away, turned round or changed', () => {
    const before = drawn(text)
    fc.assert(fc.property(fc.array(fc.record({ at: fc.nat(before.boxes.length - 1), what: fc.constantFrom('drop', 'swap', 'badge') }), { maxLength: 6 }), (steps) => {
      let next: Diagram = structuredClone(before)
      for (const { at, what } of steps) {
        const boxes = [...next.boxes]
        const one = boxes[at]
        if (!one) continue
        if (what === 'drop') boxes.splice(at, 1)
        else if (what === 'swap') boxes.push(...boxes.splice(at, 1))
        else boxes[at] = { ...one, badge: { severity: 'error', count: 1, messages: ['x'] } }
        next = { ...next, boxes }
      }
      expect(shareDiagram(before, next)).toEqual(next)
    }))
  })

  it('compares data as JSON does', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(sameData(a, structuredClone(a))).toBe(true)
      expect(sameData(a, b)).toBe(sameData(b, a))
      // JSON has one zero.
      if (JSON.stringify(a) === JSON.stringify(b)) expect(sameData(a, b)).toBe(true)
    }))
  })
})
