/** The layer 2 graph: bridges, the wires between their ports, and the loops in it. */
import type { Interface } from '../../infra/interface.ts'
import { isStack, type Node } from '../../infra/node.ts'
import type { Span } from '../../text/span.ts'
import { devicesOf, isUp, labelOfEnd, layer2Tunnels } from './model.ts'
import { oncePerNode, oncePerPlane } from './once.ts'
import { tunnelWays } from './tunnel-pairs.ts'

/** One port of a bridge or switch. */
export interface Port {
  readonly node: Node
  readonly interface: Interface
  /** `node` of a switch, `node:bridge` of a bridge device. */
  readonly bridge: string
  readonly vlanAware: boolean
  readonly stp: boolean
}

/** What a frame may carry through a port: VLANs and which of them is untagged; undefined on an unaware bridge. */
export interface PortVlans {
  readonly tagged: ReadonlySet<number>
  readonly untagged: number | undefined
}

/** A port that is not on a vlan-aware bridge passes everything: undefined. */
export function vlansOf(port: Port): PortVlans | undefined {
  if (!port.vlanAware) return undefined
  const { vlan, trunk, native } = port.interface
  if (trunk) return { tagged: new Set(trunk.value.filter((id) => id !== native?.value)), untagged: native?.value }
  // Linux's default: VLAN 1, untagged (br_vlan default_pvid).
  return { tagged: new Set(), untagged: vlan?.value ?? native?.value ?? 1 }
}

export const carries = (port: Port, vlan: number): boolean => {
  const vlans = vlansOf(port)
  return !vlans || vlans.untagged === vlan || vlans.tagged.has(vlan)
}

/** The port that a device is, where it is one of a bridge, ovs or switch; a bond's member is its bond. */
export function portOf(node: Node, one: Interface): Port | undefined {
  if (!isStack(node)) {
    return { node, interface: one, bridge: node.name, vlanAware: node.vlanAware?.value ?? hasVlans(node), stp: node.stp?.value ?? false }
  }
  const master = one.master && node.interfaces.get(one.master.value)
  if (!master || master === one) return undefined
  if (master.type.value === 'bond') return firstMember(node, master) === one ? portOf(node, master) : undefined
  if (master.type.value !== 'bridge' && master.type.value !== 'ovs') return undefined
  return {
    node, interface: one, bridge: `${node.name}:${master.name}`,
    vlanAware: master.vlanAware?.value ?? master.type.value === 'ovs', stp: master.stp?.value ?? false,
  }
}

const firstMember = (node: Node, bond: Interface): Interface | undefined =>
  [...node.interfaces.values()].find((one) => one.master?.value === bond.name)

/** A switch whose ports name VLANs is aware of them, whatever it says. Each of its thousands of ports asks. */
const hasVlans = oncePerNode((node): boolean =>
  [...node.interfaces.values()].some((one) => one.vlan !== undefined || one.trunk !== undefined || one.native !== undefined))

export interface Wire {
  readonly ends: readonly [Port, Port]
  /** Both ends are tunnel devices. */
  readonly tunnel: boolean
  readonly at: Span
  readonly label: string
}

/** Links, guests' wires and layer 2 tunnels that join two ports, all up, in file order. */
export const wiresOf = oncePerPlane((context): readonly Wire[] => {
  const wires: Wire[] = []
  const port = (node: string, name: string): Port | undefined => {
    const owner = context.infra.nodes.get(node)
    const one = owner?.interfaces.get(name)
    return owner && one && isUp(one) && !owner.opaque ? portOf(owner, one) : undefined
  }
  for (const link of context.infra.links) {
    if (link.up?.value === false) continue
    const [a, b] = link.ends
    const [one, two] = [port(a.node, a.interface), port(b.node, b.interface)]
    if (one && two) wires.push({ ends: [one, two], tunnel: false, at: link.at, label: `${labelOfEnd(a)} – ${labelOfEnd(b)}` })
  }
  for (const { node, interface: one } of devicesOf(context.infra)) {
    if (!one.hostSide || !isUp(one)) continue
    const mine = portOf(node, one)
    const host = port(one.hostSide.node, one.hostSide.interface)
    if (mine && host) wires.push({ ends: [mine, host], tunnel: false, at: one.at, label: `${node.name}:${one.name} – ${labelOfEnd(one.hostSide)}` })
  }
  const seen = new Set<string>()
  for (const { device, type, state, remote } of tunnelWays(context)) {
    if (!layer2Tunnels.has(type) || (state.kind !== 'paired' && state.kind !== 'unlisted')) continue
    const far = state.far
    const key = [`${device.node.name}:${device.interface.name}`, `${far.node.name}:${far.interface.name}`].sort().join(' ')
    if (seen.has(key)) continue
    seen.add(key)
    const [one, two] = [portOf(device.node, device.interface), portOf(far.node, far.interface)]
    if (one && two) wires.push({ ends: [one, two], tunnel: true, at: remote.at, label: `${device.node.name}:${device.interface.name} – ${far.node.name}:${far.interface.name}` })
  }
  return wires
})

