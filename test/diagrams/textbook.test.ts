/** Regular networks as the textbook draws them: what their lines may and may not do. */
import { describe, expect, it } from 'vitest'
import { runsThrough } from '../../core/diagram/detour.ts'
import { labelsOf } from '../../core/diagram/labels.ts'
import { routesOf } from '../../core/diagram/routes.ts'
import { rectsOf, type Rect } from '../../core/diagram/rects.ts'
import { draw, example, overlaps, place, rects } from './drawing.ts'

const fabric = (rest: string): string => `fabrics:\n  dc: { ${rest} }\n`
/** From the left. */
const inRow = (at: ReadonlyMap<string, Rect>, pattern: RegExp): string[] => [...at].filter(([id]) => pattern.test(id)).sort(([, a], [, b]) => a.x - b.x).map(([id]) => id)

describe('a regular network', () => {
  it.each([
    'type: fat-tree, k: 4', 'type: leaf-spine, leaves: 6, spines: 3, hosts: 4', 'type: clos, size: 16', 'type: butterfly, size: 8', 'type: torus, size: 16, dimensions: 2', 'type: mesh, size: 16, dimensions: 2',
    'type: hypercube, size: 8', 'type: hypercube, size: 16', 'type: hypercube, size: 32', 'type: three-tier, access: 4, distribution: 2, core: 2, hosts: 3',
  ])('%s overlaps nowhere, in either direction', async (rest) => {
    for (const direction of ['DOWN', 'RIGHT'] as const) {
      const drawn = draw(fabric(rest))
      expect(overlaps(drawn, await place(drawn, direction))).toEqual([])
    }
  })

  it.each(['2', '4', '8', '16', '32', '64'])('a hypercube of %s hides no line behind a box, in either direction', async (size) => {
    const drawn = draw(fabric(`type: hypercube, size: ${size}`))
    for (const direction of ['DOWN', 'RIGHT'] as const) {
      const at = rectsOf(drawn, await place(drawn, direction))
      const routes = routesOf(drawn, at, direction)
      expect(drawn.lines.flatMap(({ id, from, to }) => [...at].flatMap(([box, rect]) => {
        const points = routes.get(id)?.points ?? []
        return box !== from && box !== to && points.some((b, i) => { const a = points[i - 1]; return a !== undefined && runsThrough(a, b, rect) }) ? [`${id} behind ${box}`] : []
      }))).toEqual([])
    }
  })

  it('has its first and last stage in pairs over their terminals: a folded Clos', async () => {
    const at = await rects(draw(fabric('type: clos, size: 16')))
    expect(inRow(at, /^dc-s[02]-\d+$/)).toEqual([0, 1, 2, 3].flatMap((i) => [`dc-s0-${i}`, `dc-s2-${i}`]))
    expect(inRow(at, /^dc-n\d+$/)).toEqual(Array.from({ length: 16 }, (_, i) => `dc-n${i}`))
    expect(new Set(inRow(at, /^dc-s[02]-\d+$/).map((id) => at.get(id)?.y)).size).toBe(1)
  })

  it.each(['type: leaf-spine, leaves: 6, spines: 3, hosts: 4', 'type: fat-tree, k: 4'])('%s: lines between rows do not lie flat on each other halfway', async (rest) => {
    const drawn = draw(fabric(rest))
    const routes = routesOf(drawn, await rects(drawn))
    for (const { id } of drawn.lines) {
      const route = routes.get(id)
      if (!route || route.tight || route.from.side === 'left' || route.from.side === 'right') continue
      const { points } = route
      const [first, last] = [points[0], points.at(-1)]
      if (!first || !last || Math.abs(last.x - first.x) < Math.abs(last.y - first.y)) continue
      // Of the middle third, at least as much of the height as half of a straight line would take.
      const [a, b] = [points[Math.floor(points.length / 3)], points[Math.ceil((2 * points.length) / 3)]]
      expect([id, Math.abs((b?.y ?? 0) - (a?.y ?? 0)) >= Math.abs(last.y - first.y) / 6]).toEqual([id, true])
    }
  })

  it.each([fabric('type: leaf-spine, leaves: 6, spines: 3, hosts: 4'), fabric('type: fat-tree, k: 4'), example('tenant-l2-gre.infra.yaml'), example('vxlan-tenants.infra.yaml')])('writes the name of a port beside its line, not on it: %#', async (text) => {
    const drawn = draw(text)
    const at = await rects(drawn)
    const routes = routesOf(drawn, at)
    const { byLine } = labelsOf(drawn, at, routes, drawn.lines)
    const struck = drawn.lines.flatMap(({ id }) => {
      const { from, to } = byLine.get(id) ?? {}
      return [from, to].flatMap((label) => {
        if (!label) return []
        const x = label.anchor === 'start' ? label.x : label.x - label.text.length * 5.9
        return routes.get(id)?.points.some((point) => point.x > x + 1 && point.x < x + label.text.length * 5.9 - 2 && point.y > label.y - 7 && point.y < label.y - 1) ? [`${label.text} of ${id}`] : []
      })
    })
    expect(struck).toEqual([])
  })

  it('leads a plumb line to the one port of a box that stands under several', async () => {
    const drawn = draw(fabric('type: leaf-spine, leaves: 6, spines: 3, hosts: 4'))
    const routes = routesOf(drawn, await rects(drawn))
    const plumb = drawn.lines.filter(({ from, to }) => [from, to].some((id) => /-h0$/.test(id)))
    expect(plumb.length).toBe(6)
    for (const { id } of plumb) expect(routes.get(id)?.from.x).toBeCloseTo(routes.get(id)?.to.x ?? NaN, 0)
  })
})
