/**
 * Every encapsulation written byte by byte as its document draws it, for every inner size from nothing to a jumbo frame; what core/tunnels says
 * of headers, lengths and MTUs must be what stands there. Where tcpdump is, it reads the same bytes as a judge who knows neither.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tunnelSpecs, type TunnelFacts } from '../../core/tunnels/index.ts'
import type { TunnelType } from '../../core/infra/interface.ts'
import { ends4, ends6, esp, ethernet, geneve, gre, ip, ipv4, ipv6, nvgre, stt, udp, vxlan, wireguard, withEncapLimit, zeros, type Bytes, type Ends } from './bytes.ts'
import { dissect, type Sealing } from './dissect.ts'

const at = { chunk: { uri: '' }, start: 0, end: 0 }
const written = <T>(value: T): { value: T; at: typeof at } => ({ value, at })
const none: TunnelFacts = { remotes: [], fdb: [], peers: [] }
const most = 9000

interface Case {
  readonly name: string
  readonly type: TunnelType
  readonly facts: TunnelFacts
  /** The outer packet around an inner IP packet. */
  readonly build: (ends: Ends, inner: Bytes, facts: TunnelFacts) => Bytes
  readonly families?: readonly (4 | 6)[]
  readonly sealing?: Sealing
}

const frame = (inner: Bytes): Bytes => ethernet(0x0800, inner)
const greCase = (name: string, type: 'gre' | 'gretap', facts: Partial<TunnelFacts>): Case => ({
  name, type, facts: { ...none, ...facts },
  build: (ends, inner) => withEncapLimit(ends, 47, gre(type === 'gre' ? 0x0800 : 0x6558, { csum: facts.csum?.value ?? false, ...(facts.id && { key: Number(facts.id.value) }), ...(facts.seq && { seq: 5 }) }, type === 'gre' ? inner : frame(inner))),
})
const key = { id: written(7) }
const [csum, seq] = [{ csum: written(true) }, { seq: written(true) }]

// name, IV, block, ICV: RFC 4106, 4309, 7634, 4543; RFC 3602, 2451, 3686, 2410 with RFC 2404, 2403, 4868, 3566, 4494
const ciphers: readonly (readonly [string, number, number, number])[] = [
  ['aes-gcm-16', 8, 4, 16], ['aes-gcm-12', 8, 4, 12], ['aes-gcm-8', 8, 4, 8], ['aes256gcm128', 8, 4, 16], ['aes-256-gcm-16', 8, 4, 16], ['aes128gcm64', 8, 4, 8], ['aes-gmac', 8, 4, 16],
  ['aes-ccm-16', 8, 4, 16], ['aes-ccm-8', 8, 4, 8], ['chacha20-poly1305', 8, 4, 16], ['aes-cbc-sha256', 16, 16, 16], ['aes256-cbc-sha1', 16, 16, 12], ['aes-cbc-sha384', 16, 16, 24],
  ['aes-cbc-sha2-512', 16, 16, 32], ['aes-cbc-md5', 16, 16, 12], ['aes-cbc-xcbc', 16, 16, 12], ['aes-cbc-cmac', 16, 16, 12], ['3des-sha1', 8, 8, 12], ['3des-cbc-sha256', 8, 8, 16],
  ['aes-ctr-sha1', 8, 4, 12], ['aes-ctr-sha256', 8, 4, 16], ['null-sha256', 0, 4, 16],
]

