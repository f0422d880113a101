/** The parts of a file beside its nodes: links, networks, storage, groups, services, fabrics, migration, expectations. */
import type { Ip, Prefix } from '../address/ip.ts'
import type { PortRange } from '../address/port.ts'
import type { Keyed, Span, Written } from '../text/span.ts'
import type { Origin } from './node.ts'

/** One end of a link: `node:interface`. */
export interface LinkEnd {
  readonly node: string
  readonly interface: string
  readonly at: Span
}

export interface Link {
  readonly ends: readonly [LinkEnd, LinkEnd]
  readonly mtu?: Written<number>
  /** Bits per second. */
  readonly bandwidth?: Written<number>
  /** Seconds, one way. */
  readonly latency?: Written<number>
  /** Ratio of packets lost. */
  readonly loss?: Written<number>
  readonly up?: Written<boolean>
  readonly at: Span
  readonly origin: Origin
}

export interface Tenant {
  readonly name: string
  readonly color?: Written<string>
  readonly at: Span
}

export const networkTypes = ['flat', 'vlan', 'vxlan', 'gre', 'nvgre', 'stt', 'geneve', 'routed', 'nat', 'isolated'] as const
export type NetworkType = (typeof networkTypes)[number]

export interface Network {
  readonly name: string
  readonly at: Span
  readonly body: Span
  readonly tenant?: Written<string>
  readonly type: Written<NetworkType>
  readonly id?: Written<number>
  readonly subnets: readonly Written<Prefix>[]
  /** `on` undefined: the address lives elsewhere; `each`: on every member's host. */
  readonly gateway?: { readonly addresses: readonly Written<Ip>[]; readonly on?: Written<string>; readonly at: Span }
  readonly dhcp?: { readonly first: Ip; readonly last: Ip; readonly at: Span }
  /** One device on every server, or a device per server. */
  readonly uplink?: { readonly all?: Written<string>; readonly by: ReadonlyMap<string, Keyed<string>>; readonly at: Span }
  readonly mtu?: Written<number>
  readonly port?: Written<number>
}

export interface Storage {
  readonly name: string
  readonly at: Span
  readonly type?: Written<'shared' | 'local'>
  readonly protocol?: Written<string>
  readonly kind?: Written<string>
  readonly tier?: Written<string>
  /** Bytes. */
  readonly capacity?: Written<number>
  readonly servers: readonly Written<string>[]
}

export interface SecurityGroup {
  readonly name: string
  readonly at: Span
  readonly ingress: readonly SecurityRule[]
  /** Undefined: everything may leave. */
  readonly egress: readonly SecurityRule[] | undefined
}

export interface SecurityRule {
  readonly from: Written<
    | { readonly kind: 'any' }
    | { readonly kind: 'prefix'; readonly prefix: Prefix }
    | { readonly kind: 'group' | 'tenant'; readonly name: string }
  >
  readonly proto?: Written<string>
  readonly ports: readonly Written<PortRange>[]
  readonly at: Span
}

export interface Service {
  readonly name: string
  readonly at: Span
  readonly type?: Written<'l4' | 'dns' | 'anycast' | 'application'>
  readonly vip?: Written<Ip>
  readonly port?: Written<PortRange>
  readonly backends: readonly { readonly node: string; readonly port: number | undefined; readonly at: Span }[]
  readonly persistence?: Written<string>
  /** Seconds. */
  readonly ttl?: Written<number>
  readonly on?: Written<string>
}

export const fabricTypes = ['fat-tree', 'leaf-spine', 'three-tier', 'hypercube', 'mesh', 'torus', 'clos', 'butterfly'] as const
export type FabricType = (typeof fabricTypes)[number]

/** A generated topology. Which numbers a type needs is told by core/fabric. */
export interface Fabric {
  readonly name: string
  readonly at: Span
  readonly body: Span
  readonly type: Written<FabricType>
  /** k, leaves, spines, hosts, access, distribution, core, size, dimensions: by the key's name. */
  readonly numbers: ReadonlyMap<string, Written<number>>
  /** Of torus and mesh, where a list was given. */
  readonly dimensions?: Written<readonly number[]>
  readonly base?: Written<Prefix>
  readonly layer?: Written<number>
  readonly bandwidth?: Written<number>
  readonly latency?: Written<number>
  readonly mtu?: Written<number>
  readonly server: { readonly cpus?: Written<number>; readonly memory?: Written<number> }
}

export const migrationModes = ['pre-copy', 'post-copy', 'hybrid', 'cold'] as const
export type MigrationMode = (typeof migrationModes)[number]
export const migrationProfiles = ['qemu', 'xen', 'opennebula', 'nova', 'proxmox', 'kubevirt', 'vsphere'] as const
export type MigrationProfile = (typeof migrationProfiles)[number]

export interface MigrationDefaults {
  readonly profile?: Written<MigrationProfile>
  readonly mode?: Written<MigrationMode>
  /** Seconds. */
  readonly downtimeLimit?: Written<number>
  /** Bytes per second. */
  readonly maxBandwidth?: Written<number>
  readonly autoConverge?: Written<boolean>
  readonly parallel?: Written<number>
  /** The device on the servers that carries migrations. */
  readonly network?: Written<string>
}

/** What `from` and `to` of an expectation name. */
export type Selector = Written<
  | { readonly kind: 'node'; readonly node: string; readonly interface: string | undefined }
  | { readonly kind: 'address'; readonly ip: Ip }
  | { readonly kind: 'tenant' | 'network'; readonly name: string }
>

export const expectationKinds = ['reach', 'block', 'isolate', 'mtu', 'path', 'migrate', 'survive'] as const
export type ExpectationKind = (typeof expectationKinds)[number]

interface Between {
  readonly from: readonly Selector[]
  readonly to: readonly Selector[]
  readonly at: Span
}

export type Expectation =
  | (Between & { readonly kind: 'reach' | 'block'; readonly port?: Written<PortRange>; readonly proto?: Written<string> })
  | { readonly kind: 'isolate'; readonly groups: readonly Selector[]; readonly at: Span }
  | (Between & { readonly kind: 'mtu'; readonly atLeast: Written<number> })
  | (Between & { readonly kind: 'path'; readonly through: readonly Written<string>[] })
  | {
      readonly kind: 'migrate'
      readonly vm: Written<string>
      readonly to: Written<string>
      /** Seconds. */
      readonly downtime?: Written<number>
      readonly total?: Written<number>
      readonly keep: readonly Written<string>[]
      readonly mode?: Written<MigrationMode>
      readonly at: Span
    }
  | {
      readonly kind: 'survive'
      readonly any: Written<'link' | 'switch' | 'router' | 'server'>
      readonly keep: readonly Expectation[]
      readonly at: Span
    }
