/** VXLAN: Ethernet frames over UDP with a 24-bit network identifier. RFC 7348; Linux drivers/net/vxlan. */
import { constantSizes, differ, innerEthernet, ipHeader, udpHeader, type TunnelSpec } from './tunnel.ts'

// IANA's port. Linux's own default, 8472, is older than the assignment and has to be written.
const defaultPort = 4789

const sizes = constantSizes((_settings, family) => [
  ipHeader(family), udpHeader, { name: 'VXLAN', bytes: 8, source: 'RFC 7348' }, innerEthernet,
])

export const vxlan: TunnelSpec = {
  type: 'vxlan', title: 'VXLAN', carries: 'frames', protocol: 17, port: defaultPort,
  id: { name: 'VNI', least: 0n, most: 0xffffffn, required: true },
  ...sizes,
  // vxlan_config_apply looks at the lower device only; without one the device keeps Ethernet's 1500, the classic trap.
  defaultMtu: (settings, { link, family }) => (link === undefined ? 1500 : Math.max(sizes.innerMtu(link, settings, family), 68)),
  outerDf: ({ df }) => df?.value ?? 'unset',
  tooLong: 'as-destination',
  labels: ({ id, port }) => [`udp ${port?.value ?? defaultPort}`, id ? `vxlan ${id.value}` : 'vxlan'],
  disagreements: (a, b) => [
    ...differ('VNI', a.id?.value, b.id?.value),
    ...differ('UDP port', a.port?.value ?? defaultPort, b.port?.value ?? defaultPort),
  ],
}
