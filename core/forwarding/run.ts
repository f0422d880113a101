/** One question's run: what is in flight, what was learned, what became of it. */
import type { Ip } from '../address/ip.ts'
import type { Mac } from '../address/mac.ts'
import type { WireguardPeer } from '../infra/interface.ts'
import type { Span } from '../text/span.ts'
import type { ConnectionTable } from './conntrack.ts'
import type { Told } from './icmp.ts'
import { frameHeaders, isPadded, keyOf, lengthOf, packetHeaders, type Frame, type IpKey, type Packet } from './packet.ts'
import type { Bridge, Device, Stack, World } from './tables.ts'
import type { Forwarded } from './time-to-live.ts'
import { nothingTouched, type Touched } from './touched.ts'
import type { DropReason, Hop, Step } from './trace.ts'
import { t } from '../words.ts'

/** Where a broadcast went: kept only for those who ask. */
export interface Passage {
  /** Devices that the frame itself passed. */
  readonly over: Set<Device>
  /** Devices that carried it inside a tunnel. */
  readonly under: Set<Device>
  /** VLANs that it was of on its way. */
  readonly vlans: Set<number>
}

/** Hops behind a packet, newest first: copies of a flooded frame share what they have in common. */
export interface Trail {
  readonly hop: Hop
  readonly before: Trail | null
}

/** Devices that a frame has crossed since a stack sent it, newest first. */
export interface Crossed {
  readonly device: Device
  readonly tags: string
  readonly before: Crossed | null
}

/** On whose behalf something is sent. */
export type Role =
  | { readonly kind: 'data' }
  | { readonly kind: 'neighbour'; readonly resolution: Resolution }
  | { readonly kind: 'probe' }
  /** A packet that only shows which stack the next hop is. */
  | { readonly kind: 'landing' }

/** What travels beside a frame. */
export interface Context {
  readonly role: Role
  readonly trail: Trail | null
  /** Nested transmissions of devices without a queue (XMIT_RECURSION_LIMIT). */
  readonly depth: number
  readonly crossed: Crossed | null
  /** The tunnel device that has encapsulated it, where one has: outer trouble is the tunnel's. */
  readonly tunnel: Device | null
  /** Where it was forwarded. */
  readonly forwarded: Forwarded | null
}

/** A neighbour that is being asked for, and the packets that wait for it. */
export interface Resolution {
  readonly device: Device
  readonly target: Ip
  /** The answer, once there is one. */
  mac: Mac | undefined
  answerers: { readonly device: Device; readonly mac: Mac }[]
  readonly waiting: { readonly packet: Packet; readonly context: Context }[]
  /** Why copies of the question, or the answer, got no further. */
  readonly losses: Drop[]
  /** Opaque nodes that heard the question. */
  readonly opaque: string[]
  done: boolean
}

export interface Drop {
  readonly reason: DropReason
  readonly detail: string
  readonly node: string
  readonly device: Device | undefined
  readonly at: Span | undefined
  readonly table: string | null
  readonly trail: Trail | null
  /** Bytes by which the packet asked about was too long, for mtu-exceeded. */
  readonly excess: number
  /** An outcome that nobody can know. */
  readonly unknown: boolean
  /** A bridge did not let it out there: it was on its way to what is behind that port. */
  readonly out: boolean
  /** What the stack tells the packet's sender by ICMP. */
  readonly tells: Told | undefined
  /** The tunnel device that had encapsulated it. */
  readonly tunnel: Device | undefined
}

export interface Arrival {
  readonly stack: Stack
  readonly device: Device
  readonly packet: Packet
  readonly trail: Trail | null
}

/** Under way: a frame that reaches a device from outside, or a packet that comes up there. */
export type Queued = { readonly device: Device; readonly context: Context } & ({ readonly frame: Frame } | { readonly packet: Packet })

