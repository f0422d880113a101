/** Where things stand: switches above hosts, textbook figures, words that cover nothing, and pictures that never jump. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelsOf, labelText } from '../../core/diagram/labels.ts'
import { headerOf, holdersOf, overlap, rectsOf, type Point, type Rect } from '../../core/diagram/rects.ts'
import { routesOf } from '../../core/diagram/routes.ts'
import { settle } from '../../core/layout/settle.ts'
import { structureOf } from '../../core/layout/structure.ts'
import { draw, example, examples, overlaps, place, rects } from './drawing.ts'

/** Whether two chains of straight pieces go through each other; touching is none. */
function cross(a: readonly Point[], b: readonly Point[]): boolean {
  const side = (p: Point, q: Point, r: Point): number => Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x))
  const pieces = (points: readonly Point[]): (readonly [Point, Point])[] => points.slice(1).map((to, i) => [points[i] ?? to, to])
  return pieces(a).some(([p, q]) => pieces(b).some(([r, s]) => side(p, q, r) * side(p, q, s) < 0 && side(r, s, p) * side(r, s, q) < 0))
}

describe('a layout', () => {
  it.each(examples)('%s: nobody stands above who is nearer to the core', async (name, text) => {
    const drawn = draw(text, 'physical', name)
    const at = await rects(drawn)
    const tier = new Map(drawn.boxes.flatMap((box) => (box.parent === undefined && box.tier !== undefined ? [[box.id, box.tier] as const] : [])))
    for (const { from, to, overlay } of drawn.lines) {
      const [a, b, x, y] = [at.get(from), at.get(to), tier.get(from), tier.get(to)]
      if (overlay || !a || !b || x === undefined || y === undefined || x === y) continue
      const [upper, lower] = x > y ? [a, b] : [b, a]
      expect([from, to, upper.y + upper.height <= lower.y]).toEqual([from, to, true])
    }
  })

  it.each(examples)('%s: lines of one box do not cross each other where they pass a column of boxes', async (name, text) => {
    const drawn = draw(text, 'physical', name)
    const routes = routesOf(drawn, await rects(drawn))
    const wires = drawn.lines.filter(({ overlay }) => !overlay)
    for (const a of wires) {
      for (const b of wires) {
        if (a.id >= b.id || ![a.from, a.to].some((end) => end === b.from || end === b.to) || ![a, b].some((one) => routes.get(one.id)?.tight)) continue
        expect([a.id, b.id, cross(routes.get(a.id)?.points ?? [], routes.get(b.id)?.points ?? [])]).toEqual([a.id, b.id, false])
      }
    }
  })

  it('draws a fat tree as the textbook does: four rows, pods in order, the core spread evenly', async () => {
    const at = await rects(draw('fabrics:\n  dc: { type: fat-tree, k: 4 }\n'))
    const row = (...ids: string[]): (Rect | undefined)[] => ids.map((id) => at.get(`dc-${id}`))
    const rows = [row('c1-1', 'c1-2', 'c2-1', 'c2-2'), row('p0-a0', 'p0-a1', 'p1-a0', 'p1-a1', 'p2-a0', 'p2-a1', 'p3-a0', 'p3-a1'), row('p0-e0', 'p0-e1', 'p1-e0', 'p1-e1', 'p2-e0', 'p2-e1', 'p3-e0', 'p3-e1')]
    for (const boxes of rows) {
      expect(new Set(boxes.map((box) => box?.y)).size).toBe(1)
      expect(boxes.map((box) => box?.x ?? 0)).toEqual(boxes.map((box) => box?.x ?? 0).sort((a, b) => a - b))
    }
    expect((rows[0]?.[0]?.y ?? 0) < (rows[1]?.[0]?.y ?? 0) && (rows[1]?.[0]?.y ?? 0) < (rows[2]?.[0]?.y ?? 0) && (rows[2]?.[0]?.y ?? 0) < (at.get('dc-p0-e0-h0')?.y ?? 0)).toBe(true)
    const steps = rows[0]?.slice(1).map((box, i) => Math.round((box?.x ?? 0) - (rows[0]?.[i]?.x ?? 0))) ?? []
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThanOrEqual(1)
  })

  it('draws a torus as a grid', async () => {
    const at = await rects(draw('fabrics:\n  t: { type: torus, dimensions: [3, 4] }\n'))
    const seats = Array.from({ length: 12 }, (_, i) => at.get(`t-n${i}`))
    expect(new Set(seats.map((seat) => seat?.y)).size).toBe(3)
    expect(new Set(seats.map((seat) => seat?.x)).size).toBe(4)
  })

  it.each(examples.flatMap(([name, text]) => (['DOWN', 'RIGHT'] as const).map((direction) => [name, direction, text] as const)))('%s, %s: words of lines cover no box, no header and no other word', async (name, direction, text) => {
    const drawn = draw(text, 'physical', name)
    const placed = await place(drawn, direction)
    const at = rectsOf(drawn, placed)
    const { byLine } = labelsOf(drawn, at, routesOf(drawn, at, placed.direction), drawn.lines)
    const holders = holdersOf(drawn)
    const boxes = drawn.boxes.flatMap((box) => { const rect = at.get(box.id); return rect ? [holders.has(box.id) ? headerOf(box, rect) : rect] : [] })
    const words = drawn.lines.flatMap((line): Rect[] => {
      const labels = byLine.get(line.id)
      const width = labelText(line).length * 6
      return [
        ...(labels?.middle ? [{ x: labels.middle.x - width / 2, y: labels.middle.y - 8, width, height: 16 }] : []),
        ...[labels?.from, labels?.to].flatMap((end) => (end ? [{ x: end.anchor === 'start' ? end.x : end.x - end.text.length * 5, y: end.y - 8, width: end.text.length * 5, height: 9 }] : [])),
      ]
    })
    words.forEach((word, i) => expect(boxes.some((box) => overlap(word, box)) || words.some((other, n) => n < i && overlap(word, other))).toBe(false))
  })
})

