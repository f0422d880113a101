/** The compiled tables of one infrastructure: stacks, their devices, bridges and routes. Built by compile, then only read. */
import type { Ip, Prefix } from '../address/ip.ts'
import type { Mac } from '../address/mac.ts'
import type { Infra } from '../infra/infra.ts'
import type { Interface, InterfaceType } from '../infra/interface.ts'
import type { GuestNode, Node, NatRule, FilterRule } from '../infra/node.ts'
import type { Service } from '../infra/parts.ts'
import type { Written, Span } from '../text/span.ts'
import type { Pipeline } from './flows.ts'
import type { Sessions } from './bgp.ts'
import type { Members } from './guard.ts'
import type { Joints, Wire } from './joints.ts'
import type { Area, Network } from './ospf.ts'
import type { Owners } from './owners.ts'
import type { IpKey } from './packet.ts'

export interface Address {
  readonly ip: Ip
  readonly length: number
  readonly at: Span
}

/** One network device. What it stands on, and what stands on it, is filled in once all devices exist. */
export interface Device {
  readonly stack: Stack
  readonly name: string
  /** `node:interface`. */
  readonly label: string
  readonly iface: Interface
  readonly type: InterfaceType
  /** Bytes; where the kernel refuses what the file says, what it leaves. */
  mtu: number
  mac: Mac
  /** Administratively up. */
  admin: boolean
  /** Up and with a carrier: what Linux calls running. */
  running: boolean
  readonly addresses: readonly Address[]
  /** The bridge, bond or vrf it is a port of. */
  master: Device | undefined
  /** The bridge it is a port of. */
  bridge: Bridge | undefined
  /** On a bridge device: the bridge that it is the host's way into. */
  owns: Bridge | undefined
  vlans: PortVlans | undefined
  /** The device it stands on: of a vlan, macvlan, ipvlan, vf or passthrough. */
  lower: Device | undefined
  /** The vrf whose tables its packets are looked up in. */
  vrf: Device | undefined
  /** Its wire, whose far end `farEnd` finds: by name, since that one's tables may be made anew while these stay. */
  readonly wire: Wire | undefined
  /** What stands on it. */
  uppers: Uppers | undefined
  /** Of a bond. */
  members: Device[] | undefined
  /** The security groups at this guest's interface, one for each direction; undefined where none is asked for. */
  guard: Guard | undefined
}

/** What stands on a device. */
export interface Uppers {
  /** By "protocol id". */
  readonly vlans: Map<string, Device>
  readonly macvlans: Device[]
  readonly ipvlans: Device[]
  /** SR-IOV functions, which the network card itself switches. */
  readonly functions: Device[]
}

/** VLAN membership of a port. `all`: every tag passes (an ovs trunk). */
export interface PortVlans {
  readonly pvid: number | undefined
  readonly untagged: ReadonlySet<number>
  readonly tagged: ReadonlySet<number> | 'all'
  /** Takes untagged frames only: an access port of Open vSwitch. A Linux bridge takes those with its own tag, too. */
  readonly strict?: boolean
}

export interface Bridge {
  readonly stack: Stack
  /** The host's own device; a switch has none. */
  readonly self: Device | undefined
  /** `node:bridge`, of a switch `node`. */
  readonly label: string
  readonly ports: Device[]
  readonly vlanAware: boolean
  readonly ovs: boolean
  readonly stp: boolean
  mac: Mac
  /** Ports that the spanning tree has closed. */
  readonly blocked: Set<Device>
  /** Open vSwitch flows, where any were added to the one that every bridge begins with. */
  readonly flows: Pipeline | undefined
}

export interface NextHop {
  readonly dev: Device
  /** Undefined: the destination itself is asked for. */
  readonly via: Ip | undefined
}

export interface FibRoute {
  readonly prefix: Prefix
  readonly type: 'unicast' | 'blackhole' | 'unreachable' | 'local' | 'broadcast'
  readonly hops: readonly NextHop[]
  readonly metric: number
  readonly src: Ip | undefined
  /** "connected", "static", "gateway", "ospf", "bgp". */
  readonly proto: string
  readonly at: Span | undefined
}

/** Longest prefix match for one family: routes by length, then by masked address. */
export interface Fib {
  readonly lengths: number[]
  readonly byLength: Map<number, Map<IpKey, FibRoute[]>>
}

