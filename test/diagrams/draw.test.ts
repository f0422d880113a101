/** What is drawn of a text: boxes in their places, lines between them, and layouts that overlap nothing. */
import ELK from 'elkjs/lib/elk.bundled.js'
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyze, diagram, finish, readSource } from '../../core/analysis.ts'
import type { Diagram, DiagramView } from '../../core/diagram/diagram.ts'
import { svgOf } from '../../core/export/svg.ts'
import { fallbackLayout } from '../../core/layout/fallback.ts'
import { layoutDiagram, structureOf } from '../../core/layout/index.ts'

function draw(text: string, view: DiagramView = 'physical', uri = 'x.infra.yaml'): Diagram {
  const reading = readSource({ uri, text, version: 1 })
  if (!reading) throw new Error('not recognised')
  return diagram(finish(analyze([reading])), { view })
}
const examples = readdirSync('examples').map((name) => [name, readFileSync(`examples/${name}`, 'utf8')] as const)

describe('a diagram', () => {
  it('nests guests in hosts in racks, and joins what is joined', () => {
    const { boxes, lines } = draw(readFileSync('examples/tenant-l2-gre.infra.yaml', 'utf8'))
    const parents = Object.fromEntries(boxes.map(({ id, parent }) => [id, parent]))
    expect(parents).toEqual({ 'rack:r1': undefined, s1: 'rack:r1', 's1:br0': 's1', 'rack:r2': undefined, s2: 'rack:r2', 's2:br0': 's2', r1: undefined, vm1: 's1', vm2: 's1', vm3: 's2' })
    expect(lines.filter(({ kind }) => kind === 'tunnel').map(({ from, to, broken }) => ({ from, to, broken }))).toEqual([{ from: 's1:br0', to: 's2:br0', broken: false }])
    expect(lines.filter(({ kind }) => kind === 'attach')).toHaveLength(3)
  })

  it('draws a tunnel that nobody answers as broken', () => {
    const text = 'servers:\n  a: { interfaces: { eth0: { address: 10.0.0.1/24 }, t: { type: gretap, local: 10.0.0.1, remote: 10.0.0.2 } } }\n  b: { interfaces: { eth0: { address: 10.0.0.2/24 } } }\nlinks:\n  - [a:eth0, b:eth0]\n'
    expect(draw(text).lines.filter(({ kind }) => kind === 'tunnel').map(({ from, to, broken }) => ({ from, to, broken }))).toEqual([{ from: 'a', to: 'b', broken: true }])
  })

  it('survives guests that stand on each other, and colours that are none', () => {
    const { boxes } = draw('tenants: { t: { color: "red;}" } }\ncontainers:\n  a: { host: b, tenant: t }\n  b: { host: a }\n')
    expect(boxes.filter(({ parent }) => parent === undefined)).toHaveLength(1)
    expect(boxes.find(({ id }) => id === 'a')?.color).toMatch(/^#[0-9a-f]{6}$/)
  })

  it.each(examples)('%s: no two boxes of one parent overlap, in either layout', async (name, text) => {
    for (const view of ['physical', 'tenant'] as const) {
      const drawn = draw(text, view, name)
      for (const placed of [await layoutDiagram(drawn, 'DOWN', new ELK()), await fallbackLayout(structureOf(drawn, 'DOWN'))]) {
        for (const a of drawn.boxes) {
          for (const b of drawn.boxes) {
            if (a.id >= b.id || a.parent !== b.parent) continue
            const [x, y] = [placed.boxes.get(a.id), placed.boxes.get(b.id)]
            const apart = x && y && (x.x + x.width <= y.x || y.x + y.width <= x.x || x.y + x.height <= y.y || y.y + y.height <= x.y)
            expect([a.id, b.id, apart]).toEqual([a.id, b.id, true])
          }
        }
      }
    }
  })

  it('as SVG holds nothing of the file but text', async () => {
    const drawn = draw('name: "</title><script>x</script>"\nservers:\n  s1: { rack: "<b>&\\"" }\n')
    const svg = svgOf(drawn, await layoutDiagram(drawn, 'RIGHT', new ELK()))
    expect(svg).not.toMatch(/<script|<b>/)
    expect(svg).toContain('&#60;b&#62;')
  })
})
