/** Addresses, ports and quantities: what is read is what is printed, and nothing else is read. */
import fc from 'fast-check'
import { isIPv4, isIPv6 } from 'node:net'
import { describe, expect, it } from 'vitest'
import { contains, firstOf, lastOf, overlaps, parseInterfaceAddress, parseIp, parsePrefix, prefixOf, printIp, printPrefix, type Ip } from '../../core/address/ip.ts'
import { derivedMac, isGroupMac, parseMac, printMac } from '../../core/address/mac.ts'
import { parsePortRange, printPortRange } from '../../core/address/port.ts'
import { parseBitRate, parseByteRate, parseRatio, parseSize, parseTime } from '../../core/address/quantity.ts'

const seed = 20260101
const anyIp: fc.Arbitrary<Ip> = fc.oneof(
  fc.bigInt(0n, 2n ** 32n - 1n).map((value): Ip => ({ family: 4, value })),
  fc.bigInt(0n, 2n ** 128n - 1n).map((value): Ip => ({ family: 6, value })),
  fc.array(fc.constantFrom(0n, 0n, 1n, 0xdb8n), { minLength: 8, maxLength: 8 }).map((groups): Ip => ({ family: 6, value: groups.reduce<bigint>((sum, group) => (sum << 16n) | group, 0n) })),
)

describe('addresses', () => {
  it('are read back as they are printed', () => {
    fc.assert(fc.property(anyIp, (ip) => {
      expect(parseIp(printIp(ip))).toEqual(ip)
    }), { seed })
  })

  it('are accepted exactly where Node accepts them', () => {
    const piece = fc.constantFrom('0', '1', '10', '255', '256', '01', 'a', 'ffff', '', '::', ':', '.', '/', '1.2.3.4', '-')
    fc.assert(fc.property(fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')), (text) => {
      expect(parseIp(text) !== undefined).toBe(isIPv4(text) || isIPv6(text))
    }), { seed, numRuns: 5000 })
  })

  it('print IPv6 as RFC 5952 wants it', () => {
    for (const [written, printed] of [
      ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1'], ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'], ['::', '::'],
      ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'], ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'], ['::ffff:1.2.3.4', '::ffff:102:304'],
    ]) expect(printIp(parseIp(written ?? '') ?? { family: 4, value: 0n })).toBe(printed)
  })
})

describe('prefixes', () => {
  it('contain their first and last address and nothing beyond', () => {
    fc.assert(fc.property(anyIp, fc.nat(128), (ip, length) => {
      const bits = ip.family === 4 ? 32 : 128
      const prefix = prefixOf(ip, Math.min(length, bits))
      expect(contains(prefix, ip) && contains(prefix, firstOf(prefix)) && contains(prefix, lastOf(prefix))).toBe(true)
      if (prefix.length > 0) expect(contains(prefix, { family: ip.family, value: lastOf(prefix).value ^ (1n << BigInt(bits - prefix.length)) })).toBe(false)
      expect(parsePrefix(printPrefix(prefix))).toEqual(prefix)
      expect(overlaps(prefix, prefixOf(ip, bits))).toBe(true)
    }), { seed })
  })

  it('refuse what is none', () => {
    for (const text of ['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0/8', '::/129', '/24', '10.0.0.1/-1', '10.0.0.1/2 4']) expect(parsePrefix(text)).toBeUndefined()
    expect(parseInterfaceAddress('10.0.0.1')).toEqual({ ip: parseIp('10.0.0.1'), length: undefined })
  })
})

describe('MAC addresses', () => {
  it('are derived stable, locally administered, unicast, and seldom alike', () => {
    const seen = new Set<number>()
    for (let node = 0; node < 2000; node++) {
      for (const name of ['eth0', 'eth1', 'br0']) {
        const mac = derivedMac(`vm${node}`, name)
        expect(isGroupMac(mac)).toBe(false)
        expect(Math.floor(mac / 2 ** 41) % 2).toBe(1)
        expect(parseMac(printMac(mac))).toBe(mac)
        seen.add(mac)
      }
    }
    expect(seen.size).toBe(6000)
  })
})

describe('ports and quantities', () => {
  it('read what the format spells', () => {
    expect(parsePortRange('80')).toEqual({ protocol: 'tcp', first: 80, last: 80 })
    expect(printPortRange(parsePortRange('8000-8100/udp') ?? { protocol: 'tcp', first: 0, last: 0 })).toBe('8000-8100/udp')
    for (const text of ['80/', '90-80', '70000', 'http', '-1', '80/icmp']) expect(parsePortRange(text)).toBeUndefined()
    expect(parseSize('64GiB')).toBe(64 * 2 ** 30)
    expect(parseSize('20GB')).toBe(20e9)
    expect(parseSize('512')).toBe(512)
    expect(parseBitRate('10Gbps')).toBe(1e10)
    expect(parseByteRate('50MiB/s')).toBe(50 * 2 ** 20)
    expect(parseTime('50us')).toBeCloseTo(5e-5)
    expect(parseTime('5min')).toBe(300)
    expect(parseBitRate('50MiB/s')).toBe(50 * 2 ** 23)
    expect(parseByteRate('8Mbps')).toBe(1e6)
    expect(parseRatio('0.1%')).toBeCloseTo(0.001)
    expect([parseRatio('100%'), parseRatio('150%'), parseRatio('1.5')]).toEqual([1, undefined, undefined])
    for (const text of ['a lot', '', '10 Gb', '-5s', 'constructor', '1toString']) {
      expect([parseSize(text), parseBitRate(text), parseByteRate(text), parseTime(text), parseRatio(text)]).toEqual([undefined, undefined, undefined, undefined, undefined])
    }
  })
})
