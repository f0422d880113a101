/** WireGuard: encrypted IP packets over UDP. Whitepaper section 5.4.6; Linux drivers/net/wireguard. */
import { constantSizes, ipHeader, udpHeader, type TunnelSpec } from './tunnel.ts'

const sizes = constantSizes((_settings, family) => [
  ipHeader(family), udpHeader,
  { name: 'WireGuard data', bytes: 16, source: 'WireGuard 5.4.6: type 4, receiver 4, counter 8' },
  { name: 'Poly1305 tag', bytes: 16, source: 'RFC 8439' },
])

export const wireguard: TunnelSpec = {
  type: 'wireguard', title: 'WireGuard', carries: 'packets', protocol: 17, port: 51820,
  ...sizes,
  // device.c: 1500 less what IPv6 would take, whatever the underlay.
  defaultMtu: () => 1420,
  // socket.c sends with DF clear and lets the stack fragment.
  outerDf: () => 'unset',
  tooLong: 'nobody',
  labels: ({ port }) => [`udp ${port?.value ?? 51820}`, 'wireguard'],
  // Each end listens where its peers send, which the format does not spell; keys likewise.
  disagreements: () => [],
}
