/** Gestures on containerlab and compose files: the file's own spelling, a few lines, and the rest refused in words. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { analyze, diagram, edit, finish, readSource, type Analysis } from '../../core/analysis.ts'
import { settingsOf, tryGesture, type Gesture } from '../../core/designing.ts'
import { applyEdits } from '../../core/text/edit.ts'
import { filesOf, hasCorpus } from '../corpus/corpus.ts'

function analysisOf(text: string, uri: string): Analysis {
  const reading = readSource({ uri, text, version: 1 })
  if (!reading) throw new Error('not recognised')
  return finish(analyze([reading]))
}
function after(text: string, uri: string, gesture: Gesture): string {
  const analysis = analysisOf(text, uri)
  const plan = tryGesture(analysis, gesture)
  if ('refused' in plan) return `refused: ${plan.refused}`
  const edits = edit(analysis, plan.change)
  return 'refused' in edits ? `refused: ${edits.refused}` : applyEdits({ uri, text, version: 1 }, edits)
}
const lab = 'file:///x.clab.yml'
const compose = 'file:///compose.yaml'

const clab = [
  'name: lab   # ours', 'topology:', '  kinds:', '    linux: { image: "alpine:3" }', '  nodes:', '    l1:', '      kind: linux', '      # the edge', '    l2: { kind: linux, network-mode: "container:l1" }', '    r1:', '      kind: nokia_srlinux', '      image: srl:24',
  '      stages: { create: { wait-for: [{ node: l1, stage: healthy }] } }', '  links:', '    - endpoints: ["l1:eth1", "l2:eth1"]   # first', '    - endpoints: ["l2:eth2", "r1:e1-1"]', '',
].join('\n')
const services = [
  'services:', '  web:', '    image: nginx   # the front', '    networks: [front, back]', '    depends_on: [db, cache]', '  db:', '    image: "postgres:16"', '    networks:', '      - back', '  cache:', '    image: redis', '    network_mode: service:db',
  '  jobs:', '    extends: { service: web }', '    depends_on:', '      db: { condition: service_healthy }', 'networks:', '  front:', '  back: { ipam: { config: [{ subnet: 172.30.0.0/24 }] } }', '',
].join('\n')

describe('in a containerlab file', () => {
  it.each<readonly [string, Gesture, string, string]>([
    ['a node is like the last', { kind: 'add', what: 'container', answers: { name: 'c1' } }, '  links:\n', '    c1:\n      kind: nokia_srlinux\n      image: srl:24\n  links:\n'],
    ['a bridge', { kind: 'add', what: 'switch', answers: { name: 'br1' } }, '  links:\n', '    br1:\n      kind: bridge\n  links:\n'],
    ['a link is spelled as the last', { kind: 'connect', from: 'l1', to: 'r1' }, '    - endpoints: ["l2:eth2", "r1:e1-1"]', '    - endpoints: ["l2:eth2", "r1:e1-1"]\n    - endpoints: ["l1:eth2", "r1:e1-2"]'],
    ['a link goes', { kind: 'delete', id: 'link:l1:eth1-l2:eth1' }, '    - endpoints: ["l1:eth1", "l2:eth1"]   # first\n', ''],
    ['a setting', { kind: 'edit', id: 'r1', key: ['image'], value: 'srl:25', as: 'word' }, 'image: srl:24', 'image: srl:25'],
    ['a setting that is not there yet', { kind: 'edit', id: 'l1', key: ['mgmt-ipv4'], value: '172.20.20.9', as: 'word' }, '      kind: linux\n', '      kind: linux\n      mgmt-ipv4: 172.20.20.9\n'],
  ])('%s', (_title, gesture, before, now) => expect(after(clab, lab, gesture)).toBe(clab.replace(before, () => now)))

  it('a node is renamed wherever it is named', () =>
    expect(after(clab, lab, { kind: 'rename', id: 'l1', answers: { name: 'edge' } })).toBe(clab.replace('    l1:', '    edge:').replace('container:l1', 'container:edge').replace('node: l1', 'node: edge').replace('"l1:eth1"', '"edge:eth1"')))

  it('a copy has free addresses and ports of its own, and the same bridge', () => {
    const text = [
      'topology:', '  nodes:', '    br1: { kind: bridge }', '    l1:', '      kind: linux   # edge', '      mgmt-ipv4: 172.20.20.9', '      ports: ["8080:80", "127.0.0.1:9000-9001:90-91/udp"]', '      exec:', '        - ip addr add 10.0.0.1/24 dev eth1', '        - "ip route add default via 10.0.0.254"',
      '    l2: { kind: linux, exec: [ip addr add 10.0.0.2/24 dev eth1], ports: ["8081:80"] }', '  links:', '    - endpoints: ["l1:eth1", "br1:eth1"]', '    - endpoints: ["l2:eth1", "br1:eth2"]', '',
    ].join('\n')
    const own = ['    l3:', '      kind: linux   # edge', '      ports: ["8082:80", "127.0.0.1:9002-9003:90-91/udp"]', '      exec:', '        - ip addr add 10.0.0.3/24 dev eth1', '        - "ip route add default via 10.0.0.254"', ''].join('\n')
    const copied = after(text, lab, { kind: 'duplicate', id: 'l1', answers: { name: 'l3' } })
    expect(copied).toBe(text.replace('    l2:', `${own}    l2:`).replace('"br1:eth2"]\n', '"br1:eth2"]\n    - endpoints: ["l3:eth1", "br1:eth3"]\n'))
    expect(analysisOf(copied, lab).problems.map(({ code }) => code)).toEqual(analysisOf(text, lab).problems.map(({ code }) => code))
    // Two at once, with the cable between them.
    expect(after(clab, lab, { kind: 'copy', ids: ['l1', 'l2'] })).toContain('    - endpoints: ["l3:eth1", "l4:eth1"]')
  })

  it('a node goes with its links', () => expect(after(clab, lab, { kind: 'delete', id: 'l2' })).toBe(clab.replace('    l2: { kind: linux, network-mode: "container:l1" }\n', '').replace(/ {2}links:\n.*\n.*\n/, '')))

  it.each<readonly [string, Gesture]>([['a server', { kind: 'add', what: 'server' }], ['a tunnel', { kind: 'tunnel', from: 'l1', to: 'l2' }], ['a move', { kind: 'move', guest: 'l1', host: 'containerlab' }]])('%s is refused before it is tried', (_title, gesture) =>
    expect(after(clab, lab, gesture)).toBe('refused: in a containerlab file this can only be changed in the text'))
})

describe('in a compose file', () => {
  it.each<readonly [string, Gesture, string, string]>([
    ['a service', { kind: 'add', what: 'container' }, '      db: { condition: service_healthy }\n', '      db: { condition: service_healthy }\n  c1:\n    image: redis\n'],
    ['a service in a network', { kind: 'add', what: 'container', on: 'docker-host:br-front', answers: { name: 'api' } }, '      db: { condition: service_healthy }\n', '      db: { condition: service_healthy }\n  api:\n    image: redis\n    networks: [front]\n'],
    ['a network', { kind: 'add', what: 'network' }, 'subnet: 172.30.0.0/24 }] } }\n', 'subnet: 172.30.0.0/24 }] } }\n  net1: {}\n'],
    ['a service joins a network', { kind: 'connect', from: 'db', to: 'docker-host:br-front' }, '      - back\n', '      - back\n      - front\n'],
    ['a fixed address makes a map of the list', { kind: 'edit', id: 'db:eth0', key: ['address'], value: '172.30.0.9', as: 'word' }, '      - back\n', '      back: { ipv4_address: 172.30.0.9 }\n'],
    ['or of the list in brackets', { kind: 'edit', id: 'web:eth1', key: ['address'], value: '172.30.0.8/24', as: 'word' }, '[front, back]', '{ front: {}, back: { ipv4_address: 172.30.0.8 } }'],
    ['an image', { kind: 'edit', id: 'web', key: ['image'], value: 'caddy', as: 'word' }, 'image: nginx ', 'image: caddy '],
  ])('%s', (_title, gesture, before, now) => expect(after(services, compose, gesture)).toBe(services.replace(before, () => now)))

  it('a network goes behind the last line, with the blanks that end it', () => {
    const text = 'services:\n  web:\n    image: nginx   \n   \n \n'
    expect(after(text, compose, { kind: 'add', what: 'network' })).toBe('services:\n  web:\n    image: nginx   \n\nnetworks:\n  net1: {}\n   \n \n')
  })

  it('a service is renamed wherever it is named', () =>
    expect(after(services, compose, { kind: 'rename', id: 'db', answers: { name: 'pg' } })).toBe(services.replace('  db:\n', '  pg:\n').replace('[db, cache]', '[pg, cache]').replace('service:db', 'service:pg').replace('      db: {', '      pg: {')))

  it('a copy is in the same networks, under a free address and port', () => {
    const text = services.replace('  db:\n', '  db:\n    container_name: pg\n    ports: ["5432:5432", { target: 80, published: "8080" }]\n').replace('    networks:\n      - back\n', '    networks:\n      back: { ipv4_address: 172.30.0.9, mac_address: "02:42:ac:1e:00:09" }\n')
    const copied = after(text, compose, { kind: 'duplicate', id: 'db' })
    expect(copied).toBe(text.replace('  cache:\n', '  db2:\n    ports: ["5433:5432", { target: 80, published: "8081" }]\n    image: "postgres:16"\n    networks:\n      back: { ipv4_address: 172.30.0.10 }\n  cache:\n'))
  })

  it('a copy publishes a port of its own where the first one takes it from a variable', () => {
    const text = 'services:\n  web:\n    image: nginx\n    ports:\n      - "${WEB:-8080}:80"\n      - 127.0.0.1:${ADMIN-9000}:${INNER:-90}\n'
    expect(after(text, compose, { kind: 'duplicate', id: 'web' })).toBe(`${text}  web2:\n    image: nginx\n    ports:\n      - "8081:80"\n      - "127.0.0.1:9001:\${INNER:-90}"\n`)
  })

  it('a service goes with its places in lists, and not where another cannot be without it', () => {
    expect(after(services, compose, { kind: 'delete', id: 'cache' })).toBe(services.replace('[db, cache]', '[db]').replace('  cache:\n    image: redis\n    network_mode: service:db\n', ''))
    expect(after(services, compose, { kind: 'delete', id: 'db' })).toBe('refused: cache says network_mode: it cannot be without db')
  })

  it.each<readonly [string, Gesture, RegExp]>([
    ['a router', { kind: 'add', what: 'router' }, /can only be changed in the text/], ['links', { kind: 'link-many', ids: [] }, /can only be changed in the text/],
    ['an address where no subnet is said', { kind: 'edit', id: 'web:eth0', key: ['address'], value: '10.0.0.1', as: 'word' }, /says no subnet/], ['an address in the default network', { kind: 'edit', id: 'jobs:eth0', key: ['address'], value: '10.0.0.1', as: 'word' }, /join one first/],
  ])('%s: refused in words', (_title, gesture, why) => expect(after(services, compose, gesture)).toMatch(why))

  it('settings are few, and the rest says where it is changed', () => {
    const found = settingsOf(analysisOf(services, compose), 'web')
    expect('groups' in found && found.groups[0]?.rows.map(({ name, value }) => [name, value])).toEqual([['image', 'nginx']])
    expect(settingsOf(analysisOf(services, compose), 'docker-host')).toMatchObject({ refused: 'docker-host is implied by the file\'s format' })
  })
})

// Read where they stand; skipped by name where they are not.
const real = (['containerlab', 'compose'] as const).flatMap((format) => filesOf(format).filter(({ name }) => /\.ya?ml$/.test(name)).map((file) => ({ format, ...file })))

describe.skipIf(!hasCorpus)('gestures on real files', () => {
  const known = real.flatMap(({ format, name, text }) => {
    const uri = format === 'compose' ? compose : lab
    if (text.length > 40_000 || parseDocument(text).errors.length > 0) return []
    const reading = readSource({ uri, text, version: 1 })
    if (!reading) return []
    return [{ name, uri, text }]
  })

  it('change their own lines only, keep comments and line ends, and are undone to the identical file', () => {
    let made = 0
    fc.assert(fc.property(fc.constantFrom(...known), fc.nat(), fc.nat(), fc.nat(6), ({ uri, text }, x, y, which) => {
      const analysis = analysisOf(text, uri)
      const { boxes, lines } = diagram(analysis, { view: 'physical' })
      const ids = [...boxes.map(({ id }) => id), ...lines.map(({ id }) => id)]
      const [a, b] = [ids[x % Math.max(1, ids.length)] ?? '', ids[y % Math.max(1, ids.length)] ?? '']
      const gestures: readonly Gesture[] = [
        { kind: 'add', what: 'container', on: a, answers: { name: 'zz9' } }, { kind: 'add', what: uri === compose ? 'network' : 'switch', answers: { name: 'zz9' } }, { kind: 'connect', from: a, to: b }, { kind: 'delete', id: a },
        { kind: 'rename', id: a, answers: { name: 'zz9' } }, { kind: 'link-many', ids: [a, b] }, { kind: 'edit', id: a, key: ['image'], value: 'zz9:1', as: 'word' },
      ]
      const gesture = gestures[which] ?? gestures[0]
      const plan = gesture && tryGesture(analysis, gesture)
      const edits = plan && !('refused' in plan) ? edit(analysis, plan.change) : undefined
      if (!gesture || !edits || 'refused' in edits) return
      made++
      const now = applyEdits({ uri, text, version: 1 }, edits)
      expect(parseDocument(now).errors).toEqual([])
      if (text.includes('\r\n')) expect(now.replaceAll('\r\n', '')).not.toContain('\n')
      let shift = 0
      const undo = edits.map(({ start, end, newText }) => { const at = start + shift; shift += newText.length - (end - start); return { uri, start: at, end: at + newText.length, newText: text.slice(start, end) } })
      expect(applyEdits({ uri, text: now, version: 2 }, undo)).toBe(text)
      const kept = new Set(now.split(/\r?\n/))
      const gone = text.split(/\r?\n/).filter((line) => !kept.has(line))
      if (gesture.kind === 'add') expect(gone.filter((line) => !/[{[].*[}\]]|:\s*(null|~)?\s*(#.*)?$/.test(line))).toEqual([])
      if (gesture.kind === 'rename') expect(gone.filter((line) => !line.includes(a))).toEqual([])
      if (gesture.kind !== 'delete') {
        const notes = [...text.matchAll(/#[^\r\n]*/g)].map(([note]) => note)
        expect(notes.filter((note) => !now.includes(note))).toEqual([])
      }
      if (gesture.kind === 'add' && gesture.what === 'container') expect(analysisOf(now, uri).written.nodes.has('zz9')).toBe(true)
      if (gesture.kind === 'rename') expect(after(now, uri, { kind: 'rename', id: 'zz9', answers: { name: a } })).toBe(text)
    }), { numRuns: 300 })
    expect(made).toBeGreaterThan(60)
  })
})
