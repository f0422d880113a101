/** IPsec ESP in tunnel or transport mode. RFC 4303; sizes as Linux computes them, net/xfrm/xfrm_state.c xfrm_state_mtu. */
import { differ, ipHeader, mtuByRoute, type Family, type Header, type TunnelFacts, type TunnelSpec } from './tunnel.ts'

interface Cipher {
  readonly name: string
  /** Bytes of the initialisation vector, of the integrity check value, and of the block that padding fills; at least four, RFC 4303 section 2.4. */
  readonly iv: number
  readonly icv: number
  readonly block: number
  /** Where the two sizes come from. */
  readonly sources: readonly [iv: string, icv: string]
}

/** Encryption that is its own integrity check; the tag of GCM and CCM can be cut, in bytes or in bits of the name. */
function combined(name: string): Pick<Cipher, 'icv' | 'sources'> {
  if (name.includes('chacha')) return { icv: 16, sources: ['RFC 7634', 'RFC 7634'] }
  const rfc = name.includes('ccm') ? 'RFC 4309' : name.includes('gmac') ? 'RFC 4543' : 'RFC 4106'
  const cut = /[gc]cm-?(?:(?:128|192|256)-)?(8|12|64|96)(?!\d)/.exec(name)?.[1]
  return { icv: cut === undefined ? 16 : cut === '8' || cut === '64' ? 8 : 12, sources: [rfc, rfc] }
}

/** What checks the integrity of a cipher that does not do it itself. */
function integrity(name: string): { readonly icv: number, readonly source: string } {
  if (/xcbc/.test(name)) return { icv: 12, source: 'RFC 3566' }
  if (/cmac/.test(name)) return { icv: 12, source: 'RFC 4494' }
  if (/md5/.test(name)) return { icv: 12, source: 'RFC 2403' }
  // SHA-1 is cut to 96 bits; the SHA-2 kinds to half their length.
  if (/sha-?(?:1|96)(?!\d)/.test(name)) return { icv: 12, source: 'RFC 2404' }
  return { icv: /sha-?(?:2-)?384/.test(name) ? 24 : /sha-?(?:2-)?512/.test(name) ? 32 : 16, source: 'RFC 4868' }
}

/** By what the name contains; AES-GCM with a 16-byte tag when nothing is said. */
function cipherOf(settings: TunnelFacts): Cipher {
  const name = settings.cipher?.value.toLowerCase() ?? 'aes-gcm-16'
  const { icv, source } = integrity(name)
  if (name.includes('3des')) return { name, iv: 8, block: 8, icv, sources: ['RFC 2451', source] }
  if (name.includes('cbc')) return { name, iv: 16, block: 16, icv, sources: ['RFC 3602', source] }
  if (name.includes('ctr')) return { name, iv: 8, block: 4, icv, sources: ['RFC 3686', source] }
  if (/^null\b/.test(name)) return { name, iv: 0, block: 4, icv, sources: ['RFC 2410', source] }
  return { name, iv: 8, block: 4, ...combined(name) }
}

const isTransport = (settings: TunnelFacts): boolean => settings.mode?.value === 'transport'

const headers = (settings: TunnelFacts, family: Family): readonly Header[] => {
  const { iv, icv, sources } = cipherOf(settings)
  return [
    // Transport mode keeps the packet's own IP header.
    ...(isTransport(settings) ? [] : [ipHeader(family)]),
    { name: 'ESP', bytes: 8, source: 'RFC 4303: SPI and sequence number' },
    ...(iv === 0 ? [] : [{ name: 'IV', bytes: iv, source: sources[0] }]),
    { name: 'ESP trailer', bytes: 2, source: 'RFC 4303: pad length and next header' },
    { name: 'ICV', bytes: icv, source: sources[1] },
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
