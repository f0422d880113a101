/** Gestures on the picture: what a careful person would have written comes out, and nothing else changes. */
import fc from 'fast-check'
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { analyze, diagram, edit, finish, readSource, type Analysis } from '../../core/analysis.ts'
import { addKinds, tryGesture, type Gesture } from '../../core/designing.ts'
import { applyEdits } from '../../core/text/edit.ts'

const uri = 'file:///x.infra.yaml'
function analysisOf(text: string): Analysis {
  const reading = readSource({ uri, text, version: 1 })
  if (!reading) throw new Error('not recognised')
  return finish(analyze([reading]))
}
/** The text after a gesture, or why there is none. */
function after(text: string, gesture: Gesture): string {
  const analysis = analysisOf(text)
  const plan = tryGesture(analysis, gesture)
  if ('refused' in plan) return `refused: ${plan.refused}`
  const edits = edit(analysis, plan.change)
  return 'refused' in edits ? `refused: ${edits.refused}` : applyEdits({ uri, text, version: 1 }, edits)
}
/** The lines that came and went, as a diff has them. */
function diff(before: string, now: string): string[] {
  const [a, b] = [before.split('\n'), now.split('\n')]
  const gone = [...a]
  const came = b.filter((line) => { const i = gone.indexOf(line); if (i >= 0) gone.splice(i, 1); return i < 0 })
  return [...gone.map((line) => `-${line}`), ...came.map((line) => `+${line}`)].filter((line) => line.trim().length > 1)
}
const example = (name: string): string => readFileSync(`examples/${name}.infra.yaml`, 'utf8')
const [gre, house, vxlan, direct] = [example('tenant-l2-gre'), example('moving-house'), example('vxlan-tenants'), example('direct-routing')]

