/** What a Linux box does to a packet: the front of the room. */
import type { Infra } from '../infra/infra.ts'
import { findCarriers } from './carrier.ts'
import { installBgp } from './bgp.ts'
import { buildDevices } from './devices.ts'
import { installAll } from './fib.ts'
import type { Flow } from './flow.ts'
import { follow, questionOf, traceOf } from './follow.ts'
import { membersOf } from './guard.ts'
import { installOspf } from './ospf.ts'
import { findSegments } from './segments.ts'
import { closePorts } from './stp.ts'
import type { World } from './tables.ts'
import type { DropReason, Segment, Trace, TunnelEdge, Verdict } from './trace.ts'
import { findTunnelEdges } from './tunnel-edges.ts'

/** A realised Infra compiled into tables. Opaque to other rooms. */
export interface Plane {
  readonly infra: Infra
  readonly world: World
  /** Answers that are worked out once, when somebody asks. */
  readonly answers: { segments?: readonly Segment[]; edges?: readonly TunnelEdge[] }
}

/** Compiles a realised Infra. Never throws; contradictions end as verdicts. `previous` lets unchanged nodes keep their tables. */
export function compile(infra: Infra, previous?: Plane): Plane {
  if (previous?.infra === infra) return previous
  const world = buildDevices(infra, membersOf(infra))
  findCarriers(world)
  installAll(world)
  closePorts(world)
  // What the protocols say to each other travels by what is there already.
  installOspf(world)
  installBgp(world)
  return { infra, world, answers: {} }
}

/** One packet there, and its answer back. Always ends. */
export function traceFlow(plane: Plane, flow: Flow): Trace {
  return traceOf(plane.world, flow)
}

/** What `traceFlow` would say, without the hops. */
export interface Answer {
  readonly verdict: Verdict
  readonly reason: DropReason | null
  readonly because: string | null
  readonly pathMtu: number | null
}

export function reachFlow(plane: Plane, flow: Flow): Answer {
  const question = questionOf(plane.world, flow)
  if (!question) return { verdict: 'unknown', reason: 'unknown-node', because: `${flow.from} is no network stack of this file`, pathMtu: null }
  const { verdict, reason, because, pathMtu } = follow(plane.world, question, flow.size, flow.df, false)
  return { verdict, reason, because, pathMtu }
}

/** The broadcast domains, in file order of their first member. Computed once per plane. */
export function segmentsOf(plane: Plane): readonly Segment[] {
  return (plane.answers.segments ??= findSegments(plane.world))
}

/** Every direction of every tunnel, judged by the underlay. Computed once per plane. */
export function tunnelEdgesOf(plane: Plane): readonly TunnelEdge[] {
  return (plane.answers.edges ??= findTunnelEdges(plane.world))
}

export type { World } from './tables.ts'
