/** `migrate`, `evacuate` and `rebalance` on the command line: what they may be told, what they print, what they refuse. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { folderOf, underlay, type Ran } from './run.ts'

const server = (name: string, n: number, rack: string): string => `
  ${name}: { cpus: 16, memory: 64GiB, rack: ${rack}, interfaces: { eth0: { bandwidth: 1Gbps, master: br0 }, br0: { type: bridge, address: 10.0.0.${n}/24 } } }`
const house = `infra: 1
servers:${server('s1', 11, 'r1')}${server('s2', 12, 'r1')}${server('s3', 13, 'r2')}
vms:
  vm1: { host: s1, memory: 4GiB, workload: { dirty-rate: 20MiB/s, working-set: 512MiB }, interfaces: { eth0: { attach: br0, address: 10.0.0.51/24 } } }
  vm2: { host: s1, memory: 20GiB, interfaces: { eth0: { attach: br0, address: 10.0.0.52/24 } } }
  vm3: { host: s3, memory: 4GiB, interfaces: { eth0: { attach: br0, address: 10.0.0.53/24 } } }
switches: { sw: {} }
links: [[s1:eth0, sw:p1], [s2:eth0, sw:p2], [s3:eth0, sw:p3]]
`
let run: (...argv: string[]) => Promise<Ran>
beforeAll(() => {
  const folder = folderOf({ 'house.infra.yaml': house, 'trace.json': readFileSync(fileURLToPath(new URL('../qemu/trace.json', import.meta.url)), 'utf8'), 'none.json': '{}' })
  run = (...argv) => underlay(folder, argv)
})
const migrate = (...more: string[]): Promise<Ran> => run('migrate', 'house.infra.yaml', 'vm1', '--to', 's2', ...more)
interface Report { readonly totalSeconds: number; readonly mode: string; readonly path: { readonly bandwidth: number; readonly share: number } }

describe('migrate', () => {
  it('takes other streams and other migrations into account', async () => {
    const alone = (await migrate('--json')).json<Report>()
    const flow = (await migrate('--json', '--flows', 'vm2>vm3:400Mbps')).json<Report>()
    const also = (await migrate('--json', '--also', 'vm2>s3')).json<Report>()
    expect(alone.path.share).toBe(alone.path.bandwidth)
    expect(Math.round(flow.path.share)).toBe(alone.path.bandwidth - 50_000_000)
    expect(Math.round(also.path.share)).toBe(alone.path.bandwidth / 2)
    expect(also.totalSeconds).toBeGreaterThan(flow.totalSeconds)
    // What comes the other way takes nothing: links carry both directions at once.
    expect((await migrate('--json', '--flows', 'vm3>vm2')).json<Report>().path.share).toBe(alone.path.bandwidth)
  })

  it('plans others on the way as one: who goes when, what they share, who crosses whom', async () => {
    const swap = await migrate('--json', '--also', 'vm3>s1')
    expect(swap.json()).toMatchObject({ together: { feasible: true, crossings: [], moves: [{ vm: 'vm1', wave: 1, because: null }, { vm: 'vm3', to: 's1', wave: 1 }] } })
    const shared = await migrate('--also', 'vm2>s3')
    expect(shared.code).toBe(0)
    expect(shared.out).toMatch(/together\n {2}! {2}vm1 .*alone .*it shares .* with vm2/)
    expect(shared.out).toMatch(/all at once .*\n {2}one after the other/)
    const twice = await migrate('--also', 'vm1>s3')
    expect(twice.code).toBe(1)
    expect(twice.out).toContain('vm1 is named twice: it cannot go to s2 and to s3')
  })

  it('compares ways and orchestrators, draws curves, studies many runs: only where asked', async () => {
    const plain = (await migrate('--json')).json<Record<string, unknown>>()
    expect(['advice', 'sweep', 'study'].filter((key) => key in plain)).toEqual([])
    const all = (await migrate('--json', '--advise', '--sweep', '--runs', '12', '--seed', '3')).json<{
      advice: { ways: { name: string }[]; profiles: { name: string }[]; best: string }; sweep: { byBandwidth: unknown[] }
      study: { session: { seed: number }; distribution: { runs: { totalSeconds: number }[]; successRate: number } }
    }>()
    expect(all.advice.ways.map(({ name }) => name)).toEqual(['pre-copy', 'auto-converge', 'post-copy', 'hybrid', 'cold'])
    expect(all.advice.profiles.map(({ name }) => name)).toEqual(['qemu', 'xen', 'opennebula', 'nova', 'proxmox', 'kubevirt', 'vsphere'])
    expect(all.sweep.byBandwidth.length).toBeGreaterThan(10)
    expect(all.study.distribution.runs).toHaveLength(12)
    expect(all.study.session.seed).toBe(3)
    const again = (await migrate('--json', '--runs', '12', '--seed', '3')).json<{ study: unknown }>()
    expect(again.study).toEqual(all.study)
  })

  it('writes the study as Markdown and as CSV', async () => {
    const markdown = (await migrate('--format', 'markdown', '--runs', '5')).out
    for (const head of ['# Migration of vm1 from s1 to s2', '## Session', '## Phases', '## Agents', '## Distribution', '## Ways', '## Orchestrators']) expect(markdown).toContain(head)
    const csv = (await migrate('--format', 'csv', '--runs', '5')).out
    expect(csv.trimEnd().split('\n')).toHaveLength(6)
    expect(new Set(csv.trimEnd().split('\n').map((line) => line.split(',').length))).toEqual(new Set([9]))
    const curves = (await migrate('--sweep', '--format', 'csv')).out.trimEnd().split('\n')
    expect(curves).toHaveLength(51)
    expect(curves[1]).toMatch(/^bandwidth,\d+,[\d.]+,[\d.]+$/)
    const kept = await migrate('--format', 'csv', '--runs', '5', '-o', 'runs.csv')
    expect([kept.out, kept.written.get('runs.csv')]).toEqual(['', csv])
  })

  it('fits a real trace, alone and in place of the file\'s workload', async () => {
    expect((await run('migrate', '--calibrate', 'trace.json')).out).toMatch(/workload: \{ dirty-rate: 16\.\d+MiB\/s, working-set: 6[34]\.?\d*MiB/)
    const { calibration } = (await run('migrate', '--calibrate', 'trace.json', '--json')).json<{ calibration: { dirtyRate: number } }>()
    const used = (await migrate('--calibrate', 'trace.json', '--json')).json<{ study: unknown; calibration: { dirtyRate: number } }>()
    expect(used.calibration.dirtyRate).toBe(calibration.dirtyRate)
    expect((await run('migrate', '--calibrate', 'none.json')).err).toBe('underlay: none.json: it holds no answer of query-migrate with total-time and ram\n')
    expect((await run('migrate', '--calibrate', 'gone.json')).code).toBe(2)
  })

  it('refuses with one sentence what is none of its kind', async () => {
    for (const [argv, why] of [
      [['--downtime-limit', 'long'], '--downtime-limit is a time like 300ms, not long'], [['--flows', 'vm1'], '--flows is a list like web>db:1Gbps,backup>nas, not vm1'],
      [['--flows', 'vm1>nobody'], 'nobody of --flows is nobody in this file'], [['--hot', '64MiB'], '--hot is a size and a rate like 64MiB:200MiB/s, not 64MiB'],
      [['--max-bandwidth', 'x'], '--max-bandwidth is a rate like 100MiB/s or 1Gbps, not x'],
    ] as const) {
      const ran = await migrate(...argv)
      expect([ran.code, ran.err]).toEqual([2, `underlay: ${why}\n`])
    }
  })

  it('moves a container cold, or by an iterative checkpoint where that is asked', async () => {
    const folder = folderOf({ 'c.infra.yaml': house.replace('vms:', 'vms: {}\ncontainers:').replaceAll(/memory: (\d+)GiB,( workload: \{[^}]*\},)? interfaces: \{ eth0/g, 'limits: { memory: $1GiB }, interfaces: { eth0') })
    const ask = async (...more: string[]): Promise<Report & { downtimeSeconds: number }> => (await underlay(folder, ['migrate', 'c.infra.yaml', 'vm1', '--to', 's2', '--json', ...more])).json()
    const [cold, dumped] = [await ask(), await ask('--mode', 'pre-copy')]
    expect([cold.mode, dumped.mode]).toEqual(['cold', 'pre-copy'])
    expect(dumped.downtimeSeconds).toBeLessThan(cold.downtimeSeconds / 5)
  })
})

describe('evacuate and rebalance', () => {
  it('empties a host in waves, and a rack without going to its other hosts', async () => {
    const one = (await run('evacuate', 'house.infra.yaml', 's1', '--json')).json<{ moves: { vm: string; to: string; wave: number }[]; totalSeconds: number; feasible: boolean }>()
    expect(one.moves.map(({ vm, wave }) => [vm, wave])).toEqual([['vm2', 1], ['vm1', 2]])
    const rack = (await run('evacuate', 'house.infra.yaml', 'rack:r1', '--json')).json<{ moves: { to: string | null }[] }>()
    expect(rack.moves.map(({ to }) => to)).toEqual(['s3', 's3'])
    expect((await run('evacuate', 'house.infra.yaml', 'rack:r9')).code).toBe(2)
  })

  it('writes the file as it is after all moves, and nothing else of it', async () => {
    const ran = await run('evacuate', 'house.infra.yaml', 's1', '-o', 'after.infra.yaml')
    expect(ran.written.get('after.infra.yaml')).toBe(house.replace('vm1: { host: s1', 'vm1: { host: s3').replace('vm2: { host: s1', 'vm2: { host: s2'))
    expect((await run('rebalance', 'house.infra.yaml', '-o', '-')).out).toContain('vm2: { host: s2')
  })

  it('proposes moves that name their gain', async () => {
    const found = (await run('rebalance', 'house.infra.yaml', '--json')).json<{ moves: { vm: string; to: string; gain: number }[]; fullestBefore: number; fullestAfter: number }>()
    expect(found.moves[0]).toMatchObject({ vm: 'vm2', to: 's2' })
    expect(found.fullestAfter).toBeLessThan(found.fullestBefore)
    for (const { gain } of found.moves) expect(gain).toBeGreaterThan(0)
  })
})

describe('what makes no sense', () => {
  const files = (change: (text: string) => string, expectations = ''): string => folderOf({ 'a.infra.yaml': change(house) + expectations })
  const report = async (folder: string, ...argv: string[]): Promise<{ readonly code: number; readonly said: Record<string, unknown> }> => {
    const ran = await underlay(folder, [...argv, '--json'])
    return { code: ran.code, said: ran.json() }
  }
  const slow = (to: string) => (text: string): string => text.replaceAll('bandwidth: 1Gbps', to)

  it('a path that carries nothing: it never ends, and says why; so does an evacuation', async () => {
    const folder = files(slow('bandwidth: 0bps'), 'expect:\n  - migrate: { vm: vm1, to: s2, downtime: 1s }\n')
    expect(await report(folder, 'migrate', 'a.infra.yaml', 'vm1', '--to', 's2')).toMatchObject({ code: 0, said: { feasible: true, converged: false, totalSeconds: null } })
    const { said } = await report(folder, 'evacuate', 'a.infra.yaml', 's3')
    expect(said).toMatchObject({ totalSeconds: null, moves: [{ converged: false, findings: [{ code: 'not-converging', message: 'the path carries nothing: its bandwidth is zero' }] }] })
    const check = (await report(folder, 'check', 'a.infra.yaml')).said as { files: { expectations: { status: string; message: string }[] }[] }
    expect(check.files[0]?.expectations).toMatchObject([{ status: 'fail', message: 'vm1 to s2: the path carries nothing: its bandwidth is zero' }])
  })

  it('no bandwidth, or no memory: times are unknown, and what is missing is named', async () => {
    const expects = 'expect:\n  - migrate: { vm: vm1, to: s2, downtime: 1s }\n'
    for (const [change, why] of [[slow('mtu: 1500'), 'no link or device on the path states a bandwidth'], [(text: string) => text.replace('memory: 4GiB, workload', 'workload'), 'the guest does not state its memory']] as const) {
      const folder = files(change, expects)
      const { code, said } = await report(folder, 'migrate', 'a.infra.yaml', 'vm1', '--to', 's2')
      expect({ code, ...said }).toMatchObject({ code: 0, feasible: true, totalSeconds: null, downtimeSeconds: null, converged: null })
      expect(said['notes']).toContainEqual(`${why}, so times are unknown`)
      const check = (await report(folder, 'check', 'a.infra.yaml')).said as { files: { expectations: { status: string; message: string }[] }[] }
      expect(check.files[0]?.expectations).toMatchObject([{ status: 'undecided', message: `vm1 to s2: the downtime is unknown, because ${why}` }])
      expect(((await report(folder, 'evacuate', 'a.infra.yaml', 's1')).said['notes'] as string[]).join()).toContain(why)
    }
  })

  it('a guest larger than any host stays, with the reason; one that goes home, or to a guest, is refused with it', async () => {
    const large = await report(files((text) => text.replace('memory: 20GiB', 'memory: 200GiB')), 'evacuate', 'a.infra.yaml', 's1')
    expect(large.code).toBe(1)
    expect(JSON.stringify(large.said)).toContain('vm2 has 200 GiB of memory, more than all of s2 (64 GiB), and than any host of this file')
    for (const [to, why] of [['s1', 'vm1 already runs on s1'], ['vm3', 'vm3 is no server of this file']] as const) {
      expect(await report(files((text) => text), 'migrate', 'a.infra.yaml', 'vm1', '--to', to)).toMatchObject({ code: 1, said: { feasible: false, preflight: [{ status: 'block', message: why }], problems: [] } })
    }
  })

  it('moves that cross: each is judged as the file stands, so two that need each other\'s room both fail with it', async () => {
    const crossing = 'expect:\n  - migrate: { vm: vm2, to: s3 }\n  - migrate: { vm: vm3, to: s1 }\n'
    const statuses = async (change: (text: string) => string): Promise<unknown> => ((await report(files(change, crossing), 'check', 'a.infra.yaml')).said as { files: { expectations: { status: string; message: string }[] }[] }).files[0]?.expectations.map(({ status, message }) => `${status} ${message}`.trim())
    expect(await statuses((text) => text)).toEqual(['pass', 'pass'])
    expect(await statuses((text) => text.replaceAll('memory: 64GiB', 'memory: 26GiB'))).toEqual(['pass', 'fail vm3 to s1: s1 has 2 GiB of 26 GiB memory left, vm3 needs 4 GiB'])
    expect(await statuses((text) => text.replaceAll('memory: 64GiB', 'memory: 25GiB').replace('memory: 4GiB, interfaces', 'memory: 24GiB, interfaces'))).toEqual([
      'fail vm2 to s3: s3 has 1 GiB of 25 GiB memory left, vm2 needs 20 GiB', 'fail vm3 to s1: s1 has 1 GiB of 25 GiB memory left, vm3 needs 24 GiB',
    ])
  })

  it('a host that is named twice: the first stands, and the second is told', async () => {
    const { said } = await report(files((text) => text.replace('\nvms:', '\n  s2: { cpus: 1 }\nvms:')), 'check', 'a.infra.yaml')
    expect(JSON.stringify(said)).toContain('duplicate-name')
    expect((await report(files((text) => text.replace('\nvms:', '\n  s2: { cpus: 1 }\nvms:')), 'migrate', 'a.infra.yaml', 'vm1', '--to', 's2')).said).toMatchObject({ feasible: true })
  })
})