const cases: readonly Case[] = [
  { name: 'ipip', type: 'ipip', facts: none, build: (ends, inner) => withEncapLimit(ends, 4, inner) },
  { name: 'sit', type: 'sit', facts: none, families: [4], build: (ends, inner) => ip(ends, 41, inner) },
  greCase('gre', 'gre', {}), greCase('gre with a key', 'gre', key), greCase('gre with a checksum', 'gre', csum), greCase('gre with a sequence number', 'gre', seq),
  greCase('gre with all', 'gre', { ...key, ...csum, ...seq }), greCase('gretap', 'gretap', {}), greCase('gretap with a key', 'gretap', key), greCase('gretap with all', 'gretap', { ...key, ...csum, ...seq }),
  { name: 'nvgre', type: 'nvgre', facts: { ...none, id: written(5001) }, build: (ends, inner) => ip(ends, 47, nvgre(5001, 3, frame(inner))) },
  { name: 'vxlan', type: 'vxlan', facts: { ...none, id: written(5001) }, build: (ends, inner) => ip(ends, 17, udp(50000, 4789, vxlan(5001, frame(inner)))) },
  { name: 'geneve', type: 'geneve', facts: { ...none, id: written(5001) }, build: (ends, inner) => ip(ends, 17, udp(50000, 6081, geneve(5001, [], frame(inner)))) },
  { name: 'stt', type: 'stt', facts: { ...none, id: written(5001) }, build: (ends, inner) => ip(ends, 6, stt(5001n, 65535, frame(inner))[0] ?? []) },
  ...[1420, 1440, 8940, 1280].map((mtu): Case => ({
    name: `wireguard of MTU ${mtu}`, type: 'wireguard', facts: mtu === 1420 ? none : { ...none, mtu: written(mtu) }, build: (ends, inner, facts) => ip(ends, 17, udp(51820, 51820, wireguard(7, 9n, facts.mtu?.value ?? 1420, inner))),
  })),
  ...ciphers.flatMap(([cipher, iv, block, icv]): Case[] => [
    { name: `esp ${cipher}`, type: 'esp', facts: { ...none, cipher: written(cipher) }, sealing: { iv, icv }, build: (ends, inner) => ip(ends, 50, esp(1, 2, iv, block, icv, 4, inner)) },
    {
      name: `esp ${cipher} in transport mode`, type: 'esp', facts: { ...none, cipher: written(cipher), mode: written('transport') }, sealing: { iv, icv },
      // Its own header stays in front of what is sealed.
      build: (ends, inner) => ip(ends, 50, esp(1, 2, iv, block, icv, 17, inner.slice(ends.family === 4 ? 20 : 40))),
    },
  ]),
]

const each = cases.flatMap((one) => (one.families ?? [4, 6]).map((family) => [`${one.name} over IPv${family}`, one, family] as const))
const endsOf = (family: 4 | 6): Ends => (family === 4 ? ends4 : ends6)
const isTransport = ({ facts }: Case): boolean => facts.mode?.value === 'transport'
/** Sizes that show every remainder by sixteen at both ends and around what one Ethernet packet holds; the arithmetic of all sizes follows. */
const shown = [...Array.from({ length: 40 }, (_, n) => n + 40), ...Array.from({ length: 40 }, (_, n) => n + 1400), ...Array.from({ length: 18 }, (_, n) => most - n)]

