/** Nodes: the machines, guests, switches and outside parties of a file. */
import type { Ip, Prefix } from '../address/ip.ts'
import type { PortRange } from '../address/port.ts'
import type { Keyed, Span, Written } from '../text/span.ts'
import type { Interface, Sysctl } from './interface.ts'

export const nodeKinds = ['server', 'vm', 'container', 'switch', 'router', 'external'] as const
export type NodeKind = (typeof nodeKinds)[number]

/** Who caused a part: the file's author, or something that stands for several parts. */
export type Origin =
  | { readonly by: 'text' }
  | { readonly by: 'network'; readonly name: string }
  | { readonly by: 'fabric'; readonly name: string }
  /** Implied by the format: docker0, a compose bridge, a containerlab management network, a guest's host-side device. */
  | { readonly by: 'format'; readonly name: string }

interface NodeBase {
  readonly name: string
  /** Where the name is written. */
  readonly at: Span
  /** The whole entry, name and value. */
  readonly body: Span
  readonly origin: Origin
  readonly interfaces: ReadonlyMap<string, Interface>
  readonly site?: Written<string>
  readonly rack?: Written<string>
  /** Why its forwarding cannot be known (a vendor's network system, an unparsed firewall): traces through it end `unknown`. */
  readonly opaque?: Written<string>
}

/** What every network stack has: one Linux network namespace. */
export interface StackParts {
  readonly routes: readonly Route[]
  /** net.ipv4.ip_forward; undefined means the kind's default (routers true, others false). */
  readonly forwarding?: Written<boolean>
  readonly sysctl: Sysctl
  /** Settings by interface, as the node's own `sysctl` names them; what a link or a network declares may be among them. */
  readonly deviceSysctl?: ReadonlyMap<string, Written<Sysctl>>
  readonly firewall?: Firewall
  readonly nat: readonly NatRule[]
  readonly routing?: Routing
}

/** What runs on a host. */
export interface GuestParts {
  readonly host?: Written<string>
  readonly tenant?: Written<string>
  readonly image?: Written<string>
  readonly securityGroups: readonly Written<string>[]
  readonly apartFrom: readonly Written<string>[]
}

export interface Server extends NodeBase, StackParts {
  readonly kind: 'server'
  readonly cpus?: Written<number>
  /** Bytes. */
  readonly memory?: Written<number>
  readonly cpuModel?: Written<string>
  readonly hypervisor?: Written<string>
  readonly overcommit?: { readonly cpus?: Written<number>; readonly memory?: Written<number>; readonly at: Span }
}

export interface Vm extends NodeBase, StackParts, GuestParts {
  readonly kind: 'vm'
  readonly vcpus?: Written<number>
  /** Bytes. */
  readonly memory?: Written<number>
  readonly cpuModel?: Written<string>
  readonly disks: readonly Disk[]
  readonly devices: readonly PassedDevice[]
  readonly workload?: Workload
}

export interface Container extends NodeBase, StackParts, GuestParts {
  readonly kind: 'container'
  readonly limits?: { readonly cpus?: Written<number>; readonly memory?: Written<number>; readonly at: Span }
  readonly ports: readonly PublishedPort[]
}

export interface Router extends NodeBase, StackParts {
  readonly kind: 'router'
}

export interface External extends NodeBase, StackParts {
  readonly kind: 'external'
  /** Undefined means everything: 0.0.0.0/0 and ::/0. */
  readonly answers?: readonly Written<Prefix>[]
}

export interface Switch extends NodeBase {
  readonly kind: 'switch'
  readonly vlanAware?: Written<boolean>
  readonly stp?: Written<boolean>
  readonly mtu?: Written<number>
  // A switch's ports are its interfaces: `ports` of the file, and what links name.
}

export type StackNode = Server | Vm | Container | Router | External
export type GuestNode = Vm | Container
export type Node = StackNode | Switch

export const isStack = (node: Node): node is StackNode => node.kind !== 'switch'
export const isGuest = (node: Node): node is GuestNode => node.kind === 'vm' || node.kind === 'container'

export interface Route {
  /** Undefined family-less `default` is written as length 0 of each family that `via` speaks, IPv4 without via. */
  readonly to: Written<Prefix>
  /** Several next hops are equal-cost multipath. */
  readonly via: readonly Written<Ip>[]
  readonly dev?: Written<string>
  readonly metric?: Written<number>
  readonly src?: Written<Ip>
  /** The next hop is taken to be on the link of `dev`, whatever the stack's prefixes say (RTNH_F_ONLINK). */
  readonly onlink?: Written<boolean>
  readonly type: 'unicast' | 'blackhole' | 'unreachable'
  readonly at: Span
}

export const firewallHooks = ['input', 'forward', 'output'] as const
export type FirewallHook = (typeof firewallHooks)[number]
export type Firewall = { readonly [hook in FirewallHook]?: FilterChain } & { readonly at: Span }

export interface FilterChain {
  readonly policy: Written<'accept' | 'drop'>
  readonly rules: readonly FilterRule[]
}

export interface FilterRule {
  readonly from: readonly Written<Prefix>[]
  readonly to: readonly Written<Prefix>[]
  readonly in?: Written<string>
  readonly out?: Written<string>
  readonly proto?: Written<string>
  readonly ports: readonly Written<PortRange>[]
  readonly state: readonly string[]
  readonly action: Written<'accept' | 'drop'>
  readonly at: Span
}

export type NatRule =
  | { readonly kind: 'masquerade'; readonly from: Written<Prefix>; readonly out?: Written<string>; readonly at: Span }
  | { readonly kind: 'snat'; readonly from: Written<Prefix>; readonly to: Written<Ip>; readonly out?: Written<string>; readonly at: Span }
  | {
      readonly kind: 'dnat'
      /** Undefined ip: any of the stack's own addresses (docker's published ports). */
      readonly ip?: Written<Ip>
      readonly ports?: Written<PortRange>
      readonly to: Written<{ readonly ip: Ip; readonly port: number | undefined }>
      readonly in?: Written<string>
      readonly at: Span
    }

export interface Routing {
  readonly protocol: Written<'ospf' | 'bgp'>
  readonly as?: Written<number>
  readonly cost: ReadonlyMap<string, Keyed<number>>
  readonly passive: readonly Written<string>[]
  readonly advertise: readonly Written<Prefix>[]
  readonly at: Span
}

export interface Disk {
  /** Bytes. */
  readonly size?: Written<number>
  /** A storage's name, or `local`. */
  readonly on?: Written<string>
  readonly at: Span
}

export interface PassedDevice {
  readonly passthrough: Written<string>
  readonly at: Span
}

/** What pre-copy has to chase. Rates in bytes per second, sizes in bytes. */
export interface Workload {
  readonly dirtyRate?: Written<number>
  readonly workingSet?: Written<number>
  readonly resident?: Written<number>
  readonly at: Span
}

/** `8080:80/tcp` as docker has it. */
export interface PublishedPort {
  readonly hostIp?: Ip
  /** Undefined: docker picks an ephemeral port. */
  readonly host: PortRange | undefined
  readonly container: PortRange
  readonly at: Span
}
