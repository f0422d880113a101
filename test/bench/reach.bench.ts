/**
 * Reach of all pairs, as it grows: a flat segment, tenants on VXLAN overlays, a routed fat tree. Each network's answer by classes of
 * endpoints is held against the same packet interpreter asked for a sample of single pairs, as if every pair were asked.
 */
import { analyze, finish, readSource } from '../../core/analysis.ts'
import { compile, reachFlow, type Plane } from '../../core/forwarding/index.ts'
import { addressesOf, reach, reachClasses } from '../../core/reach/index.ts'
import { isStack, type StackNode } from '../../core/infra/node.ts'
import { crowd } from './generate.ts'

const time = <T>(run: () => T): { readonly ms: number; readonly value: T } => {
  const start = performance.now()
  const value = run()
  return { ms: performance.now() - start, value }
}

/** A plane that nobody has asked yet, each time: what is worked out on demand is part of the answer. */
function planeOf(text: string): { plane: () => Plane; stacks: readonly StackNode[] } {
  const reading = readSource({ uri: 'file:///bench.infra.yaml', text, version: 1 })
  if (!reading) throw new Error('no reader')
  const analysis = finish(analyze([reading]))
  const { infra } = analysis.realised
  return { plane: () => compile({ ...infra }), stacks: [...infra.nodes.values()].filter(isStack) }
}

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

const row = (what: string, ms: number, base?: number): void => console.log(`    ${what.padEnd(60)} ${ms.toFixed(ms < 10 ? 1 : 0).padStart(9)} ms${base === undefined ? '' : `  ×${(ms / base).toFixed(ms / base < 10 ? 1 : 0)}`}`)

const large = process.env['UNDERLAY_BENCH_LARGE'] !== undefined
for (const kind of ['flat', 'overlay'] as const) {
  for (const guests of large ? [100, 1000, 10_000] : [100, 1000]) {
    const { plane, stacks } = planeOf(crowd(kind, guests))
    const chosen = stacks.filter(({ kind: one }) => one === 'vm')
    const names = chosen.map(({ name }) => name)
    const selection = { from: names, to: names }
    const pairs = names.length * (names.length - 1)
    console.log(`  ${kind}, ${guests} guests, ${pairs} pairs`)
    const counted = time(() => finish(reachClasses(plane(), selection)))
    row('by classes', counted.ms)
    if (guests <= 1000) row('by classes, every pair listed', time(() => finish(reach(plane(), selection))).ms, counted.ms)
    row(`pair by pair (from a sample)`, single(plane(), chosen, 200) * pairs, counted.ms)
  }
}
for (const k of large ? [8, 16, 34] : [8, 16]) {
  const { plane, stacks } = planeOf(`fabrics: { dc: { type: fat-tree, k: ${k} } }\n`)
  const chosen = stacks.filter(({ kind }) => kind === 'server')
  const names = chosen.map(({ name }) => name)
  console.log(`  fat tree, k ${k}, ${names.length} servers, ${names.length * (names.length - 1)} pairs`)
  const counted = time(() => finish(reachClasses(plane(), { from: names, to: names })))
  row('by classes', counted.ms)
  if (names.length < 2000) row('by classes, every pair listed', time(() => finish(reach(plane(), { from: names, to: names }))).ms, counted.ms)
  row(`pair by pair (from a sample)`, single(plane(), chosen, 100) * names.length * (names.length - 1), counted.ms)
}
