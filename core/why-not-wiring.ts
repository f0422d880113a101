/**
 * What is joined to what, whatever the settings let pass: wires, bridges, parents and tunnels as they are written. On it the
 * cheapest way is looked for, a 0-1 search in which only what is down or left out costs anything.
 */
import { keyOf, type IpKey } from './address/ip.ts'
import type { Infra } from './infra/infra.ts'
import { isTunnelType, type Interface } from './infra/interface.ts'
import { isStack, type Node } from './infra/node.ts'
import type { Link } from './infra/parts.ts'

/** A device of a node; of a switch itself, which has none, the name is empty. */
export interface Place {
  readonly node: Node
  readonly device: Interface | undefined
  /** `node:interface`, of a switch `node:`. */
  readonly label: string
}

export type Joint =
  | { readonly kind: 'wire'; readonly link: Link | undefined }
  /** A port and its bridge, switch or bond. */
  | { readonly kind: 'port' }
  /** A vlan, macvlan or ipvlan and the device that it stands on. */
  | { readonly kind: 'parent' }
  | { readonly kind: 'tunnel' }
  /** Not joined: a device that nothing holds or bears, and another of the same machine that could. */
  | { readonly kind: 'loose'; readonly key: 'master' | 'attach' | 'link' }

export interface Edge {
  readonly to: Place
  readonly joint: Joint
}

export interface Wiring {
  readonly places: ReadonlyMap<string, Place>
  readonly edges: ReadonlyMap<string, readonly Edge[]>
  /** Devices that have an address, also those that are down. */
  readonly owners: ReadonlyMap<IpKey, readonly Place[]>
}

const known = new WeakMap<Infra, Wiring>()

const labelOf = (node: string, device: string): string => `${node}:${device}`
const isBridge = ({ type }: Interface): boolean => type.value === 'bridge' || type.value === 'ovs'
const plugs: ReadonlySet<string> = new Set(['ethernet', 'veth', 'tap', 'gretap', 'vxlan', 'geneve', 'nvgre', 'stt', 'bond', 'vlan'])
/** What a vlan or a macvlan can stand on. */
const bearers: ReadonlySet<string> = new Set(['ethernet', 'veth', 'tap', 'bond', 'bridge', 'vlan'])
const children: ReadonlySet<string> = new Set(['vlan', 'macvlan', 'macvtap', 'ipvlan'])

/** Worked out once per model. */
export function wiringOf(infra: Infra): Wiring {
  const done = known.get(infra)
  if (done) return done
  const places = new Map<string, Place>()
  const edges = new Map<string, Edge[]>()
  const owners = new Map<IpKey, Place[]>()
  for (const node of infra.nodes.values()) {
    if (!isStack(node)) places.set(labelOf(node.name, ''), { node, device: undefined, label: labelOf(node.name, '') })
    for (const device of node.interfaces.values()) {
      const place = { node, device, label: labelOf(node.name, device.name) }
      places.set(place.label, place)
      for (const { value } of device.addresses) {
        const key = keyOf(value.ip)
        const list = owners.get(key)
        if (list) list.push(place)
        else owners.set(key, [place])
      }
    }
  }
  const join = (a: string, b: string, joint: Joint): void => {
    const [one, two] = [places.get(a), places.get(b)]
    if (!one || !two || one === two) return
    for (const [from, to] of [[one, two], [two, one]] as const) {
      const list = edges.get(from.label)
      if (list) list.push({ to, joint })
      else edges.set(from.label, [{ to, joint }])
    }
  }
  for (const link of infra.links) join(labelOf(link.ends[0].node, link.ends[0].interface), labelOf(link.ends[1].node, link.ends[1].interface), { kind: 'wire', link })
  for (const { node, device, label } of places.values()) {
    if (!device) continue
    if (!isStack(node)) join(label, labelOf(node.name, ''), { kind: 'port' })
    if (device.hostSide) join(label, labelOf(device.hostSide.node, device.hostSide.interface), children.has(device.type.value) ? { kind: 'parent' } : { kind: 'wire', link: undefined })
    const master = device.master && node.interfaces.get(device.master.value)
    if (master && master.type.value !== 'vrf') join(label, labelOf(node.name, master.name), { kind: 'port' })
    if (device.link && children.has(device.type.value)) join(label, labelOf(node.name, device.link.value), { kind: 'parent' })
    if (isTunnelType(device.type.value)) {
      const type = device.type.value
      const remotes = [...(device.tunnel?.remotes ?? []), ...(device.tunnel?.peers ?? []).flatMap(({ remote }) => remote ?? []), ...(device.tunnel?.fdb ?? []).map(({ remote: value }) => ({ value }))]
      for (const remote of remotes) {
        for (const owner of new Set((owners.get(keyOf(remote.value)) ?? []).map((one) => one.node))) {
          if (owner === node) continue
          for (const half of owner.interfaces.values()) if (half.type.value === type) join(label, labelOf(owner.name, half.name), { kind: 'tunnel' })
        }
      }
      // A group is a wire among all that have it.
      const group = device.tunnel?.group
      if (group) {
        for (const other of infra.nodes.values()) {
          for (const half of other.interfaces.values()) {
            if (other !== node && half.tunnel?.group && keyOf(half.tunnel.group.value) === keyOf(group.value)) join(label, labelOf(other.name, half.name), { kind: 'tunnel' })
          }
        }
      }
    }
    loose(infra, { node, device, label }, master, (other, key) => join(label, other, { kind: 'loose', key }))
  }
  const made: Wiring = { places, edges, owners }
  known.set(infra, made)
  return made
}

