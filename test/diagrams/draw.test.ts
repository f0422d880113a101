/** What is drawn of a text: boxes in their places, lines between them, and layouts that overlap nothing. */
import { describe, expect, it } from 'vitest'
import { isColor } from '../../core/diagram/colors.ts'
import { analyze, diagram, finish, readSource } from '../../core/analysis.ts'
import { svgOf } from '../../core/export/svg.ts'
import { fallbackLayout } from '../../core/layout/fallback.ts'
import { structureOf } from '../../core/layout/index.ts'
import { draw, example, examples, overlaps, place } from './drawing.ts'

describe('a diagram', () => {
  it('nests guests in hosts in racks, and joins what is joined', () => {
    const { boxes, lines } = draw(example('tenant-l2-gre.infra.yaml'))
    const parents = Object.fromEntries(boxes.map(({ id, parent }) => [id, parent]))
    expect(parents).toEqual({ 'rack:r1': undefined, s1: 'rack:r1', 's1:br0': 's1', 'rack:r2': undefined, s2: 'rack:r2', 's2:br0': 's2', r1: undefined, 'storage:images': undefined, vm1: 's1', vm2: 's1', vm3: 's2' })
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
      for (const placed of [await place(drawn), await place(drawn, 'RIGHT'), await fallbackLayout(structureOf(drawn, 'DOWN'))]) expect(overlaps(drawn, placed)).toEqual([])
    }
  })

  it('knows colours from other words', () => {
    expect(['red', '#12f', '#1122ff', 'RebeccaPurple'].map(isColor)).toEqual([true, true, true, true])
    expect(['tomato;}', 'blurple', '#12', 'url(x)', 'inherit'].map(isColor)).toEqual([false, false, false, false, false])
  })

  it('sums on a closed machine what is wrong with those it holds', () => {
    const vms = Array.from({ length: 1501 }, (_, i) => `  v${i}: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.${Math.floor(i / 200)}.${i < 2 ? 1 : 1 + (i % 200)}/16 } } }`).join('\n')
    const reading = readSource({ uri: 'x.infra.yaml', version: 1, text: `servers:\n  s1: { interfaces: { br0: { type: bridge } } }\nvms:\n${vms}\n` })
    if (!reading) throw new Error('not recognised')
    const analysis = finish(analyze([reading]))
    const named = analysis.problems.filter(({ subject, severity }) => severity !== 'hint' && subject?.startsWith('v')).length
    const { boxes } = diagram(analysis, { view: 'physical' })
    expect(named).toBeGreaterThan(0)
    expect(boxes.map(({ id }) => id)).toEqual(['s1'])
    expect(boxes[0]?.badge?.count).toBeGreaterThanOrEqual(named)
  })

  it('draws storage below the machines that use it', () => {
    const { boxes, lines } = draw(example('moving-house.infra.yaml'))
    expect(boxes.find(({ id }) => id === 'storage:ceph')?.details).toEqual(['shared ceph 50 TiB'])
    expect(lines.filter(({ to }) => to === 'storage:ceph').map(({ from, overlay }) => [from, overlay])).toEqual([['h1', true], ['h2', true], ['h3', true]])
  })

  it('shows tenants their subnets and gateways, not bridges', () => {
    const { boxes, lines } = draw(example('tenant-l3-tunnels.infra.yaml'), 'tenant')
    expect(boxes.filter(({ kind }) => kind === 'network').map(({ label }) => label)).toEqual(['10.1.1.0/24', '10.1.2.0/24'])
    expect(boxes.filter(({ label }) => label === 'gateway').map(({ details }) => details)).toEqual([['10.1.1.254'], ['10.1.2.254']])
    expect(lines.filter(({ kind }) => kind === 'tunnel').map(({ from, to }) => [from, to])).toEqual([['gateway:s1:green', 'gateway:s2:green']])
  })

  it('as SVG holds nothing of the file but text', async () => {
    const drawn = draw('name: "</title><script>x</script>"\nservers:\n  s1: { rack: "<b>&\\"" }\n')
    const svg = svgOf(drawn, await place(drawn, 'RIGHT'))
    expect(svg).not.toMatch(/<script|<b>/)
    expect(svg).toContain('&#60;b&#62;')
  })
})
