/** A picture that grows by hand, gesture by gesture: what is joined comes to what it is joined to, and everything else stays. */
import { describe, expect, it } from 'vitest'
import type { Diagram } from '../../core/diagram/diagram.ts'
import { rectsOf } from '../../core/diagram/rects.ts'
import { routesOf } from '../../core/diagram/routes.ts'
import { settle } from '../../core/layout/settle.ts'
import { structureOf } from '../../core/layout/structure.ts'
import { draw, overlaps, place } from './drawing.ts'

const structure = (diagram: Diagram): ReturnType<typeof structureOf> => structureOf(diagram, 'DOWN')
const file = (links: readonly string[], more = ''): string => `servers:
  s1: { cpus: 16, memory: 64GiB, interfaces: { eth0: { address: 20.0.0.1/24 }${more} } }
  s2: { cpus: 16, memory: 64GiB, interfaces: { eth0: { address: 30.0.0.1/24 }${more} } }
  s3: { cpus: 16, memory: 64GiB, interfaces: { eth0: { address: 40.0.0.1/24 }${more} } }
routers:
  r1: { interfaces: { eth0: { address: 20.0.0.254/24 }, eth1: { address: 30.0.0.254/24 }, eth2: { address: 40.0.0.254/24 } } }
links: [${links.join(', ')}]
`
const wires = ['[s1:eth0, r1:eth0]', '[s2:eth0, r1:eth1]', '[s3:eth0, r1:eth2]']

describe('a picture that grows by hand', () => {
  it('has the router over the servers that were joined to it one by one, and no wire around a box', async () => {
    let before = draw(file([]))
    let placed = await place(before)
    for (let i = 1; i <= 3; i++) {
      const after = draw(file(wires.slice(0, i)))
      const settled = settle(structure(after), placed, structure(before))
      if (!settled) throw new Error('laid out anew')
      expect(overlaps(after, settled)).toEqual([])
      ;[before, placed] = [after, settled]
      const rects = rectsOf(after, placed)
      const router = rects.get('r1')
      for (let n = 1; n <= i; n++) expect((rects.get(`s${n}`)?.y ?? 0) - (router?.y ?? 0) - (router?.height ?? 0)).toBeGreaterThanOrEqual(40)
      for (const [, { from, to }] of routesOf(after, rects)) expect([from.side, to.side].sort()).toEqual(['bottom', 'top'])
    }
    const holding = draw(file(wires, ', br0: { type: bridge }'))
    const grown = settle(structure(holding), placed, structure(before))
    if (!grown) throw new Error('laid out anew')
    expect(overlaps(holding, grown)).toEqual([])
    // Who grew pushes only what is beside it: the order and the heights are as they were.
    const across = (at: typeof placed): string[] => ['s1', 's2', 's3'].sort((a, b) => (at.boxes.get(a)?.x ?? 0) - (at.boxes.get(b)?.x ?? 0))
    expect(across(grown)).toEqual(across(placed))
    for (const id of ['s1', 's2', 's3', 'r1']) expect(grown.boxes.get(id)?.y).toBe(placed.boxes.get(id)?.y)
  })

  it('moves nobody who was joined to something already', async () => {
    const before = draw(file(wires.slice(0, 2)))
    const placed = await place(before)
    const after = draw(file(wires))
    const settled = settle(structure(after), placed, structure(before))
    for (const id of ['s1', 's2', 'r1']) expect(settled?.boxes.get(id)).toMatchObject({ x: placed.boxes.get(id)?.x, y: placed.boxes.get(id)?.y })
  })
})