const bare = 'servers:\n  s1:\n    interfaces: { eth0: { address: 10.0.0.1/30 } }\n  s2:\n    interfaces: { eth0: { address: 10.0.0.2/30 } }\nvms:\n  g1:\n    host: s1\nlinks:\n  - [s1:eth0, s2:eth0]\n'
const cases: readonly (readonly [string, string, Gesture, readonly string[]])[] = [
  ['the first server of an empty file', 'infra: 1\n', { kind: 'add', what: 'server' }, ['+servers:', '+  s1:', '+    cpus: 16', '+    memory: 64GiB']],
  ['a server is like the last one, in its rack', house, { kind: 'add', what: 'server', on: 'rack:rack2' }, ['+  h5:', '+    rack: rack2', '+    cpus: 16', '+    memory: 64GiB']],
  ['a VM on a bridge has what its neighbours have', gre, { kind: 'add', what: 'vm', on: 's1:br0' }, ['+  vm4:', '+    host: s1', '+    tenant: blue', '+    vcpus: 2', '+    memory: 4GiB', '+    interfaces:', '+      eth0: { attach: br0, address: 10.0.0.4/24, gateway: 10.0.0.254, mtu: 1462 }']],
  ['a container joins the network that stands for the bridge', vxlan, { kind: 'add', what: 'container', on: 's3:br-blue-net' }, ['+containers:', '+  c1:', '+    host: s3', '+    tenant: blue', '+    interfaces:', '+      eth0: { network: blue-net, address: 10.0.0.4, mtu: 1450 }']],
  ['a switch in a rack', house, { kind: 'add', what: 'switch', on: 'tor2' }, ['+  tor3:', '+    rack: rack2']],
  ['a router', house, { kind: 'add', what: 'router' }, ['+routers:', '+  r1: {}']],
  ['the outside world', house, { kind: 'add', what: 'external' }, ['+externals:', '+  internet: {}']],
  ['a bridge', house, { kind: 'add', what: 'bridge', on: 'h1' }, ['+      br1: { type: bridge }']],
  ['a network for a tenant', vxlan, { kind: 'add', what: 'network', on: 'tenant:red' }, ['+  net1:', '+    tenant: red', '+    type: vxlan', '+    id: 5003', '+    subnet: 10.0.1.0/24', '+    uplink: eth0', '+    mtu: 1450']],
  ['a cable to a switch takes a free port and offers the next address', `${house.replace('storage:', '  h5: { }\nstorage:')}`.replace('  h5: { }\n', '').replace('switches:', '  h5: { memory: 8GiB }\n\nswitches:'), { kind: 'connect', from: 'h5', to: 'tor2' }, ['-  h5: { memory: 8GiB }', '+  h5: { memory: 8GiB, interfaces: { eth0: { address: 10.3.0.5/24 } } }', '+  - [h5:eth0, tor2:p3]']],
  ['a cable from a bridge makes a port', house.replace('eth0: { bandwidth: 10Gbps, master: br0 }\n      br0:  { type: bridge, address: 10.3.0.1/24 }', 'br0:  { type: bridge, address: 10.3.0.1/24 }').replace('  - { ends: [h1:eth0, tor1:p1], bandwidth: 10Gbps, latency: 20us }\n', ''), { kind: 'connect', from: 'h1:br0', to: 'tor1' }, ['+      eth0: { master: br0 }', '+  - [h1:eth0, tor1:p1]']],
  ['two bare routers get a network between them', 'routers:\n  r1: {}\n  r2: {}\n', { kind: 'connect', from: 'r1', to: 'r2' }, ['-  r1: {}', '-  r2: {}', '+  r1:', '+    interfaces:', '+      eth0: { address: 10.0.0.1/24 }', '+  r2:', '+    interfaces:', '+      eth0: { address: 10.0.0.2/24 }', '+links:', '+  - [r1:eth0, r2:eth0]']],
  ['a server takes the router for its gateway', 'servers:\n  s1: {}\nrouters:\n  r1: {}\n', { kind: 'connect', from: 's1', to: 'r1' }, ['-  s1: {}', '-  r1: {}', '+  s1:', '+    interfaces:', '+      eth0: { address: 10.0.0.2/24, gateway: 10.0.0.1 }', '+  r1:', '+    interfaces:', '+      eth0: { address: 10.0.0.1/24 }', '+links:', '+  - [s1:eth0, r1:eth0]']],
  ['an address of one’s own', 'routers:\n  r1: {}\n  r2: {}\n', { kind: 'connect', from: 'r1', to: 'r2', answers: { 'address 1': '192.0.2.1/31', 'address 2': '' } }, ['-  r1: {}', '-  r2: {}', '+  r1:', '+    interfaces:', '+      eth0: { address: 192.0.2.1/31 }', '+  r2:', '+    interfaces:', '+      eth0: {}', '+links:', '+  - [r1:eth0, r2:eth0]']],
  ['an address of one’s own takes the other end into its network, a router to the end of it', 'servers:\n  s1: {}\nrouters:\n  r1: {}\n', { kind: 'connect', from: 's1', to: 'r1', answers: { 'address 1': '20.0.0.1/24' } }, ['-  s1: {}', '-  r1: {}', '+  s1:', '+    interfaces:', '+      eth0: { address: 20.0.0.1/24, gateway: 20.0.0.254 }', '+  r1:', '+    interfaces:', '+      eth0: { address: 20.0.0.254/24 }', '+links:', '+  - [s1:eth0, r1:eth0]']],
  ['of a point to point the other address', 'routers:\n  r1: {}\n  r2: {}\n', { kind: 'connect', from: 'r1', to: 'r2', answers: { 'address 1': '2001:db8::1/127' } }, ['-  r1: {}', '-  r2: {}', '+  r1:', '+    interfaces:', '+      eth0: { address: 2001:db8::1/127 }', '+  r2:', '+    interfaces:', '+      eth0: { address: 2001:db8::/127 }', '+links:', '+  - [r1:eth0, r2:eth0]']],
  ['a guest is plugged into a bridge', gre, { kind: 'connect', from: 'vm3', to: 's2:br0' }, ['+      eth1: { attach: br0, address: 10.0.0.4/24, gateway: 10.0.0.254, mtu: 1462 }']],
  ['a server uses storage', house, { kind: 'connect', from: 'storage:ceph', to: 'h4' }, ['-  ceph: { type: shared, protocol: ceph, capacity: 50TiB, servers: [h1, h2, h3] }', '+  ceph: { type: shared, protocol: ceph, capacity: 50TiB, servers: [h1, h2, h3, h4] }']],
  ['a tunnel has two halves', gre, { kind: 'tunnel', from: 's1:br0', to: 's2:br0' }, ['+      vtun1: { type: gretap, local: 20.0.0.1, remote: 30.0.0.1, master: br0 }', '+      vtun1: { type: gretap, local: 30.0.0.1, remote: 20.0.0.1, master: br0 }']],
  ['of another kind', gre, { kind: 'tunnel', from: 's1', to: 's2', answers: { type: 'vxlan', id: '77' } }, ['+      vxlan0: { type: vxlan, id: 77, local: 20.0.0.1, remote: 30.0.0.1, master: br0 }', '+      vxlan0: { type: vxlan, id: 77, local: 30.0.0.1, remote: 20.0.0.1, master: br0 }']],
  ['a cable goes', direct, { kind: 'delete', id: 'link:leaf1:up-spine:p1' }, ['-  - { ends: [leaf1:up, spine:p1], bandwidth: 100Gbps }']],
  ['a tunnel goes with both halves', gre, { kind: 'delete', id: 'tunnel:s1:vtun0-s2:vtun0' }, ['-      vtun0: { type: gretap, local: 20.0.0.1, remote: 30.0.0.1, master: br0 }', '-      vtun0: { type: gretap, local: 30.0.0.1, remote: 20.0.0.1, master: br0 }']],
  ['a VM is copied with the next address', house, { kind: 'duplicate', id: 'client' }, ['+  client2:', '+    host: h2', '+    tenant: blue', '+    vcpus: 1', '+    memory: 2GiB', '+    disks: [{ size: 10GiB, on: ceph }]', '+    interfaces:', '+      eth0: { attach: br0, address: 10.3.0.53/24 }']],
  ['a server is copied with its cable', house, { kind: 'duplicate', id: 'h2' }, ['+  h5:                                   # a good place: same network, same storage, newer CPU', '+    cpus: 32', '+    memory: 128GiB', '+    cpu-model: Icelake-Server', '+    hypervisor: kvm', '+    rack: rack1', '+    interfaces:', '+      eth0: { bandwidth: 10Gbps, master: br0 }', '+      br0:  { type: bridge, address: 10.3.0.5/24 }', '+  - { ends: [h5:eth0, tor1:p3], bandwidth: 10Gbps, latency: 20us }']],
  ['cables are copied with all that they say', 'servers:\n  s1: {}\n  s2: {}\nlinks:\n  - { ends: [s1:eth0, s2:eth0], mtu: 9000, bandwidth: 2.5Gbps, latency: 35us, loss: 0.05%, up: false }\n', { kind: 'copy', ids: ['s1', 's2'] }, ['+  s3: {}', '+  s4: {}', '+  - { ends: [s3:eth0, s4:eth0], mtu: 9000, bandwidth: 2.5Gbps, latency: 35us, loss: 0.05%, up: false }']],
  ['several are copied with the cable between them, guests onto the copy of their host', bare, { kind: 'copy', ids: ['g1', 's1', 's2'] }, ['+  s3:', '+    interfaces: { eth0: { address: 10.0.1.1/30 } }', '+  s4:', '+    interfaces: { eth0: { address: 10.0.1.2/30 } }', '+  g2:', '+    host: s3', '+  - [s3:eth0, s4:eth0]']],
  ['several guests are copied with an address each', house, { kind: 'copy', ids: ['shop', 'big'] }, ['+  shop2:', '+    host: h1', '+    tenant: blue', '+    vcpus: 4', '+    memory: 8GiB', '+    disks: [{ size: 40GiB, on: ceph }]', '+    workload: { dirty-rate: 60MiB/s, working-set: 1GiB, resident: 6GiB }', '+    interfaces:', '+      eth0: { attach: br0, address: 10.3.0.53/24 }',
    '+  big2:', '+    host: h3', '+    tenant: blue', '+    vcpus: 4', '+    memory: 12GiB', '+    disks: [{ size: 80GiB, on: ceph }]', '+    interfaces:', '+      eth0: { attach: br0, address: 10.3.0.54/24 }']],
  ['several go at once, each once', bare, { kind: 'delete-all', ids: ['s2', 'link:s1:eth0-s2:eth0', 'g1'] }, ['-  s2:', '-    interfaces: { eth0: { address: 10.0.0.2/30 } }', '-  g1:', '-    host: s1', '-vms:', '-links:', '-  - [s1:eth0, s2:eth0]']],
  ['a setting', gre, { kind: 'edit', id: 'vm1', key: ['interfaces', 'eth0', 'mtu'], value: '1400' }, ['-      eth0: { attach: br0, address: 10.0.0.1/24, gateway: 10.0.0.254, mtu: 1462 }', '+      eth0: { attach: br0, address: 10.0.0.1/24, gateway: 10.0.0.254, mtu: 1400 }']],
  ['a setting taken away', gre, { kind: 'edit', id: 'vm1', key: ['vcpus'], value: '' }, ['-    vcpus: 2']],
  ['a guest moves', gre, { kind: 'move', guest: 'vm1', host: 's2' }, ['-    host: s1', '+    host: s2']],
]

