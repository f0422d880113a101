/** A picture told as a step from an older one is the picture told whole, and as short as what differs. */
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyze, diagram, finish, readSource } from '../../core/analysis.ts'
import type { Diagram } from '../../core/diagram/diagram.ts'
import { shareDiagram } from '../../core/diagram/share.ts'
import { afterStep, isStep, stepBetween, type DiagramStep } from '../../core/diagram/step.ts'
import { Pictures } from '../../core/pictures.ts'

function drawn(text: string): Diagram {
  const reading = readSource({ uri: 'x.infra.yaml', text, version: 1 })
  if (!reading) throw new Error('not recognised')
  return diagram(finish(analyze([reading])), { view: 'physical' })
}
const text = readFileSync('examples/vxlan-tenants.infra.yaml', 'utf8')
const before = drawn(text)
/** As it comes out of a message. */
const sent = <T>(told: T): T => JSON.parse(JSON.stringify(told)) as T

describe('steps from picture to picture', () => {
  it('say nothing where nothing has changed', () => {
    expect(stepBetween('a', before, shareDiagram(before, drawn(text)))).toEqual({ since: 'a' })
    expect(afterStep(before, { since: 'a' })).toBe(before)
  })

  it('carry only what has other words', () => {
    const next = { ...before, boxes: before.boxes.map((box, i) => (i === 3 ? { ...box, details: ['other'] } : box)) }
    const step = stepBetween('a', before, shareDiagram(before, next))
    expect(step.lines).toBeUndefined()
    expect(step.boxes).toEqual([[0, 3], next.boxes[3], [4, before.boxes.length - 4]])
    const after = afterStep(before, sent(step))
    expect(sent(after)).toEqual(sent(next))
    expect(after.boxes[0]).toBe(before.boxes[0])
    expect(after.lines).toBe(before.lines)
  })

  it('lead to what is told, whatever is dropped, added, changed or turned round', () => {
    const change = fc.record({ list: fc.constantFrom('boxes' as const, 'lines' as const), at: fc.nat(60), what: fc.constantFrom('drop', 'swap', 'add', 'words', 'title') })
    fc.assert(fc.property(fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 5 }), (edits) => {
      const pictures = new Pictures('here')
      let [now, has, name]: [Diagram, Diagram | undefined, string | undefined] = [before, undefined, undefined]
      for (const [i, edit] of edits.entries()) {
        for (const { list, at, what } of edit) now = changed(now, list, at, what, i)
        // The listener is told of every edit, and has only what went through messages.
        const told = pictures.tell(structuredClone(now), name)
        const heard = sent<Diagram | DiagramStep>(told.diagram)
        expect(isStep(heard)).toBe(name !== undefined)
        has = !isStep(heard) ? heard : afterStep(has ?? now, heard)
        name = told.picture
        expect(sent(has)).toEqual(sent(now))
      }
    }), { numRuns: 60 })
  })

  it('are whole for whoever has a picture that nobody knows', () => {
    expect(isStep(new Pictures('here').tell(before, 'of another process').diagram)).toBe(false)
  })

  it('are kept for the latest listeners only', () => {
    const pictures = new Pictures('here')
    const first = pictures.tell(before, undefined).picture
    for (let i = 0; i < 40; i++) pictures.tell({ ...before, title: `t${i}` }, undefined)
    expect(isStep(pictures.tell(before, first).diagram)).toBe(false)
  })
})

function changed(now: Diagram, list: 'boxes' | 'lines', at: number, what: string, i: number): Diagram {
  if (what === 'title') return { ...now, title: `${now.title}${i}` }
  const all: { readonly id: string }[] = [...now[list]]
  const [place, one] = [at % Math.max(1, all.length), all[at % Math.max(1, all.length)]]
  if (!one) return now
  if (what === 'drop') all.splice(place, 1)
  else if (what === 'swap') [all[place], all[0]] = [all[0] ?? one, one]
  else if (what === 'add') all.splice(place, 0, { ...one, id: `${one.id}+${i}` })
  else all[place] = { ...one, facts: [{ name: 'n', value: String(i) }] } as typeof one
  return { ...now, [list]: all }
}
