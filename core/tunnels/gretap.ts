/** GRE that carries Ethernet frames: Linux's gretap. RFC 2784, RFC 2890, protocol type 0x6558. */
import {
  constantSizes, encapLimit, greDisagreements, greHeaders, innerEthernet, ipHeader, mtuByRoute, type TunnelSpec,
} from './tunnel.ts'

const sizes = constantSizes((settings, family) => [
  ipHeader(family), ...encapLimit(family), ...greHeaders(settings, settings.id !== undefined), innerEthernet,
])

export const gretap: TunnelSpec = {
  type: 'gretap', title: 'GRE with Ethernet', carries: 'frames', protocol: 47,
  id: { name: 'key', least: 0n, most: 0xffffffffn, required: false },
  ...sizes,
  defaultMtu: mtuByRoute(sizes.innerMtu, 68),
  outerDf: () => 'set',
  // ip_tunnel_xmit answers through the tunnel host's own routes: a host without a route to the inner sender stays silent.
  tooLong: 'stack',
  labels: ({ id }) => [id ? `gre ${id.value}` : 'gre'],
  disagreements: greDisagreements,
}
