/**
 * Reach of all pairs, as it grows: a flat segment, tenants on VXLAN overlays on one switch and over a routed leaf-spine, racks
 * behind a gateway, a routed fat tree. Each network's answer by symmetries is held against the same packet interpreter asked for
 * a sample of single pairs, as if every pair were asked; and against itself after one edit. UNDERLAY_BENCH_LARGE adds ten thousand
 * endpoints.
 */
import { finish, readSource } from '../../core/analysis.ts'
import type { Reading } from '../../core/formats/format.ts'
import { compile, reachFlow, traceFlow, type Plane } from '../../core/forwarding/index.ts'
import { addressesOf, reach, reachClasses, reachCounted } from '../../core/reach/index.ts'
import { realize, type Realised } from '../../core/realize/index.ts'
import { isStack, type StackNode } from '../../core/infra/node.ts'
import { crowd, generateInfra, overlayFabric, sizeFor } from './generate.ts'

const time = <T>(run: () => T): { readonly ms: number; readonly value: T } => {
  const start = performance.now()
  const value = run()
  return { ms: performance.now() - start, value }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

interface State {
  readonly reading: Reading
  readonly realised: Realised
  readonly plane: Plane
}

let version = 0
function stateOf(text: string, before?: State): State {
  const reading = readSource({ uri: 'file:///bench.infra.yaml', text, version: ++version }, before?.reading)
  if (!reading) throw new Error('no reader')
  const realised = realize(reading.infra, before?.realised)
  return { reading, realised, plane: compile(realised.infra, before?.plane) }
}

const stacksOf = ({ realised }: State): readonly StackNode[] => [...realised.infra.nodes.values()].filter(isStack)

/** A plane that nobody has asked yet: what is worked out on demand is part of the answer. */
const unasked = ({ realised }: State): Plane => compile({ ...realised.infra })

/** Milliseconds for one pair followed by itself: the mean of some, spread over the network. */
function single(plane: Plane, stacks: readonly StackNode[], pairs: number): number {
  const ask = (pairs: number): number => processor(() => {
    for (let i = 0; i < pairs; i++) {
      const from = stacks[(i * 7919) % stacks.length]
      const to = stacks[(i * 104729 + 1) % stacks.length]
      const address = to && addressesOf(to)[0]
      if (from && to && address && from !== to) reachFlow(plane, { from: from.name, to: address, toNode: to.name, proto: 'icmp', size: 84, df: false })
    }
  }).ms
  // What is made when somebody first looks is not of one pair.
  ask(pairs)
  return ask(pairs) / pairs
}

const row = (what: string, ms: number, base?: number): void => console.log(`    ${what.padEnd(66)} ${ms.toFixed(ms < 10 ? 2 : 0).padStart(9)} ms${base === undefined ? '' : `  ×${(ms / base).toFixed(ms / base < 0.1 ? 4 : ms / base < 10 ? 2 : 0)}`}`)

/** Megabytes of live objects. */
const heap = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 1e6
}

/** Milliseconds of the processor, all threads together: what others run beside does not count. */
function processor<T>(run: () => T): { readonly ms: number; readonly value: T } {
  const start = process.cpuUsage()
  const value = run()
  const { user, system } = process.cpuUsage(start)
  return { ms: (user + system) / 1000, value }
}

interface Grown {
  readonly endpoints: number
  readonly ms: number
  readonly listed: number | undefined
  readonly megabytes: number
}

const families = new Map<string, Grown[]>()

/** From realised nodes to all pairs: tables compiled, all pairs counted. The least of some runs, each from nothing. */
function growth(family: string, text: string, chosen: (node: StackNode) => boolean): void {
  const state = stateOf(text)
  const names = stacksOf(state).filter(chosen).map(({ name }) => name)
  const selection = { from: names, to: names }
  const pairs = names.length * (names.length - 1)
  let ms = Infinity
  let megabytes = 0
  let counted = 0
  for (let run = 0; run < (names.length > 5000 ? 2 : 4); run++) {
    // Read anew: what is remembered with a node is part of the answer, too.
    const fresh = stateOf(text)
    const before = heap()
    counted = 0
    const { ms: once, value: plane } = processor(() => {
      const made = unasked(fresh)
      finish(reachCounted(made, selection, (n) => void (counted += n)))
      return made
    })
    ms = Math.min(ms, once)
    megabytes = Math.max(megabytes, heap() - before)
    if (plane.infra.nodes.size === 0) throw new Error('nothing was compiled')
  }
  if (counted < pairs) throw new Error(`${family}: ${counted} of ${pairs} pairs were counted`)
  const listed = names.length > 1100 ? undefined : processor(() => finish(reach(unasked(state), selection))).ms
  const alone = single(unasked(state), stacksOf(state).filter(chosen), 60) * pairs
  const row = { endpoints: names.length, ms, listed, megabytes }
  const rows = families.get(family)
  if (rows) rows.push(row)
  else families.set(family, [row])
  const against = (value: number): string => `×${(value / ms).toFixed(value / ms < 10 ? 1 : 0)}`
  console.log(`  ${family.padEnd(36)} ${String(names.length).padStart(6)} endpoints ${ms.toFixed(0).padStart(6)} ms ${megabytes.toFixed(0).padStart(4)} MB${listed === undefined ? '' : `  every pair listed ${against(listed)}`}  pair by pair ${against(alone)}`)
}