describe('a picture that is known', () => {
  const moved = async (before: string, after: string): Promise<string[]> => {
    const [a, b] = [draw(before), draw(after)]
    const old = await place(a)
    const placed = settle(structureOf(b, 'DOWN'), old, structureOf(a, 'DOWN'))
    if (!placed) throw new Error('laid out anew')
    expect(overlaps(b, placed)).toEqual([])
    expect(placed.boxes.size).toBe(b.boxes.length)
    const [was, is] = [rectsOf(a, old), rectsOf(b, placed)]
    return [...was].flatMap(([id, rect]) => { const now = is.get(id); return now && (now.x !== rect.x || now.y !== rect.y) ? [id] : [] })
  }
  const text = example('moving-house.infra.yaml')

  it('stays where it is when something is added', async () => {
    expect(await moved(text, text.replace('switches:', '  h5: { rack: rack2 }\nswitches:').replace('links:', 'links:\n  - [h5:eth0, tor2:p9]'))).toEqual([])
    expect(await moved(text, text.replace('\nstorage:', '\nrouters:\n  gw: {}\nexternals:\n  net: {}\n\nstorage:').replace('links:', 'links:\n  - [gw:a, tor1:p9]\n  - [net:p, gw:b]'))).toEqual([])
  })

  it('stays where it is when something is taken away', async () => {
    expect(await moved(text, text.replace(/ {2}client:[^]*?(?=\nlinks)/, ''))).toEqual([])
  })

  it('moves only what a growing box touches', async () => {
    const more = text.replace('  client:', `${[1, 2, 3, 4].map((i) => `  more${i}:\n    host: h1\n    interfaces: { eth0: { attach: br0, address: 10.3.0.${90 + i}/24 } }`).join('\n')}\n  client:`)
    const ids = await moved(text, more)
    expect(ids).not.toContain('h1')
    expect(ids).not.toContain('tor1')
  })

  it('never overlaps, whatever is added', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ kind: fc.constantFrom('vm', 'server', 'switch'), to: fc.nat(3) }), { minLength: 1, maxLength: 12 }), async (added) => {
      let [vms, servers, switches, links] = ['', '', '', '']
      added.forEach(({ kind, to }, i) => {
        if (kind === 'vm') vms += `  n${i}: { host: h${to + 1}, interfaces: { eth0: { attach: br0 } } }\n`
        else if (kind === 'server') servers += `  n${i}: { rack: rack${1 + (to % 2)} }\n`
        else switches += `  n${i}: {}\n`
        if (kind !== 'vm') links += `  - [n${i}:e, tor${1 + (to % 2)}:q${i}]\n`
      })
      const after = text.replace('  big:', `${vms}  big:`).replace('\nswitches:', `${servers}\nswitches:`).replace('  tor1:', `${switches}  tor1:`).replace('links:\n', `links:\n${links}`)
      await moved(text, after)
    }), { numRuns: 60 })
  })
})
