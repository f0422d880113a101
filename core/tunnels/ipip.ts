/** IP in IP. RFC 2003; over IPv6 RFC 2473 (Linux's ip6tnl). */
import { constantSizes, encapLimit, ipHeader, mtuByRoute, type TunnelSpec } from './tunnel.ts'

const sizes = constantSizes((_settings, family) => [ipHeader(family), ...encapLimit(family)])

export const ipip: TunnelSpec = {
  type: 'ipip', title: 'IP in IP', carries: 'packets', protocol: 4,
  ...sizes,
  defaultMtu: mtuByRoute(sizes.innerMtu, 68),
  outerDf: () => 'set',
  tooLong: 'stack',
  labels: () => [],
  disagreements: () => [],
}
