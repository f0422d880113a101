/** GRE: IP packets with an optional key. RFC 2784, RFC 2890; Linux net/ipv4/ip_gre.c, net/ipv6/ip6_gre.c. */
import { constantSizes, encapLimit, greDisagreements, greHeaders, ipHeader, mtuByRoute, type TunnelSpec } from './tunnel.ts'

const sizes = constantSizes((settings, family) => [
  ipHeader(family), ...encapLimit(family), ...greHeaders(settings, settings.id !== undefined),
])

export const gre: TunnelSpec = {
  type: 'gre', title: 'GRE', carries: 'packets', protocol: 47,
  id: { name: 'key', least: 0n, most: 0xffffffffn, required: false },
  ...sizes,
  defaultMtu: mtuByRoute(sizes.innerMtu, 68),
  // Path MTU discovery is on unless `nopmtudisc` was asked for.
  outerDf: () => 'set',
  tooLong: 'stack',
  labels: ({ id }) => [id ? `gre ${id.value}` : 'gre'],
  disagreements: greDisagreements,
}
