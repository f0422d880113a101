/** What happened to a flow, hop by hop, in Batfish's words. The shapes are cli.md's, with spans instead of ranges. */
import type { Span } from '../text/span.ts'
import type { Flow } from './flow.ts'

export const verdicts = ['delivered', 'dropped', 'unknown'] as const
export type Verdict = (typeof verdicts)[number]

/** Why a packet does not arrive: a closed list, documented by `underlay explain`. */
export const dropReasons = [
  'no-route', 'neighbour-unreachable', 'forwarding-off', 'filtered', 'mtu-exceeded', 'vlan', 'no-carrier', 'loop',
  'blackhole', 'tunnel', 'not-delivered', 'no-return', 'unknown-node',
] as const
export type DropReason = (typeof dropReasons)[number]

export const steps = [
  'send', 'route', 'arp', 'filter', 'nat', 'forward', 'learn', 'bridge', 'flood', 'encapsulate', 'transmit', 'receive',
  'decapsulate', 'deliver', 'fragment', 'drop',
] as const
export type Step = (typeof steps)[number]

export interface Hop {
  readonly node: string
  /** The device, or null where the step is the whole stack's. */
  readonly interface: string | null
  readonly step: Step
  /** A sentence with the numbers: "10.0.0.3 is on-link on br0". */
  readonly detail: string
  /** The table and the entry consulted: "route 10.0.0.0/24 dev br0", "fdb 02:… → vtun0"; null when none was. */
  readonly table: string | null
  /** Outermost first, as cli.md shows: "eth", "ipv4 20.0.0.1>30.0.0.1", "gre", "eth", "ipv4 10.0.0.1>10.0.0.3". */
  readonly headers: readonly string[]
  /** Bytes of the outermost IP packet (without Ethernet's 14). */
  readonly size: number
  /** The entry of the file that decided: an interface, a route, a rule. */
  readonly at?: Span
  /** Of a drop inside a tunnel, whose reason for the inner packet is `tunnel`: what became of the outer one. */
  readonly within?: DropReason
}

export interface OneWay {
  readonly verdict: Verdict
  readonly reason: DropReason | null
  /** For `no-return` the return's own reason; otherwise a sentence that names who decided, or null. */
  readonly because: string | null
  readonly hops: readonly Hop[]
}

/** Delivered where the sender gets to hear it; a black hole swallows packets whose error is dropped. */
export interface IcmpError extends OneWay {
  readonly icmp: {
    /** As RFC 792 and RFC 4443 have them, with the names that tcpdump prints. */
    readonly name: string
    readonly type: number
    readonly code: number
    /** Bytes that would fit, where it says so; else null. */
    readonly mtu: number | null
    /** Printed: the address in whose name it comes to the sender, or left. */
    readonly from: string
  }
}

export interface Trace extends OneWay {
  readonly flow: Flow
  /** The largest IP packet with DF that arrives; null unless delivered. */
  readonly pathMtu: number | null
  readonly reply: OneWay | null
  /** The ICMP error that tells the sender, where one is sent, and the way that it takes. */
  readonly error?: IcmpError
  /** How often chance decided, there and back: which of several equal ways, say. Absent where it never did. */
  readonly choices?: number
}

/** An interface that takes part in one broadcast domain. */
export interface SegmentMember {
  readonly node: string
  readonly interface: string
  /** The VLAN by which it takes part, 0 where untagged on an unaware segment. */
  readonly vlan: number
}

/** One broadcast domain: everything that hears one frame sent to all. Bridge ports are not members, stacks' devices are. */
export interface Segment {
  readonly id: number
  readonly members: readonly SegmentMember[]
  /** Bridges, switches and tunnels that carry it, as `node:interface` (a switch: `node`). */
  readonly carriers: readonly string[]
  /** By carrying bridge, the VLANs that it is in there: none where the bridge lets it in by no port, 0 where the bridge looks at no tags and it has none. A bridge of flows is left out. */
  readonly vlans: ReadonlyMap<string, ReadonlySet<number>>
  /** An opaque node takes part, so that more members may exist than are listed. */
  readonly open: boolean
}

/** Where a broadcast goes; devices as `node:interface`, a switch's ports too. */
export interface Broadcast {
  readonly heard: readonly string[]
  /** Everything that the frame itself passes. */
  readonly over: readonly string[]
  /** What carries it inside a tunnel. */
  readonly under: readonly string[]
  readonly vlans: readonly number[]
  /** The smallest MTU among those that hear and pass it, where it is, and the largest. */
  readonly mtu: { readonly least: number; readonly at: string; readonly most: number } | undefined
  /** An opaque node takes part: it may go further than anybody can tell. */
  readonly open: boolean
}

/** One direction of a tunnel, judged by sending a packet over the underlay. */
export interface TunnelEdge {
  readonly node: string
  readonly interface: string
  /** The remote address this direction sends to, printed. */
  readonly remote: string
  /** The far device that takes the packets in; undefined when none does. */
  readonly to: { readonly node: string; readonly interface: string } | undefined
  readonly verdict: Verdict
  /** Why the outer packet does not come to `to`, as a trace's reason, or a disagreement of the two ends in words. */
  readonly reason: string | null
  /** Path MTU of the underlay in bytes; null when unknown. */
  readonly outerMtu: number | null
  /** What remains for the inner IP packet; null when unknown. */
  readonly innerMtu: number | null
}
