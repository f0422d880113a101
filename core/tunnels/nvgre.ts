/** NVGRE: GRE whose key is a 24-bit virtual subnet id and an 8-bit flow id. RFC 7637; on Linux a gretap with a key. */
import { constantSizes, differ, innerEthernet, ipHeader, mtuByRoute, type TunnelSpec } from './tunnel.ts'

const sizes = constantSizes((_settings, family) => [
  // RFC 7637 section 3.2: the key is always there, checksum and sequence number never are.
  ipHeader(family), { name: 'GRE', bytes: 4, source: 'RFC 2784' }, { name: 'VSID and flow id', bytes: 4, source: 'RFC 7637' }, innerEthernet,
])

export const nvgre: TunnelSpec = {
  type: 'nvgre', title: 'NVGRE', carries: 'frames', protocol: 47,
  // RFC 7637 section 3.3: 0 to 0xFFF are reserved, 0xFFFFFF is for the vendor's own use.
  id: { name: 'VSID', least: 0x1000n, most: 0xfffffen, required: true },
  ...sizes,
  defaultMtu: mtuByRoute(sizes.innerMtu, 68),
  outerDf: () => 'set',
  tooLong: 'stack',
  labels: ({ id }) => [id ? `nvgre ${id.value}` : 'nvgre'],
  disagreements: (a, b) => differ('VSID', a.id?.value, b.id?.value),
}
