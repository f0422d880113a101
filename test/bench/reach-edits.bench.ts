/**
 * One edit, re-verified: from the new text to every answer again: read, realised, compiled, all pairs by classes, expectations.
 * Milliseconds of processor time of this process, its collectors and compilers among them, and by the clock, as are the stages (asking for processor time between them
 * takes time of its own); after a warm-up, against the same from nothing. Every second edit undoes the one before it, and both are told apart by the clock. The figures stand only where the answers are those from nothing, which is looked at along the way.
 */
import { finish, readSource } from '../../core/analysis.ts'
import { judge } from '../../core/expect/index.ts'
import type { Reading } from '../../core/formats/format.ts'
import { compile, type Plane } from '../../core/forwarding/index.ts'
import { reachCounted } from '../../core/reach/index.ts'
import { realize, type Realised } from '../../core/realize/index.ts'
import { crowd, generateInfra, overlayFabric, sizeFor } from './generate.ts'

interface State {
  readonly reading: Reading
  readonly realised: Realised
  readonly plane: Plane
}

const stages = ['read', 'realise', 'compile', 'pairs', 'expectations'] as const
type Times = number[]

/** Milliseconds of processor time since some moment. */
const clock = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

let version = 0

/** Everything again for this text; `times` takes what each stage cost, `said` what was answered. */
function verified(text: string, before: State | undefined, times: Times, said?: string[]): State {
  const marks = [performance.now()]
  const reading = readSource({ uri: 'file:///bench.infra.yaml', text, version: ++version }, before?.reading)
  if (!reading) throw new Error('no reader')
  marks.push(performance.now())
  const realised = realize(reading.infra, before?.realised)
  marks.push(performance.now())
  const plane = compile(realised.infra, before?.plane)
  marks.push(performance.now())
  // Who stands for how many may differ with what was known before; how many pairs end how may not.
  const ends = new Map<string, number>()
  finish(reachCounted(plane, {}, (pairs, { verdict, reason, pathMtu }) => {
    if (!said) return
    const end = `${verdict} ${reason} ${pathMtu}`
    ends.set(end, (ends.get(end) ?? 0) + pairs)
  }))
  said?.push(...[...ends].map(([end, pairs]) => `${pairs} ${end}`).sort())
  marks.push(performance.now())
  const replan = (): never => { throw new Error('no expectation here asks for another plan') }
  for (const { status, message } of finish(judge({ written: reading.infra, infra: realised.infra, plane, replan }))) said?.push(`${status} ${message}`)
  marks.push(performance.now())
  for (let i = 0; i < stages.length; i++) times.push((marks[i + 1] ?? 0) - (marks[i] ?? 0))
  return { reading, realised, plane }
}

const sum = (times: Times): number => times.reduce((all, one) => all + one, 0)
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
const shown = (ms: number): string => ms.toFixed(ms < 10 ? 1 : 0).padStart(6)

type Edit = (text: string, i: number) => string

function follow(title: string, text: string, edits: Readonly<Record<string, Edit>>): void {
  console.log(`  ${title}`)
  const fresh: number[] = []
  for (let i = 0; i < 4; i++) {
    const began = clock()
    verified(text, undefined, [])
    if (i > 0) fresh.push(clock() - began)
  }
  const whole = Math.min(...fresh)
  console.log(`    ${'from nothing'.padEnd(40)} ${shown(median(fresh))} ms, least ${shown(whole)}`)
  let state = verified(text, undefined, [])
  for (const [name, edit] of Object.entries(edits).filter(([one]) => onlyEdits.length === 0 || onlyEdits.some((word) => one.includes(word)))) {
    const times: Times[] = []
    const totals: number[] = []
    const waits: number[] = []
    for (let i = 0; i < runs + warm; i++) {
      const next = i % 2 === 0 ? edit(text, i / 2) : text
      if (i % 2 === 0 && next === text) throw new Error(`${name} changes nothing of ${title}`)
      const [one, said]: [Times, string[]] = [[], []]
      // Writing down what was said costs time of its own, so that run does not count.
      const looks = i === 0 || i === 1
      const began = clock()
      state = verified(next, state, one, looks ? said : undefined)
      const total = clock() - began
      if (looks) {
        const other: string[] = []
        verified(next, undefined, [], other)
        if (other.join('\n') !== said.join('\n')) throw new Error(`${name} of ${title}: other answers than from nothing`)
      }
      if (i < warm) continue
      times.push(one)
      totals.push(total)
      waits.push(sum(one))
    }
    const least = Math.min(...totals)
    const parts = stages.map((stage, n) => `${stage} ${shown(median(times.map((one) => one[n] ?? 0))).trim()}`).join(', ')
    const [made, undone] = [0, 1].map((at) => median(waits.filter((_, i) => (i + warm) % 2 === at)))
    console.log(`    ${name.padEnd(40)} ${shown(median(totals))} ms, least ${shown(least)}, by the clock ${shown(made ?? NaN)} made, ${shown(undone ?? NaN)} undone  ×${(median(totals) / median(fresh)).toFixed(3)}  (${parts})`)
  }
}

const onlyEdits = (process.env['EDITS'] ?? '').split(',').filter(Boolean)
const runs = Number(process.env['RUNS'] ?? 20)
const warm = Number(process.env['WARM'] ?? 10)

/** Of the nth of something that a pattern finds: another text. */
const nth = (pattern: RegExp, step: number, change: (found: string, i: number) => string): Edit => (text, i) => {
  const all = [...text.matchAll(pattern)]
  // The next one where this one is so already.
  for (let n = 0; n < all.length; n++) {
    const at = all[(i * step + n) % all.length]
    const changed = at && change(at[0], i)
    if (at?.index !== undefined && changed !== at[0]) return text.slice(0, at.index) + changed + text.slice(at.index + at[0].length)
  }
  return text
}

