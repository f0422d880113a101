/** A person's own positions: what is kept stands there to the unit, everything else around it; what is new stands beside its neighbours. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Diagram, Placed } from '../../core/diagram/diagram.ts'
import { rectsOf } from '../../core/diagram/rects.ts'
import { routesOf } from '../../core/diagram/routes.ts'
import { honour, landing, overlapping, type Pins } from '../../core/layout/keep.ts'
import { insideOf } from '../../core/layout/inside.ts'
import { settle } from '../../core/layout/settle.ts'
import { structureOf } from '../../core/layout/structure.ts'
import { draw, example, overlaps, place } from './drawing.ts'

const seed = 20261121
const text = example('moving-house.infra.yaml')
const structure = (diagram: Diagram): ReturnType<typeof structureOf> => structureOf(diagram, 'DOWN')
const outer = (diagram: Diagram): readonly string[] => diagram.boxes.filter(({ parent }) => parent === undefined || parent.startsWith('rack:')).map(({ id }) => id)
const shift = (placed: Placed, ids: readonly string[], by: (id: string) => readonly [number, number]): Pins =>
  new Map(ids.map((id) => { const spot = placed.boxes.get(id); const [x, y] = by(id); return [id, { x: (spot?.x ?? 0) + x, y: (spot?.y ?? 0) + y }] }))

describe('kept positions', () => {
  it('are honoured to the unit, and nobody else stands in their way', async () => {
    const drawn = draw(text)
    const base = await place(drawn)
    const all = outer(drawn)
    fc.assert(fc.property(fc.subarray([...all]), fc.array(fc.tuple(fc.integer({ min: -400, max: 900 }), fc.integer({ min: -400, max: 900 })), { minLength: all.length, maxLength: all.length }), fc.boolean(), (ids, by, fresh) => {
      const pins = shift(base, ids, (id) => by[all.indexOf(id)] ?? [0, 0])
      const placed = honour(structure(drawn), base, pins, fresh)
      expect(placed.boxes.size).toBe(drawn.boxes.length)
      const parents = new Map(structure(drawn).boxes.map((box) => [box.id, box]))
      for (const [id, at] of pins) {
        const holder = parents.get(parents.get(id)?.parent ?? '')
        const begin = holder ? insideOf(holder) : { x: -Infinity, y: -Infinity }
        expect(placed.boxes.get(id)).toMatchObject({ x: Math.max(begin.x, at.x), y: Math.max(begin.y, at.y) })
      }
      // Whoever covers another was put there, both of them.
      for (const [a, b] of overlapping(structure(drawn), placed)) expect([a, b, pins.has(a) && pins.has(b)]).toEqual([a, b, true])
      const rects = rectsOf(drawn, placed)
      for (const { id, parent } of drawn.boxes) {
        const [own, up] = [rects.get(id), rects.get(parent ?? '')]
        if (own && up) expect([id, own.x >= up.x && own.y >= up.y && own.x + own.width <= up.x + up.width && own.y + own.height <= up.y + up.height]).toEqual([id, true])
      }
    }), { seed, numRuns: 150 })
  })

  it('change nothing where they are what the layout says', async () => {
    const drawn = draw(text)
    const base = await place(drawn)
    const rects = rectsOf(drawn, base)
    for (const fresh of [true, false]) expect(rectsOf(drawn, honour(structure(drawn), base, shift(base, outer(drawn), () => [0, 0]), fresh))).toEqual(rects)
  })

  it('stay when something is added, which stands beside its neighbours and moves nobody', async () => {
    const before = draw(text)
    const base = await place(before)
    const pins = shift(base, outer(before), (id) => (id === 'client' ? [-40, 0] : id === 'rack:rack2' ? [30, 60] : [0, 0]))
    const known = honour(structure(before), base, pins, false)
    const after = draw(text.replace('switches:', '  h5: { rack: rack2 }\nswitches:\n  tor3: {}').replace('links:', 'links:\n  - [h5:eth0, tor2:p9]\n  - [tor3:a, tor2:p8]'))
    const settled = settle(structure(after), known, structure(before))
    // As after "Lay out again", or with a file that was opened just now: only the sidecar knows.
    for (const [layout, fresh] of [[settled, false], [await place(after), true]] as const) {
      if (!layout) throw new Error('laid out anew')
      const placed = honour(structure(after), layout, pins, fresh)
      for (const [id, { x, y }] of pins) expect([id, placed.boxes.get(id)]).toMatchObject([id, { x, y }])
      // A kept box that grew may cover a kept neighbour; nobody else is covered.
      expect(overlaps(after, placed).filter((pair) => !pair.split(' ').every((id) => pins.has(id)))).toEqual([])
      const rects = rectsOf(after, placed)
      const [hub, one] = [rects.get('tor2'), rects.get('tor3')]
      expect(Math.hypot((hub?.x ?? 0) - (one?.x ?? 0), (hub?.y ?? 0) - (one?.y ?? 0))).toBeLessThan(500)
    }
  })

  it('of boxes that are dropped on others are the nearest free ones', async () => {
    const drawn = draw(text)
    const base = await place(drawn)
    const ids = outer(drawn)
    fc.assert(fc.property(fc.constantFrom(...ids), fc.integer({ min: -900, max: 1500 }), fc.integer({ min: -900, max: 1500 }), (id, x, y) => {
      const at = landing(structure(drawn), base, id, { x, y })
      expect(at).toBeDefined()
      const placed = honour(structure(drawn), base, new Map([[id, at ?? { x, y }]]), false)
      const before = overlapping(structure(drawn), base).length
      expect(overlapping(structure(drawn), placed)).toHaveLength(before)
      const holderOf = (one: string): string | undefined => drawn.boxes.find((box) => box.id === one)?.parent
      // Those beside it stay; its holder may grow, and push what is beside that.
      for (const other of ids) if (other !== id && holderOf(other) === holderOf(id)) expect(placed.boxes.get(other)).toMatchObject({ x: base.boxes.get(other)?.x, y: base.boxes.get(other)?.y })
    }), { seed, numRuns: 200 })
  })

  it('of holders beside each other do not send lines around them: what they hold is joined across', async () => {
    const drawn = draw(text)
    const placed = honour(structure(drawn), await place(drawn), new Map([['rack:rack2', { x: 500, y: 90 }]]), false)
    const rects = rectsOf(drawn, placed)
    const [a, b] = [rects.get('tor1'), rects.get('tor2')]
    const line = drawn.lines.find(({ from, to }) => [from, to].sort().join(' ') === 'tor1 tor2')
    const route = routesOf(drawn, rects).get(line?.id ?? '')
    if (!a || !b || !route) throw new Error('not drawn')
    expect(Math.abs(a.y - b.y)).toBeGreaterThan(a.height)
    for (const { x, y } of route.points) expect([x >= a.x && x <= b.x + b.width, y >= Math.min(a.y, b.y) - 40 && y <= Math.max(a.y + a.height, b.y + b.height)]).toEqual([true, true])
  })
})
