/** Closed boxes: everything in them is counted and summed, lines that then run alike are one, and opening gives back what was there. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyze, diagram, finish, readSource } from '../../core/analysis.ts'
import { bundleTunnels, closeBoxes } from '../../core/diagram/close.ts'
import { labelText } from '../../core/diagram/labels.ts'
import { draw, example, examples } from './drawing.ts'

const text = `infra: 1
servers:
  s1: { rack: r1, cpus: 16, memory: 64GiB, interfaces: { eth0: { address: 10.0.0.1/24 }, eth1: { address: 10.0.1.1/24 }, br0: { type: bridge } } }
  s2: { rack: r1, cpus: 8, memory: 32GiB, interfaces: { eth0: { address: 10.0.0.1/24 }, eth1: { address: 10.0.1.2/24 } } }
switches: { a: {}, b: {} }
vms:
  v1: { host: s1, vcpus: 4, memory: 8GiB, interfaces: { eth0: { attach: br0 } } }
  v2: { host: s1, vcpus: 2, memory: 4GiB, interfaces: { eth0: { attach: br0 } } }
  v3: { host: s2, memory: 4GiB }
links:
  - [s1:eth0, a:p1]
  - [s1:eth1, b:p1]
  - [s2:eth0, a:p2]
  - [s2:eth1, b:p2]
  - [a:up, b:up]
`

describe('a closed box', () => {
  const drawn = draw(text)

  it('shows what a view says of those inside: the most telling, and of how many', () => {
    const told = { ...drawn, boxes: drawn.boxes.map((box) => ({ ...box, ...(box.id === 'v1' || box.id === 'v2' ? { mark: { look: 'changed' as const, word: '~', said: 'changed' } } : box.id === 's2' ? { mark: { look: 'moved' as const, word: '→', said: 'moved' } } : {}) })) }
    const closed = (ids: readonly string[]) => closeBoxes(told, new Set(ids)).diagram.boxes
    expect(closed(['s1']).find(({ id }) => id === 's1')?.mark).toEqual({ look: 'changed', word: '2~', said: '2 × changed' })
    expect(closed(['rack:r1']).find(({ id }) => id === 'rack:r1')?.mark).toEqual({ look: 'moved', word: '1→', said: '1 × moved' })
    expect(closeBoxes(drawn, new Set(['s1'])).diagram.boxes.find(({ id }) => id === 's1')?.mark).toBeUndefined()
  })

  it('sums what guests ask, counts what it holds and what is wrong', () => {
    const { diagram: { boxes }, shownBy } = closeBoxes(drawn, new Set(['s1']))
    expect(boxes.map(({ id }) => id)).not.toContain('v1')
    expect(shownBy.get('s1:br0')).toBe('s1')
    expect(boxes.find(({ id }) => id === 's1')).toMatchObject({ closed: true, holds: 2, details: [expect.stringContaining('10.0.0.1/24'), '2 VMs', '6 of 16 CPU', '12 GiB of 64 GiB'] })
    const rack = closeBoxes(drawn, new Set(['rack:r1', 's1'])).diagram.boxes.find(({ id }) => id === 'rack:r1')
    // v3 does not say how many processors it has.
    expect(rack).toMatchObject({ holds: 3, details: ['2 servers, 3 VMs', '≥ 6 of 24 CPU', '16 GiB of 96 GiB'], badge: { severity: 'error' } })
    const worst = drawn.boxes.filter(({ id }) => id !== 'a' && id !== 'b').reduce((sum, { badge }) => sum + (badge?.count ?? 0), 0)
    expect(rack?.badge?.count).toBe(worst)
  })

  it('bundles lines that then run alike', () => {
    const { lines } = closeBoxes(drawn, new Set(['rack:r1'])).diagram
    expect(lines.filter(({ kind }) => kind === 'link').map(({ from, to, count }) => [from, to, count])).toEqual([['rack:r1', 'a', 2], ['rack:r1', 'b', 2], ['a', 'b', undefined]])
    expect(lines.filter(({ kind }) => kind === 'attach')).toEqual([])
  })

  it('loses nothing: every box is drawn or stands for by one that is, every line is drawn, inside, or counted', () => {
    fc.assert(fc.property(fc.constantFrom(...examples.map(([name]) => name)), fc.infiniteStream(fc.boolean()), (name, dice) => {
      const all = draw(example(name), 'physical', name)
      const ids = new Set(all.boxes.flatMap(({ id }) => (dice.next().value === true ? [id] : [])))
      const { diagram: seen, shownBy } = closeBoxes(all, ids)
      const there = new Set(seen.boxes.map(({ id }) => id))
      for (const { id, parent } of all.boxes) {
        expect([id, there.has(id) !== shownBy.has(id)]).toEqual([id, true])
        if (shownBy.has(id)) expect(there.has(shownBy.get(id) ?? '')).toBe(true)
        else if (parent !== undefined) expect(there.has(parent)).toBe(true)
      }
      const inside = all.lines.filter(({ from, to }) => (shownBy.get(from) ?? from) === (shownBy.get(to) ?? to) && (shownBy.has(from) || shownBy.has(to))).length
      expect(seen.lines.reduce((sum, { count }) => sum + (count ?? 1), 0)).toBe(all.lines.length - inside)
      for (const { from, to } of seen.lines) expect([there.has(from), there.has(to)]).toEqual([true, true])
      // A device's problems are its machine's as well, and are counted once.
      const count = (boxes: typeof all.boxes): number => boxes.reduce((sum, { badge, kind }) => sum + (kind === 'device' ? 0 : badge?.count ?? 0), 0)
      expect(count(seen.boxes)).toBe(count(all.boxes))
    }), { seed: 20261121, numRuns: 60 })
  })

  it('is every server of a very large network, but those that are asked for', () => {
    const many = `infra: 1\nservers:\n${Array.from({ length: 30 }, (_, i) => `  s${i}: { cpus: 64, memory: 256GiB, interfaces: { br0: { type: bridge } } }\n`).join('')}vms:\n${Array.from({ length: 1500 }, (_, i) => `  v${i}: { host: s${i % 30}, vcpus: 1, memory: 1GiB, interfaces: { eth0: { attach: br0, address: 10.0.0.1/8 } } }\n`).join('')}`
    const reading = readSource({ uri: 'x.infra.yaml', text: many, version: 1 })
    if (!reading) throw new Error('not recognised')
    const analysis = finish(analyze([reading]))
    const closed = diagram(analysis, { view: 'physical' })
    expect(closed.boxes).toHaveLength(30)
    expect(closed.boxes[0]).toMatchObject({ holds: 50, details: ['50 VMs', '50 of 64 CPU', '50 GiB of 256 GiB'] })
    // All but the first have an address that is taken.
    expect(closed.boxes[0]?.badge?.count).toBe(49)
    const open = diagram(analysis, { view: 'physical', open: ['s3'] })
    expect(open.boxes).toHaveLength(30 + 51)
  })

  it('tunnels: many between two machines are one line that counts them, those that are down apart; few stay', () => {
    const tunnels = (count: number): string => `infra: 1
tenants: { red: { color: "#ff0000" } }
servers:
${['s1', 's2'].map((name, n) => `  ${name}:
    interfaces:
      eth0: { address: 10.0.0.${n + 1}/24 }
${Array.from({ length: count }, (_, i) => `      br${i}: { type: bridge }\n      t${i}: { type: vxlan, id: ${100 + (i === 0 && n === 1 ? 999 : i)}, local: 10.0.0.${n + 1}, remote: 10.0.0.${2 - n}, master: br${i} }\n`).join('')}`).join('')}links:
  - [s1:eth0, s2:eth0]
`
    const lines = (count: number): readonly (readonly [string, string, number | undefined, boolean])[] => bundleTunnels(draw(tunnels(count))).lines.flatMap((line) => (line.kind === 'tunnel' ? [[line.from, line.to, line.count, line.broken] as const] : []))
    expect(draw(tunnels(3)).lines.filter(({ kind }) => kind === 'tunnel').length).toBe(lines(3).length)
    const many = lines(12)
    expect(many.filter(([, , count, broken]) => count !== undefined && !broken)).toEqual([['s1', 's2', 11, false]])
    expect(many.filter(([, , , broken]) => broken).length).toBeGreaterThan(0)
    expect(labelText(bundleTunnels(draw(tunnels(12))).lines.find(({ count }) => count === 11) ?? ({} as never))).toBe('11×')
  })
})
