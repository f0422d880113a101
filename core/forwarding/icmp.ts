/** ICMP's errors: who tells a sender what became of its packet, and in which words. RFC 792, RFC 1191, RFC 4443; as Linux chooses them. */
import type { Frame, Packet } from './packet.ts'
import type { Device } from './tables.ts'

export type ErrorKind = 'too-long' | 'no-network' | 'no-host' | 'expired' | 'beyond-scope'

/** What a stack tells the sender of a packet that it drops. */
export interface Told {
  /** As it was where it was dropped, before its source was translated. */
  readonly about: Packet
  readonly kind: ErrorKind
  /** Of a packet that is too long: bytes of the longest that is not. */
  readonly mtu?: number
  /** By whose routes the message goes: of the vrf that the packet came in by. */
  readonly vrf?: Device | undefined
  /** The only device by which its sender is known: of one who has nothing but a link-local address. */
  readonly input?: Device
  /** A tunnel's device answers in the name of the destination: the message is a frame that comes out of it, as if from there. */
  readonly back?: { readonly device: Device; readonly frame: Frame }
}

export interface IcmpMessage {
  /** As tcpdump and RFCs call it. */
  readonly name: string
  readonly type: number
  readonly code: number
}

/**
 * ip_error, ip_forward and arp_error_report choose these of IPv4. Of IPv6 a route that says unreachable is told like none
 * (ip6_pkt_discard), and a neighbour that is silent by ip6_link_failure.
 */
const messages: Readonly<Record<4 | 6, Readonly<Record<ErrorKind, IcmpMessage>>>> = {
  4: {
    'too-long': { name: 'fragmentation-needed', type: 3, code: 4 }, 'no-network': { name: 'net-unreachable', type: 3, code: 0 },
    'no-host': { name: 'host-unreachable', type: 3, code: 1 }, expired: { name: 'time-exceeded', type: 11, code: 0 },
    // Of IPv6 alone.
    'beyond-scope': { name: 'host-unreachable', type: 3, code: 1 },
  },
  6: {
    'too-long': { name: 'packet-too-big', type: 2, code: 0 }, 'no-network': { name: 'no-route', type: 1, code: 0 },
    'no-host': { name: 'address-unreachable', type: 1, code: 3 }, expired: { name: 'time-exceeded', type: 3, code: 0 },
    'beyond-scope': { name: 'beyond-scope', type: 1, code: 2 },
  },
}

export const messageOf = (kind: ErrorKind, family: 4 | 6): IcmpMessage => messages[family][kind]

/** RFC 8200 section 5: nobody is told of less than 1280 (ip6_forward). */
export const toldMtu = (mtu: number, family: 4 | 6): number => (family === 6 ? Math.max(mtu, 1280) : mtu)

/** A packet that somebody else sent: it has lost of its time to live on the way. Of what a stack sends itself it is told by the system call. */
export const isForwarded = ({ ttl }: Packet): boolean => ttl < 64

/** A route that has nothing for it; a blackhole says nothing. */
export const noRoute = (about: Packet, unreachable: boolean, input: Device): Told =>
  ({ about, kind: unreachable && about.src.family === 4 ? 'no-host' : 'no-network', vrf: input.vrf })
