/** A person's own positions as a file: what is read of any text, and that a gesture changes only its own lines. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editSidecar, emptySidecar, readSidecar, sidecarOf, withEdits, type KeptSpot, type SpotsChange } from '../../core/sidecar/index.ts'

const seed = 20261121
const change = (text: string, keep: readonly KeptSpot[], drop: readonly string[] = []): string => {
  const edits = editSidecar(text, { section: 'physical', keep, drop })
  if ('refused' in edits) throw new Error(edits.refused)
  return withEdits(text, edits)
}
const spots = (text: string): readonly KeptSpot[] => [...readSidecar(text).kept.physical.values()]
const said = (text: string): readonly string[] => { const { broken, faults } = readSidecar(text); return [...(broken ? [broken] : []), ...faults].map(({ message, range }) => `${range.start.line + 1}: ${message}`) }
const file = `{
  "version": 1,
  "physical": {
    "r1": { "x": 120, "y": -40 },
    "s1": { "in": "rack:r", "x": 0, "y": 200, "locked": true },
    "": {}
  },
  "tenant": {
    "": {}
  }
}
`

describe('a sidecar', () => {
  it('stands beside its file, one for each language', () => {
    expect(['a/lab.infra.yaml', 'lab.clab.yml', 'compose.yaml', 'a.b/topology'].map(sidecarOf)).toEqual(['a/lab.infra.layout.json', 'lab.clab.layout.json', 'compose.layout.json', 'a.b/topology.layout.json'])
  })

  it('is read', () => {
    expect(spots(file)).toEqual([{ id: 'r1', x: 120, y: -40 }, { id: 's1', in: 'rack:r', x: 0, y: 200, locked: true }])
    expect(said(file)).toEqual([])
  })

  it('is one line a box, sorted, and ends in a line that never changes', () => {
    expect(change(emptySidecar(), [{ id: 's1', in: 'rack:r', x: 0.4, y: 200, locked: true }, { id: 'r1', x: 120, y: -40 }])).toBe(file)
  })

  it.each([
    ['no JSON', '{ "version": 1,\n "physical": {\n oops', '3: this is no JSON (invalid symbol)'],
    ['a merge that nobody finished', file.replace('    "s1"', '<<<<<<< ours\n    "s1"'), '5: a merge has left its marks here'],
    ['nothing', '', '1: this is no JSON (value expected)'],
    ['a list', '[1]', '1: an object is expected'],
    ['another version', '{ "version": 2 }', '1: a newer Underlay wrote this file'],
    ['no version', '{ "physical": {} }', '1: "version": 1 is expected'],
    ['strange values', file.replace('120', '"far"').replace('200', '1e9'), '4: r1: x and y are numbers between -1000000 and 1000000'],
    ['a strange holder', file.replace('"rack:r"', '7'), '5: s1: "in" is the name of a box'],
    ['a section of another kind', '{ "version": 1, "physical": [] }', '1: physical: an object is expected'],
  ])('says what is wrong with %s', (_name, text, message) => {
    expect(said(text)[0]).toBe(message)
  })

  it('is left alone where it is broken', () => {
    for (const text of ['{ oops', '', '[]', '{"version":2}', '['.repeat(200_000)]) expect(editSidecar(text, { section: 'physical', keep: [{ id: 'a', x: 1, y: 1 }], drop: [] })).toHaveProperty('refused')
  })

  it('reads names that JavaScript has plans for as names', () => {
    const text = change(emptySidecar(), ['__proto__', 'constructor', 'a"\n</script>', '\u2028'].map((id) => ({ id, x: 1, y: 2 })))
    expect(spots(text).map(({ id }) => id)).toEqual(['__proto__', 'a"\n</script>', 'constructor', '\u2028'])
  })

  it('keeps what it does not know, and every line that is not meant', () => {
    const own = file.replace('"x": 120,', '"x": 120, "color": "red",').replace('  "version": 1,', '  "version": 1,\n  "by": { "hand": [1,\n 2] },')
    const after = change(own, [{ id: 'r1', x: 7, y: 8 }, { id: 's0', x: 1, y: 1 }])
    expect(after).toBe(own.replace('{ "x": 120, "color": "red", "y": -40 }', '{ "x": 7, "y": 8, "color": "red" }').replace('    "s1"', '    "s0": { "x": 1, "y": 1 },\n    "s1"'))
  })

  it('takes two additions that git has merged', () => {
    const [ours, theirs] = [change(file, [{ id: 'a', x: 1, y: 1 }]), change(file, [{ id: 'z', x: 2, y: 2 }])]
    const added = (text: string): readonly string[] => text.split('\n').filter((line) => !file.split('\n').includes(line))
    // Nothing but a line of one's own: there is no comma to quarrel about.
    expect([added(ours), added(theirs)]).toEqual([['    "a": { "x": 1, "y": 1 },'], ['    "z": { "x": 2, "y": 2 },']])
  })

  const anyId = fc.oneof(fc.constantFrom('a', 'b', 'c', 'rack:r', 's1:br0', '__proto__', 'é'), fc.string({ minLength: 1, maxLength: 6 }))
  const anySpot: fc.Arbitrary<KeptSpot> = fc.record({ id: anyId, in: fc.option(anyId, { nil: undefined }), x: fc.integer({ min: -9999, max: 9999 }), y: fc.integer({ min: -9999, max: 9999 }), locked: fc.option(fc.constant(true as const), { nil: undefined }) })
    .map(({ id, in: within, x, y, locked }) => ({ id, ...(within !== undefined && { in: within }), x, y, ...(locked && { locked }) }))
  const anyChange: fc.Arbitrary<SpotsChange> = fc.record({ section: fc.constantFrom('physical' as const, 'tenant' as const), keep: fc.array(anySpot, { maxLength: 5 }), drop: fc.array(anyId, { maxLength: 4 }) })

  it('has what was asked for after any gestures, in any dress, and in its own dress looks as if written at once', () => {
    const dresses: readonly ((text: string) => string)[] = [(text) => text, (text) => JSON.stringify(JSON.parse(text) as unknown), (text) => JSON.stringify(JSON.parse(text) as unknown, null, '\t'), (text) => text.replaceAll('\n', '\r\n'), (text) => text.replaceAll(',\n    "": {}', '').replaceAll('\n    "": {}', '')]
    fc.assert(fc.property(fc.array(anyChange, { maxLength: 6 }), fc.nat(dresses.length - 1), (changes, dress) => {
      let text = emptySidecar()
      const wanted = { physical: new Map<string, KeptSpot>(), tenant: new Map<string, KeptSpot>() }
      for (const [i, one] of changes.entries()) {
        if (i === 1 && dress > 0) text = dresses[dress]?.(text) ?? text
        const edits = editSidecar(text, one)
        if ('refused' in edits) throw new Error(`${edits.refused}\n${text}`)
        text = withEdits(text, edits)
        for (const id of one.drop) wanted[one.section].delete(id)
        for (const spot of one.keep) wanted[one.section].set(spot.id, spot)
      }
      const { kept, broken, faults } = readSidecar(text)
      expect([broken, faults]).toEqual([undefined, []])
      const sorted = (map: ReadonlyMap<string, KeptSpot>): readonly KeptSpot[] => [...map.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
      for (const section of ['physical', 'tenant'] as const) expect(sorted(kept[section])).toEqual(sorted(wanted[section]))
      if (dress === 0) expect(text).toBe((['physical', 'tenant'] as const).reduce((now, section) => withEdits(now, editSidecar(now, { section, keep: [...wanted[section].values()], drop: [] }) as never), emptySidecar()))
    }), { seed, numRuns: 400 })
  })

  it('never throws, whatever stands in it', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.json().map((json) => `{ "version": 1, "physical": ${json} }`), fc.json().map((json) => `{ "version": 1, "physical": { "a": ${json} } }`)), anyChange, (text, one) => {
      const edits = editSidecar(text, one)
      if ('refused' in edits) return
      expect(readSidecar(withEdits(text, edits)).broken).toBeUndefined()
    }), { seed, numRuns: 600 })
  })
})