export interface Run {
  readonly world: World
  /** Hops are written down; without it only the outcome is found. */
  readonly tracing: boolean
  readonly queue: Queued[]
  head: number
  /** Work left before the run is called a loop. */
  budget: number
  readonly fdb: Map<Bridge, Map<number, Map<Mac, Device>>>
  /** Where WireGuard's peers were last heard from: an endpoint need not be written on both sides. */
  readonly endpoints: Map<WireguardPeer, Ip>
  /** What vxlan devices learned: inner MAC → remote. */
  readonly vteps: Map<Device, Map<Mac, Ip>>
  readonly neighbours: Map<Device, Map<IpKey, Resolution>>
  readonly unresolved: Resolution[]
  readonly connections: Map<Stack | Device, ConnectionTable>
  /** What a balancer asked a backend for, by the tuple of its question: on whose behalf. */
  readonly balanced: Map<string, { readonly stack: Stack; readonly asked: Packet }>
  readonly arrivals: Arrival[]
  readonly drops: Drop[]
  /** Where a packet on trial came up to a stack. */
  readonly landed: Device[]
  /** Something on the way looks at addresses or remembers: what holds for one packet need not hold for another. */
  peculiar: boolean
  /** By how much a packet was too long is only known up to a cipher's block. */
  padded: boolean
  /** Who heard the probe, and what carried it. */
  readonly heard: Set<Device>
  readonly carriers: Set<string>
  /** Bridges that it came to, and in which VLANs they let it in: 0 where untagged on one that looks at no tags. */
  readonly admitted: Map<string, Set<number>>
  open: boolean
  readonly passage: Passage | undefined
  /** A frame went round in a circle. */
  storm: { readonly trail: Trail | null; readonly bridge: string; readonly at: Span | undefined } | undefined
  /** Where chance decides: which of n, by key; the first that nobody has decided yet takes 0. */
  readonly choices: Map<string, { taken: number; of: number; says: () => string }>
  readonly decided: ReadonlyMap<string, number>
  /** What the outcome was read from. */
  readonly touched: Touched
  readonly shortcuts: Shortcuts
}

/** Whether it makes no difference which of its next hops to a destination a stack takes; in so many bytes, with so many hops to live. */
export type SameWays = (stack: Stack, dst: Ip, size: number, ttl: number) => ReadonlySet<number> | undefined

/** What is known of routes, so that not every packet has to be followed. */
export interface Shortcuts {
  readonly sameWays?: SameWays
  readonly express?: Express
}

/** Where what a stack sends comes up, by one of its devices if that is given, where that and that it comes up whole is known from routes alone. */
export type Express = (stack: Stack, packet: Packet, by: Device | undefined) => CarriedAcross | undefined

export interface CarriedAcross {
  readonly device: Device
  /** The device by which all ways leave; undefined where there are several. */
  readonly by: Device | undefined
  /** Bytes of the largest packet that gets there whole. */
  readonly mtu: number
  /** Stacks that forward it, and the last. */
  readonly steps: number
  /** The slot that changes when any of this does. */
  readonly slot: number
}

// Frames in flight before a run is given up: a flood of a few thousand ports takes a few events each.
const mostEvents = 200_000

export function startRun(world: World, tracing: boolean, decided: ReadonlyMap<string, number> = new Map(), touched: Touched = nothingTouched(), passage?: Passage, shortcuts: Shortcuts = {}): Run {
  return {
    world, tracing, queue: [], head: 0, budget: mostEvents, fdb: new Map(), vteps: new Map(), endpoints: new Map(), neighbours: new Map(), unresolved: [],
    connections: new Map(), balanced: new Map(), arrivals: [], drops: [], landed: [], peculiar: false, padded: false, heard: new Set(), carriers: new Set(), admitted: new Map(), open: false, passage, storm: undefined,
    choices: new Map(), decided, touched, shortcuts,
  }
}

/** Where chance decides between n outcomes, and what it decides, in words; the same key chooses the same within a run. */
export function choose(run: Run, key: string, of: number, says: () => string): number {
  if (of <= 1) return 0
  const known = run.choices.get(key)
  if (known) return Math.min(known.taken, of - 1)
  const taken = Math.min(run.decided.get(key) ?? 0, of - 1)
  run.choices.set(key, { taken, of, says })
  return taken
}

interface Note {
  readonly detail: string
  readonly table?: string | null
  readonly at?: Span | undefined
}

