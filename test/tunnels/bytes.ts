/** Writes and reads headers byte by byte, as their documents draw them; knows nothing of what core says of sizes. */

export interface Ends { readonly family: 4 | 6, readonly src: readonly number[], readonly dst: readonly number[] }

export const ends4: Ends = { family: 4, src: [20, 0, 0, 1], dst: [30, 0, 0, 1] }
export const ends6: Ends = {
  family: 6, src: [0xfd, 0, ...new Array<number>(13).fill(0), 1], dst: [0xfd, 0, ...new Array<number>(13).fill(0), 2],
}

export type Bytes = readonly number[]

export const u8 = (value: number): Bytes => [value & 0xff]
export const u16 = (value: number): Bytes => [(value >>> 8) & 0xff, value & 0xff]
export const u24 = (value: number): Bytes => [(value >>> 16) & 0xff, ...u16(value)]
export const u32 = (value: number): Bytes => [...u16(value >>> 16), ...u16(value & 0xffff)]
export const u64 = (value: bigint): Bytes => [...u32(Number(value >> 32n)), ...u32(Number(value & 0xffffffffn))]
/** WireGuard counts from the little end. */
export const little = (value: bigint, bytes: number): Bytes => Array.from({ length: bytes }, (_, n) => Number((value >> BigInt(8 * n)) & 0xffn))
export const zeros = (count: number): Bytes => new Array<number>(count).fill(0)

/** RFC 1071. */
export function checksum(bytes: Bytes): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** RFC 791 section 3.1 without options. */
export function ipv4(ends: Ends, protocol: number, payload: Bytes, dontFragment = true): Bytes {
  const head = [0x45, 0, ...u16(20 + payload.length), ...u16(1), ...u16(dontFragment ? 0x4000 : 0), 64, protocol]
  const sum = checksum([...head, 0, 0, ...ends.src, ...ends.dst])
  return [...head, ...u16(sum), ...ends.src, ...ends.dst, ...payload]
}

/** RFC 8200 section 3; section 8.1 wants a checksum in UDP. */
export function ipv6(ends: Ends, next: number, payload: Bytes): Bytes {
  const sum = next === 17 ? checksum([...ends.src, ...ends.dst, ...u32(payload.length), 0, 0, 0, next, ...payload]) : 0
  const whole = next === 17 ? [...payload.slice(0, 6), ...u16(sum === 0 ? 0xffff : sum), ...payload.slice(8)] : payload
  return [0x60, 0, 0, 0, ...u16(payload.length), next, 64, ...ends.src, ...ends.dst, ...whole]
}

export const ip = (ends: Ends, protocol: number, payload: Bytes): Bytes =>
  ends.family === 4 ? ipv4(ends, protocol, payload) : ipv6(ends, protocol, payload)

/** RFC 2473 section 4.1.1 in a destination options header of RFC 8200 section 4.6: limit 4, and PadN to eight bytes. */
export const withEncapLimit = (ends: Ends, protocol: number, payload: Bytes): Bytes =>
  ends.family === 4 ? ipv4(ends, protocol, payload) : ipv6(ends, 60, [protocol, 0, 4, 1, 4, 1, 1, 0, ...payload])

/** RFC 768; over IPv4 without a checksum, as tunnels send it. */
export const udp = (source: number, destination: number, payload: Bytes): Bytes =>
  [...u16(source), ...u16(destination), ...u16(8 + payload.length), 0, 0, ...payload]

/** IEEE 802.3 without its check sequence. */
export const ethernet = (etherType: number, payload: Bytes): Bytes =>
  [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, ...u16(etherType), ...payload]

/** RFC 2784 section 2 and RFC 2890 section 2: C, K and S are the bits 0, 2 and 3. */
export function gre(protocolType: number, { csum, key, seq }: { readonly csum?: boolean, readonly key?: number, readonly seq?: number }, payload: Bytes): Bytes {
  const flags = (csum === true ? 0x8000 : 0) | (key === undefined ? 0 : 0x2000) | (seq === undefined ? 0 : 0x1000)
  const rest = [...(key === undefined ? [] : u32(key)), ...(seq === undefined ? [] : u32(seq)), ...payload]
  if (csum !== true) return [...u16(flags), ...u16(protocolType), ...rest]
  const sum = checksum([...u16(flags), ...u16(protocolType), 0, 0, 0, 0, ...rest])
  return [...u16(flags), ...u16(protocolType), ...u16(sum), 0, 0, ...rest]
}

/** RFC 7637 section 3.2: key present, neither checksum nor sequence number; the key is a VSID and a flow id. */
export const nvgre = (vsid: number, flow: number, frame: Bytes): Bytes => [...u16(0x2000), ...u16(0x6558), ...u24(vsid), ...u8(flow), ...frame]

/** RFC 7348 section 5: flags with I set, 24 reserved bits, VNI, 8 reserved bits. */
export const vxlan = (vni: number, frame: Bytes): Bytes => [0x08, 0, 0, 0, ...u24(vni), 0, ...frame]

/** RFC 8926 section 3.4: version and options' length in words, flags, protocol type, VNI, reserved; section 3.5: an option. */
export function geneve(vni: number, options: readonly Bytes[], frame: Bytes): Bytes {
  const written = options.flatMap((data) => [...u16(0x0102), 0x80, data.length / 4, ...data])
  return [written.length / 4, 0, ...u16(0x6558), ...u24(vni), 0, ...written, ...frame]
}

/** RFC 4303 section 2: padding 1, 2, 3… up to a whole number of blocks with pad length and next header, and never less than four bytes. */
export function esp(spi: number, sequence: number, iv: number, block: number, icv: number, next: number, sealed: Bytes): Bytes {
  const unit = Math.max(block, 4)
  const padding = Array.from({ length: (unit - ((sealed.length + 2) % unit)) % unit }, (_, n) => n + 1)
  return [...u32(spi), ...u32(sequence), ...zeros(iv), ...sealed, ...padding, padding.length, next, ...zeros(icv)]
}

/**
 * The WireGuard paper, section 5.4.6: type 4, three reserved bytes, receiver, counter, then the packet, filled up with zeros to
 * a multiple of sixteen that is not above the device's MTU, and the tag of ChaCha20-Poly1305.
 */
export function wireguard(receiver: number, counter: bigint, mtu: number, packet: Bytes): Bytes {
  const filled = Math.min(Math.ceil(packet.length / 16) * 16, Math.max(mtu, packet.length))
  return [4, 0, 0, 0, ...little(BigInt(receiver), 4), ...little(counter, 8), ...packet, ...zeros(filled - packet.length), ...zeros(16)]
}

/**
 * draft-davie-stt-08 section 3: an STT frame is 18 bytes of header and an Ethernet frame; it is cut into segments, each behind what looks like
 * a TCP header: the sequence number is the whole frame's length and the segment's offset, the acknowledgement the frame's number.
 */
export function stt(context: bigint, room: number, frame: Bytes): readonly Bytes[] {
  const header = [0, 0, 0, 0, ...u16(0), ...u16(0), ...u64(context), 0, 0]
  const whole = [...header, ...frame]
  const segments: Bytes[] = []
  for (let offset = 0; offset < whole.length; offset += room) {
    const tcp = [...u16(50000), ...u16(7471), ...u16(whole.length), ...u16(offset), ...u32(9), 0x50, 0x18, ...u16(0xffff), 0, 0, 0, 0]
    segments.push([...tcp, ...whole.slice(offset, offset + room)])
  }
  return segments
}
