/**
 * Networks that are unlike others: nothing alike in a long row, packets that go round, many equal next hops, thousands of ports. Each
 * beside what reading and compiling its text takes, in seconds of the processor.
 */
import { analyze, finish, modelOf, readSource } from '../../core/analysis.ts'
import { compile } from '../../core/forwarding/index.ts'
import { reachCounted } from '../../core/reach/index.ts'

const seconds = <T>(run: () => T): readonly [number, T] => {
  const start = process.cpuUsage()
  const value = run()
  const { user, system } = process.cpuUsage(start)
  return [(user + system) / 1e6, value]
}

const times = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('')
const link = (i: number, end: 1 | 2): string => `10.${i >> 14}.${(i >> 6) & 255}.${((i & 63) << 2) + end}`

/** Stacks that forward, each joined to the next by a network of its own. */
function row(count: number, routes: boolean, ring: boolean): string {
  const next = (i: number): boolean => ring || i + 1 < count
  return `infra: 1\nservers:\n${times(count, (i) => {
    const left = i > 0 || ring ? `l: { address: ${link((i + count - 1) % count, 2)}/30 }, ` : ''
    return `  s${i}: { forwarding: true, interfaces: { ${left}${next(i) ? `r: { address: ${link(i, 1)}/30 }` : ''} }${routes && next(i) ? `, routes: [{ to: default, via: ${link(i, 2)} }]` : ''} }\n`
  })}links:\n${times(count, (i) => (next(i) ? `  - [s${i}:r, s${(i + 1) % count}:l]\n` : ''))}`
}

const host = (i: number): string => `10.0.${1 + Math.floor(i / 250)}.${1 + i % 250}`

/** Hosts on one switch; every other port in another VLAN where it has some. */
const crowd = (count: number, vlans: boolean, gateway: string): string =>
  `infra: 1\nswitches: { sw: { ports: {${vlans ? times(count, (i) => ` p${i}: { vlan: ${10 + i % 2} },`).slice(0, -1) : ''} } } }
routers: { r: { interfaces: { p: { address: 10.0.0.1/16 } } } }
servers:\n${times(count, (i) => `  h${i}: { interfaces: { eth0: { address: ${host(i)}/16${gateway} } } }\n`)}links:\n  - [r:p, sw:r]\n${times(count, (i) => `  - [h${i}:eth0, sw:p${i}]\n`)}`

/** Two hosts and so many routers that stand beside each other between them. */
function equal(count: number, filters: boolean): string {
  const router = (net: number, i: number): string => `10.${net}.${(i + 10) >> 8}.${(i + 10) & 255}`
  const all = (net: number): string => Array.from({ length: count }, (_, i) => router(net, i)).join(', ')
  return `infra: 1
switches: { s1: {}, s2: {} }
servers:
  a: { interfaces: { e: { address: 10.1.200.1/16 } }, routes: [{ to: 10.2.0.0/16, via: [${all(1)}] }] }
  b: { interfaces: { e: { address: 10.2.200.1/16 } }, routes: [{ to: 10.1.0.0/16, via: [${all(2)}] }] }
routers:\n${times(count, (i) => `  r${i}: { interfaces: { x: { address: ${router(1, i)}/16 }, y: { address: ${router(2, i)}/16 } }${filters ? ', firewall: { forward: { policy: accept, rules: [{ from: 10.77.0.0/16, action: drop }] } }' : ''} }\n`)}links:
  - [a:e, s1:a]\n  - [b:e, s2:b]\n${times(count, (i) => `  - [r${i}:x, s1:p${i}]\n  - [r${i}:y, s2:p${i}]\n`)}`
}

const networks: readonly (readonly [name: string, text: string])[] = [
  ['a row of 800, no routes', row(800, false, false)], ['a row of 800, default routes to the right', row(800, true, false)], ['a ring of 800, default routes round', row(800, true, true)],
  ['1,000 hosts with gateways that are not there', crowd(1000, false, ', gateway: 10.0.200.1')], ['3,000 hosts on one switch', crowd(3000, false, '')], ['3,000 hosts on one switch, two VLANs', crowd(3000, true, '')],
  ['300 equal next hops', equal(300, false)], ['100 equal next hops, each with a filter', equal(100, true)],
]

console.log('    network                                            pairs     read    check    pairs counted, s; × read')
for (const [name, text] of networks) {
  const [read, { reading, model, plane }] = seconds(() => {
    const reading = readSource({ uri: 'file:///corner.infra.yaml', text, version: 1 })
    if (!reading) throw new Error('no reader')
    const model = modelOf([reading])
    return { reading, model, plane: compile(model.realised.infra) }
  })
  const [check] = seconds(() => finish(analyze([reading], undefined, model)))
  let pairs = 0
  const [counted] = seconds(() => finish(reachCounted(plane, {}, (n) => { pairs += n })))
  console.log(`    ${name.padEnd(46)} ${String(pairs).padStart(9)} ${read.toFixed(2).padStart(8)} ${check.toFixed(2).padStart(8)} ${counted.toFixed(2).padStart(8)}  ×${(counted / read).toFixed(1)}`)
}
