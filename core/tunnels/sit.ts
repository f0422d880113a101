/** IPv6 in IPv4: 6in4, 6to4, 6rd, ISATAP. RFC 4213; Linux net/ipv6/sit.c. */
import { constantSizes, ipHeader, mtuByRoute, type TunnelSpec } from './tunnel.ts'

// The outer header is IPv4 by definition.
const sizes = constantSizes(() => [ipHeader(4)])

export const sit: TunnelSpec = {
  type: 'sit', title: 'IPv6 in IPv4', carries: 'packets', protocol: 41,
  ...sizes,
  // ipip6_tunnel_bind_dev: never under IPv6's least MTU.
  defaultMtu: mtuByRoute(sizes.innerMtu, 1280),
  outerDf: () => 'set',
  tooLong: 'stack',
  // ipip6_tunnel_xmit: every IPv6 link takes 1280, so an underlay of less has the outer packet without DF.
  leastInner: 1280,
  labels: () => [],
  disagreements: () => [],
}
