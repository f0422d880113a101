/** WireGuard: encrypted IP packets over UDP. Whitepaper section 5.4.6; Linux drivers/net/wireguard. */
import { constantSizes, ipHeader, udpHeader, type TunnelSpec } from './tunnel.ts'

const sizes = constantSizes((_settings, family) => [
  ipHeader(family), udpHeader,
  { name: 'WireGuard data', bytes: 16, source: 'WireGuard 5.4.6: type 1 and reserved 3, receiver 4, counter 8' },
  { name: 'Poly1305 tag', bytes: 16, source: 'RFC 8439' },
])

// device.c: 1500 less what IPv6 would take, whatever the underlay.
const defaultMtu = 1420

export const wireguard: TunnelSpec = {
  type: 'wireguard', title: 'WireGuard', carries: 'packets', protocol: 17, port: 51820,
  ...sizes,
  // send.c, calculate_skb_padding: filled up to sixteen bytes, but never above the device's MTU; so a device whose MTU is
  // `innerMtu` sends nothing that does not fit.
  outerLength(innerLength, settings, family) {
    const filled = Math.min(Math.ceil(innerLength / 16) * 16, Math.max(innerLength, settings.mtu?.value ?? defaultMtu))
    return filled + sizes.overhead(settings, family)
  },
  defaultMtu: () => defaultMtu,
  // socket.c sends with DF clear and lets the stack fragment.
  outerDf: () => 'unset',
  tooLong: 'nobody',
  labels: ({ port }) => [`udp ${port?.value ?? 51820}`, 'wireguard'],
  // Each end listens where its peers send, which the format does not spell; keys likewise.
  disagreements: () => [],
}