describe('a gesture', () => {
  it.each(cases)('%s', (_title, text, gesture, expected) => expect(diff(text, after(text, gesture)).sort()).toEqual([...expected].sort()))

  it('copies tunnels between copied machines with new ends, next hops of the copies and a number of their own', () => {
    // A key costs four bytes more.
    const text = gre.replaceAll('type: gretap,', 'type: gretap, id: 7,').replaceAll('1462', '1458')
    const now = after(text, { kind: 'copy', ids: ['s1', 's2', 'r1', 'vm1', 'vm3'] })
    const came = diff(text, now)
    expect(came.filter((line) => /vtun0|via|ends:|gateway|^-/.test(line)).sort()).toEqual([
      '+      - { to: default, via: 10.0.1.254 }', '+      - { to: default, via: 10.0.2.254 }', '+      eth0: { attach: br0, address: 10.0.0.5/24, gateway: 10.0.0.4, mtu: 1458 }', '+      eth0: { attach: br0, address: 10.0.0.6/24, gateway: 10.0.0.4, mtu: 1458 }',
      '+      vtun0: { type: gretap, id: 8, local: 10.0.1.1, remote: 10.0.2.1, master: br0 }', '+      vtun0: { type: gretap, id: 8, local: 10.0.2.1, remote: 10.0.1.1, master: br0 }',
      '+  - { ends: [s3:eth0, r2:p1], bandwidth: 10Gbps, latency: 50us }', '+  - { ends: [s4:eth0, r2:p2], bandwidth: 10Gbps, latency: 50us }',
    ])
    expect(analysisOf(now).problems.filter(({ severity }) => severity === 'error')).toEqual([])
    const half = tryGesture(analysisOf(text), { kind: 'copy', ids: ['s1', 'vm1'] })
    expect('notes' in half && half.notes.filter((note) => note.includes('vtun0'))).toEqual(['s1:vtun0 leads to machines that are not copied, and stays behind.'])
  })

  it('takes a server away with its guests, cables and halves of tunnels, and says so', () => {
    const plan = tryGesture(analysisOf(gre), { kind: 'delete', id: 's2' })
    expect('notes' in plan && plan.notes).toEqual(['vm3 on it goes, too.', 'Its cable goes, too.', 's1:vtun0: the far half of its tunnel, too.', 'What goes is taken out of images.', '3 expectations that name what goes are taken away.'])
    const text = after(gre, { kind: 'delete', id: 's2' })
    expect(parseDocument(text).errors).toEqual([])
    expect(analysisOf(text).problems.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(text.replace(/#.*/g, '')).not.toMatch(/\b(s2|vm3|vtun0)\b/)
  })

  it.each<readonly [string, Gesture, RegExp]>([
    ['a bridge on nothing', { kind: 'add', what: 'bridge' }, /stands on a server/],
    ['a guest into a bridge elsewhere', { kind: 'connect', from: 'vm1', to: 's2:br0' }, /runs on s1/],
    ['a cable to a guest', { kind: 'connect', from: 'vm1', to: 'r1' }, /hangs on s1/],
    ['a tunnel to a guest without address', { kind: 'tunnel', from: 's1', to: 's1' }, /two machines/],
    ['a name that is taken', { kind: 'rename', id: 'vm1', answers: { name: 'vm2' } }, /already there/],
    ['a name that is none', { kind: 'duplicate', id: 'vm1', answers: { name: 'a b' } }, /not a name/],
    ['a rack', { kind: 'delete', id: 'rack:r1' }, /as long as something stands in it/],
  ])('is refused in words: %s', (_title, gesture, why) => expect(after(gre, gesture)).toMatch(why))

  it('says what a value would break before it is written', () => {
    const plan = tryGesture(analysisOf(gre), { kind: 'edit', id: 'vm1', key: ['interfaces', 'eth0', 'address'], value: '10.0.0.999/24' })
    expect('faults' in plan && plan.faults.length).toBe(1)
  })

  it('of any kind on any example changes its own lines only, and gives a text that reads', () => {
    const texts = readdirSync('examples').filter((name) => name.endsWith('.infra.yaml')).map((name) => readFileSync(`examples/${name}`, 'utf8'))
    const known = new Map(texts.map((text) => { const analysis = analysisOf(text); return [text, { analysis, ids: ids(analysis) }] as const }))
    let made = 0
    const gestures: readonly ((a: string, b: string, n: number) => Gesture)[] = [
      (on, _b, n) => ({ kind: 'add', what: addKinds[n % addKinds.length] ?? 'vm', on }), (from, to) => ({ kind: 'connect', from, to }), (from, to) => ({ kind: 'tunnel', from, to }),
      (id) => ({ kind: 'delete', id }), (id) => ({ kind: 'duplicate', id }), (id) => ({ kind: 'rename', id, answers: { name: 'zz9', 'name 1': 'zz9', 'name 2': 'zz8' } }),
      (a, b) => ({ kind: 'delete-all', ids: [a, b] }), (a, b) => ({ kind: 'copy', ids: [a, b] }),
    ]
    fc.assert(fc.property(fc.constantFrom(...texts), fc.nat(), fc.nat(), fc.constantFrom(...gestures), fc.nat(), (text, x, y, make, n) => {
      const { analysis, ids: all } = known.get(text) ?? { analysis: analysisOf(text), ids: [] }
      const gesture = make(all[x % Math.max(1, all.length)] ?? '', all[y % Math.max(1, all.length)] ?? '', n)
      const plan = tryGesture(analysis, gesture)
      if ('refused' in plan) return
      const edits = edit(analysis, plan.change)
      if ('refused' in edits) throw new Error(edits.refused)
      made++
      const now = applyEdits({ uri, text, version: 1 }, edits)
      expect(parseDocument(now).errors).toEqual([])
      // Undone, the text is what it was: the edits know every character they replaced.
      let shift = 0
      const undo = edits.map(({ start, end, newText }) => { const at = start + shift; shift += newText.length - (end - start); return { uri, start: at, end: at + newText.length, newText: text.slice(start, end) } })
      expect(applyEdits({ uri, text: now, version: 2 }, undo)).toBe(text)
      if (gesture.kind === 'add' || gesture.kind === 'duplicate' || gesture.kind === 'copy') expect(diff(text, now).filter((line) => line.startsWith('-') && !line.includes('{') && !ownerOf(gesture, line.slice(1)))).toEqual([])
      if (gesture.kind !== 'delete' && gesture.kind !== 'delete-all') expect(plan.faults).toEqual([])
      const comments = (one: string): number => one.split('\n').filter((line) => line.trim().startsWith('#')).length
      if (gesture.kind !== 'delete' && gesture.kind !== 'delete-all') expect(comments(now)).toBeGreaterThanOrEqual(comments(text))
    }), { numRuns: 400 })
    expect(made).toBeGreaterThan(100)
  })
})

/** A tenant that is added on a machine owns it from then on: that line is what was meant. */
const ownerOf = (gesture: Gesture, line: string): boolean => gesture.kind === 'add' && gesture.what === 'tenant' && /^\s*tenant:/.test(line)

/** An example as people leave files: comments and blank lines anywhere, remarks behind lines, quotes, trailing blanks, CRLF. */
const messy = fc.tuple(fc.constantFrom('tenant-l2-gre', 'moving-house', 'vxlan-tenants', 'web-app-db', 'direct-routing', 'broken'), fc.array(fc.tuple(fc.nat(), fc.constantFrom('comment', 'blank', 'remark', 'spaces', 'quotes')), { maxLength: 12 }), fc.boolean()).map(([name, marks, crlf]) => {
  const lines = example(name).split('\n')
  let n = 0
  for (const [at, how] of marks) {
    const i = at % lines.length
    const line = lines[i] ?? ''
    if (how === 'comment') lines.splice(i, 0, `${' '.repeat(at % 5)}# note ${n++}`)
    else if (how === 'blank') lines.splice(i, 0, '')
    else if (how === 'remark' && line.trim() !== '' && !line.includes('#')) lines[i] = `${line}   # remark ${n++}`
    else if (how === 'spaces' && line.trim() !== '') lines[i] = `${line}  `
    else if (how === 'quotes') lines[i] = line.replace(/^( +(?:host|tenant|rack|memory): )([\w.-]+)$/, at % 2 === 0 ? '$1"$2"' : "$1'$2'")
  }
  return crlf ? lines.join('\r\n') : lines.join('\n')
})

it('a gesture on a messy file leaves every other character where it was', () => {
  let made = 0
  fc.assert(fc.property(messy, fc.nat(), fc.nat(), fc.nat(9), fc.nat(), (text, x, y, which, n) => {
    const analysis = analysisOf(text)
    const all = ids(analysis)
    const [a, b] = [all[x % Math.max(1, all.length)] ?? '', all[y % Math.max(1, all.length)] ?? '']
    const gestures: readonly Gesture[] = [
      { kind: 'add', what: addKinds[n % addKinds.length] ?? 'vm', on: a }, { kind: 'connect', from: a, to: b }, { kind: 'tunnel', from: a, to: b }, { kind: 'delete', id: a }, { kind: 'duplicate', id: a },
      { kind: 'rename', id: a, answers: { name: 'zz9', 'name 1': 'zz9', 'name 2': 'zz8' } }, { kind: 'edit', id: a, key: ['mtu'], value: '1300' }, { kind: 'edit', id: a, key: ['memory'], value: n % 2 === 0 ? '' : '3GiB' },
      { kind: 'delete-all', ids: [a, b] }, { kind: 'copy', ids: [a, b] },
    ]
    const gesture = gestures[which]
    const plan = gesture && tryGesture(analysis, gesture)
    const edits = plan && !('refused' in plan) ? edit(analysis, plan.change) : undefined
    if (!gesture || !edits || 'refused' in edits) return
    made++
    const now = applyEdits({ uri, text, version: 1 }, edits)
    const errors = (one: string): number => parseDocument(one).errors.length
    expect(errors(now)).toBeLessThanOrEqual(errors(text))
    if (text.includes('\r\n')) expect(now).not.toMatch(/[^\r]\n/)
    // Whatever is no longer there stood on a line that names what was meant; remarks of other lines stay.
    const kept = new Set(now.split(/\r?\n/))
    const gone = text.split(/\r?\n/).filter((line) => !kept.has(line))
    if (gesture.kind === 'add') expect(gone.filter((line) => !/\{\s*\}|:\s*(#.*)?$|\{.*\}/.test(line) && !ownerOf(gesture, line))).toEqual([])
    // A setting that is taken away takes the remark behind it along.
    if (gesture.kind !== 'delete' && gesture.kind !== 'delete-all' && !(gesture.kind === 'edit' && gesture.value === '')) {
      const notes = [...text.matchAll(/# (?:note|remark) \d+/g)].map(([note]) => note)
      expect(notes.filter((note) => !now.includes(note))).toEqual([])
    }
  }), { numRuns: 400 })
  expect(made).toBeGreaterThan(100)
})

const ids = (analysis: Analysis): readonly string[] => {
  const drawn = (['physical', 'tenant'] as const).map((view) => diagram(analysis, { view }))
  return drawn.flatMap(({ boxes, lines }) => [...boxes.map(({ id }) => id), ...lines.map(({ id }) => id)])
}
