/** Interfaces of a node, as written or as realised. */
import type { Ip } from '../address/ip.ts'
import type { Mac } from '../address/mac.ts'
import type { Span, Written } from '../text/span.ts'
import type { Origin } from './node.ts'

/** iproute2's words for the kinds of device, and a few that a hypervisor adds. */
export const interfaceTypes = [
  'ethernet', 'dummy', 'loopback', 'bridge', 'ovs', 'vlan', 'bond', 'vrf', 'macvlan', 'macvtap', 'ipvlan',
  'gre', 'ipip', 'sit', 'wireguard', 'gretap', 'vxlan', 'geneve', 'nvgre', 'stt', 'esp', 'passthrough', 'vf', 'veth', 'tap',
] as const
export type InterfaceType = (typeof interfaceTypes)[number]

/** The kinds that carry packets or frames inside other packets. */
export const tunnelTypes = ['gre', 'ipip', 'sit', 'wireguard', 'gretap', 'vxlan', 'geneve', 'nvgre', 'stt', 'esp'] as const
export type TunnelType = (typeof tunnelTypes)[number]
export const isTunnelType = (type: InterfaceType): type is TunnelType => (tunnelTypes as readonly string[]).includes(type)

/** `10.0.0.1/24`; the length is missing where the network gives it; `dhcp` is resolved by realize. */
export interface InterfaceAddress {
  readonly ip: Ip
  readonly length: number | undefined
}

export interface FdbEntry {
  readonly mac: Mac
  readonly remote: Ip
  readonly at: Span
}

export interface WireguardPeer {
  readonly remote: Written<Ip> | undefined
  readonly allowed: readonly Written<InterfaceAddress>[]
  readonly at: Span
}

/** What a tunnel's device was given; every kind reads the fields that concern it. */
export interface TunnelSettings {
  readonly local?: Written<Ip>
  /** One, or for vxlan several: head-end replication. */
  readonly remotes: readonly Written<Ip>[]
  readonly group?: Written<Ip>
  /** Key, VNI, VSID or context id. */
  readonly id?: Written<number>
  /** UDP destination port. */
  readonly port?: Written<number>
  readonly learning?: Written<boolean>
  readonly fdb: readonly FdbEntry[]
  readonly df?: Written<'unset' | 'set' | 'inherit'>
  readonly peers: readonly WireguardPeer[]
  readonly cipher?: Written<string>
  /** GRE's flags, as iproute2 has them; both ends must agree. */
  readonly csum?: Written<boolean>
  readonly seq?: Written<boolean>
}

export interface Interface {
  readonly name: string
  /** Where the name is written. */
  readonly at: Span
  /** The whole entry, name and value. */
  readonly body: Span
  readonly type: Written<InterfaceType>
  readonly addresses: readonly Written<InterfaceAddress>[]
  /** The interface asks for an address by DHCP. */
  readonly dhcp?: Written<boolean>
  readonly gateways: readonly Written<Ip>[]
  readonly mac?: Written<Mac>
  readonly mtu?: Written<number>
  readonly up?: Written<boolean>
  /** Bits per second. */
  readonly bandwidth?: Written<number>
  readonly master?: Written<string>
  readonly link?: Written<string>
  readonly attach?: Written<string>
  readonly network?: Written<string>
  /** On a port: its access VLAN. On a bridge itself: its own membership. */
  readonly vlan?: Written<number>
  readonly trunk?: Written<readonly number[]>
  readonly native?: Written<number>
  readonly hairpin?: Written<boolean>
  readonly isolated?: Written<boolean>
  readonly vlanAware?: Written<boolean>
  readonly stp?: Written<boolean>
  /** Seconds that a bridge remembers an address. */
  readonly ageing?: Written<number>
  /** Open vSwitch flows in ovs-ofctl's words. */
  readonly flows: readonly Written<string>[]
  /** The 802.1Q id of a vlan device. */
  readonly id?: Written<number>
  readonly protocol?: Written<'802.1q' | '802.1ad'>
  /** Of a bond, macvlan, macvtap, ipvlan or esp. */
  readonly mode?: Written<string>
  readonly table?: Written<number>
  readonly tunnel?: TunnelSettings
  readonly sysctl?: Sysctl
  /**
   * Set by realize on a guest's interface: the device on the host that carries it. A veth's or tap's far end is a wire to it;
   * of a macvlan, macvtap, ipvlan, vf or passthrough it is the parent: frames leave and come by that device itself.
   */
  readonly hostSide?: { readonly node: string; readonly interface: string }
  /** Set by realize on the host's end of a veth or tap: the guest's interface at the other end of the wire. */
  readonly guestSide?: { readonly node: string; readonly interface: string }
  /** Set by realize on a device that nobody wrote: what it stands for. */
  readonly origin?: Origin
  /** The security groups of the guest are enforced here: set by realize on a host-side device. */
  readonly enforces?: { readonly guest: string; readonly interface: string }
}

/** Kernel switches of net.ipv4.conf, per interface or for all. Undefined means the kernel's default. */
export interface Sysctl {
  readonly rpFilter?: Written<number>
  readonly proxyArp?: Written<boolean>
  readonly arpIgnore?: Written<number>
  readonly arpAnnounce?: Written<number>
  readonly bridgeNfCallIptables?: Written<boolean>
}