/** Routes that a protocol told a stack, made when they are looked up. */
export interface Learned {
  readonly metric: number
  /** The networks that hold an address, longest prefix first: the same for everybody who is told of them. */
  readonly holding: (ip: Ip) => readonly Network[]
  /** Its own way to one; none where it is joined to it, or where there is none. */
  readonly route: (network: Network) => FibRoute | undefined
  readonly all: () => readonly FibRoute[]
}

export interface Tables {
  readonly v4: Fib
  readonly v6: Fib
  /** Own addresses, with the device that has each. */
  readonly locals: Map<IpKey, Device>
  /** Broadcast addresses of the networks on its devices. */
  readonly broadcasts: Map<IpKey, Device>
}

/** What `ip route` shows on a stack. */
export interface Routing {
  /** The tables of the default vrf, and of each vrf by its device. */
  readonly main: Tables
  readonly vrfs: ReadonlyMap<Device, Tables>
  /** Routes that the kernel would refuse, with why. */
  readonly refused: readonly { readonly at: Span; readonly why: string }[]
}

/** One box's tables: made of its node, its joints and what it is joined to, and the very same objects as long as all these are. */
export interface Stack {
  /** Given once to a name, and the same in all compilations that follow from each other. */
  readonly id: number
  readonly node: Node
  readonly name: string
  readonly devices: Map<string, Device>
  readonly bridges: Bridge[]
  readonly tunnels: Device[]
  readonly opaque: string | undefined
  forwarding: boolean
  /** Made by `routesOf` when somebody first looks: most edits and most packets concern few stacks. */
  installed: Routing | undefined
  readonly policy: Policy | undefined
  /** Virtual addresses that it holds for services, beside those of its interfaces. */
  readonly vips: readonly Ip[]
  /** iptables sees what is bridged. */
  readonly bridgeNf: boolean
}

export interface Chain {
  readonly policy: Written<'accept' | 'drop'>
  readonly rules: readonly FilterRule[]
}

/** What netfilter is told. Undefined on a stack that has neither rules nor translations: then nothing is tracked. */
export interface Policy {
  readonly input: Chain | undefined
  readonly forward: Chain | undefined
  readonly output: Chain | undefined
  readonly nat: readonly NatRule[]
  /** docker: no packet goes from one of these bridges to another. */
  readonly apart: ReadonlySet<string>
}

export interface GuardRule {
  /** Undefined: anybody. */
  readonly peers: ReadonlySet<IpKey> | undefined
  readonly prefix: Prefix | undefined
  readonly proto: string | undefined
  readonly ports: readonly { readonly protocol: string; readonly first: number; readonly last: number }[]
  readonly at: Span
}

/** Security groups at one guest: what may come in, and go out; undefined lets everything pass. */
export interface Guard {
  readonly groups: string
  readonly ingress: readonly GuardRule[]
  readonly egress: readonly GuardRule[] | undefined
}

/** A service with an address of its own. */
export interface ServiceAt {
  readonly service: Service
  /** The node that holds the address; undefined where none is named, then whoever has it on an interface. */
  readonly on: Stack | undefined
  readonly backends: readonly { readonly name: string; readonly stack: Stack | undefined; readonly port: number | undefined }[]
}

export interface World {
  readonly infra: Infra
  readonly stacks: ReadonlyMap<string, Stack>
  /** All of them in file order, and where each stands in it: listed when somebody asks. */
  readonly devices: readonly Device[]
  readonly order: ReadonlyMap<Device, number>
  /** Names of stacks by the addresses that stand on their interfaces. */
  readonly owners: Owners
  /** Services by their virtual address. */
  readonly services: ReadonlyMap<IpKey, readonly ServiceAt[]>
  /** What the speakers of each routing protocol know together, where there are any. */
  readonly told: { ospf?: Area; bgp?: Sessions }
  readonly joints: Joints
  readonly members: Members
  /** Guests by their hosts, in file order. */
  readonly hosted: ReadonlyMap<string, readonly GuestNode[]>
  /** Stacks with a bridge that takes part in a spanning tree, and the speakers of each routing protocol; in file order. */
  readonly spanning: readonly string[]
  readonly routing: Readonly<Record<'ospf' | 'bgp', readonly string[]>>
  /** Numbers of stacks, by name. */
  readonly numbers: Map<string, number>
}

/** The far end of a device's wire. */
export const farEnd = ({ stacks }: World, { wire }: Device): Device | undefined => wire && stacks.get(wire.node)?.devices.get(wire.interface)
