/** Two revisions side by side: what was added, taken away, moved, changed, and which pairs that gave or took. */
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyze, finish, readSource, type Analysis } from '../../core/analysis.ts'
import { comparison, pastOf, type Comparison } from '../../core/comparing.ts'
import { withGhosts } from '../../core/difference/index.ts'
import { draw } from '../../core/diagram/index.ts'

const reading = (text: string, previous?: NonNullable<ReturnType<typeof readSource>>) => {
  const read = readSource({ uri: 'file:///x.infra.yaml', text, version: previous ? 2 : 1 }, previous)
  if (!read) throw new Error('no reader')
  return read
}

function compare(before: string, after: string, view: 'physical' | 'tenant' = 'physical'): Comparison & { readonly analysis: Analysis } {
  const now = reading(after)
  const analysis = finish(analyze([now]))
  return { ...finish(comparison(pastOf([reading(before, now)], analysis), analysis, { view })), analysis }
}

/** "moved vm vm1", with what changed in it. */
const said = ({ elements }: Comparison): string[] => elements.filter(({ derived }) => !derived).map(({ what, kind, name, settings }) => [`${what} ${kind} ${name}`, ...settings.map(({ path, before, after }) => `${path} ${before ?? '-'}→${after ?? '-'}`)].join('; '))
const pairs = (list: Comparison['lost']): string[] => list.map(({ pair: { from, to } }) => `${from} ${to}`).sort()

const base = `infra: 1
servers:
  s1: { interfaces: { eth0: { address: 10.9.0.1/24 }, br0: { type: bridge } } }
  s2: { interfaces: { eth0: { address: 10.9.0.2/24 }, br0: { type: bridge } } }
vms:
  vm1: { host: s1, memory: 4GiB, interfaces: { eth0: { attach: br0, address: 10.0.0.1/24 } } }
  vm2: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.2/24 } } }
links:
  - [s1:eth0, s2:eth0]
`

