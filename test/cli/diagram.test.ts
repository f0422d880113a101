/** `underlay diagram`: one picture in three formats, standing where the sidecar says. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, underlay } from './run.ts'

const text = `infra: 1
racks: {}
servers:
  s1: { interfaces: { eth0: { address: 10.0.0.1/24 } } }
  s2: { interfaces: { eth0: { address: 10.0.0.2/24 } } }
switches: { sw: {} }
links: [[s1:eth0, sw:p1], [s2:eth0, sw:p2]]
`
const sidecar = (x: string): string => `{\n  "version": 1,\n  "physical": {\n    "s1": { "x": ${x}, "y": 40 },\n    "": {}\n  }\n}\n`
const folder = folderOf({ 'a.infra.yaml': text, 'b.infra.yaml': text, 'b.infra.layout.json': sidecar('-700'), 'c.infra.yaml': text, 'c.infra.layout.json': sidecar('"left"') })
const run = (...argv: readonly string[]) => underlay(folder, ['diagram', ...argv])
const made = (name: string): Buffer => readFileSync(join(folder, name))

describe('underlay diagram', () => {
  it('goes by the ending of the file, and by --format', async () => {
    for (const out of ['one.svg', 'one.drawio', 'plain']) expect((await run('a.infra.yaml', '-o', out)).code).toBe(0)
    expect(made('one.svg').toString()).toMatch(/^<svg xmlns/)
    expect(made('one.drawio').toString()).toMatch(/^<\?xml[^]*<mxfile /)
    expect(made('plain').toString()).toBe(made('one.svg').toString())
    const ran = await run('a.infra.yaml', '-o', '-', '--format', 'drawio')
    expect([ran.code, ran.out]).toEqual([0, made('one.drawio').toString()])
    expect((await run('a.infra.yaml', '-o', 'x', '--format', 'gif')).code).toBe(2)
    const other = await run('a.infra.yaml', '-o', 'one.pdf')
    expect([other.code, other.err, existsSync(join(folder, 'one.pdf'))]).toEqual([2, 'underlay: one.pdf: a diagram is written as svg, png, drawio, not as pdf; --format says which, whatever the name\n', false])
    expect((await run('a.infra.yaml', '-o', 'two.pdf', '--format', 'svg')).code).toBe(0)
  })

  it.runIf(existsSync('dist/png/resvg.wasm'))('draws PNG, as fine as asked', async () => {
    const size = async (...more: readonly string[]): Promise<readonly number[]> => {
      expect((await run('a.infra.yaml', '--out', 'one.png', ...more)).code).toBe(0)
      const bytes = made('one.png')
      expect(bytes.toString('latin1', 1, 4)).toBe('PNG')
      return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
    }
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(made('one.svg').toString()) ?? []
    expect([await size('--scale', '1'), await size()]).toEqual([[Number(width), Number(height)], [2 * Number(width), 2 * Number(height)]])
    expect((await run('a.infra.yaml', '-o', '-', '--format', 'png')).code).toBe(2)
  })

  it('stands where a person has put it, and says what of that counts for nothing', async () => {
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => run(`${name}.infra.yaml`, '-o', '-')))
    const left = (svg = ''): number => Number(/viewBox="(-?[\d.]+)/.exec(svg)?.[1])
    expect(left(b?.out)).toBeLessThan(left(a?.out) - 400)
    expect(c?.out).toBe(a?.out)
    expect(c?.err).toContain('c.infra.layout.json: line 4: s1: x and y are numbers')
  })

  it('shows the networks as a layer, with a number, a band and a name each', async () => {
    const [plain, svg, drawio] = await Promise.all([['svg'], ['svg', '--networks'], ['drawio', '--networks']].map(async ([format = '', ...more]) => (await run('a.infra.yaml', '-o', '-', '--format', format, ...more)).out))
    expect(plain).not.toContain('10.0.0.0/24')
    expect(svg).toContain('>10.0.0.0/24</text>')
    expect(svg?.match(/stroke-opacity="0.5"/g)).toHaveLength(2)
    const cells = [...(drawio ?? '').matchAll(/<(?:object|mxCell)\b[^>]* id="([^"]+)"|<mxCell id="([^"]+)"/g)].map(([, a, b]) => a ?? b ?? '')
    expect(new Set(cells).size).toBe(cells.length)
    expect(drawio).toContain('<mxCell id="layer-networks" value="Networks" parent="0"/>')
    expect(drawio?.match(/<mxCell id="network-1-\d+"/g)).toHaveLength(2)
    for (const [, end = ''] of (drawio ?? '').matchAll(/(?:source|target)="([^"]*)"/g)) expect(cells).toContain(end)
    expect(drawio).toContain('value="10.0.0.0/24"')
  })
})
