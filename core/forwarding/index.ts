/** What a Linux box does to a packet: the front of the room. */
import type { Ip, Prefix } from '../address/ip.ts'
import type { Infra } from '../infra/infra.ts'
import { isStack } from '../infra/node.ts'
import { routesOf } from './fib.ts'
import type { Flow } from './flow.ts'
import { follow, questionOf, traceOf } from './follow.ts'
import { keyOf } from './packet.ts'
import { expressIn, keepEcho, keepTrace, memoryFor, recalled, recalledEcho, recalledTrace, walkerIn, type Memory } from './memory.ts'
import { broadcastFrom, eachSegment } from './segments.ts'
import type { Shortcuts } from './run.ts'
import type { World } from './tables.ts'
import type { Answer } from './walk.ts'
import { footprintOf, nothingTouched, type Touched } from './touched.ts'
import type { Broadcast, Segment, Trace, TunnelEdge } from './trace.ts'
import { eachTunnelEdge } from './tunnel-edges.ts'
import { waysFrom, type Ways } from './ways.ts'
import { buildWorld } from './world.ts'
import { t } from '../words.ts'

/** A realised Infra compiled into tables. Opaque to other rooms. */
export interface Plane {
  readonly infra: Infra
  readonly world: World
  /** The same object for all planes that were compiled from each other: what other rooms keep from one to the next hangs on it. */
  readonly line: object
  /** Answers that are worked out once, when somebody asks. */
  readonly answers: { segments?: readonly Segment[]; edges?: readonly TunnelEdge[]; memory?: Memory; earlier?: Memory | undefined }
}

/** Compiles a realised Infra. Never throws; contradictions end as verdicts. Of `previous` the tables stay that nothing has changed for, and the answers that still hold. */
export function compile(infra: Infra, previous?: Plane): Plane {
  if (previous?.infra === infra) return previous
  const world = buildWorld(infra, previous?.world)
  // Of two plans that nobody asked between, the older one's answers are the ones there are.
  const earlier = previous?.answers.memory ?? previous?.answers.earlier
  return { infra, world, line: previous?.line ?? {}, answers: earlier ? { earlier } : {} }
}

/** What the plane remembers; first of all whatever still holds of what an older one did. */
function memoryOf({ world, answers }: Plane): Memory {
  if (answers.memory) return answers.memory
  answers.memory = memoryFor(world, answers.earlier)
  answers.earlier = undefined
  return answers.memory
}

/** One packet there, and its answer back. Always ends. */
export function traceFlow(plane: Plane, flow: Flow): Trace {
  const memory = memoryOf(plane)
  const known = recalledTrace(memory, flow)
  if (known) return known
  const touched = nothingTouched()
  const also: number[] = []
  const trace = traceOf(plane.world, flow, touched, () => {
    const [from, to] = [plane.world.stacks.get(flow.from), plane.world.stacks.get(flow.toNode ?? '')]
    // A service may answer by port, which routes know nothing of.
    if (!from || !to || flow.fromInterface !== undefined || (flow.proto !== 'icmp' && plane.world.services.has(keyOf(flow.to)))) return undefined
    const walker = walkerIn(memory)
    // Rules may take an echo and not this.
    const answer = walker.echo(from, to, flow.to, flow.proto !== 'icmp')
    if (answer) also.push(...walker.echoFootprint(from, to, flow.to))
    return answer
  })
  return keepTrace(memory, flow, trace, [...footprintOf(memory.slots, touched, [flow.from, ...(flow.toNode === undefined ? [] : [flow.toNode])], true), ...also])
}

/** The ways by which a flow's first packet may arrive, where chance decides between several. */
export const waysOf = (plane: Plane, flow: Flow): Ways => waysFrom(plane.world, flow)

/** A route that a protocol told a stack. */
export interface LearnedRoute {
  readonly to: Prefix
  readonly hops: readonly { readonly via: Ip | undefined; readonly dev: string }[]
  readonly metric: number
}

