/** How full links, servers and storage are: by what is declared, by what is tried out; what nobody says stays unknown. */
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyze, finish, readSource } from '../../core/analysis.ts'
import { loadOf, type LoadQuestion } from '../../core/loading.ts'
import type { ShownLoad } from '../../core/viewed.ts'

function ask(text: string, question: LoadQuestion = {}): ShownLoad | { readonly refused: string } {
  const reading = readSource({ uri: 'file:///x.infra.yaml', text, version: 1 })
  if (!reading) throw new Error('no reader')
  return finish(loadOf(finish(analyze([reading])), question))
}
function loads(text: string, question?: LoadQuestion): ShownLoad {
  const found = ask(text, question)
  if ('refused' in found) throw new Error(found.refused)
  return found
}
const mega = 1e6 / 8

//  a ── sw ── c     a and b send to c: the last link is what they share
const shared = (links = ''): string => `infra: 1
servers:
  a: { interfaces: { eth0: { address: 10.0.0.1/24 } } }
  b: { interfaces: { eth0: { address: 10.0.0.2/24 } } }
  c: { interfaces: { eth0: { address: 10.0.0.3/24 } } }
switches: { sw: { ports: { p1: {}, p2: {}, p3: {} } } }
links:
  - { ends: [a:eth0, sw:p1], bandwidth: 1Gbps }
  - { ends: [sw:p2, b:eth0]${links === '' ? ', bandwidth: 100Mbps' : links} }
  - { ends: [c:eth0, sw:p3], bandwidth: 1Gbps }
expect: [{ reach: { from: [a, b], to: c } }]
`

describe('links', () => {
  it('are shared fairly by what is expected to talk, direction by direction', () => {
    const { flows, links } = loads(shared(), { each: 'all' })
    expect(flows.map(({ from, to, rate, bound }) => [from, to, rate === null ? null : Math.round(rate / mega), bound])).toEqual([['a', 'c', 900, 'sw:p3 → c:eth0'], ['b', 'c', 100, 'b:eth0 → sw:p2']])
    expect(links.map(({ id, from, share, flows: n }) => [id, from, share === null ? null : Math.round(share * 100), n])).toEqual([
      ['link:c:eth0-sw:p3', 'sw:p3', 100, 2], ['link:sw:p2-b:eth0', 'b:eth0', 100, 1], ['link:a:eth0-sw:p1', 'a:eth0', 90, 1],
    ])
  })
  it('carry nothing of those whose rate nobody states, and are not called empty for it', () => {
    const { flows, links } = loads(shared())
    expect(flows.map(({ from, rate, bound, because }) => [from, rate, bound, because])).toEqual([['a', null, null, null], ['b', null, null, null]])
    expect(links.map(({ from, load, share, flows: n, unsaid }) => [from, load, share, n, unsaid])).toEqual([['sw:p3', null, null, 2, 2], ['a:eth0', null, null, 1, 1], ['b:eth0', null, null, 1, 1]])
    // Beside a flow that is tried out they are counted.
    expect(loads(shared(), { flows: [{ from: 'a', to: 'c', rate: '500Mbps' }] }).links[0]).toMatchObject({ from: 'sw:p3', share: 0.5, flows: 3, unsaid: 2 })
  })
  it('by a thousand flows at once are the sum of what each takes, also on one way twice', () => {
    const hosts = 20
    const all = Array.from({ length: hosts }, (_, i) => i)
    const text = `infra: 1
servers:
${all.map((i) => `  h${i}: { interfaces: { eth0: { address: 10.0.0.${i + 1}/24 } } }`).join('\n')}
switches: { sw: { ports: { ${all.map((i) => `p${i}: {}`).join(', ')} } } }
links:
${all.map((i) => `  - { ends: [h${i}:eth0, sw:p${i}], bandwidth: 100Gbps }`).join('\n')}
`
    // Twenty hosts have 380 ways among them, so that each is taken by two flows or three, at rates of their own.
    const tried = Array.from({ length: 1000 }, (_, n) => {
      const from = n % hosts
      return { from, to: (from + 1 + Math.floor(n / hosts) % (hosts - 1)) % hosts, rate: 1 + n % 37 }
    })
    const { flows, links, flowCount } = loads(text, { flows: tried.map(({ from, to, rate }) => ({ from: `h${from}`, to: `h${to}`, rate: `${rate}Mbps` })) })
    expect(flowCount).toBe(1000)
    expect(flows.map(({ from, to, rate }) => [from, to, Math.round((rate ?? 0) / mega)])).toEqual(tried.slice(0, flows.length).map(({ from, to, rate }) => [`h${from}`, `h${to}`, rate]))
    for (const i of all) {
      const out = tried.filter(({ from }) => from === i)
      const into = tried.filter(({ to }) => to === i)
      const sum = (list: typeof tried): number => list.reduce((total, { rate }) => total + rate, 0)
      for (const [list, end] of [[out, `h${i}:eth0`], [into, `sw:p${i}`]] as const) {
        const link = links.find(({ from }) => from === end)
        expect([link?.flows, Math.round((link?.load ?? 0) / mega)]).toEqual([list.length, sum(list)])
      }
    }
  }, 20_000)
  it('with a rate for each flow, no more than that', () => {
    const { links, flows } = loads(shared(), { each: '50Mbps' })
    expect(links.map(({ share }) => Math.round((share ?? 0) * 100))).toEqual([50, 10, 5])
    expect(flows.every(({ bound }) => bound === null)).toBe(true)
  })
  it('of which nobody says what they carry have a load and no share', () => {
    const { links } = loads(shared(' '), { each: '50Mbps' })
    expect(links.at(-1)).toMatchObject({ from: 'b:eth0', capacity: null, share: null, flows: 1 })
    expect(Math.round((links.at(-1)?.load ?? 0) / mega)).toBe(50)
  })
  it('where nothing binds a flow what it takes is unknown, and so is every load it is part of', () => {
    const bare = shared(' ').replaceAll(', bandwidth: 1Gbps', '')
    const { flows, links } = loads(bare, { each: 'all' })
    expect(flows.every(({ rate }) => rate === null)).toBe(true)
    expect(links.every(({ load, share }) => load === null && share === null)).toBe(true)
  })
  it('a flow that somebody tries out takes its part; one that does not arrive takes nothing and says why', () => {
    const { flows, links } = loads(shared(), { flows: [{ from: 'c', to: 'a', rate: '500Mbps' }] })
    expect(links.find(({ from }) => from === 'c:eth0')).toMatchObject({ share: 0.5, flows: 1, unsaid: 0 })
    expect(flows.at(-1)).toMatchObject({ words: 'is tried out', wanted: 500 * mega })
    const cut = loads(shared().replace('10.0.0.2/24', '10.9.0.2/24'))
    expect(cut.flows.find(({ from }) => from === 'b')).toMatchObject({ rate: null, because: expect.stringMatching(/./) as string })
  })
  it('what is no rate, and who is nobody, is refused in words', () => {
    expect(ask(shared(), { each: 'fast' })).toEqual({ refused: 'fast is no rate: 100Mbps, 10Gbps or 50MiB/s would be' })
    expect(ask(shared(), { flows: [{ from: 'a', to: 'nobody' }] })).toHaveProperty('refused')
  })
  it('inside a tunnel carry more than what is sent', () => {
    const text = readFileSync('examples/tenant-l2-gre.infra.yaml', 'utf8')
    const { links } = loads(text, { each: '100Mbps' })
    const [first] = links
    expect((first?.load ?? 0) / mega / (first?.flows ?? 1)).toBeCloseTo(100 * 1500 / 1462, 0)
  })
})

