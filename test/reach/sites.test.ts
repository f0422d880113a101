/** Sites and what symmetries make of them, kept from one edit to the next: the same as each symmetry makes of the objects. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Swap } from '../../core/reach/exchange.ts'
import { explore, leftAlone, lonelyAmong, newSites, siteAt, waysOfSites, type Bags } from '../../core/reach/sites.ts'
import { stabilised, type Kept } from '../../core/reach/stabilised.ts'

const size = 10

/** Some of the objects change places two by two. */
const swap = fc.tuple(fc.shuffledSubarray([...Array(size).keys()], { minLength: 2 }), fc.integer({ min: 1, max: 3 })).map(([order, pairs]): Swap => {
  const found = new Map<number, number>()
  for (let i = 0; i + 1 < order.length && i < 2 * pairs; i += 2) {
    const [a = 0, b = 0] = [order[i], order[i + 1]]
    found.set(a, b)
    found.set(b, a)
  }
  return found
})

const object = fc.nat(size - 1)
const site = fc.record({ objects: fc.array(object, { minLength: 1, maxLength: 4 }), isBagged: fc.boolean() })

/** Those that are kept, as what they make of an object. */
function images(swaps: readonly Swap[], kept: Kept | undefined): readonly ((one: number) => number)[] {
  const of = (number: number) => (one: number): number => swaps[number]?.get(one) ?? one
  if (!kept) return swaps.map((_, number) => of(number))
  return [...kept.swaps.map(of), ...kept.carried.flatMap(({ by, ones }) => ones.map((t) => (one: number) => of(by)(of(t)(of(by)(one)))))]
}

describe('sites', () => {
  it('go where their objects go, whatever came before, and what is left alone stays', () => {
    let [alone, found, freed] = [0, 0, 0]
    const some = fc.array(site, { maxLength: 14 })
    fc.assert(fc.property(fc.array(swap, { minLength: 1, maxLength: 5 }), fc.array(site, { maxLength: 2 }), fc.array(fc.record({ sites: some, fixed: fc.array(object, { maxLength: 2 }) }), { minLength: 1, maxLength: 4 }), (swaps, before, edits) => {
      const sites = newSites(swaps)
      const bagsOf = ({ objects, isBagged }: (typeof before)[number]): Bags => (isBagged && objects.length > 2 ? [[1, objects.length]] : [])
      for (const one of before) sites.alone.add(siteAt(sites, one.objects, bagsOf(one)))
      for (const edit of edits) {
        const left = [...sites.alone]
        for (const one of edit.sites) siteAt(sites, one.objects, bagsOf(one))
        expect(explore(sites, 100_000)).toBe(true)
        const used = new Set(sites.all.keys())
        const still = new Set([...edit.fixed, ...leftAlone(sites, used).objects])
        if (sites.alone.size > 0) alone++
        if (left.some((one) => !sites.alone.has(one))) freed++
        const kept = still.size === 0 ? undefined : stabilised(swaps, still, new Map())
        const ways = waysOfSites(sites, kept)
        const told = (objects: readonly number[], bags: Bags): string => [objects[0], ...(bags.length > 0 ? objects.slice(1).sort((a, b) => a - b) : objects.slice(1)), bags.length].join(' ')
        const names = sites.all.map(({ objects, bags }) => told(objects, bags))
        expect(new Set(names).size).toBe(names.length)
        const goals = names.map((_, i) => [...ways.to.subarray(ways.begin[i] ?? 0, ways.begin[i + 1] ?? 0)].map((to) => names[to]).sort())
        found += goals.flat().length
        expect(goals).toEqual(sites.all.map(({ objects, bags }, i) => images(swaps, kept).map((image) => told(objects.map(image), bags)).filter((name) => name !== names[i]).sort()))
      }
    }), { seed: 20261122, numRuns: 500 })
    expect(Math.min(alone, found)).toBeGreaterThan(300)
    expect(freed).toBeGreaterThan(30)
  })

  it('are lonely where swaps would take a few of them to many', () => {
    // Each of eight is exchanged with the next, and with it what belongs to it.
    const swaps = Array.from({ length: 7 }, (_, i) => new Map([[i, i + 1], [i + 1, i], [i + 8, i + 9], [i + 9, i + 8]]))
    const sites = newSites(swaps)
    const at = (one: number, of: number): number => siteAt(sites, [one, of + 8], [])
    const used = new Set([...Array.from({ length: 8 }, (_, i) => at(i, i)), at(2, 5), at(6, 1)])
    expect(explore(sites, 1000)).toBe(true)
    expect(sites.all).toHaveLength(64)
    expect(lonelyAmong(sites, used)).toEqual([at(2, 5), at(6, 1)])
    // Where each is elsewhere there is nothing to be left.
    for (let i = 0; i < 8; i++) used.add(at(i, (i + 3) % 8))
    expect(lonelyAmong(sites, used)).toEqual([])
  })

  it('are moved by nothing that an edit forbids', () => {
    let carried = 0
    fc.assert(fc.property(fc.array(swap, { minLength: 2, maxLength: 6 }), fc.uniqueArray(object, { minLength: 1, maxLength: 2 }), fc.array(fc.tuple(object, fc.constantFrom('a', 'b')), { maxLength: 4 }), (swaps, fixed, marked) => {
      const marks = new Map(marked)
      const kept = stabilised(swaps, new Set(fixed), marks)
      carried += kept?.carried.length ?? 0
      const allows = (image: (one: number) => number): boolean => fixed.every((one) => image(one) === one) && [...Array(size).keys()].every((one) => marks.get(one) === marks.get(image(one)))
      const some = images(swaps, kept)
      expect(some.every(allows)).toBe(true)
      // None that it allows is left out.
      expect(images(swaps, undefined).filter(allows).length).toBe(kept ? kept.swaps.length : swaps.length)
    }), { seed: 20261122, numRuns: 300 })
    expect(carried).toBeGreaterThan(50)
  })
})
