/** What every encapsulation tells of itself: headers, sizes, defaults, and what two ends must agree on. */
import type { Interface, TunnelSettings, TunnelType } from '../infra/interface.ts'
import type { Written } from '../text/span.ts'
import { t } from '../words.ts'

export type Family = 4 | 6

/** A device's settings; `mode` is esp's (tunnel or transport), `mtu` the device's own. A plain TunnelSettings will do. */
export type TunnelFacts = TunnelSettings & { readonly mode?: Written<string>, readonly mtu?: Written<number> }

/** One header of the encapsulation, outermost first. */
export interface Header {
  readonly name: string
  readonly bytes: number
  /** Where the size comes from. */
  readonly source: string
}

/** What the tunnel's number is called and which ones can be sent. */
export interface TunnelId {
  readonly name: string
  readonly least: bigint
  readonly most: bigint
  /** Without one the device cannot be made. */
  readonly required: boolean
}

/** What is known of the underlay when the device is created. All MTUs in bytes. */
export interface Creation {
  /** MTU of the device of the route to the remote; undefined without a route. */
  readonly route: number | undefined
  /** MTU of the device named by `link`; undefined where none is given. */
  readonly link: number | undefined
  readonly family: Family
}

export interface TunnelSpec {
  readonly type: TunnelType
  readonly title: string
  /** Frames: a layer 2 tunnel, whose device can be a bridge port. Packets: a layer 3 tunnel. */
  readonly carries: 'frames' | 'packets'
  /** IP protocol number of the outer packet. */
  readonly protocol: number
  /** UDP (stt: TCP) destination port when none is written. */
  readonly port?: number
  readonly id?: TunnelId
  /** Outer headers, outermost first; of a layer 2 tunnel the inner Ethernet header is the last. Padding is not among them. */
  headers(settings: TunnelFacts, family: Family): readonly Header[]
  /** Bytes between inner and outer IP packet, the sum of `headers`. Esp and wireguard add padding: ask `outerLength` or `innerMtu`. */
  overhead(settings: TunnelFacts, family: Family): number
  /** Bytes of the outer IP packet that carries an inner IP packet of so many bytes. */
  outerLength(innerLength: number, settings: TunnelFacts, family: Family): number
  /** The largest inner IP packet whose outer packet fits; may be negative for an absurd outer MTU. */
  innerMtu(outerMtu: number, settings: TunnelFacts, family: Family): number
  /** The MTU that the device is created with. */
  defaultMtu(settings: TunnelFacts, creation: Creation): number
  /** DF of the outer IPv4 header: always, never, or as the inner packet has it. */
  outerDf(settings: TunnelFacts): 'set' | 'unset' | 'inherit'
  /**
   * Who tells the sender that its DF packet is too long: the host's own stack, by its routes; the device as a bridge port in
   * the name of the inner destination; or nobody.
   */
  readonly tooLong: 'stack' | 'as-destination' | 'nobody'
  /** Where the underlay leaves less than this, up to this is taken all the same, and the outer packet may be fragmented. */
  readonly leastInner?: number
  /** Names of the headers in a trace, between the outer and the inner IP or Ethernet header. */
  labels(settings: TunnelFacts): readonly string[]
  /** Why the two ends would not talk, in words that name both numbers; empty when they agree. Addresses are the underlay's matter. */
  disagreements(a: TunnelFacts, b: TunnelFacts): readonly string[]
}

const noSettings: TunnelFacts = { remotes: [], fdb: [], peers: [] }

// An interface never changes, and every packet of a tunnel asks.
const facts = new WeakMap<Interface, TunnelFacts>()

/** The settings of a tunnel's interface, with its mode and its MTU. */
export function factsOf(device: Interface): TunnelFacts {
  const settings = device.tunnel ?? noSettings
  const { mode, mtu } = device
  if (!mode && !mtu) return settings
  let known = facts.get(device)
  if (!known) facts.set(device, (known = { ...settings, ...(mode && { mode }), ...(mtu && { mtu }) }))
  return known
}

