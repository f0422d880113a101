/** Geneve: Ethernet frames over UDP with room for options. RFC 8926; Linux drivers/net/geneve.c. */
import { constantSizes, differ, innerEthernet, ipHeader, udpHeader, type TunnelSpec } from './tunnel.ts'

const defaultPort = 6081

// Without options, as Linux's own device sends; a controller like OVN adds 8 bytes and lowers its guests' MTU to 1442.
const sizes = constantSizes((_settings, family) => [
  ipHeader(family), udpHeader, { name: 'Geneve', bytes: 8, source: 'RFC 8926' }, innerEthernet,
])

export const geneve: TunnelSpec = {
  type: 'geneve', title: 'Geneve', carries: 'frames', protocol: 17, port: defaultPort,
  id: { name: 'VNI', least: 0n, most: 0xffffffn, required: true },
  ...sizes,
  // geneve_link_config: by the route to the remote; without one it stays at Ethernet's 1500, headers or not.
  defaultMtu: (settings, { route, family }) => (route === undefined ? 1500 : Math.max(sizes.innerMtu(Math.min(route, 65535), settings, family), 68)),
  outerDf: ({ df }) => df?.value ?? 'unset',
  tooLong: 'as-destination',
  labels: ({ id, port }) => [`udp ${port?.value ?? defaultPort}`, id ? `geneve ${id.value}` : 'geneve'],
  disagreements: (a, b) => [
    ...differ('VNI', a.id?.value, b.id?.value),
    ...differ('UDP port', a.port?.value ?? defaultPort, b.port?.value ?? defaultPort),
  ],
}