describe('headers, byte by byte', () => {
  it.each(each)('%s: what stands in the bytes is what core says', (_, one, family) => {
    const spec = tunnelSpecs[one.type]
    const headers = spec.headers(one.facts, family).map(({ name, bytes }) => ({ name, bytes }))
    for (const size of shown) {
      const inner = zeros(size)
      const packet = one.build(endsOf(family), inner, one.facts)
      const { layers, inner: found, total } = dissect(packet, one.sealing)
      const named = one.type === 'nvgre' ? layers.map((layer) => (layer.name === 'GRE key' ? { ...layer, name: 'VSID and flow id' } : layer)) : layers
      expect(named).toEqual(isTransport(one) ? [{ name: `IPv${family}`, bytes: family === 4 ? 20 : 40 }, ...headers] : headers)
      // What a cipher filled up is gone with its trailer; WireGuard's filling is told by the inner packet's own length only.
      const sealed = isTransport(one) ? size - (family === 4 ? 20 : 40) : size
      if (one.type === 'wireguard') expect(found.length).toBeLessThan(sealed + 16)
      else expect(found.length).toBe(sealed)
      expect([size, spec.outerLength(size, one.facts, family)]).toEqual([size, total])
    }
  })

  it.each(each)('%s: the length of every inner packet from 40 to 9000 bytes', (_, one, family) => {
    const spec = tunnelSpecs[one.type]
    const wrong: string[] = []
    for (let size = 40; size <= most; size += 1) {
      const total = lengthOf(one, family, size)
      const said = spec.outerLength(size, one.facts, family)
      if (total !== said) wrong.push(`${size}: ${said} instead of ${total}`)
    }
    expect(wrong).toEqual([])
  })

  it.each(each)('%s: the claimed MTU is the largest that fits', (_, one, family) => {
    const spec = tunnelSpecs[one.type]
    for (let outer = 1280; outer <= most + 100; outer += outer < 1600 || outer > most - 20 ? 1 : 97) {
      const claim = spec.innerMtu(outer, one.facts, family)
      // A device is given the MTU that is claimed: to WireGuard that says how far to fill up.
      const given = one.type === 'wireguard' ? { ...one, facts: { ...one.facts, mtu: written(claim) } } : one
      expect([outer, lengthOf(given, family, claim) <= outer, lengthOf(given, family, claim + 1) > outer]).toEqual([outer, true, true])
    }
  })
})

/** The bytes of one size stand for all sizes with the same filling: built where that is new, counted on where only zeros are more. */
function lengthOf(one: Case, family: 4 | 6, size: number): number {
  if (one.type !== 'wireguard' && one.type !== 'esp') {
    const least = 40
    return built(one, family, least) + size - least
  }
  // Near the device's MTU WireGuard fills up to less, and what is longer than that, which no device takes, not at all.
  const mtu = one.type === 'wireguard' ? one.facts.mtu?.value ?? 1420 : Infinity
  if (size > mtu) return built(one, family, mtu + 1) + size - mtu - 1
  if (size > mtu - 32) return built(one, family, size)
  const small = 64 + (size % 16)
  return size < small ? built(one, family, size) : built(one, family, small) + size - small
}

const lengths = new Map<string, number>()
function built(one: Case, family: 4 | 6, size: number): number {
  const label = `${one.name} ${one.facts.mtu?.value ?? ''} ${family} ${size}`
  let length = lengths.get(label)
  if (length === undefined) lengths.set(label, (length = one.build(endsOf(family), zeros(size), one.facts).length))
  return length
}

describe('what no setting spells', () => {
  it('Geneve options lengthen the header by themselves: eight bytes leave 1442, as OVN gives its guests', () => {
    for (const [options, header] of [[[], 8], [[zeros(4)], 16], [[zeros(4), zeros(124)], 144]] as const) {
      const packet = ip(ends4, 17, udp(50000, 6081, geneve(1, options, frame(zeros(100)))))
      const { layers } = dissect(packet)
      expect(layers.filter(({ name }) => name.startsWith('Geneve')).reduce((sum, { bytes }) => sum + bytes, 0)).toBe(header)
      expect(packet.length).toBe(tunnelSpecs.geneve.outerLength(100, none, 4) + header - 8)
    }
    expect(tunnelSpecs.geneve.innerMtu(1500, none, 4) - 8).toBe(1442)
  })

  it('an STT frame that is cut: each segment has headers of its own, the first one STT’s too, and no byte is lost', () => {
    for (const size of [0, 1428, 1429, 1500, 9000, 65000]) {
      const room = 1500 - 40
      const segments = stt(5001n, room, frame(zeros(size)))
      const packets = segments.map((segment) => ip(ends4, 6, segment))
      expect(packets.every((packet) => packet.length <= 1500)).toBe(true)
      // draft-davie-stt-08 section 3.2: the claim is that of a frame in one segment.
      expect(packets.length === 1).toBe(size <= tunnelSpecs.stt.innerMtu(1500, none, 4))
      const sums = packets.map((packet) => dissect(packet).layers.reduce((sum, { bytes }) => sum + bytes, 0))
      expect(sums).toEqual(packets.map((_, n) => (n === 0 ? tunnelSpecs.stt.overhead(none, 4) : 40)))
      expect(packets.reduce((sum, packet) => sum + packet.length, 0)).toBe(tunnelSpecs.stt.outerLength(size, none, 4) + (packets.length - 1) * 40)
    }
  })

  it('a tag inside a layer 2 tunnel counts four bytes more', () => {
    const tagged = ethernet(0x8100, [0, 10, 8, 0, ...zeros(100)])
    expect(ip(ends4, 17, udp(50000, 4789, vxlan(1, tagged))).length).toBe(tunnelSpecs.vxlan.outerLength(100 + 4, none, 4))
  })

  it('a WireGuard message without a packet is the keepalive of 32 bytes', () => {
    expect(udp(1, 51820, wireguard(7, 9n, 1420, [])).length).toBe(8 + 32)
  })
})

