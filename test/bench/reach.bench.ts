/**
 * Reach of all pairs, as it grows: a flat segment, tenants on VXLAN overlays on one switch and over a routed leaf-spine, a routed
 * fat tree. Each network's answer by classes of endpoints is held against the same packet interpreter asked for a sample of single
 * pairs, as if every pair were asked; and against itself after one edit. UNDERLAY_BENCH_LARGE adds ten thousand endpoints.
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
  const { ms } = time(() => {
    for (let i = 0; i < pairs; i++) {
      const from = stacks[(i * 7919) % stacks.length]
      const to = stacks[(i * 104729 + 1) % stacks.length]
      const address = to && addressesOf(to)[0]
      if (from && to && address && from !== to) reachFlow(plane, { from: from.name, to: address, toNode: to.name, proto: 'icmp', size: 84, df: false })
    }
  })
  return ms / pairs
}

const row = (what: string, ms: number, base?: number): void => console.log(`    ${what.padEnd(66)} ${ms.toFixed(ms < 10 ? 2 : 0).padStart(9)} ms${base === undefined ? '' : `  ×${(ms / base).toFixed(ms / base < 0.1 ? 4 : ms / base < 10 ? 2 : 0)}`}`)

/** Megabytes of live objects. */
const heap = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 1e6
}

function growth(title: string, text: string, chosen: (node: StackNode) => boolean, base: Map<string, number>): void {
  const state = stateOf(text)
  const stacks = stacksOf(state).filter(chosen)
  const names = stacks.map(({ name }) => name)
  const selection = { from: names, to: names }
  const pairs = names.length * (names.length - 1)
  console.log(`  ${title}: ${names.length} endpoints, ${pairs} pairs`)
  const before = heap()
  const plane = unasked(state)
  const counted = time(() => finish(reachCounted(plane, selection, () => undefined)))
  const kind = title.split(',')[0] ?? title
  const smaller = base.get(kind)
  row('by classes', counted.ms)
  if (smaller !== undefined) console.log(`    ${'the same against a tenth of the endpoints'.padEnd(66)} ${''.padStart(12)}  ×${(counted.ms / smaller).toFixed(1)}`)
  base.set(kind, counted.ms)
  console.log(`    ${'live objects that it leaves, with the tables'.padEnd(66)} ${(heap() - before).toFixed(0).padStart(9)} MB`)
  if (names.length <= 1100) row('by classes, every pair listed', time(() => finish(reach(unasked(state), selection))).ms, counted.ms)
  row('pair by pair (from a sample)', single(plane, stacks, 100) * pairs, counted.ms)
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
const base = new Map<string, number>()
for (const kind of ['flat', 'overlay'] as const) for (const guests of large ? [100, 1000, 10_000] : [100, 1000]) growth(`${kind}, one switch`, crowd(kind, guests), vms, base)
for (const guests of large ? [100, 1000, 10_000] : [100, 1000]) growth('overlays over a routed leaf-spine', overlayFabric(guests), vms, base)
// k³/4 servers: 128, 1,024 and 9,826; with the k²·5/4 switching elements as routers.
for (const k of large ? [8, 16, 34] : [8, 16]) growth('fat tree, servers and routers', `fabrics: { dc: { type: fat-tree, k: ${k} } }\n`, () => true, base)

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