describe('servers and storage', () => {
  const text = `infra: 1
servers:
  s1: { cpus: 8, memory: 16GiB }
  s2: { memory: 8GiB, overcommit: { memory: 2 } }
  s3: { interfaces: { eth0: { address: 10.0.0.1/24 } } }
vms:
  a: { host: s1, vcpus: 4, memory: 8GiB, disks: [{ size: 100GiB, on: nas }, { on: nas }] }
  b: { host: s1, vcpus: 12, memory: 12GiB }
  c: { host: s1 }
  d: { host: s2, vcpus: 2, memory: 12GiB }
storage: { nas: { type: shared, capacity: 1TiB, servers: [s1] }, bare: { servers: [s1] } }
`
  it('what is asked of what there is, and how many do not say', () => {
    const { hosts, storage } = loads(text)
    expect(hosts.map(({ node }) => node)).toEqual(['s1', 's2'])
    expect(hosts[0]).toMatchObject({ guests: 3, cpus: { asked: 16, has: 8, ratio: 4, unsaid: 1 }, memory: { asked: 20 * 2 ** 30, has: 16 * 2 ** 30, ratio: 1, unsaid: 1 } })
    expect(hosts[1]).toMatchObject({ cpus: { asked: 2, has: null }, memory: { ratio: 2 } })
    expect(storage).toEqual([{ name: 'nas', asked: 100 * 2 ** 30, has: 2 ** 40, unsaid: 1 }, { name: 'bare', asked: 0, has: null, unsaid: 0 }])
  })
})

describe('whatever is tried out on the examples', () => {
  const texts = ['tenant-l2-gre', 'direct-routing', 'moving-house', 'fat-tree', 'broken', 'web-app-db'].map((name) => readFileSync(`examples/${name}.infra.yaml`, 'utf8'))
  const analyses = texts.map((text) => {
    const reading = readSource({ uri: 'file:///x.infra.yaml', text, version: 1 })
    if (!reading) throw new Error('no reader')
    return finish(analyze([reading]))
  })
  it('no direction carries more than it can, and nobody gets more than asked for', () => {
    fc.assert(fc.property(fc.constantFrom(...analyses), fc.array(fc.tuple(fc.nat(), fc.nat(), fc.option(fc.integer({ min: 1, max: 20_000 }))), { maxLength: 6 }), (analysis, wanted) => {
      const stacks = [...analysis.realised.infra.nodes.values()].filter(({ kind }) => kind !== 'switch')
      const flows = wanted.map(([a, b, rate]) => ({ from: stacks[a % stacks.length]?.name ?? '', to: stacks[b % stacks.length]?.name ?? '', ...(rate !== null && { rate: `${rate}Mbps` }) }))
      const found = finish(loadOf(analysis, { flows }))
      if ('refused' in found) return
      for (const { share } of found.links) expect(share ?? 0).toBeLessThanOrEqual(1.0001)
      for (const { rate, wanted: cap } of found.flows) expect(rate ?? 0).toBeLessThanOrEqual((cap ?? Infinity) * 1.0001)
    }), { numRuns: 40 })
  })
})
