/** IPsec ESP in tunnel or transport mode. RFC 4303; sizes as Linux computes them, net/xfrm/xfrm_state.c xfrm_state_mtu. */
import { cipherOf } from './cipher.ts'
import { differ, ipHeader, mtuByRoute, type Family, type Header, type TunnelFacts, type TunnelSpec } from './tunnel.ts'

const isTransport = (settings: TunnelFacts): boolean => settings.mode?.value === 'transport'

const headers = (settings: TunnelFacts, family: Family): readonly Header[] => {
  const { iv, icv, sources } = cipherOf(settings)
  return [
    // Transport mode keeps the packet's own IP header.
    ...(isTransport(settings) ? [] : [ipHeader(family)]),
    { name: 'ESP', bytes: 8, source: 'RFC 4303: SPI and sequence number' },
    ...(iv === 0 ? [] : [{ name: 'IV', bytes: iv, source: sources.iv }]),
    { name: 'ESP trailer', bytes: 2, source: 'RFC 4303: pad length and next header' },
    { name: 'ICV', bytes: icv, source: sources.icv },
  ]
}
const overhead = (settings: TunnelFacts, family: Family): number =>
  headers(settings, family).reduce((sum, { bytes }) => sum + bytes, 0)

/** The part of the inner packet that is not encrypted: transport mode's own IP header. */
const clearBytes = (settings: TunnelFacts, family: Family): number => (isTransport(settings) ? ipHeader(family).bytes : 0)

function innerMtu(outerMtu: number, settings: TunnelFacts, family: Family): number {
  const { block } = cipherOf(settings)
  const clear = clearBytes(settings, family)
  const room = outerMtu - (overhead(settings, family) - 2) - clear
  return Math.floor(room / block) * block + clear - 2
}

export const esp: TunnelSpec = {
  type: 'esp', title: 'IPsec ESP', carries: 'packets', protocol: 50,
  headers, overhead, innerMtu,
  outerLength(innerLength, settings, family) {
    const { block } = cipherOf(settings)
    const sealed = innerLength - clearBytes(settings, family) + 2
    const padding = (block - (((sealed % block) + block) % block)) % block
    return innerLength + overhead(settings, family) + padding
  },
  defaultMtu: mtuByRoute(innerMtu, 68),
  // xfrm4_tunnel_encap_add copies the inner DF unless the state was made with `nopmtudisc`.
  outerDf: () => 'inherit',
  tooLong: 'stack',
  labels: () => ['esp'],
  disagreements: (a, b) => [
    ...differ('mode', a.mode?.value ?? 'tunnel', b.mode?.value ?? 'tunnel'),
    ...differ('cipher', cipherOf(a).name, cipherOf(b).name),
  ],
}
