/** `underlay check`: shapes, exit codes, formats. */
import { describe, expect, it } from 'vitest'
import type { FileJson } from '../../core/shown.ts'
import { folderOf, underlay } from './run.ts'

// The contract's own example, as far as shapes go: two servers, a router between them, one gretap tunnel, two guests.
const gre = `infra: 1
name: Tenant network over GRE
tenants:
  blue: { color: "#2f6fde" }
servers:
  s1:
    interfaces:
      eth0:  { address: 20.0.0.1/24, bandwidth: 10Gbps }
      br0:   { type: bridge, address: 10.0.0.254/24 }
      vtun0: { type: gretap, local: 20.0.0.1, remote: 30.0.0.1, master: br0 }
    forwarding: true
    routes:
      - { to: default, via: 20.0.0.254 }
  s2:
    interfaces:
      eth0:  { address: 30.0.0.1/24 }
      br0:   { type: bridge }
      vtun0: { type: gretap, local: 30.0.0.1, remote: 20.0.0.1, master: br0 }
    routes:
      - { to: default, via: 30.0.0.254 }
routers:
  r1:
    interfaces:
      p1: { address: 20.0.0.254/24 }
      p2: { address: 30.0.0.254/24 }
vms:
  vm1: { host: s1, tenant: blue, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24, mtu: 1462 } } }
  vm3: { host: s2, tenant: blue, interfaces: { eth0: { attach: br0, address: 10.0.0.3/24, mtu: 1462 } } }
links:
  - [s1:eth0, r1:p1]
  - { ends: [s2:eth0, r1:p2], bandwidth: 10Gbps, latency: 50us }
`
const wrong = `infra: 1
servers:
  s1:
    memroy: 8GiB
    interfaces: { eth0: { address: 10.0.0.300/24 } }
`
const warned = 'infra: 1\nservers:\n  s1: { memroy: 8GiB }\n'
const folder = folderOf({ 'gre.infra.yaml': gre, 'bad/wrong.infra.yaml': wrong, 'warned.infra.yaml': warned, 'notes.txt': 'nothing', 'none/readme.md': '' })

interface Answer { readonly version: number; readonly files: readonly FileJson[] }
const check = async (...argv: readonly string[]) => underlay(folder, ['check', ...argv])

describe('check --json', () => {
  it('counts what the file describes', async () => {
    const ran = await check('gre.infra.yaml', '--json')
    const { version, files } = ran.json<Answer>()
    expect(version).toBe(1)
    expect(files).toMatchObject([{
      path: 'gre.infra.yaml', format: 'infra', expectations: [],
      summary: { servers: 2, vms: 2, containers: 0, switches: 0, routers: 1, externals: 0, links: 2, tunnels: 2, networks: 0, tenants: 1 },
    }])
    expect(ran.err).toBe('')
  })

  it('places problems, names their subject, offers fixes', async () => {
    const ran = await check('bad/wrong.infra.yaml', '--json')
    const problems = ran.json<Answer>().files[0]?.problems ?? []
    expect(problems.find(({ code }) => code === 'unknown-key')).toMatchObject({
      severity: 'warning', range: { start: { line: 3, character: 4 }, end: { line: 3, character: 10 } }, related: [], fixes: [{ title: 'Change to memory' }],
    })
    expect(problems.find(({ code }) => code === 'address-invalid')).toMatchObject({ severity: 'error', range: { start: { line: 4, character: 35 } } })
    expect(ran.code).toBe(1)
  })

  it('reads standard input, by content or by --as', async () => {
    expect((await underlay(folder, ['check', '-', '--json'], gre)).json<Answer>().files[0]).toMatchObject({ path: '-', format: 'infra', summary: { servers: 2 } })
    const named = await underlay(folder, ['check', '-', '--json', '--as', 'infra'], 'servers: { a: }\n')
    expect(named.json<Answer>().files[0]).toMatchObject({ format: 'infra', summary: { servers: 1 } })
  })

  it('opens folders', async () => {
    const { files } = (await check('.', '--json')).json<Answer>()
    expect(files.map(({ path }) => path)).toEqual(['bad/wrong.infra.yaml', 'gre.infra.yaml', 'warned.infra.yaml'])
  })
})

describe('exit codes', () => {
  it('0 below --fail-on, 1 at it or above', async () => {
    expect((await check('warned.infra.yaml')).code).toBe(0)
    expect((await check('warned.infra.yaml', '--fail-on', 'warning')).code).toBe(1)
    expect((await check('bad/wrong.infra.yaml', '--fail-on', 'never')).code).toBe(0)
  })
  it('2 where the command line is wrong or a file cannot be read, in one line', async () => {
    for (const argv of [['check'], ['check', 'gone.yaml'], ['check', 'notes.txt'], ['check', 'gre.infra.yaml', '--fail-on', 'x'], ['check', '--jsn', 'a'], ['chekc', 'a'], [
      'check', 'none'], ['trace', 'gre.infra.yaml'], ['trace', 'gre.infra.yaml', '--from', 'vm1', '--to', 'nobody'], ['explain', 'nothing'], ['fabric', 'x'], []]) {
      const ran = await underlay(folder, argv)
      expect([argv, ran.code, ran.out]).toEqual([argv, 2, ''])
      expect(ran.err).not.toMatch(/\bat .*:\d+:\d+/)
    }
    expect((await underlay(folder, ['chekc', 'a'])).err).toBe('underlay: there is no command chekc; did you mean check?\n')
  })
  it('2, and still the other files', async () => {
    const ran = await check('gone.yaml', 'gre.infra.yaml', '--json')
    expect(ran.code).toBe(2)
    expect(ran.json<Answer>().files).toHaveLength(1)
  })
})

