/** Connections that a stack remembers: the first packet decides, its answers are undone. Linux nf_conntrack, nf_nat. */
import { keyOf, type IpKey, type Packet } from './packet.ts'
import type { Ip } from '../address/ip.ts'
import type { Run } from './run.ts'
import type { Device, Stack } from './tables.ts'

/** The ends of a packet, as a connection is known by them. */
export interface Tuple {
  readonly src: Ip
  readonly dst: Ip
  readonly sport: number
  readonly dport: number
}

export interface Connection {
  /** As the first packet came, and as it leaves after translation. */
  readonly original: Tuple
  translated: Tuple
  /** dnat, snat: where each was decided, which happens once. */
  decidedTo: boolean
  decidedFrom: boolean
}

export interface ConnectionTable {
  readonly originals: Map<string, Connection>
  /** By the tuple that an answer has. */
  readonly answers: Map<string, Connection>
}

export function connectionsOf(run: Run, owner: Stack | Device): ConnectionTable {
  let table = run.connections.get(owner)
  if (!table) run.connections.set(owner, (table = { originals: new Map(), answers: new Map() }))
  return table
}

/** Tunnel packets are known by addresses alone (nf_conntrack_proto_generic); UDP ones by their port, which comes to the same. */
const protocolOf = (packet: Packet): string => (packet.proto === 'tunnel' ? packet.carried?.kind ?? '' : packet.proto)

const spell = (proto: string, src: IpKey, dst: IpKey, sport: number, dport: number): string => `${proto} ${src} ${dst} ${sport} ${dport}`
export const tupleKey = (packet: Packet, { src, dst, sport, dport }: Tuple = packet): string =>
  spell(protocolOf(packet), keyOf(src), keyOf(dst), sport, dport)
const answerKey = (packet: Packet, { src, dst, sport, dport }: Tuple): string =>
  spell(protocolOf(packet), keyOf(dst), keyOf(src), dport, sport)

export function isReply(table: ConnectionTable, packet: Packet): boolean {
  if (packet.about) return connectionAbout(table, packet.about) !== undefined
  return table.answers.has(tupleKey(packet))
}

/** Remembers a packet that nothing translates. */
export function remember(table: ConnectionTable, packet: Packet): Connection {
  const key = tupleKey(packet)
  const known = table.originals.get(key)
  if (known) return known
  const { src, dst, sport, dport } = packet
  const original = { src, dst, sport, dport }
  const connection: Connection = { original, translated: original, decidedTo: false, decidedFrom: false }
  table.originals.set(key, connection)
  table.answers.set(answerKey(packet, original), connection)
  return connection
}

/** Changes what a connection's packets leave as; the answers to come are known by the new tuple. */
export function translate(table: ConnectionTable, connection: Connection, packet: Packet, translated: Tuple): void {
  table.answers.delete(answerKey(packet, connection.translated))
  connection.translated = translated
  table.answers.set(answerKey(packet, translated), connection)
}

export interface Tracked {
  readonly connection: Connection
  readonly answer: boolean
  /** An ICMP error about a packet of the connection (nf_conntrack_inet_error). */
  readonly related?: boolean
}

/** The connection that an ICMP error is about, by the packet that it quotes. */
export function connectionAbout(table: ConnectionTable, about: Packet): Connection | undefined {
  const { src, dst, sport, dport } = about
  return table.originals.get(tupleKey(about)) ?? table.answers.get(tupleKey(about, { src: dst, dst: src, sport: dport, dport: sport })) ?? table.answers.get(tupleKey(about))
}

/**
 * The connection of a packet as it comes in, new or known. An answer whose question was never seen opens none and is invalid: of ICMP only
 * requests do (nf_conntrack_icmp_packet), and no TCP connection begins with SYN and ACK at once (tcp_new).
 */
export function track(table: ConnectionTable, packet: Packet): Tracked | undefined {
  const key = tupleKey(packet)
  const answered = table.answers.get(key)
  // A connection whose first packet looks like its own answer is its own.
  if (answered && !table.originals.has(key)) return { connection: answered, answer: true }
  if (packet.answer && (packet.proto === 'icmp' || packet.proto === 'tcp') && !table.originals.has(key)) return undefined
  return { connection: remember(table, packet), answer: false }
}
