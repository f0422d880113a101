/** The packet we ask about. */
import type { Ip } from '../address/ip.ts'

export interface Flow {
  /** The sending stack's name, and the interface whose address it should use when one was named. */
  readonly from: string
  readonly fromInterface?: string
  /** The destination address; `toNode` when a node was named (then the address is one of its own). */
  readonly to: Ip
  readonly toNode?: string
  readonly proto: 'icmp' | 'tcp' | 'udp'
  /** Destination port of tcp and udp. */
  readonly port?: number
  /** Bytes of the IP packet, header included; 84 is ping's default. */
  readonly size: number
  /** IPv4's don't-fragment bit; IPv6 never fragments on the way. */
  readonly df: boolean
}