/** The family of the outer header: of the addresses given, IPv4 without any. */
export const outerFamily = (settings: TunnelSettings): Family =>
  (settings.remotes[0] ?? settings.local ?? settings.group ?? settings.peers.find((peer) => peer.remote)?.remote)?.value.family ?? 4

export const ipHeader = (family: Family): Header =>
  family === 4 ? { name: 'IPv4', bytes: 20, source: 'RFC 791' } : { name: 'IPv6', bytes: 40, source: 'RFC 8200' }
export const udpHeader: Header = { name: 'UDP', bytes: 8, source: 'RFC 768' }
export const innerEthernet: Header = { name: 'inner Ethernet', bytes: 14, source: 'IEEE 802.3' }

/**
 * RFC 2473 section 4.1.1: Linux puts a destination option with the encapsulation limit before what an IPv6 tunnel carries
 * (ip6_tnl_xmit, IPV6_DEFAULT_TNL_ENCAP_LIMIT), for gre, gretap and ipip alike.
 */
export const encapLimit = (family: Family): readonly Header[] =>
  family === 6 ? [{ name: 'encapsulation limit', bytes: 8, source: 'RFC 2473' }] : []

/** RFC 2784, RFC 2890: four bytes, and four more for each of checksum, key and sequence number. */
export function greHeaders(settings: TunnelFacts, keyed: boolean): readonly Header[] {
  return [
    { name: 'GRE', bytes: 4, source: 'RFC 2784' },
    ...(settings.csum?.value ? [{ name: 'GRE checksum', bytes: 4, source: 'RFC 2784' }] : []),
    ...(keyed ? [{ name: 'GRE key', bytes: 4, source: 'RFC 2890' }] : []),
    ...(settings.seq?.value ? [{ name: 'GRE sequence number', bytes: 4, source: 'RFC 2890' }] : []),
  ]
}

type Sizes = Pick<TunnelSpec, 'headers' | 'overhead' | 'outerLength' | 'innerMtu'>

/** Sizes of an encapsulation whose overhead does not depend on what it carries. */
export function constantSizes(headers: TunnelSpec['headers']): Sizes {
  const overhead: Sizes['overhead'] = (settings, family) => headers(settings, family).reduce((sum, { bytes }) => sum + bytes, 0)
  return {
    headers, overhead,
    outerLength: (innerLength, settings, family) => innerLength + overhead(settings, family),
    innerMtu: (outerMtu, settings, family) => outerMtu - overhead(settings, family),
  }
}

/**
 * ip_tunnel_bind_dev, ip6gre_tnl_link_config_route: the device of the route, else the one of `link`, else 1500, less the
 * headers, and never under what IP guarantees. IP_MAX_MTU bounds what the loopback device would give.
 */
export function mtuByRoute(innerMtu: TunnelSpec['innerMtu'], leastInner: number): TunnelSpec['defaultMtu'] {
  return (settings, { route, link, family }) =>
    Math.max(innerMtu(Math.min(route ?? link ?? 1500, 65535), settings, family), family === 6 ? 1280 : leastInner)
}

const shown = (value: number | string | undefined): string => (value === undefined ? 'none' : String(value))

/** A sentence when the two values differ, for `disagreements`. */
export function differ(what: string, a: number | string | undefined, b: number | string | undefined): readonly string[] {
  return a === b ? [] : [t`${what} ${shown(a)} here, ${shown(b)} there`]
}

/** What GRE's ends must agree on: a keyed receiver takes no other key; csum and seq on one side only lose every packet. */
export const greDisagreements = (a: TunnelFacts, b: TunnelFacts): readonly string[] => [
  ...differ('key', a.id?.value, b.id?.value),
  ...differ('checksum', a.csum?.value ? 'on' : 'off', b.csum?.value ? 'on' : 'off'),
  ...differ(t('sequence numbers'), a.seq?.value ? 'on' : 'off', b.seq?.value ? 'on' : 'off'),
]