describe('the elements', () => {
  it('of the same text: none, whatever the comments', () => {
    const found = compare(base, `# a comment\n${base.replace('links:', '# another\nlinks:')}`)
    expect([found.elements, found.gained, found.lost, found.changed]).toEqual([[], [], [], []])
    expect(found.ghosts).toEqual({ boxes: [], lines: [], outcomes: {} })
  })

  it('a guest that moved leaves a ghost where it was, and takes its pairs with it', () => {
    const found = compare(base, base.replace('vm2: { host: s1', 'vm2: { host: s2'))
    expect(said(found)).toEqual(['moved vm vm2'])
    expect(found.elements.find(({ id }) => id === 'vm2')).toMatchObject({ from: 's1', to: 's2' })
    expect(pairs(found.lost)).toEqual(['vm1 vm2', 'vm2 vm1'])
    expect(found.lost[0]?.after).toMatchObject({ verdict: 'dropped', reason: 'neighbour-unreachable' })
    expect(found.ghosts.outcomes).toMatchObject({ vm2: 'moved', 'was:vm2': 'moved' })
    expect(found.ghosts.boxes).toMatchObject([{ id: 'was:vm2', parent: 's1', ghost: true }])
    expect(found.ghosts.lines.map(({ id, from, to }) => [id, from, to])).toEqual([['was:attach:vm2:eth0', 'was:vm2', 's1:br0']])
  })

  it('what is new and what is gone', () => {
    const found = compare(base, base.replace(/ {2}vm2:.*\n/, '  vm9: { host: s2, interfaces: { eth0: { attach: br0, address: 10.0.0.9/24 } } }\n'))
    expect(said(found)).toEqual(['added vm vm9', 'removed vm vm2'])
    expect(found.ghosts.outcomes).toMatchObject({ vm9: 'added', vm2: 'removed', 'attach:vm2:eth0': 'removed', 'attach:vm9:eth0': 'added' })
    const { analysis } = found
    const merged = withGhosts(draw(analysis.written, analysis.realised.infra, [], { view: 'physical' }), found.ghosts)
    expect(merged.boxes.find(({ id }) => id === 'vm2')).toMatchObject({ ghost: true, parent: 's1' })
  })

  it('a setting by its path, and the box of the device that it is of', () => {
    const found = compare(base, base.replace('br0: { type: bridge } } }\n  s2', 'br0: { type: bridge, mtu: 1400 } } }\n  s2').replace('memory: 4GiB', 'memory: 8GiB'))
    expect(said(found)).toEqual(['changed server s1; interfaces.br0.mtu -→1400', 'changed vm vm1; memory 4GiB→8GiB'])
    expect(found.ghosts.outcomes).toMatchObject({ s1: 'changed', 's1:br0': 'changed', vm1: 'changed' })
  })

  it('routes and rules item by item, an interface as a whole, a link from either end', () => {
    const with1 = base.replace('br0: { type: bridge } } }\n  s2', 'br0: { type: bridge } }, routes: [{ to: default, via: 10.9.0.2 }] }\n  s2')
    expect(said(compare(base, with1))).toEqual(['changed server s1; routes: to default via 10.9.0.2 -→'])
    expect(said(compare(base, base.replace('br0: { type: bridge } } }\n  s2', 'br0: { type: bridge }, d0: { type: dummy, address: 10.7.0.1/32 } } }\n  s2')))).toEqual(['changed server s1; interfaces.d0 -→'])
    expect(said(compare(base, base.replace('[s1:eth0, s2:eth0]', '[s2:eth0, s1:eth0]')))).toEqual([])
    expect(said(compare(base, base.replace('[s1:eth0, s2:eth0]', '{ ends: [s2:eth0, s1:eth0], mtu: 9000 }')))).toEqual(['changed link s2:eth0 – s1:eth0; mtu -→9000'])
  })

  it('a guest, its server and a network under another name are the same as before', () => {
    const renamed = base.replaceAll('vm2', 'web').replaceAll('s1', 'alpha')
    const found = compare(base, renamed)
    expect(said(found)).toEqual(['renamed server alpha', 'renamed vm web'])
    expect(found.elements.map(({ was }) => was)).toEqual(['s1', 'vm2'])
    expect(found.ghosts).toEqual({ boxes: [], lines: [], outcomes: { alpha: 'renamed', web: 'renamed' } })
    expect([found.gained, found.lost, found.changed]).toEqual([[], [], []])
    const network = `${base}networks: { blue: { type: vxlan, id: 7, subnet: 10.5.0.0/24 } }\ntenants: { red: { color: '#f00' } }\n`
    expect(said(compare(network, network.replace('blue', 'green').replace('red', 'pink')))).toEqual(['renamed network green', 'renamed tenant pink'])
  })

  it('a renamed guest that moved or changed as well says both, and loses what it loses', () => {
    const found = compare(base, base.replace('vm1: { host: s1, memory: 4GiB', 'db: { host: s2, memory: 4GiB'))
    expect(found.elements.filter(({ derived }) => !derived)).toMatchObject([{ what: 'moved', name: 'db', was: 'vm1', from: 's1', to: 's2' }])
    expect(pairs(found.lost)).toEqual(['db vm2', 'vm2 db'])
    expect(found.ghosts.outcomes).toMatchObject({ db: 'moved', 'was:db': 'moved' })
  })

  it('a device under another name, with its link', () => {
    expect(said(compare(base, base.replaceAll('br0', 'lan')))).toEqual(['renamed interface s1:lan', 'renamed interface s2:lan'])
    // Its own entry and the link that names it: one renaming, no cable that went and came.
    const found = compare(base, base.replace('s2: { interfaces: { eth0', 's2: { interfaces: { ens3').replace('s2:eth0]', 's2:ens3]'))
    expect(said(found)).toEqual(['renamed interface s2:ens3'])
    expect(found.ghosts.lines).toEqual([])
  })

  it('two that are alike, or too little alike, are told as gone and come', () => {
    const twins = base.replace(/ {2}vm1:.*\n {2}vm2:.*\n/, '  a: { host: s1 }\n  b: { host: s1 }\n')
    expect(said(compare(twins, twins.replace('a: {', 'c: {').replace('b: {', 'd: {'))).sort()).toEqual(['added vm c', 'added vm d', 'removed vm a', 'removed vm b'])
    // A vm does not become a container.
    expect(said(compare(base, base.replace(/ {2}vm2:(.*)\n/, '') .replace('links:', 'containers:\n  vm9: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.2/24 } } }\nlinks:'))).sort()).toEqual(['added container vm9', 'removed vm vm2'])
  })

  it('what no picture shows: groups, services, expectations, defaults of migrations', () => {
    const found = compare(base, `${base}security-groups: { web: { ingress: [{ from: any, ports: [80/tcp] }] } }\nmigration: { downtime-limit: 200ms }\nexpect: [{ reach: { from: vm1, to: vm2 } }]\n`)
    expect(said(found)).toEqual(['added security group web', 'changed section migration; downtime-limit -→200ms', expect.stringMatching(/^added expectation reach\.from/)])
  })

  it('what follows from something is told apart from what somebody wrote', () => {
    const net = (id: number): string => `infra: 1\nservers:\n  s1: { interfaces: { eth0: { address: 10.9.0.1/24 } } }\n  s2: { interfaces: { eth0: { address: 10.9.0.2/24 } } }\nnetworks: { n: { type: vxlan, id: ${id}, subnet: 10.0.0.0/24, uplink: eth0 } }\nvms:\n  a: { host: s1, interfaces: { eth0: { network: n, address: 10.0.0.1 } } }\n  b: { host: s2, interfaces: { eth0: { network: n, address: 10.0.0.2 } } }\nlinks: [[s1:eth0, s2:eth0]]\n`
    const found = compare(net(7), net(8))
    expect(said(found)).toEqual(['changed network n; id 7→8'])
    expect(found.elements.filter(({ derived }) => derived).map(({ name }) => name)).toEqual(['s1', 's2'])
  })

  it('the tenants see theirs', () => {
    const text = readFileSync('examples/vxlan-tenants.infra.yaml', 'utf8')
    const found = compare(text, text.replace(/^ {2}red2:[\s\S]*?(?=^ {2}\w|^\w)/m, ''), 'tenant')
    expect(found.ghosts.outcomes).toMatchObject({ red2: 'removed' })
    expect(found.ghosts.boxes).toMatchObject([{ id: 'red2', parent: 'tenant:red' }])
  })
})

