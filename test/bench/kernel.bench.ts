/**
 * All pairs of a network of twelve stacks, with what arrives and how large: worked out, against building the network in a real kernel
 * and pinging every pair there, by 84 bytes there and back, at the path MTU, and five bytes above. Our side is processor time.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { printIp } from '../../core/address/ip.ts'
import { finish, readSource } from '../../core/analysis.ts'
import { labScript } from '../../core/export/lab.ts'
import { compile, learnedRoutes } from '../../core/forwarding/index.ts'
import { isStack } from '../../core/infra/node.ts'
import { reach } from '../../core/reach/index.ts'
import { realize } from '../../core/realize/index.ts'
import { boot, missing, workFolder } from '../kernel/user-mode-linux.ts'

/** Three servers on one router, eight guests of two tenants on overlays between them: twelve stacks. */
const text = `infra: 1
servers:
${[1, 2, 3].map((i) => `  s${i}: { interfaces: { eth0: { address: 20.0.${i}.1/24, gateway: 20.0.${i}.254 } } }`).join('\n')}
routers: { r: { interfaces: { ${[1, 2, 3].map((i) => `p${i}: { address: 20.0.${i}.254/24 }`).join(', ')} } } }
tenants: { a: {}, b: {} }
networks:
  na: { type: vxlan, id: 100, tenant: a, uplink: eth0, subnet: 10.1.0.0/24 }
  nb: { type: vxlan, id: 200, tenant: b, uplink: eth0, subnet: 10.2.0.0/24 }
vms:
${Array.from({ length: 8 }, (_, i) => `  v${i}: { host: s${(i % 3) + 1}, tenant: ${i < 4 ? 'a' : 'b'}, interfaces: { eth0: { network: n${i < 4 ? 'a' : 'b'}, address: 10.${i < 4 ? 1 : 2}.0.${i + 1}/24 } } }`).join('\n')}
links: [[s1:eth0, r:p1], [s2:eth0, r:p2], [s3:eth0, r:p3]]
`

const row = (what: string, ms: number, base?: number): void => console.log(`    ${what.padEnd(60)} ${ms.toFixed(ms < 10 ? 2 : 0).padStart(9)} ms${base === undefined ? '' : `  ×${(ms / base).toFixed(0)}`}`)

const reading = readSource({ uri: 'file:///bench.infra.yaml', text, version: 1 })
if (!reading) throw new Error('no reader')
const { infra } = realize(reading.infra)
const pairs = finish(reach(compile(infra)))
const stacks = [...infra.nodes.values()].filter(isStack)
console.log(`  ${stacks.length} stacks, ${pairs.length} pairs, of which ${pairs.filter(({ verdict }) => verdict === 'delivered').length} reach each other`)
/** Milliseconds of the processor for one round, warm: the least of some series, as others may disturb one but help none. */
function costOf(round: () => void): number {
  const series = Array.from({ length: 24 }, () => {
    const start = process.cpuUsage()
    for (let i = 0; i < 25; i++) round()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 25_000
  })
  return Math.min(...series.slice(8))
}

// New tables each time, and nothing remembered.
const ours = costOf(() => void finish(reach(compile({ ...infra }))))

if (missing.length > 0) {
  row('tables and all pairs', ours)
  console.log(`    the kernel cannot be asked here: ${missing.join(', ')} is missing`)
} else {
  const folder = workFolder()
  const probes = [...infra.nodes.values()].map(({ name }) => `space k-${name}`)
  pairs.forEach(({ from, address, pathMtu }, i) => {
    const ask = (what: string, size: number, df: 0 | 1): void => void probes.push(`probe ${what}${i} k-${from} ${address.family} ${printIp(address)} ${size} ${df}`)
    ask('echo', 84, 0)
    if (pathMtu === null) return
    ask('fits', pathMtu, 1)
    ask('over', pathMtu + 5, 1)
  })
  writeFileSync(join(folder.path, 'probes'), probes.join('\n') + '\n')
  writeFileSync(join(folder.path, 'lab.sh'), labScript(infra, learnedRoutes(compile(infra))))
  const script = [
    'now() { date +%s%3N >> times; }', 'ulimit -n 20000', 'now', 'P=k- bash lab.sh up > up.log 2>&1', 'now',
    `perl ${join(process.cwd(), 'test', 'kernel', 'probe.pl')} < probes > answers 2> probe.log`, 'now',
  ]
  const start = performance.now()
  const { console: said } = await boot(script.join('\n'), folder.path, 300)
  const whole = performance.now() - start
  const file = join(folder.path, 'times')
  const [begun = 0, built = 0, asked = 0] = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : []
  const answers = existsSync(join(folder.path, 'answers')) ? readFileSync(join(folder.path, 'answers'), 'utf8').trim().split('\n') : []
  folder.remove()
  if (asked === 0) throw new Error(`the kernel said nothing:\n${said}`)
  const heard = new Map(answers.map((line) => [line.split(' ')[0] ?? '', line.split(' ')]))
  const differing = pairs.filter(({ to, verdict, pathMtu }, i) => {
    const came = (what: string): boolean => heard.get(`${what}${i}`)?.[1]?.split(',').includes(`k-${to}`) ?? false
    return (heard.get(`echo${i}`)?.[2] === '1') !== (verdict === 'delivered') || (pathMtu !== null && (!came('fits') || came('over')))
  })
  console.log(`  the kernel was asked ${answers.length} times; of ${differing.length} pairs it says something else`)
  row('tables and all pairs', ours)
  row('the kernel: namespaces, devices and routes built', built - begun, ours)
  row('the kernel: every pair pinged, at three sizes', asked - built, ours)
  row('the kernel: both', asked - begun, ours)
  row('the kernel, booting included', whole, ours)
}
