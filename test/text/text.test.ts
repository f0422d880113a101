/** Lines, positions and edits. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits, withoutOverlaps } from '../../core/text/edit.ts'
import { lineStartsOf, offsetAt, positionAt } from '../../core/text/source.ts'

const seed = 20260102
const messy = fc.array(fc.constantFrom('a', 'ä', '😀', '\n', '\r\n', '\r', ' ', 'key: value'), { maxLength: 60 }).map((parts) => parts.join(''))

describe('positions', () => {
  it('and offsets are each other’s inverse', () => {
    fc.assert(fc.property(messy, fc.nat(), (text, n) => {
      const starts = lineStartsOf(text)
      const offset = text.length === 0 ? 0 : n % (text.length + 1)
      expect(offsetAt(starts, positionAt(starts, offset), text.length)).toBe(offset)
    }), { seed })
  })

  it('count lines as LSP does', () => {
    expect([...lineStartsOf('a\nb\r\nc\rd')]).toEqual([0, 2, 5, 7])
  })
})

describe('edits', () => {
  it('apply in any order, and overlapping ones are left out', () => {
    const source = { uri: 'x', text: '0123456789', version: 1 }
    const edits = [{ uri: 'x', start: 8, end: 9, newText: '-' }, { uri: 'x', start: 1, end: 3, newText: 'ab' }, { uri: 'y', start: 0, end: 1, newText: '' }]
    expect(applyEdits(source, edits)).toBe('0ab34567-9')
    expect(withoutOverlaps([{ uri: 'x', start: 2, end: 5, newText: '' }, { uri: 'x', start: 0, end: 3, newText: '' }])).toHaveLength(1)
  })
})
