/** How near two names are. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { distance, listed, nearestName } from '../../core/checks/shared/names.ts'

describe('distance', () => {
  it.each([['br0', 'br0', 0], ['br0', 'br1', 1], ['eht0', 'eth0', 1], ['', 'abc', 3], ['kitten', 'sitting', 3], ['Blue', 'blue', 0]])('%s %s', (a, b, d) => {
    expect(distance(a, b)).toBe(d)
  })

  it('is symmetric, zero only for the same, and no more than the longer name', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '0', '-'), maxLength: 8 })
    fc.assert(fc.property(word, word, (a, b) => {
      const d = distance(a, b)
      expect(d).toBe(distance(b, a))
      expect(d === 0).toBe(a === b)
      expect(d).toBeLessThanOrEqual(Math.max(a.length, b.length))
    }), { seed: 7 })
  })
})

it('takes the nearest, the first of equals, and none that is far', () => {
  expect(nearestName('br9', ['eth0', 'br0', 'br1'])).toBe('br0')
  expect(nearestName('elephant', ['br0', 'eth0'])).toBeUndefined()
})

it('lists few names in full and many in short', () => {
  expect(listed(['a'])).toBe('a')
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c')
  expect(listed(['a', 'b', 'c', 'd', 'e'])).toBe('a, b and 3 more')
})
