/** What is copied in one file and pasted in another: free names and addresses there, nothing that only the first file has, one undo. */
import fc from 'fast-check'
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyze, edit, finish, readSource, type Analysis } from '../../core/analysis.ts'
import { tryPaste } from '../../core/designing.ts'
import { applyEdits } from '../../core/text/edit.ts'

const analysisOf = (text: string, uri: string): Analysis => {
  const reading = readSource({ uri, text, version: 1 })
  if (!reading) throw new Error('not recognised')
  return finish(analyze([reading]))
}

interface Pasted {
  readonly text: string
  readonly lines: readonly string[]
  readonly notes: readonly string[]
  readonly faults: readonly string[]
}
/** The other file after pasting, the lines that came, and what is said. */
function pasted(from: string, ids: readonly string[], into: string, names = ['from.infra.yaml', 'into.infra.yaml']): Pasted | string {
  const [first = '', second = ''] = names
  const analysis = analysisOf(into, `file:///${second}`)
  const plan = tryPaste(analysis, { analysis: analysisOf(from, `file:///${first}`), ids })
  if ('refused' in plan) return plan.refused
  const edits = edit(analysis, plan.change)
  if ('refused' in edits) return edits.refused
  const text = applyEdits({ uri: `file:///${second}`, text: into, version: 1 }, edits)
  const gone = into.split('\n')
  const lines = text.split('\n').filter((line) => { const i = gone.indexOf(line); if (i >= 0) gone.splice(i, 1); return i < 0 })
  // What was there stays.
  if (!into.startsWith('{')) expect(gone.filter((line) => line.trim() !== '')).toEqual([])
  return { text, lines: lines.filter((line) => line.trim() !== ''), notes: plan.notes, faults: plan.faults }
}
const done = (found: Pasted | string): Pasted => {
  if (typeof found === 'string') throw new Error(found)
  return found
}

const two = `infra: 1
tenants: { blue: {} }
networks:
  app: { type: vxlan, id: 9, uplink: eth0, subnet: 10.7.0.0/24 }
storage:
  ceph: { type: shared, servers: [s1] }
servers:
  s1: # the first
    cpus: 8
    interfaces:
      eth0: { address: 10.0.0.1/30 }
      br0: { type: bridge, address: 10.1.0.254/24 }
  s2:
    interfaces: { eth0: { address: 10.0.0.2/30 } }
switches: { tor: {} }
vms:
  web1: { host: s1, tenant: blue, disks: [{ size: 10GiB, on: ceph }], interfaces: { eth0: { attach: br0, address: 10.1.0.1/24, gateway: 10.1.0.254 } } }
  web2: { host: s2, apart-from: [web1], interfaces: { eth0: { network: app, address: 10.7.0.5 } } }
links:
  - { ends: [s1:eth0, s2:eth0], mtu: 9000 }
`

