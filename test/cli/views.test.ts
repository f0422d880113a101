/** `underlay diagram --view`: each view's marks and legend, in every format; and what is answered where a question is wrong. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { asked, before, readOff, text, type Asked, type ReadOff } from '../export/views.ts'
import { folderOf, underlay } from './run.ts'

const folder = folderOf({ 'x.infra.yaml': text, 'before.infra.yaml': before })
const run = (...argv: readonly string[]) => underlay(folder, ['diagram', ...argv])
const picture = async (...argv: readonly string[]): Promise<ReadOff> => {
  const { code, out, err } = await run(...argv, '-o', '-')
  expect([code, err]).toEqual([0, ''])
  return readOff(out)
}
const [good, bad, note, warn, quiet] = ['#1a7f37', '#cf222e', '#0969da', '#9a6700', '#afb8c1']

describe('the views from the command line', () => {
  it('physical and tenant: what is there, and what its signs mean', async () => {
    const physical = await picture(...asked.physical)
    expect(physical.boxes).toContain(`server s1 ${quiet}`)
    expect(physical.legend).toEqual(expect.arrayContaining(['link', 'interface of a guest', 'tenant blue', 'tenant red']))
    const tenant = await picture(...asked.tenant)
    expect(tenant.boxes.filter((box) => /^(server|router|switch)/.test(box)).join()).not.toContain('s1')
    expect(tenant.legend).toEqual(expect.arrayContaining(['tenant blue', 'tenant red']))
    expect((await picture('x.infra.yaml', '--tenant', 'red')).legend).not.toContain('tenant blue')
  })

  it('network: who hears it, what carries it, and the rest steps back', async () => {
    const { boxes, lines, legend } = await picture(...asked.network)
    expect(boxes).toEqual(expect.arrayContaining([`vm db ${good} 2`, `vm log ${good} 2`, `vm web ${quiet}`]))
    expect(lines.filter((line) => line === `${note} 2.6 9 3`)).toHaveLength(2)
    expect(legend).toEqual(expect.arrayContaining(['Network 10.2.0.0/24', 'A broadcast from db is heard by 3 of 3.', 'hears the broadcast', 'carries the broadcast', 'not in this network']))
  })

  it('packet: its hops by number, where it or its answer ends, and the lines it takes', async () => {
    const { boxes, signs, legend, lines } = await picture(...asked.packet)
    expect(signs).toEqual(['1', '2', '3', '4', '5', '6↩✕'])
    expect(boxes).toEqual(expect.arrayContaining([`vm web ${good} 2`, `vm log ${bad} 2 5 3`, `vm db ${quiet}`, `server s3 ${quiet}`]))
    expect(lines.filter((line) => line.endsWith(' 9 3'))).toHaveLength(5)
    expect(legend).toEqual(expect.arrayContaining(['A packet from web to log', 'icmp, 84 bytes', 'It arrives; the answer does not: neighbour-unreachable.']))
    const lost = await picture('x.infra.yaml', '--view', 'packet', '--from', 'web', '--to', '10.2.0.77', '--port', '80', '--df')
    expect([lost.signs, lost.legend.slice(0, 3)]).toEqual([['1', '2', '3', '4', '5✕'], ['A packet from web to 10.2.0.77', 'tcp, port 80, 84 bytes, DF', 'It does not arrive: neighbour-unreachable.']])
    expect((await picture('x.infra.yaml', '--view', 'packet', '--from', 'web', '--to', 'db')).legend).toContain('It arrives, and so does the answer; path MTU 1500.')
  })

  it('reach: the sender, whom it reaches with which path MTU, and why not the others', async () => {
    const { boxes, signs, legend } = await picture(...asked.reach)
    expect(boxes).toEqual(expect.arrayContaining([`vm web ${note} 3.5`, `vm db ${good} 2`, `vm log ${bad} 2 5 3`]))
    expect(signs).toEqual(['✓', '✓', '✓', '✓', '✓', '✕'].sort())
    const { out } = await run(...asked.reach, '-o', '-')
    expect(out).toContain('>MTU 1500<')
    // One line of room: the answer stands there.
    expect(out).toContain('>no-return<')
    expect(legend.slice(0, 2)).toEqual(['Whom web reaches', '5 of 6 are reached.'])
  })

  it('utilisation: fuller is another colour and broader, with its figure; unknown is unknown', async () => {
    const { boxes, lines, legend } = await picture(...asked.utilisation)
    expect(lines.filter((line) => line === `${note} 2.8` || line === `${warn} 4`)).toHaveLength(2)
    // Two links state no capacity; nothing goes over one of them.
    expect(lines.filter((line) => line.endsWith('2.2 2 4'))).toHaveLength(1)
    expect(boxes).toContain(`server s1 ${note} 2`)
    expect(legend).toEqual(expect.arrayContaining(['How full links, servers and storage are', '1 flow.', 'more than half full', 'load or capacity unknown']))
    expect((await picture('x.infra.yaml', '--view', 'utilisation', '--flow', 'db,web,2Gbps')).lines.filter((line) => line === `${bad} 5.4`)).toHaveLength(2)
  })

  it('failures: what is off and goes with it, and who loses whom; several at once', async () => {
    const { boxes, lines, signs, legend } = await picture(...asked.failures)
    expect(boxes).toEqual(expect.arrayContaining([`server s2 ${note} 3.5`, `vm db ${bad} 2 4 4`, `vm log ${bad} 2 4 4`, `bridge br0 ${bad} 2 4 4`, `bridge br0 ${quiet}`]))
    expect([signs, lines.filter((line) => line.endsWith(' 4 4')).length]).toEqual([['✕', '✕', '✕'], 3])
    expect(legend.slice(0, 3)).toEqual(['Without server s2', 'Of the 4 that are left, every pair still talks.', 'Gone with it: db, log.'])
    const both = await picture('x.infra.yaml', '--view', 'failures', '--off', 'r1:p2', '--off', 's2')
    expect([both.signs.filter((sign) => sign.startsWith('−')), both.legend[0]]).toEqual([['−1', '−1', '−1', '−3'], 'Without link sw:up – r1:p2, server s2'])
    expect(await picture('x.infra.yaml', '--view', 'failures', '--off', 's2', '--off', 'r1:p2-sw:up')).toMatchObject({ boxes: both.boxes })
  })

  it('failures: a tunnel whose underlay fails is broken, closed servers or not, and the legend says so', async () => {
    const of = folderOf({ 'x.infra.yaml': readFileSync('examples/tenant-l2-gre.infra.yaml', 'utf8') })
    const drawn = async (off: string): Promise<ReadOff> => readOff((await underlay(of, ['diagram', 'x.infra.yaml', '--view', 'failures', '--off', off, '-o', '-'])).out)
    const broken = await drawn('r1')
    expect(broken.lines).toContain(`${bad} 3.2 5 3`)
    expect(broken.lines.join()).not.toContain('#2f6fde')
    expect(broken.legend).toContain('tunnel whose packets are lost below it')
    const whole = await drawn('vm1')
    expect(whole.lines.filter((line) => line.endsWith('5 3'))).toEqual([])
    expect(whole.legend).not.toContain('tunnel whose packets are lost below it')
  })

  it('difference: added, removed, moved and changed, with the pairs that came and went', async () => {
    const { boxes, signs, legend } = await picture(...asked.difference)
    expect(boxes).toEqual(expect.arrayContaining([`vm log ${good} 2`, `vm old ${bad}  4 3`, `vm db ${note} 2 10 4`, `vm db ${bad}  4 3`, `vm web ${warn} 2 9 3 2 3`]))
    expect(signs).toEqual(expect.arrayContaining(['+', '−', '→', '~']))
    expect(legend[0]).toBe('What differs from before.infra.yaml')
    expect(legend.join(' ')).toMatch(/1 added, 1 removed, 1 moved, 1 changed; pairs: \d+ lost, \d+ gained/)
    expect(legend.join(' ')).toMatch(/− \d+ with old, which is gone/)
  })

  it('the layer of all networks lies over any of them', async () => {
    for (const argv of [asked.networks, [...asked.reach, '--networks']]) {
      const { chips, legend } = await picture(...argv)
      expect(chips.length).toBeGreaterThan(6)
      expect(legend).toEqual(expect.arrayContaining(['10.0.0.0/24', '10.0.1.0/24', '10.1.0.0/24', '10.2.0.0/24']))
    }
  })

  it('each is the same in draw.io: rims, and the words of the legend', async () => {
    for (const argv of Object.values(asked)) {
      const { boxes, legend } = await picture(...argv)
      const { out } = await run(...argv, '-o', '-', '--format', 'drawio')
      const ids = [...out.matchAll(/<(?:object|mxCell)\b[^>]*? id="([^"]+)"/g)].map(([, id]) => id)
      expect(new Set(ids).size).toBe(ids.length)
      const styles = [...out.matchAll(/<object label="[^"]*" kind="[^"]*" name="([^"]*)"[^>]*><mxCell style="([^"]*)"/g)].map(([, name = '', style = '']) => ({ name: name.replace('&#58;', ':'), style }))
      for (const [, kind = '', label = '', color = '', width = ''] of boxes.map((box) => /^(\w+) (\S+) (#\w+)(?: ([\d.]+))?/.exec(box) ?? [])) {
        if (color === quiet || width === '' || kind === 'bridge') continue
        expect(styles.some(({ name, style }) => name === label && style.includes(`strokeColor=${color};strokeWidth=${width};`))).toBe(true)
      }
      const words = [...out.matchAll(/<mxCell id="legend-[^"]*" value="([^"]+)" style="text;/g)].map(([, said = '']) => said.replace(/&#38;#(\d+);|&#(\d+);/g, (_, a: string | undefined, b: string | undefined) => String.fromCharCode(Number(a ?? b))))
      // A badge's sample has a word of its own there.
      expect(words.filter((word) => word !== '● n')).toEqual(legend.filter((word) => word !== 'n' && !/^[✓✕?+−→~]$|^−?1$|^\d+$/.test(word)))
    }
  })

  it.runIf(existsSync('dist/png/resvg.wasm'))('and in PNG', { timeout: 120_000 }, async () => {
    for (const [view, argv] of Object.entries(asked)) {
      const { out } = await run(...argv, '-o', '-')
      const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(out) ?? []
      expect((await run(...argv, '-o', `${view}.png`, '--scale', '1')).code).toBe(0)
      const bytes = readFileSync(join(folder, `${view}.png`))
      expect([view, bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([view, Number(width), Number(height)])
    }
  })

  it('JSON has the answer beside the diagram', async () => {
    const json = async (view: Asked): Promise<Record<string, unknown>> => (await run(...asked[view], '--json')).json()
    expect(await json('packet')).toMatchObject({ version: 1, shows: 'packet', view: 'physical', trace: { from: 'web', to: 'log', verdict: 'dropped', reason: 'no-return' } })
    expect(await json('reach')).toMatchObject({ shows: 'reach', reach: { from: 'web' } })
    expect(await json('network')).toMatchObject({ shows: 'network', network: { name: '10.2.0.0/24', from: 'db' } })
    expect(await json('failures')).toMatchObject({ shows: 'failures', failures: { off: ['s2'], gone: ['s2', 'db', 'log'] } })
    expect(await json('utilisation')).toMatchObject({ shows: 'utilisation', load: { flowCount: 1 } })
    expect(await json('difference')).toMatchObject({ shows: 'difference', difference: { revision: 'before.infra.yaml' } })
    expect(await json('networks')).toMatchObject({ shows: 'physical', domains: [{ number: 1 }, {}, {}, {}] })
  })

  it.each([
    [['--view', 'reach'], '--from is missing'],
    [['--view', 'packet', '--from', 'web'], '--to is missing'],
    [['--view', 'packet', '--from', 'nobody', '--to', 'db'], 'there is no nobody that could send'],
    [['--view', 'network'], '--network is missing'],
    [['--view', 'network', '--network', 'blue'], '--network: there is no network blue; there are 10.0.0.0/24, 10.1.0.0/24, 10.0.1.0/24, 10.2.0.0/24'],
    [['--view', 'network', '--network', '10.2.0.0/24', '--from', 'web'], 'web is not in the network 10.2.0.0/24'],
    [['--view', 'failures'], '--off is missing'],
    [['--view', 'failures', '--off', 's4'], '--off: there is no node or link s4; did you mean s1?'],
    [['--view', 'failures', '--off', 's1:eth9'], '--off: there is no node or link s1:eth9'],
    [['--view', 'reach', '--from', 'tenant:red'], '--from: a picture is of one sender, not of 2: db, log'],
    [['--view', 'utilisation', '--each', 'much'], 'much is no rate: 100Mbps, 10Gbps or 50MiB/s would be'],
    [['--view', 'utilisation', '--flow', 'web'], '--flow is FROM,TO or FROM,TO,RATE, not web'],
    [['--from', 'web'], '--from belongs to --view network or packet or reach, not to physical'],
    [['--tenant', 'bluu'], '--tenant: there is no tenant bluu; did you mean blue?'],
    [['--view', 'physical', '--tenant', 'blue'], '--tenant belongs to the tenant view, not to the physical one'],
    [['--view', 'difference'], 'x.infra.yaml is in no Git repository: name the older file, too'],
  ])('%j: exit 2, with a sentence', async (argv, said) => {
    const { code, out, err } = await run('x.infra.yaml', ...argv, '-o', '-')
    expect([code, out, err]).toEqual([2, '', `underlay: ${said}\n`])
  })

  const git = (...words: readonly string[]): string => execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...words], { cwd: other, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const other = folderOf({ 'x.infra.yaml': before, 'rest/gone.infra.yaml': 'infra: 1\nservers: { s9: {} }\n' })
  it('a revision of the same file, its includes as they were then', async () => {
    writeFileSync(join(other, 'x.infra.yaml'), `${before}include: [rest/gone.infra.yaml]\n`)
    git('init', '-q')
    git('add', '.')
    git('commit', '-qm', 'first')
    git('tag', 'v1')
    writeFileSync(join(other, 'x.infra.yaml'), text)
    const asking = (...argv: readonly string[]) => underlay(other, ['diagram', 'x.infra.yaml', '--view', 'difference', '-o', '-', ...argv])
    const [head, tag, none] = [await asking(), await asking('--revision', 'v1'), await asking('--revision', 'v2')]
    expect([head.code, readOff(head.out).legend[0], readOff(tag.out).legend[0]]).toEqual([0, 'What differs from HEAD', 'What differs from v1'])
    expect(readOff(head.out).boxes).toEqual(expect.arrayContaining([`server s9 ${bad}  4 3`, `vm old ${bad}  4 3`, `vm log ${good} 2`]))
    expect([none.code, none.err]).toEqual([2, 'underlay: there is no revision v2 in this repository\n'])
    expect((await asking('--revision', '--output=x')).code).toBe(2)
    writeFileSync(join(other, 'y.infra.yaml'), text)
    expect((await underlay(other, ['diagram', 'y.infra.yaml', '--view', 'difference', '-o', '-'])).err).toBe('underlay: y.infra.yaml was not there at HEAD\n')
  })
})