const only = process.argv.slice(2).concat((process.env['ONLY'] ?? '').split(',').filter(Boolean))
const wanted = (title: string): boolean => only.length === 0 || only.some((word) => title.includes(word))

const guestLine = /\n {2}v\d+: .*/g
const crowdEdits = (flat: boolean): Readonly<Record<string, Edit>> => ({
  'the address of a guest': nth(guestLine, 37, (line, i) => line.replace(/(address: 10\.\d\.)\d+\.\d+/, `$1200.${i + 1}`)),
  'the MTU of a guest': nth(guestLine, 41, (line, i) => line.replace('eth0: { ', `eth0: { mtu: ${1300 + i}, `)),
  'the MTU of a server': nth(/\n {2}s\d+: .*/g, 7, (line, i) => line.replace('eth0: { ', `eth0: { mtu: ${1300 + i}, `)),
  'a guest moved': nth(guestLine, 43, (line, i) => line.replace(/host: s\d+/, `host: s${(i * 11 + 3) % 50}`)),
  'a link removed': nth(/\n {2}- \[s\d+:eth0.*/g, 7, () => ''),
  'a guest removed': nth(guestLine, 47, () => ''),
  'a filter rule at a guest': nth(guestLine, 53, (line, i) => line.replace('memory', `firewall: { input: { policy: accept, rules: [{ from: 10.${flat ? 0 : i % 4}.0.${i + 1}/32, action: drop }] } }, memory`)),
})
const expecting = `expect:\n  - reach: { from: v0, to: v500 }\n  - reach: { from: v7, to: v11 }\n  - block: { from: v1, to: v2 }\n`

if (wanted('flat')) follow('flat, 1,000 guests on 50 servers', crowd('flat', 1000) + expecting.replace(/ {2}- block.*\n/, ''), crowdEdits(true))
if (wanted('overlay')) {
  // A server that is cut off costs seconds, after an edit and from nothing: every tunnel looks for where its question was lost.
  const { 'a link removed': _link, ...others } = crowdEdits(false)
  follow('overlays on one switch, 1,000 guests on 50 servers', crowd('overlay', 1000) + expecting, others)
}
if (wanted('leaf')) {
  const { 'a link removed': _link, 'the MTU of a server': _mtu, 'a guest moved': _moved, ...others } = crowdEdits(false)
  follow('overlays over a routed leaf-spine, 1,000 guests on 50 servers', overlayFabric(1000) + expecting, {
    ...others,
    'a guest moved': nth(guestLine, 43, (line, i) => line.replace(/host: dc-leaf\d-h\d+/, `host: dc-leaf0-h${(i * 11 + 3) % 30}`)),
    'the MTU of a server': (text, i) => `${text}servers: { dc-leaf0-h${i % 30}: { interfaces: { p0: { mtu: ${4000 + i} } } } }\n`,
    'a spine’s port down': (text, i) => `${text}routers: { dc-spine${i % 4}: { interfaces: { p${i % 2}: { up: false } } } }\n`,
  })
}
if (wanted('routed')) {
  const size = sizeFor(1000)
  follow(`routed, ${size.servers * (size.guests + 1)} nodes`, generateInfra(size), {
    'the address of a guest': nth(/eth0: \{ attach: br0, address: 10\.\d+\.\d+\.\d+/g, 37, (line, i) => line.replace(/\.\d+$/, `.${100 + i}`)),
    'the MTU of a guest': nth(/eth0: \{ attach/g, 41, (line, i) => line.replace('attach', `mtu: ${1300 + i}, attach`)),
    'the MTU of a server': nth(/eth0: \{ address: 172/g, 7, (line, i) => line.replace('address', `mtu: ${1300 + i}, address`)),
    'a guest moved': nth(/\n {4}host: s\d+/g, 43, (_, i) => `\n    host: s${(i * 11 + 3) % size.servers}`),
    'a link removed': nth(/\n {2}- \{ ends: \[s\d+:eth0.*/g, 7, () => ''),
    'a route removed': nth(/\n {6}- \{ to: 10.*/g, 7, () => ''),
    'a filter rule at a server': nth(/\n {4}forwarding: true/g, 7, (line, i) => `${line}\n    firewall: { forward: { policy: accept, rules: [{ from: 10.0.${i}.1/32, action: drop }] } }`),
  })
}
// There is none of 1,000 endpoints: the next below, of 931, and the next above, of 1,344.
for (const k of wanted('fat') ? [14, 16] : []) {
  const half = k / 2
  const server = (i: number): string => `dc-p${i % k}-e${(i * 3) % half}-h${(i * 5) % half}`
  follow(`fat tree, ${k * half * half} servers and ${5 * half * half} routers`, `fabrics: { dc: { type: fat-tree, k: ${k} } }\nexpect:\n  - reach: { from: dc-p0-e0-h0, to: dc-p9-e3-h2 }\n`, {
    'the address of a server': (text, i) => `${text}servers: { ${server(i)}: { interfaces: { p0: { address: 10.200.${i}.1/31 } } } }\n`,
    'the MTU of a server': (text, i) => `${text}servers: { ${server(i)}: { interfaces: { p0: { mtu: ${1300 + i} } } } }\n`,
    'a router’s port down': (text, i) => `${text}routers: { dc-p${i % k}-a${i % half}: { interfaces: { p${i % k}: { up: false } } } }\n`,
    'a filter rule at a server': (text, i) => `${text}servers: { ${server(i)}: { firewall: { input: { policy: accept, rules: [{ from: 10.0.${i}.1/32, action: drop }] } } } }\n`,
  })
}
