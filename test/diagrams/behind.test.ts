/** Wires are seen from end to end: none runs behind a box that stands between its ends. */
import { describe, expect, it } from 'vitest'
import { hiddenBy } from '../../core/diagram/detour.ts'
import type { Diagram } from '../../core/diagram/diagram.ts'
import { RectIndex, rectsOf } from '../../core/diagram/rects.ts'
import { routesOf } from '../../core/diagram/routes.ts'
import { draw, examples, place } from './drawing.ts'

/** "attach:r2:eth0", of each wire that some box hides a part of. */
async function hidden(drawn: Diagram): Promise<readonly string[]> {
  const at = rectsOf(drawn, await place(drawn))
  const routes = routesOf(drawn, at)
  const parents = new Map(drawn.boxes.map(({ id, parent }) => [id, parent]))
  const above = (id: string): readonly string[] => {
    const parent = parents.get(id)
    return parent === undefined ? [id] : [id, ...above(parent)]
  }
  const index = new RectIndex()
  for (const rect of at.values()) index.add(rect)
  return drawn.lines.flatMap(({ id, from, to, overlay }) => {
    if (overlay) return []
    const ends = new Set([...above(from), ...above(to)])
    const own = new Set([...at].flatMap(([box, rect]) => (ends.has(box) || above(box).some((one) => one === from || one === to) ? [rect] : [])))
    return hiddenBy(routes.get(id)?.points ?? [], index, (rect) => own.has(rect)).length > 0 ? [id] : []
  })
}

/** A lab whose nodes have wires of their own, and all one bridge below them. */
const lab = (nodes: number, wires: readonly (readonly [number, number])[]): string => `name: lab
topology:
  nodes:
${Array.from({ length: nodes }, (_, i) => `    n${i}: { kind: linux }`).join('\n')}
  links:
${wires.map(([a, b], i) => `    - endpoints: ["n${a}:e${i}a", "n${b}:e${i}b"]`).join('\n')}
`

describe('no wire runs behind a box', () => {
  it.each(examples)('of %s', async (name, text) => {
    expect(await hidden(draw(text, 'physical', `file:///${name}`))).toEqual([])
  })

  it('of routers above their clients, all of whom hang on one bridge below', async () => {
    expect(await hidden(draw(lab(5, [[0, 2], [1, 2], [0, 3], [1, 4]]), 'physical', 'file:///x.clab.yml'))).toEqual([])
  })

  it('of four routers in a row over three clients', async () => {
    expect(await hidden(draw(lab(7, [[0, 1], [1, 2], [2, 3], [1, 4], [2, 5], [3, 6]]), 'physical', 'file:///x.clab.yml'))).toEqual([])
  })
})
