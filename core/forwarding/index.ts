/** What a Linux box does to a packet: the front of the room. */
import type { Infra } from '../infra/infra.ts'
import type { Flow } from './flow.ts'
import type { Segment, Trace, TunnelEdge } from './trace.ts'

/** A realised Infra compiled into tables. Opaque to other rooms. */
export interface Plane {
  readonly infra: Infra
}

/** Compiles a realised Infra. Never throws; contradictions end as verdicts. `previous` lets unchanged nodes keep their tables. */
export function compile(infra: Infra, _previous?: Plane): Plane {
  return { infra }
}

/** One packet there, and its answer back. Always ends. */
export function traceFlow(_plane: Plane, flow: Flow): Trace {
  return { flow, verdict: 'unknown', reason: null, because: null, hops: [], pathMtu: null, reply: null }
}

/** The broadcast domains, in file order of their first member. Computed once per plane. */
export function segmentsOf(_plane: Plane): readonly Segment[] {
  return []
}

/** Every direction of every tunnel, judged by the underlay. Computed once per plane. */
export function tunnelEdgesOf(_plane: Plane): readonly TunnelEdge[] {
  return []
}