/** What routing protocols have told each stack, by its name: routes that no file spells and every box needs. */
export function learnedRoutes(plane: Plane): ReadonlyMap<string, readonly LearnedRoute[]> {
  const found = new Map<string, readonly LearnedRoute[]>()
  for (const stack of plane.world.stacks.values()) {
    if (!isStack(stack.node) || !stack.node.routing) continue
    const { main } = routesOf(stack)
    const told = [main.v4, main.v6].flatMap(({ byLength }) => [...byLength.values()].flatMap((byKey) => [...byKey.values()].flat())).filter(({ proto }) => proto === 'bgp')
    const all = [...(plane.world.told.ospf?.learnedBy(stack)?.all() ?? []), ...told]
    if (all.length > 0) found.set(stack.name, all.map(({ prefix, hops, metric }) => ({ to: prefix, metric, hops: hops.map(({ via, dev }) => ({ via, dev: dev.name })) })))
  }
  return found
}

/** What is known of routes. */
function shortcutsOf(plane: Plane): Shortcuts {
  const memory = memoryOf(plane)
  return { sameWays: walkerIn(memory).sameWays, express: expressIn(memory) }
}

export function reachFlow(plane: Plane, flow: Flow, touched?: Touched): Answer {
  const question = questionOf(plane.world, flow)
  if (!question) return { verdict: 'unknown', reason: 'unknown-node', because: t`${flow.from} is no network stack of this file`, pathMtu: null }
  const { verdict, reason, because, pathMtu } = follow(plane.world, question, flow.size, flow.df, false, touched, undefined, shortcutsOf(plane))
  return { verdict, reason, because, pathMtu }
}

/**
 * The same for an echo without a word about interfaces, by routes worked out once for all pairs where nothing on the way looks
 * at more than the destination; packet by packet elsewhere.
 */
export function reachEcho(plane: Plane, from: string, to: string, address: Ip): Answer {
  const { stacks } = plane.world
  const [sender, target] = [stacks.get(from), stacks.get(to)]
  return (sender && target && walkerIn(memoryOf(plane)).echo(sender, target, address)) ?? followedEcho(plane, from, to, address)
}

/** The echo followed packet by packet, and remembered. */
function followedEcho(plane: Plane, from: string, to: string, address: Ip): Answer {
  const memory = memoryOf(plane)
  const known = recalledEcho(memory, from, to, address)
  if (known) return known
  const touched = nothingTouched()
  const answer = reachFlow(plane, { from, to: address, toNode: to, proto: 'icmp', size: 84, df: false }, touched)
  return keepEcho(memory, from, to, address, answer, footprintOf(memory.slots, touched, [from, to]))
}

/** The broadcast domains, in file order of their first member. Computed once per plane. */
export function segmentsOf(plane: Plane): readonly Segment[] {
  return (plane.answers.segments ??= finish(segmentsBySteps(plane)))
}

/** Where a broadcast from these devices goes. */
export const broadcast = (plane: Plane, senders: readonly { readonly node: string; readonly interface: string }[]): Broadcast => broadcastFrom(plane.world, senders)

/** Every direction of every tunnel, judged by the underlay. Computed once per plane. */
export function tunnelEdgesOf(plane: Plane): readonly TunnelEdge[] {
  return (plane.answers.edges ??= finish(edgesBySteps(plane)))
}

/** Works out broadcast domains and tunnels, which most questions begin with, so that it can be stopped at every step. */
export function* survey(plane: Plane): Generator<undefined, undefined> {
  plane.answers.segments ??= yield* segmentsBySteps(plane)
  plane.answers.edges ??= yield* edgesBySteps(plane)
  return undefined
}

function* segmentsBySteps(plane: Plane): Generator<undefined, readonly Segment[]> {
  const { slots, broadcasts } = memoryOf(plane)
  return yield* eachSegment(plane.world, (key, make) => recalled(broadcasts, slots, key, make))
}

function* edgesBySteps(plane: Plane): Generator<undefined, readonly TunnelEdge[]> {
  const { slots, edges } = memoryOf(plane)
  const found: TunnelEdge[] = []
  for (const edge of eachTunnelEdge(plane.world, true, (key, make) => recalled(edges, slots, key, make))) {
    found.push(edge)
    yield undefined
  }
  return found
}

function finish<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

export type { World } from './tables.ts'
export type { Answer } from './walk.ts'