describe('formats', () => {
  it('pretty marks the place', async () => {
    const { out } = await check('warned.infra.yaml')
    expect(out).toContain('warned.infra.yaml:3:9 warning')
    expect(out).toContain('  3 |   s1: { memroy: 8GiB }\n    |         ^^^^^^\n')
  })
  it('sarif names rules and regions', async () => {
    const { version, runs } = (await check('warned.infra.yaml', '--format', 'sarif')).json<{ version: string; runs: { tool: unknown; results: unknown[] }[] }>()
    expect(version).toBe('2.1.0')
    expect(runs[0]).toMatchObject({
      tool: { driver: { name: 'Underlay', rules: [{ id: 'unknown-key' }] } },
      results: [{ ruleId: 'unknown-key', ruleIndex: 0, level: 'warning', locations: [{ physicalLocation: {
        artifactLocation: { uri: 'warned.infra.yaml' }, region: { startLine: 3, startColumn: 9, endLine: 3, endColumn: 15 } } }] }],
    })
  })
  it('junit makes a case of the reading', async () => {
    const { out } = await check('bad/wrong.infra.yaml', '--format', 'junit')
    expect(out).toContain('<testsuite name="bad/wrong.infra.yaml" tests="1" failures="0" errors="1" skipped="0">')
  })
  it('sarif and junit tell of a file that could not be read, as the exit code does', async () => {
    const { code, out } = await check('warned.infra.yaml', 'none.infra.yaml', '--format', 'junit')
    expect(code).toBe(2)
    expect(out).toContain('<testsuites name="underlay" tests="2" failures="0" errors="1" skipped="0">')
    expect(out).toContain('<error message="none.infra.yaml: there is no such file"/>')
    const invocations = async (...files: readonly string[]) => (await check(...files, '--format', 'sarif')).json<{ runs: { invocations: unknown }[] }>().runs[0]?.invocations
    expect(await invocations('warned.infra.yaml')).toEqual([{ executionSuccessful: true }])
    expect(await invocations('warned.infra.yaml', 'none.infra.yaml')).toEqual([{
      executionSuccessful: false, toolExecutionNotifications: [{ level: 'error', message: { text: 'none.infra.yaml: there is no such file' } }],
    }])
  })
  it('takes an empty name for a mistake, not for the folder where it stands', async () => {
    const { code, err } = await check('')
    expect([code, err]).toEqual([2, 'underlay: the name of a file is empty\n'])
  })
})

describe('includes', () => {
  it('are told in their own file, and stay inside', async () => {
    const here = folderOf({ 'a.infra.yaml': 'infra: 1\ninclude: [b.infra.yaml, ../../../../etc/hostname]\n', 'b.infra.yaml': 'infra: 1\nservers:\n  s1: { memroy: 1GiB }\n' })
    const { files } = (await underlay(here, ['check', 'a.infra.yaml', '--json'])).json<Answer>()
    expect(files[0]?.summary.servers).toBe(1)
    expect(files[0]?.problems.map(({ code, uri }) => [code, uri?.split('/').at(-1)])).toEqual([['include-failed', undefined], ['unknown-key', 'b.infra.yaml']])
  })
})

describe('comments in the file', () => {
  const folder = folderOf({
    'quiet.infra.yaml': 'infra: 1\nservers:\n  s1:\n    interfaces:\n      # underlay-disable-next-line address-is-network -- the vendor insists\n      eth0: { address: 10.0.0.0/24 }\n',
    'stale.infra.yaml': '# underlay-disable bridge-loop\ninfra: 1\nservers: { s1: {} }\n',
  })

  it('keep a finding quiet, and are told of', async () => {
    const { code, out } = await underlay(folder, ['check', 'quiet.infra.yaml'])
    expect(code).toBe(0)
    expect(out).toContain('1 kept quiet')
    const [file] = (await underlay(folder, ['check', '--json', 'quiet.infra.yaml'])).json<{ files: FileJson[] }>().files
    expect(file?.problems).toEqual([])
    expect(file?.suppressed?.map(({ code: found, reason, range }) => [found, reason, range.start.line])).toEqual([['address-is-network', 'the vendor insists', 5]])
    const { runs } = (await underlay(folder, ['check', '--format', 'sarif', 'quiet.infra.yaml'])).json<{ runs: { results: { ruleId: string; suppressions?: unknown }[] }[] }>()
    expect(runs[0]?.results).toMatchObject([{ ruleId: 'address-is-network', suppressions: [{ kind: 'inSource', justification: 'the vendor insists' }] }])
  })

  it('are found where they keep nothing quiet', async () => {
    const { code, out } = await underlay(folder, ['check', '--fail-on', 'warning', 'stale.infra.yaml'])
    expect(code).toBe(1)
    expect(out).toContain('bridge-loop is not found in this file [useless-suppression]')
    expect(out).toContain('fix Take the comment away')
  })
})
