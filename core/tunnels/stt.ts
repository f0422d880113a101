/** STT: frames in what looks like TCP, so that the NIC cuts them. draft-davie-stt-08; Open vSwitch up to 3.5. */
import { constantSizes, differ, innerEthernet, ipHeader, mtuByRoute, type TunnelSpec } from './tunnel.ts'

const defaultPort = 7471

/** Sizes are those of a frame in one segment; a longer frame can pass in several where the NIC cuts and joins them. */
const sizes = constantSizes((_settings, family) => [
  ipHeader(family),
  { name: 'TCP-like', bytes: 20, source: 'draft-davie-stt-08 section 3' },
  { name: 'STT', bytes: 18, source: 'draft-davie-stt-08 section 3, two bytes of padding included' },
  innerEthernet,
])

export const stt: TunnelSpec = {
  type: 'stt', title: 'STT', carries: 'frames', protocol: 6, port: defaultPort,
  id: { name: 'context id', least: 0n, most: 0xffffffffffffffffn, required: true },
  ...sizes,
  defaultMtu: mtuByRoute(sizes.innerMtu, 68),
  outerDf: () => 'set',
  tooLong: 'nobody',
  labels: ({ id, port }) => [`tcp ${port?.value ?? defaultPort}`, id ? `stt ${id.value}` : 'stt'],
  disagreements: (a, b) => [
    ...differ('context id', a.id?.value, b.id?.value),
    ...differ('port', a.port?.value ?? defaultPort, b.port?.value ?? defaultPort),
  ],
}