/** Writes a hop down; neighbour questions and probes leave none. */
export function note(
  run: Run, context: Context, stack: Stack, device: Device | undefined, step: Step, what: Frame | Packet, say: () => Note,
): Context {
  if (!run.tracing || context.role.kind !== 'data') return context
  const { detail, table = null, at = device?.iface.at ?? stack.node.at } = say()
  const [headers, size] = 'kind' in what ? [packetHeaders(what), what.piece] : [frameHeaders(what), lengthOf(what)]
  const hop: Hop = { node: stack.name, interface: device?.name ?? null, step, detail, table, headers, size, at }
  return { ...context, trail: { hop, before: context.trail } }
}

interface DropNote extends Note {
  readonly excess?: number
  readonly unknown?: boolean
  readonly out?: boolean
  readonly tells?: Told | undefined
}

/** Ends a packet. Drops of a flood's copies that were for nobody are not told; call this for what matters. */
export function drop(
  run: Run, context: Context, stack: Stack, device: Device | undefined, reason: DropReason, what: Frame | Packet, note: DropNote,
): void {
  const { detail, table = null, at, excess = 0, unknown = false, out = false, tells } = note
  run.padded ||= excess > 0 && isPadded(what)
  const outer = context.tunnel !== null && !unknown && reason !== 'mtu-exceeded' && reason !== 'loop'
  let trail = context.trail
  if (run.tracing && context.role.kind === 'data') {
    const [headers, size] = 'kind' in what ? [packetHeaders(what), what.piece] : [frameHeaders(what), lengthOf(what)]
    trail = { hop: { node: stack.name, interface: device?.name ?? null, step: 'drop', detail, table, headers, size, at: at ?? device?.iface.at ?? stack.node.at, ...(outer && { within: reason }) }, before: trail }
  }
  const one: Drop = {
    reason: outer ? 'tunnel' : reason, node: stack.name, device, at, table, trail, excess, unknown, out, tells, tunnel: context.tunnel ?? undefined,
    detail: outer && context.tunnel ? t`the tunnel ${context.tunnel.stack.name}:${context.tunnel.name} does not carry it: ${detail}` : detail,
  }
  if (context.role.kind === 'data' || context.role.kind === 'landing') run.drops.push(one)
  else if (context.role.kind === 'neighbour') context.role.resolution.losses.push(one)
}

export const dataContext: Context = { role: { kind: 'data' }, trail: null, depth: 0, crossed: null, tunnel: null, forwarded: null }

/** The same so deep. Each field by name, as every step of every packet asks for one. */
export const atDepth = (context: Context, depth: number): Context =>
  (context.depth === depth ? context : { role: context.role, trail: context.trail, depth, crossed: context.crossed, tunnel: context.tunnel, forwarded: context.forwarded })

/** The hops of a trail in the order they happened. */
export function hopsOf(trail: Trail | null): readonly Hop[] {
  const hops: Hop[] = []
  for (let at = trail; at; at = at.before) hops.push(at.hop)
  return hops.reverse()
}

/** Puts a frame on a wire: it arrives after everything that is already under way. */
export function arriveLater(run: Run, device: Device, frame: Frame, context: Context): void {
  run.queue.push({ device, frame, context: atDepth(context, 0) })
}

// As many may be below, before so many devices that send through each other are too many (transmit.ts).
const mostAbove = 4

/** Where routes alone carry a packet it comes up at its far end; false where it has to be followed. */
export function comesUp(run: Run, stack: Stack, packet: Packet, context: Context, by: Device | undefined): boolean {
  const { touched, shortcuts: { express } } = run
  const isFollowed = run.tracing || run.passage || context.role.kind === 'probe' || context.depth > mostAbove
  const found = isFollowed ? undefined : express?.(stack, packet, by)
  if (!found) return false
  touched.ways.add(new Set([found.slot]))
  touched.stacks.add(stack).add(found.device.stack)
  touched.asked.add(keyOf(packet.src)).add(keyOf(packet.dst))
  run.queue.push({ device: found.device, packet: { ...packet, ttl: packet.ttl - found.steps }, context: atDepth(context, 0) })
  return true
}

/** A frame of a broadcast that somebody follows is at a device. */
export function passes(passage: Passage, device: Device, { payload, tags }: Frame, context: Context): void {
  if (context.role.kind !== 'probe') return
  if (payload.kind !== 'probe') return void (payload.kind === 'ip' && passage.under.add(device))
  passage.over.add(device)
  for (const { id } of tags) if (id !== 0) passage.vlans.add(id)
}