/** What ten times the endpoints cost: time and memory. */
function printGrowth(): void {
  for (const [family, rows] of families) {
    const steps = rows.slice(1).map((row, i) => {
      const before = rows[i]
      return before ? `${before.endpoints} → ${row.endpoints}: time ×${(row.ms / before.ms).toFixed(1)}, memory ×${(row.megabytes / before.megabytes).toFixed(1)}` : ''
    })
    if (steps.length > 0) console.log(`    ${family.padEnd(34)} ${steps.join('   ')}`)
  }
}

/** One edit, and the whole answer again: against everything from nothing. Both begin with realised nodes and end with all classes of pairs. */
function edits(title: string, text: string, change: (text: string, i: number) => string): void {
  let state = stateOf(change(text, 0))
  finish(reachClasses(state.plane))
  const full: number[] = []
  const whole: number[] = []
  const again: number[] = []
  for (let i = 1; i <= 9; i++) {
    const edited = change(text, i)
    if (edited === change(text, i - 1)) throw new Error(`${title} changes nothing`)
    const next = stateOf(edited, state)
    whole.push(time(() => finish(reachClasses(next.plane))).ms)
    const { realised } = next
    again.push(time(() => compile(realised.infra, state.plane)).ms + (whole.at(-1) ?? 0))
    full.push(time(() => finish(reachClasses(compile({ ...realised.infra })))).ms)
    state = next
  }
  console.log(`  ${title}`)
  row('compiled and all pairs from nothing', median(full))
  row('after the edit: tables compiled, all pairs verified', median(again), median(full))
  row('of which the pairs', median(whole), median(full))
}

/** One question after a keystroke, from the text to the last hop. */
function question(title: string, text: string, change: (text: string, i: number) => string, from: string, to: string): void {
  let state = stateOf(text)
  const ask = ({ plane }: State): unknown => {
    const node = plane.infra.nodes.get(to)
    const address = node && isStack(node) ? addressesOf(node)[0] : undefined
    return address && traceFlow(plane, { from, to: address, toNode: to, proto: 'icmp', size: 84, df: false })
  }
  const [stroke, asked, fresh]: [number[], number[], number[]] = [[], [], []]
  for (let i = 1; i <= 15; i++) {
    const edited = change(text, i)
    const before = state
    const read = time(() => (state = stateOf(edited, before)))
    const answered = time(() => ask(state))
    stroke.push(read.ms + answered.ms)
    asked.push(answered.ms)
    if (i % 5 === 0) fresh.push(time(() => ask(stateOf(edited))).ms)
  }
  console.log(`  ${title}`)
  row('the whole file from nothing, and one trace', median(fresh))
  row('a keystroke, read and realised and compiled, and the trace', median(stroke), median(fresh))
  row('of which the trace', median(asked), median(fresh))
}

const large = process.env['UNDERLAY_BENCH_LARGE'] !== undefined
const vms = ({ kind }: StackNode): boolean => kind === 'vm'
const sizes = large ? [100, 1000, 10_000] : [100, 1000]
// The first of all pays for what the machine compiles.
finish(reachClasses(stateOf(overlayFabric(100)).plane))
console.log('  compiled and all pairs counted, time of the processor, live objects that are left; ratios of time')
for (const kind of ['flat', 'overlay'] as const) for (const guests of sizes) growth(`${kind}, one switch`, crowd(kind, guests), vms)
for (const guests of sizes) growth('overlays over a routed leaf-spine', overlayFabric(guests), vms)
for (const guests of sizes) growth('racks routed by a gateway, all stacks', generateInfra(sizeFor(guests)), () => true)
// k³/4 servers: 128, 1,024 and 9,826; with the k²·5/4 switching elements as routers.
for (const k of large ? [8, 16, 34] : [8, 16]) growth('fat tree, servers and routers', `fabrics: { dc: { type: fat-tree, k: ${k} } }\n`, () => true)
printGrowth()

const guest = (words: (i: number) => string) => (text: string, i: number): string => text.replace(/(\n {2}v500: .*?interfaces: \{ eth0: \{ )/, `$1${words(i)}`)
for (const kind of ['flat', 'overlay'] as const) {
  const text = crowd(kind, 1000)
  edits(`${kind}, 1,000 guests: the address of a guest`, text, (one, i) => one.replace(/(\n {2}v500: .*address: 10\.\d\.)\d+\.\d+/, `$1${100 + (i % 7)}.7`))
  edits(`${kind}, 1,000 guests: the MTU of a guest`, text, guest((i) => `mtu: ${1300 + (i % 7)}, `))
  edits(`${kind}, 1,000 guests: the MTU of a server`, text, (one, i) => one.replace(/(\n {2}s25: .*?eth0: \{ )/, `$1mtu: ${1400 + (i % 7)}, `))
}
edits('routed, 1,000 nodes: the address of a guest', generateInfra(sizeFor(1000)), (one, i) => one.replace('10.0.20.3/24', `10.0.20.${200 + (i % 7)}/24`))
edits('fat tree of 1,024 servers and 320 routers: the MTU of a server', 'fabrics: { dc: { type: fat-tree, k: 16 } }\nservers: { dc-p0-e0-h0: { interfaces: { p0: { mtu: 1000 } } } }\n', (one, i) => one.replace('mtu: 1000', `mtu: ${1000 + i}`))

question('routed, 1,000 nodes', generateInfra(sizeFor(1000)), (one, i) => one.replace('10.0.20.3/24', `10.0.20.${200 + i}/24`), 'vm20-1', 'vm90-1')
