/** The published and measured sizes of every encapsulation, row by row. */
import { describe, expect, it } from 'vitest'
import type { TunnelType } from '../../core/infra/interface.ts'
import { tunnelSpecs, type TunnelFacts } from '../../core/tunnels/index.ts'

const at = { chunk: { uri: '' }, start: 0, end: 0 }
const written = <T>(value: T): { value: T; at: typeof at } => ({ value, at })
const none: TunnelFacts = { remotes: [], fdb: [], peers: [] }
const flags: Readonly<Record<string, Partial<TunnelFacts>>> = {
  key: { id: written(7) }, csum: { csum: written(true) }, seq: { seq: written(true) },
  transport: { mode: written('transport') }, cbc: { cipher: written('aes-cbc-sha256') },
}
const settingsOf = (words: string): TunnelFacts => Object.assign({}, none, ...words.split('+').map((word) => flags[word] ?? {}))

describe('overhead and inner MTU', () => {
  // kind, settings, overhead over IPv4, inner MTU on 1500 and 9000 over IPv4, the same on 1500 and 9000 over IPv6
  const rows: readonly [TunnelType, string, number, number, number, number?, number?][] = [
    ['ipip', '', 20, 1480, 8980, 1452, 8952],
    ['sit', '', 20, 1480, 8980],
    ['gre', '', 24, 1476, 8976, 1448, 8948],
    ['gre', 'key', 28, 1472, 8972],
    ['gre', 'csum', 28, 1472, 8972],
    ['gre', 'key+csum', 32, 1468, 8968],
    ['gre', 'key+csum+seq', 36, 1464, 8964],
    ['gretap', '', 38, 1462, 8962, 1434, 8934],
    ['gretap', 'key', 42, 1458, 8958],
    ['gretap', 'key+csum+seq', 50, 1450, 8950],
    ['nvgre', 'key', 42, 1458, 8958, 1438, 8938],
    ['nvgre', '', 42, 1458, 8958],
    ['vxlan', 'key', 50, 1450, 8950, 1430, 8930],
    ['geneve', 'key', 50, 1450, 8950, 1430, 8930],
    ['stt', 'key', 72, 1428, 8928, 1408, 8908],
    ['wireguard', '', 60, 1440, 8940, 1420, 8920],
    ['esp', '', 54, 1446, 8946, 1426, 8926],
    ['esp', 'transport', 34, 1466, 8966, 1466],
    ['esp', 'cbc', 62, 1438, 8926, 1406, 8910],
    ['esp', 'cbc+transport', 42, 1458, 8946, 1446, 8950],
  ]
  it.each(rows)('%s %s: %i bytes, %i and %i', (type, words, overhead, on1500, on9000, six1500, six9000) => {
    const spec = tunnelSpecs[type]
    const settings = settingsOf(words)
    expect(spec.overhead(settings, 4)).toBe(overhead)
    expect([spec.innerMtu(1500, settings, 4), spec.innerMtu(9000, settings, 4)]).toEqual([on1500, on9000])
    if (six1500 !== undefined) expect(spec.innerMtu(1500, settings, 6)).toBe(six1500)
    if (six9000 !== undefined) expect(spec.innerMtu(9000, settings, 6)).toBe(six9000)
  })

  it.each(rows)('%s %s: the largest inner packet fits, one byte more does not', (type, words) => {
    const spec = tunnelSpecs[type]
    const settings = settingsOf(words)
    for (const family of [4, 6] as const) {
      for (let outer = 1280; outer < 1600; outer++) {
        const inner = spec.innerMtu(outer, settings, family)
        // WireGuard fills up to the MTU of its device.
        const device = type === 'wireguard' ? { ...settings, mtu: written(inner) } : settings
        expect(spec.outerLength(inner, device, family)).toBeLessThanOrEqual(outer)
        expect(spec.outerLength(inner + 1, device, family)).toBeGreaterThan(outer)
      }
    }
  })

  it('names every byte of the overhead', () => {
    expect(tunnelSpecs.vxlan.headers(none, 4).map(({ name, bytes }) => `${name} ${bytes}`))
      .toEqual(['IPv4 20', 'UDP 8', 'VXLAN 8', 'inner Ethernet 14'])
    expect(tunnelSpecs.gretap.headers(settingsOf('key+seq'), 6).map(({ name, bytes }) => `${name} ${bytes}`))
      .toEqual(['IPv6 40', 'encapsulation limit 8', 'GRE 4', 'GRE key 4', 'GRE sequence number 4', 'inner Ethernet 14'])
  })
})

describe('the MTU a device is created with', () => {
  const at4 = (type: TunnelType, route: number | undefined, link?: number, words = ''): number =>
    tunnelSpecs[type].defaultMtu(settingsOf(words), { route, link, family: 4 })

  it.each([
    ['gre', 1500, 1476], ['gretap', 1500, 1462], ['ipip', 1500, 1480], ['sit', 9000, 8980], ['geneve', 1500, 1450], ['nvgre', 9000, 8958],
    ['gre', undefined, 1476], ['gretap', undefined, 1462], ['ipip', undefined, 1480], ['geneve', undefined, 1500],
    ['wireguard', 9000, 1420], ['wireguard', undefined, 1420], ['vxlan', 9000, 1500], ['sit', 1000, 1280], ['gre', 60, 68],
  ] as const)('%s with a route over %s: %i', (type, route, mtu) => expect(at4(type, route)).toBe(mtu))

  it('follows the lower device of a vxlan only when it is given', () => {
    expect([at4('vxlan', 1500, 1500), at4('vxlan', undefined, 9000), at4('vxlan', 9000)]).toEqual([1450, 8950, 1500])
    expect(tunnelSpecs.vxlan.defaultMtu(none, { route: undefined, link: 1500, family: 6 })).toBe(1430)
  })
})

describe('what two ends must agree on', () => {
  const between = (type: TunnelType, a: Partial<TunnelFacts>, b: Partial<TunnelFacts>): readonly string[] =>
    tunnelSpecs[type].disagreements({ ...none, ...a }, { ...none, ...b })

  it.each([
    ['gre', { id: written(1) }, {}, ['key 1 here, none there']],
    ['gretap', { csum: written(true) }, {}, ['checksum on here, off there']],
    ['vxlan', { id: written(5001) }, { id: written(5002) }, ['VNI 5001 here, 5002 there']],
    ['vxlan', { port: written(8472) }, {}, ['UDP port 8472 here, 4789 there']],
    ['nvgre', { id: written(4096) }, { id: written(4097) }, ['VSID 4096 here, 4097 there']],
    ['esp', { mode: written('transport') }, { mode: written('tunnel') }, ['mode transport here, tunnel there']],
    ['geneve', { id: written(1), port: written(6081) }, { id: written(1) }, []],
  ] as const)('%s', (type, a, b, words) => expect(between(type, a, b)).toEqual(words))
})