export interface Loop {
  /** The wire that closes it, the last in the file. */
  readonly wire: Wire
  /** The other wires of the loop, in the order of the way round. */
  readonly way: readonly Wire[]
  readonly bridges: readonly string[]
}

/**
 * Loops without spanning tree: of every independent one the wire that closes it. A vxlan device with several remotes is one
 * port, and what comes in by it does not go out by it again, so devices joined by tunnels form one wire with many ends.
 * Isolated ports do not talk to each other; a wire between two of them closes a loop only where both its bridges are
 * joined by other ports.
 */
export const loopsOf = oncePerPlane((context): readonly Loop[] => {
  const wires = wiresOf(context).filter(({ ends }) => !ends[0].stp && !ends[1].stp)
  const ids = new Set<number>()
  for (const { ends } of wires) {
    for (const end of ends) {
      const vlans = vlansOf(end)
      if (vlans?.untagged !== undefined) ids.add(vlans.untagged)
      for (const id of vlans?.tagged ?? []) ids.add(id)
    }
  }
  const loops = new Map<Wire, Loop>()
  for (const vlan of ids.size === 0 ? [0] : ids) {
    const usable = vlan === 0 ? wires : wires.filter(({ ends }) => carries(ends[0], vlan) && carries(ends[1], vlan))
    for (const loop of loopsIn(usable)) if (!loops.has(loop.wire)) loops.set(loop.wire, loop)
  }
  return [...loops.values()]
})

const isolated = ({ ends }: Wire): boolean => ends.every((end) => end.interface.isolated?.value === true)
const portName = (port: Port): string => `port ${port.node.name}:${port.interface.name}`

function loopsIn(wires: readonly Wire[]): readonly Loop[] {
  // Vertices: bridges, and media (ports joined by wires). Edges: a bridge's port into its medium.
  const media = new Disjoint()
  for (const { ends } of wires) media.join(portName(ends[0]), portName(ends[1]))
  const joined = new Disjoint()
  const neighbours = new Map<string, { to: string; wire: Wire }[]>()
  const done = new Set<string>()
  const loops: Loop[] = []
  for (const wire of [...wires.filter((each) => !isolated(each)), ...wires.filter(isolated)]) {
    let closes: Port | undefined
    for (const end of wire.ends) {
      if (done.has(portName(end))) continue
      const medium = media.of(portName(end))
      const lonely = isolated(wire)
      if (joined.of(end.bridge) === joined.of(medium)) {
        closes = end
        continue
      }
      done.add(portName(end))
      if (lonely) continue
      joined.join(end.bridge, medium)
      add(end.bridge, medium, wire)
      add(medium, end.bridge, wire)
    }
    if (isolated(wire) && wire.ends[0].bridge !== wire.ends[1].bridge && joined.of(wire.ends[0].bridge) === joined.of(wire.ends[1].bridge)) closes = wire.ends[1]
    if (!closes) continue
    const start = closes.bridge
    const goal = isolated(wire) ? wire.ends[0].bridge : media.of(portName(closes))
    const way = wayBetween(start, goal)
    loops.push({
      wire, way: [...new Set(way.map((step) => step.wire))].filter((one) => one !== wire),
      bridges: [start, ...way.map((step) => step.to)].filter((name) => !name.startsWith('port ')),
    })
  }
  return loops

  function add(from: string, to: string, wire: Wire): void {
    const list = neighbours.get(from)
    if (list) list.push({ to, wire })
    else neighbours.set(from, [{ to, wire }])
  }

  function wayBetween(start: string, goal: string): readonly { to: string; wire: Wire }[] {
    const back = new Map<string, { from: string; to: string; wire: Wire }>()
    const queue = [start]
    for (let at = queue.shift(); at !== undefined && at !== goal; at = queue.shift()) {
      for (const step of neighbours.get(at) ?? []) {
        if (step.to === start || back.has(step.to)) continue
        back.set(step.to, { from: at, ...step })
        queue.push(step.to)
      }
    }
    const way: { to: string; wire: Wire }[] = []
    for (let step = back.get(goal); step; step = back.get(step.from)) way.unshift(step)
    return way
  }
}

/** Union-find with path halving. */
class Disjoint {
  private readonly parents = new Map<string, string>()

  of(name: string): string {
    let at = name
    for (let up = this.parents.get(at); up !== undefined; up = this.parents.get(at)) {
      const above = this.parents.get(up)
      if (above === undefined) return up
      this.parents.set(at, above)
      at = above
    }
    return at
  }

  join(a: string, b: string): void {
    const [one, two] = [this.of(a), this.of(b)]
    if (one !== two) this.parents.set(one, two)
  }
}
