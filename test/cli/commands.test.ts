/** The other subcommands: shapes and what must hold whatever the simulation says. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { commands } from '../../extension/cli/run.ts'
import { bundle, startServer } from '../server/client.ts'
import { folderOf, underlay } from './run.ts'

//  a ── b     c stands alone
const pair = `infra: 1
servers:
  a: { cpus: 4, memory: 8GiB, hypervisor: kvm, interfaces: { eth0: { address: 10.0.0.1/24, bandwidth: 1Gbps }, br0: { type: bridge } } }
  b: { cpus: 4, memory: 8GiB, hypervisor: kvm, interfaces: { eth0: { address: 10.0.0.2/24, bandwidth: 1Gbps }, br0: { type: bridge } } }
  c: { interfaces: { eth0: { address: 10.0.0.3/24 } } }
vms:
  v: { host: a, memory: 1GiB, interfaces: { eth0: { attach: br0 } } }
links: [[a:eth0, b:eth0]]
`
const folder = folderOf({ 'pair.infra.yaml': pair, 'joined.infra.yaml': pair.replace('links: [', 'links: [[c:eth0, b:eth1], ').replace('br0: { type: bridge } } }\n  c:', 'eth1: {}, br0: { type: bridge } } }\n  c:') })
const run = (...argv: readonly string[]) => underlay(folder, argv)

describe('--json', () => {
  const asked: readonly (readonly string[])[] = [
    [], ['nope'], ['--help'], ['--version'], ['trace', '--help'], ['trace', 'pair.infra.yaml'], ['trace', 'pair.infra.yaml', '--from', 'zz', '--to', 'b'],
    ['check'], ['check', 'none.infra.yaml'], ['check', 'pair.infra.yaml', '--bogus'], ['migrate', 'pair.infra.yaml', 'a', '--to', 'b'], ['explain', 'nonsense'],
  ]
  for (const argv of asked) {
    it(`is one document whatever becomes of it: ${argv.join(' ') || '(nothing)'}`, async () => {
      const ran = await run(...argv, '--json')
      const words = await run(...argv)
      expect(ran.code).toBe(words.code)
      expect(ran.json()).toMatchObject({ version: 1 })
      // Of a mistake the document tells what the sentence tells.
      if (ran.code === 2) expect(JSON.stringify(ran.json())).toContain(JSON.stringify(ran.err.replace(/^underlay: /, '').trimEnd()).slice(1, -1))
    })
  }
})

describe('the command line', () => {
  it('takes --json before the command, too', async () => {
    expect((await run('--json', 'reach', 'pair.infra.yaml')).json()).toEqual((await run('reach', 'pair.infra.yaml', '--json')).json())
    expect((await run('--json')).err).toContain('a command is missing')
    expect((await run('check', '--', '--json')).out).toBe('')
  })
  it('helps with a command by either order', async () => {
    expect((await run('help', 'trace')).out).toBe((await run('trace', '--help')).out)
    expect(await run('help', 'nope')).toMatchObject({ code: 2, err: 'underlay: there is no command nope\n' })
  })
  it('refuses what cannot be', async () => {
    expect(await run('diagram', 'pair.infra.yaml')).toMatchObject({ code: 2, err: 'underlay: -o is missing\n' })
    expect(await run('lsp')).toMatchObject({ code: 2, err: 'underlay: --stdio is missing\n' })
    expect(await run('trace', 'pair.infra.yaml', '--from', 'a', '--to', 'b', '--size', '65536')).toMatchObject({ code: 2, err: 'underlay: --size is 65535 at most, not 65536\n' })
    // One standard output holds one of the two.
    expect((await run('diagram', 'pair.infra.yaml', '-o', '-', '--json')).code).toBe(2)
    expect((await run('fabric', 'hypercube', '--size', '8', '-o', '-', '--json')).code).toBe(2)
  })
})

describe('reach', () => {
  it('lists every ordered pair of distinct stacks', async () => {
    const { version, endpoints, pairs } = (await run('reach', 'pair.infra.yaml', '--json')).json<{ version: number; endpoints: unknown[]; pairs: { from: string; to: string; address: string }[] }>()
    expect(version).toBe(1)
    expect(endpoints).toEqual([
      { node: 'a', addresses: ['10.0.0.1'] }, { node: 'b', addresses: ['10.0.0.2'] }, { node: 'c', addresses: ['10.0.0.3'] }, { node: 'v', addresses: [] },
    ])
    for (const one of pairs) expect(Object.keys(one)).toEqual(expect.arrayContaining(['from', 'to', 'address', 'verdict', 'reason', 'pathMtu']))
  })
  it('takes selectors', async () => {
    const { endpoints } = (await run('reach', 'pair.infra.yaml', '--from', 'a', '--to', 'b,c', '--json')).json<{ endpoints: { node: string }[] }>()
    expect(endpoints.map(({ node }) => node)).toEqual(['a', 'b', 'c'])
    expect((await run('reach', 'pair.infra.yaml', '--from', 'nobody')).code).toBe(2)
    // An address or an interface is asked for by itself, not with all others of its stack.
    const folder = folderOf({ 'two.infra.yaml': 'infra: 1\nservers:\n  a: { interfaces: { eth0: { address: 10.0.0.1/24 } } }\n  b: { interfaces: { eth0: { addresses: [10.0.0.2/24, 10.0.0.3/24] }, eth1: { address: 10.1.0.2/24 } } }\nlinks: [[a:eth0, b:eth0]]\n' })
    const addresses = async (to: string): Promise<readonly string[]> => (await underlay(folder, ['reach', 'two.infra.yaml', '--from', 'a', '--to', to, '--json'])).json<{ pairs: { address: string }[] }>().pairs.map(({ address }) => address)
    expect(await addresses('10.0.0.3')).toEqual(['10.0.0.3'])
    expect(await addresses('b:eth1')).toEqual(['10.1.0.2'])
    expect(await addresses('b:eth1,b')).toEqual(['10.0.0.2', '10.0.0.3', '10.1.0.2'])
  })
  it('asks for an address once, on however many interfaces it stands', async () => {
    const vrfs = 'r: { type: vrf, table: 1 }, b: { type: vrf, table: 2 }, e1: { master: r, address: 10.0.0.254/24 }, e2: { master: b, address: 10.0.0.254/24 }'
    const folder = folderOf({ 'vrfs.infra.yaml': `infra: 1\nservers:\n  a: { interfaces: { eth0: { address: 10.0.0.1/24 } } }\n  g: { interfaces: { ${vrfs} } }\nlinks: [[a:eth0, g:e1]]\n` })
    const { endpoints, pairs } = (await underlay(folder, ['reach', 'vrfs.infra.yaml', '--from', 'a', '--json'])).json<{ endpoints: unknown[]; pairs: unknown[] }>()
    expect(endpoints).toContainEqual({ node: 'g', addresses: ['10.0.0.254'] })
    expect(pairs).toHaveLength(1)
  })
})

describe('trace', () => {
  it('has the shape of the contract', async () => {
    const ran = await run('trace', 'pair.infra.yaml', '--from', 'a', '--to', 'b', '--json')
    expect(ran.code).toBe(0)
    expect(ran.json()).toMatchObject({ version: 1, verdict: expect.stringMatching(/^(delivered|dropped|unknown)$/), hops: expect.any(Array) })
    expect(Object.keys(ran.json())).toEqual(expect.arrayContaining(['reason', 'pathMtu', 'reply']))
  })
  it('to one without an address is dropped, not refused', async () => {
    expect((await run('trace', 'pair.infra.yaml', '--from', 'a', '--to', 'v', '--json')).json()).toMatchObject({ verdict: 'dropped', reason: 'not-delivered' })
  })
})

describe('diff', () => {
  it('of a file and itself is empty', async () => {
    expect((await run('diff', 'pair.infra.yaml', 'pair.infra.yaml', '--json')).json()).toEqual({ version: 1, gained: [], lost: [], changed: [] })
  })
})

describe('migrate and evacuate', () => {
  it('have the shape of the contract, and exit 1 when infeasible', async () => {
    const ran = await run('migrate', 'pair.infra.yaml', 'v', '--to', 'b', '--json')
    const report = ran.json()
    expect(Object.keys(report)).toEqual(expect.arrayContaining([
      'version', 'vm', 'from', 'to', 'mode', 'feasible', 'preflight', 'path', 'rounds', 'totalSeconds', 'downtimeSeconds', 'transferredBytes', 'converged', 'network', 'problems']))
    expect(ran.code).toBe(report['feasible'] === true ? 0 : 1)
    expect((await run('migrate', 'pair.infra.yaml', 'w', '--to', 'b')).err).toBe('underlay: w is no VM or container of this file; did you mean v?\n')
  })
  it('goes through every guest of the host', async () => {
    const { moves } = (await run('evacuate', 'pair.infra.yaml', 'a', '--json')).json<{ moves: { vm: string }[] }>()
    expect(moves.map(({ vm }) => vm)).toEqual(['v'])
  })
})

describe('fabric', () => {
  it('writes a file that reads as the fabric', async () => {
    const ran = await run('fabric', 'fat-tree', '--k', '4', '--json')
    const { figures, summary, file } = ran.json<{ figures: object; summary: object; file: string }>()
    expect(figures).toMatchObject({ switches: 20, terminals: 16, bisectionWidth: 8, paths: 4 })
    expect(summary).toMatchObject({ servers: 16, routers: 20, links: 48 })
    const again = await underlay(folder, ['check', '-', '--json'], file)
    expect(again.json<{ files: { summary: object }[] }>().files[0]?.summary).toEqual(summary)
  })
  it('refuses what cannot be made', async () => {
    expect((await run('fabric', 'fat-tree', '--k', '3')).code).toBe(2)
    expect((await run('fabric', 'leaf-spine')).err).toMatch(/leaves/)
  })
})

describe('explain', () => {
  it('knows every code and every reason', async () => {
    expect((await run('explain', 'mtu-tunnel-too-small')).out).toMatch(/^mtu-tunnel-too-small: /)
    for (const reason of ['no-route', 'neighbour-unreachable', 'forwarding-off', 'filtered', 'mtu-exceeded', 'vlan', 'no-carrier', 'loop', 'blackhole', 'tunnel', 'not-delivered', 'no-return', 'unknown-node']) {
      expect([reason, (await run('explain', reason)).code]).toEqual([reason, 0])
    }
  })
})

describe('the bundled command', () => {
  it('runs as one file, prints only JSON, and leaves with its code', async () => {
    const program = await bundle('extension/cli/main.ts')
    const ran = spawnSync(process.execPath, [program, 'check', 'pair.infra.yaml', '--json'], { cwd: folder, encoding: 'utf8' })
    expect(JSON.parse(ran.stdout)).toMatchObject({ version: 1, files: [{ summary: { servers: 3 } }] })
    const bad = spawnSync(process.execPath, [program, 'check', 'gone'], { cwd: folder, encoding: 'utf8' })
    expect([bad.status, bad.stdout, bad.stderr]).toEqual([2, '', 'underlay: gone: there is no such file\n'])
    const client = await startServer([program, 'lsp', '--stdio'])
    const uri = client.open('x.infra.yaml', 'infra: 1\nservers: { s1: { memroy: 1 } }\n')
    expect((await client.diagnostics(uri)).map(({ code }) => code)).toEqual(['unknown-key'])
    expect(await client.stop()).toBe(0)
  })
  it('is named in package.json', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { bin: Record<string, string> }
    expect(manifest.bin).toEqual({ underlay: 'dist/cli.cjs' })
    expect(commands.map(({ name }) => name)).toEqual(expect.arrayContaining(['check', 'trace', 'reach', 'migrate', 'evacuate', 'diff', 'fabric', 'explain', 'lsp']))
  })
})
