/** Packets and frames as they travel: headers inside headers, and their sizes in bytes. */
import { keyOf, printIp, type Ip, type IpKey } from '../address/ip.ts'
import { broadcastMac, isGroupMac, type Mac } from '../address/mac.ts'
import type { TunnelType } from '../infra/interface.ts'
import { messageOf, type ErrorKind } from './icmp.ts'
import type { Device } from './tables.ts'

/** What an outer packet carries. Kinds that Linux treats as one on the wire (gretap and nvgre) still differ by `kind`. */
export interface Carried {
  readonly kind: TunnelType
  /** Key, VNI, VSID or context id. */
  readonly id: number | undefined
  readonly csum: boolean
  readonly seq: boolean
  /** UDP or TCP-like destination port, where the kind has one. */
  readonly port: number | undefined
  /** Names of the headers between outer IP and inner packet, for traces. */
  readonly labels: readonly string[]
  /** Settings that the far end must share and that no header shows: mode and cipher. */
  readonly seal: string
  /** The sending stack: WireGuard's peers know each other by keys, which files do not spell. */
  readonly sender: string
  readonly frame: Frame | undefined
  readonly packet: Packet | undefined
}

export interface Packet {
  readonly kind: 'ip'
  readonly src: Ip
  readonly dst: Ip
  readonly proto: 'icmp' | 'tcp' | 'udp' | 'tunnel'
  /** An echo request or its answer; of other protocols the first packet and the answer to it. */
  readonly answer: boolean
  /** Ports of tcp and udp; echo identifiers of icmp. */
  readonly sport: number
  readonly dport: number
  readonly ttl: number
  readonly df: boolean
  /** Bytes of the whole IP packet. */
  readonly size: number
  /** Bytes of its longest piece on the wire: the same as `size` until somebody fragments it. */
  readonly piece: number
  readonly carried: Carried | undefined
  /** Of an ICMP error: the packet that it is about, as it was where it was dropped, and what it says. RFC 792, RFC 4443. */
  readonly about?: Packet
  readonly error?: ErrorKind
}

/** ARP of IPv4, or a neighbour solicitation or advertisement of IPv6. */
export interface NeighbourMessage {
  readonly kind: 'neighbour'
  readonly ask: boolean
  readonly target: Ip
  readonly sender: Ip
  readonly senderMac: Mac
}

/** A frame that only asks who hears it. */
export interface Probe {
  readonly kind: 'probe'
}

export interface Tag {
  readonly protocol: '802.1q' | '802.1ad'
  readonly id: number
}

export interface Frame {
  readonly src: Mac
  readonly dst: Mac
  /** Outermost first. */
  readonly tags: readonly Tag[]
  readonly payload: Packet | NeighbourMessage | Probe
  /** The 802.3ad bond that it left by: the switch beyond, its partner, does not send it back into the same aggregate. */
  readonly leftBy?: Device
}

export const noTags: readonly Tag[] = []

/** Bytes after the Ethernet header and its tags: of a packet its longest piece. */
export function lengthOf(frame: Frame): number {
  const { payload } = frame
  if (payload.kind === 'ip') return payload.piece
  if (payload.kind === 'probe') return 28
  // RFC 826 for Ethernet and IPv4; RFC 4861 with one link-layer address option.
  return payload.target.family === 4 ? 28 : 72
}

export { keyOf, type IpKey }

export const isGroup = (mac: Mac): boolean => mac === broadcastMac || isGroupMac(mac)

/** The Ethernet address of an IP multicast group. RFC 1112 section 6.4, RFC 2464 section 7. */
export const groupMac = (ip: Ip): Mac =>
  ip.family === 4 ? 0x01005e000000 + Number(ip.value & 0x7fffffn) : 0x333300000000 + Number(ip.value & 0xffffffffn)

/** Where a neighbour question goes: everybody, or the solicited-node group. RFC 4291 section 2.7.1. */
export const askedMac = (target: Ip): Mac =>
  target.family === 4 ? broadcastMac : 0x3333ff000000 + Number(target.value & 0xffffffn)

/**
 * Cuts a packet into pieces that fit. Every piece but the last carries a multiple of 8 bytes: RFC 791 section 3.2,
 * RFC 8200 section 4.5 (whose fragment header takes 8 more).
 */
export function fragmented(packet: Packet, mtu: number): Packet {
  const header = packet.src.family === 4 ? 20 : 48
  return { ...packet, piece: Math.min(packet.piece, header + Math.floor((mtu - header) / 8) * 8) }
}

export const reassembled = (packet: Packet): Packet => (packet.piece === packet.size ? packet : { ...packet, piece: packet.size })

/** Whether its length is one of several inner lengths': ciphers fill up their last block. */
export function isPadded(what: Packet | Frame): boolean {
  const packet = 'payload' in what ? (what.payload.kind === 'ip' ? what.payload : undefined) : what
  const { carried } = packet ?? {}
  if (!carried) return false
  const inside = carried.frame ?? carried.packet
  return carried.kind === 'esp' || carried.kind === 'wireguard' || (inside !== undefined && isPadded(inside))
}

/** "10.0.0.1>10.0.0.3" with what it carries, outermost first. */
export function packetHeaders(packet: Packet): readonly string[] {
  const ip = `ipv${packet.src.family} ${printIp(packet.src)}>${printIp(packet.dst)}`
  const { carried } = packet
  if (!carried) return [ip, packet.about ? `icmp ${messageOf(packet.error ?? 'too-long', packet.src.family).name}` : packet.proto === 'icmp' ? (packet.answer ? 'icmp echo-reply' : 'icmp echo') : `${packet.proto} ${packet.dport}`]
  return [ip, ...carried.labels, ...(carried.frame ? frameHeaders(carried.frame) : carried.packet ? packetHeaders(carried.packet) : [])]
}

export function frameHeaders(frame: Frame): readonly string[] {
  const tags = frame.tags.map(({ protocol, id }) => (protocol === '802.1q' ? `vlan ${id}` : `802.1ad ${id}`))
  const { payload } = frame
  if (payload.kind === 'ip') return ['eth', ...tags, ...packetHeaders(payload)]
  if (payload.kind === 'probe') return ['eth', ...tags]
  const name = payload.target.family === 4 ? 'arp' : payload.ask ? 'neighbour solicitation' : 'neighbour advertisement'
  return ['eth', ...tags, payload.ask ? `${name} who has ${printIp(payload.target)}` : `${name} ${printIp(payload.sender)} is here`]
}