/** Devices that nothing holds and that have no address of their own could be a port of a bridge beside them; a vlan could stand on any device beside it. */
function loose(infra: Infra, { node, device, label }: Place & { readonly device: Interface }, master: Interface | undefined, tell: (other: string, key: 'master' | 'attach' | 'link') => void): void {
  if (!isStack(node) || device.guestSide) return
  if (children.has(device.type.value) && !device.link && !device.hostSide) {
    for (const one of node.interfaces.values()) if (one !== device && !device.attach && bearers.has(one.type.value)) tell(labelOf(node.name, one.name), 'link')
    return
  }
  if (master) return
  const guest = node.kind === 'vm' || node.kind === 'container'
  if (guest && !device.hostSide && !device.link && device.type.value !== 'loopback' && !isBridge(device) && !isTunnelType(device.type.value)) {
    const host = node.host && infra.nodes.get(node.host.value)
    if (infra.links.some(({ ends }) => ends.some((end) => labelOf(end.node, end.interface) === label))) return
    for (const one of host?.interfaces.values() ?? []) if (isBridge(one)) tell(labelOf(host?.name ?? '', one.name), 'attach')
    return
  }
  if (device.addresses.length > 0 || device.gateways.length > 0 || !plugs.has(device.type.value)) return
  for (const one of node.interfaces.values()) if (isBridge(one) && one.link?.value !== device.name && device.link?.value !== one.name) tell(labelOf(node.name, one.name), 'master')
}

export interface Way {
  /** From the first place to the last. */
  readonly places: readonly Place[]
  /** joints[i] lies between places[i] and places[i + 1]. */
  readonly joints: readonly Joint[]
}

const isDown = (place: Place): boolean => place.device?.up?.value === false

/** The cheapest way from one place to any that is wanted; undefined where nothing joins them. */
export function wayBetween(wiring: Wiring, start: Place, wanted: (place: Place) => boolean, through: (joint: Joint) => boolean = () => true): Way | undefined {
  interface Reached { readonly place: Place; readonly cost: number; readonly before: Reached | undefined; readonly joint: Joint | undefined }
  const settled = new Set<string>()
  // By cost; within one cost in the order of the steps.
  const rings: Reached[][] = [[{ place: start, cost: 0, before: undefined, joint: undefined }]]
  for (let cost = 0; cost < rings.length; cost++) {
    const ring = rings[cost] ?? []
    for (let i = 0; i < ring.length; i++) {
      const at = ring[i]
      if (!at || settled.has(at.place.label)) continue
      settled.add(at.place.label)
      if (wanted(at.place)) return unrolled(at)
      for (const { to, joint } of wiring.edges.get(at.place.label) ?? []) {
        if (settled.has(to.label) || !through(joint)) continue
        const more = cost + (isDown(to) ? 1 : 0) + (joint.kind === 'loose' ? 2 : 0) + (joint.kind === 'wire' && joint.link?.up?.value === false ? 1 : 0)
        while (rings.length <= more) rings.push([])
        rings[more]?.push({ place: to, cost: more, before: at, joint })
      }
    }
  }
  return undefined

  function unrolled(end: Reached): Way {
    const places: Place[] = []
    const joints: Joint[] = []
    for (let at: Reached | undefined = end; at; at = at.before) {
      places.unshift(at.place)
      if (at.joint) joints.unshift(at.joint)
    }
    return { places, joints }
  }
}

/** All that is joined to a place, itself included, nearest first. */
export function joinedTo(wiring: Wiring, start: Place, through: (joint: Joint) => boolean = () => true): readonly Place[] {
  const seen = new Set<Place>([start])
  for (const at of seen) for (const { to, joint } of wiring.edges.get(at.label) ?? []) if (through(joint)) seen.add(to)
  return [...seen]
}

/** Joints of one broadcast domain: no tunnel that carries packets alone, nothing that would have to be joined first. */
export const isJoined = ({ kind }: Joint): boolean => kind !== 'loose'
