/** A picture after an edit keeps the boxes of what did not change, and is the picture that is drawn from nothing. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyze, diagram, finish, readSource, type Analysis } from '../../core/analysis.ts'
import { physicalAgain } from '../../core/diagram/again.ts'
import type { Diagram } from '../../core/diagram/diagram.ts'
import type { DrawOptions } from '../../core/diagram/index.ts'
import { generateInfra } from '../bench/generate.ts'
import { example, examples } from './drawing.ts'

function analysed(text: string, uri: string, before?: Analysis): Analysis {
  const reading = readSource({ uri, text, version: 1 }, before?.readings[0])
  if (!reading) throw new Error('not recognised')
  return finish(analyze([reading], before))
}

const views: readonly DrawOptions[] = [{ view: 'physical' }, { view: 'tenant' }]
const drawnIn = (analysis: Analysis): readonly Diagram[] => [...views, ...[...analysis.written.tenants.keys()].slice(0, 1).map((tenant): DrawOptions => ({ view: 'tenant', tenant }))].map((options) => diagram(analysis, options))
/** The same model as objects that nobody has drawn. */
const unseen = (analysis: Analysis): Analysis => {
  const { written, infra } = structuredClone({ written: analysis.written, infra: analysis.realised.infra })
  return { ...analysis, written, realised: { infra, problems: [] } }
}

/** One edit of a text: a word of one line becomes a word of another, or a line goes, or is there twice. */
const edit = fc.record({ line: fc.nat(), other: fc.nat(), what: fc.constantFrom('word', 'word', 'digit', 'drop', 'double') })
function edited(text: string, { line, other, what }: { line: number; other: number; what: string }): string {
  const lines = text.split('\n')
  const [at, from] = [line % lines.length, other % lines.length]
  const words = (one: string): readonly string[] => one.match(/[\w./-]+/g) ?? []
  const own = lines[at] ?? ''
  if (what === 'drop') lines.splice(at, 1)
  else if (what === 'double') lines.splice(at, 0, own)
  else if (what === 'digit') lines[at] = own.replace(/\d(?!.*\d)/, String(other % 10))
  else lines[at] = own.replace(words(own).at(-1) ?? '', words(lines[from] ?? '').at(-1) ?? 'x')
  return lines.join('\n')
}

describe('a picture drawn again', () => {
  it('keeps every box but those of the node that changed, and of its host', () => {
    const text = generateInfra({ servers: 6, guests: 3, tunnels: 4 })
    const before = analysed(text, 'x.infra.yaml')
    const first = diagram(before, { view: 'physical' })
    const after = diagram(analysed(text.replace(/(vm2-1:\n.*\n.*\n {4}memory:) 4GiB/, '$1 5GiB'), 'x.infra.yaml', before), { view: 'physical' })
    const old = new Set(first.boxes)
    const racks = new Set(['rack:rack0'])
    expect(after.boxes.filter((box) => !old.has(box) && !racks.has(box.id) && !box.badge).map(({ id }) => id)).toEqual(['s2', 'vm2-1'])
  })

  it.each(examples)('%s: after any edits is the one drawn from nothing, in every view', (name, text) => {
    fc.assert(fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      let [now, analysis] = [text, analysed(text, name)]
      drawnIn(analysis)
      for (const one of edits) {
        now = edited(now, one)
        analysis = analysed(now, name, analysis)
        expect(drawnIn(analysis)).toEqual(drawnIn(unseen(analysis)))
      }
    }), { numRuns: 4 })
  })

  const closedOf = ({ written, realised, problems }: Analysis, shut: readonly string[]): readonly Diagram[] => [[], shut].map((open) => physicalAgain(written, realised.infra, problems, { title: '', open }))
  const values = fc.array(fc.record({ line: fc.nat(), other: fc.nat(), what: fc.constantFrom('digit', 'digit', 'digit', 'word') }), { minLength: 2, maxLength: 6 })
  it.each(examples)('%s: with its servers closed, after edits of values above all, is the one drawn from nothing', (name, text) => {
    const lines = text.split('\n')
    // Values that a node says of itself, and those that others are told by.
    const telling = lines.flatMap((line, i) => (/(cpus|memory|address|dirty-rate|size|mtu|host|remote|local|tenant|attach):/.test(line) ? [i] : []))
    fc.assert(fc.property(values, (edits) => {
      let [now, analysis] = [text, analysed(text, name)]
      const open = [...analysis.written.nodes.keys()].slice(0, 1)
      closedOf(analysis, open)
      for (const { line, ...one } of edits) {
        now = edited(now, { ...one, line: telling[line % Math.max(1, telling.length)] ?? line })
        analysis = analysed(now, name, analysis)
        expect(closedOf(analysis, open)).toEqual(closedOf(unseen(analysis), open))
        // And of a text whose checking is still under way.
        expect(closedOf({ ...analysis, problems: [] }, open)).toEqual(closedOf(unseen({ ...analysis, problems: [] }), open))
      }
    }), { numRuns: 3 })
  })

  it('makes nothing anew but the boxes of what was edited, and of the servers that hold it', () => {
    const text = generateInfra({ servers: 160, guests: 9, tunnels: 20 })
    let analysis = analysed(text, 'x.infra.yaml')
    let drawn = diagram(analysis, { view: 'physical' })
    const edits: readonly (readonly [RegExp, string, readonly string[]])[] = [
      [/(vm3-1:\n.*\n.*\n {4}memory:) 4GiB/, '$1 400GiB', ['s3']], [/(\n {2}s7:\n(?:.*\n)*? {4}cpus:) 64/, '$1 65', ['s7']], [/(vm9-4:\n(?:.*\n){4} +eth0: .*address: [\d.]+)\.\d+\//, '$1.77/', []],
    ]
    let now = text
    for (const [what, to, anew] of edits) {
      const before = new Set<object>([...drawn.boxes, ...drawn.lines])
      expect(now).toMatch(what)
      now = now.replace(what, to)
      analysis = { ...analysed(now, 'x.infra.yaml', analysis), problems: analysis.problems }
      drawn = diagram(analysis, { view: 'physical' })
      expect([...drawn.boxes, ...drawn.lines].filter((one) => !before.has(one)).map(({ id }) => id)).toEqual(anew)
    }
  })

  it('is the same whichever of several texts and views was drawn before', () => {
    const texts = ['tenant-l2-gre', 'vxlan-tenants'].map((name) => example(`${name}.infra.yaml`))
    const whole = texts.map((text) => drawnIn(analysed(text, 'x.infra.yaml')))
    const kept = texts.map((text) => analysed(text, 'x.infra.yaml'))
    for (let i = 0; i < 4; i++) expect(drawnIn(kept[i % 2] ?? analysed('', 'x.infra.yaml'))).toEqual(whole[i % 2])
  })
})

describe('a very large picture drawn again', () => {
  it('is the one drawn from nothing, whichever servers are open', () => {
    const text = generateInfra({ servers: 160, guests: 9, tunnels: 20 })
    const before = analysed(text, 'x.infra.yaml')
    const open = [[], ['s3'], ['s3', 's4'], []]
    for (const names of open) diagram(before, { view: 'physical', open: names })
    const now = text.replace(/(vm3-1:\n.*\n.*\n {4}memory:) 4GiB/, '$1 400GiB').replace('    host: s9\n', '    host: s10\n')
    const after = analysed(now, 'x.infra.yaml', before)
    const anew = unseen(after)
    for (const names of open) expect(diagram(after, { view: 'physical', open: names })).toEqual(diagram(anew, { view: 'physical', open: names }))
  })
})