describe('pasting in another file', () => {
  it('keeps names and addresses that are free, makes sections, and takes along what is between', () => {
    const { lines, notes, faults } = done(pasted(two, ['s1', 's2'], 'infra: 1\n'))
    expect(lines).toEqual(['servers:', '  s1:', '    cpus: 8', '    interfaces:', '      eth0: { address: 10.0.0.1/30 }', '      br0: { type: bridge, address: 10.1.0.254/24 }',
      '  s2:', '    interfaces:', '      eth0: { address: 10.0.0.2/30 }', 'links:', '  - { ends: [s1:eth0, s2:eth0], mtu: 9000 }'])
    expect([notes, faults]).toEqual([[], []])
  })

  it('puts guests on the copy of their host, and leaves out in one sentence what the file lacks', () => {
    const { lines, notes, faults } = done(pasted(two, ['s1', 'web1', 'web2'], 'infra: 1\nservers:\n  s1: {}\n'))
    expect(lines).toEqual(['  s2:', '    cpus: 8', '    interfaces:', '      eth0: { address: 10.0.0.1/30 }', '      br0: { type: bridge, address: 10.1.0.254/24 }',
      'vms:', '  web1:', '    host: s2', '    disks:', '      - { size: 10GiB }', '    interfaces:', '      eth0: { attach: br0, address: 10.1.0.1/24, gateway: 10.1.0.254 }',
      '  web2:', '    apart-from: [web1]', '    interfaces:', '      eth0: { address: 10.7.0.5 }'])
    expect(notes).toEqual(['Left out, since it is not in this file: tenant blue, storage ceph, host s2, network app, a cable to a machine that was not copied.'])
    expect(faults).toEqual([])
  })

  it('keeps what the file has under the same name, with an address of its networks', () => {
    const into = `infra: 1
tenants: { blue: {} }
networks:
  app: { type: vxlan, id: 9, uplink: eth0, subnet: 10.9.0.0/24 }
servers:
  s1: { interfaces: { br0: { type: bridge, address: 10.5.0.254/24 } } }
  s2: { interfaces: { eth0: { address: 10.4.0.2/24 } } }
vms:
  web1: { host: s1, interfaces: { eth0: { attach: br0, address: 10.5.0.1/24, gateway: 10.5.0.254 } } }
  web2: { host: s2, interfaces: { eth0: { network: app, address: 10.9.0.5 } } }
`
    const { lines, notes, faults } = done(pasted(two.replace(', disks: [{ size: 10GiB, on: ceph }]', ''), ['web1', 'web2'], into))
    expect(lines).toEqual(['  web3:', '    host: s1', '    tenant: blue', '    interfaces:', '      eth0: { attach: br0, address: 10.5.0.2/24, gateway: 10.5.0.254 }',
      '  web4:', '    host: s2', '    apart-from: [web3]', '    interfaces:', '      eth0: { network: app, address: 10.9.0.6 }'])
    expect([notes, faults]).toEqual([[], []])
  })

  it('gives addresses that are taken to the next free ones, and says so wherever they were named', () => {
    const routed = 'servers:\n  a: { interfaces: { eth0: { address: 10.0.0.1/24 } }, routes: [{ to: default, via: 10.0.0.2 }] }\nrouters:\n  r: { interfaces: { p0: { address: 10.0.0.2/24 } } }\nlinks:\n  - [a:eth0, r:p0]\n'
    const { lines, faults } = done(pasted(routed, ['a', 'r'], 'servers:\n  x: { interfaces: { eth0: { address: 10.0.0.2/24 } } }\n'))
    expect(lines).toEqual(['  a:', '    interfaces:', '      eth0: { address: 10.0.0.1/24 }', '    routes:', '      - { to: default, via: 10.0.0.3 }', 'routers:', '  r:', '    interfaces:', '      p0: { address: 10.0.0.3/24 }', 'links:', '  - [a:eth0, r:p0]'])
    expect(faults).toEqual([])
  })

  it('takes tunnels along whose both ends are pasted, under a number that is free', () => {
    const tunnels = 'servers:\n  a: { interfaces: { eth0: { address: 10.0.0.1/24 }, t0: { type: vxlan, id: 7, local: 10.0.0.1, remote: 10.0.0.2 } } }\n  b: { interfaces: { eth0: { address: 10.0.0.2/24 }, t0: { type: vxlan, id: 7, local: 10.0.0.2, remote: 10.0.0.1 } } }\n'
    const into = 'servers:\n  x: { interfaces: { eth0: { address: 10.0.0.1/24 }, t0: { type: vxlan, id: 7, local: 10.0.0.1, remote: 10.0.0.9 } } }\n'
    expect(done(pasted(tunnels, ['a', 'b'], into)).text).toContain('t0: { type: vxlan, id: 8, local: 10.0.0.3, remote: 10.0.0.2 }')
    const alone = done(pasted(tunnels, ['a'], into))
    expect(alone.text).not.toContain('remote: 10.0.0.2')
    expect(alone.notes).toEqual(['Left out, since it is not in this file: tunnel a:t0.'])
  })

  it('is refused across languages, and of what is not there any more', () => {
    const clab = 'name: x\ntopology:\n  nodes:\n    n1: { kind: linux, image: alpine }\n'
    expect(pasted(clab, ['n1'], 'infra: 1\n', ['a.clab.yml', 'into.infra.yaml'])).toBe('a.clab.yml is written in another language: what is copied there can be pasted in pictures of its own language')
    expect(pasted(two, ['nobody'], 'infra: 1\n')).toBe('What was copied is not in from.infra.yaml any more')
  })

  it('keeps braces braces', () => {
    const { text } = done(pasted(two, ['s2'], '{ "infra": 1, "servers": { "x": {} } }\n', ['from.infra.yaml', 'into.infra.json']))
    expect(JSON.parse(text)).toEqual({ infra: 1, servers: { x: {}, s2: { interfaces: { eth0: { address: '10.0.0.2/30' } } } } })
  })
})

describe('any machines of any example in any other', () => {
  const files = readdirSync('examples').filter((name) => name.endsWith('.infra.yaml') && !name.startsWith('broken')).map((name) => ({ name, text: readFileSync(`examples/${name}`, 'utf8') }))
  it('leave all other lines as they are, break nothing that was whole, and are undone to the letter', () => {
    fc.assert(fc.property(fc.nat(), fc.nat(), fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), (a, b, picks) => {
      const [from, into] = [files[a % files.length], files[b % files.length]]
      if (!from || !into) return
      const source = analysisOf(from.text, `file:///${from.name}`)
      const written = [...source.written.nodes.values()].filter(({ origin }) => origin.by === 'text').map(({ name }) => name)
      if (written.length === 0) return
      const ids = picks.map((pick) => written[pick % written.length] ?? '')
      const target = analysisOf(into.text, 'file:///into.infra.yaml')
      const plan = tryPaste(target, { analysis: source, ids })
      if ('refused' in plan) throw new Error(plan.refused)
      expect(plan.faults).toEqual([])
      const edits = edit(target, plan.change)
      if ('refused' in edits) throw new Error(edits.refused)
      const text = applyEdits({ uri: 'file:///into.infra.yaml', text: into.text, version: 1 }, edits)
      // Undone as an editor does it: each edit's old text in the place of its new one, from the last to the first.
      let undone = text
      let shift = edits.reduce((sum, { start, end, newText }) => sum + newText.length - (end - start), 0)
      for (const { start, end, newText } of [...edits].sort((x, y) => y.start - x.start)) {
        shift -= newText.length - (end - start)
        undone = undone.slice(0, start + shift) + into.text.slice(start, end) + undone.slice(start + shift + newText.length)
      }
      expect(undone).toBe(into.text)
      const kept = text.split('\n')
      for (const line of into.text.split('\n')) {
        const i = kept.indexOf(line)
        if (line.trim() !== '' && !/^\s*[\w-]+:.*\{.*\}\s*(#.*)?$/.test(line)) expect(i).toBeGreaterThanOrEqual(0)
        if (i >= 0) kept.splice(i, 1)
      }
      const after = analysisOf(text, 'file:///into.infra.yaml')
      expect(after.written.nodes.size).toBe(target.written.nodes.size + new Set(ids).size)
      // Nobody has an address or a name twice because of it.
      const twice = (analysis: Analysis): number => analysis.problems.filter(({ code }) => code === 'address-duplicate' || code === 'duplicate-name' || code === 'unknown-reference').length
      expect(twice(after)).toBeLessThanOrEqual(twice(target))
    }), { numRuns: 25 })
  })
})