const hasTcpdump = spawnSync('tcpdump', ['--version'], { stdio: 'ignore' }).status === 0

describe(`tcpdump reads the same${hasTcpdump ? '' : ' (skipped: tcpdump is missing)'}`, () => {
  it.skipIf(!hasTcpdump)('of the kinds that it knows: no size is wrong, and inside is the packet that was put in', () => {
    const known = each.filter(([, { type }]) => ['ipip', 'sit', 'gre', 'gretap', 'nvgre', 'vxlan', 'geneve'].includes(type))
    const packets = known.flatMap(([, one, family]) => [100, 1400].map((size) => {
      const six = one.type === 'sit'
      const payload = udp(1111, 2222, zeros(size - (six ? 48 : 28)))
      return { one, family, size, packet: one.build(endsOf(family), six ? ipv6(ends6, 17, payload) : ipv4(ends4, 17, payload), one.facts) }
    }))
    const lines = tcpdump(packets.map(({ packet }) => packet))
    expect(lines.length).toBe(packets.length)
    const wrong = packets.flatMap(({ one, family, size, packet }, n) => {
      const line = lines[n] ?? ''
      const outer = family === 4 ? `length ${packet.length})` : `payload length: ${packet.length - 40})`
      const inner = one.type === 'sit' ? `payload length: ${size - 40})` : `length ${size})`
      const fine = line.includes(outer) && line.includes(inner) && line.includes('1111 > ') && !/\[\||bad|truncated|invalid|wrong|malformed/i.test(line)
      return fine ? [] : [`${one.name} over IPv${family}, ${size}: ${line}`]
    })
    expect(wrong).toEqual([])
  })

  it.skipIf(!hasTcpdump)('of ESP, as far as anybody can without the key', () => {
    const lines = tcpdump([ip(ends4, 50, esp(0x101, 2, 8, 4, 16, 4, zeros(100)))])
    expect(lines[0]).toMatch(/ESP\(spi=0x00000101,seq=0x2\), length 136$/)
  })
})

/** One line for each packet, from a capture file of raw IP packets. */
function tcpdump(packets: readonly Bytes[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'underlay-bytes-'))
  const u32 = (value: number): Buffer => {
    const four = Buffer.alloc(4)
    four.writeUInt32LE(value)
    return four
  }
  // libpcap's format 2.4; link type 101 is raw IP.
  const head = Buffer.concat([u32(0xa1b2c3d4), u32(0x00040002), u32(0), u32(0), u32(262144), u32(101)])
  writeFileSync(join(folder, 'pcap'), Buffer.concat([head, ...packets.flatMap((packet) => [u32(0), u32(0), u32(packet.length), u32(packet.length), Buffer.from(packet)])]))
  const said = execFileSync('tcpdump', ['-n', '-tt', '-v', '-r', join(folder, 'pcap')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  rmSync(folder, { recursive: true })
  // What is inside stands on lines of its own; only a packet begins with its time.
  return said.trim().split(/\n(?=0\.0+ )/).map((line) => line.replaceAll(/\s+/g, ' '))
}