describe('any two of the examples', () => {
  const texts = ['tenant-l2-gre', 'tenant-l3-tunnels', 'vxlan-tenants', 'web-app-db', 'moving-house', 'nat-or-bridge', 'broken', 'fat-tree'].map((name) => readFileSync(`examples/${name}.infra.yaml`, 'utf8'))
  it('make a picture in which everything hangs together, and going back swaps what was gained and lost', () => {
    fc.assert(fc.property(fc.constantFrom(...texts), fc.constantFrom(...texts), fc.nat(200), fc.constantFrom('physical', 'tenant'), (a, b, cut, view) => {
      // A few lines are left out: half of a part, a parent without its child.
      const lines = a.split('\n')
      const before = [...lines.slice(0, Math.max(1, cut % lines.length)), ...lines.slice((cut % lines.length) + 3)].join('\n')
      const [there, back] = [compare(before, b, view), compare(b, before, view)]
      expect(pairs(there.gained)).toEqual(pairs(back.lost))
      const { analysis } = there
      const merged = withGhosts(draw(analysis.written, analysis.realised.infra, [], { view }), there.ghosts)
      const seen = new Set<string>()
      for (const { id, parent } of merged.boxes) {
        expect(seen.has(id)).toBe(false)
        expect(parent === undefined || seen.has(parent)).toBe(true)
        seen.add(id)
      }
      for (const { from, to } of merged.lines) expect(seen.has(from) && seen.has(to)).toBe(true)
    }), { numRuns: 12 })
  }, 60_000)
})
